import WebAssembly
import WebAssemblyText

/// Reads the commands of a script.
struct ScriptParser {
  var cursor: TokenCursor
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
        let instance = try instance()
        return .assertModuleTrap(instance, message: try message())
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
    case .assertUnlinkable:
      let instance = try instance()
      return .assertUnlinkable(instance, message: try message())
    case .assertMalformed, .assertInvalid, .assertMalformedCustom, .assertInvalidCustom:
      let module = try module()
      let message = try message()
      return switch keyword {
      case .assertMalformed: .assertMalformed(module, message: message)
      case .assertInvalid: .assertInvalid(module, message: message)
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

  mutating func identifier() -> String? {
    cursor.takeIdentifier().map { String(decoding: cursor.text.symbols.names[Int($0)], as: UTF8.self) }
  }

  // MARK: Modules

  private mutating func moduleCommand() throws(TextError) -> ScriptCommand.Kind {
    switch cursor.keyword(of: cursor.peek(2)) {
    case .instance:
      let (name, definition) = try moduleInstance()
      return .instance(name: name, definition: definition)
    case .definition:
      return .definition(try module())
    default:
      return .module(try module())
    }
  }

  /// `(module instance ($id? $definition)?)`
  private mutating func moduleInstance() throws(TextError) -> (name: String?, definition: String?) {
    for _ in 0..<3 { cursor.advance() }
    let name = identifier()
    // One identifier names the definition.
    let second = identifier()
    try cursor.expectClose()
    return second == nil ? (nil, name) : (name, second)
  }

  /// What an assertion instantiates: `(module instance …)`, or a module that is no mere definition.
  private mutating func instance() throws(TextError) -> ScriptInstance {
    switch cursor.keyword(of: cursor.peek(2)) {
    case .instance:
      let (name, definition) = try moduleInstance()
      return .instance(name: name, definition: definition)
    case .definition:
      throw cursor.error(
        "unexpected token definition: expected a module or an instance", at: cursor.peek(2))
    default:
      return .module(try module())
    }
  }

  /// `(module definition? $id? …)`
  private mutating func module() throws(TextError) -> ScriptModule {
    let start = cursor.index
    try cursor.expectOpen()
    try cursor.expect(.module)
    if cursor.keyword == .instance { throw cursor.unexpected("a module") }
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
}
