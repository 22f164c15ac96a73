/// Scripts in the form that `wast2json` writes.

import Testing
import WebAssembly
import WebAssemblyScript
import WebAssemblyText

@Suite struct ScriptJSONTests {
  private static let module =
    "(module (func (export \"id\") (param i32 f32 i64) (result f32 i64) (local.get 1) (local.get 2)))"

  private func file(_ name: String) throws -> [UInt8] {
    switch name {
    case "a.0.wasm": try ModuleStructure(text: Self.module).encode()
    case "a.1.wat": Array("(func x)".utf8)
    case "a.2.wasm": try ModuleStructure(text: "(func (result i32))").encode()
    default: throw ScriptJSONError.Missing(name: name)
    }
  }

  @Test("commands run as those of the text") func runs() throws {
    let json = """
      {"source_filename": "a.wast", "commands": [
        {"type": "module", "line": 3, "name": "$m", "filename": "a.0.wasm", "module_type": "binary"},
        {"type": "register", "line": 4, "name": "$m", "as": "other"},
        {"type": "assert_return", "line": 5, "action": {"type": "invoke", "module": "$m", "field": "id", "args": [
          {"type": "i32", "value": "4294967295"}, {"type": "f32", "value": "2143289345"}, {"type": "i64", "value": "7"}]},
          "expected": [{"type": "f32", "value": "nan:arithmetic"}, {"type": "i64", "value": "7"}]},
        {"type": "assert_malformed", "line": 6, "filename": "a.1.wat", "text": "unknown operator", "module_type": "text"},
        {"type": "assert_invalid", "line": 7, "filename": "a.2.wasm", "text": "type mismatch", "module_type": "binary"},
        {"type": "action", "line": 8, "action": {"type": "invoke", "field": "missing", "args": []}, "expected": []}
      ]}
      """
    let script = try Script(json: Array(json.utf8), file: file)
    #expect(script.commands.map(\.position.line) == [3, 4, 5, 6, 7, 8])
    var runner = ScriptRunner(engine: try StoreEngine())
    var passed: [Bool] = []
    runner.run(script) { passed.append($0.outcome.isPassed) }
    #expect(passed == [true, true, true, true, true, false])
  }

  @Test("values of all types") func values() throws {
    let json = """
      {"commands": [{"type": "assert_return", "line": 1, "action": {"type": "invoke", "field": "f", "args": [
          {"type": "f64", "value": "9221120237041090560"}, {"type": "externref", "value": "null"},
          {"type": "externref", "value": "3"}, {"type": "v128", "lane_type": "i16",
            "value": ["1", "2", "3", "4", "65535", "0", "0", "1"]}]},
        "expected": [{"type": "v128", "lane_type": "f64", "value": ["nan:canonical", "1"]},
          {"type": "externref", "value": "5"}, {"type": "funcref", "value": "null"}, {"type": "i32", "value": "-1"},
          {"type": "structref"}, {"type": "either", "values": [{"type": "i32", "value": "1"}]}]}]}
      """
    let commands = try Script(json: Array(json.utf8), file: file).commands
    guard case .assertReturn(.invoke(nil, "f", let arguments), let expected) = commands[0].kind else {
      Issue.record("\(commands)")
      return
    }
    #expect(
      arguments == [
        .f64(0x7FF8_0000_0000_0000), .null(nil), .extern(3),
        .v128(low: 0x0004_0003_0002_0001, high: 0x0001_0000_0000_FFFF),
      ])
    #expect(
      expected == [
        .v128(laneWidth: 64, [.canonicalNaN, .bits(1)]), .extern(5), .null, .i32(.max), .reference(.struct),
        .either([.i32(1)]),
      ])
  }

  @Test(
    "what is no script is refused with the reason",
    arguments: [
      ("[]", "this is no script"), ("{", "this is no script"),
      (#"{"commands": [{"type": "dance", "line": 4}]}"#, "command of line 4: unknown command \"dance\""),
      (
        #"{"commands": [{"type": "assert_return", "line": 4}]}"#,
        "command of line 4: the command needs the key \"action\""
      ),
      (
        #"{"commands": [{"type": "module", "line": 4}]}"#,
        "command of line 4: the command needs the key \"filename\""
      ),
      (
        #"{"commands": [{"type": "action", "line": 4, "action": {"type": "invoke", "field": "f", "args": [{"type": "i32", "value": "4294967296"}]}}]}"#,
        "command of line 4: \"4294967296\" is no number of 32 bits"
      ),
    ])
  func refused(json: String, reason: String) {
    do {
      _ = try Script(json: Array(json.utf8), file: file)
      Issue.record("the script was read")
    } catch {
      #expect("\(error)".hasPrefix(reason), "\(error)")
    }
  }
}

extension ScriptJSONError {
  /// A file that is not there.
  fileprivate struct Missing: Error { var name: String }
}
