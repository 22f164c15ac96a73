// Files that belong to no case, though they look as if they should.

extension CasePlan {
  /// What belongs to no case; nothing unless all of the roots is run.
  func strays(_ options: RunOptions) throws(FileError) -> [(path: Path, fact: Notice.Fact)] {
    guard isUnfiltered, shard?.index ?? 1 == 1 else { return [] }
    let goldens = try FixtureWalk.strayGoldens(
      in: scopes, fixtures: all, isExpectedGiven: options.expected != nil)
    return goldens.stale.map { ($0, .staleGolden(command: options.command("bless --prune"))) }
      + goldens.pending.map { ($0, .pendingGolden(command: options.command("bless"))) }
      + oddities.map { ($0, .noFixture(isHidden: $0.lastComponent.first == UInt8(ascii: "."))) }
  }
}

extension RunOptions {
  /// How the ids of a root that a command line alone names can be made those of a project.
  func lastingHint(_ root: FixtureRoot) -> Notice.Fact {
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
    return .passingRoot(
      fixtures: root.fixtures.description, expected: root.expected.description, command: command)
  }
}
