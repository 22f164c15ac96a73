/// The pass *lay out*: chooses each operation's form, says where it lies, and what the metered segments cost.

@_spi(Translation) import WebAssemblyHandlers

/// Where a function's operations and labels lie, in bytes from the first operation, and what follows a label
/// costs. Storage is used again for the next function.
struct CodeLayout: ~Copyable {
  /// Of the label's place.
  private(set) var offsets = TrivialList<UInt32>(capacity: 64)
  /// Source instructions from the label to the end of its metered segment.
  private(set) var costs = TrivialList<UInt32>(capacity: 64)
  private(set) var byteCount = 0
  /// What entering the function charges.
  private(set) var entryCost: UInt32 = 0
  /// Operations that may trap or call.
  private(set) var positionCount = 0

  /// Bytes of storage: what is there, and what so many labels take at most while it grows.
  var heldByteCount: Int { offsets.capacity * 4 + costs.capacity * 4 }
  static func byteCount(ofLabels count: Int) -> Int { count * 16 }

  /// The most bytes of one function's code: what a jump's field spans.
  static let maximumByteCount = Int(Int32.max)

  /// Throws when the code is longer than jumps can span.
  mutating func run(
    _ list: inout OperationList, _ tables: OperationTables, labelCount: Int, check: () throws -> Void
  ) throws {
    while offsets.count < labelCount {
      offsets.append(0)
      costs.append(0)
    }
    var positionCount = 0
    var offset = 0
    for index in 0..<list.count {
      if index & Translation.checkMask == 0 { try check() }
      let family = list[index].family
      if family == .label {
        offsets[Int(list[index].x)] = UInt32(truncatingIfNeeded: offset)
        continue
      }
      let facts = tables.facts(family)
      let form = tables.operation(facts, list[index].places)
      precondition(form >= 0, "the passes choose only forms that exist")
      list[index].operation = UInt16(truncatingIfNeeded: form)
      if facts.hasList {
        offset &+= tables.byteCount(of: form, listCount: Int(list[index].y))
        list[index].flags.insert(.hasList)
      } else {
        offset &+= tables.byteCount(ofLayout: tables.layout(of: form))
      }
      if facts.hasPosition {
        positionCount &+= 1
        list[index].flags.insert(.hasPosition)
      }
      // Before an offset could leave its 32 bits.
      guard offset <= Self.maximumByteCount else {
        throw TranslationError("its code needs more than 2^31 bytes; split it")
      }
    }
    byteCount = offset
    self.positionCount = positionCount
    try check()
    chargeSegments(&list, tables)
  }

  /// A segment ends with a transfer of control; whatever leads into it pays for the rest of it.
  private mutating func chargeSegments(_ list: inout OperationList, _ tables: OperationTables) {
    var end = list.counted
    var index = list.count &- 1
    while index >= 0 {
      let family = list[index].family
      let counted = list[index].counted
      if family == .label {
        costs[Int(list[index].x)] = end &- counted
      } else if tables.facts(family).endsSegment {
        list[index].counted = end &- counted
        end = counted
      }
      index &-= 1
    }
    entryCost = end
  }
}
