/// Bytes that nobody's encoder wrote: whatever they are, there is an answer, soon.

import Testing
import WebAssembly

/// Decodes and validates, and reads what is readable; the outcome does not matter.
@discardableResult
private func consume(_ bytes: [UInt8]) -> Bool {
  guard let module = try? ModuleStructure.decode(bytes) else { return false }
  _ = NameSection(of: module)
  #expect((try? ModuleStructure.decode(module.encode())) != nil)
  return (try? ModuleContext.load(bytes)) != nil
}

/// A module with a body of many kinds of instructions in it.
private func richModule() -> [UInt8] {
  var module = ValidationFixture().module
  let type = module.addType(
    SubType(
      .function(FunctionType([.i32, .i64, .f32, .f64, .v128, .anyref, .funcref, .externref, .exnref], []))))
  var writer = InstructionWriter()
  for (index, row) in InstructionTable.rows.enumerated() where row.signature != nil {
    let signature = row.signature!
    for operand in signature.operands {
      let locals: [ValueType] = [.i32, .i64, .f32, .f64, .v128]
      writer.append(.localGet, a: UInt32(locals.firstIndex(of: operand)!))
    }
    var instruction = Instruction(row: index)
    instruction.b = UInt32(row.accessExponent ?? 0)
    writer.append(instruction)
    for _ in signature.results { writer.append(.drop) }
  }
  writer.open(.block, BlockType(typeIndex: 2))
  writer.open(.loop)
  writer.i32(1)
  writer.append(.brIf, a: 0)
  var tryTable = Instruction(row: InstructionTable.row(of: .tryTable)!)
  tryTable.value = BlockType.empty.rawValue
  writer.append(tryTable, catchClauses: [CatchClause(.catchAll, label: 2)])
  writer.append(.localGet, a: 0)
  writer.append(Instruction(row: InstructionTable.row(of: .brTable)!), labels: [0, 1, 0])
  writer.append(.end)
  writer.append(.end)
  writer.append(.unreachable)
  writer.append(.end)
  writer.append(.drop)
  writer.append(.drop)
  writer.append(.end)
  module.functions = [
    FunctionDefinition(
      type: type, locals: [LocalGroup(count: 3, type: .reference(HeapType(typeIndex: 3), nullable: false))],
      body: writer.expression)
  ]
  var names = NameSection()
  names.module = "rich"
  names.functions = [0: "f"]
  names.locals = [0: [0: "a", 1: "b"]]
  module.customSections = [CustomSection(name: "name", bytes: names.encode()[...], place: 11)]
  return module.encode()
}

@Suite struct BinaryHostileInputTests {
  @Test func `The modules that are distorted here are valid to begin with`() {
    #expect(throws: Never.self) { try ModuleContext.load(richModule()) }
  }

  @Test func `Flipped bits never crash`() {
    var generator = SeededGenerator(state: 42)
    let originals = [richModule(), sampleModule().encode()]
    for round in 0..<20_000 {
      var bytes = originals[round % originals.count]
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 8..<bytes.count, using: &generator)
        bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      consume(bytes)
    }
  }

  @Test func `Replaced, removed and inserted bytes never crash`() {
    var generator = SeededGenerator(state: 7)
    let originals = [richModule(), sampleModule().encode()]
    for round in 0..<5_000 {
      var bytes = originals[round % originals.count]
      let index = Int.random(in: 8..<bytes.count, using: &generator)
      switch round % 3 {
      case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &generator)
      case 1: bytes.removeSubrange(index..<min(index + 3, bytes.count))
      default: bytes.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], at: index)
      }
      consume(bytes)
    }
  }

  @Test func `Every truncation of a rich module is an error`() {
    let bytes = richModule()
    for length in 8..<bytes.count - 64 {
      // What ends between two sections may be a module, but none with a function and no body.
      let prefix = Array(bytes[..<length])
      if let module = try? ModuleStructure.decode(prefix) { #expect(module.functions.isEmpty) }
    }
  }

  @Test func `Deep nesting and wide blocks take linear time`() {
    func body(_ repeated: [UInt8], _ count: Int, closing: [UInt8]) -> [UInt8] {
      let opening = (0..<count).flatMap { _ in repeated }
      let closings = (0..<count).flatMap { _ in closing }
      return ModuleBytes.function(body: [0] + opening + closings + [0x0B])
    }
    let isDeepValid = consume(body([0x02, 0x40], 90_000, closing: [0x0B]))
    #expect(isDeepValid)
    let error = #expect(throws: ModuleError.self) {
      try ModuleContext.load(body([0x02, 0x40], 200_000, closing: [0x0B]))
    }
    #expect(error?.message.hasPrefix("too many nested blocks") == true)
    // A table that names one label again and again.
    let labelCount = ImplementationLimits.branchTableEntries
    let table = [0x41, 0, 0x0E] + leb(UInt64(labelCount)) + [UInt8](repeating: 0, count: labelCount + 1)
    let tables = Array(repeatElement(table, count: 8).joined())
    let isTableValid = consume(ModuleBytes.function(body: [0] + tables + [0x0B]))
    #expect(isTableValid)
  }
}
