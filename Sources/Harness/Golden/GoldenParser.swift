// Reads goldens back.
import LuaHost

extension Golden {
  /// Reads the text of a golden file. Its counts are checked against what they count, so that a golden
  /// that was cut or edited by halves is found out.
  package init(parsing bytes: [UInt8]) throws(GoldenError) {
    var parser = GoldenParser(bytes)
    self = try parser.parse()
  }
}

extension GoldenEntry {
  /// Reads `TABLE "key" = VALUE` from one line. The count of a string may be left out: whoever writes a
  /// seed by hand need not count. `reason` of the error stands alone; its line is 1.
  package init(parsing line: [UInt8]) throws(GoldenError) {
    var parser = GoldenParser(line, requiresCounts: false)
    self = try parser.parseSingleEntry()
  }
}

private struct GoldenParser {
  private let lines: [ArraySlice<UInt8>]
  /// The index of the line that `rest` belongs to.
  private var current = -1
  /// What has not been read of the current line.
  private var rest: ArraySlice<UInt8> = []
  private let requiresCounts: Bool

  init(_ bytes: [UInt8], requiresCounts: Bool = true) {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    self.lines = lines
    self.requiresCounts = requiresCounts
  }

  mutating func parse() throws(GoldenError) -> Golden {
    var golden = Golden(steps: [])
    try advance()
    if take("step ") {
      repeat {
        let number = try parseNumber("the step's number") as Int
        guard number == golden.steps.count + 1 else {
          throw error("step \(number) follows step \(golden.steps.count); steps are numbered from 1")
        }
        try endLine()
        golden.steps.append(try parseStep())
      } while take("step ")
    } else {
      golden.steps.append(try parseStep())
    }
    if !isAtEnd {
      guard take("tables") else {
        throw error("expected a step, `tables` or the end of the file, found \(found)")
      }
      try endLine()
      while !isAtEnd {
        let entry = try parseEntry()
        if let last = golden.tables.last, !last.precedes(entry) {
          throw error("the entries of tables stand ordered by table id, then by key, each once")
        }
        golden.tables.append(entry)
        try endLine()
      }
    }
    return golden
  }

  mutating func parseSingleEntry() throws(GoldenError) -> GoldenEntry {
    try advance()
    let entry = try parseEntry()
    try endLine()
    guard isAtEnd else { throw error("an entry stands on one line") }
    return entry
  }

  // MARK: Lines

  private var isAtEnd: Bool { current >= lines.count }

  /// Goes to the next line that is neither empty nor a comment.
  private mutating func advance() throws(GoldenError) {
    repeat {
      current += 1
    } while !isAtEnd && (lines[current].isEmpty || lines[current].first == UInt8(ascii: "#"))
    try enterLine()
  }

  private mutating func enterLine() throws(GoldenError) {
    rest = isAtEnd ? [] : lines[current]
    if rest.last == 0x0D {
      throw error(
        "the line ends with a carriage return; goldens end lines with a newline alone. If git made it so, put"
          + " `*.golden -text` into .gitattributes and check the files out again")
    }
  }

  private mutating func endLine() throws(GoldenError) {
    guard rest.isEmpty else { throw error("expected the end of the line, found \(found)") }
    try advance()
  }

  private func error(_ reason: String) -> GoldenError {
    GoldenError(line: min(current, lines.count) + 1, reason: reason)
  }

  private var found: String {
    if isAtEnd { return "the end of the file" }
    return rest.isEmpty ? "the end of the line" : EscapedText.quoted(rest.prefix(40))
  }

  private mutating func take(_ prefix: String) -> Bool {
    // Mostly the first byte tells.
    guard rest.first == prefix.utf8.first, rest.starts(with: prefix.utf8) else { return false }
    rest = rest.dropFirst(prefix.utf8.count)
    return true
  }

  // MARK: Steps

  private mutating func parseStep() throws(GoldenError) -> GoldenStep {
    let output = take("output ") ? try parseOutput() : []
    let result = try parseResult()
    try endLine()
    return GoldenStep(output: output, result: result)
  }

  private mutating func parseOutput() throws(GoldenError) -> [UInt8] {
    let start = current
    let lineCount = try parseCount("line")
    guard take(", ") else { throw error("expected `output N lines, N bytes`, found \(found)") }
    let byteCount = try parseCount("byte")
    guard rest.isEmpty else { throw error("expected the end of the line, found \(found)") }
    var output: [UInt8] = []
    var linesRead = 0
    var isEnded = true
    while current + 1 < lines.count, lines[current + 1].first == UInt8(ascii: "|") {
      current += 1
      try enterLine()
      guard isEnded else { throw error("only the last line of output can stand without a newline (`|-`)") }
      linesRead += 1
      isEnded = !take("|-")
      if isEnded, !take("| "), lines[current].count > 1 {
        throw error("a line of output starts with `| `, or with `|-` when no newline ends it")
      }
      if !isEnded || lines[current].count > 1 { try readEscaped(until: nil, into: &output) }
      if isEnded { output.append(0x0A) }
    }
    guard linesRead == lineCount, output.count == byteCount else {
      throw GoldenError(
        line: start + 1,
        reason: "the output is said to have \(Count.lines(lineCount)), \(Count.bytes(byteCount)), but has"
          + " \(Count.lines(linesRead)), \(Count.bytes(output.count))")
    }
    try advance()
    return output
  }

  private mutating func parseResult() throws(GoldenError) -> GoldenResult {
    if take("result ") { return .value(try parseValue()) }
    if take("error ") { return .error(message: try parseQuoted()) }
    if take("trap ") {
      var kind: [UInt8] = []
      try readEscaped(until: nil, into: &kind)
      return .trap(kind: String(decoding: kind, as: UTF8.self))
    }
    if take("exception") { return .exception }
    if take("answer too long") { return .answerTooLong }
    if take("limit ") {
      let name = String(decoding: rest, as: UTF8.self)
      guard let limit = ExceededLimit(rawValue: name) else {
        throw error("the limits are fuel, time and memory, found \(found)")
      }
      rest = []
      return .limit(limit)
    }
    if take("outside buffer ") { return .outsideBuffer(result: try parseNumber("the result of compute")) }
    if take("call ") { return try parseCall() }
    if take("new instance") { return .newInstance }
    if take("not run") { return .notRun }
    throw error(
      "expected `result`, `error`, `trap`, `exception`, `limit`, `answer too long`, `outside buffer`, `call`,"
        + " `new instance` or `not run`, found \(found)")
  }

  /// `NAME INTEGER… = INTEGER…` or `NAME INTEGER… = missing`.
  private mutating func parseCall() throws(GoldenError) -> GoldenResult {
    var name: [UInt8] = []
    var word = Array(takeWord().utf8)[...]
    do {
      _ = try EscapedText.read(&word, until: nil, into: &name)
    } catch {
      throw self.error(error.reason)
    }
    guard !name.isEmpty, let name = String(validating: name, as: UTF8.self) else {
      throw error("expected the name of an export, found \(found)")
    }
    var arguments: [Int64] = []
    while !take(" =") {
      guard take(" ") else { throw error("expected ` =` after the call's arguments, found \(found)") }
      arguments.append(try parseNumber("an argument or `=`"))
    }
    let call = ExportCall(name, arguments)
    if take(" missing") { return .call(call, .missing) }
    var values: [Int64] = []
    while take(" ") { values.append(try parseNumber("a result or `missing`")) }
    return .call(call, .values(values))
  }

  // MARK: Values

  private mutating func parseEntry() throws(GoldenError) -> GoldenEntry {
    let table: UInt32 = try parseNumber("a table's id")
    guard take(" ") else { throw error("expected `TABLE \"key\" = VALUE`, found \(found)") }
    let key = try parseQuoted()
    guard take(" = ") else { throw error("expected ` = ` after the key, found \(found)") }
    return GoldenEntry(table: table, key: key, value: try parseValue())
  }

  private mutating func parseValue() throws(GoldenError) -> GoldenValue {
    if take("nil") { return .value(.nil) }
    if take("boolean true") { return .value(.boolean(true)) }
    if take("boolean false") { return .value(.boolean(false)) }
    if take("integer ") { return .value(.integer(try parseNumber("an integer of 64 bits"))) }
    if take("float ") {
      guard let number = FloatNotation.number(takeWord()) else {
        throw error("expected a float such as 0.1, -0, inf or nan:0x8000000000000")
      }
      return .value(.float(number))
    }
    if take("string ") { return .value(.string(try parseCounted("string"))) }
    if take("function ") {
      let byteCount = try parseCount("byte")
      guard take(" sha256:"), let digest = SHA256Digest(hexadecimal: takeWord()) else {
        throw error("expected `function N bytes sha256:` and 64 hexadecimal digits")
      }
      return .function(byteCount: byteCount, digest: digest)
    }
    if take("c-function #") { return .value(.cFunction(index: try parseNumber("an index of 16 bits"))) }
    if take("c-function ") {
      let name = takeWord()
      guard let index = StandardFunctions.index(of: name) else {
        throw error("\(name) is no standard function that can be named; write its index as #N")
      }
      return .value(.cFunction(index: index))
    }
    if take("table ") { return .value(.externalTable(id: try parseNumber("a table's id"))) }
    if take("none") { return .none }
    if take("raw ") { return .raw(try parseCounted("raw")) }
    throw error(
      "expected nil, boolean, integer, float, string, function, c-function, table, none or raw, found \(found)"
    )
  }

  /// `N "…"`, where the count must be right, and may be left out unless counts are required.
  private mutating func parseCounted(_ form: String) throws(GoldenError) -> [UInt8] {
    var expected: Int?
    if requiresCounts || rest.first != UInt8(ascii: "\"") {
      if !requiresCounts, !(rest.first.map(Self.isDigit) ?? false) {
        throw error("a \(form) reads: \(form) \(EscapedText.quoted(rest))")
      }
      expected = try parseNumber("the string's count of bytes") as Int
      guard take(" ") else { throw error("expected a space and a quote after the count, found \(found)") }
    }
    let start = current
    let bytes = try parseQuoted()
    if let expected, bytes.count != expected {
      throw GoldenError(
        line: start + 1, reason: "the string is said to have \(Count.bytes(expected)), but has \(bytes.count)"
      )
    }
    return bytes
  }

  /// A string between quotes, which goes on behind a margin on the next line when the line ends in it.
  private mutating func parseQuoted() throws(GoldenError) -> [UInt8] {
    guard take("\"") else { throw error("expected a string between quotes, found \(found)") }
    var bytes: [UInt8] = []
    while !(try readEscaped(until: UInt8(ascii: "\""), into: &bytes)) {
      guard current + 1 < lines.count, lines[current + 1].first == UInt8(ascii: "|") else {
        throw error("the string's closing quote is missing; it goes on only in a line that starts with |")
      }
      current += 1
      try enterLine()
      _ = take("|")
    }
    return bytes
  }

  @discardableResult
  private mutating func readEscaped(
    until ending: UInt8?, into bytes: inout [UInt8]
  ) throws(GoldenError) -> Bool {
    do {
      return try EscapedText.read(&rest, until: ending, into: &bytes)
    } catch {
      throw self.error(error.reason)
    }
  }

  private mutating func parseCount(_ noun: String) throws(GoldenError) -> Int {
    let count: Int = try parseNumber("the number of \(noun)s")
    guard count >= 0, take(count == 1 ? " \(noun)" : " \(noun)s") else {
      throw error("expected the count as `\(Count.of(max(0, count), noun))`")
    }
    return count
  }

  private mutating func parseNumber<Number: FixedWidthInteger>(_ what: String) throws(GoldenError) -> Number {
    let digits = rest.prefix { $0 == UInt8(ascii: "-") || Self.isDigit($0) }
    guard let number = Number(String(decoding: digits, as: UTF8.self)) else {
      throw error("expected \(what), found \(found)")
    }
    rest = rest.dropFirst(digits.count)
    return number
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// What stands up to the next space or the end of the line.
  private mutating func takeWord() -> String {
    let word = rest.prefix { $0 != UInt8(ascii: " ") }
    rest = rest.dropFirst(word.count)
    return String(decoding: word, as: UTF8.self)
  }
}

extension GoldenEntry {
  fileprivate func precedes(_ other: GoldenEntry) -> Bool {
    table == other.table ? key.lexicographicallyPrecedes(other.key) : table < other.table
  }
}
