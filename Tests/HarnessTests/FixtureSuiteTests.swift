// The project's own fixtures on the committed lua.wasm, one test case each, with the exact cost that the
// committed baseline states.

import Foundation
import Testing
import TouchstoneTesting

import struct Harness.Baseline
import struct Harness.Path

@Suite struct FixtureSuiteTests {
  private static let root = Path(
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path())

  private static let baseline: Result<Baseline, any Error> = Result {
    try Baseline(root.appending("expected/baseline.jsonl"))
  }

  @Test func thereAreFixtures() throws {
    #expect(try Fixtures("../../fixtures").count >= 340)
  }

  @Test(arguments: try Fixtures("../../fixtures"))
  func fixture(_ fixture: Fixture) throws {
    let result = try fixture.run()
    #expect(try fixture.mismatch(of: result) == nil)
    // What ends at a time limit, or is skipped, has no count.
    guard let cost = try Self.baseline.get().cost(of: fixture.id) else { return }
    #expect(result.report.instructions == cost.instructions)
    #expect(result.report.peakPages == cost.peakPages)
  }
}
