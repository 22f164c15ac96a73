// Edges of a module's code are marked as they are taken, without a change of anything else.
import Testing
import WebAssembly
import WebAssemblyText

struct EdgeTests {
  private static let text = """
    (module
      (func $pick (export "pick") (param i32) (result i32)
        (block $two (block $one (block $zero
          (br_table $zero $one $two (local.get 0)))
          (return (i32.const 10)))
          (return (i32.const 11)))
        (i32.const 12))
      (func (export "sign") (param i32) (result i32)
        (if (result i32) (i32.lt_s (local.get 0) (i32.const 0))
          (then (i32.const -1))
          (else (call $pick (local.get 0)))))
      (func (export "only") (param i32) (result i32)
        (if (local.get 0) (then (local.set 0 (i32.const 7))))
        (local.get 0))
      (func (export "sum") (param i32) (result i32) (local i32)
        (block $end (loop $again
          (br_if $end (i32.eqz (local.get 0)))
          (local.set 1 (i32.add (local.get 1) (local.get 0)))
          (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
          (br $again)))
        (local.get 1))
      (func (export "carry") (param i32) (result i32)
        (block $out (result i32)
          (i32.add (br_if $out (i32.const 5) (local.get 0)) (i32.const 1)))))
    """

  private struct Run {
    let instance: Instance
    let store = Store()
    let edges: EdgeMap

    init(_ module: Module, byteCount: Int, _ mode: CodeMode) throws {
      edges = EdgeMap(moduleByteCount: byteCount)
      store.edges = edges
      instance = try Instance(store: store, module: module, imports: Imports(), mode: mode)
    }

    func call(_ name: String, _ argument: Int32) throws -> (result: [Value], count: UInt64, fresh: Int) {
      edges.forgetFresh()
      store.meter.reset()
      let result = try instance.call(name, .i32(UInt32(bitPattern: argument)))
      return (result, store.meter.instructionCount, edges.fresh.count)
    }
  }

  @Test func eachWayOutOfABranchIsAnEdge() throws {
    let bytes = try ModuleStructure(text: Self.text).encode()
    let module = try Module(bytes: bytes)
    let run = try Run(module, byteCount: bytes.count, .edgesCounted)
    // The entry and one of two ways; of the loop both.
    #expect(try run.call("sign", -5).fresh == 2)
    // Two entries, the other way, and the table's way.
    #expect(try run.call("sign", 0).fresh == 4)
    #expect(try run.call("only", 0).fresh == 2)
    #expect(try run.call("only", 1).fresh == 2)
    #expect(try run.call("sum", 3).fresh == 3)
    #expect(try run.call("sum", 0).fresh == 2)
    #expect(try run.call("carry", 1).fresh == 2)
    var ways: Set<UInt32> = []
    for argument: Int32 in [0, 1, 2, 9, -1] {
      run.edges.forgetFresh()
      _ = try run.instance.call("pick", .i32(UInt32(bitPattern: argument)))
      ways.formUnion(run.edges.fresh)
    }
    // The entry, and three ways: the last one serves all larger indices.
    #expect(ways.count == 4)
    // What is known is not fresh.
    run.edges.forgetFresh()
    run.edges.learn(ways)
    #expect(try run.call("pick", 1).fresh == 0)
    #expect(try run.call("sign", 1).fresh == 2)
  }

  @Test func resultsAndCountsAreThoseOfPlainCode() throws {
    let bytes = try ModuleStructure(text: Self.text).encode()
    let module = try Module(bytes: bytes)
    let plain = try Run(module, byteCount: bytes.count, .plain)
    let counting = try Run(module, byteCount: bytes.count, .edgesCounted)
    for name in ["pick", "sign", "only", "sum", "carry"] {
      for argument: Int32 in [-2, 0, 1, 2, 7] where name != "sum" || argument >= 0 {
        let (left, right) = (try plain.call(name, argument), try counting.call(name, argument))
        #expect(left.result == right.result)
        #expect(left.count == right.count, "\(name) \(argument)")
        #expect(left.fresh == 0)
      }
    }
  }
}
