// One fixture as a case of a test.
import Harness
import LuaHost
import Testing

/// A fixture, a case of a test function.
///
/// A test can be limited to it by its id.
public struct Fixture: Sendable, Identifiable {
  /// The path below the root of the fixtures, without the extension.
  public let id: String
  private let suite: FixtureSuite
  private let file: FixtureFile

  init(_ suite: FixtureSuite, _ file: FixtureFile) {
    id = file.id.description
    self.suite = suite
    self.file = file
  }

  /// The path of the script.
  public var path: String { file.path.description }

  /// The path of the golden that counts.
  public var golden: String { file.golden.description }

  /// Why the fixture says that it is not to be run: `--! skip: reason`.
  public var skip: String? {
    guard let fixture = try? suite.loader.load(file) else { return nil }
    return fixture.directives.skip.map { EscapedText.visible($0) }
  }

  /// Runs the fixture and holds its answer against its golden: nil when they agree, and when the fixture says that
  /// it is to be skipped or fails as it is expected to.
  ///
  /// Where the environment says `TOUCHSTONE_BLESS=1`, the golden is written anew instead, unless it says `CI` too.
  /// A difference that is too long to read becomes an attachment of the test.
  public func mismatch() -> Mismatch? {
    do {
      return try mismatch(of: run())
    } catch {
      return Mismatch(id: id, sentence: "\(error)")
    }
  }

  /// Runs the fixture. Throws when the module turns out to be invalid.
  package func run() throws -> CaseResult { try suite.run(file) }

  package func mismatch(of result: CaseResult) throws -> Mismatch? {
    guard result.report.isBad else { return nil }
    switch FixtureSuite.Blessing.current {
    case .off: return Mismatch(result.report, remark: "TOUCHSTONE_BLESS=1 swift test writes what it answers")
    case .refused:
      return Mismatch(
        result.report, remark: "no golden is written where CI is set, unless TOUCHSTONE_BLESS is `force`")
    case .on:
      guard result.expectedFailure == nil,
        let (change, _) = try result.goldenChange(of: file, variant: suite.variant)
      else { return Mismatch(result.report, remark: nil) }
      try change.write()
      return nil
    }
  }
}

extension Fixture: CustomTestStringConvertible, CustomStringConvertible {
  public var testDescription: String { id }

  public var description: String { id }
}
