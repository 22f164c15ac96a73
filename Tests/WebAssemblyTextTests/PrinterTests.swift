/// The form of printed modules.

import Testing
import WebAssembly
import WebAssemblyText

import struct Foundation.Data
import struct Foundation.URL

@Suite struct PrinterTests {
  @Test("fields and instructions stand on lines of their own, indented by nesting") func layout() throws {
    let structure = try module(
      """
      (module $m
        (type $bin (func (param i32 i32) (result i32)))
        (import "env" "log" (func $log (param i32)))
        (memory $mem 1 2) (global $g (mut i64) (i64.const -5)) (table 3 funcref)
        (func $main (export "main") (type $bin) (local $i i32) (local f64)
          (block $out (result i32)
            (if (local.get $i) (then (call $log (i32.const 1))) (else nop))
            (br_if $out (i32.const 2) (i32.const 3)))
          (i32.store offset=8 (i32.const 0) (i32.const 1)))
        (data (i32.const 8) "a\\00\\ff"))
      """)
    #expect(
      try structure.text() == """
        (module $m
          (type $bin (func (param i32 i32) (result i32)))
          (type (func (param i32)))
          (import "env" "log" (func $log (type 1) (param i32)))
          (memory $mem 1 2)
          (table 3 funcref)
          (global $g (mut i64) i64.const -5)
          (export "main" (func $main))
          (func $main (type $bin) (param i32 i32) (result i32)
            (local $i i32) (local f64)
            block $out (result i32)
              local.get $i
              if
                i32.const 1
                call $log
              else
                nop
              end
              i32.const 2
              i32.const 3
              br_if $out
            end
            i32.const 0
            i32.const 1
            i32.store offset=8)
          (data (i32.const 8) "a\\00\\ff"))

        """)
  }

  @Test("names that are no identifiers are quoted or become annotations") func names() throws {
    var names = NameSection()
    names.functions = [0: "a b", 1: "same", 2: "same", 3: "", 4: "\u{202e}x", 5: "größe", 9: "beyond"]
    var structure = try module("(func) (func) (func) (func) (func) (func call 0 call 1 call 2 call 4)")
    structure.customSections = [CustomSection(name: "name", bytes: names.encode()[...], place: 10)]
    let text = try structure.text()
    #expect(text.contains("(func $\"a b\" (type 0))"))
    #expect(text.contains("(func $same (type 0))"))
    #expect(text.contains("(func (@name \"same\") (type 0))"))
    #expect(text.contains("(func (@name \"\") (type 0))"))
    #expect(text.contains("(func $\"\\u{202e}x\" (type 0))"))
    #expect(text.contains("(func $\"größe\" (type 0)"))
    #expect(text.contains("call $\"a b\"\n    call $same\n    call 2\n    call $\"\\u{202e}x\""))
    // A name that the text cannot carry makes the section stand as bytes.
    #expect(text.contains("(@custom \"name\""))
    #expect(try module(text) == structure)
  }

  @Test("a name section that is not as the parser would write it stays as it is") func strangeNames() throws {
    for bytes: [UInt8] in [[], [0xFF], [0, 2, 1, 0x6D, 0x63, 1, 0], [1, 3, 1, 0, 0]] {
      var structure = try module("(func)")
      structure.customSections = [CustomSection(name: "name", bytes: bytes[...], place: 10)]
      #expect(try module(try structure.text()) == structure)
    }
  }

  @Test("numbers are written so that they read back to the same bits") func numbers() throws {
    var text = ""
    var sequence = Sequence64(state: 3)
    let special: [UInt64] = [
      0, 1 << 63, 0x7FF0_0000_0000_0000, 0xFFF0_0000_0000_0000, 0x7FF8_0000_0000_0000, 0x7FF0_0000_0000_0001,
      1,
      0x8000_0000, 0x7F80_0000, 0xFF80_0000, 0x7FC0_0000, 0x7FA0_0000,
    ]
    var structure = ModuleStructure()
    for bits in special + (0..<300).map({ _ in sequence.next() }) {
      var writer = InstructionWriter()
      writer.append(.f64Const, value: bits)
      writer.append(.f32Const, value: bits & 0xFFFF_FFFF)
      writer.append(.i64Const, value: bits)
      writer.append(.i32Const, value: bits & 0xFFFF_FFFF)
      writer.append(.end)
      structure.globals.append(GlobalDefinition(GlobalType(.f64), initializer: writer.expression))
    }
    text = try structure.text()
    #expect(try module(text) == structure)
    #expect(text.contains("f64.const nan:0x1 "))
    #expect(text.contains("f32.const -inf "))
  }

  @Test("long contents are broken into lines") func longData() throws {
    var structure = ModuleStructure()
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    structure.data = [DataSegment(bytes: bytes[...], mode: .passive)]
    let text = try structure.text()
    #expect(text.split(separator: "\n").allSatisfy { $0.count < 210 })
    #expect(try module(text) == structure)
  }

  @Test("deep nesting does not make the text grow with its square") func deepNesting() throws {
    let depth = 20_000
    let structure = try module(
      "(func " + String(repeating: "block ", count: depth) + String(repeating: "end ", count: depth) + ")")
    let text = try structure.text()
    #expect(text.utf8.count < depth * 200)
    #expect(try module(text) == structure)
  }

  @Test("what is no expression is refused") func malformed() throws {
    for bytes: [UInt8] in [[], [0x0B, 0x0B], [0x02, 0x40, 0x0B], [0xFF], [0x41, 0x80], [0x05, 0x0B]] {
      var structure = ModuleStructure()
      structure.addType(SubType(.function(FunctionType())))
      structure.functions = [FunctionDefinition(type: 0, locals: [], body: Expression(bytes))]
      #expect(throws: PrintError.self) { try structure.text() }
    }
  }

  @Test("locals without number are refused, not written") func manyLocals() throws {
    var structure = try module("(func)")
    structure.functions[0].locals = [
      LocalGroup(count: .max, type: .i32), LocalGroup(count: .max, type: .i64),
    ]
    #expect(throws: PrintError.tooManyLocals(function: 0, count: 0x1_FFFF_FFFE)) { try structure.text() }
  }

  @Test("indices of things that do not exist are printed as numbers") func dangling() throws {
    let structure = try module(
      "(func (type 7) call 9 block (type 8) end struct.get 5 6 ref.null 4) (export \"x\" (memory 3)) (start 99)"
    )
    #expect(try module(try structure.text()) == structure)
  }

  @Test("a module of real size survives printing") func luaModule() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let structure = try ModuleStructure.decode(Array(try Data(contentsOf: root.appending(path: "lua.wasm"))))
    let text = try structure.text()
    let again = try module(text)
    #expect(again.customSections.map(\.name) == structure.customSections.map(\.name))
    #expect(try again.text() == text)
    // The compiler pads integers in its output; in the shortest form both have the same bytes.
    #expect(again.functions.count == structure.functions.count)
    #expect(zip(again.functions, structure.functions).allSatisfy { shortest($0.body) == shortest($1.body) })
    #expect(again.types == structure.types)
    #expect(again.exports == structure.exports)
    #expect(again.data == structure.data)
    #expect(again.elements == structure.elements)
  }

  /// The expression with its integers in the shortest form.
  private func shortest(_ expression: Expression) -> [UInt8] {
    var writer = InstructionWriter()
    var reader = InstructionReader(expression)
    while !reader.isAtEnd, let instruction = try? reader.next() {
      writer.append(instruction, from: expression)
    }
    return writer.bytes
  }
}
