/// Gives a linked module error unwinding with nothing but WebAssembly 1.0: after every call that may return
/// with the flag up, the caller returns too.

import WebAssembly

package struct UnwindPass: Sendable {
  package struct Statistics: Hashable, Sendable {
    package var functions = 0
    package var throwingFunctions = 0
    /// Places where a function now leaves when the flag is up.
    package var checks = 0
  }

  /// What the linker of C code produces for a processor that has these. Anything else is refused: it might
  /// branch, call or fill a table in a way that the pass does not see.
  package static let features: FeatureSet = [
    .mutableGlobals, .signExtension, .saturatingConversions, .bulkMemory,
  ]

  package private(set) var statistics = Statistics()
  private let module: ModuleStructure
  private let primitives: UnwindPrimitives
  private let bodies: [[Instruction]]
  private let graph: CallGraph

  /// Reads and validates a module, and finds out which of its functions may return with the flag up.
  package init(_ bytes: [UInt8]) throws(UnwindError) {
    do throws(ModuleError) {
      let context = try ModuleContext.decode(bytes, features: Self.features)
      try context.validateBodies()
      module = context.module
    } catch {
      throw .unusable(error)
    }
    do throws(DecodeError) {
      bodies = try module.functions.map { function throws(DecodeError) in
        try Self.instructions(of: function)
      }
    } catch {
      throw .unusable(.malformed(error))
    }
    primitives = try UnwindPrimitives(of: module)
    let types = module.types
    let calls = bodies.map { body in
      var calls = Calls()
      for instruction in body {
        switch instruction.definition.opcode {
        case .call: calls.functions.insert(instruction.a)
        case .callIndirect:
          if let type = types[Int(instruction.a)].functionType { calls.types.insert(type) }
        default: break
        }
      }
      return calls
    }
    graph = try CallGraph(module, calls: calls, primitives: primitives)
    statistics.functions = bodies.count
    statistics.throwingFunctions = graph.throwing.count
  }

  private static func instructions(of function: FunctionDefinition) throws(DecodeError) -> [Instruction] {
    var reader = InstructionReader(function.body, features: features)
    var instructions: [Instruction] = []
    while !reader.isAtEnd { instructions.append(try reader.next()) }
    return instructions
  }

  /// The module with checks, without the exports that only the pass needs, and with its name section as the
  /// only custom section. In an audited module every call that is followed by no check, and every return to
  /// the host, traps when the flag is up: one that passes its tests has all the checks it needs.
  package mutating func run(audit: Bool) -> [UInt8] {
    var result = module
    let exported = Set(module.exports.filter { $0.kind == .function }.map(\.index))
    statistics.checks = 0
    for (place, body) in bodies.enumerated() {
      let index = UInt32(graph.importCount + place)
      if index == primitives.throwFunction || index == primitives.tryFunction { continue }
      var rewriter = BodyRewriter(
        body: module.functions[place].body, instructions: body,
        results: graph.types[Int(index)].results, flag: primitives.flag,
        audit: audit, isExported: exported.contains(index), mayThrow: mayThrow)
      guard let rewritten = rewriter.rewrite() else { continue }
      statistics.checks += rewriter.checks
      result.functions[place].body = rewritten
    }
    result.exports.removeAll(where: UnwindPrimitives.isInternal)
    result.customSections.removeAll { $0.name != "name" }
    return result.encode()
  }

  /// Whether the flag may be up after a call instruction.
  private func mayThrow(_ call: Instruction) -> Bool {
    switch call.definition.opcode {
    case .call:
      graph.throwing.contains(call.a)
    case .callIndirect:
      module.types[Int(call.a)].functionType.map(graph.throwingTypes.contains) ?? false
    default:
      false
    }
  }
}
