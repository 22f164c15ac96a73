// Which case someone may have meant who wrote an id that is none.

package enum CaseName {
  /// What was written, without what paths have and ids have not: `fixtures/` in front and `.lua` at the end.
  static func withoutPath(_ name: String) -> String {
    var name = name[...]
    if name.hasPrefix("./") { name = name.dropFirst(2) }
    if name.hasPrefix("fixtures/") { name = name.dropFirst(9) }
    if name.hasSuffix(".lua") { name = name.dropLast(4) }
    return String(name)
  }

  /// The directories of an id, the outermost first: of `a/b/c` these are `a` and `a/b`.
  static func directories(of id: String) -> [String] {
    id.indices.filter { id[$0] == "/" }.map { String(id[..<$0]) }
  }

  /// The ids that are like a name, at most five: those that end or begin with it, else the one that is
  /// written most alike, else those whose last part is.
  static func ids(like name: String, in ids: [String]) -> [String] {
    let name = withoutPath(name)
    if name.isEmpty { return [] }
    // The last part of an id is what a person remembers of it.
    let alike = ids.filter { $0 == name || $0.hasSuffix("/" + name) || $0.hasPrefix(name + "/") }
    if !alike.isEmpty { return Array(alike.prefix(5)) }
    if let nearest = Suggestion.nearest(to: name, in: ids) { return [nearest] }
    func last(_ id: String) -> String { id.split(separator: "/").last.map(String.init) ?? id }
    guard last(name).count > 2, let nearest = Suggestion.nearest(to: last(name), in: Set(ids.map(last)))
    else { return [] }
    return Array(ids.filter { last($0) == nearest }.prefix(5))
  }

  /// A sentence's end that names what is like a name, or nothing: `; did you mean strings/upper?`
  static func hint(for name: String, in ids: [String]) -> String {
    let alike = self.ids(like: name, in: ids)
    return alike.isEmpty ? "" : "; did you mean \(alike.joined(separator: ", "))?"
  }

  /// Whether a word that names no file is an id, or a directory of ids, in the project of the working directory.
  package static func isID(_ word: String) throws -> Bool {
    var finder = ScopeFinder()
    return try finder.componentsOfID(Path(word)) != nil
  }

  /// `hint` for a word that names neither a file nor an id of that project.
  package static func hint(for word: String) -> String {
    var finder = ScopeFinder()
    return finder.hint(for: Path(word))
  }
}
