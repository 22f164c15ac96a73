/// Puts modules together from bytes, so that tests can also write what no encoder would.

import WebAssembly

/// A module as a list of sections, each given by its contents.
struct ModuleBytes {
  static let preamble: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]
  private(set) var bytes = preamble

  /// Appends a section with its size in front.
  mutating func section(_ id: UInt8, _ contents: [UInt8]) {
    bytes.append(id)
    bytes += leb(UInt64(contents.count))
    bytes += contents
  }

  /// Appends a section that holds a list: the number of entries, then the entries.
  mutating func section(_ id: UInt8, list entries: [[UInt8]]) {
    section(id, leb(UInt64(entries.count)) + entries.flatMap { $0 })
  }

  /// A module with one function of type 0, its locals declared in `body`'s first bytes.
  static func function(type: [UInt8] = [0x60, 0, 0], body: [UInt8]) -> [UInt8] {
    var module = ModuleBytes()
    module.section(1, list: [type])
    module.section(3, list: [[0]])
    module.section(10, list: [leb(UInt64(body.count)) + body])
    return module.bytes
  }
}

/// The shortest unsigned LEB128.
func leb(_ value: UInt64) -> [UInt8] {
  var writer = ByteWriter()
  writer.u64(value)
  return writer.bytes
}

func name(_ text: String) -> [UInt8] { leb(UInt64(text.utf8.count)) + Array(text.utf8) }

/// A small generator of equal sequences for equal seeds (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
