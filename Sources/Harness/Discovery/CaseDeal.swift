// Deals cases to shards by what they cost.

/// A shard for each of some cases: the dearest first, each to the shard that has least to do. It is the same
/// on every machine that has the same cases and the same baseline.
struct CaseDeal {
  /// By the number of the case, counted from 1.
  let shards: [Int]

  /// What the baseline does not know is taken to cost as much as half of what it knows does at most.
  init(_ files: [FixtureFile], by baseline: Baseline, count: Int) {
    let known = files.map { baseline.cost(of: $0.id.description)?.instructions }
    let sorted = known.compactMap(\.self).sorted()
    let median = sorted.isEmpty ? 1 : sorted[sorted.count / 2]
    // What costs nothing takes time all the same.
    let costs = known.map { max(1, $0 ?? median) }
    let order = files.indices.sorted { (costs[$1], files[$0].id) < (costs[$0], files[$1].id) }
    var shards = [Int](repeating: 0, count: files.count)
    var heap = ShardHeap(count: count)
    for index in order { shards[index] = heap.take(costs[index]) }
    self.shards = shards
  }
}

/// Shards by how much they have to do, the one with least on top.
private struct ShardHeap {
  private var entries: [(load: UInt64, shard: Int)]

  init(count: Int) {
    entries = (1...count).map { (0, $0) }
  }

  /// Gives a case to the shard on top, of several the first, and answers which that was.
  mutating func take(_ cost: UInt64) -> Int {
    let shard = entries[0].shard
    entries[0].load = entries[0].load.addingReportingOverflow(cost).partialValue
    var parent = 0
    while true {
      let children = (2 * parent + 1)...(2 * parent + 2)
      let least = children.filter(entries.indices.contains).min { entries[$0] < entries[$1] }
      guard let least, entries[least] < entries[parent] else { return shard }
      entries.swapAt(parent, least)
      parent = least
    }
  }
}
