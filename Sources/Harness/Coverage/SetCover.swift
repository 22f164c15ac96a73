// The smallest choice of sets that together hold given elements: which cases to run for given functions.

/// Finds covers by branch and bound. The problem is hard in general, but functions that only one case enters,
/// and cases that enter no more than another does, leave little to try; a bound on the work keeps the rest
/// in time.
package struct SetCover {
  /// The indices of the sets chosen, ascending.
  package private(set) var chosen: [Int]
  /// Whether no smaller choice exists. False when the bound on the work was reached before that was known.
  package private(set) var isSmallest: Bool

  /// Covers the elements of `wanted` that are in any of the sets. Of choices of the same size the one with
  /// sets that stand earlier is preferred. `stepLimit` bounds the choices tried.
  package init(of wanted: Set<UInt32>, by sets: [Set<UInt32>], stepLimit: Int = 200_000) {
    // Most cases enter what some other case enters; of equal ones the first is kept.
    var firstIndex: [Set<UInt32>: Int] = [:]
    for (index, set) in sets.enumerated() {
      let useful = set.intersection(wanted)
      if !useful.isEmpty, firstIndex[useful] == nil { firstIndex[useful] = index }
    }
    let candidates = firstIndex.sorted { $0.value < $1.value }
    var search = Search(Self.holders(candidates.map(\.key)), setCount: candidates.count, stepLimit: stepLimit)
    search.run()
    chosen = search.best.map { candidates[$0].value }.sorted()
    isSmallest = search.stepsLeft > 0
  }

  /// For each element that matters, the sets that hold it. Of elements with the same holders one is enough,
  /// and an element is covered with another when it has all the other's holders and more.
  private static func holders(_ sets: [Set<UInt32>]) -> [[Int]] {
    var byElement: [UInt32: [Int]] = [:]
    for (index, set) in sets.enumerated() {
      for element in set { byElement[element, default: []].append(index) }
    }
    var kept: [Set<Int>] = []
    for holders in Set(byElement.values).sorted(by: { ($0.count, $0.first ?? 0) < ($1.count, $1.first ?? 0) })
    {
      if !kept.contains(where: { $0.isSubset(of: holders) }) { kept.append(Set(holders)) }
    }
    return kept.map { $0.sorted() }
  }

  private struct Search {
    /// The sets that hold each element, the elements with the fewest first.
    let holders: [[Int]]
    /// The elements that each set holds, by their places in `holders`.
    let elements: [[Int]]
    var stepsLeft: Int
    var best: [Int] = []
    private var current: [Int] = []
    /// How many of the current sets hold each element.
    private var covered: [Int]

    init(_ holders: [[Int]], setCount: Int, stepLimit: Int) {
      self.holders = holders
      var elements = Array(repeating: [Int](), count: setCount)
      for (element, holders) in holders.enumerated() {
        for holder in holders { elements[holder].append(element) }
      }
      self.elements = elements
      stepsLeft = stepLimit
      covered = Array(repeating: 0, count: holders.count)
    }

    mutating func run() {
      best = greedy()
      extend()
    }

    /// Always the set next that adds most: the first cover to be improved on.
    private func greedy() -> [Int] {
      var missing = Set(holders.indices)
      var chosen: [Int] = []
      while !missing.isEmpty {
        let gains = elements.map { $0.count { missing.contains($0) } }
        guard let most = gains.max(), most > 0, let index = gains.firstIndex(of: most) else { break }
        chosen.append(index)
        missing.subtract(elements[index])
      }
      return chosen
    }

    /// Tries every set that holds the element with the fewest holders.
    private mutating func extend() {
      guard stepsLeft > 0 else { return }
      stepsLeft -= 1
      guard let element = covered.firstIndex(of: 0) else {
        if current.count < best.count { best = current }
        return
      }
      guard current.count + leastNeeded(from: element) < best.count else { return }
      // Sets that add more first: a good cover soon is what cuts the rest off.
      let gains = holders[element].map { set in (set, elements[set].count { covered[$0] == 0 }) }
      for (set, _) in gains.sorted(by: { ($1.1, $0.0) < ($0.1, $1.0) }) {
        current.append(set)
        for element in elements[set] { covered[element] += 1 }
        extend()
        for element in elements[set] { covered[element] -= 1 }
        current.removeLast()
      }
    }

    /// Elements no two of which are in the same set need a set each.
    private func leastNeeded(from first: Int) -> Int {
      var used: Set<Int> = []
      var count = 0
      for element in first..<holders.count where covered[element] == 0 {
        if used.isDisjoint(with: holders[element]) {
          count += 1
          used.formUnion(holders[element])
        }
      }
      return count
    }
  }
}
