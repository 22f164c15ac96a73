// Differences between two answers that mean nothing, such as addresses: rows in a file, each with a reason.
import LuaHost

/// What two answers may differ in.
package struct PermittedDifferences: Sendable {
  /// What a row lets differ.
  package enum Effect: Sendable {
    /// What matches the pattern may be anything in its place.
    case permits(String)
    /// Answers that match the pattern are not compared at all.
    case ignores(String)
    /// Numbers may be apart by this share of the greater one.
    case isNear(Double)
    /// Scripts are left out to which one of the two itself answers otherwise in other circumstances.
    case varies(Circumstance)
  }

  /// What no answer should depend on, and answers do that look closely.
  package enum Circumstance: String, Hashable, Sendable, CaseIterable {
    /// The sign of the NaNs that arithmetic gives.
    case nanSign = "nan-sign"
    /// Where objects lie, and how many digits that has.
    case addresses
    /// What the other Lua draws when it starts, such as the seed of its hashes and with it the order of keys.
    case start
  }

  /// One of the two is asked once more.
  package enum Repetition {
    /// The new build, with a request in other circumstances.
    case new(CaseRequest)
    /// The other one, started anew.
    case oldStartedAnew
  }

  /// One row, for scripts that match the condition.
  package struct Row: Sendable {
    package let effect: Effect
    package let condition: String?
    package let reason: String
    /// The line of the file, counted from 1.
    package let line: Int
  }

  package private(set) var rows: [Row] = []

  /// Nothing is permitted.
  package init() {}

  /// Reads a file of rows: `permit: PATTERN`, `reason: TEXT` below it, and between them, if only some scripts are
  /// meant, `when: PATTERN`. `ignore: PATTERN` in place of `permit` leaves pairs of answers out of which one matches,
  /// `near: SHARE` takes numbers for equal that are no further apart than that share of the greater one, and
  /// `varies: CIRCUMSTANCE` leaves scripts out to which one of the two itself answers otherwise in other circumstances.
  /// Patterns are regular expressions. Empty lines and lines that begin with `#` are comments.
  package init(_ text: [UInt8], file: Path) throws(DirectiveError) {
    let form = "a row reads `permit: PATTERN`, then `when: PATTERN` if need be, then `reason: TEXT`"
    var effect: Effect?
    var condition: String?
    for (number, content) in Directives.lines(ofDefaults: text) {
      func fault(_ reason: String) -> DirectiveError {
        DirectiveError(file: file, line: number, reason: reason)
      }
      guard let colon = content.firstIndex(of: UInt8(ascii: ":")) else { throw fault(form) }
      let value = String(decoding: content[(colon + 1)...].trimmingBlanks(), as: UTF8.self)
      let key = String(decoding: content[..<colon].trimmingBlanks(), as: UTF8.self)
      switch (key, effect) {
      case ("permit", nil):
        try Self.check(value, fault)
        effect = .permits(value)
      case ("ignore", nil):
        try Self.check(value, fault)
        effect = .ignores(value)
      case ("near", nil):
        guard let share = Double(value), share > 0, share < 1 else {
          throw fault("`near: SHARE` takes a number between 0 and 1, such as 1e-12")
        }
        effect = .isNear(share)
      case ("varies", nil):
        guard let circumstance = Circumstance(rawValue: value) else {
          throw fault("answers may vary with `nan-sign`, `addresses` or `start`, not with `\(value)`")
        }
        effect = .varies(circumstance)
      case ("when", .some) where condition == nil:
        try Self.check(value, fault)
        condition = value
      case ("reason", .some(let said)) where !value.isEmpty:
        rows.append(Row(effect: said, condition: condition, reason: value, line: number))
        (effect, condition) = (nil, nil)
      default:
        throw fault(form)
      }
    }
    guard effect == nil else {
      throw DirectiveError(
        file: file, line: rows.last?.line ?? 1, reason: "the last row has no `reason: TEXT`")
    }
  }

  private static func check(
    _ pattern: String, _ fault: (String) -> DirectiveError
  ) throws(DirectiveError) {
    guard !pattern.isEmpty, let regex = try? Regex(pattern) else {
      throw fault("`\(pattern)` is no regular expression")
    }
    guard "".wholeMatch(of: regex) == nil else {
      throw fault("`\(pattern)` matches nothing at all, and so everywhere; make it narrower")
    }
  }

  /// These rows, and then those of others.
  package func joined(with others: PermittedDifferences) -> PermittedDifferences {
    var joined = self
    joined.rows += others.rows
    return joined
  }
}

/// The rows, ready to be applied. Belongs to one thread.
package struct PermissionMatcher {
  private enum Effect {
    case permits(Regex<AnyRegexOutput>)
    case ignores(Regex<AnyRegexOutput>)
    case isNear(Double)
    case varies(PermittedDifferences.Circumstance)
  }

  private typealias Row = (effect: Effect, condition: Regex<AnyRegexOutput>?)

  private let rows: [Row]
  private let number: Regex<AnyRegexOutput>?

  package init(_ permitted: PermittedDifferences) {
    rows = permitted.rows.compactMap { row in
      let effect: Effect? =
        switch row.effect {
        case .permits(let pattern): Self.regex(pattern).map { .permits($0) }
        case .ignores(let pattern): Self.regex(pattern).map { .ignores($0) }
        case .isNear(let share): .isNear(share)
        case .varies(let circumstance): .varies(circumstance)
        }
      return effect.map { ($0, row.condition.flatMap(Self.regex)) }
    }
    number = Self.regex(#"(0x[0-9a-f]+(\.[0-9a-f]*)?p[-+]?[0-9]+|[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?)"#)
  }

  /// The end of a word is where letters, digits and `_` end: `math.sin` has two, where for Unicode it is one.
  private static func regex(_ pattern: String) -> Regex<AnyRegexOutput>? {
    (try? Regex(pattern))?.wordBoundaryKind(.simple)
  }

  /// Whether two answers to a request differ in nothing but what is permitted. `again` asks one of the two once more.
  package func covers(
    _ old: Golden?, _ new: Golden?, _ request: CaseRequest,
    again: (PermittedDifferences.Repetition) throws(CaseExecutionError) -> Golden?
  ) throws(CaseExecutionError) -> Bool {
    guard !rows.isEmpty, let old, let new else { return false }
    let script = request.steps.compactMap(\.source).map { String(decoding: $0, as: UTF8.self) }
      .joined(separator: "\n")
    let rows = rows.filter { $0.condition.map { script.firstMatch(of: $0) != nil } ?? true }
    if texts(old, new, rows) { return true }
    // What other rows permit is no reason to leave the rest out.
    func isOtherwise(_ answer: Golden, _ plain: Golden) -> Bool {
      answer != plain && !texts(answer, plain, rows)
    }
    for row in rows {
      guard case .varies(let circumstance) = row.effect else { continue }
      guard let (changed, stepCount) = request.changed(circumstance) else {
        // A seed may give the same order by chance.
        for _ in 0..<8 {
          if let answer = try again(.oldStartedAnew), isOtherwise(answer, old) { return true }
        }
        continue
      }
      // What a limit ends in other circumstances tells nothing.
      guard var answer = try again(.new(changed)),
        !answer.steps.contains(where: { if case .limit = $0.result { true } else { false } })
      else { continue }
      answer.steps.removeFirst(min(stepCount, answer.steps.count))
      if isOtherwise(answer, new) { return true }
    }
    return false
  }

  /// Whether two answers differ in nothing but what these rows permit by their texts.
  private func texts(_ old: Golden, _ new: Golden, _ rows: [Row]) -> Bool {
    // Whether a string breaks depends on its length, which may be what differs.
    let answers = (old.text(breaksStrings: false), new.text(breaksStrings: false))
    var texts = answers
    for row in rows {
      switch row.effect {
      case .ignores(let pattern):
        // The answers as they are, whatever other rows permit in them.
        if answers.0.firstMatch(of: pattern) != nil || answers.1.firstMatch(of: pattern) != nil {
          return true
        }
        continue
      case .permits(let pattern):
        texts = (texts.0.replacing(pattern, with: "…"), texts.1.replacing(pattern, with: "…"))
      case .isNear(let share):
        texts.1 = withNumbers(of: texts.0, in: texts.1, share: share)
      case .varies: continue
      }
      if Self.withoutCounts(texts.0) == Self.withoutCounts(texts.1) { return true }
    }
    return false
  }

  /// The text with those of its numbers that are near to the number in the same place of the other as that writes them.
  private func withNumbers(of other: String, in text: String, share: Double) -> String {
    guard let number else { return text }
    var others = other.matches(of: number)[...]
    return text.replacing(number) { match in
      let mine = text[match.range]
      guard let twin = others.popFirst().map({ other[$0.range] }), let a = Double(mine), let b = Double(twin),
        abs(a - b) <= share * max(abs(a), abs(b))
      else { return mine }
      return twin
    }
  }

  /// The lengths of outputs and strings differ with what is in them.
  private static func withoutCounts(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if line.hasPrefix("output ") { return "output" }
      guard line.hasPrefix("result string "), let quote = line.firstIndex(of: "\"") else {
        return String(line)
      }
      return "result string " + line[quote...]
    }.joined(separator: "\n")
  }
}

extension CaseRequest {
  /// The request in other circumstances, and how many steps it has before those of its own; nil if the circumstance
  /// is none of the new build's.
  fileprivate func changed(_ circumstance: PermittedDifferences.Circumstance) -> (
    CaseRequest, stepCount: Int
  )? {
    var request = self
    // What the other way takes is no reason to end on it.
    request.limits.fuel = limits.fuel.map { max($0, $0 &+ 1_000_000_000) }
    switch circumstance {
    case .nanSign:
      request.nanSign = nanSign == .plus ? .minus : .plus
      return (request, 0)
    case .start: return nil
    case .addresses:
      request.steps.insert(
        contentsOf: [Self.filling(until: #"#("%p"):format({}) > digits"#), Self.filling(until: "true")], at: 0
      )
      return (request, 2)
    }
  }

  /// Makes objects of many sizes that stay, some 20,000 at a time. Those of a script behind it then lie where addresses
  /// have a digit more, as what lies before that has no gaps; the second one fills those that the first one left.
  private static func filling(until condition: String) -> CaseStep {
    let source = """
      local kept, formats, digits = {}, {}, #("%p"):format({})
      for i = 1, 90 do formats[i] = "%0" .. i .. "d" end
      for i = 1, 500000 do
        kept[i] = i % 2 == 0 and {} or formats[i // 2 % 90 + 1]:format(i)
        if i % 20000 == 0 and \(condition) then break end
      end
      getmetatable("")[kept] = kept
      """
    return .source(Array(source.utf8))
  }
}
