// Numbers with units as people write them, in options and directives.

package enum Quantity {
  /// A count such as `1000000` or `1_000_000`; nil when it is none or beyond 64 bits.
  package static func count(_ text: String) -> UInt64? {
    let digits = text.filter { $0 != "_" }
    guard text.first?.isNumber == true, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return UInt64(digits)
  }

  /// Bytes: a count, with or without `KiB`, `MiB` or `GiB` behind it.
  package static func bytes(_ text: String) -> UInt64? {
    let units: [(String, UInt64)] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]
    for (unit, size) in units where text.hasSuffix(unit) {
      let number = text.dropLast(unit.count)
      guard let count = count(String(number.last == " " ? number.dropLast() : number)) else { return nil }
      let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
      return overflow ? nil : bytes
    }
    return count(text)
  }

  /// A time above zero in seconds, with or without decimals, of at most a year.
  package static func seconds(_ text: String) -> Duration? {
    guard text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
      let seconds = Double(text), seconds > 0, seconds <= 31_536_000
    else { return nil }
    return .nanoseconds(Int64(seconds * 1e9))
  }

  /// A number of per cent, with or without its sign, from 0 on.
  package static func percent(_ text: String) -> Double? {
    let number = text.hasSuffix("%") ? String(text.dropLast()) : text
    guard number.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
      let percent = Double(number), percent.isFinite
    else { return nil }
    return percent
  }
}
