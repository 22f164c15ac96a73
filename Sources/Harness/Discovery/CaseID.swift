// The name of a case: the path of its fixture below the root, without the extension.

/// A case's id, such as `strings/format`, the same on every machine. Ids are ordered by the bytes of the
/// path they stand for.
package struct CaseID: Hashable, Sendable, CustomStringConvertible {
  /// The path below the root without the extension, its components joined by slashes.
  package let bytes: [UInt8]

  /// Takes the path below the root without the extension.
  init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  package init(components: some Sequence<[UInt8]>) {
    var bytes: [UInt8] = []
    var isFirst = true
    for component in components {
      if !isFirst { bytes.append(UInt8(ascii: "/")) }
      bytes += component
      isFirst = false
    }
    self.bytes = bytes
  }

  package func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  /// The id as text: what would not show in the path is escaped, so that no two ids read alike.
  package var description: String { EscapedText.string(bytes) }
}

extension CaseID: Comparable {
  package static func < (left: CaseID, right: CaseID) -> Bool {
    left.bytes.precedes(right.bytes)
  }
}
