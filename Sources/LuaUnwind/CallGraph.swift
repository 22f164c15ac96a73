/// Which functions of a module may return with the flag up, by who calls whom. An indirect call is held to
/// reach every function in a table that has the type it asks for; nothing is taken on trust.

import WebAssembly

/// The calls in one function's body.
struct Calls: Sendable {
  var functions: Set<UInt32> = []
  var types: Set<FunctionType> = []
}

struct CallGraph: Sendable {
  let importCount: Int
  /// The type of each function, imports first.
  let types: [FunctionType]
  /// Functions that may return with the flag up.
  private(set) var throwing: Set<UInt32> = []
  /// Types of functions in a table that may.
  private(set) var throwingTypes: Set<FunctionType> = []

  /// `calls` holds the calls of each function that the module defines.
  init(_ module: ModuleStructure, calls: [Calls], primitives: UnwindPrimitives) throws(UnwindError) {
    let imported = module.imports.compactMap { entry -> UInt32? in
      if case .function(let type) = entry.type { type } else { nil }
    }
    importCount = imported.count
    types = (imported + module.functions.map(\.type)).map { index in
      Int(index) < module.types.count ? module.types[Int(index)].functionType ?? .init() : .init()
    }
    let inTable = try Self.tableMembers(module)

    var callers: [UInt32: [UInt32]] = [:]
    var callersByType: [FunctionType: [UInt32]] = [:]
    for (index, calls) in calls.enumerated() {
      let caller = UInt32(importCount + index)
      for callee in calls.functions { callers[callee, default: []].append(caller) }
      for type in calls.types { callersByType[type, default: []].append(caller) }
    }

    var pending = [primitives.throwFunction]
    func reach(_ callers: [UInt32]?) {
      for caller in callers ?? [] where caller != primitives.tryFunction && throwing.insert(caller).inserted {
        pending.append(caller)
      }
    }
    throwing.insert(primitives.throwFunction)
    while let function = pending.popLast() {
      reach(callers[function])
      if inTable.contains(function), throwingTypes.insert(types[Int(function)]).inserted {
        reach(callersByType[types[Int(function)]])
      }
    }
  }

  /// Functions that element segments name.
  private static func tableMembers(_ module: ModuleStructure) throws(UnwindError) -> Set<UInt32> {
    let isOpen =
      module.imports.contains { $0.type.kind == .table } || module.exports.contains { $0.kind == .table }
    if isOpen { throw .openTable }
    var members: Set<UInt32> = []
    for segment in module.elements {
      // Segments of expressions need reference types, which the pass does not read.
      if case .functions(let functions) = segment.elements { members.formUnion(functions) }
    }
    return members
  }
}
