/// A table of references (Core 4.2.8). Its storage has a fixed address that running code uses.
public final class Table {
  public private(set) var type: TableType
  /// The elements' type with the engine's ids for type indices.
  let element: ValueType
  let storage: UnsafeMutablePointer<TableStorage>
  private var capacity: Int
  private let limits: StoreLimits
  /// What the elements are charged to, 8 bytes each.
  private let budget: MemoryBudget
  /// What elements refer to.
  let heap: Heap

  /// Throws `ExecutionLimit.memory` when the store may not hold so much, and the trap `allocation failure`
  /// when a table may not have so many elements.
  init(_ type: TableType, element: ValueType, fill: UInt64, store: Store) throws {
    let limits = store.limits
    guard type.limits.minimum <= limits.tableElementCount, type.limits.minimum <= Self.mostElements else {
      throw Trap(.allocationFailure)
    }
    self.type = type
    self.element = element
    self.limits = limits
    budget = store.budget
    heap = store.heap
    let count = Int(type.limits.minimum)
    guard budget.take(count * 8) || heap.makeRoom(count * 8) else { throw ExecutionLimit.memory }
    capacity = max(count, 1)
    let elements = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
    elements.initialize(repeating: fill, count: count)
    storage = .allocate(capacity: 1)
    storage.initialize(to: TableStorage(elements: elements, count: UInt(count)))
  }

  deinit {
    budget.giveBack(count * 8)
    storage.pointee.elements.deallocate()
    storage.deallocate()
  }

  /// Elements that any table may have, whatever the limits say.
  private static let mostElements: UInt64 = 1 << 32

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
  /// of the elements' type. Throws `ExecutionLimit.memory` when the store may not hold so much.
  public func grow(by more: UInt64, _ reference: Reference) throws -> UInt64? {
    accepts(reference) ? try grow(by: more, bits: reference.bits) : nil
  }

  private func accepts(_ reference: Reference) -> Bool {
    reference.matches(element, heap.engine.types) && (reference.heap == nil || reference.heap === heap)
  }

  /// Elements that are set between two calls of `check`.
  private static let part = 1 << 19

  /// `check` is called every few milliseconds; what it throws leaves the table as it was.
  func grow(by more: UInt64, bits: UInt64, check: () throws -> Void = {}) throws -> UInt64? {
    let former = count
    let (sum, overflow) = UInt64(former).addingReportingOverflow(more)
    let most = min(type.limits.maximum ?? .max, limits.tableElementCount, Self.mostElements)
    guard !overflow, sum <= most else { return nil }
    let total = Int(sum)
    let byteCount = (total - former) * 8
    guard budget.take(byteCount) || heap.makeRoom(byteCount) else { throw ExecutionLimit.memory }
    do {
      if total > capacity {
        // What is not initialised yet takes no memory.
        let newCapacity = max(total, min(capacity * 2, Int(most)))
        let elements = UnsafeMutablePointer<UInt64>.allocate(capacity: newCapacity)
        elements.moveInitialize(from: storage.pointee.elements, count: former)
        storage.pointee.elements.deallocate()
        storage.pointee.elements = elements
        capacity = newCapacity
      }
      var done = former
      while done < total {
        let end = min(total, done + Self.part)
        // In bounds: there is room for `total` elements.
        (storage.pointee.elements + done).initialize(repeating: bits, count: end - done)
        done = end
        try check()
      }
    } catch {
      budget.giveBack(byteCount)
      throw error
    }
    storage.pointee.count = UInt(total)
    type.limits.minimum = sum
    return UInt64(former)
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
    let former = count
    if former > elements.count {
      budget.giveBack((former - elements.count) * 8)
      // What it grew by goes back to the system.
      storage.pointee.elements.deallocate()
      capacity = max(elements.count, 1)
      storage.pointee.elements = .allocate(capacity: capacity)
    }
    elements.withUnsafeBufferPointer { saved in
      // In bounds: the table has room for at least as many as it had.
      if let first = saved.baseAddress {
        storage.pointee.elements.update(from: first, count: saved.count)
      }
    }
    storage.pointee.count = UInt(elements.count)
    type.limits.minimum = UInt64(elements.count)
  }
}
