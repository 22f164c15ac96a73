// Finds the root to which a path belongs.

/// What paths name.
package struct FoundScopes: Sendable {
  package var scopes: [FixtureScope] = []
  /// The projects in which they lie, each once; no two contradict each other.
  package var projects: [Project] = []
  /// Whether commands find the same root where no path is named.
  package var isDefault = true
}

/// Finds the parts of roots that paths name.
///
/// A path inside the fixtures of its project belongs to them, one that holds them names them all, and so does
/// an id where there is no file or directory of that name belong to the project of the working directory. Any
/// other directory is a root of its own, and so is that of any other file: the nearest above it that has a
/// sibling `expected/`, if there is one. The goldens of such a root stand there, or where `expected` says.
struct ScopeFinder {
  let expected: Path?
  let workingDirectory: Path
  private(set) var found = FoundScopes()
  private var projects: [Path: Project?] = [:]
  /// The roots that were found by where they are, so that none has two names.
  private var roots: [Path: FixtureRoot] = [:]

  init(expected: Path? = nil, workingDirectory: Path = FileSystem.workingDirectory) {
    self.expected = expected
    self.workingDirectory = workingDirectory
  }

  /// The parts that paths name, each once; without any, the whole root of the working directory's project.
  mutating func find(_ paths: [Path]) throws -> FoundScopes {
    let home = try project(of: workingDirectory)
    if paths.isEmpty { add(try defaultScope(), home) }
    for path in paths {
      let (scope, project) = try scope(of: path)
      if let project, let other = found.projects.first(where: { !$0.agrees(with: project) }) {
        let files = [other, project].map { project in
          project.settings?.file ?? project.folder.relative(to: workingDirectory)
        }
        throw UsageError(
          "\(path) belongs to \(files[1]), and another path to \(files[0]), which says something else; run them"
            + " separately")
      }
      add(scope, project)
      if project?.folder != home?.folder || !scope.root.isLasting { found.isDefault = false }
    }
    return found
  }

  private mutating func add(_ scope: FixtureScope, _ project: Project?) {
    if !found.scopes.contains(scope) { found.scopes.append(scope) }
    if let project, !found.projects.contains(project) { found.projects.append(project) }
  }

  private mutating func project(of folder: Path) throws -> Project? {
    if let known = projects[folder] { return known }
    let project = try Project.find(from: folder)
    projects[folder] = .some(project)
    return project
  }

  private mutating func defaultScope() throws -> FixtureScope {
    guard let home = try project(of: workingDirectory) else {
      throw UsageError(
        "there is no directory fixtures/ here; name the fixtures to run, or make some with touchstone init")
    }
    guard try FileSystem.status(home.fixtures) != nil else {
      let line = home.settings?.entry("fixtures").map { ":\($0.line)" } ?? ""
      throw UsageError(
        "\(home.settings?.file ?? home.folder)\(line): there is no directory"
          + " \(home.fixtures.relative(to: workingDirectory))")
    }
    return FixtureScope(root: root(of: home), below: [])
  }

  private mutating func scope(of path: Path) throws -> (FixtureScope, Project?) {
    let status = try FileSystem.status(path)
    if status?.kind != .directory, status == nil || !FixtureWalk.isFixture(path.lastComponent) {
      if status == nil, try FileSystem.exists(path) {
        throw UsageError("\(path) is a link that leads to no file or directory")
      }
      if let below = try componentsOfID(path), let home = try project(of: workingDirectory) {
        return (FixtureScope(root: root(of: home), below: below), home)
      }
      throw UsageError(
        status == nil
          ? "there is no file or directory \(path)" + hint(for: path)
          : "\(path) is no fixture; fixtures end in .lua")
    }
    let isDirectory = status?.kind == .directory
    let place = try self.place(of: path)
    // Where a link leads is asked when its own name lies in no root.
    for place in [place, try FileSystem.resolved(path)] {
      guard let project = try project(of: isDirectory ? place : place.parent) else { continue }
      if let below = place.components(below: project.fixtures) {
        return (FixtureScope(root: root(of: project, like: path), below: below), project)
      }
      if isDirectory, project.fixtures.components(below: place) != nil {
        return (FixtureScope(root: root(of: project, like: path), below: []), project)
      }
    }
    return try scopeOfItsOwn(path, at: place, isDirectory)
  }

  /// The absolute path, read as text unless it goes up behind a link and means another file.
  private func place(of path: Path) throws(FileError) -> Path {
    let place = path.normalized(workingDirectory: workingDirectory)
    guard path.components.contains(Array("..".utf8)) else { return place }
    // What is at the path is there: the place is compared with it, never text with text.
    return try FileSystem.areSame(path, place) ? place : FileSystem.resolved(path)
  }

  // MARK: - Roots

  private mutating func root(of project: Project, like path: Path? = nil) -> FixtureRoot {
    let isHome = projects[workingDirectory]??.folder == project.folder
    return root(at: project.fixtures, project.expected, like: isHome ? nil : path, isLasting: true)
  }

  private mutating func root(at place: Path, _ goldens: Path, like path: Path?, isLasting: Bool)
    -> FixtureRoot
  {
    func spelled(_ place: Path) -> Path {
      path?.isAbsolute == true ? place : place.relative(to: workingDirectory)
    }
    let root =
      roots[place]
      ?? FixtureRoot(
        fixtures: spelled(place), expected: expected ?? spelled(goldens), isLasting: isLasting)
    roots[place] = root
    return root
  }

  /// A directory that belongs to no root, as one of its own, or as a part of one above it.
  private mutating func scopeOfItsOwn(
    _ path: Path, at place: Path, _ isDirectory: Bool
  ) throws -> (FixtureScope, Project?) {
    let directory = isDirectory ? place : place.parent
    let project = try project(of: directory)
    var top = directory
    var folder = directory
    while expected == nil, folder != project?.folder, folder.parent != folder {
      if try FileSystem.status(folder.parent.appending("expected"))?.kind == .directory {
        top = folder
        break
      }
      if try FileSystem.exists(folder.appending(".git")) { break }
      folder = folder.parent
    }
    let root = root(at: top, top.parent.appending("expected"), like: path, isLasting: false)
    return (FixtureScope(root: root, below: place.components(below: top) ?? []), project)
  }

  // MARK: - Ids

  /// The path below the fixtures of the working directory's project that an id stands for, of a fixture or
  /// else of a directory; nil when there is neither.
  mutating func componentsOfID(_ id: Path) throws -> [[UInt8]]? {
    let path = Path(bytes: EscapedText.bytes(String(decoding: id.bytes, as: UTF8.self)))
    var components = path.components
    guard !path.isAbsolute, let last = components.last,
      !components.contains(where: { $0 == Array(".".utf8) || $0 == Array("..".utf8) }),
      let place = try project(of: workingDirectory)?.fixtures.appending(path.bytes)
    else { return nil }
    let fixture = place.withSuffix(".lua")
    if try FileSystem.exists(fixture), try FileSystem.status(fixture)?.kind != .directory {
      components[components.count - 1] = last + FixtureWalk.fixtureExtension
      return components
    }
    guard try FileSystem.exists(place) else { return nil }
    return try FileSystem.status(place)?.kind == .directory ? components : nil
  }

  /// A sentence's end that names ids of the working directory's project, or directories of them, which are
  /// like a path that is not there; or nothing.
  mutating func hint(for path: Path) -> String {
    let whole = try? defaultScope()
    let ids = ((try? FixtureWalk.fixtures(in: whole.map { [$0] } ?? [])) ?? []).map(\.id.description)
    let directories = Set(ids.flatMap { CaseName.directories(of: $0) })
    return CaseName.hint(for: path.description, in: ids + directories.sorted())
  }
}
