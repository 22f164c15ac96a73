// Which parts of two lines differ, word by word.

/// Finds the parts of two sequences that are not in the other.
struct ChangedParts {
  /// Ranges of the left line, in order, that do not touch.
  let left: [Range<Int>]
  let right: [Range<Int>]

  /// The search takes quadratic time: what differs over more words than this is taken as one part.
  private static let longestSearch = 300
  /// What differs grows to whole words up to this length.
  private static let longestWord = 40

  /// Compares lines of pieces. Pieces for which `joinsWord` holds form words with their neighbours.
  init<Piece: Equatable>(_ old: [Piece], _ new: [Piece], joinsWord: (Piece) -> Bool) {
    var prefix = zip(old, new).prefix { $0 == $1 }.count
    var suffix = zip(old.dropFirst(prefix).reversed(), new.dropFirst(prefix).reversed())
      .prefix { $0 == $1 }.count
    // What differs grows to whole words where it begins or ends inside of one.
    let changed = [old[prefix..<(old.count - suffix)], new[prefix..<(new.count - suffix)]]
    if changed.contains(where: { $0.first.map(joinsWord) ?? false }) {
      prefix -= Self.wordLength(old[..<prefix].reversed(), joinsWord)
    }
    if changed.contains(where: { $0.last.map(joinsWord) ?? false }) {
      suffix -= Self.wordLength(old[(old.count - suffix)...], joinsWord)
    }
    let oldMiddle = prefix..<(old.count - suffix)
    let newMiddle = prefix..<(new.count - suffix)
    let oldWords = Self.words(old, oldMiddle, joinsWord)
    let newWords = Self.words(new, newMiddle, joinsWord)
    guard oldWords.count > 1, newWords.count > 1, max(oldWords.count, newWords.count) <= Self.longestSearch
    else {
      (left, right) = ([oldMiddle].filter { !$0.isEmpty }, [newMiddle].filter { !$0.isEmpty })
      return
    }
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in newWords.map({ Array(new[$0]) }).difference(from: oldWords.map { Array(old[$0]) }) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    // Where little is alike, it is so by chance, and a patchwork would hide more than it shows.
    let isPatchwork = (oldWords.count - removed.count) * 3 < max(oldWords.count, newWords.count)
    left = isPatchwork ? [oldMiddle] : Self.joined(removed.sorted().map { oldWords[$0] })
    right = isPatchwork ? [newMiddle] : Self.joined(added.sorted().map { newWords[$0] })
  }

  /// How much of a word lies at the beginning of what is alike, seen from what differs; 0 if it is long.
  private static func wordLength<Piece>(
    _ pieces: some Sequence<Piece>, _ joinsWord: (Piece) -> Bool
  ) -> Int {
    let length = pieces.prefix(longestWord + 1).prefix(while: joinsWord).count
    return length > longestWord ? 0 : length
  }

  private static func words<Piece>(
    _ pieces: [Piece], _ range: Range<Int>, _ joinsWord: (Piece) -> Bool
  ) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var joinsLast = false
    for index in range {
      let joins = joinsWord(pieces[index])
      if joins, joinsLast, let last = words.last {
        words[words.count - 1] = last.lowerBound..<(index + 1)
      } else {
        words.append(index..<(index + 1))
      }
      joinsLast = joins
    }
    return words
  }

  /// Makes one of ranges that touch, or have only one piece between them.
  private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var joined: [Range<Int>] = []
    for range in ranges {
      if let last = joined.last, range.lowerBound - last.upperBound <= 1 {
        joined[joined.count - 1] = last.lowerBound..<range.upperBound
      } else {
        joined.append(range)
      }
    }
    return joined
  }
}
