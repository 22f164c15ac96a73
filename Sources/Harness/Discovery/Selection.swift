// Which of the cases found are wanted.

/// Filters by id and by tag.
package struct Selection: Sendable {
  /// A case is wanted if one of these matches its id; none means all.
  package var filters: [Glob] = []
  /// A case is not wanted if one of these matches its id.
  package var excludes: [Glob] = []
  /// A case is wanted if it has one of these tags; none means all.
  package var tags: [String] = []
  /// A case is not wanted if it has one of these tags.
  package var excludedTags: [String] = []
  /// If not nil, no case is wanted whose id it does not match.
  package var mandatory: Glob?
  /// If not nil, only these, which are what the record of the last run has.
  package var remembered: (what: Remembered, ids: Set<CaseID>)?

  package init() {}

  /// Whether every case is wanted.
  package var isUnfiltered: Bool {
    filters.isEmpty && excludes.isEmpty && !readsTags && mandatory == nil && remembered == nil
  }

  /// Whether a case's tags decide on it.
  package var readsTags: Bool { !tags.isEmpty || !excludedTags.isEmpty }

  /// Whether an id is wanted, tags aside.
  package func includes(_ id: CaseID) -> Bool {
    if let remembered, !remembered.ids.contains(id) { return false }
    let text = id.description
    if let mandatory, !mandatory.matches(text) { return false }
    if !filters.isEmpty, !filters.contains(where: { $0.matches(text) }) { return false }
    return !excludes.contains { $0.matches(text) }
  }

  /// Whether a case with these tags is wanted, its id aside.
  package func includes(tags: [String]) -> Bool {
    (self.tags.isEmpty || self.tags.contains { tags.contains($0) })
      && !excludedTags.contains { tags.contains($0) }
  }
}
