import WebAssembly
import WebAssemblyText

/// Actions, their arguments and the results expected of them.
extension ScriptParser {
  mutating func action() throws(TextError) -> ScriptAction {
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

  mutating func expectedValue() throws(TextError) -> ExpectedValue {
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
