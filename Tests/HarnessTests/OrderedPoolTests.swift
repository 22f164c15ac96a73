// Work on several threads whose results come in order, in whatever order it is begun.
import Foundation
import Harness
import LuaHost
import Testing

@Suite struct OrderedPoolTests {
  /// The numbers below `count`, the last first in each window.
  private static func reversed(_ count: Int, window: Int) -> [Int] {
    stride(from: 0, to: count, by: window).flatMap { (start: Int) -> [Int] in
      (start..<min(start + window, count)).reversed()
    }
  }

  /// Runs pieces that answer with `work` and hold `weight` bytes each. Returns the numbers and results as
  /// they were handed back. A pool that stands still is interrupted after a while.
  private static func run(
    _ count: Int, jobs: Int, order: [Int]?, weight: Int, work: @escaping @Sendable (Int) -> Int?
  ) -> [(number: Int, output: Int?)] {
    let interruption = Interruption()
    let start = ContinuousClock.now
    var handed: [(number: Int, output: Int?)] = []
    OrderedPool<Int>(count: count, jobs: jobs, order: order, interruption: interruption).run(
      makeWorker: { work },
      weigh: { _ in weight },
      whenDone: { _, _ in },
      inOrder: { number, output in
        handed.append((number, output))
        return true
      },
      tick: {
        if start.duration(to: .now) > .seconds(60) { interruption.raise() }
      })
    return handed
  }

  /// Results of a mebibyte each: 64 may wait, and whatever stands in the order before the piece in turn.
  @Test(arguments: [(1, 66), (256, 256)])
  func whatComesAfterALongPieceIsNotBegunWithoutEnd(window: Int, most: Int) {
    let begun = Interlocked()
    let handed = Self.run(
      2_000, jobs: 2, order: Self.reversed(2_000, window: window), weight: 1 << 20
    ) { (number: Int) -> Int? in
      let earlier = begun.next() - 1
      guard number == 0 else { return Int(earlier) }
      Thread.sleep(forTimeInterval: 0.3)
      return Int(begun.next() - 1)
    }
    #expect(handed.map(\.number) == Array(0..<2_000))
    #expect(handed.allSatisfy { $0.output != nil })
    let begunSoFar = handed[0].output ?? .max
    #expect(begunSoFar <= most)
  }

  /// Three results are more than may wait.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func whateverTheOrderAllIsDone(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let order = (0..<300).shuffled(using: &random)
    let handed = Self.run(300, jobs: Int(seed % 4) + 1, order: order, weight: 30 << 20) { $0 * 2 }
    #expect(handed.map(\.number) == Array(0..<300))
    let expected: [Int?] = (0..<300).map { $0 * 2 }
    #expect(handed.map(\.output) == expected)
  }

  @Test func aPieceWithoutAResultHoldsNothingUp() {
    let handed = Self.run(300, jobs: 2, order: nil, weight: 30 << 20) { $0 == 0 ? nil : $0 }
    #expect(handed.map(\.number) == Array(0..<300))
    var expected: [Int?] = Array(0..<300)
    expected[0] = nil
    #expect(handed.map(\.output) == expected)
  }

  @Test func aPerturbedRunShufflesTheCasesNearTheirPlaces() throws {
    var files: [String: String] = [:]
    for number in 100..<700 { files["cases/c\(number).lua"] = "count\nresult none" }
    var run = try TestRun(files)
    run.options.jobs = 1
    run.options.settings.perturbs = true
    let reports = try run.events().reports
    #expect(reports.map(\.id) == (100..<700).map { "c\($0)" })
    // Each case is run twice, and the first run counts.
    let places = reports.map { Int($0.instructions ?? 0) / 2 }
    #expect(places.sorted() == Array(0..<600))
    #expect(places != Array(0..<600))
    #expect(places.enumerated().allSatisfy { $0.offset / 256 == $0.element / 256 })
  }
}
