// The order of names by their bytes.

extension Collection<UInt8> {
  /// As `lexicographicallyPrecedes`, but eight bytes at a time: names in a directory have their beginnings in common.
  func precedes(_ other: Self) -> Bool {
    let answer = withContiguousStorageIfAvailable { left in
      other.withContiguousStorageIfAvailable { right in
        UnsafeRawBufferPointer(left).precedes(UnsafeRawBufferPointer(right))
      }
    }
    return (answer ?? nil) ?? lexicographicallyPrecedes(other)
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func precedes(_ other: Self) -> Bool {
    let common = Swift.min(count, other.count)
    var place = 0
    while place + 8 <= common {
      let one = loadUnaligned(fromByteOffset: place, as: UInt64.self)
      let two = other.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      if one != two { return one.bigEndian < two.bigEndian }
      place += 8
    }
    while place < common {
      if self[place] != other[place] { return self[place] < other[place] }
      place += 1
    }
    return count < other.count
  }
}
