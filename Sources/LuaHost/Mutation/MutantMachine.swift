// Machines for a module with one faulty function.

import WebAssembly

/// What start-up and loading may take, in instructions.
package struct StartBounds: Hashable, Sendable {
  package var start: UInt64
  package var loading: UInt64

  package init(start: UInt64, loading: UInt64) {
    self.start = start
    self.loading = loading
  }
}

extension LuaModule {
  /// A machine that had the body from before `init` on.
  package func makeMachine(
    _ replacement: FunctionReplacement, within bounds: StartBounds
  ) throws(CaseExecutionError) -> LuaMachine {
    try LuaMachine(self, memoryLimit: nil, replacement: replacement, bounds: bounds)
  }
}

extension LuaMachine {
  /// Lets the machine execute the body in the cases to come; its start-up was done without it.
  package func replace(with replacement: FunctionReplacement) {
    started?.instance.replace(with: replacement)
  }

  package func restore(_ replacement: FunctionReplacement) {
    started?.instance.restore(function: replacement.functionIndex)
  }

  /// Instructions that `init` and what was asked before the first case took.
  package var startInstructions: UInt64 { started?.startInstructions ?? 0 }

  /// Whether the state after `init` is that of another machine, as far as memories and globals hold it.
  package func startsAs(_ other: LuaMachine) throws(CaseExecutionError) -> Bool {
    guard let started, let others = other.started else { return false }
    try started.reset()
    try others.reset()
    return started.hasSameState(as: others)
  }

  /// Which marks the start-up of a marked module set.
  package var startMarks: [UInt8] { started?.startMarks ?? [] }
}

extension StartedInstance {
  fileprivate func hasSameState(as other: StartedInstance) -> Bool {
    func entries(_ host: HostState) -> [ExternalTables.Entry] { host.tables.contents {} }
    guard entries(state) == entries(other.state), instance.globals.count == other.instance.globals.count,
      instance.memories.count == other.instance.memories.count
    else { return false }
    for (own, others) in zip(instance.globals, other.instance.globals)
    where !own.type.content.isReference && own.value != others.value { return false }
    for (own, others) in zip(instance.memories, other.instance.memories) {
      guard own.byteCount == others.byteCount,
        own.read(at: 0, count: own.byteCount) == others.read(at: 0, count: others.byteCount)
      else { return false }
    }
    return true
  }
}
