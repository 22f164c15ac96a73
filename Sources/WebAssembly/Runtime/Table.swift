/// A table of references (Core 4.2.8). Its storage has a fixed address that running code uses.
public final class Table {
  public private(set) var type: TableType
  /// The elements' type with process-wide ids for type indices.
  let element: ValueType
  let storage: UnsafeMutablePointer<TableStorage>
  private var capacity: Int
  private let limits: StoreLimits
  /// What elements refer to.
  private let heap: Heap

  init(_ type: TableType, element: ValueType, fill: UInt64, store: Store) throws {
    let limits = store.limits
    guard type.limits.minimum <= limits.tableElementCount else { throw Trap(.allocationFailure) }
    self.type = type
    self.element = element
    self.limits = limits
    heap = store.heap
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

  /// False beyond the end, and for a reference that is not of the elements' type.
  public func set(_ index: UInt64, _ reference: Reference) -> Bool {
    guard index < UInt64(count), accepts(reference) else { return false }
    storage.pointee.elements[Int(index)] = reference.bits
    return true
  }

  /// The former count, or nil when the table cannot grow so far (4.4.6, table.grow) or the reference is not
  /// of the elements' type.
  public func grow(by more: UInt64, _ reference: Reference) -> UInt64? {
    accepts(reference) ? grow(by: more, bits: reference.bits) : nil
  }

  private func accepts(_ reference: Reference) -> Bool {
    reference.matches(element) && (reference.heap == nil || reference.heap === heap)
  }

  func grow(by more: UInt64, bits: UInt64) -> UInt64? {
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
    for index in Int(former)..<Int(total) { storage.pointee.elements[index] = bits }
    storage.pointee.count = UInt(total)
    type.limits.minimum = total
    return former
  }

  /// The element's bits, nil beyond the end.
  func bits(at index: UInt64) -> UInt64? {
    index < UInt64(count) ? storage.pointee.elements[Int(index)] : nil
  }

  /// False beyond the end.
  func setBits(_ index: UInt64, _ bits: UInt64) -> Bool {
    guard index < UInt64(count) else { return false }
    storage.pointee.elements[Int(index)] = bits
    return true
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
