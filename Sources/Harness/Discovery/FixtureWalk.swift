// Finds the files below a directory.

/// A fixture that was found. It has not been read.
package struct FixtureFile: Hashable, Sendable {
  package let id: CaseID
  package let root: FixtureRoot
  /// The `defaults` files that hold for it, the outermost first.
  package let defaults: [Path]
  /// The variant of its golden that counts; nil for the plain one.
  package var variant: String?

  package var path: Path { root.fixture(of: id) }
  package var golden: Path { root.golden(of: id, variant: variant) }
}

package enum FixtureWalk {
  static let fixtureExtension = Array(".lua".utf8)
  static let goldenExtension = Array(".golden".utf8)

  /// Whether a file of this name is a fixture.
  static func isFixture(_ name: [UInt8]) -> Bool {
    hasExtension(name, fixtureExtension)
  }

  fileprivate static func hasExtension(_ name: [UInt8], _ ending: [UInt8]) -> Bool {
    name.count > ending.count && name.suffix(ending.count).elementsEqual(ending)
  }

  /// The fixtures in all scopes, ordered by id. Names that start with a dot are passed over, links are
  /// followed unless they lead back to a directory they lie in. What has the name of a fixture but is no
  /// file that can be read counts: running it says so, where passing it over would lose it.
  package static func fixtures(in scopes: [FixtureScope]) throws -> [FixtureFile] {
    var oddities: [Path] = []
    return try fixtures(in: scopes, &oddities)
  }

  /// Collects besides what looks like a fixture and is none.
  static func fixtures(in scopes: [FixtureScope], _ oddities: inout [Path]) throws -> [FixtureFile] {
    var found: [FixtureFile] = []
    for scope in scopes { found += try fixtures(in: scope, &oddities) }
    found.sort { $0.id < $1.id }
    // What is found twice has become neighbours.
    for (one, other) in zip(found, found.dropFirst()) where one.id == other.id && one.path != other.path {
      throw UsageError("\(one.path) and \(other.path) would both be the case \(one.id); run them separately")
    }
    if scopes.count > 1 {
      var last: CaseID?
      found.removeAll { fixture in
        defer { last = fixture.id }
        return fixture.id == last
      }
    }
    try GoldenVariant.check(found)
    return found
  }

  private static func fixtures(in scope: FixtureScope, _ oddities: inout [Path]) throws -> [FixtureFile] {
    var walker = Walker(goal: fixtureExtension)
    // The directories above the scope can hold defaults too.
    var directory = scope.root.fixtures
    for component in scope.below.dropLast() {
      try walker.noteDefaults(in: directory)
      directory = directory.appending(component)
    }
    if let last = scope.below.last {
      let path = directory.appending(last)
      try walker.noteDefaults(in: directory)
      if try FileSystem.status(path)?.kind == .directory {
        try walker.walk(path, below: CaseID(components: scope.below).bytes + [UInt8(ascii: "/")])
      } else if isFixture(last) {
        walker.add(CaseID(components: scope.below).bytes)
      } else {
        throw UsageError("\(path) is no fixture; fixtures end in .lua")
      }
    } else {
      try walker.walk(directory, below: [])
    }
    oddities += walker.oddities
    let files = walker.found.map { FixtureFile(id: $0.id, root: scope.root, defaults: $0.defaults) }
    if walker.moduleDirectories.isEmpty { return files }
    let here = FileSystem.workingDirectory
    let directories = walker.moduleDirectories.map { $0.normalized(workingDirectory: here) }
    return files.filter { file in
      let place = file.path.normalized(workingDirectory: here)
      return !directories.contains { place.components(below: $0) != nil }
    }
  }

  // MARK: - Stale goldens

  /// The goldens that belong to no fixture, and those that `bless --pending` left and nobody has accepted, ordered,
  /// each once. None where that cannot be known: where a root with the same directory of goldens was looked
  /// through only in part, or where there may be another such root beside it. If it was given where the goldens
  /// are, they are those of these roots alone.
  package static func strayGoldens(
    in scopes: [FixtureScope], fixtures: [FixtureFile], isExpectedGiven: Bool
  ) throws(FileError) -> (stale: [Path], pending: [Path]) {
    let whole = Set(scopes.filter(\.isWholeRoot).map(\.root))
    var sharing: [FileIdentity: Set<FixtureRoot>] = [:]
    for root in Set(scopes.map(\.root)) {
      if let place = try directory(root.expected) { sharing[place, default: []].insert(root) }
    }
    var strays: (stale: [Path], pending: [Path]) = ([], [])
    for roots in sharing.values where roots.isSubset(of: whole) {
      guard let root = roots.min(by: { $0.expected < $1.expected }) else { continue }
      var walker = Walker(goal: goldenExtension)
      try walker.walk(root.expected, below: [])
      let ids = Set(fixtures.filter { roots.contains($0.root) }.map(\.id))
      // A variant that this run does not use may be another's.
      let stale = walker.found.map(\.id).filter { id in
        !ids.contains(id) && !GoldenVariant.readings(of: id).contains { ids.contains($0.id) }
      }
      // Whether there are other roots is asked only when it matters: it can take a long walk.
      if stale.isEmpty && walker.oddities.isEmpty || !isExpectedGiven && haveNeighbours(roots) { continue }
      strays.stale += stale.map { root.golden(of: $0) }
      strays.pending += walker.oddities
    }
    return (strays.stale.sorted(), strays.pending.sorted())
  }

  /// Refuses to write goldens where a command line alone says that they belong and other goldens or fixtures
  /// are.
  package static func checkBlessing(_ roots: Set<FixtureRoot>) throws {
    let here = FileSystem.workingDirectory
    for root in roots where !root.isLasting {
      let place = root.expected.normalized(workingDirectory: here)
      let project = try Project.find(from: place.parent)
      let isProjects = project?.expected == place
      if !isProjects {
        // What is there, or at the top of a repository, is meant for them.
        if try directory(place) != nil || FileSystem.exists(place.parent.appending(".git")) { continue }
        let sharing = roots.filter { $0.expected == root.expected }
        guard try haveNeighbours(sharing) || holdsFixtures(place.parent) else { continue }
      }
      throw UsageError(
        "the goldens of \(root.fixtures) would go to \(root.expected), among"
          + (isProjects
            ? " those of \(project!.fixtures.relative(to: here)); say with --expected DIR where they belong"
            : " other fixtures; say with --expected DIR where they belong, or make a project of all with"
              + " `\(ShellWord.line("touchstone init", [root.fixtures.parent.description]))`"))
    }
  }

  /// What tells a directory from all others; nil when a path names none.
  private static func directory(_ path: Path) throws(FileError) -> FileIdentity? {
    let status = try FileSystem.status(path)
    return status?.kind == .directory ? status?.identity : nil
  }

  /// Whether other directories beside roots hold fixtures, so that goldens beside them may be theirs. Beside
  /// a root named `fixtures` they are its own.
  private static func haveNeighbours(_ roots: Set<FixtureRoot>) -> Bool {
    let here = FileSystem.workingDirectory
    let isNamed = roots.contains { root in
      root.fixtures.normalized(workingDirectory: here).lastComponent == rootName
    }
    guard !isNamed, let goldens = roots.first?.expected else { return false }
    do {
      var own: [FileIdentity] = []
      for path in [goldens] + roots.map(\.fixtures) {
        if let identity = try directory(path) { own.append(identity) }
      }
      for entry in try FileSystem.entries(in: goldens.parent) where entry.name.first != UInt8(ascii: ".") {
        let path = goldens.parent.appending(entry.name)
        guard try directory(path) != nil else { continue }
        var walker = Walker(goal: fixtureExtension, passingOver: own)
        try walker.walk(path, below: [])
        if !walker.found.isEmpty { return true }
      }
      return false
    } catch {
      // What cannot be looked into may hold fixtures.
      return true
    }
  }

  private static func holdsFixtures(_ directory: Path) throws(FileError) -> Bool {
    try FileSystem.names(in: directory).contains { isFixture($0) && $0.first != UInt8(ascii: ".") }
  }

  private static let rootName = Array("fixtures".utf8)
}

/// Walks a tree of directories and collects the files with one extension.
private struct Walker {
  let goal: [UInt8]
  var found: [(id: CaseID, defaults: [Path])] = []
  /// What is called nearly like what is looked for.
  var oddities: [Path] = []
  private var defaults: [Path] = []
  /// Whether the directory that the walk begins in has been read.
  private var isInside = false
  /// The directories that these name as modules'.
  private(set) var moduleDirectories: [Path] = []
  /// The directories to pass over: those that are being walked, from the outermost to the current one, behind
  /// those given.
  private var open: [FileIdentity] = []

  init(goal: [UInt8], passingOver directories: [FileIdentity] = []) {
    self.goal = goal
    open = directories
  }

  mutating func noteDefaults(in directory: Path) throws(FileError) {
    let path = directory.appending("defaults")
    guard try FileSystem.exists(path), try FileSystem.status(path)?.kind != .directory else { return }
    defaults.append(path)
    // Whoever loads a fixture below says what is wrong with the file.
    guard goal == FixtureWalk.fixtureExtension, let text = try? FileSystem.readFile(path),
      let directives = try? Directives(defaults: text, file: path)
    else { return }
    moduleDirectories += directives.moduleDirectories.map(\.path)
  }

  /// Adds a file by its path below the root.
  mutating func add(_ path: [UInt8]) {
    found.append((CaseID(bytes: path.dropLast(goal.count)), defaults))
  }

  /// Walks through a directory, of which `below` is the path below the root with a slash behind it, or nothing.
  mutating func walk(_ directory: Path, below: [UInt8]) throws(FileError) {
    guard let identity = try FileSystem.status(directory)?.identity, !open.contains(identity) else { return }
    open.append(identity)
    let outerDefaults = defaults
    defer {
      open.removeLast()
      defaults = outerDefaults
    }
    let entries = try FileSystem.entries(in: directory)
    // What lies below a settings file of its own belongs to that.
    if isInside, goal == FixtureWalk.fixtureExtension,
      entries.contains(where: { $0.name == Self.settingsName })
    {
      return
    }
    isInside = true
    if entries.contains(where: { $0.name == Self.defaultsName }) { try noteDefaults(in: directory) }
    for entry in entries {
      let name = entry.name
      if isNearly(name) { oddities.append(directory.appending(name)) }
      if name.first == UInt8(ascii: ".") {
        if TemporaryFile.isName(name) { TemporaryFile.removeIfAbandoned(directory.appending(name)) }
        continue
      }
      let isGoal = FixtureWalk.hasExtension(name, goal)
      let kind =
        if let kind = entry.kind { kind } else { try FileSystem.status(directory.appending(name))?.kind }
      switch kind {
      case .directory:
        let inner: [UInt8] = below + name + CollectionOfOne(UInt8(ascii: "/"))
        try walk(directory.appending(name), below: inner)
      default: if isGoal { add(below + name) }
      }
    }
  }

  /// Whether a name is one that was not accepted as what is looked for, has the right end but for its case, or
  /// starts with a dot.
  private func isNearly(_ name: [UInt8]) -> Bool {
    if goal == FixtureWalk.goldenExtension { return name.suffix(11) == Self.pendingExtension[...] }
    guard name.count >= goal.count, name.last.map({ $0 | 0x20 }) == goal.last else { return false }
    let end = name.suffix(goal.count)
    return end == goal[...]
      ? name.first == UInt8(ascii: ".")
      : zip(end, goal).allSatisfy { $0 == $1 || (65...90).contains($0) && $0 | 0x20 == $1 }
  }

  private static let pendingExtension = Array(".golden.new".utf8)
  private static let defaultsName = Array("defaults".utf8)
  private static let settingsName = Array(ProjectSettings.fileName.utf8)
}
