// Which part of the cases belongs to this machine.

/// One of several parts. A case's part depends on its id alone, so that a new case moves no other.
package struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// From 1 to `count`.
  package let index: Int
  package let count: Int

  /// Nil unless `index` is from 1 to `count`.
  package init?(index: Int, count: Int) {
    guard count >= 1, (1...count).contains(index) else { return nil }
    self.index = index
    self.count = count
  }

  /// Reads `K/N`.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
    self.init(index: index, count: count)
  }

  package var description: String { "\(index)/\(count)" }

  package func includes(_ id: CaseID) -> Bool {
    // FNV-1a, then mixed because its low bits alone are not spread well.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in id.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash ^= hash >> 33
    return hash % UInt64(count) == UInt64(index - 1)
  }
}

/// How the engines that run shards tell a process which one it is.
package struct ShardEnvironment: Sendable {
  package let shard: Shard
  /// Whose variables said so.
  package let source: String

  private struct Convention {
    let name: String
    let index: String
    let count: String
    /// The index of the first shard.
    var base = 0
  }

  private static let conventions = [
    Convention(name: "Bazel", index: "TEST_SHARD_INDEX", count: "TEST_TOTAL_SHARDS"),
    Convention(name: "GitLab", index: "CI_NODE_INDEX", count: "CI_NODE_TOTAL", base: 1),
    Convention(name: "CircleCI", index: "CIRCLE_NODE_INDEX", count: "CIRCLE_NODE_TOTAL"),
    Convention(name: "Buildkite", index: "BUILDKITE_PARALLEL_JOB", count: "BUILDKITE_PARALLEL_JOB_COUNT"),
    Convention(name: "Slurm", index: "SLURM_ARRAY_TASK_ID", count: "SLURM_ARRAY_TASK_COUNT"),
  ]

  /// The shard that the environment names; nil when it names none. `shardCount` is the `--shard-count`
  /// that a Kubernetes job needs, whose environment holds the index alone.
  package init?(_ environment: [String: String], shardCount: Int?) throws(UsageError) {
    for convention in Self.conventions {
      guard let index = environment[convention.index], let count = environment[convention.count] else {
        continue
      }
      // So says Bazel of a test without shards.
      if count == "0" { continue }
      var base = convention.base
      var step = 1
      if convention.name == "Slurm" {
        // Task ids start and step as the user says in `--array`.
        base = environment["SLURM_ARRAY_TASK_MIN"].flatMap { Int($0) } ?? 0
        step = max(1, environment["SLURM_ARRAY_TASK_STEP"].flatMap { Int($0) } ?? 1)
      }
      guard let index = Int(index), let total = Int(count),
        index.subtractingReportingOverflow(base).overflow == false,
        let shard = Shard(index: (index - base) / step &+ 1, count: total)
      else {
        throw UsageError(
          "\(convention.index)=\(index) and \(convention.count)=\(count) name no shard; correct them or give"
            + " --shard K/N")
      }
      self.shard = shard
      source = convention.name
      return
    }
    guard let index = environment["JOB_COMPLETION_INDEX"], let shardCount else { return nil }
    guard let number = Int(index), number >= 0, number < shardCount,
      let shard = Shard(index: number + 1, count: shardCount)
    else {
      throw UsageError("JOB_COMPLETION_INDEX=\(index) is no index below the --shard-count \(shardCount)")
    }
    self.shard = shard
    source = "Kubernetes"
  }
}
