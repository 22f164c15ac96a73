// What the commands that select cases make of the words given to them and of their project's settings.
import Harness

enum Settings {
  /// The options of `run` that a settings file can give. Its limits become the outermost directives.
  static let names = [
    "jobs", "timeout", "fuel", "max-memory", "max-failures", "repeat", "perturb", "strict", "baseline",
    "balance",
    "max-cost-growth", "slowest", "color", "junit-extras", "variant",
  ]
}

extension Command {
  /// Finds the fixtures that paths name, and adds what holds for them: goldens, module, limits and the settings
  /// of their project. The directory of goldens must be there unless the command makes it.
  func selectFixtures(
    _ paths: [String], _ arguments: ParsedArguments, goldens: GoldenOptions, module: ModuleOption? = nil,
    limits: LimitOptions? = nil, writesGoldens: Bool = false, into options: inout RunOptions
  ) throws {
    for path in paths {
      guard !path.isEmpty else { throw UsageError("an empty word names no file") }
      options.paths.append(Path(path))
    }
    options.expected = goldens.expected
    if let expected = options.expected, try FileSystem.status(expected)?.kind != .directory {
      if try FileSystem.exists(expected) {
        throw UsageError("--expected needs a directory, and \(expected) is none")
      }
      if !writesGoldens { throw UsageError("--expected: there is no directory \(expected)") }
    }
    let found = try FixtureScope.find(options.paths, expected: options.expected)
    options.found = found
    options.given = arguments.given.sorted()
    options.again = again(found.isDefault ? [] : paths, arguments)
    for project in found.projects { options.given += try apply(project.settings, into: &options) }
    options.given = Set(options.given).sorted()
    options.variant = goldens.variant
    if let module { options.module = try module.path(of: found.projects) }
    limits?.read(into: &options.settings)
    options.settings.blessCommand = options.command("bless")
  }

  /// The words by which another command means the same.
  private func again(_ paths: [String], _ arguments: ParsedArguments) -> [String] {
    let names = ["--expected", "--variant", "--module", "--timeout", "--fuel", "--max-memory"]
    func meant(_ name: String) -> String { name.hasPrefix("--no-") ? "--" + name.dropFirst(5) : name }
    let options = arguments.given.filter { names.contains(meant($0.name)) }
      .flatMap { [$0.name] + ($0.value.map { [$0] } ?? []) }
    // A word that begins with a hyphen is an option unless a path shows that it is none.
    return paths.map { $0.hasPrefix("-") ? "./" + $0 : $0 } + options
  }

  /// Reads the settings into options that were not given, and answers with those that count in the form of
  /// options given.
  private func apply(_ settings: ProjectSettings?, into options: inout RunOptions) throws -> [GivenOption] {
    guard let settings else { return [] }
    var given: [GivenOption] = []
    let known = RunCommand().declaredOptions.map(\.option)
    let own = declaredOptions.map(\.option)
    for entry in settings.entries where !["fixtures", "expected"].contains(entry.key) {
      let name = "--" + entry.key
      guard (Settings.names + ["module"]).contains(entry.key),
        let option = known.first(where: { $0.row.name == name })
      else {
        throw settings.error(
          entry.line, Self.refusal(of: entry.key, isOption: known.contains { $0.row.name == name }))
      }
      var text = String(decoding: entry.value, as: UTF8.self)
      if option.row.value == "FILE", !text.isEmpty {
        text = String(
          decoding: settings.path(entry).relative(to: FileSystem.workingDirectory).bytes, as: UTF8.self)
      }
      do throws(UsageError) {
        try option.read(text, as: entry.key)
      } catch {
        throw settings.error(entry.line, error.description)
      }
      let used = own.first { $0.row.name == name }
      if used?.isGiven == true { continue }
      switch name {
      case "--timeout": options.defaults.timeout = Quantity.seconds(text)
      case "--fuel": options.defaults.fuel = Quantity.count(text)
      case "--max-memory": options.defaults.memory = Quantity.bytes(text)
      // The module is asked of the project.
      case "--module": continue
      default: try used?.read(text, as: entry.key)
      }
      if used == nil { continue }
      if text != "false" { given.append(GivenOption(name, option.row.value == nil ? nil : text)) }
    }
    return given
  }

  private static func refusal(of key: String, isOption: Bool) -> String {
    let keys = ["fixtures", "expected", "module"] + Settings.names
    if isOption { return "`\(key)` is asked of one run: give --\(key) on the command line" }
    return "there is no setting `\(key)`"
      + (Suggestion.nearest(to: key, in: keys).map { "; did you mean \($0)?" }
        ?? "; there are \(keys.joined(separator: ", "))")
  }
}
