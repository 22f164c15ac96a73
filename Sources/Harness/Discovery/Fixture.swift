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
  private let library: ModuleLibrary

  /// Prepares for these fixtures by reading the `defaults` files that hold for them. An error in one of
  /// those is an error of each fixture below it. What their project says is below all others.
  package init(for files: [FixtureFile], project: Directives = Directives()) {
    self.project = project
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

  package func load(_ file: FixtureFile) throws(FixtureError) -> Fixture {
    var outer = project
    for path in file.defaults {
      if let inner = try defaults[path]?.get() { outer = inner.over(outer) }
    }
    let source: [UInt8]
    do {
      source = try FileSystem.readFile(file.path)
    } catch {
      throw .file(error)
    }
    let text: FixtureText
    do {
      text = try FixtureText(source, file: file.path)
    } catch {
      throw .directive(error)
    }
    let directives = text.directives.over(outer)
    return Fixture(
      file: file, directives: directives, text: text,
      modules: try library.modules(of: directives, in: file.root))
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
