// Makes sentences of what came of a fault.

extension MutantReport {
  /// What happened, in one sentence.
  package var sentence: String {
    let words =
      switch verdict {
      case .noticed: "noticed "
      case .cost: "no answer differs, only the cost, "
      case .survived: "survived; "
      case .withinBudget: "survived within the budget, "
      case .notExecuted: "not executed"
      case .equivalent: "survived as marked: "
      }
    return "\(fault): \(words)\(detail)"
  }

  /// What stands in place of what.
  var fault: String { "\(instruction) → \(change)" }

  /// What there is to say besides.
  var detail: String {
    let cases =
      executedBy == 0
      ? "only start-up executes it"
      : "\(Count.cases(executedBy)) execute\(executedBy == 1 ? "s" : "") it"
        + (differsIn == 0
          ? ", where it makes no difference"
          : differsIn < executedBy ? ", in \(differsIn) it makes a difference" : "")
    switch verdict {
    case .noticed:
      return (noticedBy.map { "by \($0)" } ?? "at start-up") + (kind.map { " (\($0.rawValue))" } ?? "")
    case .cost: return "as of \(costlyCase ?? "a case"); \(cases)"
    case .survived: return cases
    case .withinBudget: return "\(Count.cases(casesRun)) run; \(cases)"
    case .notExecuted: return ""
    case .equivalent: return reason ?? ""
    }
  }
}
