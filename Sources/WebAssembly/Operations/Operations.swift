/// All rows, in the order of their families' numbers.

enum Operations {
  static let chapters: [Chapter] = [
    MoveOperations.chapter, ControlOperations.chapter, CallOperations.chapter, NumericOperations.integers,
    NumericOperations.floats, MemoryOperations.chapter, TableOperations.chapter, ObjectOperations.chapter,
    VectorOperations.arithmetic, VectorOperations.accesses, AtomicOperations.chapter,
  ]

  static let families: [OperationRow] = chapters.flatMap(\.rows)

  private static let numbers: [String: Int] = {
    var numbers: [String: Int] = [:]
    for (number, family) in families.enumerated() {
      precondition(
        numbers.updateValue(number, forKey: family.name) == nil, "two rows are named \(family.name)")
    }
    return numbers
  }()

  static func number(of family: String) -> Int {
    guard let number = numbers[family] else { preconditionFailure("there is no family \(family)") }
    return number
  }
}
