// Which part of the cases belongs to this machine.

/// One of several parts. A case's part depends on its id alone, so that a new case moves no other.
package struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// From 1 to `count`.
  package let index: Int
  package let count: Int

  /// More than anyone has machines.
  private static let maximumCount = 1_000_000

  /// Nil unless `index` is from 1 to `count`, and that is at most a million.
  package init?(index: Int, count: Int) {
    guard count >= 1, count <= Self.maximumCount, (1...count).contains(index) else { return nil }
    self.index = index
    self.count = count
  }

  /// Reads `K/N`.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
    self.init(index: index, count: count)
  }

  package var description: String { "\(index)/\(count)" }

  package func includes(_ id: CaseID) -> Bool {
    // FNV-1a, then mixed because its low bits alone are not spread well.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in id.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash ^= hash >> 33
    return hash % UInt64(count) == UInt64(index - 1)
  }
}
