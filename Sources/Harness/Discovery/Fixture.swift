// A fixture that was read: what is to be run, and how.
import LuaHost

package struct Fixture: Hashable, Sendable {
  package let file: FixtureFile
  /// The fixture's own directives over those of the directories above it.
  package let directives: Directives
  package let text: FixtureText
  /// What it can require, by name.
  package let modules: [FixtureModule]
}

/// Reads fixtures. Each `defaults` file is read once.
package struct FixtureLoader: Sendable {
  private let defaults: [Path: Result<Directives, FixtureError>]
  private let project: Directives
  /// Whether the project says nothing.
  private let isProjectEmpty: Bool
  private let library: ModuleLibrary
  /// Whether it is to be known what the files held.
  package var digestsContents = false

  /// Prepares for these fixtures by reading the `defaults` files that hold for them. An error in one of
  /// those is an error of each fixture below it. What their project says is below all others.
  package init(for files: [FixtureFile], project: Directives = Directives()) {
    self.project = project
    isProjectEmpty = project == Directives()
    var defaults: [Path: Result<Directives, FixtureError>] = [:]
    for path in Set(files.flatMap(\.defaults)) {
      defaults[path] = Self.readDefaults(path)
    }
    self.defaults = defaults
    library = ModuleLibrary(defaults.values.compactMap { try? $0.get() })
  }

  private static func readDefaults(_ path: Path) -> Result<Directives, FixtureError> {
    let text: [UInt8]
    do {
      text = try FileSystem.readFile(path)
    } catch {
      return .failure(.file(error))
    }
    do {
      return .success(try Directives(defaults: text, file: path))
    } catch {
      return .failure(.directive(error))
    }
  }

  /// Tells the contents of the `defaults` files and the modules that they name from any others.
  var sharedDigest: String {
    let texts = defaults.keys.sorted().map { (try? FileSystem.readFile($0)) ?? [] } + library.contents
    return SHA256Digest(joining: texts).description
  }

  /// Tells what a fixture is made of, and its golden, from any other contents.
  func digest(_ fixture: Fixture) -> SHA256Digest {
    let texts = [fixture.file.path, fixture.file.golden].map { (try? FileSystem.readFile($0)) ?? [] }
    return SHA256Digest(joining: texts + fixture.modules.map(\.source.source))
  }

  package func load(_ file: FixtureFile) throws(FixtureError) -> Fixture {
    var outer: Directives?
    if !isProjectEmpty || !file.defaults.isEmpty {
      var merged = project
      for path in file.defaults {
        if let inner = try defaults[path]?.get() { merged = inner.over(merged) }
      }
      outer = merged
    }
    let path = file.path
    let source: [UInt8]
    do {
      source = try FileSystem.readFile(path)
    } catch {
      throw .file(error)
    }
    let text: FixtureText
    do {
      text = try FixtureText(source, file: path)
    } catch {
      throw .directive(error)
    }
    let directives = if let outer { text.directives.over(outer) } else { text.directives }
    return Fixture(
      file: file, directives: directives, text: text,
      modules: try library.modules(of: directives, in: file.root))
  }
}

extension SHA256Digest {
  /// The digest of several texts, each behind its length.
  fileprivate init(joining texts: some Sequence<[UInt8]>) {
    self.init(of: texts.reduce(into: [UInt8]()) { $0 += Array("\($1.count)\n".utf8) + $1 })
  }
}

/// Why a fixture cannot be run.
package enum FixtureError: Error, Hashable, Sendable, CustomStringConvertible {
  case directive(DirectiveError)
  case file(FileError)

  package var description: String {
    switch self {
    case .directive(let error): error.description
    case .file(let error): error.description
    }
  }
}
