// touchstone reduce: failing scripts become small, and still fail in the same way.
import Foundation
import Testing

/// A program of some three hundred lines with one cause of failure in it, and how it is made to show.
struct ReduceExample: CustomTestStringConvertible, Sendable {
  var name: String
  /// Makes the build under which it fails; nil for the committed one.
  var patch: PatchedModule.Patch?
  /// Whether the committed build is the other side, rather than the golden.
  var isComparison = false
  var options: [String] = []
  /// What the smallest script must still hold.
  var cause: String
  /// What is said to be kept.
  var kept: String
  /// Lines that the smallest script has at most. Functions stay functions, so those that call several keep more.
  var lineCount = 6

  var testDescription: String { name }

  /// One C function answers as another does.
  private static func standIn(_ function: String, by other: String) -> PatchedModule.Patch {
    PatchedModule.Patch(function: function) { index in
      [0x20, 0, 0x10] + PatchedModule.leb128(index(other)) + [0x0F]
    }
  }

  static let all = [
    ReduceExample(
      name: "nil-field", cause: "address",
      kept: "ends in the Lua error \"script:N: attempt to index a nil value"),
    ReduceExample(
      name: "mixed-sort", cause: "table.sort",
      kept: "ends in the Lua error \"attempt to compare number with string\""),
    ReduceExample(
      name: "wrong-format", cause: "format", kept: "number has no integer representation"),
    ReduceExample(
      name: "length", patch: PatchedModule.wrongLength, isComparison: true, cause: "string.len",
      kept: "tells the two apart: ", lineCount: 22),
    ReduceExample(
      name: "reverse", patch: standIn("str_reverse", by: "str_upper"), isComparison: true, cause: "reverse",
      kept: "tells the two apart: ", lineCount: 8),
    ReduceExample(
      name: "trap", patch: PatchedModule.Patch(function: "str_upper") { _ in [0x00] }, cause: "upper",
      kept: "traps (unreachable) in str_upper", lineCount: 11),
    ReduceExample(
      name: "floor", patch: standIn("math_floor", by: "math_ceil"), isComparison: true, cause: "math.floor",
      kept: "tells the two apart: ", lineCount: 7),
    ReduceExample(
      name: "endless", patch: PatchedModule.endless, options: ["--fuel", "3000000"], cause: "reverse",
      kept: "reaches the limit of fuel"),
    ReduceExample(
      name: "join", patch: standIn("tconcat", by: "luaB_rawlen"), isComparison: true, cause: "table.concat",
      kept: "tells the two apart: "),
    // Without another build the line itself is all that is known to be wrong, and may be had in another way.
    ReduceExample(
      name: "wrong-value", patch: standIn("math_ult", by: "luaB_rawequal"), cause: "total",
      kept: "puts out the line \"total\\t-130\" and not \"total\\t130\"", lineCount: 25),
  ]
}

@Suite struct ReduceTests {
  @Test(arguments: ReduceExample.all)
  func aLongProgramIsReducedToItsCause(_ example: ReduceExample) throws {
    let source = try String(
      contentsOfFile: Workplace.packageRoot + "/Tests/touchstoneTests/ReduceExamples/\(example.name).lua",
      encoding: .utf8)
    #expect(source.split(separator: "\n").count > 270)
    let place = try Workplace(["fixtures/program.lua": source])
    if example.patch != nil, !example.isComparison { #expect(try place("bless").code == 0) }
    try place.write("new.wasm", try example.patch.map { try PatchedModule.lua($0) } ?? PatchedModule.lua())
    let command =
      ["reduce", "program", "--module", "new.wasm", "-o", "small.lua"] + example.options
      + (example.isComparison ? ["--against", "lua.wasm"] : [])
    let start = ContinuousClock.now
    let result = try place.start(command).finish()
    let seconds = start.duration(to: .now) / .seconds(1)
    #expect(result.code == 0, "\(result.error)")
    #expect(result.output.hasPrefix("kept: the script "))
    #expect(result.output.contains(example.kept), "\(result.output)")
    #expect(result.error == "")
    let small = try place.read("small.lua")
    #expect(small.contains(example.cause), "\(small)")
    #expect(small.split(separator: "\n").count <= example.lineCount, "\(small)")
    // Ten seconds on a free machine; tests share theirs.
    #expect(seconds < 30, "\(seconds) s")
    // What was written still does what was kept, and gets no smaller.
    try place.write("again/small.lua", small)
    let again = try place.start(
      ["reduce", "again/small.lua", "--module", "new.wasm"]
        + (example.isComparison ? ["--against", "lua.wasm"] : [])
        + (example.patch == nil || example.isComparison ? [] : ["--keep", "ending"]) + example.options
    ).finish()
    if example.name != "wrong-value" { #expect(again.output == small, "\(again.error)") }
  }

  @Test func theSameCaseGivesTheSameScriptInTheSameRuns() throws {
    let source = try String(
      contentsOfFile: Workplace.packageRoot + "/Tests/touchstoneTests/ReduceExamples/mixed-sort.lua",
      encoding: .utf8)
    let place = try Workplace(["fixtures/program.lua": source])
    func run(_ options: [String]) throws -> Finished {
      try place.start(["reduce", "program"] + options).finish()
    }
    let first = try run([])
    let second = try run([])
    #expect(first.output == second.output)
    func runs(_ result: Finished) -> Substring? { result.error.firstMatch(of: /([\d,]+) runs/)?.output.1 }
    #expect(runs(first) != nil)
    #expect(runs(first) == runs(second))
    // The bound is kept, and what there is then is written.
    let short = try run(["--runs", "20"])
    #expect(short.code == 0)
    #expect(short.error.contains("; 20 runs in "))
    #expect(short.error.contains("--runs ended it"))
    #expect(short.output.count > first.output.count)
    #expect(short.output.count < source.count)
  }

  @Test func whereNothingCanBeKeptItSaysWhy() throws {
    let place = try Workplace([
      "fixtures/good.lua": "return 1\n", "fixtures/fails.lua": "error('no')\n",
      "fixtures/new.lua": "return 2\n",
      "fixtures/lacks.lua": "return 1\n",
    ])
    #expect(try place("bless", "fixtures/good.lua", "fixtures/fails.lua", "fixtures/lacks.lua").code == 0)
    let good = try place("reduce", "good")
    #expect(good.code == 1)
    #expect(good.output == "")
    #expect(
      good.error
        == "good: there is nothing to keep: it answers as its golden says; --keep ending keeps how it ends all the same\n"
    )
    #expect(
      try place("reduce", "new").error.contains("it has no golden, and ends in no error, trap or limit"))
    #expect(try place("reduce", "fails").code == 1)
    #expect(try place("reduce", "fails", "--keep", "ending").output == "error('no')\n")
    #expect(try place("reduce", "good", "--against", "lua.wasm").error.contains("lua.wasm answers the same"))
    try place.write("expected/lacks.golden", "output 1 line, 2 bytes\n| x\nresult integer 1\n")
    let lacks = try place("reduce", "lacks")
    #expect(lacks.code == 1)
    #expect(lacks.error.contains("--against OLD.wasm compares with another build"))
    #expect(try place("reduce", "missing").code == 4)
    #expect(try place("reduce").code == 2)
  }

  @Test func directivesAndStepsStayAsFarAsTheyAreNeeded() throws {
    let place = try Workplace([
      "fixtures/steps.lua": """
      --! tags: slow
      --! seed: 1 "n" = integer 4
      -- Several steps.
      local x = 1
      return x
      --! step
      print(_home.n)
      return 2
      --! call run_gc
      --! step
      if _home.n == 4 then
        print("here")
        error("the seed is " .. _home.n)
      end

      """
    ])
    let result = try place("reduce", "steps")
    #expect(result.code == 0)
    #expect(result.output == "--! seed: 1 \"n\" = integer 4\nerror(\"the seed is \" .. _home.n)\n")
  }
}
