import WebAssembly

/// The identifiers of one index space. What has a name but cannot be an identifier, because it is empty, taken
/// or so long that each use of it would be felt, is named by an annotation.
struct PrintedNames {
  /// In bytes.
  static let longestIdentifier = 1_024

  private var identifiers: [UInt32: String] = [:]
  private var annotations: [UInt32: String] = [:]

  /// Only indices below `count` are defined and can be named.
  init(_ names: [UInt32: String], count: Int) {
    var taken: Set<[UInt8]> = []
    for (index, name) in names.sorted(by: { $0.key < $1.key }) where Int(index) < count {
      // Identifiers are equal when their bytes are; equal strings may differ in them.
      if !name.isEmpty, name.utf8.count <= Self.longestIdentifier, taken.insert(Array(name.utf8)).inserted {
        identifiers[index] = Self.identifier(name)
      } else {
        annotations[index] = "(@name \(StringLiteral.encode(name.utf8)))"
      }
    }
  }

  /// How the definition is referred to.
  func reference(_ index: UInt32) -> String { identifiers[index] ?? String(index) }

  /// The identifier, or else another number than the index.
  func reference(_ index: UInt32, otherwise number: UInt32) -> String {
    identifiers[index] ?? String(number)
  }

  /// What names a definition where it stands, with a space before.
  func binding(_ index: UInt32) -> String {
    (identifiers[index] ?? annotations[index]).map { " " + $0 } ?? ""
  }

  func hasName(_ index: UInt32) -> Bool { identifiers[index] != nil || annotations[index] != nil }

  static func identifier(_ name: String) -> String {
    name.utf8.allSatisfy(Characters.isWord) ? "$" + name : "$" + StringLiteral.encode(name.utf8)
  }
}
