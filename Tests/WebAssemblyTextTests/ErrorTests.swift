/// Where faults are found and what is said about them.

import Testing
import WebAssembly
import WebAssemblyText

/// A text that is no module, with the fault's place and the beginning of its reason.
struct Fault: CustomTestStringConvertible {
  let text: String
  let line: Int
  let column: Int
  let reason: String
  var testDescription: String { "\(reason): \(text.prefix(60))" }

  init(_ text: String, _ line: Int, _ column: Int, _ reason: String) {
    self.text = text
    self.line = line
    self.column = column
    self.reason = reason
  }
}

private let faults: [Fault] = [
  .init("(func", 1, 6, "unexpected token: the text ends"),
  .init("(module", 1, 8, "unexpected token: the text ends"),
  .init("(func))", 1, 7, "unexpected token )"),
  .init("(module) (module)", 1, 10, "unexpected token ("),
  .init("hello", 1, 1, "unknown operator hello"),
  .init("(funk)", 1, 2, "unknown operator funk"),
  .init("(i32.add)", 1, 2, "unexpected token i32.add"),
  .init("(func\n  (nop)\n  i32.addd)", 3, 3, "unknown operator i32.addd"),
  .init("(func 0drop)", 1, 7, "unknown operator 0drop"),
  .init("(data\"a\")", 1, 2, "unknown operator data\"a\""),
  .init("(func (param $x))", 1, 16, "unexpected token )"),
  .init("(func (result $x i32))", 1, 15, "unexpected token $x"),
  .init("(func (result i32) (param i32))", 1, 21, "unexpected token param"),
  .init("(func (local i32) (param i32))", 1, 20, "unexpected token param"),
  .init("(func (block (param $x i32)))", 1, 21, "unexpected token $x"),
  .init("(func (i32.const))", 1, 17, "unexpected token )"),
  .init("(func (i32.const 1 2))", 1, 20, "unexpected token 2"),
  .init("(func (i32.const 1.5))", 1, 18, "unexpected token 1.5"),
  .init("(func (i32.add nop))", 1, 16, "unexpected token nop"),
  .init("(func block)", 1, 12, "unexpected token ): expected \"end\""),
  .init("(func end)", 1, 7, "unexpected token end"),
  .init("(func else)", 1, 7, "unexpected token else"),
  .init("(func block else end)", 1, 13, "unexpected token else"),
  .init("(func (else))", 1, 8, "unexpected token else"),
  .init("(func (if (i32.const 0)))", 1, 24, "unexpected token ): expected \"(then\""),
  .init("(func (if (then) (then)))", 1, 19, "unexpected token"),
  .init("(func (if (then) (else) (else)))", 1, 26, "unexpected token else"),
  .init("(func (try (catch_all)))", 1, 13, "unexpected token"),
  .init("(func (try (do) (catch_all) (catch_all)))", 1, 30, "unexpected token catch_all"),
  .init("(tag) (func (try (do) (catch 0) (delegate 0)))", 1, 34, "unexpected token delegate"),
  .init("(func block $a end $b)", 1, 20, "mismatching label $b"),
  .init("(func block end $b)", 1, 17, "mismatching label $b"),
  .init("(func block $a (br $b) end)", 1, 20, "unknown label $b"),
  .init("(func block $a end br $a)", 1, 23, "unknown label $a"),
  .init("(func call $f)", 1, 12, "unknown function $f"),
  .init("(func local.get $x)", 1, 17, "unknown local $x"),
  .init("(global i32 (local.get $x))", 1, 24, "unknown local $x"),
  .init("(func global.get $x)", 1, 18, "unknown global $x"),
  .init("(func (type $t))", 1, 13, "unknown type $t"),
  .init("(type (struct (field $a i32))) (func (struct.get 0 $b))", 1, 52, "unknown field $b"),
  .init("(func $f) (func $f)", 1, 17, "duplicate func"),
  .init("(import \"\" \"\" (global $g i32)) (global $g i32 (i32.const 0))", 1, 40, "duplicate global"),
  .init("(func (param $x i32) (local $x i32))", 1, 29, "duplicate local"),
  .init("(rec (type $t (func)) (type $t (func)))", 1, 29, "duplicate type"),
  .init("(type (struct (field $x i32) (field $x i32)))", 1, 37, "duplicate field"),
  .init("(func) (import \"\" \"\" (func))", 1, 8, "import after function"),
  .init("(memory 1) (table (import \"\" \"\") 0 funcref)", 1, 12, "import after memory"),
  .init("(func) (start 0) (start 0)", 1, 25, "multiple start sections"),
  .init("(type (func)) (func (type 0) (param i32))", 1, 21, "inline function type"),
  .init("(func (type 3) (param i32))", 1, 13, "unknown type 3"),
  .init("(type (struct)) (func (type 0) (param i32))", 1, 29, "inline function type"),
  .init("(func (i32.load align=3))", 1, 17, "alignment must be a power of two"),
  .init("(func (i32.load align=0))", 1, 17, "alignment"),
  .init("(func (i32.load offset=-1))", 1, 17, "unknown operator offset=-1"),
  .init("(func (i32.load offset=18446744073709551616))", 1, 17, "i64 constant out of range"),
  .init("(func (i8x16.extract_lane_s 256))", 1, 29, "i8 constant out of range"),
  .init("(func (i8x16.shuffle 1 2 3))", 1, 27, "invalid lane length"),
  .init("(func (call 4294967296))", 1, 13, "i32 constant out of range"),
  .init("(memory 18446744073709551616)", 1, 9, "i64 constant out of range"),
  .init("(memory 0 (pagesize 3))", 1, 21, "invalid custom page size"),
  .init("(func $)", 1, 7, "empty identifier"),
  .init("(func $\"\")", 1, 7, "empty identifier"),
  .init("(; (; ;)", 1, 1, "unclosed comment"),
  .init("(@a (b)", 1, 1, "unclosed annotation"),
  .init("(@)", 1, 1, "empty annotation id"),
  .init("(func é)", 1, 7, "illegal character"),
  .init(";; ä\n(func \u{1})", 2, 7, "illegal character"),
  .init("(;é;) (func x)", 1, 13, "unknown operator x"),
]

@Suite struct ErrorTests {
  @Test("faults have a place and a reason", arguments: faults) func located(expected: Fault) throws {
    let error = try #require(fault(expected.text))
    #expect(error.reason.hasPrefix(expected.reason), "\(error.reason)")
    #expect("\(error.position)" == "\(expected.line):\(expected.column)")
  }

  @Test func pageSizesNeedTheirFeature() throws {
    var features = FeatureSet.all
    features.remove(.customPageSizes)
    let without = TextOptions(features: features)
    for text in [
      "(memory 1 (pagesize 65536))", "(memory 1 (pagesize 1))", "(memory (pagesize 65536) (data))",
    ] {
      #expect(fault(text) == nil)
      let error = try #require(fault(text, without), "\(text)")
      #expect(error.reason.hasPrefix("custom page size: it needs the feature custom-page-sizes"))
    }
  }

  @Test("every prefix of a module is a fault or a module") func prefixes() {
    let text =
      Array(
        "(module $m (type $t (func (param i32))) (memory (data \"a\\00\")) (func $f (type $t) (block $l (br_if $l "
          .utf8) + Array("(local.get 0))) (drop (f32.const -0x1.8p+3)) (; c ;) (@x \"y\")) ;; end\n)".utf8)
    for length in 1..<text.count - 1 { #expect(fault(Array(text[..<length])) != nil) }
    #expect(fault(text) == nil)
  }

  @Test("an error shows its line and a caret") func rendering() throws {
    let error = try #require(fault("(func\n\t(ünk)\n)"))
    #expect(
      error.rendered(file: "a.wat") == """
        a.wat:2:3: error: illegal character: outside strings and comments only printable ASCII may stand
          \t(ünk)
          \t ^
        """)
  }

  @Test("only the part of a long line around the place is shown") func longLine() throws {
    let error = try #require(fault(String(repeating: "(func)", count: 10_000) + "(oops)"))
    #expect(error.position.column == 60_002)
    #expect(error.excerpt.hasSuffix("(oops)"))
    #expect(error.excerpt.count < 250)
    #expect(error.excerpt.dropFirst(error.excerptColumn).hasPrefix("oops"))
  }

  @Test("sizes are 32-bit numbers without memory64") func sizes() {
    let old = TextOptions(features: .webAssembly2)
    #expect(fault("(memory 0x1_0000_0000)") == nil)
    #expect(fault("(memory 0x1_0000_0000)", old)?.reason.hasPrefix("i32 constant out of range") == true)
    #expect(
      fault("(table 0 0x1_0000_0000 funcref)", old)?.reason.hasPrefix("i32 constant out of range") == true)
  }
}
