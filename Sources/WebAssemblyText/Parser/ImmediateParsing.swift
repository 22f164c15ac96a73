import WebAssembly

/// What follows a mnemonic, by the kind of immediate that the instruction's row names (Core 6.5).
extension ModuleParser {
  /// The instruction whose mnemonic was just passed. Rows that share the mnemonic differ in their immediates.
  mutating func operation(_ rows: [Int]) throws(TextError) -> Operation {
    let packed = InstructionTable.packedRows
    var operation = Operation(instruction: Instruction(row: rows[0]))
    let kind = packed[rows[0]].immediate
    switch kind {
    case .castType:
      let type = try referenceType()
      let row = rows.first { InstructionTable.isNullableCast(packed[$0].opcode) == type.isNullable }
      operation.instruction.row = row ?? rows[0]
      operation.instruction.value = UInt64(type.rawValue)
    case .none where rows.count > 1:
      // A `select` without types and one with them.
      if cursor.openKeyword == .result, let row = rows.first(where: { packed[$0].immediate == .valueTypes }) {
        operation.instruction.row = row
        operation.list = .types(try results())
      }
    case .valueTypes:
      operation.list = .types(try results())
    case .labelTable:
      var labels = [try labelIndex()]
      while isIndex { labels.append(try labelIndex()) }
      operation.instruction.a = labels.removeLast()
      operation.list = .labels(labels)
    case .tryTable, .blockType:
      // Blocks are opened by their own method.
      throw cursor.unexpected("an instruction")
    default:
      try immediate(kind, &operation.instruction)
    }
    return operation
  }

  private mutating func immediate(_ kind: ImmediateKind, _ instruction: inout Instruction) throws(TextError) {
    switch kind {
    case .none, .zeroByte, .labelTable, .valueTypes, .castType, .blockType, .tryTable:
      break
    case .label: instruction.a = try labelIndex()
    case .function: instruction.a = try index(.function)
    case .type: instruction.a = try index(.type)
    case .local: instruction.a = try localIndex()
    case .global: instruction.a = try index(.global)
    case .tag: instruction.a = try index(.tag)
    case .element: instruction.a = try index(.element)
    case .data:
      instruction.a = try index(.data)
      body.namesDataSegments = true
    case .table: instruction.a = try optionalIndex(.table)
    case .memory: instruction.a = try optionalIndex(.memory)
    case .typeTable:
      instruction.b = try optionalIndex(.table)
      instruction.a = try typeUse(named: false).index
    case .tableTable: try indexPair(.table, &instruction)
    case .memoryMemory: try indexPair(.memory, &instruction)
    case .elementTable: try segment(.element, in: .table, &instruction)
    case .dataMemory:
      try segment(.data, in: .memory, &instruction)
      body.namesDataSegments = true
    case .typeType:
      instruction.a = try index(.type)
      instruction.b = try index(.type)
    case .typeField:
      instruction.a = try index(.type)
      instruction.b = try fieldIndex(instruction.a)
    case .typeData:
      instruction.a = try index(.type)
      instruction.b = try index(.data)
      body.namesDataSegments = true
    case .typeElement:
      instruction.a = try index(.type)
      instruction.b = try index(.element)
    case .typeCount:
      instruction.a = try index(.type)
      instruction.b = try cursor.natural32()
    case .memoryArgument:
      try memoryArgument(&instruction, hasLane: false)
    case .memoryArgumentLane:
      try memoryArgument(&instruction, hasLane: true)
      instruction.lane = try lane()
    case .lane: instruction.lane = try lane()
    case .lanes16: try shuffle(&instruction)
    case .i32: instruction.value = try cursor.integerBits(width: 32)
    case .i64: instruction.value = try cursor.integerBits(width: 64)
    case .f32: instruction.value = try cursor.floatBits(.binary32)
    case .f64: instruction.value = try cursor.floatBits(.binary64)
    case .v128: (instruction.value, instruction.value2) = try cursor.vectorBits()
    case .heapType:
      instruction.value = UInt64(bitPattern: Int64(try heapType().rawValue))
    case .branchOnCast:
      instruction.a = try labelIndex()
      instruction.value = UInt64(try referenceType().rawValue)
      instruction.value2 = UInt64(try referenceType().rawValue)
    }
  }

  // MARK: Indices

  private mutating func localIndex() throws(TextError) -> UInt32 {
    guard cursor.kind == .identifier else {
      guard cursor.kind == .natural else { throw cursor.unexpected("a local index") }
      return try cursor.natural32()
    }
    guard let index = body.locals[cursor.token.value], body.function != nil else {
      throw cursor.error("unknown local \(cursor.spelling(of: cursor.token))")
    }
    cursor.advance()
    return index
  }

  private mutating func fieldIndex(_ type: UInt32) throws(TextError) -> UInt32 {
    guard cursor.kind == .identifier else {
      guard cursor.kind == .natural else { throw cursor.unexpected("a field index") }
      return try cursor.natural32()
    }
    guard let index = spaces.fields[type]?[cursor.token.value] else {
      throw cursor.error(
        "unknown field \(cursor.spelling(of: cursor.token)): type \(type) has none of that name")
    }
    cursor.advance()
    return index
  }

  /// Destination and source, both or neither.
  private mutating func indexPair(_ space: IndexSpace, _ instruction: inout Instruction) throws(TextError) {
    guard isIndex else { return }
    instruction.a = try index(space)
    instruction.b = try index(space)
  }

  /// An optional table or memory, then a segment.
  private mutating func segment(
    _ space: IndexSpace, in target: IndexSpace, _ instruction: inout Instruction
  ) throws(TextError) {
    let following = cursor.peek(1).kind
    if isIndex, following == .natural || following == .identifier { instruction.b = try index(target) }
    instruction.a = try index(space)
  }

  // MARK: Memory accesses and lanes

  /// `memory? offset=n? align=n?` (6.5.8). Where a lane follows, a number alone is that lane.
  private mutating func memoryArgument(_ instruction: inout Instruction, hasLane: Bool) throws(TextError) {
    let following = cursor.peek(1).kind
    let isMemory =
      cursor.kind == .identifier
      || cursor.kind == .natural
        && (!hasLane || following == .natural || following == .offsetEquals || following == .alignEquals)
    if isMemory { instruction.a = try index(.memory) }
    if cursor.kind == .offsetEquals {
      guard let offset = IntegerLiteral.natural(cursor.bytes(of: cursor.token).dropFirst(7)) else {
        throw cursor.error("i64 constant out of range: the offset does not fit into 64 bits")
      }
      instruction.value = offset
      cursor.advance()
    }
    instruction.b = UInt32(instruction.definition.accessExponent ?? 0)
    if cursor.kind == .alignEquals {
      let alignment = IntegerLiteral.natural(cursor.bytes(of: cursor.token).dropFirst(6))
      guard let alignment, alignment.nonzeroBitCount == 1 else {
        throw cursor.error("alignment must be a power of two")
      }
      instruction.b = UInt32(alignment.trailingZeroBitCount)
      cursor.advance()
    }
  }

  private mutating func lane() throws(TextError) -> UInt8 {
    guard cursor.kind == .natural else { throw cursor.unexpected("a lane index") }
    guard let lane = IntegerLiteral.natural(cursor.bytes(of: cursor.token)), lane < 256 else {
      throw cursor.error("i8 constant out of range: \(cursor.spelling(of: cursor.token)) is no lane index")
    }
    cursor.advance()
    return UInt8(lane)
  }

  /// The sixteen lanes of a shuffle.
  private mutating func shuffle(_ instruction: inout Instruction) throws(TextError) {
    let numbers: Set<TokenKind> = [.natural, .integer, .float]
    for index in 0..<16 {
      guard numbers.contains(cursor.kind) else { throw laneLength(index) }
      guard cursor.kind == .natural else {
        throw cursor.error("i8 constant out of range: \(cursor.spelling(of: cursor.token)) is no lane index")
      }
      let lane = UInt64(try lane())
      if index < 8 {
        instruction.value |= lane << UInt64(index * 8)
      } else {
        instruction.value2 |= lane << UInt64(index * 8 - 64)
      }
    }
    if numbers.contains(cursor.kind) { throw laneLength(17) }
  }

  private func laneLength(_ count: Int) -> TextError {
    if cursor.kind == .invalid || cursor.kind == .reserved { return cursor.unexpected("a lane index") }
    return cursor.error(
      "invalid lane length: a shuffle names 16 lanes, not \(count > 16 ? "more" : String(count))")
  }
}

extension TokenCursor {
  /// The bits of a vector constant behind `v128.const`: a shape, and as many numbers as it has lanes.
  package mutating func vectorBits() throws(TextError) -> (low: UInt64, high: UInt64) {
    guard let shape = VectorShape(keyword) else { throw unexpected("a vector shape") }
    advance()
    let first = index
    while kind == .natural || kind == .integer || kind == .float { advance() }
    guard index - first == shape.laneCount else { throw laneCount(shape) }
    index = first
    var lanes: [UInt64] = []
    for _ in 0..<shape.laneCount { lanes.append(try laneBits(shape)) }
    return shape.join(lanes)
  }

  /// The bits of one lane.
  package mutating func laneBits(_ shape: VectorShape) throws(TextError) -> UInt64 {
    switch shape {
    case .f32x4: try floatBits(.binary32)
    case .f64x2: try floatBits(.binary64)
    default: try integerBits(width: shape.laneWidth)
    }
  }

  package func laneCount(_ shape: VectorShape) -> TextError {
    if kind == .invalid || kind == .reserved || kind == .keyword { return unexpected("a number") }
    return error("wrong number of lane literals: the shape has \(shape.laneCount) lanes")
  }
}

/// How a vector is divided into lanes.
package enum VectorShape: Sendable {
  case i8x16, i16x8, i32x4, i64x2, f32x4, f64x2

  package init?(_ keyword: Keyword?) {
    switch keyword {
    case .i8x16: self = .i8x16
    case .i16x8: self = .i16x8
    case .i32x4: self = .i32x4
    case .i64x2: self = .i64x2
    case .f32x4: self = .f32x4
    case .f64x2: self = .f64x2
    default: return nil
    }
  }

  package var laneCount: Int {
    switch self {
    case .i8x16: 16
    case .i16x8: 8
    case .i32x4, .f32x4: 4
    case .i64x2, .f64x2: 2
    }
  }

  /// In bits.
  package var laneWidth: Int { 128 / laneCount }

  /// The vector of these lanes, the first in the lowest bits.
  package func join(_ lanes: [UInt64]) -> (low: UInt64, high: UInt64) {
    var halves: (low: UInt64, high: UInt64) = (0, 0)
    for (index, lane) in lanes.enumerated() {
      let place = index * laneWidth
      if place < 64 { halves.low |= lane << UInt64(place) } else { halves.high |= lane << UInt64(place - 64) }
    }
    return halves
  }
}
