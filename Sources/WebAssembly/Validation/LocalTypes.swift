/// The types of a function's parameters and locals by index.

/// Few bytes can declare many locals, so only the first ones are laid out; the others are searched for in
/// their groups.
public struct LocalTypes: Sendable {
  public private(set) var parameterCount = 0
  public private(set) var count = 0
  private(set) var laidOut: [ValueType] = []
  /// One past the last local of each group, and the group's type.
  private var ends: [Int] = []
  private var types: [ValueType] = []

  private static let firstCount = 64

  /// Those of another function.
  mutating func reset(parameters: ArraySlice<ValueType>, groups: [LocalGroup]) {
    parameterCount = parameters.count
    laidOut.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    types.removeAll(keepingCapacity: true)
    laidOut.append(contentsOf: parameters)
    count = parameters.count
    for group in groups {
      count += Int(group.count)
      ends.append(count)
      types.append(group.type)
      while laidOut.count < min(count, Self.firstCount) { laidOut.append(group.type) }
    }
  }

  /// Nil when there is no such local.
  @inline(__always)
  public subscript(index: UInt32) -> ValueType? {
    Int(index) < laidOut.count ? laidOut[Int(index)] : search(Int(index))
  }

  @inline(never)
  private func search(_ index: Int) -> ValueType? {
    guard index < count else { return nil }
    // The first group that ends behind the index.
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= index { low = middle + 1 } else { high = middle }
    }
    return types[low]
  }
}
