// Finds the files below a directory.

/// A fixture that was found. It has not been read.
package struct FixtureFile: Hashable, Sendable {
  package let id: CaseID
  package let root: FixtureRoot
  package let path: Path
  /// The `defaults` files that hold for it, the outermost first.
  package let defaults: [Path]

  package var golden: Path { root.golden(of: id) }
}

package enum FixtureWalk {
  static let fixtureExtension = Array(".lua".utf8)
  static let goldenExtension = Array(".golden".utf8)

  /// Whether a file of this name is a fixture.
  static func isFixture(_ name: [UInt8]) -> Bool {
    hasExtension(name, fixtureExtension)
  }

  private static func hasExtension(_ name: [UInt8], _ ending: [UInt8]) -> Bool {
    name.count > ending.count && name.suffix(ending.count) == ending[...]
  }

  /// The fixtures in all scopes, ordered by id. Names that start with a dot are passed over, links are
  /// followed unless they lead back to a directory they lie in.
  package static func fixtures(in scopes: [FixtureScope]) throws -> [FixtureFile] {
    var found: [CaseID: FixtureFile] = [:]
    for scope in scopes {
      for fixture in try fixtures(in: scope) {
        if let other = found.updateValue(fixture, forKey: fixture.id), other.path != fixture.path {
          throw UsageError(
            "\(other.path) and \(fixture.path) would both be the case \(fixture.id); run them separately")
        }
      }
    }
    return found.values.sorted { $0.id < $1.id }
  }

  private static func fixtures(in scope: FixtureScope) throws(FileError) -> [FixtureFile] {
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
        try walker.walk(path, below: scope.below)
      } else {
        walker.add(path, below: scope.below)
      }
    } else {
      try walker.walk(directory, below: [])
    }
    return walker.found.map {
      FixtureFile(id: $0.id, root: scope.root, path: $0.path, defaults: $0.defaults)
    }
  }

  /// The goldens of a root that belong to no fixture of it, ordered. Nothing when the root has none.
  package static func staleGoldens(of root: FixtureRoot, fixtures: [FixtureFile]) throws(FileError) -> [Path]
  {
    guard try FileSystem.status(root.expected)?.kind == .directory else { return [] }
    var walker = Walker(goal: goldenExtension)
    try walker.walk(root.expected, below: [])
    let ids = Set(fixtures.filter { $0.root == root }.map(\.id))
    return walker.found.filter { !ids.contains($0.id) }.map(\.path).sorted()
  }
}

/// Walks a tree of directories and collects the files with one extension.
private struct Walker {
  let goal: [UInt8]
  var found: [(id: CaseID, path: Path, defaults: [Path])] = []
  private var defaults: [Path] = []
  /// The directories that are being walked, from the outermost to the current one.
  private var open: [FileIdentity] = []

  init(goal: [UInt8]) {
    self.goal = goal
  }

  mutating func noteDefaults(in directory: Path) throws(FileError) {
    let path = directory.appending("defaults")
    if try FileSystem.status(path)?.kind == .file { defaults.append(path) }
  }

  mutating func add(_ path: Path, below: [[UInt8]]) {
    var components = below
    components[components.count - 1].removeLast(goal.count)
    found.append((CaseID(components: components), path, defaults))
  }

  mutating func walk(_ directory: Path, below: [[UInt8]]) throws(FileError) {
    guard let identity = try FileSystem.status(directory)?.identity, !open.contains(identity) else { return }
    open.append(identity)
    let outerDefaults = defaults
    defer {
      open.removeLast()
      defaults = outerDefaults
    }
    let names = try FileSystem.names(in: directory)
    if names.contains(Array("defaults".utf8)) { try noteDefaults(in: directory) }
    for name in names where name.first != UInt8(ascii: ".") {
      let path = directory.appending(name)
      let isGoal = name.count > goal.count && name.suffix(goal.count) == goal[...]
      switch try FileSystem.status(path)?.kind {
      case .directory: try walk(path, below: below + [name])
      case .file where isGoal: add(path, below: below + [name])
      default: break
      }
    }
  }
}
