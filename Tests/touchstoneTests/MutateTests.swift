// touchstone mutate: which faults the cases notice, the same twice, in shards, after an interruption.
import Foundation
import Testing
import WebAssembly
import WebAssemblyText

/// What is asked here of a report's lines.
private struct Line: Decodable {
  struct Case: Decodable {
    struct Mutant: Decodable, Equatable {
      var verdict: String
      var function: String
      var instruction: String
      var change: String
      var executedBy: Int
      var differsIn: Int
      var isExecutedAtStart: Bool
      var casesRun: Int
      var noticedBy: String?
      var kind: String?
      var costlyCase: String?
      var reason: String?
    }

    var id: String
    var status: String
    var mutant: Mutant?
  }

  var `case`: Case?
}

@Suite struct MutateTests {
  /// A module that grades the first byte of a source: below 100 it answers 1, from there on 2.
  private static let text = """
    (module
      (memory (export "memory") 32)
      (func $answer (param i64) (result i32)
        (i32.store (i32.const 65536) (i32.const 0))
        (i32.store8 (i32.const 65540) (i32.const 2))
        (i64.store (i32.const 65541) (local.get 0))
        (i32.const 13))
      (func $grade (param i32) (result i64)
        (if (result i64) (i32.lt_u (local.get 0) (i32.const 100)) (then (i64.const 1)) (else (i64.const 2))))
      (func $unused (param i32) (result i64) (i64.const 7))
      (func $setup (i32.store8 (i32.const 0) (i32.const 9)))
      (func $wait (local i32)
        (local.set 0 (i32.const 3))
        (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
      (func $init (export "init") (result i32) (call $setup) (i32.const 0))
      (func (export "get_buffer_ptr") (result i32) (i32.const 65536))
      (func (export "get_buffer_size") (result i32) (i32.const 65536))
      (func $compute (export "compute") (param i32 i32) (result i32)
        (call $wait) (call $answer (call $grade (i32.load8_u (local.get 0))))))
    """

  private static let files = [
    "fixtures/low.lua": "A", "expected/low.golden": "result integer 1\n",
    "fixtures/high.lua": "z", "expected/high.golden": "result integer 2\n",
  ]

  private static func place(_ more: [String: String] = [:], text: String = text) throws -> Workplace {
    let place = try Workplace(files.merging(more) { $1 })
    try place.write("small.wasm", try ModuleStructure(text: text).encode())
    return place
  }

  private static func cases(_ place: Workplace, _ name: String) throws -> [Line.Case] {
    try place.read(name).split(separator: "\n").compactMap {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8)).case
    }
  }

  private static func mutants(_ place: Workplace, _ name: String) throws -> [String: Line.Case.Mutant] {
    Dictionary(try cases(place, name).compactMap { item in item.mutant.map { (item.id, $0) } }) { first, _ in
      first
    }
  }

  /// What a console shows, without times.
  private static func timeless(_ text: String) -> String {
    text.replacing(#/ in [0-9.]+ (µs|ms|s)\b/#, with: "")
  }

  /// The fault of a function with a change, whatever its place.
  private static func fault(
    _ mutants: [String: Line.Case.Mutant], _ function: String, _ change: String, _ instruction: String
  ) throws -> Line.Case.Mutant {
    let found = mutants.values.filter {
      $0.function == function && $0.change == change && $0.instruction == instruction
    }
    #expect(found.count == 1, "\(function) \(instruction) → \(change)")
    return try #require(found.first)
  }

  @Test func everyFaultGetsItsVerdict() throws {
    let place = try Self.place()
    let result = try place("mutate", "--module", "small.wasm", "--json", "all.jsonl")
    #expect(result.code == 0)
    #expect(result.error == "")
    let mutants = try Self.mutants(place, "all.jsonl")
    func fault(_ function: String, _ change: String, _ instruction: String) throws -> Line.Case.Mutant {
      try Self.fault(mutants, function, change, instruction)
    }
    let opposite = try fault("grade", "i32.ge_u", "i32.lt_u")
    #expect(opposite.verdict == "noticed" && opposite.casesRun == 1 && opposite.kind == "answer")
    // Only at 100 the neighbour does something else, and no case goes there.
    let neighbour = try fault("grade", "i32.le_u", "i32.lt_u")
    #expect(neighbour.verdict == "survived" && neighbour.executedBy == 2 && neighbour.differsIn == 0)
    #expect(neighbour.casesRun == 0)
    let border = try fault("grade", "101", "i32.const 100")
    #expect(border.verdict == "survived" && border.casesRun == 2)
    #expect(try fault("grade", "2", "i64.const 1").noticedBy == "low")
    #expect(try fault("grade", "3", "i64.const 2").noticedBy == "high")
    #expect(try fault("grade", "never taken", "if").noticedBy == "low")
    #expect(try fault("grade", "always taken", "if").noticedBy == "high")
    #expect(try fault("unused", "8", "i64.const 7").verdict == "not-executed")
    // Start-up leaves something else behind, so that any case may notice it.
    let setup = try fault("setup", "left out", "i32.store8")
    #expect(setup.verdict == "survived" && setup.isExecutedAtStart && setup.executedBy == 0)
    #expect(setup.casesRun == 2)
    #expect(try fault("wait", "4", "i32.const 3").verdict == "cost")
    let endless = try fault("wait", "i32.add", "i32.sub")
    #expect(endless.verdict == "noticed" && endless.kind == "fuel")
    #expect(try fault("compute", "call unused", "call grade").verdict == "noticed")
    #expect(try fault("compute", "left out", "call wait").verdict == "cost")
    #expect(try fault("init", "1", "i32.const 0").kind == "contract")
    for word in [
      "survived  grade+", "i32.lt_u → i32.le_u", "where it makes no difference", "survivors by function",
      "score: ",
    ] {
      #expect(result.output.contains(word), "\(word)")
    }

    // Another case at the border.
    try place.write("fixtures/border.lua", "d")
    try place.write("expected/border.golden", "result integer 2\n")
    #expect(
      try place("mutate", "--module", "small.wasm", "--function", "grade", "--json", "more.jsonl").code == 0)
    let more = try Self.mutants(place, "more.jsonl")
    #expect(more.values.allSatisfy { $0.function == "grade" && $0.verdict == "noticed" })
    #expect(try Self.fault(more, "grade", "101", "i32.const 100").noticedBy == "border")
  }

  @Test func theSameTwiceAndOnAnyNumberOfThreads() throws {
    let place = try Self.place()
    let first = try place("mutate", "--module", "small.wasm", "--json", "1.jsonl", "-j1")
    let second = try place("mutate", "--module", "small.wasm", "--json", "2.jsonl", "-j4")
    #expect(Self.timeless(first.output) == Self.timeless(second.output))
    #expect(try Self.mutants(place, "1.jsonl") == Self.mutants(place, "2.jsonl"))
    // A sample is a part of all, another seed another part.
    let all = Set(try Self.mutants(place, "1.jsonl").keys)
    func sample(_ seed: String) throws -> Set<String> {
      _ = try place("mutate", "--module", "small.wasm", "--sample", "10", "--seed", seed, "--json", "s.jsonl")
      return Set(try Self.mutants(place, "s.jsonl").keys)
    }
    let (one, again, other) = (try sample("1"), try sample("1"), try sample("2"))
    #expect(one.count == 10 && one == again && one.isSubset(of: all))
    #expect(one != other && other.count == 10)
  }

  @Test func mergedShardsSayWhatOneRunSays() throws {
    let place = try Self.place()
    let whole = try place(
      "mutate", "--module", "small.wasm", "--json", "whole.jsonl", "--fail-under", "99", "--html",
      "whole.html")
    #expect(whole.code == 1)
    for shard in 1...3 {
      // A part is not judged.
      #expect(
        try place(
          "mutate", "--module", "small.wasm", "--fail-under", "99", "--shard", "\(shard)/3", "--json",
          "\(shard).jsonl"
        ).code == 0)
    }
    let merged = try place(
      "merge", "1.jsonl", "2.jsonl", "3.jsonl", "--json", "merged.jsonl", "--junit", "m.xml")
    #expect(merged.code == 1)
    #expect(try Self.mutants(place, "merged.jsonl") == Self.mutants(place, "whole.jsonl"))
    #expect(Self.timeless(merged.output) == Self.timeless(whole.output))
    #expect(merged.output.contains("below the 99.0 % asked for"))
    #expect(try place.read("m.xml").contains("type=\"survived\""))
    #expect(try place.read("whole.html").contains("% of the"))
    let missing = try place("merge", "1.jsonl", "3.jsonl")
    #expect(missing.code == 2)
    _ = try place(
      "mutate", "--module", "small.wasm", "--fail-under", "99", "--sample", "5", "--shard", "2/3", "--json",
      "2.jsonl")
    #expect(try place("merge", "1.jsonl", "2.jsonl", "3.jsonl").code == 2)
  }

  @Test func aBudgetCutsOff() throws {
    let place = try Self.place()
    #expect(try place("mutate", "--module", "small.wasm", "--budget", "1", "--json", "b.jsonl").code == 0)
    let mutants = try Self.mutants(place, "b.jsonl")
    // The first case is always run.
    let border = try Self.fault(mutants, "grade", "101", "i32.const 100")
    #expect(border.verdict == "within-budget" && border.casesRun == 1)
    let output = try place("mutate", "--module", "small.wasm", "--budget", "1", "--function", "grade").output
    #expect(output.contains("survived within the budget"))
  }

  @Test func marksSayWhichFaultsMakeNoDifference() throws {
    let place = try Self.place()
    _ = try place("mutate", "--module", "small.wasm", "--json", "all.jsonl")
    let ids = try Self.mutants(place, "all.jsonl")
    func id(_ function: String, _ change: String) throws -> String {
      try #require(ids.first { $0.value.function == function && $0.value.change == change }?.key)
    }
    let (survivor, noticed) = (try id("setup", "left out"), try id("grade", "i32.ge_u"))
    let unreached = try #require(ids.first { $0.value.function == "unused" }?.key)
    try place.write(
      "marks",
      "# comment\n\n\(survivor)  nobody reads what it stores\n\(noticed) wrong\n\(unreached) never called\ngone+0x00001:never old\n"
    )
    let marked = try place(
      "mutate", "--module", "small.wasm", "--equivalent", "marks", "--json", "marked.jsonl")
    #expect(marked.code == 0)
    let mutants = try Self.mutants(place, "marked.jsonl")
    #expect(mutants[survivor]?.verdict == "equivalent")
    #expect(mutants[survivor]?.reason == "nobody reads what it stores")
    #expect(mutants[noticed]?.verdict == "noticed")
    // What no case executes is not checked, whatever is said of it.
    #expect(mutants[unreached]?.verdict == "not-executed")
    #expect(marked.output.contains("marks:6: the module has no fault gone+0x00001:never"))
    #expect(marked.output.contains("\(noticed) is marked in marks as making no difference, but "))
    #expect(marked.output.contains("1 survived as marked"))
    for (text, reason) in [
      ("\(survivor)\n", "marks:1: expected the id of a fault"), ("a x\na y\n", "marks:2: a is marked twice"),
    ] {
      try place.write("marks", text)
      let refused = try place("mutate", "--module", "small.wasm", "--equivalent", "marks")
      #expect(refused.code == 3)
      #expect(refused.error.contains(reason))
    }
    #expect(try place("mutate", "--module", "small.wasm", "--equivalent", "none").code == 3)
  }

  @Test func exitCodes() throws {
    let place = try Self.place()
    #expect(try place("mutate", "--module", "small.wasm", "--fail-under", "10").code == 0)
    #expect(try place("mutate", "--module", "small.wasm", "--fail-under", "100").code == 1)
    let function = try place("mutate", "--module", "small.wasm", "--function", "grad")
    #expect(function.code == 2)
    #expect(function.error.contains("grade"))
    #expect(try place("mutate", "--sample", "0").code == 2)
    #expect(try place("mutate", "--seed", "x").code == 2)
    #expect(try place("mutate", "--module", "none.wasm").code == 3)
    #expect(try place("mutate", "--module", "small.wasm", "--filter", "none").code == 4)
  }

  @Test func casesThatCannotJudgeAreLeftOutAndNamed() throws {
    let place = try Self.place([
      "fixtures/bad.lua": "A", "expected/bad.golden": "result integer 5\n",
      "fixtures/none.lua": "A",
      "fixtures/skip.lua": "--! skip: no\nA", "expected/skip.golden": "result integer 1\n",
      "fixtures/known.lua": "--! expect-fail: no\nA", "expected/known.golden": "result integer 5\n",
    ])
    let result = try place("mutate", "--module", "small.wasm", "--function", "grade")
    #expect(result.code == 0)
    #expect(result.output.contains("2 cases left out, which fail on the module as it is: bad, none\n"))
    #expect(result.output.contains("1 case left out, which is skipped: skip\n"))
    #expect(result.output.contains("1 case left out, which is expected to fail: known\n"))
    #expect(result.output.contains("against 2 cases\n"))
    let nobody = try place("mutate", "--module", "small.wasm", "--filter", "bad")
    #expect(nobody.code == 1)
    #expect(nobody.output.contains("no case serves"))
  }

  @Test func anInterruptedSessionIsTakenUpAgain() throws {
    let place = try Self.place()
    let whole = try place("mutate", "--module", "small.wasm", "--json", "whole.jsonl")
    #expect(whole.code == 0)
    let record = try place.read(".touchstone/mutate.jsonl")
    let lines = record.split(separator: "\n")
    // The last line is cut off; one says what only a record can say.
    let kept = lines.prefix(6).map { $0.replacing("\"casesRun\":1", with: "\"casesRun\":77") }
    try place.write(".touchstone/mutate.jsonl", kept.joined(separator: "\n") + "\n" + lines[6].prefix(40))
    let resumed = try place("mutate", "--module", "small.wasm", "--resume", "--json", "resumed.jsonl")
    #expect(resumed.output.contains("5 faults taken over from the session before\n"))
    let mutants = try Self.mutants(place, "resumed.jsonl")
    #expect(mutants.count == lines.count - 1)
    #expect(mutants.values.contains { $0.casesRun == 77 })
    #expect(try place.read(".touchstone/mutate.jsonl").split(separator: "\n").count == lines.count)
    // Other cases: nothing is taken over.
    try place.write("fixtures/border.lua", "d")
    try place.write("expected/border.golden", "result integer 2\n")
    let other = try place("mutate", "--module", "small.wasm", "--resume", "--json", "other.jsonl")
    #expect(other.output.contains("0 faults taken over"))
    #expect(try Self.mutants(place, "other.jsonl").values.allSatisfy { $0.casesRun != 77 })
  }

  @Test func interruptedItReportsWhatIsDone() throws {
    let place = try Workplace([
      "fixtures/a.lua": "for i = 1, 3000000 do end return ('abc'):reverse()",
      "expected/a.golden": "result string 3 \"cba\"\n",
    ])
    let running = try place.start(["mutate", "--json", "r.jsonl", "-j1"])
    func recorded() -> Int { (try? place.read(".touchstone/mutate.jsonl"))?.utf8.count ?? 0 }
    for _ in 0..<600 where recorded() < 2000 { Thread.sleep(forTimeInterval: 0.1) }
    running.interrupt()
    let result = try running.finish()
    #expect(result.code == 130)
    let cases = try Self.cases(place, "r.jsonl")
    #expect(cases.contains { $0.mutant != nil } && cases.contains { $0.status == "not-run" })
  }

  @Test func faultsInTheCommittedModule() throws {
    let place = try Workplace([
      "fixtures/reverse.lua": "return ('abc'):reverse()",
      "expected/reverse.golden": "result string 3 \"cba\"\n",
      "fixtures/again.lua":
        "return ('ab'):reverse()\n--! new instance\nreturn ('abcd'):reverse()\n--! step\nreturn 1",
    ])
    #expect(try place("bless").code == 0)
    let result = try place("mutate", "--function", "str_reverse", "--json", "r.jsonl")
    #expect(result.code == 0)
    let mutants = try Self.mutants(place, "r.jsonl")
    #expect(mutants.count > 10)
    // Both cases enter the function, also before a new instance.
    #expect(mutants.values.contains { $0.executedBy == 2 })
    #expect(mutants.values.count { $0.verdict == "noticed" } > mutants.count / 2)
    #expect(mutants.values.allSatisfy { !$0.isExecutedAtStart })
  }

  @Test func hostileModules() throws {
    // Names that are no words, or twice there; a start function; memory asked for without end.
    let place = try Self.place(
      text: """
        (module
          (memory (export "memory") 32)
          (func $"a\\1b[31m b" (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
          (func $grow (drop (memory.grow (i32.const 1))))
          (func $start (i32.store (i32.const 8) (i32.const 1)))
          (start $start)
          (func (export "init") (result i32) (i32.const 0))
          (func (export "get_buffer_ptr") (result i32) (i32.const 65536))
          (func (export "get_buffer_size") (result i32) (i32.const 65536))
          (func (export "compute") (param i32 i32) (result i32) (local i32)
            (local.set 2 (i32.const 2))
            (loop (call $grow) (br_if 0 (local.tee 2 (i32.sub (local.get 2) (i32.const 1)))))
            (memory.fill (i32.const 65536) (i32.const 0) (i32.const 13))
            (i32.store8 (i32.const 65540) (i32.const 2))
            (i32.store8 (i32.const 65541) (i32.sub (call $"a\\1b[31m b" (i32.load8_u (i32.const 65600))) (i32.const 0)))
            (i32.const 13)))
        """)
    try place.write("expected/low.golden", "result integer 1\n")
    try place.write("expected/high.golden", "result integer 1\n")
    let result = try place("mutate", "--module", "small.wasm", "--json", "h.jsonl", "--junit", "h.xml")
    #expect(result.code == 0, "\(result.error)")
    #expect(!result.output.contains("\u{1B}"))
    let mutants = try Self.mutants(place, "h.jsonl")
    #expect(mutants.keys.contains { $0.hasPrefix("a\\x1b[31m_b+0x") })
    let endless = mutants.values.first { $0.function.hasPrefix("func[") && $0.change == "i32.add" }
    #expect(endless?.verdict == "noticed")
  }

  @Test func everyEventIsAsTheSchemaSays() throws {
    let place = try Self.place(["marks": "gone+0x00001:never old\n"])
    _ = try place(
      "mutate", "--module", "small.wasm", "--equivalent", "marks", "--budget", "1", "--fail-under", "50",
      "--sample", "30", "--json", "all.jsonl")
    _ = try place("mutate", "--module", "small.wasm", "--resume", "--json", "resumed.jsonl")
    _ = try place("merge", "all.jsonl", "--json", "merged.jsonl")
    let found = try EventSchemaTests().check(place, ["all.jsonl", "resumed.jsonl", "merged.jsonl"])
    #expect(found.isSuperset(of: ["staleMark", "resumed"]))
  }
}
