// What the engines that run shards say of them in the environment.

/// The shard that the environment names.
package struct ShardEnvironment: Sendable {
  package let shard: Shard
  /// Whose variables said so.
  package let source: String

  /// Nil when the environment names no shard, or one of one. `shardCount` is the `--shard-count` that a
  /// Kubernetes job needs, whose environment holds the index alone.
  ///
  /// Throws when variables are missing or contradict each other: a wrong guess would leave cases out, or
  /// run them twice, and nobody would see it.
  package init?(_ environment: [String: String], shardCount: Int?) throws(UsageError) {
    // What is passed on without a value is as good as not set.
    let environment = environment.filter { !$0.value.isEmpty }
    var found: [(shard: Shard, source: String)] = []
    for convention in Convention.all {
      if let shard = try convention.shard(in: environment) { found.append((shard, convention.name)) }
    }
    if let shardCount {
      if let other = found.first(where: { $0.shard.count != shardCount }) {
        throw UsageError(
          "--shard-count is \(shardCount), but \(other.source) runs \(other.shard.count) shards; give"
            + " --shard K/N")
      }
      if let index = environment["JOB_COMPLETION_INDEX"] {
        guard let number = Int(index), (0..<shardCount).contains(number),
          let shard = Shard(index: number + 1, count: shardCount)
        else {
          throw UsageError("JOB_COMPLETION_INDEX=\(index) is no index below the --shard-count \(shardCount)")
        }
        if shardCount > 1 { found.append((shard, "Kubernetes")) }
      } else if found.isEmpty, shardCount > 1 {
        throw UsageError(
          "--shard-count needs JOB_COMPLETION_INDEX, which Kubernetes sets in a job whose completionMode is"
            + " Indexed; elsewhere give --shard K/N")
      }
    }
    guard let first = found.first else { return nil }
    if let other = found.first(where: { $0.shard != first.shard }) {
      throw UsageError(
        "this is shard \(first.shard) to \(first.source), but \(other.shard) to \(other.source); give"
          + " --shard K/N, or --shard 1/1 for all cases")
    }
    (shard, source) = first
  }
}

/// The variables of one engine.
private struct Convention {
  let name: String
  let index: String
  let count: String
  /// The index of the first shard.
  var base = 0

  static let all = [
    Convention(name: "Bazel", index: "TEST_SHARD_INDEX", count: "TEST_TOTAL_SHARDS"),
    Convention(name: "GitLab", index: "CI_NODE_INDEX", count: "CI_NODE_TOTAL", base: 1),
    Convention(name: "CircleCI", index: "CIRCLE_NODE_INDEX", count: "CIRCLE_NODE_TOTAL"),
    Convention(name: "Buildkite", index: "BUILDKITE_PARALLEL_JOB", count: "BUILDKITE_PARALLEL_JOB_COUNT"),
    Convention(name: "Slurm", index: "SLURM_ARRAY_TASK_ID", count: "SLURM_ARRAY_TASK_COUNT"),
  ]

  /// Nil when the variables are not set, or there is only one shard.
  func shard(in environment: [String: String]) throws(UsageError) -> Shard? {
    let (index, count) = (environment[self.index], environment[self.count])
    // GitLab tells a job without parallel jobs that it is one of one, and Bazel one of none.
    if index == nil && count == nil || count.flatMap({ Int($0) }).map({ 0...1 ~= $0 }) == true {
      return nil
    }
    guard let index, let count else {
      let (set, unset) = index == nil ? (self.count, self.index) : (self.index, self.count)
      throw UsageError("\(set) is set, but \(unset) is not; set both or give --shard K/N")
    }
    guard let index = Int(index), let count = Int(count), count >= 1,
      let shard = Shard(index: try position(of: index, count, environment), count: count)
    else {
      throw UsageError(
        "\(self.index)=\(index) and \(self.count)=\(count) name no shard; correct them or give --shard K/N")
    }
    return shard
  }

  /// Which of the shards an index means, counted from 1; 0 when it means none.
  private func position(
    of index: Int, _ count: Int, _ environment: [String: String]
  ) throws(UsageError) -> Int {
    guard name == "Slurm" else {
      let (offset, isOverflow) = index.subtractingReportingOverflow(base)
      return isOverflow || offset < 0 || offset >= count ? 0 : offset + 1
    }
    // The numbers of an array's tasks are what the user says in `--array`, in steps perhaps. Those of a list
    // are evenly spaced or cannot be told to be shards; `SLURM_ARRAY_TASK_STEP` does not describe lists.
    func number(_ name: String) -> Int? {
      environment[name].flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }
    }
    let first = number("SLURM_ARRAY_TASK_MIN") ?? 0
    let last = number("SLURM_ARRAY_TASK_MAX") ?? (first &+ count &- 1)
    if index < first || index > last { return 0 }
    let (step, rest) = (last - first).quotientAndRemainder(dividingBy: count - 1)
    guard rest == 0, step > 0, (index - first) % step == 0 else {
      throw UsageError(
        "the tasks of the Slurm array are not numbered in even steps; submit it with --array=1-\(count) or"
          + " give --shard K/N")
    }
    return (index - first) / step + 1
  }
}
