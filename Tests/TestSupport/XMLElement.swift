// A reader of the XML that reports are made of.

/// A reader of the XML that reports are made of, which refuses what is not well-formed.
package struct XMLElement {
  package var name: String
  package var attributes: [(name: String, value: String)] = []
  package var children: [XMLElement] = []
  /// The text directly inside, references resolved.
  package var text = ""

  package subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }

  package struct Malformed: Error {
    package let reason: String
  }

  package init(document: String) throws {
    var rest = document.unicodeScalars[...]
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    guard rest.starts(with: declaration.unicodeScalars) else { throw Malformed(reason: "no declaration") }
    rest = rest.dropFirst(declaration.unicodeScalars.count)
    for scalar in document.unicodeScalars {
      let isAllowed =
        switch scalar.value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
      guard isAllowed else { throw Malformed(reason: "U+\(String(scalar.value, radix: 16))") }
    }
    self = try Self(&rest)
    guard rest.elementsEqual("\n".unicodeScalars) else {
      throw Malformed(reason: "something behind the document")
    }
  }

  private init(_ rest: inout Substring.UnicodeScalarView) throws {
    guard rest.popFirst() == "<" else { throw Malformed(reason: "no element") }
    name = Self.name(&rest)
    while rest.first == " " {
      rest.removeFirst()
      let attribute = Self.name(&rest)
      guard rest.starts(with: "=\"".unicodeScalars), self[attribute] == nil else {
        throw Malformed(reason: "attribute \(attribute)")
      }
      rest = rest.dropFirst(2)
      guard let end = rest.firstIndex(of: "\"") else { throw Malformed(reason: "attribute not ended") }
      guard !rest[..<end].contains("<"), !rest[..<end].contains("\n"), !rest[..<end].contains("\t") else {
        throw Malformed(reason: "character in attribute")
      }
      attributes.append((attribute, try Self.resolved(rest[..<end])))
      rest = rest[end...].dropFirst()
    }
    if rest.starts(with: "/>".unicodeScalars) {
      rest = rest.dropFirst(2)
      return
    }
    guard rest.popFirst() == ">" else { throw Malformed(reason: "tag of \(name)") }
    while !rest.starts(with: "</".unicodeScalars) {
      guard let first = rest.first else { throw Malformed(reason: "\(name) not ended") }
      if first == "<" {
        children.append(try Self(&rest))
      } else {
        let piece = rest.prefix { $0 != "<" }
        guard !String(piece).contains("]]>"), !piece.contains("\r") else { throw Malformed(reason: "text") }
        text += try Self.resolved(piece)
        rest = rest[piece.endIndex...]
      }
    }
    let end = "</\(name)>"
    guard rest.starts(with: end.unicodeScalars) else { throw Malformed(reason: "end of \(name)") }
    rest = rest.dropFirst(end.unicodeScalars.count)
  }

  private static func name(_ rest: inout Substring.UnicodeScalarView) -> String {
    let name = rest.prefix { $0.properties.isAlphabetic || $0 == "-" }
    rest = rest[name.endIndex...]
    return String(name)
  }

  private static func resolved(_ text: Substring.UnicodeScalarView) throws -> String {
    var resolved = ""
    var rest = text
    while let scalar = rest.popFirst() {
      guard scalar == "&" else {
        resolved.unicodeScalars.append(scalar)
        continue
      }
      guard let end = rest.firstIndex(of: ";") else { throw Malformed(reason: "reference") }
      let references = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#9": "\t", "#10": "\n", "#13": "\r"]
      guard let meaning = references[String(rest[..<end])] else {
        throw Malformed(reason: "&\(rest[..<end]);")
      }
      resolved += meaning
      rest = rest[end...].dropFirst()
    }
    return resolved
  }
}
