/// Pushing, popping and comparing operand types (Core A.3), and the errors about them.

extension FunctionValidator {
  @inline(__always)
  mutating func push(_ type: ValueType) {
    if operandCount < operandTypes.count {
      // Most often the type is there already, left from an operand before.
      if operandTypes[operandCount] != type { operandTypes[operandCount] = type }
    } else {
      growOperands(type)
    }
    operandCount &+= 1
  }

  @inline(never)
  private mutating func growOperands(_ type: ValueType) { operandTypes.append(type) }

  @inline(__always)
  mutating func push(_ list: TypeList) {
    for offset in 0..<list.count { push(type(list, offset)) }
  }

  /// Whether lists have the same length, and each type of the first matches its counterpart.
  func matches(_ list: TypeList, _ expected: TypeList) -> Bool {
    list.count == expected.count
      && zip(types(list), types(expected)).allSatisfy { types.matches($0, $1) }
  }

  /// Pops an operand whatever its type; `bottom` when unreachable code has none.
  @inline(__always)
  mutating func popAny() throws(ValidationError) -> ValueType {
    if operandCount > height {
      operandCount &-= 1
      return operandTypes[operandCount]
    }
    guard isUnreachable else { throw error("type mismatch: instruction requires a value but stack has []") }
    return .bottom
  }

  /// Pops an operand that matches a type.
  @inline(__always)
  mutating func pop(_ expected: ValueType) throws(ValidationError) {
    if operandCount > height, operandTypes[operandCount &- 1] == expected {
      operandCount &-= 1
    } else {
      try popMatching(expected)
    }
  }

  @inline(never)
  private mutating func popMatching(_ expected: ValueType) throws(ValidationError) {
    guard operandCount > height else {
      guard isUnreachable else { throw mismatch(requires: [expected]) }
      return
    }
    guard types.matches(operandTypes[operandCount - 1], expected) else {
      throw mismatch(requires: [expected])
    }
    operandCount -= 1
  }

  /// Pops operands that match a list of types, the last on top.
  @inline(__always)
  mutating func pop(_ list: TypeList) throws(ValidationError) {
    if list.count == 0 { return }
    if list.count == 1 { try pop(type(list, 0)) } else { try popAll(list) }
  }

  @inline(never)
  private mutating func popAll(_ list: TypeList) throws(ValidationError) {
    try checkTop(list)
    operandCount -= min(list.count, operandCount - height)
  }

  /// Checks that the topmost operands match a list of types and leaves them.
  mutating func checkTop(_ list: TypeList) throws(ValidationError) {
    let available = operandCount - height
    if available < list.count, !isUnreachable { throw mismatch(requires: types(list)) }
    for depth in 0..<min(list.count, available) {
      let expected = type(list, list.count - 1 - depth)
      guard types.matches(operandTypes[operandCount - 1 - depth], expected) else {
        throw mismatch(requires: types(list))
      }
    }
  }

  /// Replaces the topmost operands, which must match, by the types of the list.
  mutating func replaceTop(_ list: TypeList) throws(ValidationError) {
    if list.count == 0 { return }
    try pop(list)
    push(list)
  }

  /// Pops a reference of any type; a reference to `bottom` when unreachable code has none.
  mutating func popReference() throws(ValidationError) -> ValueType {
    let type = try popAny()
    if type == .bottom { return .reference(.bottom, nullable: false) }
    guard type.isReference else {
      throw error("type mismatch: instruction requires a reference but stack has [\(type)]")
    }
    return type
  }

  /// The list that holds one type.
  mutating func list(of type: ValueType) -> TypeList {
    if let index = TypeSpace.commonTypes.firstIndex(of: type) { return TypeList(start: index, count: 1) }
    if let place = extraTypePlaces[type] { return TypeList(start: place, count: 1) }
    let place = types.pool.count + extraTypes.count
    extraTypes.append(type)
    extraTypePlaces[type] = place
    return TypeList(start: place, count: 1)
  }

  // MARK: - Errors

  func error(_ message: String) -> ValidationError {
    ValidationError(functionIndex: functionIndex.map { UInt32($0) }, offset: currentOffset, message)
  }

  func malformed(_ message: String, at offset: Int? = nil) -> ValidationError {
    ValidationError(
      functionIndex: functionIndex.map { UInt32($0) }, offset: offset ?? currentOffset, message,
      isMalformed: true)
  }

  @inline(never)
  func unknown(_ what: String, _ index: UInt32) -> ValidationError { error("unknown \(what) \(index)") }

  /// The error about operands that are not those required, in the official words.
  @inline(never)
  func mismatch(requires required: some RandomAccessCollection<ValueType>) -> ValidationError {
    let available = operandTypes[max(height, operandCount - required.count)..<operandCount]
    return error(
      "type mismatch: instruction requires \(describe(required)) but stack has \(describe(available)) "
        + "(\(InstructionTable.rows[currentRow].mnemonic))")
  }

  func describe(_ types: some RandomAccessCollection<ValueType>) -> String { BoundedText.types(types) }
  func describe(_ list: TypeList) -> String { describe(types(list)) }

  // MARK: - Immediates

  /// Whether the types that a value type names exist.
  func check(_ type: ValueType) throws(ValidationError) {
    if let index = type.usedTypeIndex, Int(index) >= types.types.count { throw unknown("type", index) }
  }

  /// The block that a label names.
  @inline(__always)
  mutating func label(_ index: UInt32) throws(ValidationError) -> ControlFrame {
    guard Int(index) < frameCount else { throw unknown("label", index) }
    return frames[frameCount &- 1 &- Int(index)]
  }

  /// What a branch to a label carries.
  @inline(__always)
  mutating func labelTypes(_ index: UInt32) throws(ValidationError) -> TypeList {
    guard Int(index) < frameCount else { throw unknown("label", index) }
    return frames[frameCount &- 1 &- Int(index)].labelTypes
  }

  /// The index of a function type.
  func functionType(_ index: UInt32) throws(ValidationError) -> UInt32 {
    guard Int(index) < types.types.count else { throw unknown("type", index) }
    guard types.isFunction(index) else {
      throw error("type mismatch: type \(index) is not a function type")
    }
    return index
  }
}
