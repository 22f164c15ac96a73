// What a module does after the pass: errors leave every function they run through, and nothing else changes.

import LuaUnwind
import Testing
import WebAssembly

@Suite struct UnwindPassTests {
  @Test(arguments: [false, true])
  func anErrorLeavesTheFunctionsThatItRunsThrough(audit: Bool) throws {
    let module = try UnwindingModule(
      """
      (func $inner (param i32) (call $throwIf (local.get 0)) (call $step (i32.const 3)))
      (func $body (param i32 i32)
        (call $step (i32.const 1))
        (call $inner (local.get 0))
        (call $step (i32.const 2)))
      """)
    let (threw, log) = try Machine(module, audit: audit).run(1)
    #expect(threw)
    #expect(log == 1)
  }

  @Test(arguments: [false, true])
  func withoutAnErrorEverythingRuns(audit: Bool) throws {
    let module = try UnwindingModule(
      """
      (func $inner (param i32) (call $throwIf (local.get 0)) (call $step (i32.const 3)))
      (func $body (param i32 i32)
        (call $step (i32.const 1))
        (call $inner (local.get 0))
        (call $step (i32.const 2)))
      """)
    let (threw, log) = try Machine(module, audit: audit).run(0)
    #expect(!threw)
    #expect(log == 132)
  }

  @Test(arguments: ["i32", "i64", "f32", "f64"])
  func aFunctionWithAResultLeavesToo(type: String) throws {
    let module = try UnwindingModule(
      """
      (func $inner (param i32) (result \(type))
        (call $throwIf (local.get 0))
        (call $step (i32.const 3))
        (\(type).const 5))
      (func $body (param i32 i32)
        (if (\(type).eq (call $inner (local.get 0)) (\(type).const 5))
          (then (call $step (i32.const 2)))))
      """)
    let machine = try Machine(module)
    #expect(try machine.run(1) == (true, 0))
    #expect(try machine.run(0) == (false, 32))
  }

  @Test(arguments: [
    ("(br 0 (i32.const 7))", 7), ("(return (i32.const 7))", 7),
    ("(block (br 1 (i32.const 7))) (i32.const 8)", 7),
    ("(drop (br_if 0 (i32.const 7) (i32.const 1))) (i32.const 8)", 7),
    ("(drop (br_if 0 (i32.const 7) (i32.const 0))) (i32.const 8)", 8),
    ("(block (result i32) (br_table 0 1 1 (i32.const 7) (i32.const 0))) (i32.add (i32.const 1))", 8),
    ("(block (result i32) (br_table 0 1 0 (i32.const 7) (i32.const 1))) (i32.add (i32.const 1))", 7),
    ("(block (result i32) (br_table 0 0 1 (i32.const 7) (i32.const 9))) (i32.add (i32.const 1))", 7),
    ("(loop (result i32) (if (i32.const 1) (then (br 2 (i32.const 7)))) (i32.const 8))", 7),
    ("(block (block (br 1))) (i32.const 8)", 8),
  ])
  func branchesToTheFunctionItselfStillLeaveIt(tail: String, result: UInt32) throws {
    let module = try UnwindingModule(
      """
      (func $inner (param i32) (result i32) (call $throwIf (local.get 0)) \(tail))
      (func $body (param i32 i32) (call $step (call $inner (local.get 0))))
      """)
    let machine = try Machine(module)
    #expect(try machine.run(0) == (false, result))
    #expect(try machine.run(1) == (true, result))
  }

  @Test func anErrorLeavesFromInsideBlocksLoopsAndConditions() throws {
    let module = try UnwindingModule(
      """
      (func $inner (param i32) (result i32)
        (block (loop (if (i32.const 1) (then (block (call $throwIf (local.get 0)) (call $step (i32.const 3)))))))
        (i32.const 1))
      (func $body (param i32 i32)
        (loop (block (drop (i32.add (i32.const 5) (call $inner (local.get 0)))) (call $step (i32.const 2)))))
      """)
    let machine = try Machine(module)
    #expect(try machine.run(1) == (true, 0))
    #expect(try machine.run(0) == (false, 32))
  }

  @Test func anIndirectCallLeavesWhenAFunctionOfItsTypeMayThrow() throws {
    let module = try UnwindingModule(
      """
      (type $thrower (func (param i32)))
      (elem (i32.const 1) $throwIf)
      (func $body (param i32 i32)
        (call_indirect (type $thrower) (local.get 0) (i32.const 1))
        (call $step (i32.const 2)))
      """)
    let machine = try Machine(module)
    #expect(try machine.run(1) == (true, 0))
    #expect(try machine.run(0) == (false, 2))
  }

  @Test func anIndirectCallOfAnotherTypeGetsNoCheck() throws {
    let module = try UnwindingModule(
      """
      (type $other (func (param i64)))
      (func $safe (param i64))
      (elem (i32.const 1) $throwIf $safe)
      (func $body (param i32 i32)
        (call_indirect (type $other) (i64.const 0) (i32.const 2))
        (call $step (i32.const 2)))
      """)
    #expect(try module.statistics().checks == 0)
    #expect(try Machine(module).run(1) == (false, 2))
  }

  @Test func anErrorEndsWhereItIsCaught() throws {
    let module = try UnwindingModule(
      """
      (func $body (param i32 i32)
        (call $step (i32.const 1))
        ;; The argument counts down: the inner levels are protected calls of this function.
        (if (local.get 0)
          (then (call $step (i32.add (i32.const 2)
            (call $try (i32.const 0) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))))
          (else (call $throw)))
        (call $step (i32.const 4)))
      """)
    #expect(try Machine(module).run(0) == (true, 1))
    #expect(try Machine(module).run(1) == (false, 1134))
    #expect(try Machine(module).run(2) == (false, 1_113_424))
  }

  @Test(arguments: [false, true])
  func aCallThatNeverReturnsLeaves(audit: Bool) throws {
    let module = try UnwindingModule(
      """
      (func $fail (call $throw) (unreachable))
      (func $inner (param i32) (result i32)
        (if (local.get 0) (then (call $fail) (unreachable)))
        (i32.const 1))
      (func $body (param i32 i32) (call $step (call $inner (local.get 0))))
      """)
    let machine = try Machine(module, audit: audit)
    #expect(try machine.run(1) == (true, 0))
    #expect(try machine.run(0) == (false, 1))
  }

  @Test func aCallAfterWhichTheFunctionReturnsAnywayGetsNoCheck() throws {
    let module = try UnwindingModule(
      """
      (func $last (param i32) (call $throwIf (local.get 0)))
      (func $returned (param i32) (result i32)
        (if (local.get 0) (then (return (call $result (local.get 0)))))
        (call $result (local.get 0)))
      (func $result (param i32) (result i32) (call $throwIf (local.get 0)) (i32.const 1))
      (func $body (param i32 i32)
        (call $last (local.get 0))
        (call $step (call $returned (local.get 0))))
      """)
    // In `$result`, and two in `$body`.
    #expect(try module.statistics().checks == 3)
    #expect(try Machine(module).run(1) == (true, 0))
    #expect(try Machine(module).run(0) == (false, 1))
  }

  @Test func functionsThatCannotThrowStayAsTheyAre() throws {
    let module = try UnwindingModule(
      """
      (func $pure (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
      (func $body (param i32 i32) (call $step (call $pure (local.get 0))))
      """)
    let before = try ModuleStructure.decode(module.source)
    let after = try ModuleStructure.decode(module.unwinding())
    let throwing = try module.statistics().throwingFunctions
    #expect(throwing == 2)  // `$throw` and `$throwIf`
    #expect(before.functions.map { Array($0.body.bytes) } == after.functions.map { Array($0.body.bytes) })
  }
}
