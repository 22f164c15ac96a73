// What can be asked of a search for differences.
import LuaHost

/// What can be asked of `explore` besides the new build and the fixtures that it starts from.
package struct ExploreOptions: Sendable {
  /// How many scripts are tried; nil for as many as the time allows.
  package var runLimit: Int?
  package var timeLimit: Duration = .seconds(60)
  package var seed: UInt64 = 1
  /// Instructions of one script: what needs more is not looked at.
  package var fuel: UInt64 = 100_000
  package var memoryBytes: UInt64 = 64 << 20
  /// Where findings are written as fixtures; nil for nowhere.
  package var output: Path?
  package var reduces = true
  /// Whether a trap or limit of the new build is a finding even where the other build answers the same.
  package var findsEndings = false
  /// From which factor on a change of cost is a finding; nil for none.
  package var costFactor: Double?
  package var permitted = PermittedDifferences()

  package init() {}
}
