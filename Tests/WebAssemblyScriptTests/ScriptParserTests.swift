/// Commands of scripts as typed values.

import Testing
import WebAssembly
import WebAssemblyScript
import WebAssemblyText

/// The kinds of a script's commands.
func kinds(_ text: String) throws -> [ScriptCommand.Kind] { try Script(text: text).commands.map(\.kind) }

@Suite struct ScriptParserTests {
  @Test("modules in all their forms") func modules() throws {
    let kinds = try kinds(
      """
      (module $a (func $f))
      (module binary "\\00asm" "\\01\\00\\00\\00")
      (module $q quote "(func" ")")
      (module definition $d (memory 1))
      (module definition binary "x")
      (module instance $i $d)
      (module instance $d)
      (module instance)
      (module (func x))
      """)
    try #require(kinds.count == 9)
    guard case .module(let text) = kinds[0], case .text(let structure) = text.content else {
      Issue.record("\(kinds[0])")
      return
    }
    #expect(text.name == "a")
    #expect(structure.functions.count == 1)
    guard case .module(let binary) = kinds[1], case .binary(let bytes) = binary.content else {
      Issue.record("\(kinds[1])")
      return
    }
    #expect(bytes == [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0])
    guard case .module(let quote) = kinds[2], case .quote(let quoted) = quote.content else {
      Issue.record("\(kinds[2])")
      return
    }
    #expect(quote.name == "q")
    #expect(quoted == Array("(func)".utf8))
    guard case .definition(let definition) = kinds[3], case .definition = kinds[4] else {
      Issue.record("\(kinds[3]), \(kinds[4])")
      return
    }
    #expect(definition.name == "d")
    guard case .instance("i", "d") = kinds[5], case .instance(nil, "d") = kinds[6],
      case .instance(nil, nil) = kinds[7]
    else {
      Issue.record("\(kinds[5...7])")
      return
    }
    guard case .module(let malformed) = kinds[8], case .malformedText(let error) = malformed.content else {
      Issue.record("\(kinds[8])")
      return
    }
    #expect("\(error)" == "9:15: unknown operator x: expected an instruction")
  }

  @Test("a script may be the fields of one module") func inlineModule() throws {
    let kinds = try kinds("(func) (memory 1)")
    guard kinds.count == 1, case .module(let module) = kinds[0], case .text = module.content else {
      Issue.record("\(kinds)")
      return
    }
  }

  @Test("constants as arguments") func arguments() throws {
    let kinds = try kinds(
      """
      (invoke $m "f" (i32.const -1) (i64.const 0x10) (f32.const nan:0x1) (f64.const -0) (v128.const i64x2 1 2)
        (ref.null func) (ref.null) (ref.extern 3) (ref.host 4))
      """)
    guard case .action(.invoke("m", "f", let arguments)) = kinds[0] else {
      Issue.record("\(kinds)")
      return
    }
    #expect(
      arguments == [
        .i32(.max), .i64(16), .f32(0x7F80_0001), .f64(1 << 63), .v128(low: 1, high: 2), .null(.function),
        .null(nil),
        .extern(3), .host(4),
      ])
  }

  @Test("patterns of results") func patterns() throws {
    let kinds = try kinds(
      """
      (assert_return (get "g") (i32.const 7) (f32.const nan:canonical) (f64.const nan:arithmetic) (f32.const 1)
        (v128.const f32x4 1 nan:canonical nan:arithmetic -0) (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 255)
        (ref.null any) (ref.extern) (ref.extern 5) (ref.host 6) (ref.func) (ref.struct) (ref.array) (ref.i31) (ref.eq)
        (ref.any) (ref.exn) (either (i32.const 1) (f64.const nan:canonical)))
      """)
    guard case .assertReturn(.get(nil, "g"), let expected) = kinds[0] else {
      Issue.record("\(kinds)")
      return
    }
    #expect(
      expected == [
        .i32(7), .f32(.canonicalNaN), .f64(.arithmeticNaN), .f32(.bits(0x3F80_0000)),
        .v128(laneWidth: 32, [.bits(0x3F80_0000), .canonicalNaN, .arithmeticNaN, .bits(0x8000_0000)]),
        .v128(laneWidth: 8, (0..<15).map { .bits($0) } + [.bits(255)]), .null, .reference(.extern),
        .extern(5),
        .host(6), .reference(.function), .reference(.struct), .reference(.array), .reference(.i31),
        .reference(.eq),
        .reference(.any), .reference(.exn), .either([.i32(1), .f64(.canonicalNaN)]),
      ])
  }

  @Test(
    "every command is known by its first word",
    arguments: [
      "(register \"m\" $i)", "(invoke \"f\")", "(get $i \"g\")", "(assert_return (invoke \"f\"))",
      "(assert_trap (invoke \"f\") \"unreachable\")", "(assert_trap (module) \"unreachable\")",
      "(assert_exhaustion (invoke \"f\") \"call stack exhausted\")", "(assert_exception (invoke \"f\"))",
      "(assert_suspension (invoke \"f\") \"unhandled\")", "(assert_malformed (module quote \"\") \"x\")",
      "(assert_invalid (module) \"x\")", "(assert_unlinkable (module) \"x\")",
      "(assert_malformed_custom (module) \"x\")", "(assert_invalid_custom (module) \"x\")",
      "(assert_trap (module instance) \"unreachable\")", "(assert_unlinkable (module instance $i $d) \"x\")",
      "(thread $t (shared (module $m)) (invoke \"f\"))", "(wait $t)",
    ])
  func keywords(text: String) throws {
    let commands = try Script(text: text).commands
    try #require(commands.count == 1)
    #expect(text.hasPrefix("(" + commands[0].kind.keyword))
  }

  @Test("commands know where they stand") func positions() throws {
    let commands = try Script(text: "(module)\n;; é\n  (; é ;) (invoke \"f\")(get \"g\")").commands
    #expect(commands.map { "\($0.position)" } == ["1:1", "3:11", "3:23"])
  }

  @Test(
    "a command that cannot be read does not hide the others",
    arguments: [
      "(frobnicate (x))", "(invoke)", "(assert_return (invoke \"f\" (i32.const 99999999999)))",
      "(i32.const 1)", "()",
      "(assert_invalid (func) \"x\")", "(assert_return (invoke \"f\") (v128.const i32x4 1 2))",
      "(assert_malformed (module quote \"\"))", "(module instance $a $b $c)",
      "(assert_trap (module instance $a $b $c) \"x\")", "(assert_unlinkable (module definition) \"x\")",
      "(assert_invalid (module instance) \"x\")",
    ])
  func unreadable(text: String) throws {
    let kinds = try kinds("(module) \(text) (invoke \"f\")")
    try #require(kinds.count == 3)
    guard case .unreadable = kinds[1], case .action = kinds[2] else {
      Issue.record("\(kinds)")
      return
    }
  }

  @Test(
    "a broken structure makes the whole script unreadable",
    arguments: [
      ("(module", "unexpected token: the text ends"), ("(module))", "unexpected token )"),
      ("(module) x", "unknown operator x"), ("(module) (; ", "unclosed comment"),
      ("(assert_invalid (module (func)", "unexpected token: the text ends"),
      ("(invoke \"f", "unclosed string"),
    ])
  func broken(text: String, reason: String) {
    do throws(TextError) {
      _ = try Script(text: text)
      Issue.record("the script was read")
    } catch {
      #expect(error.reason.hasPrefix(reason), "\(error)")
    }
  }

  @Test("threads cannot be nested without end") func nestedThreads() throws {
    let depth = 100_000
    let text = String(repeating: "(thread ", count: depth) + String(repeating: ")", count: depth)
    let commands = try Script(text: text).commands
    #expect(commands.count == 1)
  }

  @Test(
    "a megabyte of commands on one line",
    arguments: [
      "(x)", "(invoke \"f\")", "(module (func x))", "(module quote \"(\")",
      "(assert_return (invoke \"f\") (x))",
      "(assert_invalid (module (func (block)) (func $a end)) \"x\")", "(thread (x))", "(module (@custom))",
    ])
  func long(command: String) throws {
    let count = 1_000_000 / command.utf8.count
    let text = Array(String(repeating: command, count: count).utf8)
    var script: Script?
    let duration = try ContinuousClock().measure { script = try Script(text: text) }
    #expect(script?.commands.count == count)
    #expect(script?.commands.last?.position.column == (count - 1) * command.utf8.count + 1)
    // Far more than it takes on a busy machine, far less than anything quadratic would.
    #expect(duration < .seconds(40))
  }
}
