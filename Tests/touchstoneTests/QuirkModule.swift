// Small modules that keep the contract of lua.wasm and behave like builds in the wild, or as they should.
import WebAssembly
import WebAssemblyText

/// A module that knows a few words in place of Lua: the first byte of a source says what it answers.
struct QuirkModule {
  enum Behaviour {
    /// Bytes of the answer, header included.
    case answer([UInt8])
    case error(String)
    /// WebAssembly text: instructions that leave `compute`'s result, and functions that they call.
    case code(String, functions: String = "")
  }

  /// By the first byte of the source.
  var behaviours: [(word: String, behaviour: Behaviour)]
  var pages = 32
  var hasOptionalExports = true
  var importsClock = false

  private static let buffer = 1 << 16

  var bytes: [UInt8] {
    get throws { try ModuleStructure(text: text).encode() }
  }

  var text: String {
    var data = ""
    var functions = ""
    var cases = ""
    var address = 1024
    for (word, behaviour) in behaviours {
      var body: String
      func stored(_ bytes: [UInt8]) -> String {
        data += "  (data (i32.const \(address)) \"\(bytes.map(Self.escaped).joined())\")\n"
        defer { address += bytes.count }
        return "(memory.copy (i32.const \(Self.buffer)) (i32.const \(address)) (i32.const \(bytes.count)))"
      }
      switch behaviour {
      case .answer(let bytes): body = stored(bytes) + " (i32.const \(bytes.count))"
      case .error(let message):
        let bytes = Array(message.utf8)
        body = stored(bytes) + " (i32.const \(-bytes.count - 1))"
      case .code(let instructions, let more):
        body = instructions
        functions += more
      }
      cases += """
            (if (i32.eq (i32.load8_u (local.get $source)) (i32.const \(Array(word.utf8)[0])))
              (then (return (block (result i32) \(body)))))

        """
    }
    let imports =
      "(import \"env\" \"js_ext_table_set\" (func $js_ext_table_set (param i32 i32 i32 i32 i32) (result i32)))"
      + (importsClock ? "\n  (import \"env\" \"js_time_now\" (func $js_time_now (result i32)))" : "")
    let optional = """
        (func (export "get_buffer_size") (result i32) (i32.const 65536))
        (func (export "get_memory_stats") (param i32)) (func (export "run_gc"))
        (func (export "attach_memory_table") (param i32))
        (func (export "get_memory_table_id") (result i32) (i32.const 1))
        (func (export "get_io_table_id") (result i32) (i32.const 2)) (func (export "clear_io_table"))
        (func (export "sync_external_table_counter") (param i32))
        (func (export "set_memory_alias_enabled") (param i32))
      """
    return """
      (module
        \(imports)
        (memory (export "memory") \(pages))
        (func (export "init") (result i32) (i32.const 0))
        (func (export "get_buffer_ptr") (result i32) (i32.const \(Self.buffer)))
      \(hasOptionalExports ? optional : "")
      \(functions)
      \(data)
        (func $compute (export "compute") (param $source i32) (param $length i32) (result i32)
          (if (i32.eqz (local.get $length)) (then (return (i32.const 0))))
      \(cases)
          unreachable))
      """
  }

  private static func escaped(_ byte: UInt8) -> String {
    let digits = Array("0123456789abcdef")
    return "\\\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
  }
}

extension QuirkModule {
  /// An answer with this output and these value bytes.
  static func answer(_ value: [UInt8], output: String = "") -> Behaviour {
    .answer(littleEndian(output.utf8.count) + Array(output.utf8) + value)
  }

  static func string(_ text: String) -> [UInt8] { [4] + littleEndian(text.utf8.count) + Array(text.utf8) }

  static func integer(_ number: UInt8) -> [UInt8] { [2, number, 0, 0, 0, 0, 0, 0, 0] }

  private static func littleEndian(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// What a build in the wild does when an error is raised from this chain of functions, innermost first.
  static func trap(_ functions: String...) -> Behaviour {
    var text = ""
    for (index, name) in functions.enumerated() {
      let body = index == 0 ? "unreachable" : "nop (call $\(functions[index - 1]))"
      // The first chain that needs a function defines it.
      text += "  (func $\(name) \(body))\n"
    }
    return .code("(call $\(functions[functions.count - 1])) (i32.const 0)", functions: text)
  }

  /// Output of 63,488 bytes and three dots that the header does not count, then an integer.
  static let cutOutput = Behaviour.code(
    """
    (memory.fill (i32.const 65536) (i32.const 120) (i32.const 65536))
    (i32.store (i32.const 65536) (i32.const 63488))
    (memory.fill (i32.const 129028) (i32.const 46) (i32.const 3))
    (i32.store8 (i32.const 129031) (i32.const 2)) (i64.store (i32.const 129032) (i64.const 7))
    (i32.const 63504)
    """)

  /// A string as long as the buffer allows, with the length that is left of it.
  static let cutString = Behaviour.code(
    """
    (memory.fill (i32.const 65536) (i32.const 120) (i32.const 65536))
    (i32.store (i32.const 65536) (i32.const 0)) (i32.store8 (i32.const 65540) (i32.const 4))
    (i32.store (i32.const 65541) (i32.const 65527))
    (i32.const 65536)
    """)

  /// The time as an integer.
  static let clock = Behaviour.code(
    """
    (i32.store (i32.const 65536) (i32.const 0)) (i32.store8 (i32.const 65540) (i32.const 2))
    (i64.store (i32.const 65541) (i64.extend_i32_s (call $js_time_now)))
    (i32.const 13)
    """)

  /// Stores the source's first byte under a key of one byte.
  static func store(key: UInt8) -> Behaviour {
    .code(
      """
      (i32.store8 (i32.const 512) (i32.const \(key)))
      (drop (call $js_ext_table_set
        (i32.const 1) (i32.const 512) (i32.const 1) (local.get $source) (i32.const 1)))
      (i32.store (i32.const 65536) (i32.const 0)) (i32.store8 (i32.const 65540) (i32.const 0))
      (i32.const 5)
      """)
  }

  /// A build as they are published.
  static let published = QuirkModule(
    behaviours: [
      ("error", trap("luaD_throw", "luaG_errormsg", "lua_error", "luaB_error")),
      (
        "syntax",
        .code(
          "(call $luaX_syntaxerror) (i32.const 0)",
          functions: """
              (func $lexerror (call $luaD_throw))
              (func $luaX_syntaxerror (call $lexerror))

            """)
      ),
      (
        "yield",
        .code("(call $lua_yieldk) (i32.const 0)", functions: "  (func $lua_yieldk (call $luaD_throw))\n")
      ),
      ("table", .answer([0, 0, 0, 0] + Array("table".utf8))),
      ("function", .answer([0, 0, 0, 0] + Array("function".utf8))),
      ("quotes", .answer([0, 0, 0, 0])),
      ("division", answer(integer(5))),
      ("percent", answer(string("%5.2f"))),
      ("output", cutOutput),
      ("long", cutString),
      ("clock", clock),
      ("home", store(key: 0x61)),
      ("keep", answer(integer(42), output: "kept\n")),
    ], pages: 28, importsClock: true)

  /// A build that does what the contract says.
  static let proper = QuirkModule(
    behaviours: [
      ("error", .error("script:1: no")),
      ("syntax", .error("script:1: syntax error near 'x'")),
      ("yield", answer(integer(1))),
      ("table", answer([7, 3, 0, 0, 0])),
      ("function", answer([6, 0, 0])),
      ("quotes", answer(string(""))),
      ("division", answer([3, 0, 0, 0, 0, 0, 0, 0x14, 0x40])),
      ("percent", answer(string(" 3.14"))),
      ("output", .error("the answer does not fit into the buffer")),
      ("long", .error("the answer does not fit into the buffer")),
      ("clock", answer(integer(0))),
      ("home", store(key: 0x62)),
      ("keep", answer(integer(42), output: "kept\n")),
    ])
}
