/// Memories, tables and segments (Core 3.3.5, 3.3.6).

extension FunctionValidator {
  /// Checks a load or store's immediates and returns the type of addresses into the memory.
  @inline(__always)
  mutating func checkAccess(_ instruction: Instruction, _ row: PackedRow) throws(ValidationError)
    -> AddressType
  {
    if hasPlainMemory, instruction.a == 0, instruction.b <= UInt32(row.accessExponent),
      instruction.value <= UInt64(UInt32.max), row.immediate != .memoryArgumentLane, !row.wantsExactAlignment
    {
      return .i32
    }
    return try checkOtherAccess(instruction, row)
  }

  @inline(never)
  private func checkOtherAccess(_ instruction: Instruction, _ row: PackedRow) throws(ValidationError)
    -> AddressType
  {
    guard Int(instruction.a) < context.memories.count else { throw unknown("memory", instruction.a) }
    let addressType = context.memories[Int(instruction.a)].addressType
    if instruction.b > UInt32(row.accessExponent) || instruction.value > UInt64(UInt32.max)
      || row.immediate == .memoryArgumentLane || row.wantsExactAlignment
    {
      try checkUnusualAccess(instruction, row, addressType)
    }
    return addressType
  }

  private func checkUnusualAccess(_ instruction: Instruction, _ row: PackedRow, _ addressType: AddressType)
    throws(ValidationError)
  {
    guard instruction.b <= UInt32(row.accessExponent) else {
      throw error(
        "alignment must not be larger than natural: 2^\(instruction.b), where an access takes "
          + "\(1 << UInt32(row.accessExponent)) bytes")
    }
    guard !row.wantsExactAlignment || instruction.b == UInt32(row.accessExponent) else {
      throw error("atomic alignment must be natural: \(1 << UInt32(row.accessExponent)) bytes")
    }
    guard addressType == .i64 || instruction.value <= UInt64(UInt32.max) else {
      throw error("offset out of range: it must be less than 2^32")
    }
    try checkLanes(instruction, row)
  }

  func checkLanes(_ instruction: Instruction, _ row: PackedRow) throws(ValidationError) {
    if row.immediate == .lanes16 {
      for word in [instruction.value, instruction.value2] {
        // A lane is below 32 when its three upper bits are clear.
        guard word & 0xE0E0_E0E0_E0E0_E0E0 == 0 else {
          throw error("invalid lane index: shuffle has 32 lanes to choose from")
        }
      }
    } else if row.laneCount > 0, instruction.lane >= row.laneCount {
      throw error("invalid lane index \(instruction.lane): there are \(row.laneCount) lanes")
    }
  }

  mutating func validateMemoryOrTable(_ instruction: Instruction, _ opcode: Opcode) throws(ValidationError) {
    switch opcode {
    case .memorySize:
      push(try address(ofMemory: instruction.a))
    case .memoryGrow:
      let address = try address(ofMemory: instruction.a)
      try pop(address)
      push(address)
    case .memoryFill:
      let address = try address(ofMemory: instruction.a)
      try pop(address, .i32, address)
    case .memoryCopy:
      let destination = try address(ofMemory: instruction.a)
      let source = try address(ofMemory: instruction.b)
      try pop(destination, source, smaller(destination, source))
    case .memoryInit:
      let address = try address(ofMemory: instruction.b)
      try checkData(instruction.a)
      try pop(address, .i32, .i32)
    case .dataDrop:
      try checkData(instruction.a)
    case .tableGet:
      let table = try table(instruction.a)
      try pop(table.addressType.valueType)
      push(table.element)
    case .tableSet:
      let table = try table(instruction.a)
      try pop(table.element)
      try pop(table.addressType.valueType)
    case .tableSize:
      push(try table(instruction.a).addressType.valueType)
    case .tableGrow:
      let table = try table(instruction.a)
      try pop(table.addressType.valueType)
      try pop(table.element)
      push(table.addressType.valueType)
    case .tableFill:
      let table = try table(instruction.a)
      try pop(table.addressType.valueType, table.element, table.addressType.valueType)
    case .tableCopy:
      let destination = try table(instruction.a)
      let source = try table(instruction.b)
      guard types.matches(source.element, destination.element) else {
        throw error("type mismatch: \(source.element) cannot be copied to a table of \(destination.element)")
      }
      let destinationAddress = destination.addressType.valueType
      let sourceAddress = source.addressType.valueType
      try pop(destinationAddress, sourceAddress, smaller(destinationAddress, sourceAddress))
    case .tableInit:
      let table = try table(instruction.b)
      let element = try elementType(instruction.a)
      guard types.matches(element, table.element) else {
        throw error("type mismatch: elements of \(element) do not fit a table of \(table.element)")
      }
      try pop(table.addressType.valueType, .i32, .i32)
    case .elemDrop:
      _ = try elementType(instruction.a)
    default:
      throw malformed("illegal opcode \(String(opcode.rawValue, radix: 16))")
    }
  }

  private mutating func pop(_ first: ValueType, _ second: ValueType, _ third: ValueType)
    throws(ValidationError)
  {
    try pop(third)
    try pop(second)
    try pop(first)
  }

  /// The type of a length in both of two memories or tables.
  private func smaller(_ left: ValueType, _ right: ValueType) -> ValueType {
    left == .i64 && right == .i64 ? .i64 : .i32
  }

  private func address(ofMemory index: UInt32) throws(ValidationError) -> ValueType {
    guard Int(index) < context.memories.count else { throw unknown("memory", index) }
    return context.memories[Int(index)].addressType.valueType
  }

  private func table(_ index: UInt32) throws(ValidationError) -> TableType {
    guard Int(index) < context.tables.count else { throw unknown("table", index) }
    return context.tables[Int(index)]
  }

  func elementType(_ index: UInt32) throws(ValidationError) -> ValueType {
    guard Int(index) < context.elementTypes.count else { throw unknown("elem segment", index) }
    return context.elementTypes[Int(index)]
  }

  /// Without the data count section the binary format cannot tell whether a segment exists (5.5.16).
  func checkData(_ index: UInt32) throws(ValidationError) {
    guard context.module.dataCount != nil else {
      throw malformed("data count section required")
    }
    guard Int(index) < context.module.data.count else { throw unknown("data segment", index) }
  }
}
