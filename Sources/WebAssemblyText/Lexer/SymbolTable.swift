/// Identifiers as small numbers, so that looking one up does not compare bytes again.

package struct SymbolTable: Sendable {
  /// Without the `$`, unescaped; always valid UTF-8.
  package private(set) var names: [ArraySlice<UInt8>] = []
  /// Open addressing: number of a symbol plus one, 0 when free. A power of two in size.
  private var slots: [Int32] = [Int32](repeating: 0, count: 64)

  package init() {}

  /// The number of the name, which is given one when it is new.
  package mutating func intern(_ name: ArraySlice<UInt8>) -> Int32 {
    var slot = Self.hash(name) & (slots.count - 1)
    while slots[slot] != 0 {
      let number = slots[slot] - 1
      if names[Int(number)] == name { return number }
      slot = (slot + 1) & (slots.count - 1)
    }
    names.append(name)
    slots[slot] = Int32(names.count)
    if names.count * 2 > slots.count { grow() }
    return Int32(names.count - 1)
  }

  /// The number of the name when it is known.
  func find(_ name: ArraySlice<UInt8>) -> Int32? {
    var slot = Self.hash(name) & (slots.count - 1)
    while slots[slot] != 0 {
      let number = slots[slot] - 1
      if names[Int(number)] == name { return number }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 2)
    for (number, name) in names.enumerated() {
      var slot = Self.hash(name) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number + 1)
    }
  }

  /// The standard library's hash, which is seeded per process: nobody can prepare names that collide.
  private static func hash(_ name: ArraySlice<UInt8>) -> Int {
    var hasher = Hasher()
    name.withUnsafeBytes { hasher.combine(bytes: $0) }
    return hasher.finalize()
  }
}
