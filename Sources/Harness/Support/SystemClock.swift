// The time of day, for reports alone.

package enum SystemClock {
  /// Whole seconds since the beginning of 1970, UTC.
  package static var secondsSince1970: Int64 { System.secondsSince1970 }
}
