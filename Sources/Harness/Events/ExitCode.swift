// What the process answers to whoever started it.

/// Exit codes, the same for every command.
package enum ExitCode: Int32, Sendable, CaseIterable {
  case success = 0
  case failure = 1
  case usage = 2
  case fault = 3
  case nothingSelected = 4
  case interrupted = 130

  /// What it means, for the help text.
  package var meaning: String {
    switch self {
    case .success: "all is as expected"
    case .failure: "something is not: a case failed, a Lua error, a trap, a change"
    case .usage: "the command line is wrong"
    case .fault: "the work could not be done: module unreadable, invalid or refusing init, I/O error"
    case .nothingSelected: "no case was selected"
    case .interrupted: "interrupted; the reports hold what was finished"
    }
  }
}
