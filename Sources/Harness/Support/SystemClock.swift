// The time of day, for reports alone.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

package enum SystemClock {
  /// Whole seconds since the beginning of 1970, UTC.
  package static var secondsSince1970: Int64 { Int64(time(nil)) }
}
