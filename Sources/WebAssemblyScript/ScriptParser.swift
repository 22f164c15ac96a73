import WebAssembly
import WebAssemblyText

/// Reads the commands of a script.
struct ScriptParser {
  private var cursor: TokenCursor
  private let options: TextOptions
  /// Threads around the current command.
  private var threadDepth = 0

  init(_ text: [UInt8], options: TextOptions) {
    self.options = options
    cursor = TokenCursor(TokenizedText(text, options: options))
  }

  mutating func script() throws(TextError) -> [ScriptCommand] {
    if let keyword = cursor.openKeyword, Self.moduleFields.contains(keyword) { return try inlineModule() }
    let commands = try commands()
    guard cursor.kind == .end else { throw cursor.unexpected("a command") }
    return commands
  }

  private static let moduleFields: Set<Keyword> = [
    .type, .rec, .import, .function, .table, .memory, .tag, .global, .export, .start, .elem, .data,
  ]

  /// A script that is the fields of one module.
  private mutating func inlineModule() throws(TextError) -> [ScriptCommand] {
    let position = markPosition()
    let content: ScriptModule.Content
    do throws(TextError) {
      content = .text(try cursor.wholeModule(options))
    } catch {
      content = .malformedText(error)
    }
    return [ScriptCommand(position: position, kind: .module(ScriptModule(content)))]
  }

  private mutating func commands() throws(TextError) -> [ScriptCommand] {
    var commands: [ScriptCommand] = []
    while cursor.kind == .leftParenthesis {
      let start = cursor.index
      let position = markPosition()
      do throws(TextError) {
        commands.append(ScriptCommand(position: position, kind: try command()))
      } catch {
        cursor.index = start
        try skip(because: error)
        commands.append(ScriptCommand(position: position, kind: .unreadable(error)))
      }
    }
    return commands
  }

  /// Moves behind the list that the cursor stands before. Throws `error` when it has no end.
  private mutating func skip(because error: TextError) throws(TextError) {
    guard cursor.skipList() else { throw error }
  }

  /// Where the current token is. Later places are counted from there.
  private mutating func markPosition() -> TextPosition {
    cursor.base = TextPosition(offset: Int(cursor.token.start), in: cursor.text.bytes, from: cursor.base)
    return cursor.base
  }

  // MARK: Commands

  private mutating func command() throws(TextError) -> ScriptCommand.Kind {
    guard let keyword = cursor.openKeyword else {
      cursor.advance()
      throw cursor.unexpected("a command")
    }
    switch keyword {
    case .module: return try moduleCommand()
    case .invoke, .get: return .action(try action())
    default: break
    }
    cursor.advance()
    let kind = try simpleCommand(keyword)
    try cursor.expectClose()
    return kind
  }

  /// Stands on the keyword and stops before the closing parenthesis.
  private mutating func simpleCommand(_ keyword: Keyword) throws(TextError) -> ScriptCommand.Kind {
    let place = cursor.token
    cursor.advance()
    switch keyword {
    case .register:
      let name = try cursor.name()
      return .register(module: name, instance: identifier())
    case .assertReturn:
      let action = try action()
      var expected: [ExpectedValue] = []
      while cursor.kind == .leftParenthesis { expected.append(try expectedValue()) }
      return .assertReturn(action, expected)
    case .assertTrap:
      if cursor.openKeyword == .module {
        let module = try module()
        return .assertModuleTrap(module, message: try message())
      }
      let action = try action()
      return .assertTrap(action, message: try message())
    case .assertExhaustion:
      let action = try action()
      return .assertExhaustion(action, message: try message())
    case .assertSuspension:
      let action = try action()
      return .assertSuspension(action, message: try message())
    case .assertException:
      return .assertException(try action())
    case .assertMalformed, .assertInvalid, .assertUnlinkable, .assertMalformedCustom, .assertInvalidCustom:
      let module = try module()
      let message = try message()
      return switch keyword {
      case .assertMalformed: .assertMalformed(module, message: message)
      case .assertInvalid: .assertInvalid(module, message: message)
      case .assertUnlinkable: .assertUnlinkable(module, message: message)
      case .assertMalformedCustom: .assertMalformedCustom(module, message: message)
      default: .assertInvalidCustom(module, message: message)
      }
    case .thread: return try thread()
    case .wait: return .wait(identifier())
    default: throw unexpectedCommand(place)
    }
  }

  private func unexpectedCommand(_ token: Token) -> TextError {
    cursor.error("unexpected token \(cursor.spelling(of: token)): expected a command", at: token)
  }

  /// `$T (shared (module $M))* command*`
  private mutating func thread() throws(TextError) -> ScriptCommand.Kind {
    guard threadDepth < 8 else { throw cursor.error("threads nested too deeply: at most 8 levels") }
    let name = identifier()
    var shared: [String] = []
    while cursor.takeOpen(.shared) {
      try cursor.expectOpen()
      try cursor.expect(.module)
      guard let instance = identifier() else { throw cursor.unexpected("the name of a module") }
      shared.append(instance)
      try cursor.expectClose()
      try cursor.expectClose()
    }
    threadDepth += 1
    defer { threadDepth -= 1 }
    return .thread(name: name, shared: shared, try commands())
  }

  private mutating func message() throws(TextError) -> String {
    String(decoding: try cursor.string(), as: UTF8.self)
  }

  private mutating func identifier() -> String? {
    cursor.takeIdentifier().map { String(decoding: cursor.text.symbols.names[Int($0)], as: UTF8.self) }
  }

  // MARK: Modules

  private mutating func moduleCommand() throws(TextError) -> ScriptCommand.Kind {
    switch cursor.keyword(of: cursor.peek(2)) {
    case .instance:
      for _ in 0..<3 { cursor.advance() }
      let name = identifier()
      // One identifier names the definition.
      let second = identifier()
      try cursor.expectClose()
      return second == nil
        ? .instance(name: nil, definition: name) : .instance(name: name, definition: second)
    case .definition:
      return .definition(try module())
    default:
      return .module(try module())
    }
  }

  /// `(module definition? $id? …)`
  private mutating func module() throws(TextError) -> ScriptModule {
    let start = cursor.index
    try cursor.expectOpen()
    try cursor.expect(.module)
    _ = cursor.take(.definition)
    let symbol = cursor.takeIdentifier()
    let name = symbol.map { String(decoding: cursor.text.symbols.names[Int($0)], as: UTF8.self) }
    if cursor.take(.binary) {
      let bytes = cursor.strings()
      try cursor.expectClose()
      return ScriptModule(name: name, .binary(bytes))
    }
    if cursor.take(.quote) {
      let bytes = cursor.strings()
      try cursor.expectClose()
      return ScriptModule(name: name, .quote(bytes))
    }
    do throws(TextError) {
      var parser = ModuleParser(cursor, options: options)
      let structure = try parser.parseFields(identifier: symbol, from: start)
      cursor = parser.cursor
      try cursor.expectClose()
      return ScriptModule(name: name, .text(structure))
    } catch {
      cursor.index = start
      try skip(because: error)
      return ScriptModule(name: name, .malformedText(error))
    }
  }

  // MARK: Actions and values

  private mutating func action() throws(TextError) -> ScriptAction {
    if cursor.takeOpen(.invoke) {
      let instance = identifier()
      let name = try cursor.name()
      var arguments: [ScriptValue] = []
      while cursor.kind == .leftParenthesis { arguments.append(try value()) }
      try cursor.expectClose()
      return .invoke(instance: instance, name: name, arguments: arguments)
    }
    if cursor.takeOpen(.get) {
      let instance = identifier()
      let name = try cursor.name()
      try cursor.expectClose()
      return .get(instance: instance, name: name)
    }
    if cursor.kind == .leftParenthesis { cursor.advance() }
    throw cursor.unexpected("invoke or get")
  }

  /// The opcode of the constant that the current token names.
  private var constant: Opcode? {
    cursor.rows(of: cursor.token).first.map { InstructionTable.packedRows[$0].opcode }
  }

  private mutating func value() throws(TextError) -> ScriptValue {
    try cursor.expectOpen()
    let value: ScriptValue
    switch (constant, cursor.keyword) {
    case (.i32Const?, _):
      cursor.advance()
      value = .i32(UInt32(truncatingIfNeeded: try cursor.integerBits(width: 32)))
    case (.i64Const?, _):
      cursor.advance()
      value = .i64(try cursor.integerBits(width: 64))
    case (.f32Const?, _):
      cursor.advance()
      value = .f32(UInt32(truncatingIfNeeded: try cursor.floatBits(.binary32)))
    case (.f64Const?, _):
      cursor.advance()
      value = .f64(try cursor.floatBits(.binary64))
    case (.v128Const?, _):
      cursor.advance()
      let (low, high) = try cursor.vectorBits()
      value = .v128(low: low, high: high)
    case (.refNull?, _):
      cursor.advance()
      value = .null(takeHeapType())
    case (_, .refExtern?):
      cursor.advance()
      value = .extern(try cursor.natural32())
    case (_, .refHost?):
      cursor.advance()
      value = .host(try cursor.natural32())
    default:
      throw cursor.unexpected("a constant")
    }
    try cursor.expectClose()
    return value
  }

  private mutating func takeHeapType() -> HeapType? {
    guard let type = ModuleParser.abstractType(cursor.keyword) else { return nil }
    cursor.advance()
    return type
  }

  private mutating func expectedValue() throws(TextError) -> ExpectedValue {
    if cursor.takeOpen(.either) {
      var values: [ExpectedValue] = []
      // Alternatives of alternatives would say nothing new.
      while cursor.kind == .leftParenthesis { values.append(try simpleExpectedValue()) }
      try cursor.expectClose()
      return .either(values)
    }
    return try simpleExpectedValue()
  }

  private mutating func simpleExpectedValue() throws(TextError) -> ExpectedValue {
    switch (constant(at: 1), cursor.openKeyword) {
    case (.f32Const?, _): return .f32(try numberPattern(.f32x4))
    case (.f64Const?, _): return .f64(try numberPattern(.f64x2))
    case (.v128Const?, _): return try vectorPattern()
    case (.refFunc?, _): return try referencePattern(.function)
    case (.refEq?, _): return try referencePattern(.eq)
    case (.refI31?, _): return try referencePattern(.i31)
    case (_, .refAny?): return try referencePattern(.any)
    case (_, .refStruct?): return try referencePattern(.struct)
    case (_, .refArray?): return try referencePattern(.array)
    case (_, .refExn?): return try referencePattern(.exn)
    case (_, .refExtern?) where cursor.peek(2).kind == .rightParenthesis: return try referencePattern(.extern)
    default: break
    }
    switch try value() {
    case .i32(let value): return .i32(value)
    case .i64(let value): return .i64(value)
    case .null: return .null
    case .extern(let number): return .extern(number)
    case .host(let number): return .host(number)
    case .f32(let bits): return .f32(.bits(UInt64(bits)))
    case .f64(let bits): return .f64(.bits(bits))
    case .v128(let low, let high): return .v128(laneWidth: 64, [.bits(low), .bits(high)])
    }
  }

  private func constant(at distance: Int) -> Opcode? {
    cursor.rows(of: cursor.peek(distance)).first.map { InstructionTable.packedRows[$0].opcode }
  }

  private mutating func referencePattern(_ type: HeapType) throws(TextError) -> ExpectedValue {
    cursor.advance()
    cursor.advance()
    try cursor.expectClose()
    return .reference(type)
  }

  /// `(f32.const …)` or `(f64.const …)`
  private mutating func numberPattern(_ shape: VectorShape) throws(TextError) -> NumberPattern {
    cursor.advance()
    cursor.advance()
    let pattern = try lanePattern(shape)
    try cursor.expectClose()
    return pattern
  }

  private mutating func lanePattern(_ shape: VectorShape) throws(TextError) -> NumberPattern {
    if shape == .f32x4 || shape == .f64x2 {
      if cursor.take(.nanCanonical) { return .canonicalNaN }
      if cursor.take(.nanArithmetic) { return .arithmeticNaN }
    }
    return .bits(try cursor.laneBits(shape))
  }

  private mutating func vectorPattern() throws(TextError) -> ExpectedValue {
    cursor.advance()
    cursor.advance()
    guard let shape = VectorShape(cursor.keyword) else { throw cursor.unexpected("a vector shape") }
    cursor.advance()
    var lanes: [NumberPattern] = []
    while cursor.kind != .rightParenthesis { lanes.append(try lanePattern(shape)) }
    guard lanes.count == shape.laneCount else { throw cursor.laneCount(shape) }
    cursor.advance()
    return .v128(laneWidth: shape.laneWidth, lanes)
  }
}
