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
  package var seeds: [ExternalTables.Entry] = []

  package init() {}

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
    merged.seeds =
      outer.seeds.filter { seed in !seeds.contains { $0.table == seed.table && $0.key == seed.key } }
      + seeds
    return merged
  }
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
  case seed

  /// Whether a second one adds to the first instead of contradicting it.
  var isRepeatable: Bool { self == .tags || self == .seed }

  /// Reads a value into directives. Throws one clause that says what is expected.
  func read(_ value: [UInt8], into directives: inout Directives) throws(DirectiveValueError) {
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
    case .seed: directives.seeds.append(try Self.seed(value))
    }
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
