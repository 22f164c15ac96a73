/// The state of a store, captured to be restored as often as wanted: what its instances can change.
///
/// A snapshot keeps the objects that it captured. One taken of a store is no use for another.
public struct Snapshot {
  /// Which store it is of.
  let budget: MemoryBudget
  let instanceCount: Int
  let memories: [(memory: Memory, image: MemoryImage)]
  let globals: [(global: Global, image: GlobalImage)]
  let tables: [(table: Table, elements: [UInt64])]
  /// By instance.
  let liveElements: [[Bool]]
  let liveData: [[Bool]]
  let objects: HeapImage
}

/// Why a store cannot be snapshot or restored.
public enum SnapshotError: Error, Sendable, Hashable, CustomStringConvertible {
  case isRunning
  case otherStore
  case instancesAdded

  public var description: String {
    switch self {
    case .isRunning: "code of the store is running; take and restore snapshots between calls"
    case .otherStore: "the snapshot is of another store; restore it in the store that it was taken of"
    case .instancesAdded:
      "the store has instances that were made after the snapshot; take the snapshot after the last one is made"
    }
  }
}

extension Store {
  /// Captures the memories, globals, tables and dropped segments of all instances, imported ones included and
  /// each once, and the contents of all objects, after a collection. A memory that another store made, which
  /// several threads share, is that store's to capture, while no other thread uses it. What host functions keep
  /// is the host's to capture. Throws `SnapshotError.isRunning` when called by a host function.
  public func snapshot() throws(SnapshotError) -> Snapshot {
    guard hostCallDepth == 0 else { throw .isRunning }
    // Within no limit nothing is thrown.
    _ = try? collect(below: stackTop, Meter())
    while !heap.isSwept { heap.sweepNext() }
    func each<Item: AnyObject>(_ items: (Instance) -> [Item]) -> [Item] {
      let all = instances.flatMap(items)
      // For a few a set takes longer to make than to do without.
      guard all.count > 16 else {
        return all.indices.filter { index in !all[..<index].contains { $0 === all[index] } }.map { all[$0] }
      }
      var known: Set<ObjectIdentifier> = []
      return all.filter { known.insert(ObjectIdentifier($0)).inserted }
    }
    return Snapshot(
      budget: budget, instanceCount: instances.count,
      memories: each { $0.memories }.filter { $0.budget === budget }.map { ($0, $0.capture()) },
      globals: each { $0.globals }.filter(\.type.isMutable).map { ($0, $0.capture()) },
      tables: each { $0.tables }.map { ($0, $0.capture()) },
      liveElements: instances.map(\.liveElements), liveData: instances.map(\.liveData),
      objects: heap.capture())
  }

  /// Makes the store what it was when the snapshot was taken. Memories and tables that grew shrink back;
  /// objects that were there have their former contents. Those made since are gone, but for what a `Reference`
  /// of the host still leads to: that stays as it is, and nothing of the store refers to it.
  ///
  /// Throws `SnapshotError`, and changes nothing, when the store has instances that the snapshot does not
  /// know, when the snapshot is another store's, and when called by a host function.
  public func restore(_ snapshot: Snapshot) throws(SnapshotError) {
    guard hostCallDepth == 0 else { throw .isRunning }
    guard snapshot.budget === budget else { throw .otherStore }
    guard snapshot.instanceCount == instances.count else { throw .instancesAdded }
    for (memory, image) in snapshot.memories { memory.restore(image) }
    for (table, elements) in snapshot.tables { table.restore(elements) }
    heap.restore(snapshot.objects)
    for (global, image) in snapshot.globals { global.restore(image) }
    for (index, instance) in instances.enumerated() {
      instance.liveElements = snapshot.liveElements[index]
      instance.liveData = snapshot.liveData[index]
    }
  }
}
