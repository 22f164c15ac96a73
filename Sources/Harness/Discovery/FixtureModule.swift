// Finds and reads the Lua modules that fixtures require.
import LuaHost

/// A Lua module of a fixture.
package struct FixtureModule: Hashable, Sendable {
  /// The file, as it was named.
  package let path: Path
  package let source: LuaModuleSource

  init(name: String, path: Path, bytes: [UInt8]) {
    self.path = path
    source = LuaModuleSource(name: name, file: Self.file(of: name, at: path), source: bytes)
  }

  /// How messages call the file: its name behind as many directories as the module's name has, so that it is
  /// the same on every machine.
  private static func file(of name: String, at path: Path) -> String {
    let components = path.components
    var count = 1 + name.utf8.count { $0 == UInt8(ascii: ".") }
    if components.last == FixtureModule.initFile { count += 1 }
    return components.suffix(count).map { EscapedText.string($0) }.joined(separator: "/")
  }

  /// The file that stands for the module of its directory.
  static let initFile = Array("init.lua".utf8)
}

/// The modules that `defaults` files name, read once.
struct ModuleLibrary: Sendable {
  private var files: [Path: Result<[UInt8], FileError>] = [:]
  private var directories: [Path: Result<[FixtureModule], FileError>] = [:]

  /// Reads what these directives name.
  init(_ defaults: some Sequence<Directives>) {
    for directives in defaults {
      for module in directives.modules where files[module.path] == nil {
        files[module.path] = Self.read(module.path)
      }
      for directory in directives.moduleDirectories where directories[directory.path] == nil {
        directories[directory.path] = Self.modules(in: directory.path)
      }
    }
  }

  /// What the modules hold, in the order of their paths.
  var contents: [[UInt8]] {
    files.sorted { $0.key < $1.key }.compactMap { try? $0.value.get() }
      + directories.sorted { $0.key < $1.key }.flatMap { (try? $0.value.get()) ?? [] }.map(\.source.source)
  }

  /// The modules of a fixture with these directives, each name once: those named one by one win over those
  /// of directories, and inner directories over outer ones.
  func modules(of directives: Directives, in root: FixtureRoot) throws(FixtureError) -> [FixtureModule] {
    if directives.modules.isEmpty, directives.moduleDirectories.isEmpty { return [] }
    var modules: [String: FixtureModule] = [:]
    for directory in directives.moduleDirectories {
      switch directories[directory.path] ?? Self.modules(in: directory.path) {
      case .success(let found): for module in found { modules[module.source.name] = module }
      case .failure(let error): throw .directive(DirectiveError(directory.place, error.description))
      }
    }
    for module in directives.modules {
      try check(module, directives, root)
      switch files[module.path] ?? Self.read(module.path) {
      case .success(let bytes):
        modules[module.name] = FixtureModule(name: module.name, path: module.path, bytes: bytes)
      case .failure(let error): throw .directive(DirectiveError(module.place, error.description))
      }
    }
    return modules.values.sorted { $0.source.name < $1.source.name }
  }

  /// Refuses a module that would be a case as well.
  private func check(
    _ module: ModuleDirective, _ directives: Directives, _ root: FixtureRoot
  ) throws(FixtureError) {
    let here = FileSystem.workingDirectory
    let place = module.path.normalized(workingDirectory: here)
    guard FixtureWalk.isFixture(module.path.lastComponent),
      var below = place.components(below: root.fixtures.normalized(workingDirectory: here))
    else { return }
    var directories = directives.moduleDirectories
    // Directories beside the fixture's have defaults of their own.
    while below.popLast() != nil {
      let defaults = root.fixtures.appending(
        Array((below + [Array("defaults".utf8)]).joined(separator: [0x2F])))
      if let text = try? FileSystem.readFile(defaults),
        let directives = try? Directives(defaults: text, file: defaults)
      {
        directories += directives.moduleDirectories
      }
    }
    let isInDirectory = directories.contains {
      place.components(below: $0.path.normalized(workingDirectory: here)) != nil
    }
    guard !isInDirectory else { return }
    throw .directive(
      DirectiveError(
        module.place,
        "\(module.path) lies among the fixtures, where it is a case; put it elsewhere, or name its directory in a"
          + " `defaults` file with `modules: DIR`"))
  }

  private static func read(_ path: Path) -> Result<[UInt8], FileError> {
    Result { () throws(FileError) in try FileSystem.readFile(path) }
  }

  /// All Lua files below a directory: `a/b.lua` is the module `a.b`, `a/init.lua` the module `a`.
  private static func modules(in directory: Path) -> Result<[FixtureModule], FileError> {
    Result { () throws(FileError) in
      var modules: [FixtureModule] = []
      var open: [FileIdentity] = []
      try walk(directory, [], &open, &modules)
      return modules
    }
  }

  private static func walk(
    _ directory: Path, _ names: [String], _ open: inout [FileIdentity], _ modules: inout [FixtureModule]
  ) throws(FileError) {
    guard let identity = try FileSystem.status(directory)?.identity, !open.contains(identity) else {
      _ = try FileSystem.names(in: directory)
      return
    }
    open.append(identity)
    defer { open.removeLast() }
    for entry in try FileSystem.entries(in: directory) where entry.name.first != UInt8(ascii: ".") {
      let path = directory.appending(entry.name)
      let kind = if let kind = entry.kind { kind } else { try FileSystem.status(path)?.kind }
      if kind == .directory {
        try walk(path, names + [EscapedText.string(entry.name)], &open, &modules)
      } else if FixtureWalk.isFixture(entry.name) {
        let last = EscapedText.string(entry.name.dropLast(FixtureWalk.fixtureExtension.count))
        let isInit = entry.name == FixtureModule.initFile && !names.isEmpty
        modules.append(
          FixtureModule(
            name: (isInit ? names : names + [last]).joined(separator: "."), path: path,
            bytes: try FileSystem.readFile(path)))
      }
    }
  }
}

extension DirectiveError {
  fileprivate init(_ place: DirectivePlace, _ reason: String) {
    self.init(file: place.file, line: place.line, reason: reason)
  }
}
