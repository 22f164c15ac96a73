// The rules of the translation, one by one: what a few lines of text become.

import Testing
import WebAssembly
import WebAssemblyText

/// A module's fields, among them the exported function `f`, and the operations of that. Labels are places
/// in the list of operations; types are left out, their numbers being the process's.
struct TranslationCase: Sendable, CustomTestStringConvertible {
  var rule: String
  var source: String
  var operations: String

  init(_ rule: String, _ source: String, _ operations: String) {
    self.rule = rule
    self.source = source
    self.operations = operations
  }

  var testDescription: String { rule }
}

/// The operations of a module's exported function `f`.
private func disassemble(_ source: String) throws -> Disassembly {
  // Each operation by itself: `SuperinstructionTests` looks at what becomes of several.
  let module = try Module(
    bytes: ModuleStructure(text: "(module \(source))").encode(), engine: Engine(.simple))
  try module.validate()
  let export = try #require(module.exports.first { $0.name == "f" })
  return try #require(try module.disassemble(export.index))
}

private func operations(_ source: String) throws -> String {
  let operations = try disassemble(source).operations
  /// `-> 0x28` becomes the place of the operation that lies there.
  func field(_ text: String) -> String {
    guard text.hasPrefix("-> 0x") else { return text }
    let digits = text.dropFirst(5).prefix { $0.isHexDigit }
    let place = operations.firstIndex { $0.offset == Int(digits, radix: 16) }
    return "-> \(place.map(String.init) ?? "nowhere")" + text.dropFirst(5 + digits.count)
  }
  return operations.map { operation in
    let fields = operation.fields.filter { !$0.hasPrefix("type ") }.map(field)
    return fields.isEmpty ? operation.name : operation.name + " " + fields.joined(separator: ", ")
  }.joined(separator: "\n")
}

@Suite struct TranslationTests {
  /// Instructions become operations over slots and immediates.
  static let selection: [TranslationCase] = [
    TranslationCase(
      "a local is read where it lies",
      """
      (func (export "f") (param i32 i32) (result i32) local.get 0 local.get 1 i32.sub)
      """,
      """
      i32_sub_ss_a a s0, b s1
      return1_a header s2
      """),
    TranslationCase(
      "a constant becomes the second operand's immediate, and its subtraction an addition",
      """
      (func (export "f") (param i32) (result i32) local.get 0 i32.const -5 i32.sub)
      """,
      """
      i32_add_si_a b #5, a s0
      return1_a header s1
      """),
    TranslationCase(
      "a constant becomes the first operand's immediate where order matters",
      """
      (func (export "f") (param i32) (result i32) i32.const 9 local.get 0 i32.sub)
      """,
      """
      i32_sub_is_a a #9, b s0
      return1_a header s1
      """),
    TranslationCase(
      "a constant moves behind where order does not matter",
      """
      (func (export "f") (param i32) (result i32) i32.const 9 local.get 0 i32.add)
      """,
      """
      i32_add_si_a b #9, a s0
      return1_a header s1
      """),
    TranslationCase(
      "a comparison with a constant in front is turned around",
      """
      (func (export "f") (param i32) (result i32) i32.const 9 local.get 0 i32.lt_s)
      """,
      """
      i32_gt_s_si_a b #9, a s0
      return1_a header s1
      """),
    TranslationCase(
      "a constant of 64 bits that 32 do not hold takes a slot",
      """
      (func (export "f") (param i64) (result i64) local.get 0 i64.const 0x123456789 i64.add)
      """,
      """
      constant64_a value #4886718345
      i64_add_as_a b s0
      return1_a header s1
      """),
    TranslationCase(
      "a constant of f64 is an immediate of 64 bits",
      """
      (func (export "f") (param f64) (result f64) local.get 0 f64.const 1.5 f64.mul)
      """,
      """
      f64_mul_si_a immediate #1.5, a s0
      return1_a header s1
      """),
    TranslationCase(
      "what is computed for a local is written to it at once",
      """
      (func (export "f") (param i32 i32) local.get 0 local.get 1 i32.mul local.set 1)
      """,
      """
      i32_mul_ss_s result s1, a s0, b s1
      return0 header s2
      """),
    TranslationCase(
      "a read that waits keeps the value from before a write",
      """
      (func (export "f") (param i32) (result i32) local.get 0 i32.const 7 local.set 0 local.get 0
      i32.sub)
      """,
      """
      copy_s result s3, source s0
      constant32_s value #7, result s0
      i32_sub_sa_a a s3
      return1_a header s1
      """),
    TranslationCase(
      "a write touches only the reads of its own local",
      """
      (func (export "f") (param i32 i32) (result i32) local.get 1 local.get 0 i32.const 7 local.set 1
      i32.add)
      """,
      """
      copy_s result s4, source s1
      constant32_s value #7, result s1
      i32_add_ss_a a s4, b s0
      return1_a header s2
      """),
    TranslationCase(
      "setting a local to itself leaves nothing",
      """
      (func (export "f") (param i32) local.get 0 local.set 0)
      """,
      """
      return0 header s1
      """),
    TranslationCase(
      "a dropped constant leaves nothing",
      """
      (func (export "f") i32.const 3 drop)
      """,
      """
      return0 header s0
      """),
    TranslationCase(
      "tee keeps the local as the operand",
      """
      (func (export "f") (param i32 i32) (result i32) local.get 0 i32.const 1 i32.add local.tee 1
      local.get 1 i32.mul)
      """,
      """
      i32_add_si_s b #1, result s1, a s0
      i32_mul_as_a b s1
      return1_a header s2
      """),
    TranslationCase(
      "reads that wait move before a block",
      """
      (func (export "f") (param i32) (result i32) local.get 0 block i32.const 1 local.set 0 end)
      """,
      """
      copy_s result s3, source s0
      constant32_s value #1, result s0
      return1_s header s1, value s3
      """),
    TranslationCase(
      "a bit pattern changes its type without code",
      """
      (func (export "f") (param f32) (result i32) local.get 0 i32.reinterpret_f32)
      """,
      """
      return1_s header s1, value s0
      """),
    TranslationCase(
      "select reads its condition last",
      """
      (func (export "f") (param i32 i32 i32) (result i32) local.get 0 local.get 1 local.get 2 select)
      """,
      """
      select_s_a first s0, second s1, condition s2
      return1_a header s3
      """),
    TranslationCase(
      "globals are read and written in their cells",
      """
      (global $a (mut i32) (i32.const 0)) (global $v (mut v128) (v128.const i64x2 0 0)) (func (export
      "f") (result i32) global.get $a i32.const 1 i32.add global.set $a global.get $v global.set $v
      global.get $a)
      """,
      """
      globalGet_a global #0
      i32_add_ai_a b #1
      globalSet_a global #0
      globalGetVector global #1, result s3
      globalSetVector global #1, value s3
      globalGet_a global #0
      return1_a header s1
      """),
    TranslationCase(
      "an imported global has operations of its own",
      """
      (import "m" "g" (global $a (mut i64))) (func (export "f") global.get $a i64.ctz global.set $a)
      """,
      """
      globalGetImported_a global #0
      i64_ctz_a_a
      globalSetImported_a global #0
      return0 header s0
      """),
    TranslationCase(
      "another memory is reached by a wide form with its number",
      """
      (memory 1) (memory $m i64 1) (func (export "f") (param i64) (result i32) local.get 0 i64.const
      3 i64.add i32.load8_u $m offset=7)
      """,
      """
      i64_add_si_a b #3, a s0
      load8_zero_wide_a_a offset #7, memory #1
      return1_a header s1
      """),
    TranslationCase(
      "vectors lie in two slots",
      """
      (func (export "f") (param v128 i32) (result v128) local.get 0 local.get 1 i32x4.splat
      i32x4.add)
      """,
      """
      i32x4_splat_s result s7, a s2
      i32x4_add result s5, a s0, b s7
      copyVector result s0, source s5
      return0 header s3
      """),
    TranslationCase(
      "a vector's shift takes a constant count",
      """
      (func (export "f") (param v128) (result v128) local.get 0 i32.const 3 i32x4.shl)
      """,
      """
      i32x4_shl_i result s4, a s0, b #3
      copyVector result s0, source s4
      return0 header s2
      """),
    TranslationCase(
      "a shuffle names bytes of the frame, in groups",
      """
      (func (export "f") (param v128 v128) (result v128) local.get 0 local.get 1 i8x16.shuffle 0 1 2
      3 16 17 18 19 4 5 6 7 20 21 22 23)
      """,
      """
      shuffle32 result s6, #0, #16, #4, #20
      copyVector result s0, source s6
      return0 header s4
      """),
    TranslationCase(
      "a cast reads a local where it lies",
      """
      (type $s (struct (field i32))) (func (export "f") (param anyref) (result i32) local.get 0
      ref.cast (ref $s) struct.get $s 0)
      """,
      """
      refCast_type_s passesNull #0, isExact #0, reference s0
      structGet_word32_s_a offset #8, reference s0
      return1_a header s1
      """),
    TranslationCase(
      "a null check reads a local where it lies",
      """
      (type $s (struct (field i32))) (func (export "f") (param (ref null $s)) (result i32) local.get
      0 ref.as_non_null struct.get $s 0)
      """,
      """
      refAsNonNull_s reference s0
      structGet_word32_s_a offset #8, reference s0
      return1_a header s1
      """),
    TranslationCase(
      "br_on_null keeps its reference in its slot",
      """
      (func (export "f") (param i32 funcref) (result i32) (block local.get 1 br_on_null 0 drop)
      local.get 0)
      """,
      """
      copy_s result s4, source s1
      br_i64_eq_ai -> 2, costs 1, then 2, b #0
      return1_s header s2, value s0
      """),
    TranslationCase(
      "br_on_null carries a constant on both ways",
      """
      (func (export "f") (param funcref) (result i32) i32.const 5 local.get 0 br_on_null 0 drop)
      """,
      """
      copy_s result s4, source s0
      br_i64_ne_ai -> 4, costs 1, then 0, b #0
      constant32_a value #5
      return1_a header s1
      constant32_a value #5
      return1_a header s1
      """),
    TranslationCase(
      "br_on_non_null carries its reference",
      """
      (type $s (struct (field i32))) (func (export "f") (param (ref null $s)) (result i32) (block
      (result (ref $s)) local.get 0 br_on_non_null 0 i32.const 7 return) struct.get $s 0)
      """,
      """
      copy_s result s3, source s0
      br_i64_ne_ai -> 4, costs 1, then 2, b #0
      constant32_a value #7
      return1_a header s1
      structGet_word32_s_a offset #8, reference s3
      return1_a header s1
      """),
    TranslationCase(
      "br_on_cast moves a local to the label behind its test",
      """
      (type $s (struct (field i32))) (func (export "f") (param anyref) (result i32) (block (result
      (ref $s)) local.get 0 br_on_cast 0 anyref (ref $s) drop i32.const 7 return) struct.get $s 0)
      """,
      """
      refTest_type_s_a passesNull #0, isExact #0, reference s0
      br_i32_eq_ai -> 4, costs 3, then 0, b #0
      copy_s result s3, source s0
      br -> 6, costs 1
      constant32_a value #7
      return1_a header s1
      structGet_word32_s_a offset #8, reference s3
      return1_a header s1
      """),
    TranslationCase(
      "a landing carries what was caught to its label",
      """
      (tag $t (param i32)) (func $g) (func (export "f") (result i32) (block $h (result i32)
      (try_table (catch $t $h) call $g) i32.const 1))
      """,
      """
      call function #0, frame s3, then 0
      br -> 3, costs 1
      br -> 4, costs 0
      constant32_s value #1, result s3
      return1_s header s1, value s3
      """),
    TranslationCase(
      "operands below a try_table are in their slots",
      """
      (tag $t (param i32 i32)) (func $g) (func (export "f") (param i32) (result i32 i32) local.get 0
      (block $h (result i32 i32) (try_table (catch $t $h) call $g) i32.const 1 i32.const 2) i32.add)
      """,
      """
      copy_s result s4, source s0
      call function #0, frame s5, then 0
      br -> 4, costs 3
      br -> 6, costs 1
      constant32_s value #1, result s5
      constant32_s value #2, result s6
      i32_add_ss_s result s5, a s5, b s6
      moveReturn count #2, source s4, header s2
      """),
    TranslationCase(
      "the way around the clauses of an empty legacy body is charged to the slice",
      """
      (func (export "f") (try (do) (catch_all)))
      """,
      """
      surcharge cost #1
      br -> 4, costs 0
      charge then 0
      br -> 4, costs 0
      return0 header s0
      """),
    TranslationCase(
      "a legacy clause finds its values above the exception",
      """
      (tag $t (param i32)) (func $g) (func (export "f") (result i32) (try (result i32) (do call $g
      i32.const 1) (catch $t i32.const 2 i32.add)))
      """,
      """
      call function #0, frame s3, then 1
      constant32_s value #1, result s3
      br -> 7, costs 0
      charge then 2
      i32_add_si_a b #2, a s4
      copy_a result s3
      br -> 7, costs 0
      return1_s header s1, value s3
      """),
    TranslationCase(
      "a rethrow finds the exception of its clause",
      """
      (tag $t (param i32)) (func $g) (func (export "f") (try (do call $g) (catch_all rethrow 0)))
      """,
      """
      call function #0, frame s2, then 0
      br -> 4, costs 0
      charge then 1
      throwReference exception s2
      return0 header s0
      """),
    TranslationCase(
      "a thrown exception's values lie side by side",
      """
      (tag $t (param i32 i64)) (func (export "f") (param i32) local.get 0 i64.const 7 throw $t)
      """,
      """
      copy_s result s3, source s0
      constant32_s value #7, result s4
      throw tag #0, base s3
      """),
    TranslationCase(
      "a tail call moves its arguments to the frame's start",
      """
      (func $g (param i32 i32) (result i32) i32.const 0) (func (export "f") (param i32) (result i32)
      i32.const 8 local.get 0 return_call $g)
      """,
      """
      constant32_s value #8, result s3
      copy_s result s4, source s0
      returnCall function #0, frame s3, ownHeader s1, count #2
      """),
    TranslationCase(
      "a tail call of an import names where the callee's header lies",
      """
      (import "m" "g" (func $g (param i32))) (func (export "f") (param i32) local.get 0 return_call
      $g)
      """,
      """
      copy_s result s3, source s0
      returnCallImport function #0, frame s3, header s1, ownHeader s1, count #1
      """),
    TranslationCase(
      "a tail call through a table reads its index from a local",
      """
      (type $t (func (param i32))) (table 1 funcref) (func (export "f") (param i32) i32.const 8
      local.get 0 return_call_indirect (type $t))
      """,
      """
      constant32_s value #8, result s3
      returnCallIndirect table #0, index s0, frame s3, header s1, ownHeader s1, count #1
      """),
    TranslationCase(
      "a tail call of a reference reads it from a local",
      """
      (type $t (func (param i32))) (func (export "f") (param i32 (ref null $t)) i32.const 8 local.get
      1 return_call_ref $t)
      """,
      """
      constant32_s value #8, result s4
      returnCallReference reference s1, frame s4, header s1, ownHeader s2, count #1
      """),
    TranslationCase(
      "a constant goes to each label of a table anew",
      """
      (func (export "f") (param i32) (result i32) (block (result i32) i32.const 5 local.get 0
      br_table 0 1) i32.clz)
      """,
      """
      brTable_s count #2, index s0, -> 1 costs 0, -> 3 costs 0
      constant32_s value #5, result s3
      br -> 5, costs 1
      constant32_a value #5
      return1_a header s1
      i32_clz_s_a a s3
      return1_a header s1
      """),
    TranslationCase(
      "parameters of an if are in their slots in both arms",
      """
      (func (export "f") (param i32) (result i32) i32.const 3 local.get 0 (if (param i32) (result
      i32) (then i32.clz) (else i32.ctz)))
      """,
      """
      constant32_s value #3, result s3
      br_i32_eq_si -> 4, costs 1, then 1, b #0, a s0
      i32_clz_a_s result s3
      br -> 5, costs 0
      i32_ctz_s_s result s3, a s3
      return1_s header s1, value s3
      """),
    TranslationCase(
      "nothing behind unreachable leaves code, whatever is nested there",
      """
      (func (export "f") (param i32) (result i32) (block (result i32) unreachable (block (loop br 0))
      (if (then i32.const 1 drop) (else nop)) i32.const 3 i32.add) i32.clz)
      """,
      """
      unreachable
      """),
    TranslationCase(
      "the else of an arm that ends is reached again",
      """
      (func (export "f") (param i32) (result i32) local.get 0 (if (result i32) (then unreachable)
      (else i32.const 2)))
      """,
      """
      br_i32_eq_si -> 2, costs 1, then 1, b #0, a s0
      unreachable
      constant32_a value #2
      return1_a header s1
      """),
    TranslationCase(
      "several results are moved through slots of their own",
      """
      (func (export "f") (param i32 i32) (result i32 i32) local.get 1 local.get 0 return)
      """,
      """
      copy_s result s4, source s1
      copy_s result s5, source s0
      moveReturn count #2, source s4, header s2
      """),
    TranslationCase(
      "constants to select from take slots",
      """
      (func (export "f") (param i32) (result i32) i32.const 1 i32.const 2 local.get 0 i32.eqz select)
      """,
      """
      i32_eq_si_s b #0, result s5, a s0
      constant32_s value #1, result s3
      constant32_s value #2, result s4
      select_s_a first s3, second s4, condition s5
      return1_a header s1
      """),
    TranslationCase(
      "a constant that is stored is an immediate where 32 bits hold it",
      """
      (memory 1) (func (export "f") (param i32) local.get 0 i32.const 42 i32.store local.get 0
      i64.const 0x100000000 i64.store)
      """,
      """
      store32_s_i value #42, offset #0, a s0
      constant64_a value #4294967296
      store64_s_a offset #0, a s0
      return0 header s1
      """),
    TranslationCase(
      "a constant address comes in the accumulator",
      """
      (memory 1) (func (export "f") (result i32) i32.const 1024 i32.load)
      """,
      """
      constant32_a value #1024
      load32_zero_a_a offset #0
      return1_a header s1
      """),
    TranslationCase(
      "i31 references are shifts",
      """
      (func (export "f") (param i32) (result i32) local.get 0 ref.i31 i31.get_s)
      """,
      """
      i64_shl_si_a b #33, a s0
      i64_or_ai_a b #1
      i31Get_signed_a_a
      return1_a header s1
      """),
    TranslationCase(
      "a constant i31 needs no code to make",
      """
      (func (export "f") (result i32) i32.const 5 ref.i31 i31.get_s)
      """,
      """
      constant64_a value #42949672961
      i31Get_signed_a_a
      return1_a header s1
      """),
    TranslationCase(
      "arithmetic on pairs works on slots side by side",
      """
      (func (export "f") (param i64 i64) (result i64 i64) local.get 0 local.get 1 i64.mul_wide_u)
      """,
      """
      copy_s result s4, source s0
      copy_s result s5, source s1
      i64_mul_wide_u results s4, operands s4
      moveReturn count #2, source s4, header s2
      """),
    TranslationCase(
      "an atomic access is wide",
      """
      (memory 1 1 shared) (func (export "f") (param i32) (result i32) local.get 0 i32.const 3
      i32.atomic.rmw.add)
      """,
      """
      constant32_s value #3, result s4
      i32_atomic_rmw_add_a offset #0, memory #0, a s0, value s4
      return1_a header s1
      """),
    TranslationCase(
      "an object lists the slots of its fields",
      """
      (type $s (struct (field (mut i32)) (field i64))) (func (export "f") (param i32) (result anyref)
      local.get 0 i64.const 5 struct.new $s)
      """,
      """
      constant32_s value #5, result s4
      structNew number #1, count #2, top s5, result s3, s0, s4
      return1_a header s1
      """),
    TranslationCase(
      "a constant result of a branch is one again behind it",
      """
      (func (export "f") (param i32) (result i32) i32.const 5 local.get 0 br_if 0)
      """,
      """
      br_i32_eq_si -> 3, costs 0, then 0, b #0, a s0
      constant32_a value #5
      return1_a header s1
      constant32_a value #5
      return1_a header s1
      """),
    TranslationCase(
      "a branch between a temporary and a loop moves nothing that lies there already",
      """
      (func (export "f") (param i32) (result i32) (loop (result i32) local.get 0 i32.clz local.get 0
      br_if 0))
      """,
      """
      i32_clz_s_s result s3, a s0
      br_i32_ne_si -> 0, costs 4, then 0, b #0, a s0
      return1_a header s1
      """),
  ]

  /// An operation whose only reader follows becomes part of it.
  static let fusion: [TranslationCase] = [
    TranslationCase(
      "a comparison joins its branch",
      """
      (func (export "f") (param i32 i32) (block local.get 0 local.get 1 i32.lt_u br_if 0))
      """,
      """
      br_i32_lt_u_ss -> 1, costs 0, then 0, a s0, b s1
      return0 header s2
      """),
    TranslationCase(
      "eqz turns the comparison around",
      """
      (func (export "f") (param i32 i32) (block local.get 0 local.get 1 i32.lt_u i32.eqz br_if 0))
      """,
      """
      br_i32_ge_u_ss -> 1, costs 0, then 0, a s0, b s1
      return0 header s2
      """),
    TranslationCase(
      "eqz of a value is a comparison with 0",
      """
      (func (export "f") (param i64) (block local.get 0 i64.eqz br_if 0))
      """,
      """
      br_i64_eq_si -> 1, costs 0, then 0, b #0, a s0
      return0 header s1
      """),
    TranslationCase(
      "an order of floats has a branch of its own for its opposite",
      """
      (func (export "f") (param f64 f64) (block local.get 0 local.get 1 f64.lt i32.eqz br_if 0))
      """,
      """
      br_unless_f64_lt_ss -> 1, costs 0, then 0, a s0, b s1
      return0 header s2
      """),
    TranslationCase(
      "an if branches on the opposite",
      """
      (func (export "f") (param f32) (result i32) local.get 0 f32.const 1 f32.gt if (result i32)
      i32.const 1 else i32.const 2 end)
      """,
      """
      br_unless_f32_gt_si -> 3, costs 1, then 1, b #1.0, a s0
      constant32_s value #1, result s3
      br -> 4, costs 0
      constant32_s value #2, result s3
      return1_s header s1, value s3
      """),
    TranslationCase(
      "a comparison that a local keeps is not taken away",
      """
      (func (export "f") (param i32) (local i32) (block local.get 0 i32.const 3 i32.eq local.tee 1
      br_if 0))
      """,
      """
      i32_eq_si_s b #3, result s3, a s0
      br_i32_ne_ai -> 2, costs 0, then 0, b #0
      return0 header s1
      """),
    TranslationCase(
      "an f64 with a constant is compared before the branch",
      """
      (func (export "f") (param f64) (block local.get 0 f64.const 2 f64.lt br_if 0))
      """,
      """
      f64_lt_si_a immediate #2.0, a s0
      br_i32_ne_ai -> 2, costs 0, then 0, b #0
      return0 header s1
      """),
    TranslationCase(
      "an addition joins the address",
      """
      (memory 1) (func (export "f") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add
      i32.load offset=8)
      """,
      """
      load32_zero_ss_a a s0, b s1, offset #8
      return1_a header s2
      """),
    TranslationCase(
      "an addition of a constant joins the address",
      """
      (memory 1) (func (export "f") (param i32) (result i32) local.get 0 i32.const 12 i32.add
      i32.load8_s offset=100000)
      """,
      """
      load8_signed32_si_a b #12, offset #100000, a s0
      return1_a header s1
      """),
    TranslationCase(
      "an offset beyond 16 bits has no room beside two slots",
      """
      (memory 1) (func (export "f") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add
      i32.load offset=100000)
      """,
      """
      i32_add_ss_a a s0, b s1
      load32_zero_a_a offset #100000
      return1_a header s2
      """),
    TranslationCase(
      "an address for a store",
      """
      (memory 1) (func (export "f") (param i32 i32) local.get 0 i32.const 4 i32.add local.get 1
      i32.store16)
      """,
      """
      store16_si_s b #4, offset #0, a s0, value s1
      return0 header s2
      """),
    TranslationCase(
      "an addition joins a vector's address",
      """
      (memory 1) (func (export "f") (param i32) (result v128) local.get 0 i32.const 16 i32.add
      v128.load)
      """,
      """
      v128_load_si result s4, b #16, offset #0, a s0
      copyVector result s0, source s4
      return0 header s2
      """),
    TranslationCase(
      "either part of an address may be in the accumulator",
      """
      (memory 1) (func (export "f") (param i32 i32) (result i32) local.get 0 local.get 1 i32.clz
      i32.add i32.load)
      """,
      """
      i32_clz_s_a a s1
      load32_zero_as_a b s0, offset #0
      return1_a header s2
      """),
    TranslationCase(
      "a null test joins its branch",
      """
      (func (export "f") (param funcref) (block local.get 0 ref.is_null br_if 0))
      """,
      """
      br_i64_eq_si -> 1, costs 0, then 0, b #0, a s0
      return0 header s1
      """),
  ]

  /// Operands come from the accumulator, and temporaries need no slot.
  static let placement: [TranslationCase] = [
    TranslationCase(
      "a temporary with one reader is never stored",
      """
      (func (export "f") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add i32.clz)
      """,
      """
      i32_add_ss_a a s0, b s1
      i32_clz_a_a
      return1_a header s2
      """),
    TranslationCase(
      "the second operand comes from the accumulator where order matters",
      """
      (func (export "f") (param i32 i32) (result i32) local.get 0 local.get 1 i32.clz i32.sub)
      """,
      """
      i32_clz_s_a a s1
      i32_sub_sa_a a s0
      return1_a header s2
      """),
    TranslationCase(
      "operands are exchanged where order does not matter",
      """
      (func (export "f") (param i32 i32) (result i32) local.get 0 local.get 1 i32.clz i32.add)
      """,
      """
      i32_clz_s_a a s1
      i32_add_as_a b s0
      return1_a header s2
      """),
    TranslationCase(
      "a comparison is exchanged with its mirror",
      """
      (func (export "f") (param i32 i32) (result i32) local.get 0 local.get 1 i32.clz i32.lt_u)
      """,
      """
      i32_clz_s_a a s1
      i32_gt_u_as_a b s0
      return1_a header s2
      """),
    TranslationCase(
      "a local in the accumulator stays stored",
      """
      (func (export "f") (param i32) (result i32) local.get 0 i32.ctz local.set 0 local.get 0
      i32.clz)
      """,
      """
      i32_ctz_s_s result s0, a s0
      i32_clz_a_a
      return1_a header s1
      """),
    TranslationCase(
      "both ways from a branch find the slot",
      """
      (func (export "f") (param i32) (result i32) local.get 0 i32.clz (block (br_if 0 (local.get 0))
      ) i32.ctz)
      """,
      """
      i32_clz_s_s result s3, a s0
      br_i32_ne_si -> 2, costs 1, then 1, b #0, a s0
      i32_ctz_s_a a s3
      return1_a header s1
      """),
    TranslationCase(
      "a label forgets the accumulator",
      """
      (func (export "f") (param i32) (result i32) (local i32) local.get 0 i32.clz local.set 1 (loop
      local.get 1 br_if 0) local.get 1)
      """,
      """
      i32_clz_s_s result s3, a s0
      br_i32_ne_si -> 1, costs 2, then 1, b #0, a s3
      return1_s header s1, value s3
      """),
    TranslationCase(
      "a store takes its value from the accumulator first",
      """
      (memory 1) (func (export "f") (param i32 i32) local.get 0 local.get 1 i32.clz i32.store)
      """,
      """
      i32_clz_s_a a s1
      store32_s_a offset #0, a s0
      return0 header s2
      """),
    TranslationCase(
      "a call's only result comes in the accumulator",
      """
      (func (export "f") (param i32) (result i32) local.get 0 call $f i32.clz) (func $f (param i32)
      (result i32) i32.const 0)
      """,
      """
      copy_s result s3, source s0
      call function #1, frame s3, then 1
      i32_clz_a_a
      return1_a header s1
      """),
    TranslationCase(
      "a wide store takes its value from the accumulator",
      """
      (memory 1) (memory $m 1) (func (export "f") (param i32 i32) local.get 0 local.get 1 i32.clz
      i32.store $m offset=4)
      """,
      """
      i32_clz_s_a a s1
      store32_wide_a offset #4, memory #1, a s0
      return0 header s2
      """),
    TranslationCase(
      "a vector operation passes the accumulator on",
      """
      (func (export "f") (param v128 i32) (result i32) (local v128) local.get 1 i32.clz local.get 0
      i32x4.neg local.set 2 i32.ctz)
      """,
      """
      i32_clz_s_a a s2
      i32x4_neg result s5, a s0
      i32_ctz_a_a
      return1_a header s3
      """),
    TranslationCase(
      "a cast leaves its operand to the reader behind it",
      """
      (type $s (struct (field i32))) (func (export "f") (param i32) (result i32) local.get 0
      struct.new $s ref.cast (ref $s) struct.get $s 0)
      """,
      """
      structNew number #1, count #1, top s4, result s3, s0
      refCast_type_a passesNull #0, isExact #0
      structGet_word32_a_a offset #8
      return1_a header s1
      """),
    TranslationCase(
      "br_on_cast keeps a temporary stored for the label",
      """
      (type $s (struct (field i32))) (func (export "f") (param i32) (result i32) (block (result (ref
      $s)) local.get 0 ref.i31 br_on_cast 0 anyref (ref $s) drop i32.const 7 return) struct.get $s 0)
      """,
      """
      i64_shl_si_a b #33, a s0
      i64_or_ai_s b #1, result s3
      refTest_type_a_a passesNull #0, isExact #0
      br_i32_ne_ai -> 6, costs 1, then 3, b #0
      constant32_a value #7
      return1_a header s1
      structGet_word32_s_a offset #8, reference s3
      return1_a header s1
      """),
    TranslationCase(
      "a branch table takes its index from the accumulator",
      """
      (func (export "f") (param i32) (block (block local.get 0 i32.const 7 i32.and br_table 0 1)) )
      """,
      """
      i32_and_si_a b #7, a s0
      brTable_a count #2, -> 2 costs 0, -> 2 costs 0
      return0 header s1
      """),
    TranslationCase(
      "a call through a table takes its index from the accumulator",
      """
      (type $t (func (result i32))) (table 1 funcref) (func (export "f") (param i32) (result i32)
      local.get 0 i32.const 1 i32.add call_indirect (type $t))
      """,
      """
      i32_add_si_a b #1, a s0
      callIndirect_a table #0, frame s3, header s1, then 0
      return1_a header s1
      """),
    TranslationCase(
      "a local stays what it was behind the call that it was the index of",
      """
      (type $t (func (result i32))) (table 1 funcref) (func (export "f") (param i32) (result i32)
      local.get 0 call_indirect (type $t) drop local.get 0)
      """,
      """
      callIndirect_s table #0, frame s3, header s1, index s0, then 2
      return1_s header s1, value s0
      """),
    TranslationCase(
      "the result of a called reference comes in the accumulator",
      """
      (type $t (func (result i32))) (func (export "f") (param (ref null $t)) (result i32) local.get 0
      call_ref $t i32.clz)
      """,
      """
      callReference_s frame s3, header s1, reference s0, then 1
      i32_clz_a_a
      return1_a header s1
      """),
    TranslationCase(
      "the result of an imported function comes in the accumulator",
      """
      (import "m" "g" (func $g (param i32) (result i32))) (func (export "f") (param i32) (result i32)
      local.get 0 call $g i32.clz)
      """,
      """
      copy_s result s3, source s0
      callImport function #0, frame s3, header s1, then 1
      i32_clz_a_a
      return1_a header s1
      """),
    TranslationCase(
      "several results of a call are in their slots",
      """
      (func $g (param i32) (result i32 i32) local.get 0 local.get 0) (func (export "f") (param i32)
      (result i32) local.get 0 call $g i32.sub)
      """,
      """
      copy_s result s3, source s0
      call function #0, frame s3, then 1
      i32_sub_ss_a a s3, b s4
      return1_a header s1
      """),
    TranslationCase(
      "a call forgets the accumulator",
      """
      (func $g (param i32)) (func (export "f") (param i32) (result i32) local.get 0 i32.clz i32.const
      1 call $g)
      """,
      """
      i32_clz_s_s result s3, a s0
      constant32_s value #1, result s4
      call function #0, frame s4, then 0
      return1_s header s1, value s3
      """),
    TranslationCase(
      "a table's element is stored from the accumulator",
      """
      (table $t 1 funcref) (func (export "f") (param i32) local.get 0 local.get 0 table.get $t
      table.set $t)
      """,
      """
      tableGet_s_a table #0, index s0
      tableSet_a table #0, index s0
      return0 header s1
      """),
    TranslationCase(
      "an array's index comes from the accumulator",
      """
      (type $a (array (mut i8))) (func (export "f") (param (ref null $a) i32) (result i32) local.get
      0 local.get 1 i32.const 1 i32.add array.get_u $a)
      """,
      """
      i32_add_si_a b #1, a s1
      arrayGet_unsigned8_a_a reference s0
      return1_a header s2
      """),
    TranslationCase(
      "a value that a branch returns is in the accumulator on both ways",
      """
      (func (export "f") (param i32) (result i32) local.get 0 i32.clz local.get 0 br_if 0 i32.ctz)
      """,
      """
      i32_clz_s_s result s3, a s0
      br_i32_eq_si -> 3, costs 1, then 0, b #0, a s0
      return1_a header s1
      i32_ctz_a_a
      return1_a header s1
      """),
    TranslationCase(
      "a call's result is not taken for the reference that was called",
      """
      (type $t (func (result i32))) (func (export "f") (param (ref null $t)) (result i32) local.get 0
      call_ref $t drop local.get 0 ref.is_null)
      """,
      """
      callReference_s frame s3, header s1, reference s0, then 3
      i64_eq_si_a b #0, a s0
      return1_a header s1
      """),
  ]

  /// Jumps, the moves behind them, and what they charge.
  static let layout: [TranslationCase] = [
    TranslationCase(
      "a loop's branch pays for the next round",
      """
      (func (export "f") (param i32) (loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0))
      """,
      """
      i32_add_si_s b #4294967295, result s0, a s0
      br_i32_ne_ai -> 0, costs 5, then 0, b #0
      return0 header s1
      """),
    TranslationCase(
      "one value is moved behind the branch that needs it",
      """
      (func (export "f") (param i32) (result i32) (block (result i32) local.get 0 local.get 0 br_if 0
      drop i32.const 4))
      """,
      """
      br_i32_eq_si -> 3, costs 2, then 0, b #0, a s0
      copy_s result s3, source s0
      br -> 4, costs 0
      constant32_s value #4, result s3
      return1_s header s1, value s3
      """),
    TranslationCase(
      "several values are moved by one operation",
      """
      (func (export "f") (param i32) (result i32 i32) i32.const 9 local.get 0 i32.const 1 i32.const 2
      i32.const 3 local.get 0 br_if 0 return)
      """,
      """
      constant32_s value #2, result s7
      constant32_s value #3, result s8
      br_i32_eq_si -> 4, costs 1, then 0, b #0, a s0
      moveReturn count #2, source s7, header s2
      moveReturn count #2, source s7, header s2
      """),
    TranslationCase(
      "labels of a table share the moves of their values",
      """
      (func (export "f") (param i32) (result i32) (block (result i32) i32.const 8 i32.const 5
      local.get 0 br_table 0 0 0 0))
      """,
      """
      brTable_s count #4, index s0, -> 1 costs 0, -> 1 costs 0, -> 1 costs 0, -> 1 costs 0
      constant32_s value #5, result s3
      br -> 3, costs 0
      return1_s header s1, value s3
      """),
    TranslationCase(
      "several values reach a loop's parameters in one operation",
      """
      (func (export "f") (param i32) i32.const 1 i32.const 2 (loop (param i32 i32) i32.const 3 br 0))
      """,
      """
      constant32_s value #1, result s3
      constant32_s value #2, result s4
      constant32_s value #3, result s5
      moveJump count #2, -> 2, target s3, source s4, costs 2
      return0 header s1
      """),
    TranslationCase(
      "code that is never reached leaves nothing",
      """
      (func (export "f") (result i32) i32.const 1 return i32.const 2 i32.add)
      """,
      """
      constant32_a value #1
      return1_a header s1
      """),
    TranslationCase(
      "labels of a table share one move of several values",
      """
      (func (export "f") (param i32) (result i32) (block (result i32 i32) i32.const 8 i32.const 5
      i32.const 6 local.get 0 br_table 0 0) i32.add)
      """,
      """
      constant32_s value #5, result s4
      constant32_s value #6, result s5
      brTable_s count #2, index s0, -> 3 costs 0, -> 3 costs 0
      moveJump count #2, -> 4, target s3, source s4, costs 1
      i32_add_ss_a a s3, b s4
      return1_a header s1
      """),
    TranslationCase(
      "locals that may be read before they are written are cleared",
      """
      (func (export "f") (param i32) (result i32) (local i32 i64 i32) (block local.get 0 br_if 0
      i32.const 4 local.set 1) (block i32.const 3 local.set 3) local.get 1 local.get 3 i32.add)
      """,
      """
      constant32_s value #0, result s3
      br_i32_ne_si -> 3, costs 5, then 7, b #0, a s0
      constant32_s value #4, result s3
      constant32_s value #3, result s5
      i32_add_as_a b s3
      return1_a header s1
      """),
    TranslationCase(
      "an if without else pays for its end only",
      """
      (func (export "f") (param i32) (local i32) local.get 0 (if (then i32.const 4 local.set 1)))
      """,
      """
      br_i32_eq_si -> 2, costs 0, then 2, b #0, a s0
      constant32_s value #4, result s3
      return0 header s1
      """),
    TranslationCase(
      "a loop's parameter is moved behind the branch",
      """
      (func (export "f") (param i32) (result i32) local.get 0 (loop (param i32) (result i32)
      i32.const 1 i32.sub local.tee 0 local.get 0 br_if 0))
      """,
      """
      copy_s result s3, source s0
      i32_add_si_s b #4294967295, result s0, a s3
      br_i32_eq_ai -> 5, costs 0, then 0, b #0
      copy_a result s3
      br -> 1, costs 5
      copy_a result s3
      return1_a header s1
      """),
    TranslationCase(
      "a region's way out pays for what follows it",
      """
      (tag $t) (func $g) (func (export "f") (block $h (try_table (catch_all $h) call $g) i32.const 1
      drop i32.const 2 drop))
      """,
      """
      call function #0, frame s2, then 0
      br -> 3, costs 4
      br -> 3, costs 0
      return0 header s0
      """),
  ]

  /// Values in their fields.
  static let encoding: [TranslationCase] = [
    TranslationCase(
      "offsets and immediates have the width of their fields",
      """
      (memory i64 1) (func (export "f") (param i64) (result i64) local.get 0 i64.load
      offset=0x123456789abc i64.const -0x80000000 i64.add)
      """,
      """
      load64_zero_wide_s_a offset #20015998343868, memory #0, a s0
      i64_add_ai_a b #-2147483648
      return1_a header s1
      """),
    TranslationCase(
      "an immediate of f32 is its bits",
      """
      (func (export "f") (param f32) (result f32) local.get 0 f32.const -0.5 f32.add)
      """,
      """
      f32_add_si_a b #-0.5, a s0
      return1_a header s1
      """),
    TranslationCase(
      "a narrow offset may take all of 32 bits",
      """
      (memory 1) (func (export "f") (param i32) (result i32) local.get 0 i32.load offset=0xffffffff)
      """,
      """
      load32_zero_s_a offset #4294967295, a s0
      return1_a header s1
      """),
    TranslationCase(
      "a vector constant takes 128 bits",
      """
      (func (export "f") (param v128) (result v128) v128.const i64x2 1 -1 local.get 0 v128.and)
      """,
      """
      constantVector low #1, high #18446744073709551615, result s4
      v128_and result s4, a s4, b s0
      copyVector result s0, source s4
      return0 header s2
      """),
  ]

  @Test(arguments: selection) func selects(example: TranslationCase) throws {
    #expect(try operations(example.source) == example.operations)
  }

  @Test(arguments: fusion) func fuses(example: TranslationCase) throws {
    #expect(try operations(example.source) == example.operations)
  }

  @Test(arguments: placement) func places(example: TranslationCase) throws {
    #expect(try operations(example.source) == example.operations)
  }

  @Test(arguments: layout) func laysOut(example: TranslationCase) throws {
    #expect(try operations(example.source) == example.operations)
  }

  @Test(arguments: encoding) func encodes(example: TranslationCase) throws {
    #expect(try operations(example.source) == example.operations)
  }

  @Test func enteringPaysForTheFirstSegment() throws {
    let code = try disassemble("(func (export \"f\") (param i32) local.get 0 br_if 0 i32.const 1 drop)")
    #expect(code.entryCost == 2)
    #expect(code.headerSlot == 1)
    #expect(code.slotCount == 4)
  }

  /// Straight code is charged in parts that a field for a cost can hold.
  @Test func longStraightCodeIsChargedInParts() throws {
    let additions = String(repeating: "i32.const 1 i32.add ", count: 65_000)
    let code = try disassemble("(func (export \"f\") (param i32) (result i32) local.get 0 \(additions))")
    #expect(code.entryCost == 60_000)
    let charges = code.operations.filter { $0.name == "charge" }
    #expect(charges.map(\.description) == ["charge then 60000", "charge then 10001"])
  }

  @Test(arguments: [30_000, 30_768]) func slotsThatCannotBeNamedAreRefused(vectorCount: Int) throws {
    let locals = String(repeating: "v128 ", count: vectorCount)
    let module = try TestInstance.module("(module (func (local \(locals))))")
    if vectorCount == 30_000 {
      #expect(try module.disassemble(0)?.slotCount == vectorCount * 2 + 2)
    } else {
      #expect(throws: TranslationError.self) { try module.disassemble(0) }
    }
  }

  @Test func operandsBeyondTheSlotsAreRefused() throws {
    let constants = String(repeating: "i32.const 1 ", count: 61_536)
    let drops = String(repeating: "drop ", count: 61_536)
    let module = try TestInstance.module("(module (func \(constants) \(drops)))")
    #expect(throws: TranslationError.self) { try module.disassemble(0) }
  }

  /// A jump of a thousand values is one operation, however many branches there are.
  @Test func manyValuesAreMovedByOneOperationABranch() throws {
    let types = String(repeating: "i32 ", count: 1000)
    let constants = String(repeating: "i32.const 7 ", count: 1000)
    let branches = String(repeating: "local.get 0 br_if 0 ", count: 50)
    let code = try disassemble(
      """
      (func (export "f") (param i32) (result \(types))
        (block (result \(types)) i32.const 1 \(constants) \(branches) br 0))
      """)
    #expect(code.operations.count { $0.name.hasPrefix("constant") } == 1000)
    #expect(code.operations.count { $0.name == "moveJump" } == 51)
    #expect(code.operations.count == 1000 + 50 * 2 + 1 + 1)
  }
}
