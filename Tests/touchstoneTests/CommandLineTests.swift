// What the command line says to those who type it.
import Foundation
import Testing

@Suite struct CommandLineTests {
  @Test func theVersionIsOneLine() throws {
    let result = try Workplace()("--version")
    #expect(result.code == 0)
    #expect(result.output.wholeMatch(of: /touchstone \d+\.\d+\.\d+\n/) != nil)
  }

  @Test func helpNamesEveryCommandAndEveryExitCode() throws {
    let place = try Workplace()
    let result = try place("help")
    #expect(result.code == 0)
    for name in ["run", "bless", "list", "eval", "invoke", "inspect", "merge", "help"] {
      #expect(result.output.contains("\n  \(name) "), "\(name)")
      let help = try place("help", name)
      #expect(help.code == 0)
      #expect(help.output.contains("usage: touchstone \(name) "))
      #expect(try place(name, "--help").output == help.output)
    }
    for code in ["0", "1", "2", "3", "4", "130"] { #expect(result.output.contains("\n  \(code) ")) }
    #expect(try place("-h").output == result.output)
  }

  @Test(arguments: [
    (["blss"], "touchstone: there is no command, file or directory blss; did you mean bless?\n"),
    (["help", "runn"], "touchstone: there is no command runn; did you mean run?\n"),
    (["run", "nowhere"], "touchstone: there is no file or directory nowhere\n"),
    (["run", "--fule", "3"], "touchstone: run has no option --fule; did you mean --fuel?\n"),
    (["run", "--xyzzy"], "touchstone: run has no option --xyzzy; touchstone help run lists them\n"),
    (["--fuel"], "touchstone: --fuel needs a value: --fuel INSTRUCTIONS\n"),
    (
      ["--fuel", "many"],
      "touchstone: --fuel needs a number of instructions, such as 1_000_000, found `many`\n"
    ),
    (["--fuel=-1"], "touchstone: --fuel needs a number of instructions, such as 1_000_000, found `-1`\n"),
    (
      ["--timeout", "0"], "touchstone: --timeout needs a number of seconds above 0, such as 0.5, found `0`\n"
    ),
    (["--strict=yes"], "touchstone: --strict takes no value\n"),
    (["-j0"], "touchstone: --jobs needs a number from 1 on, found `0`\n"),
    (["--shard", "3/2"], "touchstone: --shard needs K/N with K from 1 to N, found `3/2`\n"),
    (
      ["--max-memory", "4MB"],
      "touchstone: --max-memory needs a number of bytes, such as 16777216 or 16MiB, found `4MB`\n"
    ),
    (["--only", "passed"], "touchstone: --only needs one of failed, unfinished, found `passed`\n"),
    (
      ["--module", "x.wasm", "bless", "a.lua"],
      "touchstone: the command bless stands before its options: touchstone bless …\n"
    ),
    (
      ["--pending", "-j", "2", "bless"],
      "touchstone: the command bless stands before its options: touchstone bless …\n"
    ),
    (
      ["help", "run", "list"],
      "touchstone: help shows one command at a time; `list` is one word too many\n"
    ),
    (
      ["explain", "a", "b"],
      "touchstone: explain shows one case; behind it stand directories of fixtures to look for it in, and"
        + " there is no b\n"
    ),
    (["--color", "red"], "touchstone: --color needs one of auto, always, never, found `red`\n"),
    (["--junit", ""], "touchstone: --junit needs the path of a file, found nothing\n"),
    (["eval"], "touchstone: eval needs Lua source, `-` for standard input, or -f FILE\n"),
    (["eval", "return", "1"], "touchstone: eval takes one piece of source; put it between quotes\n"),
    (
      ["invoke", "lua.wasm"], "touchstone: invoke needs a module and the name of a function that it exports\n"
    ),
    (["merge"], "touchstone: merge needs the JSON-lines reports to join\n"),
    (["inspect"], "touchstone: inspect needs one module\n"),
    (
      [],
      "touchstone: there is no directory fixtures/ here; name the fixtures to run, or make some with touchstone init\n"
    ),
    (["run", "-u"], "touchstone: run has no option -u; touchstone bless writes goldens\n"),
    (
      ["run", "-k", "sort"],
      "touchstone: run has no option -k; --filter GLOB selects by id, such as --filter '**sort*'; --tag TAG by tag\n"
    ),
    (
      ["--shuffle"],
      "touchstone: run has no option --shuffle; cases cannot see each other in any order; --perturb repeats them"
        + " under another clock and order of keys\n"
    ),
    (
      ["list", "--fail-fast"], "touchstone: list has no option --fail-fast; touchstone help list lists them\n"
    ),
    (
      ["run", "--variant", "Lua 5.5"],
      "touchstone: --variant needs a name such as lua-5.5, of small letters, digits, dots and hyphens, found `Lua 5.5`\n"
    ),
  ])
  func whatIsWrongIsOneSentenceAndExitCode2(arguments: [String], sentence: String) throws {
    let result = try Workplace().start(arguments).finish()
    #expect(result.code == 2)
    #expect(result.output == "")
    #expect(result.error == sentence)
  }

  @Test(arguments: [
    (["--quiet", "--verbose"], "--quiet and --verbose exclude each other"),
    (["--max-cost-growth", "1"], "--max-cost-growth needs a --baseline to measure growth from"),
    (["--watch", "--json", "x"], "--watch writes no reports; leave it out to have them"),
  ])
  func optionsThatDoNotGoTogetherAreOneSentence(arguments: [String], sentence: String) throws {
    let result = try Workplace(["fixtures/a.lua": ""]).start(arguments).finish()
    #expect(result.code == 2)
    #expect(result.error == "touchstone: \(sentence)\n")
  }

  @Test func whatOtherToolsCallTheSameIsTaken() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "fixtures/b.lua": "return 2"])
    for words in [["--fail-fast"], ["-x"], ["--maxfail", "1"], ["--maxfail=1"]] {
      let result = try place.start(words + ["-j1", "-q"]).finish()
      #expect(result.output.contains("2 cases: 1 failed, 1 not run in "), "\(words): \(result.error)")
    }
    try place.write("fixtures/b.lua", "--! skip: later\n")
    #expect(try place("-v").output.contains("\nskip b"))
    for words in [["--lf"], ["--last-failed"]] {
      #expect(try place.start(words).finish().output.contains("\n1 case: 1 failed in "), "\(words)")
    }
    let version = try place("--version").output
    #expect(try place("-V").output == version)
    #expect(try place("version").output == version)
  }

  @Test func coloursAreForcedAndRefusedByTheEnvironment() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1"])
    for (environment, isColoured) in [
      ([:], false), (["FORCE_COLOR": "1"], true), (["FORCE_COLOR": "0"], false), (["FORCE_COLOR": ""], false),
      (["CLICOLOR_FORCE": "1"], true), (["FORCE_COLOR": "3", "NO_COLOR": "1"], true),
    ] {
      #expect(try place(environment: environment).output.contains("\u{1B}[") == isColoured, "\(environment)")
    }
    #expect(try !place("--color", "never", environment: ["FORCE_COLOR": "1"]).output.contains("\u{1B}["))
  }

  @Test func aFileWithTheNameOfACommandCanBeNamedBehindOptions() throws {
    let place = try Workplace(["list/a.lua": "return 1", "expected/a.golden": "result integer 1\n"])
    #expect(try place("--quiet", "list").code == 0)
  }

  @Test func whereThereIsNoDefaultModuleTheOptionIsNamed() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1"])
    try FileManager.default.removeItem(atPath: place.path + "/lua.wasm")
    let sentence = "cannot read lua.wasm: no such file or directory; name the module with --module FILE\n"
    let run = try place()
    #expect(run.code == 3)
    #expect(run.output.contains("ERROR \(sentence)"))
    #expect(try place("eval", "return 1").error == "touchstone: \(sentence)")
    let other = try place("eval", "--module", "other.wasm", "return 1")
    #expect(other.error == "touchstone: cannot read other.wasm: no such file or directory\n")
  }
}
