// What came of running the cases on a module with a fault: part of the report on it, and the sum of all.

/// What is known of one fault, whose report's id says where it is and what it is.
package struct MutantReport: Hashable, Sendable, Codable {
  package enum Verdict: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
    /// A case does not answer as its golden says.
    case noticed
    /// All cases answer as their goldens say, but one costs something else.
    case cost
    /// Nothing differs, though the instruction is executed.
    case survived
    /// No case noticed it that the budget allowed for.
    case withinBudget = "within-budget"
    /// No case executes the instruction.
    case notExecuted = "not-executed"
    /// Somebody said that it makes no difference, and no case says otherwise.
    case equivalent
  }

  package var verdict: Verdict
  /// The fault's number among all faults of the module, from 0 on.
  package var number: Int
  package var function: String
  /// Where the instruction is in the module, in bytes.
  package var offset: Int
  /// The instruction in text form.
  package var instruction: String
  /// What is in its place.
  package var change: String
  /// How many of the cases execute the instruction.
  package var executedBy: Int
  /// In how many of them the faulty instruction does something else than the right one.
  package var differsIn: Int
  /// Whether it is executed before any case runs.
  package var isExecutedAtStart: Bool
  /// How many cases were run on the faulty module.
  package var casesRun = 0
  /// The case that noticed it; nil if start-up failed or none did.
  package var noticedBy: String?
  /// What was noticed.
  package var kind: CaseKind?
  /// The first case that costs something else.
  package var costlyCase: String?
  /// Why it is marked as making no difference, if it is.
  package var reason: String?

  /// Whether it counts among those whose instruction is executed and that are not marked.
  package var isExecuted: Bool { verdict != .notExecuted && verdict != .equivalent }
  /// Whether no answer differs, though one could.
  package var isSurvivor: Bool { verdict == .survived || verdict == .cost || verdict == .withinBudget }

  var status: CaseReport.Status {
    switch verdict {
    case .noticed: .passed
    case .cost, .survived, .withinBudget: .failed
    case .notExecuted: .skipped
    case .equivalent: .expectedFailure
    }
  }
}

/// Which faults a session makes.
package struct MutationDescription: Hashable, Sendable, Codable {
  /// All faults of the functions that were asked for.
  package var faultCount: Int
  package var seed: UInt64
  /// Nil when all are made.
  package var sample: Int?
  /// Instructions that all cases on one fault may take together.
  package var budget: UInt64?
  /// How many per cent must be noticed.
  package var failUnder: Double?
  /// The cases that are run.
  package var cases: Int
}

/// What came of all faults.
package struct MutationSummary: Hashable, Sendable, Codable {
  /// How many faults got each verdict; those that none got are left out.
  package var verdicts: [MutantReport.Verdict: Int] = [:]
  /// How many per cent must be noticed; nil when that is for the whole to judge, of which this is a part.
  package var failUnder: Double?

  init(_ description: MutationDescription, isPart: Bool) {
    failUnder = isPart ? nil : description.failUnder
  }

  mutating func count(_ mutant: MutantReport) { verdicts[mutant.verdict, default: 0] += 1 }

  package subscript(verdict: MutantReport.Verdict) -> Int { verdicts[verdict] ?? 0 }

  /// All but those that are marked.
  package var counted: Int {
    verdicts.filter { $0.key != .equivalent }.values.reduce(0, &+)
  }
  /// Those whose instruction is executed and that are not marked.
  package var executed: Int { counted &- self[.notExecuted] }

  /// The share that is noticed of all that are not marked, in per cent.
  package var score: Double { Self.percentage(self[.noticed], of: counted) }
  /// The share of those whose instruction is executed.
  package var executedScore: Double { Self.percentage(self[.noticed], of: executed) }

  package var isBelow: Bool { failUnder.map { score < $0 } ?? false }

  static func percentage(_ count: Int, of total: Int) -> Double {
    total > 0 ? Double(count) / Double(total) * 100 : 100
  }
}
