// Makes a source smaller while it keeps a property.

/// Searches for the smallest source with a property by leaving out and simplifying what the syntax tree of a
/// larger one shows, then by its tokens. What is no Lua is reduced by lines and bytes alone.
package struct Reducer {
  /// Answers which of several candidates has the property: the number of the first that does, or nil. They are
  /// asked for together so that several threads can look at them.
  package typealias Judge = (_ candidates: [[UInt8]]) throws -> Int?

  /// The smallest source with the property that has been found.
  package internal(set) var smallest: [UInt8]
  /// How many candidates were judged, up to the first of each batch that has the property.
  package private(set) var judgedCount = 0
  /// Whether literals may take the place of expressions. Where the property is a value that the source gives, a
  /// literal would have it, and say nothing.
  package var inventsLiterals = true
  /// How many candidates may be judged; the search ends with what it has when they are.
  private let judgedLimit: Int
  private let judge: Judge
  /// How many candidates are judged together at most.
  private let batch: Int
  /// What has been judged, by its hash value.
  private var refused: Set<Int> = []

  /// `source` is expected to have the property.
  package init(_ source: [UInt8], batch: Int = 8, judgedLimit: Int = .max, judge: @escaping Judge) {
    smallest = source
    self.batch = max(1, batch)
    self.judgedLimit = judgedLimit
    self.judge = judge
  }

  /// Reduces until nothing that is tried makes the source smaller, or the limit is reached. What `judge` throws
  /// ends the search; `smallest` stands.
  package mutating func run() throws {
    var size = Int.max
    while smallest.count < size, !isExhausted {
      size = smallest.count
      try tidy()
      if isLua {
        try reduceLists()
        try simplify()
        try reduceTokens()
      } else {
        try reduceText()
      }
    }
    try layOut()
  }

  var isLua: Bool { (try? SyntaxTree(parsing: smallest)) != nil }
  private var isExhausted: Bool { judgedCount >= judgedLimit }

  /// Takes the first candidate that has the property, and answers which it was. Candidates that are not smaller
  /// than what there is are left out, unless they are wanted all the same, and so are those that are no Lua when it
  /// is.
  mutating func take(
    _ candidates: [[UInt8]], mustParse: Bool, evenIfLarger: Bool = false
  ) throws -> Int? {
    var worthwhile: [(number: Int, source: [UInt8])] = []
    func judgeCollected(_ reducer: inout Reducer) throws -> Int? {
      defer { worthwhile = [] }
      guard !worthwhile.isEmpty, !reducer.isExhausted else { return nil }
      guard let place = try reducer.judge(worthwhile.map(\.source)) else {
        reducer.judgedCount += worthwhile.count
        return nil
      }
      reducer.judgedCount += place + 1
      reducer.smallest = worthwhile[place].source
      return worthwhile[place].number
    }
    for (number, source) in candidates.enumerated() {
      guard evenIfLarger ? source != smallest : Self.isSmaller(source, than: smallest) else { continue }
      guard refused.insert(source.hashValue).inserted || evenIfLarger else { continue }
      if mustParse, (try? SyntaxTree(parsing: source)) == nil { continue }
      worthwhile.append((number, source))
      if worthwhile.count == batch, let taken = try judgeCollected(&self) { return taken }
    }
    return try judgeCollected(&self)
  }

  /// Shorter, or of the same length with simpler bytes: nothing is ever taken twice.
  private static func isSmaller(_ left: [UInt8], than right: [UInt8]) -> Bool {
    left.count != right.count ? left.count < right.count : left.lexicographicallyPrecedes(right)
  }

  /// Leaves out as many members as possible (delta debugging: halves first, then smaller parts). `source` makes
  /// the candidate of the members that are kept, by their numbers.
  mutating func leaveOut(
    of count: Int, mustParse: Bool, source: (_ kept: [Int]) -> [UInt8]
  ) throws {
    var kept = Array(0..<count)
    // All at once, for what needs none of them.
    if try take([source([])], mustParse: mustParse) != nil { return }
    var length = (count + 1) / 2
    while length > 0, !kept.isEmpty, !isExhausted {
      var start = 0
      while start < kept.count {
        // What comes behind a part that went may go as well; what stands before it was tried.
        let parts = (0..<batch).map { start + $0 * length }.filter { $0 < kept.count }
          .map { $0..<min($0 + length, kept.count) }
        let candidates = parts.map { part in Array(kept[..<part.lowerBound] + kept[part.upperBound...]) }
        if let taken = try take(candidates.map(source), mustParse: mustParse) {
          kept = candidates[taken]
          start = parts[taken].lowerBound
        } else {
          start = parts[parts.count - 1].upperBound
        }
      }
      length = length == 1 ? 0 : (min(length, kept.count) + 1) / 2
    }
  }
}
