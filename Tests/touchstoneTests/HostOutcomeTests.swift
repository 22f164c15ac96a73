// Outcomes of legal modules that are no values: how commands show, bless and judge them.
import Testing

@Suite struct HostOutcomeTests {
  /// A module whose compute does what `body` says, made in the workplace.
  private func workplace(_ fields: String, _ body: String) throws -> Workplace {
    let place = try Workplace()
    try place.write(
      "odd.wat",
      """
      (module \(fields) (memory (export "memory") 4096)
        (func (export "init") (result i32) i32.const 0)
        (func (export "get_buffer_ptr") (result i32) i32.const 1024)
        (func (export "get_buffer_size") (result i32) i32.const 0x0f000000)
        (func (export "compute") (param i32 i32) (result i32) \(body)))
      """)
    #expect(try place("wat2wasm", "odd.wat").code == 0)
    try place.write("fixtures/one.lua", "return 1\n")
    return place
  }

  @Test func anUncaughtExceptionIsBlessedLikeATrap() throws {
    let place = try workplace(
      "(tag (export \"bad\\1b\") (param i64))", "i64.const 7 throw 0")
    let run = try place(
      "run", "--module", "odd.wasm", "--junit", "r.xml", "--json", "r.jsonl", "--html", "r.html")
    #expect(run.code == 1)
    #expect(run.output.contains("uncaught exception: bad\\x1b with i64 7"))
    #expect(try place.read("r.xml").contains("type=\"exception\""))
    #expect(try place.read("r.jsonl").contains("\"exception\""))
    #expect(try place.read("r.html").contains("uncaught exception"))
    #expect(try place("bless", "--module", "odd.wasm", "--force").code == 0)
    #expect(try place.read("expected/one.golden") == "exception\n# bad\\\\x1b with i64 7\n")
    #expect(try place("run", "--module", "odd.wasm").code == 0)
    #expect(try place("run").code == 1)
    let explanation = try place("explain", "one", "--module", "odd.wasm")
    #expect(explanation.code == 0)
    #expect(explanation.output.contains("thrown: bad\\x1b with i64 7"))
    let evaluation = try place("eval", "x", "--module", "odd.wasm")
    #expect(evaluation.code == 1)
    #expect(evaluation.error == "exception: bad\\x1b with i64 7\n")
    let comparison = try place("compare", "odd.wasm", "odd.wasm")
    #expect(comparison.code == 0)
  }

  @Test func anAnswerThatIsTooLongIsAnOutcome() throws {
    let place = try workplace("", "i32.const 0x0effffff")
    let run = try place("run", "--module", "odd.wasm")
    #expect(run.code == 1)
    #expect(run.output.contains("the answer has 251658239 bytes; one may have at most 4,194,304"))
    #expect(try place("bless", "--module", "odd.wasm", "--force").code == 0)
    #expect(try place.read("expected/one.golden") == "answer too long\n# 251658239 bytes\n")
    #expect(try place("run", "--module", "odd.wasm").code == 0)
    let evaluation = try place("eval", "x", "--module", "odd.wasm")
    #expect(evaluation.code == 1)
    #expect(evaluation.error == "answer too long: 251658239 bytes\n")
  }

  @Test func startUpBeyondTheLimitIsAnOutcome() throws {
    let place = try workplace("(memory 4096)", "i32.const 0")
    let run = try place("run", "--module", "odd.wasm", "--max-memory", "16MiB")
    #expect(run.code == 1)
    #expect(run.output.contains("hit the memory limit of 16,777,216 bytes"))
    let evaluation = try place("eval", "x", "--module", "odd.wasm", "--max-memory", "16MiB")
    #expect(evaluation.code == 1)
    #expect(evaluation.error == "limit memory\n")
  }
}
