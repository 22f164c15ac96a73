/// Decoding and encoding whole modules (Core 5.5).

import Testing
import WebAssembly

private func constant(_ value: Int32) -> Expression {
  var writer = InstructionWriter()
  writer.append(.i32Const, value: UInt64(UInt32(bitPattern: value)))
  writer.append(.end)
  return writer.expression
}

/// A module that has something of everything in it.
func sampleModule() -> ModuleStructure {
  var module = ModuleStructure()
  module.addType(SubType(.function(FunctionType([.i32, .i64], [.f64]))))
  module.addType(SubType(.function(FunctionType([.i32]))))
  module.types.append(
    SubType(
      isFinal: false,
      .structure([FieldType(.i8, isMutable: true), FieldType(.value(.v128), isMutable: false)])))
  module.types.append(
    SubType(
      supertypes: [2],
      .structure([
        FieldType(.i8, isMutable: true), FieldType(.value(.v128), isMutable: false),
        FieldType(.value(.reference(HeapType(typeIndex: 4), nullable: true)), isMutable: true),
      ])))
  module.types.append(SubType(.array(FieldType(.i16, isMutable: true))))
  module.recursionGroups.append(2..<5)
  module.imports = [
    Import("env", "f", .function(type: 1)),
    Import("env", "exact", .function(type: 1), isExact: true),
    Import("env", "t", .table(TableType(.externref, Limits(1, 20)))),
    Import("env", "m", .memory(MemoryType(Limits(1, 2), isShared: true))),
    Import("env", "größe", .global(GlobalType(.i64, isMutable: true))),
    Import("env", "e", .tag(type: 1)),
  ]
  var body = InstructionWriter()
  body.append(.localGet, a: 0)
  body.append(.if, value: BlockType.empty.rawValue)
  body.append(.br, a: 1)
  body.append(.end)
  var table = Instruction(row: InstructionTable.row(of: .brTable)!)
  table.a = 300
  body.append(.i32Const, value: UInt64(UInt32(bitPattern: -7)))
  body.append(table, labels: [0, 1, 200])
  body.append(.end)
  module.functions = [
    FunctionDefinition(
      type: 0, locals: [LocalGroup(count: 3, type: .i32), LocalGroup(count: 1, type: .anyref)],
      body: body.expression)
  ]
  module.tables = [
    TableDefinition(TableType(.funcref, Limits(3), addressType: .i64)),
    TableDefinition(TableType(.funcref, Limits(0, 9)), initializer: Expression([0xD2, 0x00, 0x0B])),
  ]
  module.memories = [
    MemoryType(Limits(1)), MemoryType(Limits(1, 1 << 40), addressType: .i64),
    MemoryType(Limits(70000), pageSizeExponent: 0),
  ]
  module.tags = [1]
  module.globals = [GlobalDefinition(GlobalType(.i32, isMutable: true), initializer: constant(-5))]
  module.exports = [Export("", .function, 0), Export("m", .memory, 1), Export("tag", .tag, 0)]
  module.start = 0
  let function = ValueType.reference(.function, nullable: false)
  module.elements = [
    ElementSegment(
      type: function, elements: .functions([0, 1]), mode: .active(index: 0, offset: constant(0))),
    ElementSegment(type: function, elements: .functions([0]), mode: .passive),
    ElementSegment(type: function, elements: .functions([0]), mode: .active(index: 2, offset: constant(1))),
    ElementSegment(type: function, elements: .functions([]), mode: .declarative),
    ElementSegment(
      type: .funcref, elements: .expressions([Expression([0xD0, 0x70, 0x0B])]),
      mode: .active(index: 0, offset: constant(2))),
    ElementSegment(
      type: .externref, elements: .expressions([Expression([0xD0, 0x6F, 0x0B])]), mode: .passive),
    ElementSegment(
      type: .externref, elements: .expressions([Expression([0xD0, 0x6F, 0x0B])]),
      mode: .active(index: 0, offset: constant(3))),
    ElementSegment(type: .anyref, elements: .expressions([]), mode: .declarative),
  ]
  module.data = [
    DataSegment(bytes: [1, 2, 3], mode: .active(index: 0, offset: constant(0))),
    DataSegment(bytes: [], mode: .passive),
    DataSegment(bytes: [9], mode: .active(index: 1, offset: Expression([0x42, 0x00, 0x0B]))),
  ]
  module.dataCount = 3
  module.customSections = [
    CustomSection(name: "first", bytes: [1], place: 0),
    CustomSection(name: "between", bytes: [], place: 10),
    CustomSection(name: "last", bytes: [7, 7], place: 11),
    CustomSection(name: "last", bytes: [8], place: 11),
  ]
  return module
}

@Suite struct BinaryModuleTests {
  @Test func `An encoded module decodes to itself`() throws {
    let module = sampleModule()
    let bytes = module.encode()
    let decoded = try ModuleStructure.decode(bytes)
    #expect(decoded == module)
    #expect(decoded.encode() == bytes)
    try decoded.checkBodies()
  }

  @Test func `Custom sections around an empty section keep their order`() throws {
    var bytes = ModuleBytes()
    bytes.section(0, name("a"))
    bytes.section(1, [0])
    bytes.section(0, name("b"))
    bytes.section(5, list: [[0, 1]])
    bytes.section(0, name("c"))
    bytes.section(7, [0x80, 0x00])
    bytes.section(0, name("d"))
    let module = try ModuleStructure.decode(bytes.bytes)
    #expect(module.customSections.map(\.name) == ["a", "b", "c", "d"])
    #expect(module.customSections.map(\.place) == [0, 0, 5, 5])
    #expect(try ModuleStructure.decode(module.encode()) == module)
  }

  @Test func `Every element segment of a decoded module takes one of the eight forms`() throws {
    let decoded = try ModuleStructure.decode(sampleModule().encode())
    #expect(decoded.elements.map(\.type) == sampleModule().elements.map(\.type))
    #expect(decoded.elements.map(\.mode) == sampleModule().elements.map(\.mode))
  }

  @Test func `Offsets in a decoded module count from the module's first byte`() throws {
    let bytes = ModuleBytes.function(body: [0, 0x01, 0x0B])
    let module = try ModuleStructure.decode(bytes)
    let body = module.functions[0].body.bytes
    #expect(body.startIndex == bytes.count - 2)
    #expect(module.functions[0].offset == bytes.count - 3)
    var reader = InstructionReader(module.functions[0].body)
    #expect(try reader.next().offset == bytes.count - 2)
    #expect(try reader.next().definition.opcode == .end)
    #expect(reader.isAtEnd)
  }

  @Test func `Every truncation of a module is an error`() throws {
    let bytes = sampleModule().encode()
    var lastSectionEnds: Set<Int> = [ModuleBytes.preamble.count]
    for length in 0..<bytes.count {
      let prefix = Array(bytes[..<length])
      // Cut between sections, what is left may be a module; then it lacks something that was there.
      if let module = try? ModuleStructure.decode(prefix) {
        lastSectionEnds.insert(length)
        #expect(module != sampleModule())
      }
    }
    #expect(lastSectionEnds.count < 14)
  }

  @Test(
    arguments: [
      ([0x00, 0x61, 0x73], "unexpected end"),
      ([0x01, 0x61, 0x73, 0x6D, 1, 0, 0, 0], "magic header not detected"),
      ([0x00, 0x61, 0x73, 0x6D, 2, 0, 0, 0], "unknown binary version"),
      (ModuleBytes.preamble + [14, 1, 0], "malformed section id"),
      (ModuleBytes.preamble + [1, 9, 0], "length out of bounds"),
      (ModuleBytes.preamble + [1, 2, 0, 0], "section size mismatch"),
      (ModuleBytes.preamble + [2, 1, 0, 1, 1, 0], "unexpected content after last section"),
      (ModuleBytes.preamble + [1, 1, 0, 1, 1, 0], "unexpected content after last section"),
      (ModuleBytes.preamble + [1, 2, 1, 0x61], "malformed definition type"),
      (ModuleBytes.preamble + [2, 4, 1, 0, 0, 9], "malformed import kind"),
      (ModuleBytes.preamble + [0, 2, 1, 0xFF], "malformed UTF-8 encoding"),
      (ModuleBytes.preamble + [0, 3, 2, 0xC0, 0x80], "malformed UTF-8 encoding"),
      (ModuleBytes.preamble + [0, 4, 3, 0xED, 0xA0, 0x80], "malformed UTF-8 encoding"),
      (ModuleBytes.preamble + [0, 0], "unexpected end"),
      (ModuleBytes.preamble + [4, 4, 1, 0x70, 0x08, 0], "malformed limits flags"),
      (ModuleBytes.preamble + [4, 4, 1, 0x7F, 0x00, 0], "malformed reference type"),
      (ModuleBytes.preamble + [6, 5, 1, 0x7F, 2, 0x41, 0x0B], "malformed mutability"),
      (ModuleBytes.preamble + [7, 4, 1, 0, 5, 0], "malformed export kind"),
      (ModuleBytes.preamble + [3, 2, 1, 0], "function and code section have inconsistent lengths"),
      (ModuleBytes.preamble + [12, 1, 1], "data count and data section have inconsistent lengths"),
      (ModuleBytes.preamble + [6, 5, 1, 0x7F, 0, 0xF3, 0x0B], "illegal opcode f3"),
      (ModuleBytes.function(body: [1, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0x7F, 0x0B]), "integer too large"),
      (
        ModuleBytes.function(body: [2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x7F, 1, 0x7F, 0x0B]), "too many locals"
      ),
      (ModuleBytes.function(body: [0, 0x01]), "unexpected end of section or function"),
      (ModuleBytes.function(body: [0, 0x05]), "END opcode expected"),
    ] as [([UInt8], String)])
  func `A malformed module says what is wrong`(bytes: [UInt8], expected: String) {
    let error = #expect(throws: DecodeError.self) { try ModuleStructure.decode(bytes) }
    #expect(error?.message.hasPrefix(expected) == true, "\(String(describing: error))")
  }

  @Test(
    arguments: [
      ([0, 0xFF, 0x0B], "illegal opcode ff"),
      ([0, 0xFC, 0xFF, 0x01, 0x0B], "illegal opcode fc ff"),
      ([0, 0x02, 0x40, 0x0B], "unexpected end of section or function"),
      ([0, 0x0B, 0x0B], "section size mismatch"),
      ([0, 0x05, 0x0B], "END opcode expected"),
      ([0, 0x02, 0x40, 0x05, 0x0B, 0x0B], "END opcode expected"),
      ([0, 0x04, 0x40, 0x05, 0x05, 0x0B, 0x0B], "END opcode expected"),
      ([0, 0x19, 0x0B], "END opcode expected"),
      ([0, 0x28, 0x80, 0x01, 0x00, 0x0B], "malformed memop flags"),
      ([0, 0x0E, 0x7F, 0x00, 0x0B], "length out of bounds"),
      ([0, 0xFC, 0x09, 0x00, 0x0B], "data count section required"),
      ([0, 0x41, 0x80, 0x80, 0x80, 0x80, 0x70, 0x0B], "integer too large"),
    ] as [([UInt8], String)])
  func `A malformed body says what is wrong`(body: [UInt8], expected: String) throws {
    let module = try ModuleStructure.decode(ModuleBytes.function(body: body))
    let error = #expect(throws: DecodeError.self) { try module.checkBodies() }
    #expect(error?.message.hasPrefix(expected) == true, "\(String(describing: error))")
  }

  @Test func `A count without the bytes behind it allocates nothing`() {
    let bytes = ModuleBytes.preamble + [1, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
    let error = #expect(throws: DecodeError.self) { try ModuleStructure.decode(bytes) }
    #expect(error?.message == "length out of bounds")
  }

  @Test func `What needs a feature that is off names the feature`() {
    let bytes = ModuleBytes.function(type: [0x60, 1, 0x7B, 0], body: [0, 0x0B])
    let error = #expect(throws: DecodeError.self) { try ModuleStructure.decode(bytes, features: []) }
    #expect(error?.message.contains("simd") == true)
    let extend = ModuleBytes.function(body: [0, 0x41, 0, 0xC0, 0x1A, 0x0B])
    let bodyError = #expect(throws: DecodeError.self) {
      try ModuleStructure.decode(extend, features: []).checkBodies(features: [])
    }
    #expect(bodyError?.message.contains("i32.extend8_s needs the feature sign-extension") == true)
  }
}
