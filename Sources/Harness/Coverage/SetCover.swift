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
  /// sets that stand earlier is preferred. `workLimit` bounds the work of the search, counted in looks at
  /// elements and sets; what takes one pass over the sets is not counted.
  package init(of wanted: Set<UInt32>, by sets: [Set<UInt32>], workLimit: Int = 50_000_000) {
    // Most cases enter what some other case enters; of equal ones the first is kept.
    var firstIndex: [Set<UInt32>: Int] = [:]
    for (index, set) in sets.enumerated() {
      let useful = set.intersection(wanted)
      if !useful.isEmpty, firstIndex[useful] == nil { firstIndex[useful] = index }
    }
    let candidates = firstIndex.sorted { $0.value < $1.value }
    let holders = Self.holders(candidates.map(\.key), workLimit: workLimit)
    var search = Search(holders, setCount: candidates.count, workLimit: workLimit)
    search.run()
    chosen = search.best.map { candidates[$0].value }.sorted()
    isSmallest = search.workLeft > 0
  }

  /// For each element that matters, the sets that hold it. Of elements with the same holders one is enough,
  /// and an element is covered with another when it has all the other's holders and more. Once the bound on
  /// the work is reached all further elements are taken to matter.
  private static func holders(_ sets: [Set<UInt32>], workLimit: Int) -> [[Int]] {
    var byElement: [UInt32: [Int]] = [:]
    for (index, set) in sets.enumerated() {
      for element in set { byElement[element, default: []].append(index) }
    }
    var seen: Set<[Int]> = []
    let distinct = byElement.sorted { $0.key < $1.key }.map(\.value).filter { seen.insert($0).inserted }
    func rank(_ entry: (offset: Int, element: [Int])) -> (Int, Int, Int) {
      (entry.element.count, entry.element[0], entry.offset)
    }
    let ordered = distinct.enumerated().sorted { rank($0) < rank($1) }
    var kept: [[Int]] = []
    var isHolder = Array(repeating: false, count: sets.count)
    var workLeft = workLimit
    for (_, holders) in ordered {
      for holder in holders { isHolder[holder] = true }
      var isDominated = false
      if workLeft > 0 {
        isDominated = kept.contains { fewer in
          let outside = fewer.firstIndex { !isHolder[$0] }
          workLeft -= 1 + (outside ?? fewer.count)
          return outside == nil
        }
      }
      if !isDominated { kept.append(holders) }
      for holder in holders { isHolder[holder] = false }
    }
    return kept
  }

  private struct Search {
    /// The sets that hold each element, the elements with the fewest first.
    let holders: [[Int]]
    /// The elements that each set holds, by their places in `holders`.
    let elements: [[Int]]
    private(set) var workLeft: Int
    private(set) var best: [Int] = []
    private var current: [Int] = []
    /// How many of the current sets hold each element.
    private var covered: [Int]
    /// In which round of `leastNeeded` each set was last used.
    private var usedIn: [Int]
    private var round = 0

    init(_ holders: [[Int]], setCount: Int, workLimit: Int) {
      self.holders = holders
      var elements = Array(repeating: [Int](), count: setCount)
      for (element, holders) in holders.enumerated() {
        for holder in holders { elements[holder].append(element) }
      }
      self.elements = elements
      workLeft = workLimit
      covered = Array(repeating: 0, count: holders.count)
      usedIn = Array(repeating: 0, count: setCount)
    }

    mutating func run() {
      best = greedy()
      extend(from: 0)
    }

    /// Always the set next that adds most: the first cover to be improved on. Each pair of an element and a
    /// set that holds it is looked at once.
    private func greedy() -> [Int] {
      var gains = elements.map(\.count)
      var isMissing = Array(repeating: true, count: holders.count)
      // Gains only fall: a set that no longer adds what it did waits among those that add less.
      var byGain = Array(repeating: [Int](), count: 1 + (gains.max() ?? 0))
      for (set, gain) in gains.enumerated() { byGain[gain].append(set) }
      var chosen: [Int] = []
      for gain in stride(from: byGain.count - 1, to: 0, by: -1) {
        for set in byGain[gain].sorted() {
          if gains[set] < gain {
            byGain[gains[set]].append(set)
            continue
          }
          chosen.append(set)
          for element in elements[set] where isMissing[element] {
            isMissing[element] = false
            for holder in holders[element] { gains[holder] -= 1 }
          }
        }
      }
      return chosen
    }

    /// Tries every set that holds the element with the fewest holders of those not covered. All elements
    /// before `start` are covered.
    private mutating func extend(from start: Int) {
      guard let element = covered[start...].firstIndex(of: 0) else {
        workLeft -= 1 + covered.count - start
        if current.count < best.count { best = current }
        return
      }
      workLeft -= 1 + element - start
      guard current.count + leastNeeded(from: element) < best.count else { return }
      // Sets that add more first: a good cover soon is what cuts the rest off.
      let gains = holders[element].map { set in (set, elements[set].count { covered[$0] == 0 }) }
      workLeft -= gains.reduce(0) { $0 + elements[$1.0].count }
      for (set, _) in gains.sorted(by: { ($1.1, $0.0) < ($0.1, $1.0) }) {
        guard workLeft > 0 else { return }
        workLeft -= elements[set].count
        current.append(set)
        for element in elements[set] { covered[element] += 1 }
        extend(from: element)
        for element in elements[set] { covered[element] -= 1 }
        current.removeLast()
      }
    }

    /// Elements no two of which are in the same set need a set each.
    private mutating func leastNeeded(from first: Int) -> Int {
      round += 1
      var count = 0
      for element in first..<holders.count {
        workLeft -= 1
        guard covered[element] == 0 else { continue }
        let holders = self.holders[element]
        let used = holders.firstIndex { usedIn[$0] == round }
        workLeft -= used ?? holders.count
        if used == nil {
          count += 1
          for holder in holders { usedIn[holder] = round }
        }
      }
      return count
    }
  }
}
