/// Threads of scripts: they run side by side, each with names and a registry of its own.

import Testing
import WebAssembly
import WebAssemblyScript
import WebAssemblyText

/// Reports on a script's commands, as `line keyword` and, where it failed, the reason.
private func reports(_ text: String, _ limits: ScriptLimits = ScriptLimits()) throws -> [String] {
  var runner = ScriptRunner(engine: try StoreEngine(), limits: limits)
  var lines: [String] = []
  runner.run(try Script(text: text)) { report in
    var line = "\(report.command.position.line) \(report.command.kind.keyword)"
    if case .failed(let reason) = report.outcome { line += ": \(reason)" }
    lines.append(line)
  }
  return lines
}

private func failures(_ text: String, _ limits: ScriptLimits = ScriptLimits()) throws -> [String] {
  try reports(text, limits).filter { $0.contains(":") }
}

@Suite struct ScriptThreadTests {
  /// Each half of the script is of no use alone.
  @Test("a thread is woken by one that stands behind it", arguments: 0..<20) func sideBySide(_: Int) throws {
    let text = """
      (module $M (memory (export "m") 1 1 shared))
      (thread $A (shared (module $M))
        (register "M" $M)
        (module (memory (import "M" "m") 1 1 shared)
          (func (export "sleep") (result i32) (memory.atomic.wait32 (i32.const 4) (i32.const 0) (i64.const -1))))
        (assert_return (invoke "sleep") (i32.const 0)))
      (thread $B (shared (module $M))
        (register "M" $M)
        (module (memory (import "M" "m") 1 1 shared)
          (func (export "wake") (loop $again
            (br_if $again (i32.eqz (memory.atomic.notify (i32.const 4) (i32.const 1)))))))
        (assert_return (invoke "wake")))
      (wait $B)
      (wait $A)
      """
    #expect(
      try reports(text) == [
        "1 module", "2 thread", "3 register", "4 module", "6 assert_return", "7 thread", "8 register",
        "9 module", "12 assert_return", "13 wait", "14 wait",
      ])
  }

  @Test("names are a thread's own, and so is the registry") func ownNames() throws {
    let text = """
      (module $M (memory (export "m") 1 1 shared) (func (export "f")))
      (register "outer" $M)
      (thread $A (shared (module $M))
        (assert_unlinkable (module (memory (import "outer" "m") 1 1 shared)) "unknown import")
        (register "inner" $M)
        (module $Inside (memory (import "inner" "m") 1 1 shared) (func (export "f")))
        (assert_return (invoke $Inside "f"))
        (invoke $M "f")
        (wait $A))
      (wait $A)
      (assert_unlinkable (module (memory (import "inner" "m") 1 1 shared)) "unknown import")
      (invoke $Inside "f")
      (thread $B (invoke $M "f"))
      (thread $C (shared (module $M)) (register "last") (module (memory (import "last" "m") 1 1 shared))
        (module instance $Again $M) (assert_return (invoke $Again "f")))
      (assert_return (invoke $M "f"))
      """
    #expect(
      try failures(text)
        == [
          "8 action: error: the module exports no function \"f\"", "9 wait: there is no thread $A",
          "12 action: error: there is no instance $Inside", "13 action: error: there is no instance $M",
        ].map { $0.replacing("action", with: "invoke") })
  }

  @Test("failures in threads are reported where they stand", arguments: 0..<5) func places(_: Int) throws {
    let slow = """
      (module (func (export "f") (param i32) (loop
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
      (invoke "f" (i32.const 3000000))
      (assert_return (invoke "f" (i32.const 1)) (i32.const 7))
      """
    let text = """
      (thread
      \(slow)
      (thread $Inner
      (invoke "inner")
      (frobnicate)
      )
      (invoke "g"))
      (invoke "outside")
      (thread (invoke "second"))
      (invoke "end")
      """
    let none = "error: there is no instance: the module before could not be made one"
    #expect(
      try failures(text) == [
        "5 assert_return: expected (i32.const 7), but the result is nothing", "7 invoke: \(none)",
        "8 unreadable command: the command cannot be read: 8:2: unknown operator frobnicate: expected a command",
        "10 invoke: error: the module exports no function \"g\"", "11 invoke: \(none)",
        "12 invoke: \(none)", "13 invoke: \(none)",
      ])
  }

  @Test(
    "a thread that never ends is ended by the limit",
    arguments: [
      "(func (export \"f\") (loop (br 0)))",
      "(memory 1 1 shared) (func (export \"f\") (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))",
    ])
  func endless(fields: String) throws {
    let text = """
      (thread $A (module \(fields))
      (invoke "f")
      (invoke "missing"))
      (wait $A)
      (invoke "missing")
      """
    let clock = ContinuousClock()
    let start = clock.now
    #expect(
      try failures(text, ScriptLimits(commandTime: .milliseconds(100))) == [
        "2 invoke: error: the command took longer than it may",
        "3 invoke: error: the module exports no function \"missing\"",
        "5 invoke: error: there is no instance: the module before could not be made one",
      ])
    // Twenty times of what it takes, for a busy machine.
    #expect(clock.now - start < .seconds(2))
  }

  @Test("an interruption ends threads that nobody waits for") func interruption() throws {
    let interruption = Interruption()
    let text =
      "(thread (module (func (export \"f\") (loop (br 0))))\n(invoke \"f\")\n(invoke \"f\"))\n(module)"
    var runner = ScriptRunner(
      engine: try StoreEngine(), limits: ScriptLimits(interruption: interruption))
    var lines: [Int] = []
    let script = try Script(text: text)
    for command in script.commands { runner.run(command) { lines.append($0.command.position.line) } }
    #expect(lines == [])
    interruption.raise()
    runner.finish { lines.append($0.command.position.line) }
    // What was begun is reported; whether that is the first call depends on how fast the thread was.
    #expect(Set(lines).isSubset(of: [1, 2, 4]) && lines.last == 4 && lines == lines.sorted())
  }

  @Test("a script has a number of threads at most") func manyThreads() throws {
    let thread = "(thread)\n"
    let text = String(repeating: thread, count: 64) + "(thread)\n(wait)\n(thread)\n(thread)"
    let reason = "thread: a script may have 64 threads at once: wait for some before starting another"
    #expect(try failures(text) == ["65 \(reason)", "68 \(reason)"])
  }

  @Test("a name stands for the thread that had it last, and no name for the last thread") func waits() throws
  {
    let text = """
      (module $M (memory (export "m") 1 1 shared)
        (func (export "look") (result i32) (i32.atomic.load (i32.const 0))))
      (thread $T)
      (thread $T (shared (module $M)) (register "M" $M)
        (module (memory (import "M" "m") 1 1 shared)
          (func (export "set") (param i32) (loop
            (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (i32.atomic.store (i32.const 0) (i32.const 5))))
        (invoke "set" (i32.const 1000000)))
      (wait $T)
      (wait)
      (assert_return (invoke $M "look") (i32.const 5))
      """
    #expect(try failures(text) == [])
  }
}
