// What measures time and memory of hostile modules wants the machine for itself: `.ci/run` runs it alone.

import Foundation

public enum HostileMeasurement {
  /// Whether the environment says that nothing else runs beside.
  public static let isWanted = ProcessInfo.processInfo.environment["TOUCHSTONE_HOSTILE"] != nil
  public static let reason =
    "it measures time, so it runs alone: TOUCHSTONE_HOSTILE=1 swift test --filter Hostile"
}
