// What a fixture says about how it is to be run.
import LuaHost

/// The directives of a fixture, or of a `defaults` file. What was not said is nil or empty.
package struct Directives: Hashable, Sendable {
  package var tags: [String] = []
  package var timeout: Duration?
  /// WebAssembly instructions.
  package var fuel: UInt64?
  /// Bytes.
  package var memory: UInt64?
  /// Where the virtual clock starts, in milliseconds.
  package var clock: Int64?
  /// Why the case is not run.
  package var skip: String?
  /// Why the case is expected to fail.
  package var expectedFailure: String?
  /// Why the build may cut the output.
  package var expectedCut: String?
  package var seeds: [ExternalTables.Entry] = []
  /// The Lua modules named one by one.
  package var modules: [ModuleDirective] = []
  /// The directories of Lua modules, which hold no cases.
  package var moduleDirectories: [ModuleDirectory] = []

  package init() {}

  /// The keys that there are.
  package static let keys: [String] = DirectiveKey.allCases.map(\.rawValue)

  /// These directives with those of a directory above below them: what is said here wins, tags and
  /// seeds add up.
  package func over(_ outer: Directives) -> Directives {
    var merged = self
    merged.tags = outer.tags.filter { !tags.contains($0) } + tags
    merged.timeout = timeout ?? outer.timeout
    merged.fuel = fuel ?? outer.fuel
    merged.memory = memory ?? outer.memory
    merged.clock = clock ?? outer.clock
    merged.skip = skip ?? outer.skip
    merged.expectedFailure = expectedFailure ?? outer.expectedFailure
    merged.expectedCut = expectedCut ?? outer.expectedCut
    merged.seeds =
      outer.seeds.filter { seed in !seeds.contains { $0.table == seed.table && $0.key == seed.key } }
      + seeds
    merged.modules = outer.modules.filter { module in !modules.contains { $0.name == module.name } } + modules
    merged.moduleDirectories = outer.moduleDirectories + moduleDirectories
    return merged
  }
}

/// A Lua module that a directive names.
package struct ModuleDirective: Hashable, Sendable {
  package let name: String
  package let path: Path
  /// Where it is named.
  package let place: DirectivePlace
}

/// A directory whose Lua files are all modules.
package struct ModuleDirectory: Hashable, Sendable {
  package let path: Path
  /// Where it is named.
  package let place: DirectivePlace
}

/// A line of a fixture or of a `defaults` file.
package struct DirectivePlace: Hashable, Sendable {
  package let file: Path
  /// Counted from 1.
  package let line: Int
}

/// A directive that cannot be followed.
package struct DirectiveError: Error, Hashable, Sendable, CustomStringConvertible {
  package let file: Path
  /// Counted from 1.
  package let line: Int
  package let reason: String

  package var description: String { "\(file):\(line): \(reason)" }
}

/// The keys of directives and how their values are read.
enum DirectiveKey: String, CaseIterable {
  case tags, timeout, fuel, memory, clock, skip
  case expectFail = "expect-fail"
  case expectCut = "expect-cut"
  case seed, module, modules

  /// Whether a second one adds to the first instead of contradicting it.
  var isRepeatable: Bool {
    switch self {
    case .tags, .seed, .module, .modules: true
    case .timeout, .fuel, .memory, .clock, .skip, .expectFail, .expectCut: false
    }
  }

  /// Reads a value into directives. Paths are relative to the file of `place`. Throws one clause that says
  /// what is expected.
  func read(
    _ value: [UInt8], at place: DirectivePlace, into directives: inout Directives
  ) throws(DirectiveValueError) {
    let text = String(decoding: value, as: UTF8.self)
    switch self {
    case .tags:
      let separators = Array(", \t".utf8)
      let tags = value.split { separators.contains($0) }.map { Self.shown($0) }
      guard !tags.isEmpty else { throw DirectiveValueError("tags needs at least one tag") }
      directives.tags += tags.filter { !directives.tags.contains($0) }
    case .timeout:
      guard let timeout = Quantity.seconds(text) else {
        throw DirectiveValueError("timeout needs a number of seconds above 0, such as 2.5")
      }
      directives.timeout = timeout
    case .fuel:
      guard let fuel = Quantity.count(text) else {
        throw DirectiveValueError("fuel needs a number of instructions, such as 1_000_000")
      }
      directives.fuel = fuel
    case .memory:
      guard let memory = Quantity.bytes(text) else {
        throw DirectiveValueError("memory needs a number of bytes, such as 4194304 or 4MiB")
      }
      directives.memory = memory
    case .clock:
      guard let clock = Int64(text) else {
        throw DirectiveValueError("clock needs a number of milliseconds")
      }
      directives.clock = clock
    case .skip:
      guard !text.isEmpty else { throw DirectiveValueError("skip needs a reason") }
      directives.skip = Self.shown(value[...])
    case .expectFail:
      guard !text.isEmpty else { throw DirectiveValueError("expect-fail needs a reason") }
      directives.expectedFailure = Self.shown(value[...])
    case .expectCut:
      guard !text.isEmpty else { throw DirectiveValueError("expect-cut needs a reason") }
      directives.expectedCut = Self.shown(value[...])
    case .seed: directives.seeds.append(try Self.seed(value))
    case .module:
      let module = try Self.module(value, place)
      guard !directives.modules.contains(where: { $0.name == module.name }) else {
        throw DirectiveValueError("the module \(module.name) was already named")
      }
      directives.modules.append(module)
    case .modules:
      guard !value.isEmpty else { throw DirectiveValueError("modules needs a directory") }
      directives.moduleDirectories.append(
        ModuleDirectory(path: Self.path(value[...], place), place: place))
    }
  }

  private static func module(
    _ value: [UInt8], _ place: DirectivePlace
  ) throws(DirectiveValueError) -> ModuleDirective {
    guard let sign = value.firstIndex(of: UInt8(ascii: "=")),
      case let name = value[..<sign].trimmingBlanks(), case let path = value[(sign + 1)...].trimmingBlanks(),
      !name.isEmpty, !path.isEmpty, let name = String(validating: name, as: UTF8.self)
    else { throw DirectiveValueError("module needs NAME = PATH, such as greeter = ../lib/greeter.lua") }
    return ModuleDirective(name: name, path: Self.path(path, place), place: place)
  }

  /// A path relative to the directory of the file that names it.
  private static func path(_ bytes: ArraySlice<UInt8>, _ place: DirectivePlace) -> Path {
    let path = Path(bytes: Array(bytes))
    return path.isAbsolute ? path : place.file.parent.appending(path.bytes)
  }

  /// Words for people, with everything escaped that would not show. A backslash is what it looks like.
  private static func shown(_ words: ArraySlice<UInt8>) -> String {
    words.split(separator: UInt8(ascii: "\\"), omittingEmptySubsequences: false)
      .map { EscapedText.string($0) }.joined(separator: "\\")
  }

  private static func seed(_ value: [UInt8]) throws(DirectiveValueError) -> ExternalTables.Entry {
    let entry: GoldenEntry
    do {
      entry = try GoldenEntry(parsing: value)
    } catch {
      throw DirectiveValueError("seed needs TABLE \"key\" = VALUE: \(error.reason)")
    }
    guard entry.table != 0 else { throw DirectiveValueError("seed needs a table id from 1 on") }
    let stored: [UInt8]
    switch entry.value {
    case .value(let value): stored = value.encoded
    case .none: stored = []
    case .raw(let bytes): stored = bytes
    case .function:
      throw DirectiveValueError("a function cannot be a seed, its golden does not hold its code")
    }
    return ExternalTables.Entry(table: entry.table, key: entry.key, value: stored)
  }
}

/// What a directive's value should be.
struct DirectiveValueError: Error {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}
