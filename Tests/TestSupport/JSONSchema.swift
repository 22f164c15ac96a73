// JSON Schema, draft 2020-12, as far as the schema of events needs it. A keyword that is not known is refused.
import Foundation

/// A schema that values are held against.
package struct JSONSchema {
  package struct Invalid: Error, CustomStringConvertible {
    package let description: String
  }

  private let root: [String: Any]

  package init(_ text: String) throws {
    guard let root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
      throw Invalid(description: "a schema is an object")
    }
    self.root = root
  }

  /// The names of all properties of the objects that the schema describes.
  package var propertyNames: Set<String> {
    func names(_ value: Any) -> Set<String> {
      if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(names($1)) } }
      guard let object = value as? [String: Any] else { return [] }
      let own = (object["properties"] as? [String: Any]).map { Set($0.keys) } ?? []
      return object.values.reduce(into: own) { $0.formUnion(names($1)) }
    }
    return names(root)
  }

  /// Throws with the place of what the schema does not allow in a JSON text.
  package func check(_ text: some StringProtocol) throws {
    try check(
      try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed]), root, "")
  }

  private func check(_ value: Any, _ schema: [String: Any], _ place: String) throws {
    for (keyword, rule) in schema.sorted(by: { $0.key < $1.key }) {
      try check(value, keyword, rule, schema, place)
    }
  }

  private func check(
    _ value: Any, _ keyword: String, _ rule: Any, _ schema: [String: Any], _ place: String
  ) throws {
    let object = value as? [String: Any]
    func require(_ isRight: Bool, _ reason: @autoclosure () -> String) throws {
      if !isRight { throw Invalid(description: "\(place): \(reason())") }
    }
    switch keyword {
    case "$schema", "$defs", "title": break
    case "$ref":
      let name = String((rule as? String ?? "").dropFirst("#/$defs/".count))
      let target = (root["$defs"] as? [String: Any])?[name] as? [String: Any]
      guard let target else { throw Invalid(description: "the schema has no definition \(rule)") }
      try check(value, target, place)
    case "type": try require(Self.has(value, type: rule as? String ?? ""), "\(value) is no \(rule)")
    case "enum":
      try require(
        (rule as? [String])?.contains { $0 == value as? String } == true, "\(value) is none of \(rule)")
    case "const": try require(rule as? String == value as? String, "\(value) is not \(rule)")
    case "pattern":
      let pattern = try Regex(rule as? String ?? "")
      try require((value as? String)?.firstMatch(of: pattern) != nil, "\(value) does not match \(rule)")
    case "minimum":
      try require(
        (value as? NSNumber)?.doubleValue ?? 0 >= (rule as? NSNumber)?.doubleValue ?? 0,
        "\(value) is too small")
    case "required":
      for name in rule as? [String] ?? [] { try require(object?[name] != nil, "\(name) is missing") }
    case "minProperties": try require(object?.count ?? 0 >= rule as? Int ?? 0, "too few properties")
    case "maxProperties": try require(object?.count ?? 0 <= rule as? Int ?? 0, "too many properties")
    case "properties":
      for (name, rule) in rule as? [String: [String: Any]] ?? [:] {
        if let member = object?[name] { try check(member, rule, "\(place)/\(name)") }
      }
    case "additionalProperties":
      try require(rule as? Bool == false, "additionalProperties is false or absent")
      let known = schema["properties"] as? [String: Any] ?? [:]
      for name in object?.keys.sorted() ?? [] { try require(known[name] != nil, "\(name) is not known") }
    case "items":
      for (index, item) in (value as? [Any] ?? []).enumerated() {
        try check(item, rule as? [String: Any] ?? [:], "\(place)/\(index)")
      }
    case "oneOf":
      var reasons: [String] = []
      let choices = rule as? [[String: Any]] ?? []
      for choice in choices {
        do {
          try check(value, choice, place)
        } catch {
          reasons.append("\(error)")
        }
      }
      try require(
        reasons.count == choices.count - 1, "not one of \(choices.count): \(reasons.joined(separator: "; "))")
    default: throw Invalid(description: "the keyword \(keyword) is not known here")
    }
  }

  private static func has(_ value: Any, type: String) -> Bool {
    let number = value as? NSNumber
    let isBoolean = number.map { Self.isBoolean($0) } ?? false
    switch type {
    case "object": return value is [String: Any]
    case "array": return value is [Any]
    case "string": return value is String
    case "boolean": return isBoolean
    case "number": return number != nil && !isBoolean
    case "integer": return !isBoolean && number.map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
    default: return false
    }
  }

  /// A Boolean comes as a number, which its type tells from others.
  private static func isBoolean(_ number: NSNumber) -> Bool {
    String(cString: number.objCType) == "c"
  }
}
