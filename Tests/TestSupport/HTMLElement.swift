// A reader of the HTML that reports are made of, stricter than browsers: what is not well-formed is refused.

package struct HTMLElement {
  package var name: String
  package var attributes: [String: String] = [:]
  package var children: [HTMLElement] = []
  /// All text inside, references resolved, in order.
  package var text = ""

  package struct Malformed: Error {
    package let reason: String
  }

  /// Elements without content, which end themselves.
  private static let empty: Set<String> = ["meta", "input"]
  /// Elements whose content is no markup.
  private static let raw: Set<String> = ["script", "style"]
  private static let references = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'"]

  package init(document: String) throws {
    let start = "<!DOCTYPE html>\n"
    guard document.hasPrefix(start) else { throw Malformed(reason: "no document type") }
    for scalar in document.unicodeScalars {
      // Forbidden in HTML, or able to hide or reorder what stands there.
      let isForbidden =
        switch scalar.value {
        case 0x0...0x9, 0xB...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
          0xFDD0...0xFDEF:
          true
        case let value: value & 0xFFFE == 0xFFFE
        }
      if isForbidden { throw Malformed(reason: "U+\(String(scalar.value, radix: 16))") }
    }
    var rest = document.unicodeScalars.dropFirst(start.unicodeScalars.count)
    self = try Self(&rest)
    guard rest.elementsEqual("\n".unicodeScalars) else {
      throw Malformed(reason: "something behind the document")
    }
  }

  private init(_ rest: inout Substring.UnicodeScalarView) throws {
    guard rest.popFirst() == "<" else { throw Malformed(reason: "no element") }
    name = Self.name(&rest)
    try readAttributes(&rest)
    if Self.empty.contains(name) {
      guard rest.starts(with: " />".unicodeScalars) else { throw Malformed(reason: "tag of \(name)") }
      rest = rest.dropFirst(3)
      return
    }
    guard rest.popFirst() == ">" else { throw Malformed(reason: "tag of \(name)") }
    let end = "</\(name)>"
    if Self.raw.contains(name) {
      guard let close = rest.firstRange(of: "</".unicodeScalars) else {
        throw Malformed(reason: "\(name) not ended")
      }
      text = String(rest[..<close.lowerBound])
      rest = rest[close.lowerBound...]
    }
    while !rest.starts(with: "</".unicodeScalars) {
      guard let first = rest.first else { throw Malformed(reason: "\(name) not ended") }
      if first == "<" {
        let child = try Self(&rest)
        text += child.text
        children.append(child)
      } else {
        let piece = rest.prefix { $0 != "<" }
        guard !piece.contains(">") else { throw Malformed(reason: "text of \(name)") }
        text += try Self.resolved(piece)
        rest = rest[piece.endIndex...]
      }
    }
    guard rest.starts(with: end.unicodeScalars) else {
      throw Malformed(reason: "\(end) expected, found \(rest.prefix(20))")
    }
    rest = rest.dropFirst(end.unicodeScalars.count)
  }

  private mutating func readAttributes(_ rest: inout Substring.UnicodeScalarView) throws {
    while rest.first == " ", !rest.starts(with: " />".unicodeScalars) {
      rest.removeFirst()
      let attribute = Self.name(&rest)
      guard rest.starts(with: "=\"".unicodeScalars), attributes[attribute] == nil, !attribute.isEmpty else {
        throw Malformed(reason: "attribute \(attribute) of \(name)")
      }
      rest = rest.dropFirst(2)
      guard let end = rest.firstIndex(of: "\"") else { throw Malformed(reason: "\(attribute) not ended") }
      guard !rest[..<end].contains(where: { "<>\n".unicodeScalars.contains($0) }) else {
        throw Malformed(reason: "character in \(attribute)")
      }
      attributes[attribute] = try Self.resolved(rest[..<end])
      rest = rest[end...].dropFirst()
    }
  }

  private static func name(_ rest: inout Substring.UnicodeScalarView) -> String {
    let name = rest.prefix { $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" }
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
      let reference = String(rest.prefix { $0 != ";" })
      guard let meaning = references[reference] else { throw Malformed(reason: "&\(reference);") }
      resolved += meaning
      rest = rest.dropFirst(reference.unicodeScalars.count + 1)
    }
    return resolved
  }

  /// Everything below that fits, in the document's order.
  package func all(_ name: String, class className: String? = nil) -> [HTMLElement] {
    children.flatMap { child in
      let fits = child.name == name && (className == nil || child.classes.contains(className ?? ""))
      return (fits ? [child] : []) + child.all(name, class: className)
    }
  }

  package var classes: [String] { attributes["class"]?.split(separator: " ").map(String.init) ?? [] }

  /// The element with this id.
  package func element(id: String) -> HTMLElement? {
    if attributes["id"] == id { return self }
    return children.lazy.compactMap { $0.element(id: id) }.first
  }
}
