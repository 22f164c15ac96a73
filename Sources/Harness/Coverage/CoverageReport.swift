// Answers to questions about coverage, as text and as JSON.

/// What was asked and what the answer is. Its JSON form has the same parts.
package struct CoverageReport: Hashable, Sendable, Codable {
  package struct Function: Hashable, Sendable, Codable {
    package var name: String
    package var cases: [String]
  }

  package struct Cover: Hashable, Sendable, Codable {
    package struct Choice: Hashable, Sendable, Codable {
      package var id: String
      /// How many functions it adds to those of the cases before it.
      package var added: Int
    }

    /// How many functions were to be covered.
    package var functionCount: Int
    package var cases: [Choice]
    /// Those that no case enters.
    package var notEntered: [String]
    /// Whether no smaller set is enough. False when it would have taken too long to find out.
    package var isSmallest: Bool
  }

  package var module: String
  package var caseCount: Int
  package var definedCount: Int
  package var enteredCount: Int
  /// Entered when the module starts, by no case.
  package var enteredAtStartOnly: [String]
  package var notEntered: [String]
  /// Answers to `--function`.
  package var functions: [Function]?
  /// The answer to `--cover`.
  package var cover: Cover?

  /// The share of the defined functions that some case enters, in per cent.
  package var percentage: Double {
    definedCount == 0 ? 100 : Double(enteredCount) / Double(definedCount) * 100
  }

  /// Asks for the cases that enter the functions that match `named`, and for a set that covers those that
  /// match `covered`. Throws `UsageError` when a pattern matches no function.
  package init(_ coverage: Coverage, named: [Glob] = [], covered: [Glob] = []) throws(UsageError) {
    let entered = coverage.entered.filter { coverage.defined.contains($0) }
    let missing = coverage.defined.filter { !entered.contains($0) }
    module = coverage.moduleDigest
    caseCount = coverage.cases.count
    definedCount = coverage.defined.count
    enteredCount = entered.count
    enteredAtStartOnly = missing.filter { coverage.enteredAtStart.contains($0) }.map(coverage.label)
    notEntered = missing.filter { !coverage.enteredAtStart.contains($0) }.map(coverage.label)
    if !named.isEmpty {
      functions = try Self.matching(named, coverage).map {
        Function(name: coverage.label($0), cases: coverage.cases(entering: $0))
      }
    }
    if !covered.isEmpty {
      let wanted = Set(try Self.matching(covered, coverage))
      let found = coverage.cover(wanted)
      cover = Cover(
        functionCount: wanted.count,
        cases: found.cases.map { Cover.Choice(id: $0.id, added: $0.added) },
        notEntered: wanted.subtracting(entered).sorted().map(coverage.label), isSmallest: found.isSmallest)
    }
  }

  private static func matching(_ globs: [Glob], _ coverage: Coverage) throws(UsageError) -> [UInt32] {
    var found: [UInt32] = []
    for glob in globs {
      let matches = coverage.functions(named: glob)
      guard !matches.isEmpty else {
        throw UsageError(
          "the module has no function \(glob.pattern)"
            + Suggestion.hint(for: glob.pattern, in: coverage.defined.map(coverage.label)))
      }
      found += matches.filter { !found.contains($0) }
    }
    return found
  }

  /// For people. What was not asked for is left out.
  package var text: String {
    if functions == nil, cover == nil { return overview }
    var text = ""
    for function in functions ?? [] {
      text += "\(function.name): \(Count.cases(function.cases.count))\n"
      text += function.cases.map { "  \($0)\n" }.joined()
    }
    if let cover {
      let total = cover.functionCount - cover.notEntered.count
      text +=
        "\(Count.cases(cover.cases.count)) enter \(total) of \(Count.of(cover.functionCount, "function"))"
        + (cover.isSmallest ? ", no fewer do\n" : "; fewer may do\n")
      text += cover.cases.map { "  \($0.id)  +\($0.added)\n" }.joined()
      text += Self.list("entered by no case", cover.notEntered, limit: 20)
    }
    return text
  }

  private var overview: String {
    "\(Count.cases(caseCount)) enter \(enteredCount) of \(Count.of(definedCount, "function"))"
      + " (\(Format.decimal(percentage, places: 1)) %) of the module with sha256 \(module)\n"
      + Self.list("entered at start-up alone", enteredAtStartOnly) + Self.list("never entered", notEntered)
  }

  private static func list(_ title: String, _ names: [String], limit: Int = .max) -> String {
    if names.isEmpty { return "" }
    let shown = names.prefix(limit).map { "  \($0)\n" }.joined()
    return "\(title), \(names.count):\n" + shown
      + (names.count > limit ? "  and \(names.count - limit) more\n" : "")
  }

  /// For programs.
  package var json: String { JSONLines.pretty(self) + "\n" }
}
