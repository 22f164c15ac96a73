// JSON lines: one object a line, the first of which names the schema. All such files are read and written here.
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

enum JSONLines {
  private static let encoder = encoder(.withoutEscapingSlashes)
  private static let prettyEncoder = encoder([.withoutEscapingSlashes, .prettyPrinted])
  fileprivate static let decoder = JSONDecoder()

  private static func encoder(_ formatting: JSONEncoder.OutputFormatting) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting.union(.sortedKeys)
    return encoder
  }

  /// One line with its end.
  static func line(_ value: some Encodable) -> [UInt8] { bytes(value) + [0x0A] }

  /// A value on one line, without its end.
  static func bytes(_ value: some Encodable) -> [UInt8] {
    // Encoding fails only for numbers that are not finite, and no value holds one.
    (try? encoder.encode(value)).map(Array.init) ?? []
  }

  /// An object for people to read as well, without an end of line.
  static func pretty(_ value: some Encodable) -> String {
    (try? prettyEncoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
  }

  /// The value that a line holds; nil if it holds another.
  static func value<Value: Decodable>(_ type: Value.Type, _ line: ArraySlice<UInt8>) -> Value? {
    try? decoder.decode(type, from: Data(line))
  }
}

/// Reads a file of JSON lines. Belongs to one thread.
struct JSONLinesReader {
  let path: Path
  private let lines: LineReader
  /// Of the line that was read last, counted from 1.
  private(set) var line = 0

  /// `onlyFiles` refuses a pipe or a device, which might never end.
  init(_ path: Path, onlyFiles: Bool = false) throws(FileError) {
    self.path = path
    lines = try LineReader(path, onlyFiles: onlyFiles)
  }

  /// Where in the file that line lies, with its end.
  var place: Range<Int> { lines.place }

  /// The next line that is not empty; nil at the end.
  mutating func next() throws(FileError) -> ArraySlice<UInt8>? {
    while let next = try lines.next() {
      line += 1
      if !next.isEmpty { return next }
    }
    return nil
  }

  /// The first line, of which `isRight` says whether it is what is expected.
  mutating func header<Header: Decodable>(
    _ type: Header.Type, else reason: String, _ isRight: (Header) -> Bool
  ) throws -> Header {
    guard let first = try next(), let header = JSONLines.value(type, first), isRight(header) else {
      throw ReportError(path, line: 1, reason)
    }
    return header
  }

  /// The value of the line that was read last.
  func value<Value: Decodable>(_ type: Value.Type, _ line: ArraySlice<UInt8>, else reason: String) throws
    -> Value
  {
    guard let value = JSONLines.value(type, line) else { throw ReportError(path, line: self.line, reason) }
    return value
  }

  /// Whether nothing follows.
  mutating func isAtEnd() throws(FileError) -> Bool { try next() == nil }
}

/// A report or baseline that cannot be read, and where.
package struct ReportError: Error, Hashable, Sendable, CustomStringConvertible {
  package let path: Path
  /// Counted from 1.
  package let line: Int
  package let reason: String

  init(_ path: Path, line: Int, _ reason: String) {
    self.path = path
    self.line = line
    self.reason = reason
  }

  package var description: String { "\(path):\(line): \(reason)" }
}
