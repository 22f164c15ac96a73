// What someone may have meant who wrote a name that is not known.

package enum Suggestion {
  /// The known name that is closest to a wrong one; nil when none is close.
  package static func nearest(to name: String, in known: some Sequence<String>) -> String? {
    // Every letter is one change away from every other.
    var search = Search(name, limit: name.count < 2 ? 0 : max(1, name.count / 3))
    var nearest: (distance: Int, name: String)?
    for candidate in known {
      guard let distance = search.distance(to: candidate) else { continue }
      if nearest.map({ (distance, candidate) < $0 }) ?? true { nearest = (distance, candidate) }
      search.limit = distance
    }
    return nearest?.name
  }

  /// A sentence's end that names the closest known name, or nothing: `; did you mean tags?`
  package static func hint(for name: String, in known: some Sequence<String>) -> String {
    nearest(to: name, in: known).map { "; did you mean \($0)?" } ?? ""
  }

  /// Counts how many characters must be changed, added, removed or swapped with their neighbour, up to a limit.
  private struct Search {
    private let name: [Unicode.Scalar]
    var limit: Int
    /// The rows of the table for the last characters of the name.
    private var rows: [[Int]] = []

    private static let longest = 64

    init(_ name: String, limit: Int) {
      self.name = Array(name.unicodeScalars.prefix(Self.longest))
      self.limit = limit
      rows = Array(repeating: Array(repeating: 0, count: Self.longest + 1), count: 3)
    }

    /// Nil when it is beyond the limit.
    mutating func distance(to candidate: String) -> Int? {
      // No scalar has more than four bytes.
      guard candidate.utf8.count + limit >= name.count else { return nil }
      let other = Array(candidate.unicodeScalars.prefix(Self.longest))
      guard abs(other.count - name.count) <= limit else { return nil }
      for column in 0...other.count { rows[0][column] = column }
      for row in 1..<(name.count + 1) {
        let (own, last, lastButOne) = (row % 3, (row + 2) % 3, (row + 1) % 3)
        // What is further from the diagonal is beyond the limit.
        let columns = max(1, row - limit)..<(min(other.count, row + limit) + 1)
        rows[own][columns.lowerBound - 1] = columns.lowerBound == 1 ? row : limit + 1
        var least = rows[own][columns.lowerBound - 1]
        for column in columns {
          let substitution = rows[last][column - 1] + (name[row - 1] == other[column - 1] ? 0 : 1)
          let deletion = column < row + limit ? rows[last][column] + 1 : limit + 1
          var best = min(substitution, deletion, rows[own][column - 1] + 1)
          if row > 1, column > 1, name[row - 1] == other[column - 2], name[row - 2] == other[column - 1] {
            best = min(best, rows[lastButOne][column - 2] + 1)
          }
          rows[own][column] = best
          least = min(least, best)
        }
        if least > limit { return nil }
      }
      let distance = rows[name.count % 3][other.count]
      return distance <= limit ? distance : nil
    }
  }
}
