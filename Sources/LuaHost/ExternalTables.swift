// The tables that live in the host, on which the `js_ext_table_*` functions work.

/// The order in which a host hands out a table's keys. Lua scripts must not depend on it.
public enum KeyOrder: Hashable, Sendable {
  /// As the keys were first put in.
  case insertion
  /// The other way round: another order wherever there are two keys.
  case reversed
  /// By a hash of key and seed: another order for another seed, the same on every machine.
  case shuffled(seed: UInt64)
}

/// The external tables of one instance: byte strings to byte strings, by table id.
///
/// A value type, so that the state after start-up can be kept and put back. What a module may store
/// is limited: beyond `byteLimit` bytes of keys and values (and a charge for each entry) a `set` is
/// refused.
public struct ExternalTables: Sendable {
  /// The order in which `keys` lists them.
  public var keyOrder: KeyOrder
  /// How many bytes all tables together may take.
  public let byteLimit: Int
  /// Bytes taken by now, by the same reckoning as the limit.
  public private(set) var byteCount = 0
  private var tables: [UInt32: Table] = [:]

  /// What an entry, and a table, is charged beyond its bytes. Otherwise empty ones would be free.
  private static let overhead = 64

  public init(keyOrder: KeyOrder = .insertion, byteLimit: Int = 64 << 20) {
    self.keyOrder = keyOrder
    self.byteLimit = byteLimit
  }

  /// Stores a value, creating the table when needed: 0, or -1 when the id is 0 or the limit is reached.
  public mutating func set(table id: UInt32, key: [UInt8], value: [UInt8]) -> Int32 {
    set(table: id, key: key, value: value, check: {})
  }

  /// `check` is called every few milliseconds; what it throws ends the work.
  mutating func set<Failure: Error>(
    table id: UInt32, key: [UInt8], value: [UInt8], check: () throws(Failure) -> Void
  ) throws(Failure) -> Int32 {
    guard id != 0 else { return -1 }
    let slot = try tables[id]?.slot(of: key, check: check)
    var growth = value.count
    if let slot, let previous = tables[id]?.value(at: slot) {
      growth -= previous.count
    } else {
      growth += key.count + Self.overhead
    }
    if tables[id] == nil { growth += Self.overhead }
    guard growth <= byteLimit - byteCount else { return -1 }
    byteCount += growth
    if let slot {
      tables[id]?.replace(slot, value)
    } else {
      tables[id, default: Table()].add(key, value)
    }
    return 0
  }

  /// The value of a key; nil, which is answered as -1, without such a table or key or when the value
  /// is longer than the capacity.
  public func get(table id: UInt32, key: [UInt8], capacity: Int) -> [UInt8]? {
    get(table: id, key: key, capacity: capacity, check: {})
  }

  func get<Failure: Error>(
    table id: UInt32, key: [UInt8], capacity: Int, check: () throws(Failure) -> Void
  ) throws(Failure) -> [UInt8]? {
    guard let table = tables[id], let slot = try table.slot(of: key, check: check),
      let value = table.value(at: slot), value.count <= capacity
    else { return nil }
    return value
  }

  /// Removes a key: 0 whether it was there or not, -1 without such a table.
  public mutating func delete(table id: UInt32, key: [UInt8]) -> Int32 {
    delete(table: id, key: key, check: {})
  }

  mutating func delete<Failure: Error>(
    table id: UInt32, key: [UInt8], check: () throws(Failure) -> Void
  ) throws(Failure) -> Int32 {
    guard let slot = try tables[id]?.slot(of: key, check: check) else { return tables[id] == nil ? -1 : 0 }
    if let removed = tables[id]?.remove(slot) {
      byteCount -= removed.count + key.count + Self.overhead
    }
    return 0
  }

  func hasTable(_ id: UInt32) -> Bool { tables[id] != nil }

  /// The number of entries; 0 without such a table.
  public func size(table id: UInt32) -> Int32 {
    Int32(clamping: tables[id]?.count ?? 0)
  }

  /// The keys joined by newlines; nil, which is answered as -1, without such a table or when they are
  /// longer than the capacity. Empty for an empty table.
  public func keys(table id: UInt32, capacity: Int) -> [UInt8]? {
    keys(table: id, capacity: capacity, check: {})
  }

  /// `check` is called every few milliseconds; what it throws ends the work.
  func keys<Failure: Error>(
    table id: UInt32, capacity: Int, check: () throws(Failure) -> Void
  ) throws(Failure) -> [UInt8]? {
    guard let table = tables[id] else { return nil }
    let byteCount = table.keyByteCount + max(0, table.count - 1)
    guard byteCount <= capacity else { return nil }
    var joined: [UInt8] = []
    joined.reserveCapacity(byteCount)
    var work = 0
    for (index, key) in try ordered(table.entries.map(\.key), check).enumerated() {
      if index > 0 { joined.append(0x0A) }
      joined += key
      work += key.count + Self.overhead
      if work >= Self.workBetweenChecks {
        work = 0
        try check()
      }
    }
    return joined
  }

  /// Bytes, and a charge for each entry, that are worked on between two calls of `check`.
  private static let workBetweenChecks = 1 << 20

  /// One entry of one table, its value as it was stored.
  public struct Entry: Hashable, Sendable {
    public let table: UInt32
    public let key: [UInt8]
    public let value: [UInt8]

    public init(table: UInt32, key: [UInt8], value: [UInt8]) {
      self.table = table
      self.key = key
      self.value = value
    }

    /// An entry as a script would put it in.
    public init(table: UInt32, key: String, value: LuaValue) {
      self.init(table: table, key: Array(key.utf8), value: value.encoded)
    }

    /// The value, decoded.
    public var decoded: DecodedValue { DecodedValue(bytes: value[...]) }
  }

  /// Everything the tables hold, by table id, then by the key's bytes.
  public var contents: [Entry] { contents {} }

  /// `check` is called every few milliseconds; what it throws ends the work.
  func contents(check: () throws -> Void) rethrows -> [Entry] {
    var list: [Entry] = []
    var work = 0
    for (id, table) in tables.sorted(by: { $0.key < $1.key }) {
      try check()
      let entries = try table.entries.sorted { left, right in
        work += Self.overhead
        return try Self.order(left.key, right.key, work: &work, check: check) < 0
      }
      list += entries.lazy.map { Entry(table: id, key: $0.key, value: $0.value) }
    }
    return list
  }

  /// Less than, equal to or greater than 0 as the first key comes before, is, or comes behind the second by their
  /// bytes. Long ones are compared in parts, between which `check` is called.
  fileprivate static func order<Failure: Error>(
    _ left: [UInt8], _ right: [UInt8], work: inout Int, check: () throws(Failure) -> Void
  ) throws(Failure) -> Int {
    let count = min(left.count, right.count)
    var start = 0
    while start < count {
      let end = min(count, start + workBetweenChecks)
      work += end - start
      if work >= workBetweenChecks {
        work = 0
        try check()
      }
      let order = left.withUnsafeBytes { left in
        right.withUnsafeBytes { right in orderOfPart(left, right, start..<end) }
      }
      if order != 0 { return order }
      start = end
    }
    return left.count - right.count
  }

  /// The same of a range of bytes that both have, eight at a time.
  private static func orderOfPart(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, _ range: Range<Int>
  ) -> Int {
    var place = range.lowerBound
    while place < range.upperBound {
      if range.upperBound - place >= 8 {
        let a = left.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        let b = right.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        if a != b { return a.bigEndian < b.bigEndian ? -1 : 1 }
        place += 8
      } else {
        if left[place] != right[place] { return Int(left[place]) - Int(right[place]) }
        place += 1
      }
    }
    return 0
  }

  private func ordered<Failure: Error>(
    _ keys: [[UInt8]], _ check: () throws(Failure) -> Void
  ) throws(Failure) -> [[UInt8]] {
    try check()
    return ordered(keys)
  }

  private func ordered(_ keys: [[UInt8]]) -> [[UInt8]] {
    switch keyOrder {
    case .insertion: keys
    case .reversed: keys.reversed()
    case .shuffled(let seed):
      keys.map { (Self.hash($0, seed: seed), $0) }
        .sorted { $0.0 == $1.0 ? $0.1.lexicographicallyPrecedes($1.1) : $0.0 < $1.0 }
        .map { $0.1 }
    }
  }

  /// FNV-1a started from the seed, finished so that the seed reaches all bits.
  private static func hash(_ bytes: [UInt8], seed: UInt64) -> UInt64 {
    var hash = seed ^ 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ (hash >> 31)) &* 0x9E37_79B9_7F4A_7C15
    return hash ^ (hash >> 29)
  }
}

/// One table: a dictionary that remembers the order in which its keys came.
private struct Table: Sendable {
  typealias Entry = (key: [UInt8], value: [UInt8])

  /// A key by its length and its ends, so that one of many megabytes is found as fast as another. Of those that
  /// are equal in these, and longer, few fit into the tables.
  private struct Digest: Hashable {
    private let byteCount: Int
    private let hash: Int
    private static let hashedByteCount = 512

    init(_ key: [UInt8]) {
      byteCount = key.count
      hash = key.withUnsafeBytes { bytes in
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.hashedByteCount)))
        hasher.combine(
          bytes: UnsafeRawBufferPointer(
            rebasing: bytes.dropFirst(Self.hashedByteCount).suffix(Self.hashedByteCount)))
        return hasher.finalize()
      }
    }
  }

  /// By slot; nil where the entry has been removed.
  private var slots: [Entry?] = []
  /// By slot: the one before it whose key has the same digest, -1 for none.
  private var former: [Int] = []
  /// By digest: the last slot whose key has it.
  private var lastSlot: [Digest: Int] = [:]
  private(set) var count = 0
  /// The bytes of all keys together.
  private(set) var keyByteCount = 0

  var entries: [Entry] { slots.compactMap { $0 } }

  /// Where a key's entry is; nil without one. Long keys are compared in parts, between which `check` is called.
  func slot<Failure: Error>(
    of key: [UInt8], check: () throws(Failure) -> Void
  ) throws(Failure) -> Int? {
    var slot = lastSlot[Digest(key)] ?? -1
    var work = 0
    while slot >= 0 {
      if let other = slots[slot]?.key, other.count == key.count,
        try ExternalTables.order(other, key, work: &work, check: check) == 0
      {
        return slot
      }
      slot = former[slot]
    }
    return nil
  }

  func value(at slot: Int) -> [UInt8]? { slots[slot]?.value }

  mutating func replace(_ slot: Int, _ value: [UInt8]) { slots[slot]?.value = value }

  /// Adds an entry with a key that is not there.
  mutating func add(_ key: [UInt8], _ value: [UInt8]) {
    link(slots.count, key)
    slots.append((key, value))
    count += 1
    keyByteCount += key.count
  }

  private mutating func link(_ slot: Int, _ key: [UInt8]) {
    former.append(lastSlot.updateValue(slot, forKey: Digest(key)) ?? -1)
  }

  private mutating func unlink(_ slot: Int, _ key: [UInt8]) {
    let digest = Digest(key)
    guard var later = lastSlot[digest] else { return }
    if later == slot {
      lastSlot[digest] = former[slot] < 0 ? nil : former[slot]
      return
    }
    while former[later] != slot { later = former[later] }
    former[later] = former[slot]
  }

  mutating func remove(_ slot: Int) -> [UInt8]? {
    guard let entry = slots[slot] else { return nil }
    unlink(slot, entry.key)
    slots[slot] = nil
    count -= 1
    keyByteCount -= entry.key.count
    // Closing the gaps only once they are the greater part keeps a removal at constant cost.
    if slots.count > 16, slots.count > 2 * count {
      slots = slots.filter { $0 != nil }
      former.removeAll(keepingCapacity: true)
      lastSlot.removeAll(keepingCapacity: true)
      for (slot, entry) in slots.enumerated() {
        if let entry { link(slot, entry.key) }
      }
    }
    return entry.value
  }
}
