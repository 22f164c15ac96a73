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
    guard id != 0 else { return -1 }
    let previous = tables[id]?.value(of: key)
    var growth = value.count - (previous?.count ?? 0)
    if previous == nil { growth += key.count + Self.overhead }
    if tables[id] == nil { growth += Self.overhead }
    guard growth <= byteLimit - byteCount else { return -1 }
    byteCount += growth
    tables[id, default: Table()].set(key, value)
    return 0
  }

  /// The value of a key; nil, which is answered as -1, without such a table or key or when the value
  /// is longer than the capacity.
  public func get(table id: UInt32, key: [UInt8], capacity: Int) -> [UInt8]? {
    guard let value = tables[id]?.value(of: key), value.count <= capacity else { return nil }
    return value
  }

  /// Removes a key: 0 whether it was there or not, -1 without such a table.
  public mutating func delete(table id: UInt32, key: [UInt8]) -> Int32 {
    guard tables[id] != nil else { return -1 }
    if let removed = tables[id]?.remove(key) {
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
        work += min(left.key.count, right.key.count) + Self.overhead
        if work >= Self.workBetweenChecks {
          work = 0
          try check()
        }
        return left.key.lexicographicallyPrecedes(right.key)
      }
      list += entries.lazy.map { Entry(table: id, key: $0.key, value: $0.value) }
    }
    return list
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

  /// A key hashed by its length and its ends, so that one of many megabytes takes no longer than another. Those
  /// that are equal in these are so long that few fit into the tables.
  private struct Key: Hashable {
    let bytes: [UInt8]
    private static let hashedByteCount = 512

    func hash(into hasher: inout Hasher) {
      hasher.combine(bytes.count)
      bytes.withUnsafeBytes { bytes in
        hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.hashedByteCount)))
        hasher.combine(
          bytes: UnsafeRawBufferPointer(
            rebasing: bytes.dropFirst(Self.hashedByteCount).suffix(Self.hashedByteCount)))
      }
    }
  }

  private var slots: [Entry?] = []
  private var slotOfKey: [Key: Int] = [:]
  /// The bytes of all keys together.
  private(set) var keyByteCount = 0

  var count: Int { slotOfKey.count }
  var entries: [Entry] { slots.compactMap { $0 } }

  func value(of key: [UInt8]) -> [UInt8]? {
    slotOfKey[Key(bytes: key)].flatMap { slots[$0]?.value }
  }

  mutating func set(_ key: [UInt8], _ value: [UInt8]) {
    if let slot = slotOfKey[Key(bytes: key)] {
      slots[slot]?.value = value
    } else {
      slotOfKey[Key(bytes: key)] = slots.count
      slots.append((key, value))
      keyByteCount += key.count
    }
  }

  mutating func remove(_ key: [UInt8]) -> [UInt8]? {
    guard let slot = slotOfKey.removeValue(forKey: Key(bytes: key)) else { return nil }
    let removed = slots[slot]?.value
    slots[slot] = nil
    keyByteCount -= key.count
    // Closing the gaps only once they are the greater part keeps a removal at constant cost.
    if slots.count > 16, slots.count > 2 * slotOfKey.count {
      slots = slots.filter { $0 != nil }
      for (slot, entry) in slots.enumerated() {
        if let entry { slotOfKey[Key(bytes: entry.key)] = slot }
      }
    }
    return removed
  }
}
