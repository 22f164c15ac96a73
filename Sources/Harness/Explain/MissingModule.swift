// Lua modules that a script requires and no directive names.
import LuaHost

/// A module that `require` did not find.
package struct MissingModule: Hashable, Sendable {
  /// Escaped.
  package let name: String

  /// The module for lack of which a step has no answer; nil when there is none.
  package init?(_ step: StepOutcome) {
    guard case .error(let message) = step.result,
      let match = String(decoding: message, as: UTF8.self).firstMatch(of: #/module '([^'\n]+)' not found:/#)
    else { return nil }
    name = EscapedText.string(match.1.utf8)
  }

  /// What makes the module of a name known.
  package static func remedy(_ name: String) -> String {
    "`--! module: \(name) = PATH` at the fixture's start says in which file the module is, `modules: DIR` in a"
      + " file `defaults` beside the fixture where many are"
  }
}
