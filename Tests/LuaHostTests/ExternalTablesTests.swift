// The host's side of the `js_ext_table_*` functions, the clock and the trace.
import LuaHost
import Testing

@Suite struct ExternalTablesTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func aStoredValueComesBackAndCountsOnce() {
    var tables = ExternalTables()
    #expect(tables.set(table: 1, key: bytes("k"), value: [2, 1]) == 0)
    #expect(tables.set(table: 1, key: bytes("k"), value: [0]) == 0)
    #expect(tables.get(table: 1, key: bytes("k"), capacity: 1) == [0])
    #expect(tables.size(table: 1) == 1)
  }

  @Test func whatIsNotThereIsAnsweredAsTheContractSays() {
    var tables = ExternalTables()
    #expect(tables.get(table: 1, key: bytes("k"), capacity: 9) == nil)
    #expect(tables.delete(table: 1, key: bytes("k")) == -1)
    #expect(tables.size(table: 1) == 0)
    #expect(tables.keys(table: 1, capacity: 9) == nil)
    #expect(tables.set(table: 0, key: bytes("k"), value: []) == -1)

    _ = tables.set(table: 1, key: bytes("k"), value: [])
    #expect(tables.get(table: 1, key: bytes("x"), capacity: 9) == nil)
    #expect(tables.get(table: 1, key: bytes("k"), capacity: 0) == [])
    #expect(tables.delete(table: 1, key: bytes("x")) == 0)
    #expect(tables.delete(table: 1, key: bytes("k")) == 0)
    #expect(tables.keys(table: 1, capacity: 0) == [])
    #expect(tables.size(table: 1) == 0)
  }

  @Test func aValueOrAKeyListBeyondTheCapacityIsRefused() {
    var tables = ExternalTables()
    _ = tables.set(table: 3, key: bytes("ab"), value: [1, 2, 3])
    _ = tables.set(table: 3, key: bytes("c"), value: [])
    #expect(tables.get(table: 3, key: bytes("ab"), capacity: 2) == nil)
    #expect(tables.get(table: 3, key: bytes("ab"), capacity: 3) == [1, 2, 3])
    #expect(tables.keys(table: 3, capacity: 3) == nil)
    #expect(tables.keys(table: 3, capacity: 4) == bytes("ab\nc"))
  }

  @Test func keysComeInTheOrderTheyWerePutInAlsoAfterRemovals() {
    var tables = ExternalTables()
    for number in 0..<100 { _ = tables.set(table: 1, key: bytes("k\(number)"), value: [0]) }
    for number in 0..<100 where number % 7 != 0 { _ = tables.delete(table: 1, key: bytes("k\(number)")) }
    _ = tables.set(table: 1, key: bytes("k1"), value: [0])
    let expected = stride(from: 0, to: 100, by: 7).map { "k\($0)" } + ["k1"]
    #expect(tables.keys(table: 1, capacity: 1000) == bytes(expected.joined(separator: "\n")))
    for number in stride(from: 0, to: 100, by: 7) {
      #expect(tables.get(table: 1, key: bytes("k\(number)"), capacity: 1) == [0])
    }
  }

  @Test func aShuffledOrderHasTheSameKeysAndIsTheSameEveryTime() throws {
    func keys(_ order: KeyOrder) -> [UInt8]? {
      var tables = ExternalTables(keyOrder: order)
      for number in 0..<20 { _ = tables.set(table: 1, key: bytes("k\(number)"), value: [0]) }
      return tables.keys(table: 1, capacity: 1000)
    }
    let plain = try #require(keys(.insertion))
    let shuffled = try #require(keys(.shuffled(seed: 1)))
    #expect(shuffled != plain)
    #expect(shuffled == keys(.shuffled(seed: 1)))
    #expect(shuffled != keys(.shuffled(seed: 2)))
    #expect(Set(shuffled.split(separator: 10)) == Set(plain.split(separator: 10)))
  }

  @Test func contentsAreOrderedByTableThenByTheBytesOfTheKey() {
    var tables = ExternalTables()
    for (table, key) in [(2, "b"), (10, "a"), (2, "B"), (1, "é"), (1, "z")] as [(UInt32, String)] {
      _ = tables.set(table: table, key: bytes(key), value: [0])
    }
    #expect(tables.contents.map(\.table) == [1, 1, 2, 2, 10])
    #expect(tables.contents.map(\.key) == ["z", "é", "B", "b", "a"].map(bytes))
  }

  @Test func storageIsLimitedAndWhatIsRemovedIsFreeAgain() {
    var tables = ExternalTables(byteLimit: 1000)
    #expect(tables.set(table: 1, key: bytes("a"), value: [UInt8](repeating: 0, count: 800)) == 0)
    #expect(tables.set(table: 1, key: bytes("b"), value: [UInt8](repeating: 0, count: 100)) == -1)
    #expect(tables.size(table: 1) == 1)
    #expect(tables.set(table: 1, key: bytes("a"), value: []) == 0)
    #expect(tables.set(table: 1, key: bytes("b"), value: [UInt8](repeating: 0, count: 700)) == 0)
    for _ in 0..<100 {
      #expect(tables.delete(table: 1, key: bytes("b")) == 0)
      #expect(tables.set(table: 1, key: bytes("b"), value: [UInt8](repeating: 0, count: 700)) == 0)
    }
    for number in 0..<100 { _ = tables.set(table: UInt32(number + 2), key: [], value: []) }
    #expect(tables.byteCount <= 1000)
  }

  @Test func aCopyIsNotTouchedByWhatFollows() {
    var tables = ExternalTables()
    _ = tables.set(table: 1, key: bytes("a"), value: [1])
    let kept = tables
    _ = tables.set(table: 1, key: bytes("a"), value: [2])
    #expect(kept.get(table: 1, key: bytes("a"), capacity: 1) == [1])
  }

  @Test func theClockAdvancesByOneAReadingAndIsTruncatedTo32Bits() {
    var clock = VirtualClock(milliseconds: 1_700_000_000_000)
    #expect(clock.read() == Int32(truncatingIfNeeded: 1_700_000_000_000 as Int64))
    #expect(clock.read() == Int32(truncatingIfNeeded: 1_700_000_000_001 as Int64))
    var last = VirtualClock(milliseconds: .max)
    #expect(last.read() == -1)
    #expect(last.read() == 0)
  }

  @Test func theTraceKeepsAnUnbrokenBeginningWithinItsLimits() {
    var trace = HostCallTrace(callLimit: 3, byteLimit: 10)
    trace.record(.size(table: 1, result: 0))
    trace.record(.set(table: 1, key: bytes("key"), value: bytes("value"), result: 0))
    #expect(trace.isComplete)
    trace.record(.delete(table: 1, key: bytes("key"), result: 0))
    trace.record(.timeNow(result: 1))
    #expect(trace.calls.map(\.name) == ["js_ext_table_size", "js_ext_table_set"])
    #expect(trace.count == 4)
    #expect(!trace.isComplete)
  }
}
