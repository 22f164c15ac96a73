// Numbers as text for people and reports, the same in every locale.
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

package enum Format {
  /// Microseconds as seconds with three decimals, rounded: `0.012`.
  package static func seconds(microseconds: UInt64) -> String {
    let milliseconds = (microseconds &+ 500) / 1000
    return "\(milliseconds / 1000).\(padded(milliseconds % 1000, to: 3))"
  }

  /// Microseconds in the unit that suits them: `812 µs`, `12.3 ms`, `4.56 s`.
  package static func duration(microseconds: UInt64) -> String {
    switch microseconds {
    case ..<1000: "\(microseconds) µs"
    case ..<1_000_000: "\(decimal(Double(microseconds) / 1000, places: 1)) ms"
    default: "\(decimal(Double(microseconds) / 1_000_000, places: 2)) s"
    }
  }

  /// A number with its thousands apart: `1,234,567`.
  package static func grouped(_ number: some BinaryInteger) -> String {
    let digits = number.magnitude.description
    var text = number < 0 ? "-" : ""
    var left = digits.utf8.count
    for digit in digits.unicodeScalars {
      text.unicodeScalars.append(digit)
      left -= 1
      if left > 0, left % 3 == 0 { text += "," }
    }
    return text
  }

  /// A number with so many decimals, rounded.
  package static func decimal(_ number: Double, places: Int) -> String {
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (number.magnitude * scale).rounded()
    guard scaled < 9e15 else { return number.description }
    let units = UInt64(scaled)
    let sign = number < 0 && units > 0 ? "-" : ""
    guard places > 0 else { return sign + units.description }
    return sign + "\(units / UInt64(scale)).\(padded(units % UInt64(scale), to: places))"
  }

  /// A change in per cent with its sign: `+1.3 %`.
  package static func change(from old: UInt64, to new: UInt64) -> String {
    guard old > 0 else { return new == 0 ? "+0.0 %" : "from nothing" }
    let percent = (Double(new) - Double(old)) / Double(old) * 100
    return (percent < 0 ? "" : "+") + decimal(percent, places: 1) + " %"
  }

  /// Both numbers and the change: `1,000 → 1,010 (+1.0 %)`.
  package static func growth(from old: UInt64, to new: UInt64) -> String {
    "\(grouped(old)) → \(grouped(new)) (\(change(from: old, to: new)))"
  }

  /// A moment in UTC: `2026-06-17T08:09:10`.
  package static func timestamp(secondsSince1970 seconds: Int64, separator: String = "T") -> String {
    let style = Date.ISO8601FormatStyle().year().month().day()
      .dateTimeSeparator(separator == "T" ? .standard : .space).time(includingFractionalSeconds: false)
    return Date(timeIntervalSince1970: Double(seconds)).formatted(style)
  }

  private static func padded(_ number: UInt64, to width: Int) -> String {
    let digits = number.description
    let missing = width - digits.utf8.count
    return missing > 0 ? String(repeating: "0", count: missing) + digits : digits
  }
}
