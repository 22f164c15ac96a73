// Groups differing cases by their cause, so that hundreds of differences can be read.

/// Cases that differ in the same way.
package struct DifferenceGroup: Hashable, Sendable {
  package var verdict: CaseComparison.Verdict
  package var cause: Cause?
  /// Those that were replayed first, then by id.
  package var reports: [CaseReport]

  /// In which functions the replayed cases part, the most frequent first.
  package var partingFunctions: [(function: String, count: Int)] {
    counted { replay in replay.parting.map { [$0.function ?? "compute's call"] } ?? [] }
  }

  /// Which functions only one build's run enters in the replayed cases, where that is what is known.
  package var enteredFunctions: [(function: String, count: Int)] {
    counted { replay in replay.entered.map { $0.onlyOld + $0.onlyNew } ?? [] }
  }

  /// What the replays show, the most frequent first.
  private func counted(_ functions: (Replay) -> [String]) -> [(function: String, count: Int)] {
    var counts: [String: Int] = [:]
    for replay in reports.compactMap({ $0.comparison?.replay }) {
      for function in functions(replay) { counts[function, default: 0] += 1 }
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
  }

  package var replayCount: Int { reports.count { $0.comparison?.replay != nil } }
}

package enum DifferenceGroups {
  /// What the cases of a group share.
  struct Key: Hashable {
    var verdict: CaseComparison.Verdict
    var cause: Cause?

    /// Nil for a case that is the same, or could not be compared.
    init?(_ report: CaseReport) {
      guard let comparison = report.comparison, comparison.verdict != .same else { return nil }
      (verdict, cause) = (comparison.verdict, report.cause)
    }
  }

  struct Candidate {
    var index: Int
    var key: Key
    /// Instructions of both runs, by which the smaller case is preferred.
    var size: UInt64

    /// Nil for a case whose replay would show nothing.
    init?(index: Int, _ result: CaseResult?) {
      guard let result, result.request != nil, let comparison = result.report.comparison,
        let key = Key(result.report)
      else { return nil }
      self.index = index
      self.key = key
      // A run that the clock cut off is long.
      let sizes = [comparison.old.instructions, comparison.new.instructions].map { $0 ?? 1 << 60 }
      size = sizes[0] &+ sizes[1]
    }
  }

  /// The groups of the cases that are not the same: what is broken first, what is fixed last, the larger
  /// group before the smaller.
  package static func groups(of reports: [CaseReport]) -> [DifferenceGroup] {
    var groups: [Key: DifferenceGroup] = [:]
    for report in reports {
      guard let key = Key(report) else { continue }
      groups[key, default: DifferenceGroup(verdict: key.verdict, cause: key.cause, reports: [])].reports
        .append(report)
    }
    let order: [CaseComparison.Verdict] = [.broken, .changed, .cost, .fixed, .same]
    func rank(_ group: DifferenceGroup) -> (Int, Int, String) {
      (order.firstIndex(of: group.verdict) ?? order.count, -group.reports.count, group.cause?.text ?? "")
    }
    return groups.values.sorted { rank($0) < rank($1) }.map { group in
      var group = group
      let isReplayed = { (report: CaseReport) in report.comparison?.replay != nil }
      group.reports = group.reports.filter(isReplayed) + group.reports.filter { !isReplayed($0) }
      return group
    }
  }

  /// Which cases to replay when not all can be: of each group in turn the smallest, until there are enough.
  /// The first of a group is always worth its time; further ones are while all those chosen do not exceed
  /// `budget` instructions.
  static func replayed(_ candidates: [Candidate], limit: Int, budget: UInt64) -> [Int] {
    var groups: [Key: [Candidate]] = [:]
    var order: [Key] = []
    for candidate in candidates.sorted(by: { ($0.size, $0.index) < ($1.size, $1.index) }) {
      if groups[candidate.key] == nil { order.append(candidate.key) }
      groups[candidate.key, default: []].append(candidate)
    }
    var chosen: [Int] = []
    var size: UInt64 = 0
    for round in 0..<(groups.values.map(\.count).max() ?? 0) {
      for key in order {
        guard chosen.count < limit, let members = groups[key], round < members.count else { continue }
        let next = members[round]
        guard round == 0 || next.size <= budget, round == 0 || size &+ next.size <= budget else { continue }
        size &+= next.size
        chosen.append(next.index)
      }
    }
    return chosen.sorted()
  }
}
