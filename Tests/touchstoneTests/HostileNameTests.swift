// Names that mislead: what a shell would run, paths behind links, goldens of neighbours, marks that join a
// slash, words for terminals.
import Foundation
import Testing

@Suite struct HostileNameTests {
  private func link(_ name: String, to target: String, in place: Workplace) throws {
    try FileManager.default.createSymbolicLink(
      atPath: place.path + "/" + name, withDestinationPath: target)
  }

  // MARK: - Completion

  /// What bash puts in for a word, and what the whole word then means to it, one a line.
  private func completed(_ word: String, in place: Workplace) throws -> Finished {
    let script = #"""
      eval "$(touchstone completions bash)"
      word=$(cat word)
      COMP_LINE="touchstone explain $word" COMP_WORDS=(touchstone explain "$word") COMP_CWORD=2
      _touchstone touchstone
      for candidate in "${COMPREPLY[@]}"; do
        printf '%s\n' "$candidate"
        case $word in
          \"*) eval "printf '%s\n' \"$candidate\"" ;;
          \'*) eval "printf '%s\n' '$candidate'" ;;
          *) eval "printf '%s\n' $candidate" ;;
        esac
      done
      """#
    try place.write("word", word)
    return try Shell.bash.run(script, in: place)
  }

  @Test func aCompletedNameIsNeverRun() throws {
    let names = [#"$(touch pwned)"#, #"`touch pwned`"#, #""$(touch pwned)"#, "'$(touch pwned)'"]
    for name in names {
      let place = try Workplace(["fixtures/str\(name)x.lua": "return 1\n"])
      for quote in ["", "\"", "'"] {
        let result = try completed(quote + "str", in: place)
        #expect(result.error == "", "\(quote)\(name)")
        #expect(
          result.output.split(separator: "\n").last.map(String.init) == "str\(name)x", "\(quote)\(name)")
        #expect(!place.exists("pwned"), "\(quote)\(name)")
      }
    }
  }

  @Test func whatIsSpecialBetweenDoubleQuotesIsEscapedThereAndUnderstood() throws {
    let place = try Workplace(["fixtures/a$b`c\"d&e.lua": "return 1\n", "fixtures/a$x.lua": "return 1\n"])
    let first = #"a\$b\`c\"d&e"# + "\n" + #"a$b`c"d&e"# + "\n"
    let second = #"a\$x"# + "\n" + "a$x\n"
    #expect(try completed("\"a", in: place).output == first + second)
    // The words that were put in are completed again.
    #expect(try completed(#""a\$"#, in: place).output == first + second)
    #expect(try completed(#""a\$b\`c\""#, in: place).output == first)
    #expect(try completed(#""a\$x""#, in: place).output == second)
  }

  @Test func aNameThatCannotBeQuotedIsLeftOutBetweenDoubleQuotes() throws {
    let place = try Workplace(["fixtures/an!xyz.lua": "return 1\n", "fixtures/and.lua": "return 1\n"])
    #expect(try completed("\"an", in: place).output == "and\nand\n")
    #expect(try completed("'an", in: place).output == "an!xyz\nan!xyz\nand\nand\n")
    #expect(try completed("an!", in: place).output == "an\\!xyz\nan!xyz\n")
  }

  // MARK: - Goldens that roots share

  @Test func rootsBesideOneAnotherKeepEachOthersGoldens() throws {
    let place = try Workplace([
      "a/x/one.lua": "return 1\n", "a/y/two.lua": "return 2\n", "a/y/three.lua": "return 3\n",
    ])
    #expect(try place("bless", "a/x", "a/y").code == 0)
    for paths in [
      ["a/x", "a/y"], ["a/x"], ["a/y"], ["a/x", "a/y/two.lua"], ["./a/x", place.path + "/a/y"],
    ] {
      let run = try place.start(["run", "--strict"] + paths).finish()
      #expect(run.code == 0, "\(paths): \(run.output)\(run.error)")
    }
    for paths in [["a/x", "a/y"], ["a/x"], ["a/y"]] {
      let pruned = try place.start(["bless", "--prune"] + paths).finish()
      #expect(pruned.code == 0 && !pruned.output.contains("deleted"), "\(paths): \(pruned.output)")
    }
    for name in ["one", "two", "three"] { #expect(place.exists("a/expected/\(name).golden")) }
  }

  @Test func aStaleGoldenThatRootsShareIsNamedOnce() throws {
    let place = try Workplace([
      "a/x/one.lua": "return 1\n", "a/y/two.lua": "return 2\n", "a/expected/gone.golden": "result nil\n",
    ])
    #expect(try place("bless", "a/x", "a/y").code == 0)
    let run = try place("run", "--strict", "a/x", "a/y")
    #expect(run.code == 1)
    #expect(run.output.components(separatedBy: "gone.golden belongs to no fixture").count == 2)
    // One root alone cannot tell whose it is.
    #expect(try place("bless", "--prune", "a/x").output == "goldens: 1 unchanged\n")
    #expect(
      try place("bless", "--prune", "a/x", "a/y").output
        == "deleted a/expected/gone.golden\ngoldens: 2 unchanged, 1 deleted\n")
  }

  @Test func aDirectoryOfGoldensThatIsGivenIsForTheseRootsAlone() throws {
    let place = try Workplace(["a/x/one.lua": "return 1\n", "a/y/two.lua": "return 2\n"])
    #expect(try place("bless", "a/x", "a/y", "--expected", "goldens").code == 0)
    #expect(try place("run", "--strict", "a/x", "a/y", "--expected", "goldens").code == 0)
    let result = try place("bless", "--prune", "a/x", "--expected", "goldens")
    #expect(result.output == "deleted goldens/two.golden\ngoldens: 1 unchanged, 1 deleted\n")
    #expect(place.exists("goldens/one.golden"))
  }

  @Test func aRootNamedFixturesHasTheGoldensBesideItForItself() throws {
    let place = try Workplace([
      "fixtures/one.lua": "return 1\n", "expected/one.golden": "result integer 1\n",
      "expected/gone.golden": "result nil\n", "scripts/two.lua": "return 2\n",
    ])
    #expect(try place("--strict").code == 1)
    #expect(try place("scripts", "--strict").output.contains("belongs to no fixture") == false)
    #expect(try place("bless", "--prune").output.hasPrefix("deleted expected/gone.golden\n"))
  }

  // MARK: - Paths

  @Test func aPathThatGoesUpBehindALinkMeansWhatItMeansToTheSystem() throws {
    for suite in ["", "suite/"] {
      let place = try Workplace([
        suite + "fixtures/x.lua": "return 2\n", suite + "other/x.lua": "return 1\n",
        suite + "other/sub/y.lua": "return 1\n", suite + "other/notes": "", suite + "other/dir/z.lua": "",
        suite + "expected/x.golden": "result integer 1\n",
      ])
      try link(suite + "fixtures/link", to: "../other/dir", in: place)
      let up = suite + "fixtures/link/.."
      #expect(try place("list", "\(up)/sub", "--format", "ids").output == "sub/y\n")
      #expect(try place("list", up, "--format", "ids").output == "dir/z\nsub/y\nx\n")
      let run = try place("run", "\(up)/x.lua")
      #expect(run.code == 0, "\(run.output)\(run.error)")
      #expect(try place("run", suite + "fixtures/x.lua").code == 1)
      let noFixture = try place("list", "\(up)/notes")
      #expect(noFixture.code == 2)
      #expect(noFixture.error == "touchstone: \(up)/notes is no fixture; fixtures end in .lua\n")
      // It is the same directory as the one that is named without a detour.
      #expect(try place("list", up, suite + "other", "--format", "ids").output == "dir/z\nsub/y\nx\n")
      // Where no link is in between, such a path belongs to the root.
      #expect(try place("list", suite + "fixtures/../fixtures/x.lua", "--format", "ids").output == "x\n")
    }
  }

  @Test func aRootThatIsNamedTwiceIsOne() throws {
    let place = try Workplace(["sub/a.lua": "return 1\n", "sub/deep/b.lua": "return 2\n"])
    for paths in [
      ["sub", "./sub"], ["sub", "sub/"], ["sub", place.path + "/sub"], ["sub/a.lua", "sub/../sub"],
      ["sub", "./sub/a.lua"],
    ] {
      let result = try place.start(["list", "--format", "ids"] + paths).finish()
      #expect(result.output == "a\ndeep/b\n", "\(paths): \(result.error)")
    }
    #expect(try place("bless", "./sub", "sub").output.hasSuffix("goldens: 2 new\n"))
    #expect(place.exists("expected/deep/b.golden"))
  }

  // MARK: - Patterns

  @Test func aMarkBehindASlashHidesItFromNoPattern() throws {
    let place = try Workplace(["fixtures/d/\u{301}x.lua": "return 1\n", "fixtures/e.lua": "return 1\n"])
    for pattern in ["d/*", "d/?x", "d/**", "**/\u{301}x", "d/[!a]x", "*/*"] {
      let result = try place("list", "--format", "ids", "--filter", pattern)
      #expect(result.output == "d/\u{301}x\n", "\(pattern): \(result.error)")
    }
    #expect(try place("list", "--format", "ids", "--filter", "*").output == "e\n")
    for pattern in ["d*", "d?x", "d[!a]x"] {
      #expect(try place("list", "--filter", pattern).code == 4, "\(pattern)")
    }
  }

  // MARK: - Words for people

  @Test func directivesReachNoTerminalAsTheyAre() throws {
    let place = try Workplace([
      "fixtures/skipped.lua":
        "--! tags: \u{1B}]0;owned\u{7}, c\\d\n--! skip: \u{1B}[2J away \u{202E}yaw\u{202C} \\o/\nreturn 1\n",
      "fixtures/failing.lua": "--! expect-fail: red \u{1B}[31m\u{9B}\nreturn 1\n",
      "expected/failing.golden": "result integer 2\n",
    ])
    try place.write(
      "fixtures/invalid.lua", Array("--! tags: caf".utf8) + [0xE9] + Array("\nreturn 1\n".utf8))
    #expect(
      try place("list", "--format", "tags").output == #"""
        \x1b]0;owned\x07
        c\d
        caf\xe9

        """#)
    #expect(try place("list", "--format", "ids", "--tag", #"caf\xe9"#).output == "invalid\n")
    #expect(try place("list", "--format", "ids", "--tag", #"c\d"#).output == "skipped\n")
    let run = try place("run", "--verbose", "--color", "never")
    #expect(run.output.contains(#"\x1b[2J away \u{202e}yaw\u{202c} \o/"#), "\(run.output)")
    #expect(run.output.contains(#"red \x1b[31m\u{9b}"#), "\(run.output)")
    for output in [run.output, run.error, try place("list").output] {
      #expect(!output.unicodeScalars.contains { "\u{1B}\u{7}\u{9B}\u{202E}".unicodeScalars.contains($0) })
    }
  }
}
