// Which directories hold the fixtures and which their goldens.

/// A directory of fixtures and the directory that mirrors it with goldens.
package struct FixtureRoot: Hashable, Sendable {
  package let fixtures: Path
  package let expected: Path

  package init(fixtures: Path, expected: Path) {
    self.fixtures = fixtures
    self.expected = expected
  }

  /// The file of a case.
  package func fixture(of id: CaseID) -> Path {
    fixtures.appending(id.bytes).withSuffix(".lua")
  }

  /// The golden of a case.
  package func golden(of id: CaseID) -> Path {
    expected.appending(id.bytes).withSuffix(".golden")
  }
}

/// A part of a root that was asked for.
package struct FixtureScope: Hashable, Sendable {
  package let root: FixtureRoot
  /// The path below the root: of a directory, or of one fixture. Empty for all of it.
  package let below: [[UInt8]]

  package init(root: FixtureRoot, below: [[UInt8]]) {
    self.root = root
    self.below = below
  }

  package var isWholeRoot: Bool { below.isEmpty }
}

/// What was asked for cannot be had: a sentence for whoever typed it.
package struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}

extension FixtureScope {
  /// The parts of roots that paths name, each once. No path names the whole default root, `fixtures/`.
  /// `expected` overrides where the goldens of all of them stand.
  package static func scopes(
    of paths: [Path], expected: Path?, workingDirectory: Path = FileSystem.workingDirectory
  ) throws -> [FixtureScope] {
    var finder = ScopeFinder(expected: expected, workingDirectory: workingDirectory)
    if paths.isEmpty { return [try finder.defaultScope()] }
    var scopes: [FixtureScope] = []
    for path in paths {
      let scope = try finder.scope(of: path)
      if !scopes.contains(scope) { scopes.append(scope) }
    }
    return scopes
  }
}
