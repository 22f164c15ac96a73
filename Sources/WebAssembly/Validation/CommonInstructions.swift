/// A fast way through what most instructions are: those that are valid, of WebAssembly 1.0, and simple.
///
/// It passes instructions as long as all is well with them, and stops before the first one that is unusual in
/// any way, malformed or invalid. That one goes through `read` and `validate`, which alone know the rules and
/// the errors: this file never refuses anything, and skipping it changes nothing but the time. Everything
/// is in local variables and spans, so that an instruction costs neither calls nor uniqueness checks.

/// How the fast way treats a one-byte opcode.
struct CommonRow: Sendable, BitwiseCopyable {
  enum Kind: UInt8, Sendable, BitwiseCopyable {
    /// Left to `validate`.
    case other
    /// Fixed types and no immediate, or one of so many bytes, or an integer.
    case plain, fourBytes, eightBytes, integer32, integer64
    /// A load or store.
    case memory
    case localGet, localSet, localTee, globalGet, globalSet
    case block, loop, `if`, end, br, brIf, `return`, call
    case drop, nop, select
  }
  var kind = Kind.other
  var accessExponent: UInt8 = 0
  /// As in a packed row.
  var operands: UInt32 = 0
  var result: UInt32 = 0

  private init(_ opcode: UInt8) {
    let row = InstructionTable.rowsByOpcode[Int(opcode)]
    guard row >= 0 else { return }
    let packed = InstructionTable.packedRows[Int(row)]
    guard packed.feature == 0, packed.resultCount <= 1 else { return }
    operands = packed.operands
    result = packed.results
    accessExponent = packed.accessExponent
    if packed.hasSignature {
      kind =
        switch packed.immediate {
        case .none: .plain
        case .f32: .fourBytes
        case .f64: .eightBytes
        case .i32: .integer32
        case .i64: .integer64
        case .memoryArgument where !packed.wantsExactAlignment: .memory
        default: .other
        }
      return
    }
    kind =
      switch packed.opcode {
      case .localGet: .localGet
      case .localSet: .localSet
      case .localTee: .localTee
      case .globalGet: .globalGet
      case .globalSet: .globalSet
      case .block: .block
      case .loop: .loop
      case .if: .if
      case .end: .end
      case .br: .br
      case .brIf: .brIf
      case .return: .return
      case .call: .call
      case .drop: .drop
      case .nop: .nop
      case .select: .select
      default: .other
      }
  }

  /// By opcode.
  static let all: [CommonRow] = (0...255).map(CommonRow.init)
}

/// What they look up in the module, all in one place so that holding on to it is holding one reference.
final class CommonTables: Sendable {
  let rows = CommonRow.all
  let functions: [UInt32]
  let globals: [GlobalType]
  let pool: [ValueType]
  let parameterLists: [TypeList]
  let resultLists: [TypeList]
  /// Whether memory 0 exists and has 32-bit addresses.
  let hasPlainMemory: Bool

  init(_ context: ModuleContext) {
    functions = context.functions
    globals = context.globals
    pool = context.types.pool
    parameterLists = context.types.parameterLists
    resultLists = context.types.resultLists
    hasPlainMemory = context.memories.first?.addressType == .i32
  }
}

/// The counts that change as instructions go by.
private struct Position {
  /// In the body's bytes.
  var place: Int
  var operandCount: Int
  var frameCount: Int
  var height: Int
}

extension FunctionValidator {
  /// Passes what is common and valid; both reader and validator then stand before what is not, or before the
  /// last few instructions of the body or of so many bytes.
  mutating func passCommon(_ reader: inout InstructionReader, atMost byteCount: Int) {
    // Locals without a first value are followed by `validate`.
    guard !hasUninitializedLocals, frameCount > 0 else { return }
    let bytes = reader.bytes
    var position = Position(
      place: reader.offset - bytes.startIndex, operandCount: operandCount, frameCount: frameCount,
      height: height)
    Self.pass(
      tables, bytes, locals.laidOut, &operandTypes, &frames, functionResults: frames[0].results, &position,
      atMost: byteCount)
    operandCount = position.operandCount
    frameCount = position.frameCount
    height = position.height
    reader.move(to: position.place + bytes.startIndex)
  }

  private static func pass(
    _ tables: CommonTables, _ body: ArraySlice<UInt8>, _ laidOutLocals: [ValueType],
    _ operands: inout [ValueType], _ frames: inout [ControlFrame], functionResults: TypeList,
    _ state: inout Position, atMost byteCount: Int
  ) {
    let bytes = body.span
    let table = tables.rows
    let rows = table.span
    let locals = laidOutLocals.span
    let hasMemory = tables.hasPlainMemory
    var stack = operands.mutableSpan
    var blocks = frames.mutableSpan
    var count = state.operandCount
    var depth = state.frameCount
    var height = state.height
    var position = state.place
    // No integer that is read here has more than four bytes, and none follows more than two others.
    let end = min(bytes.count - 6, position + byteCount)

    /// The length of an integer of at most four bytes, which no type is too small for; 0 for longer ones.
    @inline(__always)
    func integerLength(at place: Int) -> Int {
      if bytes[place] < 0x80 { return 1 }
      if bytes[place &+ 1] < 0x80 { return 2 }
      if bytes[place &+ 2] < 0x80 { return 3 }
      return bytes[place &+ 3] < 0x80 ? 4 : 0
    }

    instructions: while position < end {
      let row = rows[Int(bytes[position])]
      var next = position &+ 1
      var operands = row.operands
      var result = row.result
      var index = 0
      switch row.kind {
      case .localGet, .localSet, .localTee, .globalGet, .globalSet, .br, .brIf, .call:
        // An index of one or two bytes.
        let first = bytes[next]
        next &+= 1
        index = Int(first)
        if first >= 0x80 {
          let second = bytes[next]
          guard second < 0x80 else { break instructions }
          next &+= 1
          index = Int(first & 0x7F) | Int(second) << 7
        }
      default: break
      }
      switch row.kind {
      case .other: break instructions
      case .plain: break
      case .fourBytes: next &+= 4
      case .eightBytes: next &+= 8
      case .integer32:
        let length = integerLength(at: next)
        guard length > 0 else { break instructions }
        next &+= length
      case .integer64:
        let length = integerLength(at: next)
        guard length > 0 else { break instructions }
        next &+= length
      case .memory:
        guard hasMemory, bytes[next] <= row.accessExponent else { break instructions }
        let length = integerLength(at: next &+ 1)
        guard length > 0 else { break instructions }
        next &+= 1 &+ length
      case .localGet:
        guard index < locals.count else { break instructions }
        result = locals[index].rawValue
      case .localSet, .localTee:
        guard index < locals.count, count > height, stack[count &- 1] == locals[index] else {
          break instructions
        }
        if row.kind == .localSet { count &-= 1 }
        position = next
        continue
      case .globalGet:
        guard index < tables.globals.count else { break instructions }
        result = tables.globals[index].content.rawValue
      case .globalSet:
        guard index < tables.globals.count, tables.globals[index].isMutable, count > height,
          stack[count &- 1] == tables.globals[index].content
        else { break instructions }
        count &-= 1
        position = next
        continue
      case .drop:
        guard count > height else { break instructions }
        count &-= 1
        position = next
        continue
      case .nop:
        position = next
        continue
      case .select:
        guard count &- height >= 3, stack[count &- 1] == .i32 else { break instructions }
        let type = stack[count &- 2]
        guard type == stack[count &- 3], type.isNumber || type.isVector else { break instructions }
        count &-= 2
        position = next
        continue
      case .block, .loop, .if:
        // Nothing, or one number.
        let type = bytes[next]
        guard type == 0x40 || type >= 0x7C && type <= 0x7F, depth < blocks.count,
          depth < ImplementationLimits.nesting, count <= ImplementationLimits.operands
        else { break instructions }
        if row.kind == .if {
          guard count > height, stack[count &- 1] == .i32 else { break instructions }
          count &-= 1
        }
        let results = type == 0x40 ? TypeList.empty : TypeSpace.commonNumber(type)
        height = count
        blocks[depth] = ControlFrame(
          opcode: Opcode(UInt32(bytes[position])), isUnreachable: false, initializationHeight: 0,
          parameters: .empty, results: results, height: height)
        depth &+= 1
        position = next &+ 1
        continue
      case .end:
        guard depth > 1 else { break instructions }
        let frame = blocks[depth &- 1]
        guard count == height &+ frame.results.count else { break instructions }
        if frame.results.count != 0 {
          guard frame.results.count == 1, frame.opcode != .if, frame.results.start < tables.pool.count,
            stack[count &- 1] == tables.pool[frame.results.start]
          else { break instructions }
        } else if frame.opcode == .if, frame.parameters.count != 0 {
          break instructions
        }
        depth &-= 1
        height = blocks[depth &- 1].height
        position = next
        continue
      case .br:
        guard index < depth, blocks[depth &- 1 &- index].labelTypes.count == 0 else { break instructions }
        count = height
        blocks[depth &- 1].isUnreachable = true
        position = next
        continue
      case .brIf:
        guard index < depth, blocks[depth &- 1 &- index].labelTypes.count == 0, count > height,
          stack[count &- 1] == .i32
        else { break instructions }
        count &-= 1
        position = next
        continue
      case .return:
        if functionResults.count != 0 {
          guard functionResults.count == 1, count > height, functionResults.start < tables.pool.count,
            stack[count &- 1] == tables.pool[functionResults.start]
          else { break instructions }
        }
        count = height
        blocks[depth &- 1].isUnreachable = true
        position = next
        continue
      case .call:
        guard index < tables.functions.count else { break instructions }
        let type = Int(tables.functions[index])
        let parameters = tables.parameterLists[type]
        let results = tables.resultLists[type]
        var argument = parameters.count
        guard count &- height >= argument,
          count &- argument &+ results.count <= min(stack.count, ImplementationLimits.operands)
        else { break instructions }
        let bottom = count &- argument
        while argument > 0 {
          argument &-= 1
          guard stack[bottom &+ argument] == tables.pool[parameters.start &+ argument] else {
            break instructions
          }
        }
        count = bottom
        for index in 0..<results.count {
          stack[count] = tables.pool[results.start &+ index]
          count &+= 1
        }
        position = next
        continue
      }
      // Fixed types, or one result that was found above.
      var remaining = count
      while operands != 0 {
        guard remaining > height, stack[remaining &- 1].rawValue == operands & 0xFF else {
          break instructions
        }
        remaining &-= 1
        operands >>= 8
      }
      if result != 0 {
        guard remaining < stack.count, next <= bytes.count else { break instructions }
        stack[remaining] = ValueType(rawValue: result)
        remaining &+= 1
      }
      count = remaining
      position = next
    }
    state = Position(place: position, operandCount: count, frameCount: depth, height: height)
  }
}
