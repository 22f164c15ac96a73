// What Bazel and a test it runs say to each other, through variables and files.

/// The parts of Bazel's test protocol besides the number of the shard.
package struct BazelProtocol: Sendable {
  /// Where Bazel looks for results in the form of JUnit.
  package var results: Path?
  /// What `bazel test --test_filter` says: only these cases, whatever other filters say.
  package var filter: Glob?
  /// Whether `bazel test --test_runner_fail_fast` asks for an end at the first failure.
  package var failsFast = false
  private var shardStatus: Path?

  package init(_ environment: [String: String]) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    results = value("XML_OUTPUT_FILE").map { Path($0) }
    filter = value("TESTBRIDGE_TEST_ONLY").map { Glob($0) }
    failsFast = value("TESTBRIDGE_TEST_RUNNER_FAIL_FAST") == "1"
    shardStatus = value("TEST_SHARD_STATUS_FILE").map { Path($0) }
  }

  /// Tells Bazel that the shards were understood; else it takes them for as many runs of everything.
  package func acknowledgeShards() throws(FileError) {
    guard let shardStatus else { return }
    try FileSystem.createDirectory(shardStatus.parent)
    try FileSystem.append([], to: shardStatus)
  }
}
