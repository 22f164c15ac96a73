// What a search found: grouped by cause, the smallest examples of each kept.
import LuaHost
import LuaSyntax

/// Scripts that were found for the same reason.
struct FindingGroup: Sendable {
  struct Example: Sendable {
    var number: Int
    var source: [UInt8]

    /// The smaller one is the better one; of equal ones the earlier.
    static func isBetter(_ left: Example, than right: Example) -> Bool {
      (left.source.count, left.number) < (right.source.count, right.number)
    }
  }

  let finding: ExploreFinding
  private(set) var count = 0
  /// The best, in order.
  private(set) var examples: [Example] = []

  /// So many are kept and reduced: that what has several causes in spite of all shows them.
  private static let exampleLimit = 12

  init(_ finding: ExploreFinding) { self.finding = finding }

  mutating func add(_ trial: Trial) {
    count += 1
    let example = Example(number: trial.number, source: trial.source)
    guard !examples.contains(where: { $0.source == example.source }) else { return }
    let place = examples.firstIndex { Example.isBetter(example, than: $0) } ?? examples.count
    examples.insert(example, at: place)
    if examples.count > Self.exampleLimit { examples.removeLast() }
  }
}

/// What was found, by its reason.
struct ExploreFindings {
  private(set) var groups: [FindingGroup] = []
  private var places: [ExploreFinding: Int] = [:]

  mutating func add(_ trial: Trial) {
    guard let finding = trial.finding else { return }
    if places[finding] == nil {
      places[finding] = groups.count
      groups.append(FindingGroup(finding))
    }
    if let place = places[finding] { groups[place].add(trial) }
  }
}

/// An example that was reduced, with what both builds say of it.
struct ReducedFinding: Sendable {
  var finding: ExploreFinding
  var source: [UInt8]
  /// How many scripts were found for the same reason.
  var count: Int
  var old: Golden?
  var new: Golden?

  /// What examples of one cause have in common: the words of the script, whatever values stand between them.
  var outline: [UInt8] {
    guard let tree = try? SyntaxTree(parsing: source) else { return source }
    return Array(
      tree.tokens.map { token -> [UInt8] in
        switch token.kind {
        case .number: Array("0".utf8)
        case .string: Array("''".utf8)
        case .name, .keyword, .symbol: Array(source[token.range])
        }
      }.joined(separator: [0x20]))
  }
}

extension ExploreFinding {
  /// In a few words.
  var text: String {
    switch self {
    case .difference(let cause): cause.text
    case .ending(let property): "both: the script \(property)"
    case .cost(let isMore): isMore ? "costs more" : "costs less"
    }
  }
}

extension KeptProperty {
  /// Whether it is an answer like any other.
  var isLuaError: Bool { if case .error = self { true } else { false } }
}
