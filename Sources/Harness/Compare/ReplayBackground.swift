// Tells what two builds do differently in every case, which explains the difference of none.
import LuaHost

/// Functions that one of two runs of a case entered and the other did not, though both builds have them;
/// in the order in which they were entered first.
package struct EnteredDifference: Hashable, Sendable, Codable {
  package var onlyOld: [String] = []
  package var onlyNew: [String] = []
}

/// What was found by replaying one case.
package struct ReplayedCase: Hashable, Sendable {
  package var replay: Replay
  package var entered: EnteredDifference
}

/// What replays of cases show that answer alike on both builds. Another compiler, or another version of Lua,
/// makes other calls even where it answers alike; that runs part there says nothing.
struct ReplayBackground {
  /// A parting without where and when it happened.
  private struct Step: Hashable {
    let function: String?
    var old: Parting.Action
    var new: Parting.Action

    init(_ parting: Parting) {
      (function, old, new) = (parting.function, parting.old, parting.new)
      (old.instructions, new.instructions) = (nil, nil)
    }
  }

  /// The partings of at least half of the cases.
  private let common: Set<Step>
  private let entered: (old: Set<String>, new: Set<String>)
  /// What the report's reader should know; nil when the builds differ in no such way.
  let fact: Notice.Fact?

  /// Whether a case of this many instructions, those of both runs, is cheap enough to be replayed for it.
  static func isWorthwhile(_ size: UInt64) -> Bool { size > 0 && size < 4_000_000 }

  /// How many cases are replayed for it, at most.
  static let caseCount = 8
  /// And how few are too few to judge by.
  private static let minimum = 3

  /// From the replays of cases that answer alike.
  init(_ cases: [(id: String, result: ReplayedCase)]) {
    var counts: [Step: Int] = [:]
    for parting in cases.compactMap(\.result.replay.parting) { counts[Step(parting), default: 0] += 1 }
    let isEnough = cases.count >= Self.minimum
    let common = Set(counts.filter { isEnough && 2 * $0.value >= cases.count }.keys)
    self.common = common
    entered = (
      old: Set(cases.flatMap(\.result.entered.onlyOld)), new: Set(cases.flatMap(\.result.entered.onlyNew))
    )
    let example = cases.first { $0.result.replay.parting.map { common.contains(Step($0)) } ?? false }
    fact = example.flatMap { example in
      example.result.replay.parting.map {
        .callsDiffer(function: $0.function, old: $0.old, new: $0.new, example: example.id)
      }
    }
  }

  /// The replay of a differing case without what is common to all cases.
  func subtracted(from result: ReplayedCase) -> Replay {
    var replay = result.replay
    guard let parting = replay.parting, common.contains(Step(parting)) else { return replay }
    replay.parting = nil
    replay.costParting = nil
    replay.entered = EnteredDifference(
      onlyOld: result.entered.onlyOld.filter { !entered.old.contains($0) },
      onlyNew: result.entered.onlyNew.filter { !entered.new.contains($0) })
    return replay
  }
}
