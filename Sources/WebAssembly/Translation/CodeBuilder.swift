/// Writes internal code: words, fields, positions and the costs of metered segments.
///
/// An instruction is a word with its handler's address and one to three words of fields. Slots are 16-bit
/// indices into the frame, jumps are relative to the instruction (a table's to the table's instruction).

/// A place in the code that waits for the cost of the segment that starts where it leads.
struct CostField {
  enum Kind {
    /// 16 bits at `shift` of the word at `word`.
    case branch
    /// The upper 32 bits of the word at `word`: what a return to the call charges.
    case call
    /// The loop label at index `word`.
    case loop
    /// The function's entry.
    case entry
    /// The landing of a catch clause.
    case landing
  }
  var kind: Kind
  var word: Int
  var shift: Int = 0
}

/// Maps an instruction of the internal code to the source instruction that may trap in it.
struct CodePosition: BitwiseCopyable {
  var word: UInt32
  /// Byte offset in the module.
  var source: UInt32
}

struct CodeBuilder {
  private(set) var words: [UInt64] = []
  private(set) var positions: [CodePosition] = []
  private(set) var entryCost = 0
  private(set) var loopCosts: [Int] = []
  /// Inner regions before outer ones.
  var regions: [TryRegion] = []
  /// The cost of the landing that `leadToLanding` began, once its segment is closed.
  private(set) var landingCost = 0
  /// Source offsets at which a segment ends inside straight code.
  private(set) var splits: [Int] = []

  /// Counted source instructions so far.
  private(set) var counted = 0
  /// Fields that lead into the current segment, each with `counted` at the place where it leads.
  private var openFields: [(field: CostField, start: Int)] = []
  private var segmentStart = 0

  /// The longest segment whose cost a 16-bit field holds, with room to spare.
  static let maximumSegment = 60_000

  /// Where the source instruction being translated stands.
  var sourceOffset = 0

  init(capacity: Int) {
    words.reserveCapacity(capacity)
    openFields.append((CostField(kind: .entry, word: 0), 0))
  }

  // MARK: - Instructions

  /// Appends an instruction without fields of its own yet; `operation` indexes the handler table.
  @discardableResult
  mutating func emit(_ operation: Int, _ fields: UInt64) -> Int {
    let word = words.count
    positions.append(
      CodePosition(word: UInt32(truncatingIfNeeded: word), source: UInt32(truncatingIfNeeded: sourceOffset)))
    words.append(UInt64(HandlerTable.addresses[operation]))
    words.append(fields)
    return word
  }

  @discardableResult
  mutating func emit(_ operation: ControlOperation, _ fields: UInt64) -> Int {
    emit(Int(operation.rawValue), fields)
  }

  mutating func append(_ word: UInt64) { words.append(word) }

  /// Exchanges the handler of the instruction at `word`.
  mutating func replaceHandler(at word: Int, with operation: Int) {
    words[word] = UInt64(HandlerTable.addresses[operation])
  }

  mutating func replaceFields(at word: Int, with fields: UInt64) { words[word + 1] = fields }

  func fields(at word: Int) -> UInt64 { words[word + 1] }

  /// Takes back the last instruction, which begins at `word`.
  mutating func removeLast(from word: Int) {
    words.removeSubrange(word...)
    positions.removeLast()
  }

  // MARK: - Jumps

  /// Writes the distance from the instruction at `origin` to the one at `target` into a 32-bit field.
  mutating func setJump(word: Int, shift: Int, origin: Int, target: Int) {
    let distance = UInt64(UInt32(bitPattern: Int32(truncatingIfNeeded: (target - origin) * 8)))
    words[word] = (words[word] & ~(0xFFFF_FFFF << UInt64(shift))) | distance << UInt64(shift)
  }

  // MARK: - Costs

  /// Counts one source instruction.
  mutating func count() { counted += 1 }

  var segmentIsLong: Bool { counted - segmentStart >= Self.maximumSegment }

  /// Registers a field that leads to the current place.
  mutating func leadHere(_ field: CostField) { openFields.append((field, counted)) }

  /// Ends the segment with the current instruction, before its cost outgrows the field.
  mutating func recordSplit() { splits.append(sourceOffset) }

  /// Ends the segment at a transfer of control: every field that led into it gets its cost.
  mutating func closeSegment() {
    for (field, start) in openFields { setCost(field, counted - start) }
    openFields.removeAll(keepingCapacity: true)
    segmentStart = counted
  }

  mutating func leadToLanding() { leadHere(CostField(kind: .landing, word: 0)) }

  mutating func newLoop() -> Int {
    loopCosts.append(0)
    leadHere(CostField(kind: .loop, word: loopCosts.count - 1))
    return loopCosts.count - 1
  }

  mutating func setCost(_ field: CostField, _ cost: Int) {
    switch field.kind {
    case .branch: words[field.word] |= UInt64(cost) << UInt64(field.shift)
    case .call: words[field.word] |= UInt64(cost) << 32
    case .loop: loopCosts[field.word] = cost
    case .entry: entryCost = cost
    case .landing: landingCost = cost
    }
  }
}

// MARK: - Fields

/// Fields of an instruction's second word, by byte offset in the instruction.
enum Fields {
  @inline(__always) static func slots(_ at8: Int, _ at10: Int = 0, _ at12: Int = 0, _ at14: Int = 0) -> UInt64
  {
    UInt64(truncatingIfNeeded: at8) | UInt64(truncatingIfNeeded: at10) << 16
      | UInt64(truncatingIfNeeded: at12) << 32 | UInt64(truncatingIfNeeded: at14) << 48
  }

  /// Two slots and 32 bits at offset 12.
  @inline(__always) static func slots(_ at8: Int, _ at10: Int, value: UInt32) -> UInt64 {
    UInt64(truncatingIfNeeded: at8) | UInt64(truncatingIfNeeded: at10) << 16 | UInt64(value) << 32
  }
}
