// Which directories hold the fixtures and which their goldens.

/// A directory of fixtures and the directory that mirrors it with goldens.
package struct FixtureRoot: Hashable, Sendable {
  package let fixtures: Path
  package let expected: Path
  /// Whether a project says that it is one: not if only a path on a command line does.
  package let isLasting: Bool

  package init(fixtures: Path, expected: Path, isLasting: Bool = true) {
    self.fixtures = fixtures
    self.expected = expected
    self.isLasting = isLasting
  }

  /// The file of a case.
  package func fixture(of id: CaseID) -> Path {
    fixtures.appending(id.bytes, suffix: ".lua")
  }

  /// The golden of a case, or a variant of it.
  package func golden(of id: CaseID, variant: String? = nil) -> Path {
    guard let variant else { return expected.appending(id.bytes, suffix: ".golden") }
    return expected.appending(id.bytes).withSuffix(".\(variant).golden")
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
  /// The parts of roots that paths name, each once. No path names the whole root of the project in which the
  /// working directory lies. `expected` overrides where the goldens of all of them stand.
  package static func find(
    _ paths: [Path], expected: Path?, workingDirectory: Path = FileSystem.workingDirectory
  ) throws -> FoundScopes {
    var finder = ScopeFinder(expected: expected, workingDirectory: workingDirectory)
    return try finder.find(paths)
  }

  package static func scopes(
    of paths: [Path], expected: Path?, workingDirectory: Path = FileSystem.workingDirectory
  ) throws -> [FixtureScope] {
    try find(paths, expected: expected, workingDirectory: workingDirectory).scopes
  }
}
