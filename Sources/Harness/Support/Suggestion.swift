// What someone may have meant who wrote a name that is not known.

package enum Suggestion {
  /// The known name that is closest to a wrong one; nil when none is close.
  package static func nearest(to name: String, in known: some Sequence<String>) -> String? {
    // Every letter is one change away from every other.
    let limit = name.count < 2 ? 0 : max(1, name.count / 3)
    return known.map { (distance(name, $0), $0) }.filter { $0.0 <= limit }.min { $0 < $1 }?.1
  }

  /// A sentence's end that names the closest known name, or nothing: `; did you mean tags?`
  package static func hint(for name: String, in known: some Sequence<String>) -> String {
    nearest(to: name, in: known).map { "; did you mean \($0)?" } ?? ""
  }

  /// How many characters must be changed, added, removed or swapped with their neighbour.
  private static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.prefix(64)), Array(right.prefix(64)))
    var rows = [Array(0...right.count)]
    for row in 1..<(left.count + 1) {
      var next = [row]
      for column in 1..<(right.count + 1) {
        let substitution = rows[row - 1][column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
        var best = min(substitution, rows[row - 1][column] + 1, next[column - 1] + 1)
        if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
          best = min(best, rows[row - 2][column - 2] + 1)
        }
        next.append(best)
      }
      rows.append(next)
    }
    return rows[left.count][right.count]
  }
}
