// What an HTML report shows, whatever command it comes from: facts about the whole, then a row a case.

/// A page as data.
package struct HTMLPage: Sendable {
  /// Names the page: `touchstone`.
  package var title: String
  /// What came of it, in one sentence.
  package var headline: String
  package var tone = HTMLTone.plain
  /// What was run and how.
  package var facts: [HTMLFact] = []
  package var notices: [Notice] = []
  /// What a row's status can be. Rows stand in this order at first, and below that in their own.
  package var statuses: [HTMLStatus]
  /// What stands on the left and on the right of a difference.
  package var sides = (left: "golden", right: "answer")
  /// What some cases have in common, for when there are too many to look at each.
  package var groups: [HTMLGroup] = []
  /// What wrote the page, and its version.
  package var producer = "touchstone \(TouchstoneVersion.current)"

  package init(title: String, headline: String, statuses: [HTMLStatus]) {
    self.title = title
    self.headline = headline
    self.statuses = statuses
  }
}

/// How a colour is meant.
package enum HTMLTone: String, Hashable, Sendable {
  case good, bad, warning, plain
}

/// A value with a name.
package struct HTMLFact: Hashable, Sendable {
  package var name: String
  package var value: String
  /// Whether the value is a path, a digest or an option, which is to be read letter by letter.
  package var isCode: Bool

  package init(_ name: String, _ value: String, isCode: Bool = false) {
    self.name = name
    self.value = value
    self.isCode = isCode
  }
}

/// Cases of the same status for the same reason.
package struct HTMLGroup: Hashable, Sendable {
  /// The key of one of the page's statuses.
  package var status: String
  /// The reason in a few words: that of each of the rows.
  package var cause: String
  package var count = 1

  package init(status: String, cause: String) {
    self.status = status
    self.cause = cause
  }

  /// The cause as it stands between quotation marks in a search.
  static func term(_ cause: String) -> String {
    String(cause.map { $0 == "\"" ? "'" : $0 })
  }
}

/// What can be said of a case in a word.
package struct HTMLStatus: Hashable, Sendable {
  /// By which the page's address selects it, such as `failed`: letters and hyphens.
  package var key: String
  /// What stands in each row.
  package var word: String
  /// What stands behind the number of cases: `12 failed`.
  package var label: String
  package var tone: HTMLTone

  package init(key: String, word: String, label: String, tone: HTMLTone) {
    self.key = key
    self.word = word
    self.label = label
    self.tone = tone
  }
}

/// What a case used. What is nil was not measured.
package struct HTMLCost: Hashable, Sendable {
  package var microseconds: UInt64?
  /// WebAssembly instructions.
  package var instructions: UInt64?
  /// Pages of 64 KiB.
  package var peakPages: UInt64?

  package init(microseconds: UInt64? = nil, instructions: UInt64? = nil, peakPages: UInt64? = nil) {
    self.microseconds = microseconds
    self.instructions = instructions
    self.peakPages = peakPages
  }
}

/// One case.
package struct HTMLRow: Hashable, Sendable {
  package var id: String
  /// The key of one of the page's statuses.
  package var status: String
  /// In one sentence what there is to say; may be empty.
  package var message = ""
  /// Why the case is as it is, in words that it shares with others like it: by which rows are grouped. Empty
  /// when there is nothing to say.
  package var cause = ""
  package var cost = HTMLCost()
  /// The cost of the run that this one is held against, if there is one.
  package var earlierCost: HTMLCost?
  /// Short details.
  package var facts: [HTMLFact] = []
  /// How both sides differ.
  package var difference: [DifferenceLine] = []
  /// Longer details, each a list with a heading.
  package var lists: [HTMLList] = []

  package init(id: String, status: String) {
    self.id = id
    self.status = status
  }
}

/// Lines below a heading that opens and closes them.
package struct HTMLList: Hashable, Sendable {
  package var title: String
  package var items: [String]
  /// Whether the items' order means something.
  package var isNumbered: Bool

  package init(_ title: String, _ items: [String], isNumbered: Bool = false) {
    self.title = title
    self.items = items
    self.isNumbered = isNumbered
  }
}
