// touchstone eval, invoke and inspect.
import Foundation
import Testing

/// A module, assembled by hand, with functions to call:
///
///     (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
///     (func (export "half") (param f64) (result f64) local.get 0 f64.const 0.5 f64.mul)
///     (func (export "fail") unreachable)
///     (func (export "spin") (loop br 0))
///     (func (export "two") (param i64) (result i64 f32) local.get 0 f32.const nan:0x400000)
private let calculator: [UInt8] =
  [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
  + [
    1, 0x15, 4, 0x60, 2, 0x7F, 0x7F, 1, 0x7F, 0x60, 1, 0x7C, 1, 0x7C, 0x60, 0, 0, 0x60, 1, 0x7E, 2, 0x7E,
    0x7D,
  ]
  + [3, 6, 5, 0, 1, 2, 2, 3]
  + [7, 0x22, 5]
  + [3] + Array("add".utf8) + [0, 0] + [4] + Array("half".utf8) + [0, 1] + [4] + Array("fail".utf8) + [0, 2]
  + [4] + Array("spin".utf8) + [0, 3] + [3] + Array("two".utf8) + [0, 4]
  + [10, 0x2E, 5]
  + [7, 0, 0x20, 0, 0x20, 1, 0x6A, 0x0B]
  + [14, 0, 0x20, 0, 0x44, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 0xA2, 0x0B]
  + [3, 0, 0x00, 0x0B]
  + [7, 0, 0x03, 0x40, 0x0C, 0, 0x0B, 0x0B]
  + [9, 0, 0x20, 0, 0x43, 0, 0, 0xC0, 0x7F, 0x0B]

@Suite struct EvalTests {
  @Test(arguments: [
    ("return 2 + 2", "integer 4\n"),
    ("return 'Hello ' .. 'from Lua!'", "string 15 \"Hello from Lua!\"\n"),
    ("return 1 / 0", "float inf\n"),
    ("print('a') io.write('b') return nil", "a\nb\nnil\n"),
    ("return string.format", "c-function string.format\n"),
    ("", "none\n"),
    ("return 1, 2, 3", "integer 3\n"),
  ])
  func theDecodedAnswerIsPrinted(source: String, output: String) throws {
    let result = try Workplace()("eval", source)
    #expect(result.code == 0)
    #expect(result.output == output)
    #expect(result.error == "")
  }

  @Test func errorsGoToStandardErrorAndExitWith1() throws {
    let result = try Workplace()("eval", "print('before')\nerror('no')")
    #expect(result.code == 1)
    #expect(result.error.hasPrefix("error: "))
    #expect(result.error.hasSuffix(":2: no\n"))
    #expect(try Workplace()("eval", "return +").code == 1)
  }

  @Test func limitsExitWith1() throws {
    let result = try Workplace()("eval", "while true do end", "--fuel", "1000000")
    #expect(result.code == 1)
    #expect(result.error == "limit fuel\n")
    #expect(try Workplace()("eval", "while true do end", "--timeout", "0.05").error == "limit time\n")
    let memory = try Workplace()(
      "eval", "local t = {} while true do t[#t + 1] = ('x'):rep(9999) .. #t end", "--max-memory", "4MiB")
    #expect(memory.code == 1)
  }

  @Test func sourceComesFromFilesAndStandardInput() throws {
    let place = try Workplace(["one.lua": "x = 20", "two.lua": "return x + 1"])
    #expect(try place("eval", "-f", "one.lua", "two.lua").output == "nil\ninteger 21\n")
    #expect(try place("eval", "--file=two.lua", "-fone.lua").code == 1)
    #expect(try place("eval", "-", input: "return 7").output == "integer 7\n")
    #expect(try place("eval", "-f", "three.lua").code == 3)
  }

  @Test func tablesAndStatisticsAreShownOnRequest() throws {
    let result = try Workplace()("eval", "_home.counter = 1 return _home.counter", "--tables", "--stats")
    #expect(result.output == "integer 1\n1 \"counter\" = integer 1\n")
    #expect(result.error.contains("instructions  "))
    #expect(result.error.contains("host calls    2\n"))
  }

  @Test func aModuleThatCannotBeReadExitsWith3() throws {
    let result = try Workplace()("eval", "return 1", "--module", "none.wasm")
    #expect(result.code == 3)
    #expect(result.error == "touchstone: cannot read none.wasm: no such file or directory\n")
  }
}

@Suite struct InvokeAndInspectTests {
  private func place() throws -> Workplace {
    let place = try Workplace()
    try place.write("calculator.wasm", calculator)
    return place
  }

  @Test(arguments: [
    (["add", "2", "3"], "5\n"),
    (["add", "0xffffffff", "1"], "0\n"),
    (["add", "--", "-7", "3"], "-4\n"),
    (["add", "4294967295", "0"], "-1\n"),
    (["half", "5"], "2.5\n"),
    (["half", "inf"], "inf\n"),
    (["two", "0x8000000000000000"], "-9223372036854775808\nnan:0x400000\n"),
  ])
  func resultsArePrintedOneALine(words: [String], output: String) throws {
    let result = try place().start(["invoke", "calculator.wasm"] + words).finish()
    #expect(result.output == output, "\(result.error)")
    #expect(result.code == 0)
  }

  @Test func trapsAndLimitsExitWith1() throws {
    let trap = try place()("invoke", "calculator.wasm", "fail")
    #expect(trap.code == 1)
    #expect(trap.error.hasPrefix("trap: unreachable\n  in "))
    let limit = try place()("invoke", "calculator.wasm", "spin", "--timeout", "0.05")
    #expect(limit.code == 1)
    #expect(limit.error == "limit time\n")
  }

  @Test(arguments: [
    (["adds"], "calculator.wasm exports no function adds; did you mean add?"),
    (["zzz"], "calculator.wasm exports no function zzz; it exports add, half, fail, spin, two"),
    (["add", "1"], "needs 2 arguments, found 1"),
    (["add", "1", "4294967296"], "argument 2 is of type i32, which needs an integer"),
    (["half", "x"], "argument 1 is of type f64, which needs a float"),
  ])
  func wrongWordsAreExplained(words: [String], part: String) throws {
    let result = try place().start(["invoke", "calculator.wasm"] + words).finish()
    #expect(result.code == 2)
    #expect(result.error.contains(part), "\(result.error)")
  }

  @Test func luaItselfCanBeInvoked() throws {
    #expect(try Workplace()("invoke", "lua.wasm", "get_buffer_size").output == "65536\n")
  }

  @Test func ourModuleMeetsTheContract() throws {
    let result = try Workplace()("inspect", "lua.wasm")
    #expect(result.code == 0)
    #expect(result.output.contains("\nvalid\n"))
    #expect(result.output.contains("  func env.js_ext_table_set: [i32 i32 i32 i32 i32] -> [i32]\n"))
    #expect(result.output.contains("\nmeets the contract of lua.wasm\n"))
  }

  @Test func whatIsMissingIsSaid() throws {
    let place = try place()
    let result = try place("inspect", "calculator.wasm")
    #expect(result.code == 1)
    #expect(result.output.contains("features used:\n  multi-value\n"))
    #expect(result.output.contains("it exports no function named compute"))
    let json = try place("inspect", "calculator.wasm", "--format", "json")
    #expect(json.code == 1)
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(object?["isValid"] as? Bool == true)
    #expect((object?["exports"] as? [Any])?.count == 5)
  }

  @Test func anInvalidModuleIsStillShownAsFarAsItGoes() throws {
    let place = try Workplace()
    // The body of `add` leaves an f64 where an i32 is promised.
    var bytes = calculator
    let body = bytes.firstIndex(of: 0x6A)!
    bytes[body] = 0xA0
    try place.write("invalid.wasm", bytes)
    let result = try place("inspect", "invalid.wasm")
    #expect(result.code == 1)
    #expect(result.output.contains("\ninvalid: "))
    #expect(result.output.contains("  code: "))
    try place.write("cut.wasm", Array(calculator.prefix(40)))
    #expect(try place("inspect", "cut.wasm").code == 1)
    try place.write("text.wasm", "no module")
    #expect(try place("inspect", "text.wasm").code == 1)
    #expect(try place("inspect", "none.wasm").code == 3)
  }
}
