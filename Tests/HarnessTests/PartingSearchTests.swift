// Where two runs part, found on small modules that differ in one place.
import Harness
import LuaHost
import Testing
import WebAssembly
import WebAssemblyText

/// `compute` calls `outer`, which calls `repeat`, which calls `leaf` 6,000 times: 12,009 events, in blocks
/// of 4,096. `special` is what `leaf` does besides in the call whose number is given, counted from 0.
private func module(at number: Int = 0, special: String = "", count: Int = 6000) throws -> LuaModule {
  let text = """
    (module
      (memory (export "memory") 2)
      (global $number (mut i32) (i32.const 0))
      (func (export "init") (result i32) (i32.const 0))
      (func (export "get_buffer_ptr") (result i32) (i32.const 0))
      (func $extra)
      (func $luaC_step (call $extra))
      (func $forever (loop $again (br $again)))
      (func $leaf
        (if (i32.eq (global.get $number) (i32.const \(number))) (then \(special)))
        (global.set $number (i32.add (global.get $number) (i32.const 1))))
      (func $repeat
        (loop $again
          (call $leaf)
          (br_if $again (i32.lt_u (global.get $number) (i32.const \(count))))))
      (func $outer (call $repeat))
      (func $compute (export "compute") (param i32 i32) (result i32) (call $outer) (i32.const 0)))
    """
  return try LuaModule(bytes: ModuleStructure(text: text).encode()).instrumented()
}

/// Numbers of calls of `leaf` whose events lie in the middle and at the edges of blocks.
private let numbers = [0, 1, 100, 2044, 2045, 2046, 2047, 4093, 4094, 5999]

@Suite struct PartingSearchTests {
  private func replay(_ old: LuaModule, _ new: LuaModule) throws -> Replay {
    let request = CaseRequest(steps: [.source([0x61])], limits: ExecutionLimits(time: .seconds(20)))
    func count(_ module: LuaModule) throws -> UInt64? {
      var limited = request
      limited.limits.fuel = 2_000_000
      let outcome = try module.makeExecutor().run(limited)
      return outcome.steps[0].result == .limit(.fuel) ? nil : outcome.instructions
    }
    var search = PartingSearch(
      old: old, new: new, modules: ModuleDifference(old: old.functions, new: new.functions))
    return try search.replay(request, bounds: ReplayBounds(old: count(old), new: count(new))).replay
  }

  @Test(arguments: numbers)
  func anotherCallIsFoundWhereverItStands(number: Int) throws {
    let replay = try replay(module(at: number), module(at: number, special: "(call $extra)"))
    let parting = try #require(replay.parting)
    // Four functions are entered before the first leaf's own events.
    #expect(parting.eventCount == UInt64(4 + 2 * number))
    #expect(parting.function == "leaf")
    #expect(parting.callers == ["repeat", "outer", "compute"])
    #expect(parting.old.kind == .returns)
    #expect(parting.new == Parting.Action(.calls, function: "extra", instructions: 5))
    #expect(replay.costParting == nil)
  }

  @Test(arguments: numbers)
  func moreInstructionsWithinAFunctionAreFound(number: Int) throws {
    let replay = try replay(module(at: number), module(at: number, special: "(drop (i32.const 0))"))
    #expect(replay.parting == nil)
    let parting = try #require(replay.costParting)
    #expect(parting.eventCount == UInt64(4 + 2 * number))
    #expect(parting.function == "leaf")
    #expect(parting.old == Parting.Action(.returns, instructions: 8))
    #expect(parting.new == Parting.Action(.returns, instructions: 10))
  }

  @Test(arguments: numbers)
  func aTrapIsFoundWhereTheRunEnds(number: Int) throws {
    let replay = try replay(module(at: number, special: "unreachable"), module(at: number))
    let parting = try #require(replay.parting)
    #expect(parting.eventCount == UInt64(4 + 2 * number))
    #expect(parting.function == "leaf")
    #expect(parting.old == Parting.Action(.ends, instructions: 5))
    #expect(parting.new == Parting.Action(.returns, instructions: 8))
  }

  @Test(arguments: [0, 2045, 2046, 5999])
  func aRunThatNeverEndsIsFoundToo(number: Int) throws {
    let replay = try replay(module(at: number), module(at: number, special: "(call $forever)"))
    let parting = try #require(replay.parting)
    #expect(parting.eventCount == UInt64(4 + 2 * number))
    #expect(parting.new == Parting.Action(.calls, function: "forever", instructions: 5))
  }

  @Test func fewerRepetitionsPartInTheFunctionThatRepeats() throws {
    let replay = try replay(module(count: 3000), module(count: 2999))
    let parting = try #require(replay.parting)
    #expect(parting.function == "repeat")
    #expect(parting.callers == ["outer", "compute"])
    #expect(parting.old == Parting.Action(.calls, function: "leaf", instructions: 5))
    #expect(parting.new == Parting.Action(.returns, instructions: 4))
    #expect(replay.changedFunction == "repeat")
  }

  @Test func equalRunsDoNotPart() throws {
    let replay = try replay(module(), module())
    #expect(replay.parting == nil)
    #expect(replay.costParting == nil)
    #expect(replay.changedFunction == nil)
    #expect(
      replay.remarks == ["both runs make the same calls: they part in data alone, or within a function"])
  }

  @Test func theCollectorsStepsHideNothingThatComesLater() throws {
    let collects = "(call $luaC_step)"
    let old = try module(at: 100, special: collects)
    let replay = try replay(old, module(at: 2500, special: "(call $extra)"))
    #expect(replay.isWithoutHousekeeping)
    #expect(replay.parting?.eventCount == UInt64(4 + 2 * 2500))
    #expect(replay.parting?.new == Parting.Action(.calls, function: "extra", instructions: 5))
    // The call of the step itself is the caller's.
    #expect(replay.costParting?.eventCount == UInt64(4 + 2 * 100))
    #expect(replay.costParting?.old == Parting.Action(.returns, instructions: 9))
  }

  @Test func theCollectorsStepsCountWhenNothingElseDiffers() throws {
    // Either takes two instructions of the caller's.
    let replay = try replay(
      module(at: 100, special: "(call $luaC_step) (call $luaC_step)"),
      module(at: 100, special: "(drop (i32.const 0))"))
    #expect(!replay.isWithoutHousekeeping)
    #expect(replay.parting?.eventCount == UInt64(4 + 2 * 100))
    #expect(replay.parting?.old == Parting.Action(.calls, function: "luaC_step", instructions: 5))
    #expect(replay.parting?.new == Parting.Action(.returns, instructions: 10))
  }

  @Test func theFunctionsThatCostMoreAreNamed() throws {
    let (old, new) = (try module(), try module(at: 7, special: "(drop (i32.const 0)) (call $extra)"))
    var search = PartingSearch(old: old, new: new, modules: ModuleDifference(old: [], new: []))
    let changes = try search.costChanges(
      CaseRequest(steps: [.source([0x61])]), bounds: ReplayBounds(old: 1_000_000, new: 1_000_000))
    #expect(changes.map(\.function) == ["leaf"])
    #expect(changes.first.map { $0.new - $0.old } == 3)
  }
}
