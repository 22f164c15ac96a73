/// Every abbreviation against what it stands for, and every family of syntax against its bytes.

import Testing
import WebAssembly
import WebAssemblyText

/// Two texts of one module, and what the pair shows.
struct Equivalence: CustomTestStringConvertible {
  let testDescription: String
  let text: String
  let other: String

  init(_ description: String, _ text: String, _ other: String) {
    testDescription = description
    self.text = text
    self.other = other
  }
}

private let equivalences: [Equivalence] = [
  .init("fields without a module around them", "(func) (memory 1)", "(module (func) (memory 1))"),
  .init("comments and white space", "(module(;a(;b;);)(func;;c\n nop))", "(module (func nop))"),
  .init("unknown annotations are skipped", "(@x (y \"z\") ,;) (func (@a) nop)", "(func nop)"),
  .init(
    "inline export", "(func (export \"a\") (export \"b\"))",
    "(func) (export \"a\" (func 0)) (export \"b\" (func 0))"),
  .init(
    "inline import of a function", "(func (export \"e\") (import \"m\" \"n\") (param i32))",
    "(import \"m\" \"n\" (func (param i32))) (export \"e\" (func 0))"),
  .init(
    "inline import of a table", "(table (import \"m\" \"n\") 1 2 funcref)",
    "(import \"m\" \"n\" (table 1 2 funcref))"),
  .init(
    "inline import of a memory", "(memory (import \"m\" \"n\") i64 1)", "(import \"m\" \"n\" (memory i64 1))"),
  .init(
    "inline import of a global", "(global (import \"m\" \"n\") (mut i32))",
    "(import \"m\" \"n\" (global (mut i32)))"),
  .init(
    "inline import of a tag", "(tag (import \"m\" \"n\") (param i32))",
    "(import \"m\" \"n\" (tag (param i32)))"),
  .init(
    "parameters one by one", "(func (param i32 i64) (param f32))",
    "(func (param i32) (param i64) (param f32))"),
  .init("empty groups", "(func (param) (result) (local))", "(func)"),
  .init(
    "a type use without index finds the type", "(type (func (param i32))) (func (param i32))",
    "(type (func (param i32))) (func (type 0) (param i32))"),
  .init(
    "new types come last, in the order of the text",
    "(func (param i32)) (type (func)) (func (result i64) (block (param i32) (drop)) unreachable)",
    "(type (func)) (type (func (param i32))) (type (func (result i64))) (func (type 1)) "
      + "(func (type 2) block (type 1) drop end unreachable)"),
  .init(
    "the least index of equal types is taken", "(type (func)) (type (func)) (func)",
    "(type (func)) (type (func)) (func (type 0))"),
  .init(
    "a type in a larger recursion group stands for itself only", "(rec (type (func)) (type (func))) (func)",
    "(rec (type (func)) (type (func))) (type (func)) (func (type 2))"),
  .init(
    "a type that is not final is not meant either", "(type (sub (func))) (func)",
    "(type (sub (func))) (type (func)) (func (type 1))"),
  .init("final is the default", "(type (sub final (struct)))", "(type (struct))"),
  .init("a recursion group of one", "(rec (type (func)))", "(type (func))"),
  .init(
    "fields one by one", "(type (struct (field i8 (mut i16)) (field f32)))",
    "(type (struct (field i8) (field (mut i16)) (field f32)))"),
  .init(
    "short reference types",
    "(func (param anyref eqref i31ref structref arrayref nullref funcref nullfuncref))",
    "(func (param (ref null any) (ref null eq) (ref null i31) (ref null struct) (ref null array) (ref null none)"
      + " (ref null func) (ref null nofunc)))"),
  .init(
    "short references to the outside", "(func (param externref nullexternref exnref nullexnref))",
    "(func (param (ref null extern) (ref null noextern) (ref null exn) (ref null noexn)))"),
  .init(
    "folded instructions",
    "(func (result i32) (i32.add (i32.const 1) (i32.mul (i32.const 2) (i32.const 3))))",
    "(func (result i32) i32.const 1 i32.const 2 i32.const 3 i32.mul i32.add)"),
  .init(
    "a folded block", "(func (block (result i32) (i32.const 1)) drop)",
    "(func block (result i32) i32.const 1 end drop)"),
  .init(
    "a folded if", "(func (if (i32.const 0) (then nop) (else unreachable)))",
    "(func i32.const 0 if nop else unreachable end)"),
  .init(
    "a folded if without else", "(func (if (result i32) (i32.const 0) (then (i32.const 1))) drop)",
    "(func i32.const 0 if (result i32) i32.const 1 end drop)"),
  .init(
    "a condition of several instructions", "(func (if (nop) (i32.const 0) (then)))",
    "(func nop i32.const 0 if end)"),
  .init(
    "labels by name", "(func block $a loop $b br $a br $b end end)", "(func block loop br 1 br 0 end end)"),
  .init(
    "the innermost of equal labels", "(func block $a block $a br $a end br $a end)",
    "(func block block br 0 end br 0 end)"),
  .init(
    "a label does not reach into the condition",
    "(func block $a (if $b (br_if $a (i32.const 0)) (then br $a)) end)",
    "(func block i32.const 0 br_if 0 if br 1 end end)"),
  .init(
    "labels repeated at the end", "(func block $a end $a i32.const 0 if $b else $b end $b)",
    "(func block end i32.const 0 if else end)"),
  .init(
    "branch tables", "(func block $x (br_table $x 0 1 $x (i32.const 0)) end)",
    "(func block i32.const 0 br_table 0 0 1 0 end)"),
  .init(
    "locals by name", "(func (param $p i32) (local $l i64) local.get $l drop local.get $p drop)",
    "(func (param i32) (local i64) local.get 1 drop local.get 0 drop)"),
  .init(
    "quoted identifiers", "(func $\"a b\" call $\"a\\20b\") (func $ab call $\"ab\")",
    "(func call 0) (func call 1)"),
  .init(
    "forward references", "(start $s) (export \"e\" (global $g)) (func $s) (global $g i32 (i32.const 0))",
    "(func) (global i32 (i32.const 0)) (export \"e\" (global 0)) (start 0)"),
  .init(
    "the memory that is left out", "(memory 1) (func (drop (i32.load (i32.const 0))) (memory.size) (drop))",
    "(memory 1) (func (drop (i32.load 0 offset=0 align=4 (i32.const 0))) (memory.size 0) (drop))"),
  .init(
    "a table with its elements", "(func $f) (table funcref (elem $f $f))",
    "(func) (table 2 2 funcref) (elem (table 0) (i32.const 0) func 0 0)"),
  .init(
    "a table with element expressions", "(table i64 externref (elem (ref.null extern)))",
    "(table i64 1 1 externref) (elem (table 0) (offset (i64.const 0)) externref (item (ref.null extern)))"),
  .init(
    "a table of another function type", "(type $t (func)) (func $f) (table (ref $t) (elem $f))",
    "(type (func)) (func) (table 1 1 (ref 0)) (elem (i32.const 0) (ref 0) (ref.func 0))"),
  .init(
    "a memory with its contents", "(memory (data \"ab\" \"c\"))",
    "(memory 1 1) (data (memory 0) (i32.const 0) \"abc\")"),
  .init("an empty memory with contents", "(memory (data))", "(memory 0 0) (data (i32.const 0))"),
  .init(
    "a memory of small pages with contents", "(memory i64 (pagesize 1) (data \"abc\"))",
    "(memory i64 3 3 (pagesize 1)) (data (i64.const 0) \"abc\")"),
  .init(
    "elements without func", "(table 1 funcref) (func $f) (elem (i32.const 0) $f)",
    "(table 1 funcref) (func) (elem (table 0) (offset i32.const 0) func 0)"),
  .init(
    "elements with a bare table index", "(table 1 funcref) (func) (elem 0 (i32.const 0) 0)",
    "(table 1 funcref) (func) (elem (i32.const 0) func 0)"),
  .init(
    "items", "(elem funcref (ref.null func) (item ref.func 0)) (func)",
    "(elem (ref null func) (item (ref.null func)) (ref.func 0)) (func)"),
  .init(
    "data with an offset in words", "(memory 1) (data $d (offset (i32.const 1) (i32.const 2) i32.add) \"x\")",
    "(memory 1) (data (memory 0) (offset i32.const 1 i32.const 2 i32.add) \"x\")"),
  .init(
    "table and memory operands",
    "(table $t 1 funcref) (elem $e func) (func (table.init $t $e (i32.const 0) "
      + "(i32.const 0) (i32.const 0)) (table.copy (i32.const 0) (i32.const 0) (i32.const 0)))",
    "(table 1 funcref) (elem func) (func i32.const 0 i32.const 0 i32.const 0 table.init 0 i32.const 0 i32.const 0 "
      + "i32.const 0 table.copy 0 0)"),
  .init(
    "exceptions",
    "(tag $e (param i32)) (func (block $h (result i32) (try_table (catch $e $h) (catch_all 0) "
      + "(throw $e (i32.const 1))) (i32.const 0)) drop)",
    "(tag (param i32)) (func block (result i32) try_table (catch 0 0) (catch_all 0) i32.const 1 throw 0 end "
      + "i32.const 0 end drop)"),
  .init(
    "legacy exceptions", "(tag $e) (func (try $t (do (call 0)) (catch $e (rethrow $t)) (catch_all nop)))",
    "(tag) (func try call 0 catch 0 rethrow 0 catch_all nop end)"),
  .init(
    "legacy delegation", "(func (block $b (try (do nop) (delegate $b))))",
    "(func block try nop delegate 0 end)"),
  .init(
    "structures",
    "(type $s (struct (field $x (mut i32)) (field $y i8))) "
      + "(func (param (ref $s)) (struct.set $s $x (local.get 0) (struct.get_s $s $y (local.get 0))))",
    "(type (struct (field (mut i32)) (field i8))) (func (param (ref 0)) local.get 0 local.get 0 struct.get_s 0 1 "
      + "struct.set 0 0)"),
  .init(
    "casts",
    "(type $s (struct)) (func (param anyref) (drop (ref.test (ref $s) (local.get 0))) "
      + "(drop (ref.cast (ref null $s) (local.get 0))) (block $b (result (ref $s)) (br_on_cast $b anyref (ref $s) "
      + "(local.get 0)) unreachable) drop)",
    "(type (struct)) (func (param anyref) local.get 0 ref.test (ref 0) drop local.get 0 ref.cast (ref null 0) drop "
      + "block (result (ref 0)) local.get 0 br_on_cast 0 anyref (ref 0) unreachable end drop)"),
  .init(
    "lanes of memory accesses",
    "(memory $a 1) (memory $b 1) (func (param v128) (drop (v128.load8_lane 3 (i32.const 0) "
      + "(local.get 0))) (drop (v128.load8_lane $b offset=4 align=1 3 (i32.const 0) (local.get 0))))",
    "(memory 1) (memory 1) (func (param v128) i32.const 0 local.get 0 v128.load8_lane 0 offset=0 3 drop i32.const 0 "
      + "local.get 0 v128.load8_lane 1 offset=4 3 drop)"),
  .init(
    "custom descriptors", "(rec (type $a (descriptor $b) (struct)) (type $b (describes $a) (struct)))",
    "(rec (type (descriptor 1) (struct)) (type (describes 0) (struct)))"),
  .init(
    "placement of custom sections",
    "(@custom \"x\" (before global) \"1\") (type (func)) (global i32 (i32.const 0))",
    "(type (func)) (global i32 (i32.const 0)) (@custom \"x\" (after type) \"1\")"),
]

@Suite struct EquivalenceTests {
  private static let unnamed = TextOptions(keepsNames: false)

  @Test("a text and its plain form are one module", arguments: equivalences) func same(pair: Equivalence)
    throws
  {
    let structure = try module(pair.text, Self.unnamed)
    #expect(structure == (try module(pair.other, Self.unnamed)))
  }

  @Test("printing a module and reading it gives it again", arguments: equivalences) func printed(
    pair: Equivalence
  )
    throws
  {
    let structure = try module(pair.text)
    let text = try structure.text()
    #expect(try module(text) == structure, "\(text)")
  }

  @Test("encoding a module and decoding it gives it again", arguments: equivalences) func encoded(
    pair: Equivalence
  )
    throws
  {
    let structure = try module(pair.text)
    let decoded = try ModuleStructure.decode(structure.encode())
    try decoded.checkBodies()
    #expect(decoded == structure)
  }
}

@Suite struct EncodingTests {
  @Test(
    "a module in full",
    arguments: [
      (
        "(module (func (export \"f\") (param i32) (result i32) local.get 0 i32.const -1 i32.add))",
        [
          0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7F, 1, 0x7F, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0,
          0, 0x0A, 9,
          1, 7, 0, 0x20, 0, 0x41, 0x7F, 0x6A, 0x0B,
        ]
      ),
      ("(module)", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]),
      ("", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]),
    ] as [(String, [UInt8])])
  func modules(text: String, bytes: [UInt8]) throws {
    #expect(try module(text).encode() == bytes)
  }

  @Test(
    "bodies byte by byte",
    arguments: [
      ("nop", [0x01]), ("i32.const 128", [0x41, 0x80, 0x01]), ("i64.const -64", [0x42, 0x40]),
      ("f32.const 1", [0x43, 0, 0, 0x80, 0x3F]), ("i32.load8_u offset=300", [0x2D, 0, 0xAC, 0x02]),
      ("i64.store align=1", [0x37, 0, 0]), ("i32.load 1 offset=2", [0x28, 0x42, 1, 2]),
      ("call_indirect 3 (type 0)", [0x11, 0, 3]), ("select", [0x1B]),
      ("select (result i32)", [0x1C, 1, 0x7F]), ("ref.null func", [0xD0, 0x70]), ("ref.null 0", [0xD0, 0]),
      ("memory.copy 1 2", [0xFC, 10, 1, 2]), ("table.init 1 2", [0xFC, 12, 2, 1]),
      ("memory.init 1 0", [0xFC, 8, 0, 1]),
      (
        "i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31",
        [0xFD, 13, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 31]
      ),
      ("i8x16.extract_lane_s 15", [0xFD, 21, 15]), ("ref.test (ref null i31)", [0xFB, 21, 0x6C]),
      ("ref.cast (ref eq)", [0xFB, 22, 0x6D]),
      ("br_on_cast 0 anyref (ref i31)", [0xFB, 24, 1, 0, 0x6E, 0x6C]),
      ("array.new_fixed 0 7", [0xFB, 8, 0, 7]), ("atomic.fence", [0xFE, 3, 0]),
      ("i32.atomic.rmw.add offset=4", [0xFE, 0x1E, 2, 4]), ("i64.add128", [0xFC, 19]),
      ("block (result i64) end", [0x02, 0x7E, 0x0B]), ("loop (type 0) end", [0x03, 0, 0x0B]),
    ] as [(String, [UInt8])])
  func bodies(text: String, bytes: [UInt8]) throws {
    #expect(try body("(type (func)) (data) (func \(text))") == bytes + [0x0B])
  }

  @Test("locals of one type are counted together") func locals() throws {
    let structure = try module("(func (local i32 i32) (local $x i32) (local i64) (local i32))")
    #expect(
      structure.functions[0].locals == [
        LocalGroup(count: 3, type: .i32), LocalGroup(count: 1, type: .i64), LocalGroup(count: 1, type: .i32),
      ])
  }

  @Test("the data count is there when an instruction needs it") func dataCount() throws {
    #expect(try module("(data \"a\") (func)").dataCount == nil)
    #expect(try module("(data \"a\") (func data.drop 0)").dataCount == 1)
  }

  @Test("names compare by their bytes") func names() throws {
    // The same letter composed and decomposed.
    let structure = try module("(func $\"\\u{e9}\") (func $\"e\\u{301}\" call $\"\\u{e9}\")")
    #expect(try instructions(structure.functions[1].body)[0].a == 0)
  }

  @Test("limits and page sizes") func memories() throws {
    let structure = try module(
      "(memory i64 1 0xffff_ffff_ffff_ffff) (memory 1 2 shared) (memory 0 (pagesize 1)) (memory 0 (pagesize 2))"
    )
    #expect(
      structure.memories == [
        MemoryType(Limits(1, .max), addressType: .i64), MemoryType(Limits(1, 2), isShared: true),
        MemoryType(Limits(0), pageSizeExponent: 0), MemoryType(Limits(0), pageSizeExponent: 1),
      ])
  }
}
