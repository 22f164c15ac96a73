/// Which features a module uses: those whose absence makes it malformed or invalid.

import Testing
import WebAssembly
import WebAssemblyText

@Suite struct UsedFeatureTests {
  /// The features that the module is refused without, found by trying each.
  private func tried(_ bytes: [UInt8]) -> FeatureSet {
    FeatureSet(
      Feature.allCases.filter { feature in
        var others = FeatureSet.all
        others.remove(feature)
        return (try? ModuleContext.load(bytes, features: others)) == nil
      })
  }

  static let texts = [
    "(module)",
    "(func (param i32) (result i32) local.get 0)",
    "(func (result i32 i32) i32.const 1 i32.const 2)",
    "(type (func (result i32 i32)))",
    "(func i32.const 1 (block (param i32) drop))",
    "(func (result i32) (block (result i32) i32.const 1))",
    "(func (param v128))", "(func (local externref))", "(func (param funcref))",
    "(table 1 externref)", "(table 1 funcref)", "(table 1 funcref) (table 1 funcref)",
    "(memory 1) (memory 1)", "(memory i64 1)", "(memory 1 2 shared)", "(memory 0 (pagesize 1))",
    "(memory 1) (memory 1) (func (i32.store 1 (i32.const 0) (i32.const 0)))",
    "(memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))",
    "(memory 1) (data \"x\")", "(memory 1) (data (i32.const 0) \"x\")",
    "(table 1 funcref) (elem (i32.const 0) func)", "(elem func)", "(elem declare func)",
    "(table 1 funcref) (elem (i32.const 0) funcref (ref.null func))",
    "(table 1 funcref) (table 1 funcref) (type (func)) (func (call_indirect 1 (type 0) (i32.const 0)))",
    "(table 1 funcref) (type (func)) (func (call_indirect (type 0) (i32.const 0)))",
    "(global (import \"m\" \"g\") (mut i32))", "(global (export \"g\") (mut i32) (i32.const 0))",
    "(global (mut i32) (i32.const 0))",
    "(global i32 (i32.add (i32.const 0) (i32.const 0)))",
    "(global i32 (i32.const 0)) (global i32 (global.get 0))",
    "(global (import \"m\" \"g\") i32) (global i32 (global.get 0))",
    "(func (result i32) (i32.extend8_s (i32.const 0)))",
    "(func (result i32) (i32.trunc_sat_f32_s (f32.const 0)))",
    "(func $f (return_call $f))", "(type $t (func)) (func (param (ref $t)) (call_ref $t (local.get 0)))",
    "(type (struct)) (func (drop (struct.new 0)))", "(rec (type (func)) (type (func)))",
    "(type (sub (func)))", "(type (array i8))", "(func (param i31ref))", "(func (param exnref))",
    "(func (param nullexnref))", "(tag)", "(tag) (func (throw 0))", "(import \"m\" \"t\" (tag))",
    "(tag) (export \"t\" (tag 0))", "(func (try (do) (catch_all)))",
    "(func (block (try_table (catch_all 0))))",
    "(func (param (ref null extern) (ref any)))",
    "(func (param i32) (select (result i32) (i32.const 0) (i32.const 1) (i32.const 2)) drop)",
    "(func (select (result funcref) (ref.null func) (ref.null func) (i32.const 2)) drop)",
    "(func (drop (i64.mul_wide_u (i64.const 0) (i64.const 0))) drop)", "(func atomic.fence)",
    "(func (param v128) (drop (i8x16.relaxed_swizzle (local.get 0) (local.get 0))))",
    "(table 1 (ref func) (ref.func 0)) (func)", "(memory 1) (func (drop (memory.size)))",
    """
    (rec (type $s (descriptor $d) (struct)) (type $d (describes $s) (struct)))
    (func (param (ref (exact $d))) (drop (struct.new_default_desc $s (local.get 0))))
    """,
    """
    (type $a (struct (field i32))) (type $b (struct (field i64)))
    (func (param anyref) (result anyref) (br_on_cast 0 (ref $a) (ref $b) (ref.cast (ref $a) (local.get 0))))
    """,
  ]

  @Test(arguments: texts) func usedFeatures(text: String) throws {
    let bytes = try module(text).encode()
    let context = try ModuleContext.decode(bytes)
    let used = try context.validateBodies()
    let expected = tried(bytes)
    #expect(used == expected, "\(used.members) instead of \(expected.members)")
  }
}
