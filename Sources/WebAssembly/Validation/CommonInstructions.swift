/// A fast way through what most instructions are: those that are valid, of WebAssembly 1.0, and simple.
///
/// It passes instructions as long as all is well with them, and stops before the first one that is unusual in
/// any way, malformed or invalid. That one goes through `read` and `validate`, which alone know the rules and
/// the errors: this file never refuses anything, and skipping it changes nothing but the time. Everything
/// is in local variables and spans, so that an instruction costs neither calls nor uniqueness checks.
/// Who translates takes what was passed from a list.

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
    case block, loop, `if`, `else`, end, br, brIf, `return`, call
    case drop, nop, select, unreachable
  }
  let kind: Kind
  let accessExponent: UInt8
  /// The result's type, 0 for none.
  let result: UInt8
  /// The operands' types as in a packed row.
  let operands: UInt32

  private init(_ kind: Kind, _ row: PackedRow? = nil) {
    self.kind = kind
    accessExponent = row?.accessExponent ?? 0
    result = UInt8(row?.results ?? 0)
    operands = row?.operands ?? 0
  }

  private init(_ opcode: UInt8) {
    let row = InstructionTable.rowsByOpcode[Int(opcode)]
    guard row >= 0 else {
      self.init(.other)
      return
    }
    let packed = InstructionTable.packedRows[Int(row)]
    guard packed.feature == 0, packed.resultCount <= 1, packed.results <= 0xFF else {
      self.init(.other)
      return
    }
    if packed.hasSignature {
      let kind: Kind =
        switch packed.immediate {
        case .none: .plain
        case .f32: .fourBytes
        case .f64: .eightBytes
        case .i32: .integer32
        case .i64: .integer64
        case .memoryArgument where !packed.wantsExactAlignment: .memory
        default: .other
        }
      self.init(kind, packed)
      return
    }
    let kind: Kind =
      switch packed.opcode {
      case .localGet: .localGet
      case .localSet: .localSet
      case .localTee: .localTee
      case .globalGet: .globalGet
      case .globalSet: .globalSet
      case .block: .block
      case .loop: .loop
      case .if: .if
      case .else: .else
      case .end: .end
      case .br: .br
      case .brIf: .brIf
      case .return: .return
      case .call: .call
      case .drop: .drop
      case .nop: .nop
      case .select: .select
      case .unreachable: .unreachable
      default: .other
      }
    self.init(kind, packed)
  }

  /// By opcode.
  static let all: [CommonRow] = (0...255).map { CommonRow($0) }
}

/// What they look up in the module, all in one place so that holding on to it is holding one reference.
final class CommonTables: Sendable {
  let rows = ContiguousArray(CommonRow.all)
  let functions: [UInt32]
  let globals: ContiguousArray<GlobalType>
  let pool: ContiguousArray<ValueType>
  let parameterLists: [TypeList]
  let resultLists: [TypeList]
  /// Whether memory 0 exists and has 32-bit addresses.
  let hasPlainMemory: Bool

  init(_ context: ModuleContext) {
    functions = context.functions
    globals = ContiguousArray(context.globals)
    pool = ContiguousArray(context.types.pool)
    parameterLists = context.types.parameterLists
    resultLists = context.types.resultLists
    hasPlainMemory = context.memories.first?.addressType == .i32
  }
}

/// An instruction that was passed.
struct CommonInstruction: BitwiseCopyable {
  var opcode: UInt8
  /// Where it lies, in the indices of the body's bytes.
  var offset: UInt32
  /// The index, the constant's bits, the access's offset, or the block's type as its byte.
  var immediate: UInt64
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
  /// How many instructions are passed at most before whoever takes them does so.
  private static let mostPassed = 256

  /// Passes what is common and valid; both reader and validator then stand before what is not, or before the
  /// last few instructions of the body or of so many bytes.
  mutating func passCommon(_ reader: inout InstructionReader, atMost byteCount: Int) {
    passCommon(&reader) { tables, bytes, locals, operands, frames, position in
      Self.passOnly(tables, bytes, locals, &operands, &frames, &position, atMost: byteCount)
    }
  }

  /// The same, and lists what was passed.
  mutating func passCommon(_ reader: inout InstructionReader, into list: inout TrivialList<CommonInstruction>)
  {
    list.removeAll()
    passCommon(&reader) { tables, bytes, locals, operands, frames, position in
      Self.passListing(tables, bytes, locals, &operands, &frames, &position, &list)
    }
  }

  @inline(__always)
  private mutating func passCommon(
    _ reader: inout InstructionReader,
    _ pass: (
      CommonTables, ArraySlice<UInt8>, [ValueType], inout ContiguousArray<ValueType>,
      inout ContiguousArray<ControlFrame>, inout Position
    ) -> Void
  ) {
    // Locals without a first value are followed by `validate`.
    guard !hasUninitializedLocals, frameCount > 0 else { return }
    let bytes = reader.bytes
    var position = Position(
      place: reader.offset - bytes.startIndex, operandCount: operandCount, frameCount: frameCount,
      height: height)
    pass(tables, bytes, locals.laidOut, &operandTypes, &frames, &position)
    operandCount = position.operandCount
    frameCount = position.frameCount
    height = position.height
    reader.move(to: position.place + bytes.startIndex)
  }

  @inline(never)
  private static func passOnly(
    _ tables: CommonTables, _ body: ArraySlice<UInt8>, _ locals: [ValueType],
    _ operands: inout ContiguousArray<ValueType>,
    _ frames: inout ContiguousArray<ControlFrame>, _ state: inout Position, atMost byteCount: Int
  ) {
    pass(tables, body, locals, &operands, &frames, &state, atMost: byteCount, listing: false) { _ in false }
  }

  @inline(never)
  private static func passListing(
    _ tables: CommonTables, _ body: ArraySlice<UInt8>, _ locals: [ValueType],
    _ operands: inout ContiguousArray<ValueType>,
    _ frames: inout ContiguousArray<ControlFrame>, _ state: inout Position,
    _ list: inout TrivialList<CommonInstruction>
  ) {
    pass(tables, body, locals, &operands, &frames, &state, atMost: .max, listing: true) { instruction in
      list.append(instruction)
      return list.count == mostPassed
    }
  }

  /// `listing` says whether anybody looks at what `isEnough` is told of.
  @inline(__always)
  private static func pass(
    _ tables: CommonTables, _ body: ArraySlice<UInt8>, _ laidOutLocals: [ValueType],
    _ operands: inout ContiguousArray<ValueType>, _ frames: inout ContiguousArray<ControlFrame>,
    _ state: inout Position,
    atMost byteCount: Int, listing: Bool, _ isEnough: (CommonInstruction) -> Bool
  ) {
    let bytes = body.span
    // Contiguous arrays have had spans for longer than others.
    let table = tables.rows
    let rows = table.span
    let localTypes = ContiguousArray(laidOutLocals)
    let locals = localTypes.span
    let globalTypes = tables.globals
    let globals = globalTypes.span
    let valueTypes = tables.pool
    let pool = valueTypes.span
    let hasMemory = tables.hasPlainMemory
    let base = UInt32(truncatingIfNeeded: body.startIndex)
    let functionResults = frames[0].results
    var stack = operands.mutableSpan
    var blocks = frames.mutableSpan
    var count = state.operandCount
    var depth = state.frameCount
    var height = state.height
    var position = state.place
    // No integer that is read here has more than five bytes, and none of five follows anything but its opcode.
    let end = min(bytes.count - 6, position + min(byteCount, bytes.count))

    /// An integer of at most four bytes, which no type is too small for, without its sign; of length 0 when it is
    /// longer.
    @inline(__always)
    func integer(at place: Int) -> (bits: UInt32, length: Int) {
      let first = UInt32(bytes[place])
      if first < 0x80 { return (first, 1) }
      let second = UInt32(bytes[place &+ 1])
      if second < 0x80 { return (first & 0x7F | second &<< 7, 2) }
      let low = first & 0x7F | (second & 0x7F) &<< 7
      let third = UInt32(bytes[place &+ 2])
      if third < 0x80 { return (low | third &<< 14, 3) }
      let fourth = UInt32(bytes[place &+ 3])
      return (low | (third & 0x7F) &<< 14 | (fourth & 0x7F) &<< 21, fourth < 0x80 ? 4 : 0)
    }

    /// The same number with its sign.
    @inline(__always)
    func signed(_ bits: UInt32, _ length: Int) -> Int64 {
      let shift = Int64(64 &- 7 &* length)
      return (Int64(bits) &<< shift) &>> shift
    }

    instructions: while position < end {
      let opcode = Int(bytes[position])
      let kind = rows[opcode].kind
      var next = position &+ 1
      var remaining = count
      var result = UInt32(rows[opcode].result)
      var immediate: UInt64 = 0

      /// An index of one or two bytes; negative when it is longer.
      @inline(__always)
      func index(_ next: inout Int) -> Int {
        let first = bytes[next]
        next &+= 1
        if first < 0x80 { return Int(first) }
        let second = bytes[next]
        next &+= 1
        return second < 0x80 ? Int(first & 0x7F) | Int(second) &<< 7 : -1
      }

      checks: do {
        switch kind {
        case .other: break instructions
        case .plain, .nop: break
        case .localGet:
          let index = index(&next)
          guard UInt(bitPattern: index) < UInt(bitPattern: locals.count) else { break instructions }
          immediate = UInt64(truncatingIfNeeded: index)
          result = locals[index].rawValue
          break checks
        case .localSet, .localTee:
          let index = index(&next)
          guard UInt(bitPattern: index) < UInt(bitPattern: locals.count), count > height,
            stack[count &- 1] == locals[index]
          else { break instructions }
          immediate = UInt64(truncatingIfNeeded: index)
          if kind == .localSet { remaining &-= 1 }
          break checks
        case .integer32:
          let (bits, length) = integer(at: next)
          if length > 0 {
            if listing { immediate = UInt64(UInt32(truncatingIfNeeded: signed(bits, length))) }
            next &+= length
          } else {
            // The bits beyond the 32 must all equal the sign.
            let last = bytes[next &+ 4]
            guard last < 8 || last >= 0x78 && last < 0x80 else { break instructions }
            immediate = UInt64(bits | UInt32(last) &<< 28)
            next &+= 5
          }
          break checks
        case .integer64:
          let (bits, length) = integer(at: next)
          guard length > 0 else { break instructions }
          if listing { immediate = UInt64(bitPattern: signed(bits, length)) }
          next &+= length
          break checks
        case .fourBytes:
          if listing {
            for index in 0..<4 { immediate |= UInt64(bytes[next &+ index]) &<< UInt64(8 &* index) }
          }
          next &+= 4
          break checks
        case .eightBytes:
          guard next &+ 8 <= bytes.count else { break instructions }
          if listing {
            for index in 0..<8 { immediate |= UInt64(bytes[next &+ index]) &<< UInt64(8 &* index) }
          }
          next &+= 8
          break checks
        case .memory:
          guard hasMemory, bytes[next] <= rows[opcode].accessExponent else { break instructions }
          let (bits, length) = integer(at: next &+ 1)
          guard length > 0 else { break instructions }
          immediate = UInt64(bits)
          next &+= 1 &+ length
        case .globalGet:
          let index = index(&next)
          guard UInt(bitPattern: index) < UInt(bitPattern: globals.count) else { break instructions }
          immediate = UInt64(truncatingIfNeeded: index)
          result = globals[index].content.rawValue
          break checks
        case .globalSet:
          let index = index(&next)
          guard UInt(bitPattern: index) < UInt(bitPattern: globals.count), globals[index].isMutable,
            count > height, stack[count &- 1] == globals[index].content
          else { break instructions }
          immediate = UInt64(truncatingIfNeeded: index)
          remaining &-= 1
          break checks
        case .drop:
          guard count > height else { break instructions }
          remaining &-= 1
          break checks
        case .select:
          guard count &- height >= 3, stack[count &- 1] == .i32 else { break instructions }
          let type = stack[count &- 2]
          guard type == stack[count &- 3], type.isNumber || type.isVector else { break instructions }
          remaining &-= 2
          break checks
        case .block, .loop, .if:
          // Nothing, or one number.
          let type = bytes[next]
          guard type == 0x40 || type >= 0x7C && type <= 0x7F, depth < blocks.count,
            depth < ImplementationLimits.nesting, count <= ImplementationLimits.operands
          else { break instructions }
          if kind == .if {
            guard count > height, stack[count &- 1] == .i32 else { break instructions }
            remaining &-= 1
          }
          immediate = UInt64(type)
          height = remaining
          blocks[depth] = ControlFrame(
            opcode: Opcode(UInt32(bytes[position])), isUnreachable: false, initializationHeight: 0,
            parameters: .empty, results: FunctionValidator.commonResults(type), height: height)
          depth &+= 1
          next &+= 1
          break checks
        case .end, .else:
          guard depth > 1 else { break instructions }
          let frame = blocks[depth &- 1]
          let isIf = frame.opcode == .if
          guard count == height &+ frame.results.count, kind == .end || isIf else { break instructions }
          if frame.results.count != 0 {
            guard frame.results.count == 1, !isIf || kind == .else, frame.results.start < pool.count,
              stack[count &- 1] == pool[frame.results.start]
            else { break instructions }
          }
          if isIf, frame.parameters.count != 0 { break instructions }
          if kind == .end {
            depth &-= 1
            height = blocks[depth &- 1].height
          } else {
            remaining = height
            blocks[depth &- 1] = ControlFrame(
              opcode: .else, isUnreachable: false, initializationHeight: frame.initializationHeight,
              parameters: .empty, results: frame.results, height: height)
          }
          break checks
        case .br, .brIf:
          let index = index(&next)
          guard UInt(bitPattern: index) < UInt(bitPattern: depth) else { break instructions }
          if kind == .brIf {
            guard count > height, stack[count &- 1] == .i32 else { break instructions }
            remaining &-= 1
          }
          let carried = blocks[depth &- 1 &- index].labelTypes
          if carried.count != 0 {
            guard carried.count == 1, remaining > height, carried.start < pool.count,
              stack[remaining &- 1] == pool[carried.start]
            else { break instructions }
          }
          immediate = UInt64(truncatingIfNeeded: index)
          if kind == .br {
            remaining = height
            blocks[depth &- 1].isUnreachable = true
          }
          break checks
        case .unreachable:
          remaining = height
          blocks[depth &- 1].isUnreachable = true
          break checks
        case .return:
          if functionResults.count != 0 {
            guard functionResults.count == 1, count > height, functionResults.start < pool.count,
              stack[count &- 1] == pool[functionResults.start]
            else { break instructions }
          }
          remaining = height
          blocks[depth &- 1].isUnreachable = true
          break checks
        case .call:
          let index = index(&next)
          guard UInt(bitPattern: index) < UInt(bitPattern: tables.functions.count) else { break instructions }
          let type = Int(tables.functions[index])
          let parameters = tables.parameterLists[type]
          let results = tables.resultLists[type]
          var argument = parameters.count
          guard count &- height >= argument,
            count &- argument &+ results.count <= min(stack.count, ImplementationLimits.operands)
          else { break instructions }
          remaining = count &- argument
          while argument > 0 {
            argument &-= 1
            guard stack[remaining &+ argument] == pool[parameters.start &+ argument] else {
              break instructions
            }
          }
          for offset in 0..<results.count {
            stack[remaining] = pool[results.start &+ offset]
            remaining &+= 1
          }
          immediate = UInt64(truncatingIfNeeded: index)
          break checks
        }
        // Fixed types.
        var operands = rows[opcode].operands
        while operands != 0 {
          guard remaining > height, stack[remaining &- 1].rawValue == operands & 0xFF else {
            break instructions
          }
          remaining &-= 1
          operands &>>= 8
        }
      }
      if result != 0 {
        guard UInt(bitPattern: remaining) < UInt(bitPattern: stack.count) else { break instructions }
        stack[remaining] = ValueType(rawValue: result)
        remaining &+= 1
      }
      count = remaining
      let passed = CommonInstruction(
        opcode: UInt8(truncatingIfNeeded: opcode), offset: base &+ UInt32(truncatingIfNeeded: position),
        immediate: immediate)
      position = next
      if isEnough(passed) { break }
    }
    state = Position(place: position, operandCount: count, frameCount: depth, height: height)
  }

  /// The results of a block whose type is nothing or one number, given as in the binary format.
  @inline(__always)
  static func commonResults(_ type: UInt8) -> TypeList {
    type == 0x40 ? .empty : TypeSpace.commonNumber(type)
  }
}
