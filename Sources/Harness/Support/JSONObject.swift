// One JSON object, written field by field: for what runs write hundreds of thousands of.

/// The fields of an object in the form that `JSONLines` has for it. They come in the order of their names, and those
/// without a value are left out.
struct JSONObject {
  /// What there was before, and the object up to here.
  fileprivate var bytes: [UInt8] = []
  private var isEmpty = true

  fileprivate init() {}

  private mutating func name(_ name: StaticString) {
    if !isEmpty { bytes.append(UInt8(ascii: ",")) }
    isEmpty = false
    bytes.append(UInt8(ascii: "\""))
    bytes.append(literal: name)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
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
    bytes.append(literal: flag ? "true" : "false")
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

  /// Begins an object, whose fields are those that follow until it is ended.
  mutating func begin(_ name: StaticString) {
    self.name(name)
    bytes.append(UInt8(ascii: "{"))
    isEmpty = true
  }

  mutating func end() {
    bytes.append(UInt8(ascii: "}"))
    isEmpty = false
  }

  /// What has no quicker way.
  mutating func field(_ name: StaticString, encoding value: (some Encodable)?) {
    guard let value else { return }
    self.name(name)
    bytes += JSONLines.bytes(value)
  }

  /// A list of such, which mostly is empty.
  mutating func field(_ name: StaticString, list: [some Encodable]) {
    if !list.isEmpty { return field(name, encoding: list) }
    self.name(name)
    bytes.append(literal: "[]")
  }

  private mutating func append(_ text: String) {
    var plain = text
    let isPlain = plain.withUTF8 { text in
      guard text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) else {
        return false
      }
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: text)
      bytes.append(UInt8(ascii: "\""))
      return true
    }
    if !isPlain { bytes += JSONLines.bytes(text) }
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
}
