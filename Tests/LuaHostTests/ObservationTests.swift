// What observers see of a small module's calls.
import LuaHost
import Testing
import WebAssembly
import WebAssemblyText

@Suite struct ObservationTests {
  /// `compute` calls `work` as often as the source is long; `work` calls itself down from 2. The source `x`
  /// traps in `work`.
  private func module() throws -> LuaModule {
    let text = """
      (module
        (memory (export "memory") 2)
        (func $init (export "init") (result i32) (call $start) (i32.const 0))
        (func $start)
        (func (export "get_buffer_ptr") (result i32) (i32.const 0))
        (func $work (param $depth i32) (param $first i32)
          (if (i32.eq (local.get $first) (i32.const 120)) (then unreachable))
          (if (local.get $depth)
            (then (call $work (i32.sub (local.get $depth) (i32.const 1)) (i32.const 0)))))
        (func $compute (export "compute") (param i32 i32) (result i32)
          (loop $again
            (call $work (i32.const 2) (i32.load8_u (i32.const 0)))
            (br_if $again (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
          (i32.const 0)))
      """
    return try LuaModule(bytes: ModuleStructure(text: text).encode()).instrumented()
  }

  private func run(_ observation: CallObservation, _ steps: String...) throws -> CaseOutcome {
    var request = CaseRequest(steps: steps.map { .source(Array($0.utf8)) })
    request.observation = observation
    return try module().makeExecutor().run(request)
  }

  private enum Index {
    static let initialise: UInt32 = 0
    static let start: UInt32 = 1
    static let work: UInt32 = 3
    static let compute: UInt32 = 4
  }

  @Test func coverageTellsStartUpFromTheCase() throws {
    guard case .coverage(let calls)? = try run(.coverage, "a").observed else {
      Issue.record("no coverage")
      return
    }
    #expect(calls.entered == [Index.work, Index.compute])
    #expect(calls.enteredAtStart.isSuperset(of: [Index.initialise, Index.start]))
    #expect(calls.enteredAtStart.isDisjoint(with: calls.entered))
  }

  @Test func aProfileAddsUpAndKnowsRecursion() throws {
    let outcome = try run(.profile, "ab", "a")
    guard case .profile(let profile)? = outcome.observed else {
      Issue.record("no profile")
      return
    }
    #expect(profile.total == outcome.instructions)
    let costs = profile.functions
    #expect(costs.map(\.function) == [Index.work, Index.compute])
    #expect(costs[0].calls == 9)
    #expect(costs[1].calls == 2)
    #expect(costs[0].own == costs[0].inclusive)
    #expect(costs[1].inclusive == outcome.instructions)
    #expect(costs[0].own + costs[1].own == outcome.instructions)
    let labels = ["init", "start", "", "work", "compute"]
    let lines = profile.collapsedStacks { labels[Int($0)] }.split(separator: "\n")
    #expect(
      lines.map { $0.split(separator: " ")[0] } == [
        "compute", "compute;work", "compute;work;work", "compute;work;work;work",
      ])
  }

  @Test func aTrapsInstructionsBelongToTheFunctionThatTraps() throws {
    let outcome = try run(.profile, "x", "a")
    guard case .profile(let profile)? = outcome.observed else {
      Issue.record("no profile")
      return
    }
    #expect(profile.total == outcome.instructions)
    // local.get, const, eq, if, unreachable.
    #expect(profile.functions.first { $0.function == Index.work }?.own == 5)
  }

  @Test func windowsAreTheStreamFromAnyEventOn() throws {
    guard case .windows(let whole)? = try run(.windows([0..<100]), "a").observed, whole.count == 1 else {
      Issue.record("no window")
      return
    }
    let kinds: [CallEvent.Kind] = [.enter, .enter, .enter, .enter, .leave, .leave, .leave, .leave, .end]
    #expect(whole[0].events.map(\.kind) == kinds)
    #expect(whole[0].stack == [])
    guard case .windows(let parts)? = try run(.windows([2..<4, 7..<50, 60..<70]), "a").observed else {
      Issue.record("no windows")
      return
    }
    #expect(parts.map(\.start) == [2, 7])
    #expect(parts[0].stack == [Index.compute, Index.work])
    #expect(parts[0].events == Array(whole[0].events[2..<4]))
    #expect(parts[1].stack == [Index.compute])
    #expect(parts[1].events == Array(whole[0].events[7...]))
  }

  @Test func digestsDifferFromTheFirstBlockThatDoes() throws {
    func digests(_ source: String) throws -> CallDigests? {
      guard case .digests(let digests)? = try run(.digests(blockSize: 4), source).observed else { return nil }
      return digests
    }
    let one = try #require(try digests("a"))
    let two = try #require(try digests("ab"))
    #expect(one.eventCount == 9)
    #expect(two.eventCount == 15)
    #expect(one.blocks.count == 3)
    #expect(two.blocks.count == 4)
    // Both enter compute and the three of work, and leave those; then one returns and the other calls again.
    #expect(one.blocks[0] == two.blocks[0])
    #expect(one.blocks[1].flow != two.blocks[1].flow)
    #expect(one.firstEntries == [Index.compute: 0, Index.work: 1])
    #expect(try digests("a") == one)
  }

  @Test func whatIsNotInstrumentedCannotBeObserved() throws {
    let module = try LuaModule(
      bytes: ModuleStructure(
        text: """
          (module (memory (export "memory") 2) (func (export "init") (result i32) (i32.const 0))
            (func (export "get_buffer_ptr") (result i32) (i32.const 0))
            (func (export "compute") (param i32 i32) (result i32) (i32.const 0)))
          """
      ).encode())
    var request = CaseRequest(steps: [.source([0x61])])
    request.observation = .coverage
    let machine = try module.makeExecutor()
    #expect(throws: CaseExecutionError.self) { try machine.run(request) }
  }
}

@Suite struct LuaFailureCauseTests {
  @Test(
    arguments: [
      (["luaD_throw", "luaG_errormsg", "luaG_runerror", "luaV_idiv"], LuaFailureCause.error),
      (["luaD_throw", "lexerror", "luaX_syntaxerror", "statement"], .syntaxError),
      (["luaD_throw", "luaB_yield", "precallC"], .yield),
      (["luaD_throw", "lua_yieldk", "luaB_yield"], .yield),
      (["luaD_throw", "luaG_errormsg", "luaG_runerror", "luaB_yield", "precallC"], .error),
      (["luaD_throw", "luaM_malloc_", "luaH_resize"], .outOfMemory),
      (["luaD_throw", "luaG_errormsg", "luaG_runerror", "luaE_checkcstack"], .stackOverflow),
      (["memcpy", "luaV_execute", "luaD_throw"], .error),
      (["luaV_execute", "compute"], nil),
      ([], nil),
    ] as [([String], LuaFailureCause?)])
  func theInnermostFunctionsTellTheCause(frames: [String], cause: LuaFailureCause?) {
    #expect(LuaFailureCause(frames: frames) == cause)
  }
}
