/// The state of an instance, captured to be restored as often as wanted. Objects are not copied: those that
/// globals and tables referred to stay alive with the snapshot, and keep what is written to them later.
public struct Snapshot {
  var memories: [MemoryImage]
  var globals: [Value]
  var tables: [[UInt64]]
  /// Keeps the objects in tables.
  var held: [Reference]
  var liveElements: [Bool]
  var liveData: [Bool]
}

extension Instance {
  /// Captures memories, globals, tables and which segments are dropped, imported ones included. Host state
  /// is the host's to capture.
  public func snapshot() -> Snapshot {
    let elements = tables.map { $0.capture() }
    return Snapshot(
      memories: memories.map { $0.capture() }, globals: globals.map(\.value), tables: elements,
      held: elements.flatMap { $0.lazy.filter(HeapObject.isObject).map { Reference(bits: $0) } },
      liveElements: liveElements, liveData: liveData)
  }

  /// Makes the instance what it was when the snapshot was taken. A memory that grew shrinks back. Not while
  /// its code runs.
  public func restore(_ snapshot: Snapshot) {
    for (memory, saved) in zip(memories, snapshot.memories) {
      memory.restore(saved)
    }
    for (global, value) in zip(globals, snapshot.globals) where global.type.isMutable { global.value = value }
    for (table, elements) in zip(tables, snapshot.tables) { table.restore(elements) }
    liveElements = snapshot.liveElements
    liveData = snapshot.liveData
    if let memory = memories.first { context.pointee.memorySize = UInt(memory.byteCount) }
  }
}
