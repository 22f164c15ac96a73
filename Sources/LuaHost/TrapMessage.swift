// Reads the message of a Lua error from a build that traps where it cannot catch one.

import Synchronization
import WebAssembly

/// What makes the message readable: a copy of the module in which the function that throws leaves its Lua
/// state in a global, and which exports the function that makes text of a value. Both are found by their names
/// in the name section.
private enum TrapMessage {
  static let thrower = "luaD_throw"
  static let reader = "lua_tolstring"
  static let stateExport = "touchstone Lua state"
  static let readerExport = "touchstone lua_tolstring"
  /// The most bytes of a message that are read.
  static let greatestByteCount = 4096
  /// What making text of the value may take.
  static let fuel: UInt64 = 10_000_000
}

extension LuaModule {
  /// The copy; nil where the names are missing or are those of other functions.
  fileprivate func readingMessages() -> LuaModule? {
    messageReader.withLock { known in
      if let known { return known }
      let made = instrumentedForMessages().flatMap { try? LuaModule(bytes: $0, startLimit: startLimit) }
      known = .some(made)
      return made
    }
  }

  private func instrumentedForMessages() -> [UInt8]? {
    let functions = module.functionList
    func find(_ name: String, _ isRight: (FunctionType) -> Bool) -> UInt32? {
      functions.first { $0.name == name && !$0.isImported && isRight(module.functionType($0.index)) }?.index
    }
    guard let thrower = find(TrapMessage.thrower, { $0.parameters.first == .i32 }),
      let reader = find(TrapMessage.reader, { $0 == FunctionType([.i32, .i32, .i32], [.i32]) })
    else { return nil }
    var structure = module.structure
    var importedGlobals = 0
    var importedFunctions = 0
    for item in structure.imports {
      switch item.type {
      case .global: importedGlobals += 1
      case .function: importedFunctions += 1
      default: break
      }
    }
    let global = UInt32(importedGlobals + structure.globals.count)
    // i32.const 0, end
    structure.globals.append(
      GlobalDefinition(GlobalType(.i32, isMutable: true), initializer: Expression([0x41, 0x00, 0x0B])))
    // local.get 0, global.set
    var code: [UInt8] = [0x20, 0x00, 0x24]
    code.append(leb128: global)
    let place = Int(thrower) - importedFunctions
    structure.functions[place].body = Expression(code + structure.functions[place].body.bytes)
    structure.exports.append(Export(TrapMessage.stateExport, .global, global))
    structure.exports.append(Export(TrapMessage.readerExport, .function, reader))
    return structure.encode()
  }
}

extension [UInt8] {
  /// Appends an unsigned LEB128 number. (Core 5.2.2)
  fileprivate mutating func append(leb128 number: UInt32) {
    var rest = number
    repeat {
      append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
  }
}

extension LuaFailureCause {
  /// Whether an error object lies where a message is read. Lack of memory makes none, a yield passes values.
  fileprivate var hasMessage: Bool { self != .yield && self != .outOfMemory }
}

extension LuaMachine {
  public func readMessages(
    of outcome: CaseOutcome, _ request: CaseRequest
  ) throws(CaseExecutionError) -> CaseOutcome {
    guard
      let index = outcome.steps.firstIndex(where: { step in
        guard case .trap(_, let frames) = step.result else { return false }
        return LuaFailureCause(frames: frames)?.hasMessage ?? false
      }), let module = module.readingMessages()
    else { return outcome }
    var request = request
    request.observation = .none
    request.trace = HostCallTrace(callLimit: 0)
    request.limits.fuel = outcome.instructions &+ 1000
    let machine: LuaMachine
    do {
      if let messageReader {
        machine = messageReader
      } else {
        machine = try LuaMachine(module, memoryLimit: request.limits.memoryBytes)
        messageReader = machine
      }
      let again = try machine.run(request)
      guard index < again.steps.count, case .trap = again.steps[index].result else { return outcome }
    } catch {
      if error == .interrupted { throw error }
      return outcome
    }
    var outcome = outcome
    outcome.steps[index].luaMessage = machine.thrownMessage()
    return outcome
  }

  /// The text of the value that was thrown last; nil when it has none.
  private func thrownMessage() -> [UInt8]? {
    guard let started, case .global(let state)? = started.instance.export(TrapMessage.stateExport),
      case .i32(let address) = state.value, address != 0,
      let reader = started.instance.function(named: TrapMessage.readerExport)
    else { return nil }
    started.store.meter.reset()
    started.store.meter.fuel = TrapMessage.fuel
    started.store.meter.stop(after: .seconds(1))
    let lengthAddress = started.bufferAddress
    guard started.memory.write([0, 0, 0, 0], at: lengthAddress) else { return nil }
    // The value at the top of the stack has the index -1.
    let arguments: [Value] = [
      .i32(address), .i32(UInt32.max), .i32(UInt32(truncatingIfNeeded: lengthAddress)),
    ]
    guard case .i32(let text)? = try? reader.call(arguments).first, text != 0,
      let length = started.memory.read(at: lengthAddress, count: 4)
    else { return nil }
    let count: UInt32 = length[...].littleEndian()
    return started.memory.read(at: UInt64(text), count: min(Int(count), TrapMessage.greatestByteCount))
  }
}
