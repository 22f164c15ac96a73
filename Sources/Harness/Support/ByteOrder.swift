// The order of names by their bytes.

extension [UInt8] {
  /// As `lexicographicallyPrecedes`, but eight bytes at a time: names in a directory have their beginnings in common.
  func precedes(_ other: [UInt8]) -> Bool {
    let common = Swift.min(count, other.count)
    return withUnsafeBytes { left in
      other.withUnsafeBytes { right in
        var place = 0
        while place + 8 <= common {
          let one = left.loadUnaligned(fromByteOffset: place, as: UInt64.self)
          let two = right.loadUnaligned(fromByteOffset: place, as: UInt64.self)
          if one != two { return one.bigEndian < two.bigEndian }
          place += 8
        }
        while place < common {
          if left[place] != right[place] { return left[place] < right[place] }
          place += 1
        }
        return left.count < right.count
      }
    }
  }
}
