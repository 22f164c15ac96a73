// One JSON object, written field by field: for what runs write hundreds of thousands of.

/// The fields of an object in the form that `JSONLines` has for it. They come in the order of their names, and those
/// without a value are left out.
struct JSONObject {
  /// What there was before, and the object up to here.
  fileprivate var bytes: [UInt8] = []
  private var isEmpty = true

  fileprivate init() {}

  private mutating func name(_ name: StaticString) {
    bytes += (isEmpty ? "\"" : ",\"").utf8
    isEmpty = false
    bytes += UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    bytes += "\":".utf8
  }

  mutating func field(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    self.name(name)
    append(text)
  }

  mutating func field(_ name: StaticString, _ number: UInt64?) {
    guard let number else { return }
    self.name(name)
    bytes.append(decimal: number)
  }

  mutating func field(_ name: StaticString, _ number: Int?) {
    guard let number else { return }
    self.name(name)
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    bytes.append(decimal: UInt64(number.magnitude))
  }

  mutating func field(_ name: StaticString, _ flag: Bool?) {
    guard let flag else { return }
    self.name(name)
    bytes += (flag ? "true" : "false").utf8
  }

  mutating func field(_ name: StaticString, _ texts: [String]?) {
    guard let texts else { return }
    self.name(name)
    bytes.append(UInt8(ascii: "["))
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(text)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// An object, whose fields `write` adds.
  mutating func field(_ name: StaticString, _ write: ((inout JSONObject) -> Void)?) {
    guard let write else { return }
    self.name(name)
    bytes.appendObject(write)
  }

  /// What has no quicker way.
  mutating func field(_ name: StaticString, encoding value: (some Encodable)?) {
    guard let value else { return }
    self.name(name)
    bytes += JSONLines.bytes(value)
  }

  /// A list of such, which mostly is empty.
  mutating func field(_ name: StaticString, list: [some Encodable]) {
    if list.isEmpty { field(name, [String]()) } else { field(name, encoding: list) }
  }

  private mutating func append(_ text: String) {
    var text = text
    let isPlain = text.withUTF8 { text in
      text.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
    guard isPlain else {
      bytes += JSONLines.bytes(text)
      return
    }
    bytes.append(UInt8(ascii: "\""))
    bytes += text.utf8
    bytes.append(UInt8(ascii: "\""))
  }
}

extension [UInt8] {
  /// Appends a JSON object, whose fields `write` adds.
  mutating func appendObject(_ write: (inout JSONObject) -> Void) {
    append(UInt8(ascii: "{"))
    // Nobody else is to hold the bytes, or they would be copied.
    var object = JSONObject()
    swap(&object.bytes, &self)
    write(&object)
    swap(&object.bytes, &self)
    append(UInt8(ascii: "}"))
  }

  /// Appends a number's digits.
  mutating func append(decimal number: UInt64) {
    // The largest number has 20 digits.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var start = digits.count
      var rest = number
      repeat {
        start -= 1
        digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      self += digits[start...]
    }
  }
}
