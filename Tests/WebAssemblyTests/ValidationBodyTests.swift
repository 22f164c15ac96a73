/// Function bodies that are valid and that are not (Core 3.3).

import Testing
import WebAssembly

/// A module around one function under test, with something of each kind to refer to.
struct ValidationFixture {
  var module = ModuleStructure()
  var features = FeatureSet.all

  /// Types: 0 [] -> [], 1 [i32] -> [i32], 2 [] -> [i32 i64], 3 structure, 4 a sub type of 3, 5 array of i8,
  /// 6 array of references to 3.
  init() {
    module.addType(SubType(.function(FunctionType())))
    module.addType(SubType(.function(FunctionType([.i32], [.i32]))))
    module.addType(SubType(.function(FunctionType([], [.i32, .i64]))))
    module.addType(SubType(isFinal: false, .structure([FieldType(.i8, isMutable: true)])))
    module.addType(
      SubType(
        supertypes: [3],
        .structure([FieldType(.i8, isMutable: true), FieldType(.value(.anyref), isMutable: false)])))
    module.addType(SubType(.array(FieldType(.i8, isMutable: true))))
    module.addType(
      SubType(
        .array(FieldType(.value(.reference(HeapType(typeIndex: 3), nullable: false)), isMutable: false))))
    module.memories = [MemoryType(Limits(1)), MemoryType(Limits(1), addressType: .i64)]
    module.tables = [
      TableDefinition(TableType(.funcref, Limits(1))), TableDefinition(TableType(.externref, Limits(1))),
    ]
    module.globals = [
      GlobalDefinition(GlobalType(.i32, isMutable: true), initializer: Expression([0x41, 0, 0x0B])),
      GlobalDefinition(GlobalType(.i64), initializer: Expression([0x42, 0, 0x0B])),
    ]
    module.tags = [0, 7]
    module.addType(SubType(.function(FunctionType([.i32]))))
    module.data = [DataSegment(bytes: [1], mode: .passive)]
    module.dataCount = 1
    module.elements = [
      ElementSegment(type: .reference(.function, nullable: false), elements: .functions([]), mode: .passive)
    ]
  }

  /// Adds the function under test, with a type of its own, and validates its body alone.
  func validate(
    _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [LocalGroup] = [],
    _ write: (inout InstructionWriter) -> Void
  ) throws(ValidationError) {
    var module = module
    let type = module.addType(SubType(.function(FunctionType(parameters, results))))
    var writer = InstructionWriter()
    write(&writer)
    writer.append(.end)
    module.functions.append(FunctionDefinition(type: type, locals: locals, body: writer.expression))
    try ModuleContext(module, features: features).validateBody(module.functions.count - 1)
  }

  func message(
    _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [LocalGroup] = [],
    _ write: (inout InstructionWriter) -> Void
  ) -> String {
    do throws(ValidationError) {
      try validate(parameters, results, locals: locals, write)
      return "valid"
    } catch {
      return error.message
    }
  }
}

extension InstructionWriter {
  mutating func i32(_ value: Int32) { append(.i32Const, value: UInt64(UInt32(bitPattern: value))) }
  mutating func i64(_ value: Int64) { append(.i64Const, value: UInt64(bitPattern: value)) }
  mutating func open(_ opcode: Opcode, _ type: BlockType = .empty) { append(opcode, value: type.rawValue) }
  mutating func null(_ type: HeapType) {
    append(.refNull, value: UInt64(bitPattern: Int64(type.rawValue)))
  }
  mutating func named(_ mnemonic: String, a: UInt32 = 0, b: UInt32 = 0, value: UInt64 = 0, lane: UInt8 = 0) {
    append(
      InstructionTable.rows[InstructionTable.rows(of: mnemonic)[0]].opcode, a: a, b: b, value: value,
      lane: lane)
  }
}

/// A body under a name, and how its error begins; empty when it is valid.
struct BodyCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let expected: String
  var parameters: [ValueType] = []
  var results: [ValueType] = []
  var locals: [LocalGroup] = []
  let write: @Sendable (inout InstructionWriter) -> Void

  init(
    _ name: String, _ expected: String = "", _ parameters: [ValueType] = [], _ results: [ValueType] = [],
    locals: [LocalGroup] = [], _ write: @escaping @Sendable (inout InstructionWriter) -> Void
  ) {
    testDescription = name
    self.expected = expected
    self.parameters = parameters
    self.results = results
    self.locals = locals
    self.write = write
  }
}

private let structure = ValueType.reference(HeapType(typeIndex: 3), nullable: false)
private let subStructure = ValueType.reference(HeapType(typeIndex: 4), nullable: false)

private let controlCases: [BodyCase] = [
  BodyCase("an empty body") { _ in },
  BodyCase("a missing result", "type mismatch: instruction requires [i32] but stack has []", [], [.i32]) {
    _ in
  },
  BodyCase("a value too many", "type mismatch: block requires [] but stack has [i32]") { $0.i32(0) },
  BodyCase(
    "operands of another type", "type mismatch: instruction requires [i32 i32] but stack has [i32 i64]"
  ) {
    $0.i32(0)
    $0.i64(0)
    $0.named("i32.add")
    $0.append(.drop)
  },
  BodyCase("unreachable code gives operands of any type", "", [], [.i64]) {
    $0.append(.unreachable)
    $0.named("i64.add")
  },
  BodyCase("unreachable code is still typed", "type mismatch", [], [.i64]) {
    $0.append(.unreachable)
    $0.named("i32.add")
  },
  BodyCase("operands do not cross a block's start", "type mismatch") {
    $0.i32(0)
    $0.open(.block)
    $0.append(.drop)
    $0.append(.end)
  },
  BodyCase("a block's parameters do", "", [], [.i32]) {
    $0.i32(0)
    $0.open(.block, BlockType(typeIndex: 1))
    $0.append(.end)
  },
  BodyCase("a branch to a loop carries its parameters", "", [.i32]) {
    $0.append(.localGet)
    $0.open(.loop, BlockType(typeIndex: 1))
    $0.append(.localGet)
    $0.append(.brIf)
    $0.append(.end)
    $0.append(.drop)
  },
  BodyCase("an if without else gives what it takes", "type mismatch", [], [.i32]) {
    $0.i32(1)
    $0.open(.if, BlockType(result: .i32))
    $0.i32(1)
    $0.append(.end)
  },
  BodyCase("both arms of an if", "", [], [.i32]) {
    $0.i32(1)
    $0.open(.if, BlockType(result: .i32))
    $0.i32(1)
    $0.append(.else)
    $0.i32(2)
    $0.append(.end)
  },
  BodyCase("a label that does not exist", "unknown label 1") { $0.append(.br, a: 1) },
  BodyCase("a type that does not exist", "unknown type 99") { $0.open(.block, BlockType(typeIndex: 99)) },
  BodyCase("a table of labels of one arity", "", [.i32]) {
    $0.open(.block)
    $0.append(.localGet)
    $0.append(Instruction(row: InstructionTable.row(of: .brTable)!), labels: [1, 0, 1, 0])
    $0.append(.end)
  },
  BodyCase("a table of labels of different arities", "type mismatch", [.i32]) {
    $0.open(.block, BlockType(result: .i32))
    $0.i32(1)
    $0.append(.localGet)
    $0.append(Instruction(row: InstructionTable.row(of: .brTable)!), labels: [1])
    $0.append(.end)
    $0.append(.drop)
  },
  BodyCase("a tail call of other results", "type mismatch") {
    $0.i32(0)
    $0.append(.i32Const)
    $0.append(.returnCallIndirect, a: 1)
  },
  BodyCase("a call through a table of host references", "type mismatch") {
    $0.i32(0)
    $0.append(.callIndirect, a: 0, b: 1)
  },
  BodyCase("select without types on references", "type mismatch", [.anyref, .anyref, .i32]) {
    for local in 0..<3 { $0.append(.localGet, a: UInt32(local)) }
    $0.append(.select)
    $0.append(.drop)
  },
  BodyCase("select with two types", "invalid result arity") {
    $0.append(.unreachable)
    $0.append(Instruction(row: InstructionTable.row(of: .selectTyped)!), types: [.i32, .i32])
  },
  BodyCase("a misplaced else", "END opcode expected") { $0.append(.else) },
]

private let exceptionCases: [BodyCase] = [
  BodyCase("throw with its tag's values") {
    $0.i32(1)
    $0.append(.throw, a: 1)
  },
  BodyCase("throw without", "type mismatch: instruction requires [i32] but stack has []") {
    $0.append(.throw, a: 1)
  },
  BodyCase("a tag that does not exist", "unknown tag 9") { $0.append(.throw, a: 9) },
  BodyCase("catching a value and the exception") {
    $0.open(.block, BlockType(typeIndex: 2))
    $0.i32(1)
    $0.i64(2)
    $0.open(.block, BlockType(result: .exnref))
    var table = Instruction(row: InstructionTable.row(of: .tryTable)!)
    table.value = BlockType.empty.rawValue
    $0.append(table, catchClauses: [CatchClause(.catchAllRef, label: 0), CatchClause(.catchAll, label: 2)])
    $0.append(.end)
    $0.append(.unreachable)
    $0.append(.end)
    $0.append(.throwRef)
    $0.append(.end)
    $0.append(.drop)
    $0.append(.drop)
  },
  BodyCase("a clause that gives too much", "type mismatch") {
    var table = Instruction(row: InstructionTable.row(of: .tryTable)!)
    table.value = BlockType.empty.rawValue
    $0.append(table, catchClauses: [CatchClause(.catch, tag: 1, label: 0)])
    $0.append(.end)
  },
  BodyCase("the legacy form", "", [], [.i32]) {
    $0.open(.legacyTry, BlockType(result: .i32))
    $0.i32(1)
    $0.append(.legacyCatch, a: 1)
    $0.append(.legacyCatchAll)
    $0.append(.legacyRethrow, a: 0)
    $0.append(.end)
  },
  BodyCase("delegate ends a try") {
    $0.open(.legacyTry)
    $0.open(.legacyTry)
    $0.append(.legacyDelegate, a: 0)
    $0.append(.legacyCatchAll)
    $0.append(.end)
  },
  BodyCase("delegate may name the function's label") {
    $0.open(.legacyTry)
    $0.append(.legacyDelegate, a: 0)
  },
  BodyCase("delegate to a label that does not exist", "unknown label 1") {
    $0.open(.legacyTry)
    $0.append(.legacyDelegate, a: 1)
  },
  BodyCase("rethrow outside of a catch", "invalid rethrow label") {
    $0.open(.legacyTry)
    $0.append(.legacyRethrow, a: 0)
    $0.append(.legacyCatchAll)
    $0.append(.end)
  },
  BodyCase("a catch after catch_all", "END opcode expected") {
    $0.open(.legacyTry)
    $0.append(.legacyCatchAll)
    $0.append(.legacyCatch)
    $0.append(.end)
  },
]

private let memoryCases: [BodyCase] = [
  BodyCase("a load takes its address from the memory's type", "", [], [.i32]) {
    $0.i64(0)
    $0.named("i32.load", a: 1, b: 2)
  },
  BodyCase(
    "an i32 address into a 64-bit memory", "type mismatch: instruction requires [i64] but stack has [i32]"
  ) {
    $0.i32(0)
    $0.named("i32.load", a: 1, b: 2)
    $0.append(.drop)
  },
  BodyCase("a store into a 64-bit memory") {
    $0.i64(0)
    $0.i32(0)
    $0.named("i32.store8", a: 1)
  },
  BodyCase("an alignment beyond the natural", "alignment must not be larger than natural") {
    $0.i32(0)
    $0.named("i32.load", b: 3)
    $0.append(.drop)
  },
  BodyCase("an atomic access without its alignment", "atomic alignment must be natural") {
    $0.i32(0)
    $0.named("i32.atomic.load", b: 1)
    $0.append(.drop)
  },
  BodyCase("an offset beyond a 32-bit memory", "offset out of range") {
    $0.i32(0)
    $0.named("i32.load", value: 1 << 32)
    $0.append(.drop)
  },
  BodyCase("an offset beyond 32 bits in a 64-bit one") {
    $0.i64(0)
    $0.named("i32.load", a: 1, value: 1 << 40)
    $0.append(.drop)
  },
  BodyCase("a memory that does not exist", "unknown memory 2") {
    $0.append(.memorySize, a: 2)
    $0.append(.drop)
  },
  BodyCase("copying between address types takes the smaller length") {
    $0.i64(0)
    $0.i32(0)
    $0.i32(0)
    $0.append(.memoryCopy, a: 1, b: 0)
  },
  BodyCase("a lane that does not exist", "invalid lane index 4") {
    $0.append(.v128Const)
    $0.named("i32x4.extract_lane", lane: 4)
    $0.append(.drop)
  },
  BodyCase("a shuffle of a lane that does not exist", "invalid lane index") {
    $0.append(.v128Const)
    $0.append(.v128Const)
    $0.append(.i8x16Shuffle, value: 32)
    $0.append(.drop)
  },
  BodyCase("four operands and two results", "", [], [.i64, .i64]) {
    for value in 0..<4 { $0.i64(Int64(value)) }
    $0.append(.i64Add128)
  },
  BodyCase("a segment that does not exist", "unknown data segment 1") { $0.append(.dataDrop, a: 1) },
  BodyCase("a table filled with what it does not hold", "type mismatch", [.externref]) {
    $0.i32(0)
    $0.append(.localGet)
    $0.append(.tableSet)
  },
  BodyCase("writing a global that is constant", "immutable global") {
    $0.i64(0)
    $0.append(.globalSet, a: 1)
  },
]

private let referenceCases: [BodyCase] = [
  BodyCase("a sub type where its super type is expected", "", [subStructure], [structure]) {
    $0.append(.localGet)
  },
  BodyCase("not the other way round", "type mismatch", [structure], [subStructure]) { $0.append(.localGet) },
  BodyCase("null is no value of a type without null", "type mismatch", [], [structure]) { $0.null(.none) },
  BodyCase("none is below every structure", "", [.reference(.none, nullable: false)], [subStructure]) {
    $0.append(.localGet)
  },
  BodyCase(
    "a local without a value is read", "uninitialized local 0",
    locals: [LocalGroup(count: 1, type: structure)]
  ) {
    $0.append(.localGet)
    $0.append(.drop)
  },
  BodyCase(
    "a local is read after it was written", "", [structure], locals: [LocalGroup(count: 70, type: structure)]
  ) {
    $0.append(.localGet)
    $0.append(.localSet, a: 70)
    $0.open(.block)
    $0.append(.localGet, a: 70)
    $0.append(.drop)
    $0.append(.end)
  },
  BodyCase(
    "what a block wrote is forgotten at its end", "uninitialized local 1", [structure],
    locals: [LocalGroup(count: 1, type: structure)]
  ) {
    $0.open(.block)
    $0.append(.localGet)
    $0.append(.localSet, a: 1)
    $0.append(.end)
    $0.append(.localGet, a: 1)
    $0.append(.drop)
  },
  BodyCase("a packed field needs an extension", "type mismatch", [structure], [.i32]) {
    $0.append(.localGet)
    $0.append(.structGet, a: 3, b: 0)
  },
  BodyCase("a packed field with it", "", [structure], [.i32]) {
    $0.append(.localGet)
    $0.append(.structGetU, a: 3, b: 0)
  },
  BodyCase("a field that cannot be written", "immutable field", [subStructure]) {
    $0.append(.localGet)
    $0.null(.any)
    $0.append(.structSet, a: 4, b: 1)
  },
  BodyCase("a default where there is none", "type mismatch") {
    $0.i32(3)
    $0.append(.arrayNewDefault, a: 6)
    $0.append(.drop)
  },
  BodyCase("an array that cannot be written", "immutable array") { $0.append(.arrayFill, a: 6) },
  BodyCase("an array of fixed length in unreachable code") {
    $0.append(.unreachable)
    $0.append(.arrayNewFixed, a: 5, b: .max)
    $0.append(.drop)
  },
  BodyCase("a cast within a hierarchy", "", [.anyref], [structure]) {
    $0.append(.localGet)
    $0.append(.refCast, value: UInt64(structure.rawValue))
  },
  BodyCase("a cast across hierarchies", "type mismatch", [.externref], [structure]) {
    $0.append(.localGet)
    $0.append(.refCast, value: UInt64(structure.rawValue))
  },
  BodyCase("a branch on null leaves a value", "", [.anyref], [.reference(.any, nullable: false)]) {
    $0.open(.block)
    $0.append(.localGet)
    $0.append(.brOnNull)
    $0.append(.return)
    $0.append(.end)
    $0.append(.unreachable)
  },
  BodyCase("a function that nothing names", "undeclared function reference") {
    $0.append(.refFunc)
    $0.append(.drop)
  },
]

@Suite struct ValidationBodyTests {
  @Test(arguments: controlCases + exceptionCases + memoryCases + referenceCases)
  func `A body is valid, or its error begins with the official words`(body: BodyCase) {
    let message = ValidationFixture().message(body.parameters, body.results, locals: body.locals, body.write)
    if body.expected.isEmpty {
      #expect(message == "valid")
    } else {
      #expect(message.hasPrefix(body.expected), "\(message)")
    }
  }

  @Test(arguments: InstructionTable.rows.indices.filter { InstructionTable.rows[$0].signature != nil })
  func `Every row with a signature takes its operands and gives its results`(row: Int) {
    let definition = InstructionTable.rows[row]
    let signature = definition.signature!
    var instruction = Instruction(row: row)
    instruction.b = UInt32(definition.accessExponent ?? 0)
    let fixture = ValidationFixture()
    let valid = fixture.message(signature.operands, signature.results) { writer in
      for local in signature.operands.indices { writer.append(.localGet, a: UInt32(local)) }
      writer.append(instruction)
    }
    #expect(valid == "valid", "\(definition.mnemonic)")
    for missing in signature.operands.indices {
      let message = fixture.message(signature.operands, signature.results) { writer in
        for local in signature.operands.indices where local != missing {
          writer.append(.localGet, a: UInt32(local))
        }
        writer.append(instruction)
      }
      #expect(message.hasPrefix("type mismatch"), "\(definition.mnemonic)")
    }
  }

  @Test func `An error tells function, offset and what was there`() throws {
    let bytes = ModuleBytes.function(body: [0, 0x41, 0, 0x45, 0x45, 0x0B])
    let error = #expect(throws: ModuleError.self) { try ModuleContext.load(bytes) }
    guard case .invalid(let invalid) = error else {
      Issue.record("the module must be invalid")
      return
    }
    #expect(invalid.functionIndex == 0)
    #expect(invalid.offset == bytes.count - 1)
    #expect(invalid.message.hasPrefix("type mismatch: block requires [] but stack has [i32]"))
  }

  @Test func `What is malformed anywhere goes before what is invalid`() {
    var module = ModuleBytes()
    module.section(1, list: [[0x60, 0, 0]])
    module.section(3, list: [[0], [0]])
    module.section(10, list: [[4, 0, 0x1A, 0x1A, 0x0B], [3, 0, 0xFF, 0x0B]])
    let error = #expect(throws: ModuleError.self) { try ModuleContext.load(module.bytes) }
    guard case .malformed(let malformed) = error else {
      Issue.record("the module must be malformed")
      return
    }
    #expect(malformed.message == "illegal opcode ff")
  }

  @Test func `The state that a translator asks for is there before each instruction`() throws {
    var module = ValidationFixture().module
    let type = module.addType(SubType(.function(FunctionType([.v128, .i32], []))))
    var writer = InstructionWriter()
    writer.append(.localGet, a: 0)
    writer.append(.localGet, a: 1)
    writer.open(.if)
    writer.append(.unreachable)
    writer.append(.end)
    writer.append(.drop)
    writer.append(.end)
    module.functions = [FunctionDefinition(type: type, locals: [], body: writer.expression)]
    var validator = try FunctionValidator(ModuleContext(module), functionIndex: 0)
    var reader = InstructionReader(validator.body)
    var seen: [(top: ValueType, depth: Int, isUnreachable: Bool)] = []
    while !validator.isFinished {
      let instruction = try validator.read(&reader)
      seen.append((validator.operand(0), validator.frameCount, validator.isUnreachable))
      try validator.validate(instruction)
    }
    #expect(seen.map(\.top) == [.bottom, .v128, .i32, .bottom, .bottom, .v128, .bottom])
    #expect(seen.map(\.depth) == [1, 1, 1, 2, 2, 1, 1])
    #expect(seen.map(\.isUnreachable) == [false, false, false, false, true, false, false])
  }

  @Test func `A branch table has as many labels as the limit says`() {
    let fixture = ValidationFixture()
    func message(_ count: Int) -> String {
      fixture.message { body in
        body.i32(0)
        body.append(
          Instruction(row: InstructionTable.row(of: .brTable)!), labels: repeatElement(0, count: count))
      }
    }
    #expect(message(ImplementationLimits.branchTableEntries) == "valid")
    #expect(message(ImplementationLimits.branchTableEntries + 1).hasPrefix("too many labels"))
  }

  @Test func `Many locals in few bytes take no more memory than their groups`() {
    let fixture = ValidationFixture()
    let groups = [LocalGroup(count: 30_000, type: .i32), LocalGroup(count: 20_000, type: .f64)]
    let read: (UInt32) -> String = { local in
      fixture.message([], [.f64], locals: groups) { $0.append(.localGet, a: local) }
    }
    #expect(read(30_000) == "valid")
    #expect(read(49_999) == "valid")
    #expect(read(29_999).hasPrefix("type mismatch"))
    #expect(read(50_000) == "unknown local 50000")
    let more = groups + [LocalGroup(count: 1, type: .i32)]
    #expect(fixture.message(locals: more) { _ in }.hasPrefix("too many locals"))
  }
}
