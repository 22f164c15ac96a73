// The project's own fixtures on the committed lua.wasm, one test case each, with the exact cost that the
// committed baseline states.

import Foundation
import Harness
import LuaHost
import Testing
import WebAssembly

/// Where the checkout is, and what is in it.
private enum Checkout {
  static let root = Path(
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path())

  static let plan: Result<CasePlan, any Error> = Result {
    var options = RunOptions()
    options.paths = [root.appending("fixtures")]
    options.expected = root.appending("expected")
    return try CasePlan(options)
  }

  static let module: Result<LuaModule, any Error> = Result {
    try LuaModule(bytes: FileSystem.read(root.appending("lua.wasm")))
  }

  static let baseline: Result<Baseline, any Error> = Result {
    try Baseline(root.appending("expected/baseline.jsonl"))
  }
}

@Suite struct FixtureSuiteTests {
  @Test func thereAreFixturesAndTheModuleIsValid() throws {
    #expect(try Checkout.plan.get().all.count >= 40)
    try Checkout.module.get().finishValidation()
  }

  @Test(arguments: (try? Checkout.plan.get().all) ?? [])
  func fixture(file: FixtureFile) throws {
    var runner = CaseRunner(
      try Checkout.module.get(), loader: try Checkout.plan.get().loader, settings: CaseSettings(),
      interruption: Interruption())
    let finished = runner.run(file)
    let result = try #require(finished)
    let report = result.report
    #expect(!report.isBad, "\(report.message)\n\(report.difference.map(\.rendered).joined(separator: "\n"))")
    // What ends at a time limit, or is skipped, has no count.
    guard let cost = try Checkout.baseline.get().cost(of: report.id) else { return }
    #expect(report.instructions == cost.instructions)
    #expect(report.peakPages == cost.peakPages)
  }
}
