// Files that belong to no case, though they look as if they should.

extension CasePlan {
  /// What belongs to no case, with a sentence on each; nothing unless all of the roots is run.
  func strays(_ options: RunOptions) throws(FileError) -> [(path: Path, sentence: String)] {
    guard isUnfiltered, shard?.index ?? 1 == 1 else { return [] }
    let goldens = try FixtureWalk.strayGoldens(
      in: scopes, fixtures: all, isExpectedGiven: options.expected != nil)
    let prune = options.command("bless --prune")
    return goldens.stale.map { ($0, "the golden \($0) belongs to no fixture; `\(prune)` deletes it") }
      + goldens.pending.map {
        ($0, "\($0) was never accepted; `\(options.command("bless"))` does that, or delete it")
      }
      + oddities.map {
        let isHidden = $0.lastComponent.first == UInt8(ascii: ".")
        return (
          $0,
          "\($0) is no fixture, as "
            + (isHidden ? "its name starts with a dot" : "fixtures end in .lua, in small letters")
        )
      }
  }
}

extension RunOptions {
  /// How the ids of a root that a command line alone names can be made those of a project.
  func lastingHint(_ root: FixtureRoot) -> String {
    let here = FileSystem.workingDirectory
    let place = root.fixtures.normalized(workingDirectory: here)
    func words(_ folder: Path) -> [String] {
      let goldens = root.expected.normalized(workingDirectory: here).relative(to: folder).description
      let module = module.normalized(workingDirectory: here).relative(to: folder).description
      return [place.relative(to: folder).description]
        + (expected == nil && folder == here ? [] : ["--expected", goldens])
        + (module == "lua.wasm" ? [] : ["--module", module])
    }
    // A project that is there already stays what it is.
    let isFree = place.components(below: here) != nil && found?.projects.isEmpty == true
    let command =
      isFree
      ? ShellWord.line("touchstone init", words(here))
      : ShellWord.line("cd \(ShellWord.quoted(root.fixtures.description)) && touchstone init", words(place))
    return
      "only this command line says that \(root.fixtures) holds fixtures and \(root.expected) their goldens;"
      + " `\(command)` makes it lasting"
  }
}
