// Finds the folder that fixtures belong to, as git finds its own, and reads its settings.

/// A folder with fixtures. Its paths are absolute.
package struct Project: Hashable, Sendable {
  package let folder: Path
  package let fixtures: Path
  package let expected: Path
  package let settings: ProjectSettings?

  /// The project of a folder, which is absolute; nil when it lies in none: the nearest folder with a settings
  /// file, or else the nearest that holds `fixtures/`. A folder inside another's `fixtures/` does not count
  /// for holding a directory of that name. The search ends at a folder with `.git`.
  package static func find(from start: Path) throws -> Project? {
    var nearest: Path?
    var folder = start
    while true {
      if let settings = try ProjectSettings(in: folder) { return try Project(folder, settings) }
      let fixtures = folder.appending("fixtures")
      if try FileSystem.status(fixtures)?.kind == .directory,
        nearest.map({ $0.components(below: fixtures) != nil }) ?? true
      {
        nearest = folder
      }
      if try folder.parent == folder || FileSystem.exists(folder.appending(".git")) { break }
      folder = folder.parent
    }
    return try nearest.map { try Project($0, nil) }
  }

  private init(_ folder: Path, _ settings: ProjectSettings?) throws(UsageError) {
    self.folder = folder
    self.settings = settings
    let given = settings?.entry("fixtures")
    fixtures = folder.appending(given?.value ?? Array("fixtures".utf8)).normalized(workingDirectory: folder)
    if let given, given.value.isEmpty || fixtures.components(below: folder) == nil {
      throw settings!.error(given.line, "fixtures needs a directory at or below this folder")
    }
    if let expected = settings?.entry("expected") {
      guard !expected.value.isEmpty else {
        throw settings!.error(expected.line, "expected needs the path of a directory")
      }
      self.expected = settings!.path(expected)
    } else {
      expected = (fixtures == folder ? folder : fixtures.parent).appending("expected")
    }
  }
}

/// The lines of a `touchstone.conf`: `key: value`, in the notation of a `defaults` file.
package struct ProjectSettings: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package let key: String
    package let value: [UInt8]
    /// Counted from 1.
    package let line: Int
  }

  package static let fileName = "touchstone.conf"

  /// Where it is, as the working directory sees it.
  package let file: Path
  /// The absolute path of the folder that it lies in.
  package let folder: Path
  package let entries: [Entry]

  /// Nil when the folder has none.
  init?(in folder: Path) throws {
    let place = folder.appending(Self.fileName)
    guard try FileSystem.status(place)?.kind == .file else { return nil }
    self.folder = folder
    file = place.relative(to: FileSystem.workingDirectory)
    var entries: [Entry] = []
    for (line, text) in Directives.lines(ofDefaults: try FileSystem.readFile(place)) {
      guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
        let start = EscapedText.string(text.prefix(40))
        throw UsageError("\(file):\(line): a setting reads `key: value`, found `\(start)`")
      }
      guard !text.contains(0) else { throw UsageError("\(file):\(line): no setting holds a zero byte") }
      let key = EscapedText.string(text[..<colon].trimmingBlanks())
      if let earlier = entries.first(where: { $0.key == key }) {
        throw UsageError("\(file):\(line): `\(key)` was already given on line \(earlier.line)")
      }
      entries.append(
        Entry(key: key, value: Array(text[(colon + 1)...].trimmingBlanks()), line: line))
    }
    self.entries = entries
  }

  package func entry(_ key: String) -> Entry? { entries.first { $0.key == key } }

  /// The absolute path that an entry names: relative ones start from the folder.
  package func path(_ entry: Entry) -> Path {
    Path(bytes: entry.value).normalized(workingDirectory: folder)
  }

  package func error(_ line: Int, _ reason: String) -> UsageError {
    UsageError("\(file):\(line): \(reason)")
  }

  /// What it says besides where fixtures and goldens are.
  fileprivate var options: [[UInt8]] {
    entries.filter { !["fixtures", "expected"].contains($0.key) }.map { Array($0.key.utf8) + $0.value }
  }
}

extension Project {
  /// Whether cases of both can be run together: no setting of one holds for the other by mistake.
  func agrees(with other: Project) -> Bool {
    folder == other.folder || (settings?.options ?? []) == (other.settings?.options ?? [])
  }

  /// The module that its cases are run on where no option names one; nil when it has none of its own.
  package var module: Path? {
    get throws {
      if let settings, let entry = settings.entry("module") {
        guard !entry.value.isEmpty else {
          throw settings.error(entry.line, "module needs the path of a file")
        }
        return settings.path(entry)
      }
      let place = folder.appending("lua.wasm")
      return try FileSystem.exists(place) ? place : nil
    }
  }
}

extension Path {
  /// The way to this absolute path from a directory.
  package func relative(to directory: Path) -> Path {
    let (there, here) = (components, directory.components)
    let common = zip(there, here).prefix { $0 == $1 }.count
    let steps = Array(repeating: Array("..".utf8), count: here.count - common) + there.dropFirst(common)
    return steps.isEmpty ? Path(".") : Path(bytes: steps.joined(separator: [UInt8(ascii: "/")]))
  }
}
