/// The last pass, *encode*: writes each operation's fields where its layout has them. A value that its field
/// cannot hold is refused, never cut.

@_spi(Translation) import WebAssemblyHandlers

enum EncodePass {
  /// Writes the operations that were laid out into `block`, which has exactly their size, and tells where
  /// those that may trap or call lie.
  static func run(
    _ list: borrowing OperationList, _ layout: borrowing CodeLayout, _ tables: OperationTables,
    into block: CodeBlock, positions: inout TrivialList<CodePosition>, splits: inout [UInt32],
    check: () throws -> Void
  ) throws {
    var offset = 0
    for index in 0..<list.count {
      if index & Translation.checkMask == 0 { try check() }
      let family = list[index].family
      guard family != .label else { continue }
      let form = Int(list[index].operation)
      let fields = tables.layout(of: form)
      let byteCount = tables.byteCount(ofLayout: fields)
      let fieldCount = tables.fieldCount(ofLayout: fields)
      let place = block.place(at: offset, byteCount: byteCount)
      place.setHandler(tables.handler(of: form))
      var position = 0
      while position < fieldCount {
        let field = tables.field(position, ofLayout: fields)
        position &+= 1
        let value: UInt64
        switch field.kind {
        case .result: value = UInt64(list[index].result)
        case .a: value = UInt64(list[index].a)
        case .b: value = UInt64(list[index].b)
        case .c: value = UInt64(list[index].c)
        case .x: value = UInt64(list[index].x)
        case .y: value = UInt64(list[index].y)
        case .immediate: value = list[index].immediate
        case .offset: value = list[index].offset
        case .jump: value = distance(from: offset, to: list[index].x, layout)
        case .cost: value = UInt64(layout.costs[Int(list[index].x)])
        case .nextCost: value = UInt64(list[index].counted)
        case .list:
          try encodeList(field, of: list[index], at: offset, list, layout, into: block)
          continue
        }
        guard place.store(value, at: field.byteOffset, bits: field.bitWidth) else {
          throw refused(value, field, list[index])
        }
      }
      let flags = list[index].flags
      if !flags.isDisjoint(with: [.hasPosition, .split, .hasList]) {
        if flags.contains(.hasPosition) {
          positions.append(
            CodePosition(offset: UInt32(truncatingIfNeeded: offset), source: list[index].source))
        }
        if flags.contains(.split) { splits.append(list[index].source) }
        if flags.contains(.hasList) {
          offset &+= tables.byteCount(of: form, listCount: Int(list[index].y)) &- byteCount
        }
      }
      offset &+= byteCount
    }
  }

  private static func encodeList(
    _ field: LayoutField, of operation: VirtualOperation, at start: Int, _ list: borrowing OperationList,
    _ layout: borrowing CodeLayout, into block: CodeBlock
  ) throws(TranslationError) {
    let isBranches = field.format == .branches
    let bitWidth = field.bitWidth
    var place = start &+ field.byteOffset
    for index in Int(operation.c)..<Int(operation.c) &+ Int(operation.y) {
      let element = list.pool[index]
      let fits =
        isBranches
        ? block.storeBranch(
          distance(from: start, to: element, layout), cost: layout.costs[Int(element)], at: place)
        : block.store(UInt64(element), at: place, bits: bitWidth)
      guard fits else { throw refused(UInt64(element), field, operation) }
      place &+= bitWidth / 8
    }
  }

  /// A jump's field. The layout has no offset that 31 bits do not hold.
  private static func distance(from start: Int, to label: Label, _ layout: borrowing CodeLayout) -> UInt64 {
    UInt64(UInt32(bitPattern: Int32(Int(layout.offsets[Int(label)]) - start)))
  }

  private static func refused(_ value: UInt64, _ field: LayoutField, _ operation: VirtualOperation)
    -> TranslationError
  {
    TranslationError(
      "an operation \(OperationTable.name(of: operation.family)) needs \(value) in a field of "
        + "\(field.bitWidth) bits; split the function")
  }
}
