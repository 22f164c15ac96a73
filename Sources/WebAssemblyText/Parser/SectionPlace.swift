import WebAssembly

/// Where custom sections stand among the others: a place is the id of the section that they follow.
enum SectionPlace {
  static let first: UInt8 = 0
  static let last: UInt8 = 11
  /// Before the code section, where branch hints belong.
  static let beforeCode: UInt8 = 12

  /// Sections in the order of the binary format (5.5.17) with their keywords.
  static let sections: [(id: UInt8, keyword: String)] = [
    (1, "type"), (2, "import"), (3, "func"), (4, "table"), (5, "memory"), (13, "tag"), (6, "global"),
    (7, "export"), (8, "start"), (9, "elem"), (12, "datacount"), (10, "code"), (11, "data"),
  ]

  /// Sections before the place, itself included; a place that is no section's counts as the last.
  static func rank(_ place: UInt8) -> Int {
    if place == first { return 0 }
    return sections.firstIndex { $0.id == place }.map { $0 + 1 } ?? sections.count
  }

  /// The place as a module's bytes have it: behind a section that exists.
  static func settled(_ place: UInt8, in module: ModuleStructure) -> UInt8 {
    sections[..<rank(place)].last { exists($0.id, in: module) }?.id ?? first
  }

  private static func exists(_ id: UInt8, in module: ModuleStructure) -> Bool {
    switch id {
    case 1: !module.recursionGroups.isEmpty
    case 2: !module.imports.isEmpty
    case 3, 10: !module.functions.isEmpty
    case 4: !module.tables.isEmpty
    case 5: !module.memories.isEmpty
    case 13: !module.tags.isEmpty
    case 6: !module.globals.isEmpty
    case 7: !module.exports.isEmpty
    case 8: module.start != nil
    case 9: !module.elements.isEmpty
    case 12: module.dataCount != nil
    default: !module.data.isEmpty
    }
  }
}

extension ModuleStructure {
  /// Brings custom sections into the order and to the places that decoding the module's bytes gives them.
  mutating func settleCustomSections() {
    let ranked = customSections.enumerated().sorted {
      (SectionPlace.rank($0.element.place), $0.offset) < (SectionPlace.rank($1.element.place), $1.offset)
    }
    customSections = ranked.map { $0.element }
    for index in customSections.indices {
      customSections[index].place = SectionPlace.settled(customSections[index].place, in: self)
    }
  }
}
