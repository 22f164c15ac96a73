/// A table of references (Core 4.2.8). Its storage has a fixed address that running code uses.
public final class Table {
  public private(set) var type: TableType
  let storage: UnsafeMutablePointer<TableStorage>
  private var capacity: Int
  private let limits: StoreLimits

  init(_ type: TableType, fill: UInt64, limits: StoreLimits) throws {
    guard type.limits.minimum <= limits.tableElementCount else { throw Trap(.allocationFailure) }
    self.type = type
    self.limits = limits
    let count = Int(type.limits.minimum)
    capacity = max(count, 1)
    let elements = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
    elements.initialize(repeating: fill, count: capacity)
    storage = .allocate(capacity: 1)
    storage.initialize(to: TableStorage(elements: elements, count: UInt(count)))
  }

  deinit {
    storage.pointee.elements.deallocate()
    storage.deallocate()
  }

  public var count: Int { Int(storage.pointee.count) }

  /// The element's reference, nil beyond the end.
  public subscript(index: UInt64) -> Reference? {
    guard index < UInt64(count) else { return nil }
    return Reference(bits: storage.pointee.elements[Int(index)])
  }

  /// False beyond the end.
  public func set(_ index: UInt64, _ reference: Reference) -> Bool {
    guard index < UInt64(count) else { return false }
    storage.pointee.elements[Int(index)] = reference.bits
    return true
  }

  /// The former count, or nil when the table cannot grow so far (4.4.6, table.grow).
  public func grow(by more: UInt64, _ reference: Reference) -> UInt64? {
    let former = UInt64(count)
    let (total, overflow) = former.addingReportingOverflow(more)
    let most = min(type.limits.maximum ?? .max, limits.tableElementCount)
    guard !overflow, total <= most else { return nil }
    if Int(total) > capacity {
      let newCapacity = max(Int(total), min(capacity * 2, Int(most)))
      let elements = UnsafeMutablePointer<UInt64>.allocate(capacity: newCapacity)
      elements.initialize(repeating: 0, count: newCapacity)
      elements.update(from: storage.pointee.elements, count: count)
      storage.pointee.elements.deallocate()
      storage.pointee.elements = elements
      capacity = newCapacity
    }
    for index in Int(former)..<Int(total) { storage.pointee.elements[index] = reference.bits }
    storage.pointee.count = UInt(total)
    type.limits.minimum = total
    return former
  }

  /// Whether `count` elements from `index` lie within the table.
  func contains(_ index: UInt64, _ count: UInt64) -> Bool {
    let (end, overflow) = index.addingReportingOverflow(count)
    return !overflow && end <= UInt64(self.count)
  }

  /// The elements' bits, for a snapshot.
  func capture() -> [UInt64] {
    [UInt64](UnsafeBufferPointer(start: storage.pointee.elements, count: count))
  }

  /// `elements` was captured from this table, which is never smaller than it was then.
  func restore(_ elements: [UInt64]) {
    for (index, element) in elements.enumerated() { storage.pointee.elements[index] = element }
    storage.pointee.count = UInt(elements.count)
    type.limits.minimum = UInt64(elements.count)
  }
}
