// The fixtures of a directory as arguments of a test.
import Harness

/// Why fixtures cannot be run, in one sentence.
public struct FixturesError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ error: any Error) { description = "\(error)" }

  init(_ description: String) { self.description = description }
}

/// The fixtures of a directory in the order of their ids, each a case of a test function.
///
///     @Test(arguments: try Fixtures("Fixtures")) func fixture(_ fixture: Fixture) {
///       #expect(fixture.mismatch() == nil)
///     }
///
/// Goldens, directives, `defaults` files, modules, variants and limits are those of `touchstone run`, and so are a
/// project's settings: what `touchstone.conf` says of the module, the goldens and the limits holds here too.
public struct Fixtures: RandomAccessCollection, Sendable {
  private let suite: FixtureSuite

  /// Finds fixtures. Relative paths start from the folder of the file that calls.
  ///
  /// - Parameters:
  ///   - directory: The directory with the fixtures, part of one, or one fixture.
  ///   - expected: The directory with their goldens; without it that of the project, or `expected` beside the
  ///     fixtures.
  ///   - module: The build of `lua.wasm`, a path such as that of a resource; without it that of the project, or
  ///     `lua.wasm` beside the fixtures.
  ///   - variant: Which variant of a golden counts; without it the one of the module's version.
  ///   - file: From where relative paths start.
  /// - Throws: `FixturesError` when there are no fixtures, or the module cannot be run.
  public init(
    _ directory: String = "Fixtures", expected: String? = nil, module: String? = nil, variant: String? = nil,
    file: String = #filePath
  ) throws {
    do {
      suite = try FixtureSuite(
        directory, expected: expected, module: module, variant: variant, folder: Path(file).parent)
    } catch let error as FixturesError {
      throw error
    } catch {
      throw FixturesError(error)
    }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { suite.files.count }
  public subscript(index: Int) -> Fixture { Fixture(suite, suite.files[index]) }
}
