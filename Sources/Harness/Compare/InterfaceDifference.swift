// In what the imports, exports and custom sections of two builds differ.
import LuaHost

struct InterfaceDifference {
  /// Empty when there is nothing.
  private(set) var facts: [Notice.Fact] = []

  /// Facts of one kind that are told one by one.
  private static let limit = 12

  init(old: ModuleInterface, new: ModuleInterface) {
    if old.hasSameCode(as: new) {
      func only(_ one: ModuleInterface, _ other: ModuleInterface) -> [String] {
        one.customSections.filter { !other.customSections.contains($0) }.map(Self.escaped)
      }
      facts.append(.sameCode(onlyOld: only(old, new), onlyNew: only(new, old)))
    }
    add(.import, old.imports, new.imports)
    add(.export, old.exports, new.exports)
  }

  private mutating func add(
    _ kind: Notice.ItemKind, _ old: [ModuleInterface.Item], _ new: [ModuleInterface.Item]
  ) {
    let known = Dictionary(new.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let before = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [Notice.Fact] = []
    for item in old {
      let name = Self.escaped(item.name)
      guard let other = known[item.name] else {
        found.append(.itemMissing(kind: kind, name: name, type: item.type))
        continue
      }
      if other.type != item.type {
        found.append(.itemType(kind: kind, name: name, old: item.type, new: other.type))
      }
      if let function = item.function, let replacement = other.function, function != replacement {
        found.append(
          .itemFunction(kind: kind, name: name, old: Self.escaped(function), new: Self.escaped(replacement)))
      }
    }
    for item in new where before[item.name] == nil {
      found.append(.itemAdded(kind: kind, name: Self.escaped(item.name), type: item.type))
    }
    facts += found.prefix(Self.limit)
    if found.count > Self.limit { facts.append(.moreItems(kind: kind, count: found.count - Self.limit)) }
  }

  private static func escaped(_ name: String) -> String { EscapedText.string(name.utf8) }
}

extension Notice.Fact {
  /// Whether it may be what a difference of two builds comes from.
  var isTelling: Bool { if case .sameCode = self { false } else { true } }
}
