// Which cases a run has, from the paths and filters given.
import LuaHost

/// The cases of a run.
package struct CasePlan: Sendable {
  package var scopes: [FixtureScope]
  /// Every fixture in the scopes.
  package var all: [FixtureFile]
  /// Those to run, ordered by id.
  package var selected: [FixtureFile]
  /// Nil when all cases are run here.
  package var shard: Shard?
  /// Who named the shard, unless an option did.
  package var shardSource: String?
  /// What is selected in all shards together.
  package var suite: SuiteDescription
  /// Whether there is no filter; paths may leave out fixtures all the same.
  package var isUnfiltered: Bool
  /// SHA-256 of the baseline by which cases were dealt to shards, in hexadecimal; nil when hashes did that.
  package var balanceDigest: String?
  /// What looks like a fixture and is none.
  package var oddities: [Path] = []
  package var loader: FixtureLoader
  /// Why nothing is selected, as a sentence; nil when something is, or only another shard has it.
  package var emptiness: String?

  /// Finds and selects. Throws `UsageError` or `FileError`.
  package init(_ options: RunOptions) throws {
    scopes = try (options.found ?? FixtureScope.find(options.paths, expected: options.expected)).scopes
    all = try FixtureWalk.fixtures(in: scopes, &oddities)
    let loader = FixtureLoader(for: all, project: options.defaults)
    self.loader = loader
    (shard, shardSource) = try options.chosenShard
    var selection = options.selection
    selection.mandatory = BazelProtocol(options.environment).filter
    if let only = options.only { selection.remembered = (only, try Self.ids(only, of: scopes, among: all)) }
    isUnfiltered = selection.isUnfiltered && options.changed == nil
    // Not to be held twice.
    selected =
      isUnfiltered
      ? all : all.filter { selection.includes($0.id) && options.changed?.contains($0.id) ?? true }
    var tags: [CaseID: [String]] = [:]
    if selection.readsTags {
      selected = selected.filter { file in
        // A fixture that cannot be read has no tags that could exclude it.
        guard let fixture = try? loader.load(file) else { return true }
        tags[file.id] = fixture.directives.tags
        return selection.includes(tags: fixture.directives.tags)
      }
    }
    if selected.isEmpty {
      emptiness = Self.emptiness(all, scopes, selection, options) { [tags] in
        tags[$0.id] ?? (try? loader.load($0).directives.tags)
      }
    }
    suite = SuiteDescription(
      caseCount: selected.count, digest: Self.digest(selected),
      isPartial: !isUnfiltered || !scopes.allSatisfy(\.isWholeRoot))
    if shard != nil {
      suite.sizes = Self.sizes(selected)
      suite.shared = loader.sharedDigest
      self.loader.digestsContents = true
    }
    if let shard, let path = options.balance {
      let dealt = CaseDeal(selected, by: try Baseline(path), count: shard.count)
      selected = zip(selected, dealt.shards).filter { $0.1 == shard.index }.map(\.0)
      balanceDigest = SHA256Digest(of: try FileSystem.read(path)).description
    } else if let shard {
      selected = selected.filter { shard.includes($0.id) }
    }
  }

  /// Chooses between the variants of goldens, where there are any: those of the name given, or else those of
  /// the module's version, which is asked for only then.
  package mutating func chooseGoldens(_ name: String?, version: () -> String?) throws(FileError) {
    let variants = try GoldenVariant.names(of: selected)
    guard !variants.isEmpty, let name = name ?? version() else { return }
    for index in selected.indices where variants[selected[index]]?.contains(name) == true {
      selected[index].variant = name
    }
  }

  /// Tells this selection of cases from any other.
  private static func digest(_ files: [FixtureFile]) -> String {
    var ids: [UInt8] = []
    for file in files {
      ids += file.id.bytes
      // No path holds a zero.
      ids.append(0)
    }
    return SHA256Digest(of: ids).description
  }

  /// With more cases than this, to look at all goldens would take each shard longer than its cases do.
  private static let mostGoldens = 100_000

  /// Tells the sizes of fixtures and goldens from any others.
  private static func sizes(_ files: [FixtureFile]) -> String {
    var sizes: [UInt8] = []
    let seesGoldens = files.count <= mostGoldens
    for path in files.lazy.flatMap({ seesGoldens ? [$0.path, $0.golden] : [$0.path] }) {
      let size = (try? FileSystem.status(path)?.size) ?? -1
      withUnsafeBytes(of: Int64(size).littleEndian) { sizes += $0 }
    }
    return SHA256Digest(of: sizes).description
  }

  private static func ids(
    _ only: Remembered, of scopes: [FixtureScope], among all: [FixtureFile]
  ) throws -> Set<CaseID> {
    var ids: Set<ExactText> = []
    var isOnRecord = false
    for root in Set(scopes.map(\.root)) {
      guard let memory = try LastRun(root: root).memory() else { continue }
      isOnRecord = true
      ids.formUnion(only == .failed ? Set(memory.bad.keys) : memory.unfinished)
    }
    guard isOnRecord else {
      throw UsageError(
        "--only \(only.rawValue) needs the record of an earlier run, and there is none; run without it first")
    }
    return Set(all.map(\.id).filter { ids.contains(ExactText($0.description)) })
  }

  private static func emptiness(
    _ all: [FixtureFile], _ scopes: [FixtureScope], _ selection: Selection, _ options: RunOptions,
    tags: @escaping (FixtureFile) -> [String]?
  ) -> String {
    if all.isEmpty {
      let places = (options.paths.isEmpty ? scopes.map(\.root.fixtures) : options.paths).map(\.description)
      return "there are no fixtures (*.lua) in \(places.joined(separator: ", "))"
    }
    return EmptySelection(all: all, selection: selection, tags: tags).reason
  }
}
