// Which cases a run has, from the paths and filters given.

/// The cases of a run.
package struct CasePlan: Sendable {
  package var scopes: [FixtureScope]
  /// Every fixture in the scopes.
  package var all: [FixtureFile]
  /// Those to run, ordered by id.
  package var selected: [FixtureFile]
  package var shard: Shard?
  /// Who named the shard, unless an option did.
  package var shardSource: String?
  package var loader: FixtureLoader
  /// Why nothing is selected, as a sentence; nil when something is, or only another shard has it.
  package var emptiness: String?

  /// Finds and selects. Throws `UsageError` or `FileError`.
  package init(_ options: RunOptions) throws {
    scopes = try FixtureScope.scopes(of: options.paths, expected: options.expected)
    all = try FixtureWalk.fixtures(in: scopes)
    loader = FixtureLoader(for: all)
    shard = options.shard
    if shard == nil, let found = try ShardEnvironment(options.environment, shardCount: options.shardCount) {
      (shard, shardSource) = (found.shard, found.source)
    }
    var selection = options.selection
    if options.onlyFailed { selection.ids = try Self.failedIDs(of: scopes, among: all) }
    selected = all.filter { selection.includes($0.id) }
    if !selection.tags.isEmpty {
      selected = selected.filter { file in
        // A fixture that cannot be read has no tags that could exclude it.
        guard let fixture = try? loader.load(file) else { return true }
        return selection.includes(tags: fixture.directives.tags)
      }
    }
    if selected.isEmpty { emptiness = Self.emptiness(all, selection, options) }
    if let shard { selected = selected.filter { shard.includes($0.id) } }
  }

  private static func failedIDs(of scopes: [FixtureScope], among all: [FixtureFile]) throws -> Set<CaseID> {
    var ids: Set<String> = []
    var isOnRecord = false
    for root in Set(scopes.map(\.root)) {
      guard let bad = try LastRun(root: root).badCases() else { continue }
      isOnRecord = true
      ids.formUnion(bad)
    }
    guard isOnRecord else {
      throw UsageError(
        "--only failed needs the record of an earlier run, and there is none; run without it first")
    }
    return Set(all.map(\.id).filter { ids.contains($0.description) })
  }

  private static func emptiness(
    _ all: [FixtureFile], _ selection: Selection, _ options: RunOptions
  ) -> String {
    if all.isEmpty {
      let places = options.paths.isEmpty ? ["fixtures"] : options.paths.map(\.description)
      return "there are no fixtures (*.lua) in \(places.joined(separator: ", "))"
    }
    if options.onlyFailed, selection.ids?.isEmpty == true { return "no case failed in the last run" }
    for filter in selection.filters
    where all.contains(where: { Glob(filter.pattern + "/**").matches($0.id.description) }) {
      return "no case has the id \(filter.pattern); \(filter.pattern)/** selects what is below it"
    }
    return "none of \(Count.cases(all.count)) matches the filters"
  }
}
