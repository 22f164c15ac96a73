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
  /// The parts of roots that paths name. No path names the whole default root, `fixtures/`.
  ///
  /// A path inside the default root belongs to it. Any other directory is a root of its own, whose
  /// goldens stand in its sibling `expected/`, and a file belongs to the root that its directory is.
  /// `expected` overrides where the goldens of all of them stand.
  package static func scopes(
    of paths: [Path], expected: Path?, workingDirectory: Path = FileSystem.workingDirectory
  ) throws -> [FixtureScope] {
    let defaultRoot = Path("fixtures")
    let normalizedRoot = defaultRoot.normalized(workingDirectory: workingDirectory)
    var scopes: [FixtureScope] = []
    for path in paths.isEmpty ? [defaultRoot] : paths {
      guard let status = try FileSystem.status(path) else {
        if try FileSystem.exists(path) {
          throw UsageError("\(path) is a link that leads to no file or directory")
        }
        throw UsageError(
          paths.isEmpty
            ? "there is no directory fixtures/ here; name the fixtures to run"
            : "there is no file or directory \(path)")
      }
      let scope: FixtureScope
      if let below = path.normalized(workingDirectory: workingDirectory).components(below: normalizedRoot) {
        scope = FixtureScope(
          root: FixtureRoot(fixtures: defaultRoot, expected: expected ?? Path("expected")), below: below)
      } else {
        let directory = status.kind == .directory ? path : path.parent
        scope = FixtureScope(
          root: FixtureRoot(
            fixtures: directory,
            expected: expected ?? sibling(of: directory, workingDirectory: workingDirectory)),
          below: status.kind == .directory ? [] : [path.lastComponent])
      }
      if status.kind != .directory, !FixtureWalk.isFixture(path.lastComponent) {
        throw UsageError("\(path) is no fixture; fixtures end in .lua")
      }
      if !scopes.contains(scope) { scopes.append(scope) }
    }
    return scopes
  }

  /// `expected` beside a directory, relative if the directory is and its name says where that is.
  private static func sibling(of directory: Path, workingDirectory: Path) -> Path {
    let last = directory.lastComponent
    let isNamed = !last.isEmpty && last != Array(".".utf8) && last != Array("..".utf8)
    let parent = isNamed ? directory.parent : directory.normalized(workingDirectory: workingDirectory).parent
    return parent.appending("expected")
  }
}
