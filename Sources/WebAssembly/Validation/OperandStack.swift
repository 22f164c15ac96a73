/// Pushing, popping and comparing operand types (Core A.3), and the errors about them.

extension FunctionValidator {
  @inline(__always)
  mutating func push(_ type: ValueType) { operands.append(type) }

  @inline(__always)
  mutating func push(_ list: TypeList) {
    for offset in 0..<list.count { operands.append(type(list, offset)) }
  }

  /// A type of a list, 0 being the first.
  @inline(__always)
  func type(_ list: TypeList, _ offset: Int) -> ValueType {
    let index = list.start &+ offset
    return index < types.pool.count ? types.pool[index] : extraTypes[index &- types.pool.count]
  }

  /// Whether lists have the same length, and each type of the first matches its counterpart.
  func matches(_ list: TypeList, _ expected: TypeList) -> Bool {
    list.count == expected.count
      && (0..<list.count).allSatisfy { types.matches(type(list, $0), type(expected, $0)) }
  }

  /// Pops an operand whatever its type; `bottom` when unreachable code has none.
  @inline(__always)
  mutating func popAny() throws(ValidationError) -> ValueType {
    if operands.count > height { return operands.removeLast() }
    guard isUnreachable else { throw error("type mismatch: instruction requires a value but stack has []") }
    return .bottom
  }

  /// Pops an operand that matches a type.
  @inline(__always)
  mutating func pop(_ expected: ValueType) throws(ValidationError) {
    if operands.count > height, operands[operands.count &- 1] == expected {
      operands.removeLast()
    } else {
      try popMatching(expected)
    }
  }

  @inline(never)
  private mutating func popMatching(_ expected: ValueType) throws(ValidationError) {
    guard operands.count > height else {
      guard isUnreachable else { throw mismatch(requires: [expected]) }
      return
    }
    guard types.matches(operands[operands.count - 1], expected) else { throw mismatch(requires: [expected]) }
    operands.removeLast()
  }

  /// Pops operands that match a list of types, the last on top.
  @inline(__always)
  mutating func pop(_ list: TypeList) throws(ValidationError) {
    if list.count == 0 { return }
    try popAll(list)
  }

  private mutating func popAll(_ list: TypeList) throws(ValidationError) {
    try checkTop(list)
    operands.removeLast(min(list.count, operands.count - height))
  }

  /// Checks that the topmost operands match a list of types and leaves them.
  mutating func checkTop(_ list: TypeList) throws(ValidationError) {
    let available = operands.count - height
    if available < list.count, !isUnreachable { throw mismatch(requires: Array(types(list))) }
    for depth in 0..<min(list.count, available) {
      let expected = type(list, list.count - 1 - depth)
      guard types.matches(operands[operands.count - 1 - depth], expected) else {
        throw mismatch(requires: Array(types(list)))
      }
    }
  }

  /// Replaces the topmost operands, which must match, by the types of the list.
  mutating func replaceTop(_ list: TypeList) throws(ValidationError) {
    if list.count == 0 { return }
    try popAll(list)
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
  func mismatch(requires required: [ValueType]) -> ValidationError {
    let available = operands[max(height, operands.count - required.count)...]
    return error(
      "type mismatch: instruction requires \(describe(required[...])) but stack has \(describe(available)) "
        + "(\(InstructionTable.rows[currentRow].mnemonic))")
  }

  func describe(_ types: ArraySlice<ValueType>) -> String {
    "[" + types.map(\.description).joined(separator: " ") + "]"
  }
  func describe(_ list: TypeList) -> String { describe(types(list)) }

  // MARK: - Immediates

  /// Whether the types that a value type names exist.
  func check(_ type: ValueType) throws(ValidationError) {
    if let index = type.usedTypeIndex, Int(index) >= types.types.count { throw unknown("type", index) }
  }

  /// The block that a label names.
  @inline(__always)
  func label(_ index: UInt32) throws(ValidationError) -> ControlFrame {
    guard Int(index) < controls.count else { throw unknown("label", index) }
    return controls[controls.count &- 1 &- Int(index)]
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
