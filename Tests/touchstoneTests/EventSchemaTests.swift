// The JSON lines of every command are what their schema says, and the page on them names every field.
import Foundation
import TestSupport
import Testing

@Suite struct EventSchemaTests {
  private let folder = Workplace.packageRoot + "/Sources/touchstone/Documentation.docc/"

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder + name, encoding: .utf8)
  }

  /// Holds each line against the schema, and answers with the names of the findings, notes and notices in them.
  func check(_ place: Workplace, _ names: [String]) throws -> Set<String> {
    let schema = try JSONSchema(text("events.schema.json"))
    var found: Set<String> = []
    for name in names {
      let lines = try place.read(name).split(separator: "\n")
      #expect(lines.count > 2, "\(name)")
      for line in lines {
        do {
          try schema.check(line)
        } catch {
          Issue.record("\(name): \(error) in \(line.prefix(2000))")
        }
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let report = object?["case"] as? [String: Any]
        let notice = object?["notice"] as? [String: Any]
        for case let part as [String: Any] in [report?["finding"], report?["cause"], notice?["fact"]] {
          found.formUnion(part.keys)
        }
        for note in report?["notes"] as? [[String: Any]] ?? [] { found.formUnion(note.keys) }
      }
      #expect(try agrees(place, name), "\(name)")
    }
    return found
  }

  /// Whether Python's validator finds nothing wrong either, where there is one.
  private func agrees(_ place: Workplace, _ name: String) throws -> Bool {
    try place.write("schema.json", text("events.schema.json"))
    let script = """
      import json, sys
      try: import jsonschema
      except ImportError: sys.exit(0)
      schema = json.load(open('schema.json'))
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      for line in open('\(name)', encoding='utf-8'): validator.validate(json.loads(line))
      """
    try place.write("validate.py", script)
    let result = try place.shell("command -v python3 >&2 || exit 0; python3 validate.py")
    if result.code != 0 { print(result.error.suffix(2000)) }
    return result.code == 0
  }

  @Test func everyEventOfARunIsAsTheSchemaSays() throws {
    let place = try Workplace([
      "fixtures/pass.lua": "--! tags: a, b\nreturn 1", "expected/pass.golden": "result integer 1\n",
      "fixtures/value.lua": "return 1", "expected/value.golden": "result string 1 \"x\"\n",
      "fixtures/output.lua": "print('a') return 1",
      "expected/output.golden": "output 1 line, 2 bytes\n| b\nresult integer 1\n",
      "fixtures/steps.lua": "return 1\n--! step\nreturn 2", "expected/steps.golden": "result integer 1\n",
      "fixtures/tables.lua": "--! seed: 1 \"k\" = integer 3\nreturn 1",
      "expected/tables.golden": "result integer 1\n",
      "fixtures/missing.lua": "return 1",
      "fixtures/missing-known.lua": "--! expect-fail: bug\nreturn 1",
      "fixtures/malformed.lua": "return 1", "expected/malformed.golden": "result what\n",
      "fixtures/skipped.lua": "--! skip: not yet\nreturn 1",
      "fixtures/known.lua": "--! expect-fail: bug\nreturn 1", "expected/known.golden": "result integer 2\n",
      "fixtures/unknown.lua": "--! expect-fail: bug\nreturn 1",
      "expected/unknown.golden": "result integer 1\n",
      "fixtures/fuel.lua": "--! fuel: 5000\nwhile true do end", "expected/fuel.golden": "result nil\n",
      "fixtures/time.lua": "--! timeout: 0.05\nreturn 1\n--! step\nwhile true do end",
      "expected/time.golden": "result nil\n",
      "fixtures/directive.lua": "--! colour: red\n",
      "fixtures/long.lua": "return '" + String(repeating: "x", count: 100_000) + "'",
      "fixtures/late.lua": "return 1\n--! fuel: 1\n", "expected/late.golden": "result integer 1\n",
      "fixtures/shebang.lua": "#!/usr/bin/lua\nreturn 1", "expected/shebang.golden": "result integer 1\n",
      "fixtures/second.lua": "return 1\n--! step\nlocal a = 1\nerror('no')",
      "expected/second.golden": "step 1\nresult integer 1\nstep 2\nresult nil\n",
      "fixtures/require.lua": "require 'a.b'", "expected/require.golden": "result nil\n",
      "expected/gone.golden": "result nil\n",
    ])
    #expect(try place("--save-baseline", "costs.jsonl", "--quiet", "--only", "failed").code == 2)
    _ = try place("--save-baseline", "costs.jsonl", "--quiet")
    try place.write("fixtures/pass.lua", "for i = 1, 100 do end return 1")
    #expect(
      try place(
        "--json", "run.jsonl", "--baseline", "costs.jsonl", "--max-cost-growth", "1%", "--repeat", "2",
        "--strict"
      ).code == 1)
    #expect(try place("--json", "stopped.jsonl", "--max-failures", "1", "-j1").code == 1)
    #expect(try place("--json", "none.jsonl", "--filter", "nope").code == 4)
    #expect(try place("--json", "module.jsonl", "--module", "none.wasm").code == 3)
    #expect(try place("--json", "baseline.jsonl", "--baseline", "none.jsonl").code == 3)
    #expect(try place("--json", "shard.jsonl", "--shard", "1/1").code == 1)
    #expect(try place("merge", "run.jsonl", "--json", "merged.jsonl").code == 1)
    let found = try check(
      place,
      ["run", "stopped", "module", "baseline", "shard", "merged"].map { $0 + ".jsonl" } + ["none.jsonl"])
    let expected: Set = [
      "declared", "notRun", "result", "output", "stepCount", "tables", "missingGolden", "malformedGolden",
      "unexpectedPass", "limit", "directive", "cost", "leadingBytes", "missingModule", "fixtureLine",
      "staleGolden",
      "unusedDirective", "nothingSelected", "trouble", "answer", "steps",
    ]
    #expect(expected.subtracting(found) == [])
  }

  @Test func everyEventOfAnOddBuildIsAsTheSchemaSays() throws {
    let place = try Workplace([
      "fixtures/one.lua": "one", "fixtures/two.lua": "two", "fixtures/raw.lua": "raw",
    ])
    let fields = """
      (tag (export "bad\\1b") (param i64)) (memory (export "memory") 4096)
      (func (export "init") (result i32) i32.const 0)
      (func (export "get_buffer_ptr") (result i32) i32.const 1024)
      (func (export "get_buffer_size") (result i32) i32.const 0x0f000000)
      """
    let bodies = [
      "exception": "i64.const 7 throw 0", "long": "i32.const 0x0effffff", "trap": "unreachable",
      "outside": "i32.const 0x7fffffff", "raw": "(i32.store (i32.const 1024) (i32.const 0)) i32.const 5",
    ]
    var found: Set<String> = []
    for (name, body) in bodies {
      try place.write(
        "odd.wat",
        "(module \(fields) (func $compute (export \"compute\") (param i32 i32) (result i32) \(body)))")
      #expect(try place("wat2wasm", "odd.wat", "-o", "\(name).wasm").code == 0)
      _ = try place("--module", "\(name).wasm", "--json", "\(name).jsonl")
      _ = try place("compare", "trap.wasm", "\(name).wasm", "--json", "\(name)-compared.jsonl")
      found.formUnion(try check(place, ["\(name).jsonl"]))
    }
    // A buffer without room for a source, nor for one that loads it in pieces.
    try place.write(
      "odd.wat",
      """
      (module (memory (export "memory") 1)
        (func (export "init") (result i32) i32.const 0)
        (func (export "get_buffer_ptr") (result i32) i32.const 1024)
        (func (export "get_buffer_size") (result i32) i32.const 2)
        (func (export "compute") (param i32 i32) (result i32) i32.const 0))
      """)
    #expect(try place("wat2wasm", "odd.wat", "-o", "small.wasm").code == 0)
    #expect(try place("--module", "small.wasm", "--json", "small.jsonl").code == 1)
    found.formUnion(try check(place, ["small.jsonl"]))
    #expect(
      found.isSuperset(of: [
        "exception", "answerTooLong", "answerLength", "trap", "outsideBuffer", "sourceTooLong",
      ]))
  }

  @Test func everyEventOfAComparisonIsAsTheSchemaSays() throws {
    let place = try Workplace([
      "fixtures/len.lua": "return #'abc', string.len('abc')",
      "fixtures/concat.lua": "local a = 'x' return a .. a .. 'y'",
      "fixtures/error.lua": "error('no')", "fixtures/same.lua": "return 1",
      "fixtures/skip.lua": "--! skip: no\n",
      "fixtures/known.lua": "return string.len('abc')", "expected/known.golden": "result integer 3\n",
      "fixtures/odd.lua": "return string.len('a')", "expected/odd.golden": "result what\n",
      "fixtures/late.lua": "return 1\n--! fuel: 1\n",
    ])
    try place.write(
      "new.wasm",
      try PatchedModule.lua(PatchedModule.wrongLength, PatchedModule.slower, PatchedModule.trapping))
    #expect(try place("compare", "lua.wasm", "new.wasm", "--json", "forth.jsonl").code == 1)
    #expect(
      try place("compare", "new.wasm", "lua.wasm", "--json", "back.jsonl", "--max-cost-growth", "0").code == 1
    )
    #expect(try place("compare", "lua.wasm", "lua.wasm", "--json", "same.jsonl").code == 0)
    let found = try check(place, ["forth.jsonl", "back.jsonl", "same.jsonl"])
    #expect(
      found.isSuperset(of: ["sameBuild", "functionsChanged", "malformedGolden", "result", "unusedDirective"]))
    let text = try place.read("forth.jsonl") + place.read("back.jsonl")
    for word in ["\"parting\":", "\"backtrace\":", "\"verdict\":\"broken\"", "\"verdict\":\"fixed\""] {
      #expect(text.contains(word), "\(word)")
    }
  }

  @Test func everyEventOfAScriptIsAsTheSchemaSays() throws {
    let place = try Workplace([
      "a.wast": """
      (module (func (export "f") (result i32) (i32.const 1)))
      (assert_return (invoke "f") (i32.const 2))
      (assert_trap (invoke "f") "x")
      (assert_malformed (module quote "(func") "x")
      (invoke "g")
      """, "b.wast": "(module",
    ])
    #expect(try place("spec", "a.wast", "b.wast", "--json", "spec.jsonl").code == 3)
    let found = try check(place, ["spec.jsonl"])
    #expect(found.isSuperset(of: ["script", "scriptFinished", "trouble"]))
  }

  @Test func thePageNamesEveryField() throws {
    let page = try text("Events.md")
    let missing = try JSONSchema(text("events.schema.json")).propertyNames.filter {
      !page.contains("`\($0)`")
    }
    #expect(missing.sorted() == [])
  }

  @Test(arguments: [
    (#"{"case":1,"event":"case-finished"}"#, "case"), (#"{"schema":"touchstone-events/1"}"#, "schema"),
    (
      #"{"event":"run-finished","summary":{"passed":1}}"#, "/summary"
    ), (#"{"event":"notice","notice":{"severity":"bad"}}"#, "/notice"),
  ])
  func theValidatorRefusesWhatIsWrong(line: String, reason: String) throws {
    let schema = try JSONSchema(text("events.schema.json"))
    #expect { try schema.check(line) } throws: { "\($0)".contains(reason) }
  }

  @Test func aReportOfTheFormerVersionIsRefusedInOneSentence() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1"])
    try place.write("old.jsonl", "{\"schema\":\"touchstone-events/1\"}\n{\"event\":\"run-started\"}\n")
    let merged = try place("merge", "old.jsonl")
    #expect(merged.code == 3)
    #expect(
      merged.error
        == "touchstone: old.jsonl:1: the report's schema is touchstone-events/1, but this version reads"
        + " touchstone-events/2; run it again with this version\n")
    try place.write(".touchstone/last-run.jsonl", "{\"schema\":\"touchstone-events/1\"}\n")
    let again = try place("--only", "failed")
    #expect(again.code == 3)
    #expect(again.error.hasPrefix("touchstone: ") && again.error.contains("run once without --only\n"))
    #expect(try place("--quiet").code == 1)
    #expect(try place("--only", "failed").code == 1)
  }
}
