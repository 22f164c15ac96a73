// The version of the program and the engine in it.

package enum TouchstoneVersion {
  package static let current = "1.0.0"
  /// The day of that version, as the page of the manual says it.
  package static let date = "2026-11-28"
}
