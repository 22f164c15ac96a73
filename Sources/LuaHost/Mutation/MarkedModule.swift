// A module that notes which places of its code it reaches.

import WebAssembly

/// Where marks stand in a module: for each fault the mark that says whether its instruction was reached.
package struct Marks: Sendable {
  /// By the faults' order.
  package fileprivate(set) var ofFault: [Int] = []
  package fileprivate(set) var count = 0
}

extension LuaModule {
  /// The same module with code that sets a byte of a memory of its own before it reaches the instruction of one of
  /// the faults, which stand in the order of their numbers. It executes more instructions.
  package func marked(_ faults: [Fault]) throws -> (module: LuaModule, marks: Marks) {
    var structure = module.structure
    let imported = module.functionCount - structure.functions.count
    let importedMemories = structure.imports.count { if case .memory = $0.type { true } else { false } }
    let memory = importedMemories + structure.memories.count
    var marks = Marks()
    var rest = faults[...]
    while let function = rest.first?.function {
      let own = rest.prefix { $0.function == function }
      rest = rest[own.endIndex...]
      let index = Int(function) - imported
      structure.functions[index].body = try Self.marked(
        structure.functions[index].body, own, UInt32(memory), module.features, &marks)
    }
    structure.memories.append(MemoryType(Limits(UInt64(marks.count >> 16 + 1))))
    let marked = try LuaModule(
      bytes: structure.encode(), startLimit: startLimit, loadLimit: .seconds(60), markMemory: memory)
    return (marked, marks)
  }

  /// Where code goes straight on, one mark serves several faults.
  private static func marked(
    _ body: Expression, _ faults: ArraySlice<Fault>, _ memory: UInt32, _ features: FeatureSet,
    _ marks: inout Marks
  ) throws -> Expression {
    var reader = InstructionReader(body, features: features)
    var bytes: [UInt8] = []
    var faults = faults
    var isMarked = false
    while !reader.isAtEnd {
      let start = reader.offset
      let definition = try reader.next().definition
      while let fault = faults.first, fault.place.lowerBound == start {
        if !isMarked {
          var writer = InstructionWriter()
          writer.append(.i32Const, value: UInt64(marks.count))
          writer.append(.i32Const, value: 1)
          writer.append(Opcode(0x3A), a: memory)
          bytes += writer.bytes
          marks.count += 1
          isMarked = true
        }
        marks.ofFault.append(marks.count - 1)
        faults.removeFirst()
      }
      bytes += body.bytes[start..<reader.offset]
      if definition.facts.contains(.endsSegment) || definition.opcode == .end || definition.opcode == .tryTable
        || definition.opcode == .legacyTry
      {
        isMarked = false
      }
    }
    return Expression(bytes)
  }
}
