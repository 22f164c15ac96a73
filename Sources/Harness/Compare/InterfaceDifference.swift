// In what the imports, exports and custom sections of two builds differ.
import LuaHost

struct InterfaceDifference {
  /// One sentence a fact, with whether it may be what a difference comes from; empty when there is none.
  private(set) var facts: [(sentence: String, isTelling: Bool)] = []

  /// Facts of one kind that are told one by one.
  private static let limit = 12

  init(old: ModuleInterface, new: ModuleInterface) {
    if old.hasSameCode(as: new) {
      facts.append(("the builds have the same code and data" + Self.sections(old, new), false))
    }
    add("import", old.imports, new.imports)
    add("export", old.exports, new.exports)
  }

  private static func sections(_ old: ModuleInterface, _ new: ModuleInterface) -> String {
    func only(_ one: ModuleInterface, _ other: ModuleInterface, _ which: String) -> String? {
      let names = one.customSections.filter { !other.customSections.contains($0) }
      return names.isEmpty ? nil : "only the \(which) one has \(names.map(escaped).joined(separator: ", "))"
    }
    let parts = [only(old, new, "old"), only(new, old, "new")].compactMap { $0 }
    return parts.isEmpty
      ? "; they differ in the contents of custom sections"
      : "; they differ in custom sections: " + parts.joined(separator: ", ")
  }

  private mutating func add(_ kind: String, _ old: [ModuleInterface.Item], _ new: [ModuleInterface.Item]) {
    let known = Dictionary(new.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let before = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var sentences: [String] = []
    for item in old {
      let name = "\(kind) \(Self.escaped(item.name))"
      guard let other = known[item.name] else {
        sentences.append("the \(name) is missing in the new build; it was \(item.type)")
        continue
      }
      if other.type != item.type { sentences.append("the \(name) was \(item.type), is \(other.type)") }
      if let function = item.function, let replacement = other.function, function != replacement {
        sentences.append(
          "the \(name) was the function \(Self.escaped(function)), is the function \(Self.escaped(replacement))"
        )
      }
    }
    for item in new where before[item.name] == nil {
      sentences.append("the \(kind) \(Self.escaped(item.name)) is only in the new build, as \(item.type)")
    }
    facts += sentences.prefix(Self.limit).map { ($0, true) }
    if sentences.count > Self.limit {
      facts.append(("\(sentences.count - Self.limit) more \(kind)s differ", true))
    }
  }

  private static func escaped(_ name: String) -> String { EscapedText.string(Array(name.utf8)) }
}
