// Host calls as text for people.
import LuaHost

extension HostCall {
  /// The call on one line, keys and values in the golden's notation, shortened where they are long:
  /// `js_ext_table_set(1, "counter", integer 2) = 0`.
  package var text: String {
    switch self {
    case .set(let table, let key, let value, let result):
      "\(name)(\(table), \(Self.text(key: key)), \(Self.text(value: value))) = \(result)"
    case .get(let table, let key, let value, let result):
      "\(name)(\(table), \(Self.text(key: key))) = \(result)"
        + (value.map { (result < 0 ? ", too long: " : ": ") + Self.text(value: $0) } ?? "")
    case .delete(let table, let key, let result): "\(name)(\(table), \(Self.text(key: key))) = \(result)"
    case .size(let table, let result): "\(name)(\(table)) = \(result)"
    case .keys(let table, let keys, let result):
      "\(name)(\(table)) = \(result)" + (keys.map { ": " + Self.text(key: $0) } ?? "")
    case .timeNow(let result): "\(name)() = \(result)"
    }
  }

  private static let outside = "(outside the memory)"

  private static func text(key: [UInt8]?) -> String {
    key.map { shortened(EscapedText.quoted($0)) } ?? outside
  }

  private static func text(value: [UInt8]?) -> String {
    value.map { shortened(GoldenValue(DecodedValue(bytes: $0[...])).description) } ?? outside
  }

  private static func shortened(_ text: String) -> String {
    text.count > 120 ? text.prefix(120) + "…" : text
  }
}

extension HostCallDifference {
  /// Compares the calls of two runs as far as both were kept; nil when none differs.
  init?(old: HostCallTrace, new: HostCallTrace) {
    let common = zip(old.calls, new.calls).prefix { $0 == $1 }.count
    let oldCall = common < old.calls.count ? old.calls[common] : nil
    let newCall = common < new.calls.count ? new.calls[common] : nil
    // The end of what was kept is not the end of the calls.
    if oldCall == nil, !old.isComplete || newCall == nil { return nil }
    if newCall == nil, !new.isComplete { return nil }
    self.init(number: common + 1, old: oldCall?.text, new: newCall?.text)
  }
}
