/// What a module says, in errors: whatever its size, an error stays one line of bounded length.

enum BoundedText {
  /// Types or names that are listed; the others are counted.
  static let listed = 10
  /// Characters of a name that are shown.
  static let characters = 60

  /// Types in brackets, as the specification's test scripts write them.
  static func types(_ types: some RandomAccessCollection<ValueType>) -> String {
    var text = types.prefix(listed).map(\.description).joined(separator: " ")
    if types.count > listed { text += " … and \(types.count - listed) more" }
    return "[" + text + "]"
  }

  /// A name in quotes, cut to a length that fits a message. What would break the line or act on a terminal is
  /// escaped as the text format does (Core 6.3.3).
  static func name(_ name: String) -> String {
    var text = ""
    var count = 0
    for scalar in name.unicodeScalars {
      guard count < characters else { return "\"\(text)…\"" }
      count += 1
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
          text += "\\u{\(String(scalar.value, radix: 16))}"
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
    return "\"\(text)\""
  }
}
