// The smallest choice of cases that enters given functions.
import Harness
import Testing

@Suite struct SetCoverTests {
  @Test func whatLooksBestFirstIsNotAlwaysTaken() {
    // The set of four would be taken first by who only looks one step ahead, and then three are needed.
    let cover = SetCover(of: [1, 2, 3, 4, 5, 6], by: [[1, 2, 3, 4], [1, 3, 5], [2, 4, 6]])
    #expect(cover.chosen == [1, 2])
    #expect(cover.isSmallest)
  }

  @Test func whatNoSetHoldsIsLeftOutAndNothingNeedsNothing() {
    #expect(SetCover(of: [1, 9], by: [[2], [1]]).chosen == [1])
    #expect(SetCover(of: [], by: [[1]]).chosen.isEmpty)
    #expect(SetCover(of: [1], by: []).chosen.isEmpty)
  }

  @Test func ofEqualSetsTheFirstIsTaken() {
    #expect(SetCover(of: [1, 2], by: [[3], [1, 2, 3], [1, 2], [1, 2, 4]]).chosen == [1])
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func noSmallerChoiceCovers(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let elements = UInt32.random(in: 1...12, using: &random)
    let sets = (0..<Int.random(in: 1...11, using: &random)).map { _ in
      Set((0..<elements).filter { _ in UInt8.random(in: 0..<3, using: &random) == 0 })
    }
    let wanted = Set(0..<elements)
    let reachable = sets.reduce(into: Set<UInt32>()) { $0.formUnion($1) }
    func covers(_ choice: [Int]) -> Bool {
      reachable.isSubset(of: choice.reduce(into: Set<UInt32>()) { $0.formUnion(sets[$1]) })
    }
    let cover = SetCover(of: wanted, by: sets)
    #expect(cover.isSmallest)
    #expect(covers(cover.chosen))
    let smallest = (0..<1 << sets.count).filter { mask in
      covers(sets.indices.filter { mask >> $0 & 1 == 1 })
    }.map(\.nonzeroBitCount).min()
    #expect(cover.chosen.count == smallest)
  }

  @Test func aHardProblemEndsInACoverAllTheSame() {
    var random = SeededGenerator(seed: 7)
    let sets = (0..<400).map { _ in
      Set((0..<300 as Range<UInt32>).filter { _ in UInt8.random(in: 0..<20, using: &random) == 0 })
    }
    let cover = SetCover(of: Set(0..<300), by: sets, workLimit: 500_000)
    #expect(!cover.isSmallest)
    #expect(cover.chosen.reduce(into: Set<UInt32>()) { $0.formUnion(sets[$1]) }.count == 300)
  }

  @Test func aLargeProblemEndsSoon() {
    var random = SeededGenerator(seed: 11)
    let sets = (0..<5_000).map { _ in
      Set((0..<50).map { _ in UInt32.random(in: 0..<1_000, using: &random) })
    }
    let start = ContinuousClock.now
    let cover = SetCover(of: Set(0..<1_000), by: sets)
    let duration = start.duration(to: .now)
    #expect(duration < .seconds(5))
    #expect(!cover.isSmallest)
    #expect(cover.chosen.reduce(into: Set<UInt32>()) { $0.formUnion(sets[$1]) }.count == 1_000)
  }

  @Test(arguments: [0, 1, 10, 100, 1_000, 10_000])
  func howeverLittleWorkIsAllowedAllIsCovered(workLimit: Int) {
    var random = SeededGenerator(seed: 3)
    // The larger elements are in few sets, and wherever one of them is, a smaller one is too.
    let sets = (0..<60).map { _ -> Set<UInt32> in
      let some = (0..<6).map { _ in UInt32.random(in: 0..<40, using: &random) }
      return Set(some + some.map { $0 / 4 })
    }
    let reachable = sets.reduce(into: Set<UInt32>()) { $0.formUnion($1) }
    let best = SetCover(of: reachable, by: sets)
    let cover = SetCover(of: reachable, by: sets, workLimit: workLimit)
    #expect(cover.chosen.reduce(into: Set<UInt32>()) { $0.formUnion(sets[$1]) } == reachable)
    #expect(cover.chosen.count >= best.chosen.count)
    #expect(!cover.isSmallest || cover.chosen.count == best.chosen.count)
    #expect(workLimit >= 10 || !cover.isSmallest)
  }
}
