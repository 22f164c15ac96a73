// The sections of a module in the binary format, as far as they can be told apart.

import WebAssembly

/// One section. (Core 5.5.2)
package struct BinarySection: Hashable, Sendable {
  package let id: UInt8
  /// Of a custom section; nil when it cannot be read.
  package let customName: [UInt8]?
  /// Where the content begins.
  package let offset: Int
  /// Without id and size; of a custom section its name is part of it.
  package let content: ArraySlice<UInt8>

  package var isCustom: Bool { id == 0 }

  /// What the section is called in the specification.
  package var kind: String { Int(id) < Self.names.count ? Self.names[Int(id)] : "section \(id)" }

  private static let names = [
    "custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code",
    "data", "data count", "tag",
  ]

  /// The magic number and the version that modules begin with. (Core 5.5.16)
  package static let preamble: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]

  /// The sections up to the first that cannot be told from the next; of an invalid module too. None of what
  /// does not begin as a module does.
  package static func all(of bytes: [UInt8]) -> [BinarySection] {
    guard bytes.starts(with: preamble) else { return [] }
    var sections: [BinarySection] = []
    var rest = bytes.dropFirst(preamble.count)
    while let id = rest.popFirst(), let count = number(&rest), count <= rest.count {
      let content = rest.prefix(count)
      var name: [UInt8]?
      if id == 0 {
        var head = content
        if let length = number(&head), length <= head.count { name = Array(head.prefix(length)) }
      }
      sections.append(BinarySection(id: id, customName: name, offset: rest.startIndex, content: content))
      rest = rest.dropFirst(count)
    }
    return sections
  }

  /// An unsigned LEB128 number of at most 32 bits. (Core 5.2.2)
  private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int? {
    var number = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      number |= Int(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return number <= UInt32.max ? number : nil }
    }
    return nil
  }
}
