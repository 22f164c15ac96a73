// Asks a person about changes of goldens, one after the other.
import LuaHost

/// What a person answers to a change.
package enum ReviewAnswer: Sendable {
  case accept, reject, quit
}

/// The changes that wait for an answer. Their texts are kept out of memory. Belongs to one thread.
package struct Review {
  /// Asks about the change that was shown, number `number` of `count`.
  package typealias Question = (_ number: Int, _ count: Int) -> ReviewAnswer

  let ask: Question
  private var waiting: [(file: FixtureFile, place: Range<Int>, remarks: [String])] = []
  private let spool = Spool()

  init(_ ask: @escaping Question) {
    self.ask = ask
  }

  var count: Int { waiting.count }

  mutating func add(_ change: GoldenChange) throws(FileError) {
    let start = spool.count
    try spool.append(change.text.utf8)
    waiting.append((change.file, start..<spool.count, change.remarks))
  }

  /// A change by its number from 0 on.
  func change(_ number: Int) throws -> GoldenChange {
    let (file, place, remarks) = waiting[number]
    let bytes = Array(try spool.read(place))
    return GoldenChange(
      file: file, text: String(decoding: bytes, as: UTF8.self), golden: try Golden(parsing: bytes),
      remarks: remarks)
  }
}
