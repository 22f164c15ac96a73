// The faults of a module: which there are, what they do, and where they would make a difference.

import LuaHost
import Testing
import WebAssembly
import WebAssemblyText

@Suite struct FaultTests {
  /// A module whose `compute` calls the function `f`, and which has others beside it.
  private static func module(_ function: String, _ more: String = "") throws -> LuaModule {
    let text = """
      (module (memory (export "memory") 2)
        (func $f \(function))
        \(more)
        (func (export "init") (result i32) (i32.const 0))
        (func (export "get_buffer_ptr") (result i32) (i32.const 65536))
        (func (export "get_buffer_size") (result i32) (i32.const 65536))
        (func (export "compute") (param i32 i32) (result i32)
          (local.set 1 (call $f (i32.load8_u (local.get 0))))
          (i64.store (i32.const 65536) (i64.const 0x200000000))
          (i64.store (i32.const 65541) (i64.extend_i32_u (local.get 1)))
          (i32.const 13)))
      """
    return try LuaModule(bytes: try ModuleStructure(text: text).encode())
  }

  /// What is made of `f`, in words.
  private static func faults(_ function: String, _ more: String = "") throws -> [String] {
    try module(function, more).faults { $0 == 0 }.map { fault in
      fault.instructionText { "\($0)" } + " " + fault.changeText { "\($0)" }
    }
  }

  private static let type = "(param i32) (result i32)"

  @Test(arguments: [
    ("(i32.lt_s (local.get 0) (local.get 0))", ["i32.lt_s i32.le_s", "i32.lt_s i32.ge_s"]),
    ("(i32.add (local.get 0) (local.get 0))", ["i32.add i32.sub"]),
    ("(i32.const 7)", ["i32.const 7 const=8"]),
    (
      "(i32.load8_u offset=3 (local.get 0))",
      ["i32.load8_u offset=3 i32.load8_s", "i32.load8_u offset=3 i32.load16_u"]
    ),
    ("(i32.eqz (local.get 0))", ["i32.eqz negated"]),
    ("(i32.store (local.get 0) (local.get 0)) (local.get 0)", ["i32.store dropped"]),
    (
      "(block (br_if 0 (local.get 0)) (return (local.get 0))) (local.get 0)",
      ["br_if 0 never", "br_if 0 always"]
    ),
    ("(if (result i32) (local.get 0) (then (local.get 0)) (else (local.get 0)))", ["if never", "if always"]),
    ("(call $f (local.get 0))", ["call 0 dropped", "call 0 call=1"]),
    (
      "(i32.trunc_f64_s (f64.ceil (f64.mul (f64.load (local.get 0)) (f64.load (local.get 0)))))",
      ["f64.mul f64.div", "f64.ceil f64.floor"]
    ),
  ])
  func everyKindIsThere(code: String, expected: [String]) throws {
    let other = "(func $g \(Self.type) (i32.popcnt (local.get 0)))"
    #expect(try Self.faults("\(Self.type) \(code)", other) == expected)
  }

  @Test(arguments: [
    // Nothing is added, shifted or multiplied.
    "(i32.add (local.get 0) (i32.const 0))", "(i32.shl (local.get 0) (i32.const 32))",
    "(i32.mul (local.get 0) (i32.const 1))", "(i32.sub (local.get 0) (i32.const 0x80000000))",
  ])
  func whatFoldsToTheSameIsLeftOut(code: String) throws {
    let found = try Self.faults("\(Self.type) \(code)")
    #expect(found.allSatisfy { $0.contains("const=") }, "\(found)")
    #expect(found.count == 1)
  }

  @Test(arguments: [
    // The sign is masked away, stored away, or cannot matter.
    ("(i32.and (i32.load8_u (local.get 0)) (i32.const 15))", "i32.load8_u"),
    ("(i32.eq (i32.load8_u (local.get 0)) (i32.const 9))", "i32.load8_s"),
    (
      "(if (result i32) (i32.load8_u (local.get 0)) (then (local.get 0)) (else (local.get 0)))", "i32.load8_s"
    ),
    ("(i32.store8 (local.get 0) (i32.load16_u (local.get 0))) (local.get 0)", "load8"),
    // The branch leads to where the code goes on.
    ("(block (br_if 0 (local.get 0))) (local.get 0)", "br_if"),
    // Code that is not reached.
    ("(return (local.get 0)) (drop (i32.const 5)) (i32.lt_s (local.get 0) (local.get 0))", "i32"),
    ("(if (result i32) (i32.const 1) (then (local.get 0)) (else (local.get 0)))", "always"),
  ])
  func whatCannotMakeADifferenceIsLeftOut(code: String, word: String) throws {
    let found = try Self.faults("\(Self.type) \(code)")
    #expect(
      !found.contains { $0.contains(word) && !$0.hasPrefix("i32.and") && !$0.hasPrefix("i32.eq i32") },
      "\(found)")
  }

  @Test func aFunctionWithTheSameCodeIsNoOther() throws {
    let same = "(func $g \(Self.type) (call $f (local.get 0)))"
    #expect(try Self.faults("\(Self.type) (call $f (local.get 0))", same) == ["call 0 dropped"])
  }

  /// What the function makes of a number, and how many instructions that takes.
  private struct Answer: Equatable {
    var value: Int64?
    var instructions: UInt64
  }

  private static func run(_ machine: LuaMachine, _ byte: UInt8) throws -> Answer {
    let outcome = try machine.run(CaseRequest(steps: [.source([byte])]))
    var value: Int64?
    if case .value(.value(.integer(let integer)))? = outcome.steps.first?.result { value = integer }
    return Answer(value: value, instructions: outcome.instructions)
  }

  @Test(arguments: [
    ("(if (result i32) (local.get 0) (then (i32.const 5)) (else (i32.const 6)))", "never", [6, 6], true),
    ("(if (result i32) (local.get 0) (then (i32.const 5)) (else (i32.const 6)))", "always", [5, 5], true),
    ("(if (local.get 0) (then (return (i32.const 5)))) (i32.const 6)", "never", [6, 6], true),
    ("(block (br_if 0 (local.get 0)) (return (i32.const 6))) (i32.const 5)", "never", [6, 6], true),
    ("(block (br_if 0 (local.get 0)) (return (i32.const 6))) (i32.const 5)", "always", [5, 5], true),
    (
      "(if (result i32) (i32.eqz (local.get 0)) (then (i32.const 6)) (else (i32.const 5)))", "negated",
      [5, 6],
      true
    ),
    ("(i32.eqz (local.get 0))", "negated", [0, 1], false),
    ("(call $g (local.get 0))", "dropped", [0, 0], false),
    ("(i32.store (i32.const 8) (local.get 0)) (i32.load (i32.const 8))", "dropped", [0, 0], true),
  ])
  func aFaultDoesWhatItSays(code: String, change: String, answers: [Int64], keepsCost: Bool) throws {
    let module = try Self.module(
      "\(Self.type) \(code)",
      "(func $g \(Self.type) (i32.add (local.get 0) (i32.const 3))) (type (func (param i32 i32)))")
    let fault = try #require(try module.faults { $0 == 0 }.first { $0.changeText { "\($0)" } == change })
    let mutant = try module.mutant(fault)
    #expect(mutant.keepsCost == keepsCost)
    let machine = try module.makeExecutor(memoryLimit: nil)
    let right = [try Self.run(machine, 0), try Self.run(machine, 1)]
    machine.replace(with: mutant.replacement)
    let wrong = [try Self.run(machine, 0), try Self.run(machine, 1)]
    #expect(wrong.map(\.value) == answers)
    // Where it does what the right one does, it costs the same.
    for (own, other) in zip(wrong, right) where keepsCost && own.value == other.value {
      #expect(own.instructions == other.instructions)
    }
    machine.restore(mutant.replacement)
    #expect(try Self.run(machine, 1) == right[1])
  }

  @Test func marksSayWhereAFaultWouldMakeADifference() throws {
    let module = try Self.module(
      "\(Self.type) (if (i32.lt_u (local.get 0) (i32.const 3)) (then (i32.store8 (i32.const 9) (i32.const 7))))"
        + " (i32.load8_s (i32.const 9))")
    let faults = try module.faults { $0 == 0 }
    let (marked, marks) = try module.marked(faults)
    let machine = try marked.makeExecutor(memoryLimit: nil)
    func differing(_ byte: UInt8) throws -> [String] {
      _ = try machine.run(CaseRequest(steps: [.source([byte])]))
      return faults.indices.compactMap { index in
        guard machine.marks[marks.reached[index]] != 0 else { return nil }
        guard let mark = marks.differing[index] else { return nil }
        return machine.marks[mark] != 0 ? faults[index].changeText { "\($0)" } : nil
      }
    }
    #expect(try differing(3) == ["i32.le_u", "i32.ge_u", "always"])
    #expect(try differing(4) == ["i32.ge_u", "always"])
    // Each case begins without marks.
    #expect(try differing(2) == ["i32.ge_u", "never", "dropped"])
  }
}
