// Says why no case is selected.

/// Finds the filter that left nothing, in the order in which they narrow the cases down.
struct EmptySelection {
  /// Every fixture there is.
  let all: [FixtureFile]
  let selection: Selection
  /// The tags of a case; nil when its fixture cannot be read.
  let tags: (FixtureFile) -> [String]?

  /// One sentence with a hint of what to write instead.
  var reason: String {
    var left = all
    // What is said of those that are left.
    var which = ""
    if let filter = selection.mandatory {
      left = left.filter { filter.matches($0.id.description) }
      if left.isEmpty { return noMatch([filter], "TESTBRIDGE_TEST_ONLY=", among: all, which) }
      which = " that TESTBRIDGE_TEST_ONLY selects"
    }
    if let (what, ids) = selection.remembered {
      left = left.filter { ids.contains($0.id) }
      let clause = what == .failed ? "failed in the last run" : "was left unfinished by the last run"
      if left.isEmpty { return "no case\(which) \(clause)" }
      which += (which.isEmpty ? " that" : " and") + " " + clause
    }
    if !selection.filters.isEmpty {
      let matched = left.filter { file in selection.filters.contains { $0.matches(file.id.description) } }
      if matched.isEmpty { return noMatch(selection.filters, "--filter ", among: left, which) }
      left = matched
      which += (which.isEmpty ? " that" : " and") + " --filter selects"
    }
    if !selection.excludes.isEmpty {
      left = left.filter { file in !selection.excludes.contains { $0.matches(file.id.description) } }
      let excludes = selection.excludes.map { "--exclude \($0.pattern)" }
      if left.isEmpty {
        return "\(Self.list(excludes)) \(excludes.count == 1 ? "leaves" : "leave") no case\(which)"
      }
      which = which.isEmpty ? "" : which + " and --exclude leaves"
    }
    if !selection.tags.isEmpty {
      let tagged = left.filter { file in tags(file).map { !Set($0).isDisjoint(with: selection.tags) } ?? true
      }
      if tagged.isEmpty { return noTag(which) }
    }
    let excluded = selection.excludedTags.map { "--exclude-tag \($0)" }
    return "\(Self.list(excluded)) \(excluded.count == 1 ? "leaves" : "leave") no case"
      + (selection.tags.isEmpty ? which : " with the tag \(Self.list(selection.tags, "or"))")
  }

  private static func list(_ words: [String], _ conjunction: String = "and") -> String {
    words.count < 2
      ? words.joined()
      : words.dropLast().joined(separator: ", ") + " \(conjunction) \(words[words.count - 1])"
  }

  // MARK: - Ids

  private func noMatch(
    _ filters: [Glob], _ option: String, among files: [FixtureFile], _ which: String
  ) -> String {
    let ids = files.map(\.id.description)
    func matches(_ pattern: String) -> Bool {
      let glob = Glob(pattern)
      return ids.contains { glob.matches($0) }
    }
    for filter in filters where matches(filter.pattern + "/**") {
      return "no case has the id \(filter.pattern); \(filter.pattern)/** selects what is below it"
    }
    let names = filters.map { option + EscapedText.string(Array($0.pattern.utf8)) }
    let hint = filters.lazy.compactMap { self.hint(for: $0.pattern, ids, matches) }.first
    return "\(Self.list(names)) \(names.count == 1 ? "matches" : "match") no case\(which)"
      + (hint ?? "; touchstone list shows all ids")
  }

  /// What may be wrong with a pattern, as a sentence's end.
  private func hint(for pattern: String, _ ids: [String], _ matches: (String) -> Bool) -> String? {
    let id = CaseName.withoutPath(pattern)
    if id != pattern {
      return "; ids have neither fixtures/ in front nor .lua at the end"
        + (matches(id) ? ": did you mean \(id)?" : CaseName.hint(for: id, in: ids))
    }
    let literal = pattern.replacing("[", with: "\\[")
    if literal != pattern, matches(literal) {
      return "; [ ] stands for one character of a set: did you mean '\(literal)'?"
    }
    if matches("**/" + pattern) { return "; did you mean **/\(pattern)?" }
    if pattern.contains("{") { return "; { } is not special in a pattern: give --filter once for each" }
    for ending in ["/**", "/*"] where pattern.hasSuffix(ending) {
      let directories = Set(ids.flatMap { CaseName.directories(of: $0) })
      let nearest = Suggestion.nearest(to: String(pattern.dropLast(ending.count)), in: directories)
      if let nearest { return "; did you mean \(nearest)\(ending)?" }
    }
    let alike = CaseName.hint(for: pattern, in: ids)
    return alike.isEmpty ? nil : alike
  }

  // MARK: - Tags

  private func noTag(_ which: String) -> String {
    var known: Set<String> = []
    for file in all { known.formUnion(tags(file) ?? []) }
    let sentence = "no case\(which) has the tag \(Self.list(selection.tags, "or"))"
    if !known.isDisjoint(with: selection.tags) { return sentence }
    if known.isEmpty { return sentence + "; there are no tags" }
    let hint = selection.tags.lazy.map { Suggestion.hint(for: $0, in: known) }.first { !$0.isEmpty }
    return sentence + (hint ?? "; touchstone list --format tags shows those there are")
  }
}
