// Finds the root to which a path belongs.

/// Finds the parts of roots that paths name.
///
/// A path inside the default root, `fixtures/`, belongs to it, and so does an id where there is no file or
/// directory of that name. Any other path belongs to the nearest directory named `fixtures` in which it
/// lies, or which it is; if there is none, a directory is a root of its own, and a file belongs to its
/// directory. The goldens of a root stand in its sibling `expected/`, or where `expected` says.
struct ScopeFinder {
  let expected: Path?
  let workingDirectory: Path
  /// The roots that were found, but for the default one, by where they are, so that none has two names.
  private var roots: [Path: FixtureRoot] = [:]

  static let defaultDirectory = Path("fixtures")
  private static let rootName = Array("fixtures".utf8)

  init(expected: Path?, workingDirectory: Path) {
    self.expected = expected
    self.workingDirectory = workingDirectory
  }

  private var defaultRoot: FixtureRoot {
    FixtureRoot(fixtures: Self.defaultDirectory, expected: expected ?? Path("expected"))
  }

  /// The whole default root. Throws `UsageError` when it is not there.
  func defaultScope() throws -> FixtureScope {
    guard try FileSystem.status(Self.defaultDirectory) != nil else {
      throw UsageError("there is no directory fixtures/ here; name the fixtures to run")
    }
    return FixtureScope(root: defaultRoot, below: [])
  }

  mutating func scope(of path: Path) throws -> FixtureScope {
    guard let status = try FileSystem.status(path) else {
      if try FileSystem.exists(path) {
        throw UsageError("\(path) is a link that leads to no file or directory")
      }
      if let below = try Self.componentsOfID(path) { return FixtureScope(root: defaultRoot, below: below) }
      throw UsageError("there is no file or directory \(path)" + Self.hint(for: path))
    }
    let isDirectory = status.kind == .directory
    if !isDirectory, !FixtureWalk.isFixture(path.lastComponent) {
      throw UsageError("\(path) is no fixture; fixtures end in .lua")
    }
    let place = path.normalized(workingDirectory: workingDirectory)
    let defaultPlace = Self.defaultDirectory.normalized(workingDirectory: workingDirectory)
    if let below = place.components(below: defaultPlace), try isRead(path, as: place) {
      return FixtureScope(root: defaultRoot, below: below)
    }
    if let scope = try scope(of: path, at: place, isDirectory) { return scope }
    let directory = isDirectory ? path : path.parent
    return FixtureScope(
      root: try rootOfItsOwn(directory), below: isDirectory ? [] : [path.lastComponent])
  }

  /// Whether a path names what it does when it is read as text. One that goes up behind a link may not.
  private func isRead(_ path: Path, as place: Path) throws(FileError) -> Bool {
    guard path.components.contains(Array("..".utf8)) else { return true }
    // What is at the path is there: the place is compared with it, never text with text.
    return try FileSystem.areSame(path, place)
  }

  /// A directory as a root, the same one by whatever name it is given.
  private mutating func rootOfItsOwn(_ directory: Path) throws -> FixtureRoot {
    var place = directory.normalized(workingDirectory: workingDirectory)
    if try !isRead(directory, as: place) { place = try FileSystem.resolved(directory) }
    let root =
      roots[place]
      ?? FixtureRoot(fixtures: directory, expected: expected ?? sibling(of: directory, at: place))
    roots[place] = root
    return root
  }

  // MARK: - Roots above a path

  /// The part of the nearest root named `fixtures`; nil when the path lies in none.
  private mutating func scope(of path: Path, at place: Path, _ isDirectory: Bool) throws -> FixtureScope? {
    let components = place.components
    let directories = isDirectory ? components[...] : components.dropLast()
    guard let index = directories.lastIndex(of: Self.rootName) else { return nil }
    let directory = Path(bytes: Self.joined(components[...index], isAbsolute: true))
    guard try isRead(path, as: place) else { return nil }
    let root =
      roots[directory]
      ?? FixtureRoot(
        fixtures: spelled(directory, like: path),
        expected: expected ?? spelled(directory.parent.appending("expected"), like: path))
    roots[directory] = root
    return FixtureScope(root: root, below: Array(components[(index + 1)...]))
  }

  /// An absolute path, or the one that leads there from the working directory if the other is not absolute.
  private func spelled(_ place: Path, like path: Path) -> Path {
    if path.isAbsolute { return place }
    let (there, here) = (place.components, workingDirectory.components)
    let common = zip(there, here).prefix { $0 == $1 }.count
    let steps = Array(repeating: Array("..".utf8), count: here.count - common) + there.dropFirst(common)
    return steps.isEmpty ? Path(".") : Path(bytes: Self.joined(steps, isAbsolute: false))
  }

  private static func joined(_ components: some Sequence<[UInt8]>, isAbsolute: Bool) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    return (isAbsolute ? [slash] : []) + components.joined(separator: [slash])
  }

  /// `expected` beside a directory, relative if the directory is and its name says where that is.
  private func sibling(of directory: Path, at place: Path) -> Path {
    let last = directory.lastComponent
    let isNamed = !last.isEmpty && last != Array(".".utf8) && last != Array("..".utf8)
    return (isNamed ? directory : place).parent.appending("expected")
  }

  // MARK: - Ids

  /// The path below the default root that an id stands for, of a fixture or else of a directory; nil when
  /// there is neither.
  static func componentsOfID(_ id: Path) throws -> [[UInt8]]? {
    let path = Path(bytes: EscapedText.bytes(String(decoding: id.bytes, as: UTF8.self)))
    var components = path.components
    guard !path.isAbsolute, let last = components.last,
      !components.contains(where: { $0 == Array(".".utf8) || $0 == Array("..".utf8) })
    else { return nil }
    let place = defaultDirectory.appending(path.bytes)
    let fixture = place.withSuffix(".lua")
    if try FileSystem.exists(fixture), try FileSystem.status(fixture)?.kind != .directory {
      components[components.count - 1] = last + FixtureWalk.fixtureExtension
      return components
    }
    guard try FileSystem.exists(place) else { return nil }
    return try FileSystem.status(place)?.kind == .directory ? components : nil
  }

  /// A sentence's end that names ids of the default root, or directories of them, which are like a path that
  /// is not there; or nothing.
  static func hint(for path: Path) -> String {
    let whole = FixtureScope(
      root: FixtureRoot(fixtures: defaultDirectory, expected: Path("expected")), below: [])
    let ids = ((try? FixtureWalk.fixtures(in: [whole])) ?? []).map(\.id.description)
    let directories = Set(ids.flatMap { CaseName.directories(of: $0) })
    return CaseName.hint(for: path.description, in: ids + directories.sorted())
  }
}
