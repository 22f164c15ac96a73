/// What a module defines besides its bodies (Core 3.2, 3.4, 3.5).

import Testing
import WebAssembly

private func message(_ module: ModuleStructure, _ features: FeatureSet = .all) -> String {
  do throws(ValidationError) {
    _ = try ModuleContext(module, features: features)
    return "valid"
  } catch {
    return error.message
  }
}

private func message(_ features: FeatureSet = .all, _ change: (inout ModuleStructure) -> Void) -> String {
  var module = ValidationFixture().module
  change(&module)
  return message(module, features)
}

private let zero = Expression([0x41, 0x00, 0x0B])

/// A change to a valid module under a name, and how the error begins.
struct ModuleCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let expected: String
  let features: FeatureSet
  let change: @Sendable (inout ModuleStructure) -> Void

  init(
    _ name: String, _ expected: String, _ features: FeatureSet = .all,
    _ change: @escaping @Sendable (inout ModuleStructure) -> Void
  ) {
    testDescription = name
    self.expected = expected
    self.features = features
    self.change = change
  }
}

private let definitionCases: [ModuleCase] = [
  ModuleCase("nothing", "valid") { _ in },
  ModuleCase("a function of no type", "unknown type 99") {
    $0.imports = [Import("", "", .function(type: 99))]
  },
  ModuleCase("a function of a structure type", "unknown type 3") {
    $0.imports = [Import("", "", .function(type: 3))]
  },
  ModuleCase("a tag with results", "non-empty tag result type") { $0.tags = [1] },
  ModuleCase("two exports of one name", "duplicate export name") {
    $0.exports = [Export("a", .memory, 0), Export("a", .table, 0)]
  },
  ModuleCase("two exports whose names only look alike", "valid") {
    $0.exports = [Export("\u{e9}", .memory, 0), Export("e\u{301}", .memory, 0)]
  },
  ModuleCase("an export of nothing", "unknown global 2") { $0.exports = [Export("a", .global, 2)] },
  ModuleCase("a start function that does not exist", "unknown function 0") { $0.start = 0 },
  ModuleCase("a start function with results", "start function") {
    $0.imports = [Import("", "", .function(type: 2))]
    $0.start = 0
  },
  ModuleCase("a memory that is too large", "memory size must be at most 65536 pages (4GiB)") {
    $0.memories = [MemoryType(Limits(0, 65537))]
  },
  ModuleCase("more memories than the limit", "too many memories: this engine takes 1000") {
    $0.memories = Array(repeating: MemoryType(Limits(0)), count: ImplementationLimits.memories + 1)
  },
  ModuleCase("a memory that shrinks", "size minimum must not be greater than maximum") {
    $0.memories = [MemoryType(Limits(2, 1))]
  },
  ModuleCase("a shared memory without maximum", "shared memory must have maximum") {
    $0.memories = [MemoryType(Limits(1), isShared: true)]
  },
  ModuleCase("pages of two bytes", "invalid custom page size") {
    $0.memories = [MemoryType(Limits(1), pageSizeExponent: 1)]
  },
  ModuleCase("a table that is too large", "table size must be at most 2^32-1") {
    $0.tables = [TableDefinition(TableType(.funcref, Limits(1 << 32)))]
  },
  ModuleCase("a table of what has no default", "type mismatch") {
    $0.tables.append(TableDefinition(TableType(.reference(.function, nullable: false), Limits(0))))
  },
  ModuleCase("two memories with the feature off", "multiple memories", .webAssembly2.union([.memory64])) {
    _ in
  },
  ModuleCase("two tables with the feature off", "multiple tables", [.multiMemory, .multiValue]) { _ in },
  ModuleCase(
    "an imported mutable global with the feature off", "mutable globals", [.multiMemory, .multiValue]
  ) {
    $0.tables = []
    $0.imports = [Import("", "", .global(GlobalType(.i32, isMutable: true)))]
  },
  ModuleCase("several results with the feature off", "invalid result arity", [.multiMemory]) {
    $0.tables = []
  },
  ModuleCase("a segment of a table that does not exist", "unknown table 2") {
    $0.elements[0].mode = .active(index: 2, offset: zero)
  },
  ModuleCase("a segment that does not fit its table", "type mismatch") {
    $0.elements[0].mode = .active(index: 1, offset: zero)
  },
  ModuleCase("data for a memory that does not exist", "unknown memory 2") {
    $0.data[0].mode = .active(index: 2, offset: zero)
  },
  ModuleCase("an i32 offset into a 64-bit memory", "type mismatch") {
    $0.data[0].mode = .active(index: 1, offset: zero)
  },
]

private func global(_ type: ValueType, _ bytes: [UInt8]) -> GlobalDefinition {
  GlobalDefinition(GlobalType(type), initializer: Expression(bytes))
}

private let constantCases: [ModuleCase] = [
  ModuleCase("a constant of another type", "type mismatch") { $0.globals = [global(.i64, [0x41, 0, 0x0B])] },
  ModuleCase("no value", "type mismatch") { $0.globals = [global(.i64, [0x0B])] },
  ModuleCase("two values", "type mismatch") { $0.globals = [global(.i32, [0x41, 0, 0x41, 0, 0x0B])] },
  ModuleCase("what is not constant", "constant expression required") {
    $0.globals = [global(.i32, [0x41, 0, 0x67, 0x0B])]
  },
  ModuleCase("a global that comes later", "unknown global 1") {
    $0.globals = [global(.i32, [0x23, 1, 0x0B]), global(.i32, [0x41, 0, 0x0B])]
  },
  ModuleCase("a global that came before", "valid") {
    $0.globals = [global(.i32, [0x41, 0, 0x0B]), global(.i32, [0x23, 0, 0x0B])]
  },
  ModuleCase("a mutable global", "constant expression required") {
    $0.globals.append(global(.i32, [0x23, 0, 0x0B]))
  },
  ModuleCase("extended constants", "valid") {
    $0.globals = [global(.i32, [0x41, 1, 0x41, 2, 0x6A, 0x0B])]
  },
  ModuleCase(
    "extended constants with the feature off", "constant expression required",
    .webAssembly2.union([.gc, .memory64, .multiMemory])
  ) {
    $0.globals = [global(.i32, [0x41, 1, 0x41, 2, 0x6A, 0x0B])]
  },
  ModuleCase("a structure", "valid") {
    $0.globals = [global(.reference(HeapType(typeIndex: 3), nullable: false), [0x41, 1, 0xFB, 0, 3, 0x0B])]
  },
  ModuleCase("a table's value from a global of the module", "unknown global 0") {
    $0.globals = [global(.funcref, [0xD0, 0x70, 0x0B])]
    $0.tables[0].initializer = Expression([0x23, 0, 0x0B])
  },
]

private func type(_ isFinal: Bool, _ supertypes: [UInt32], _ fields: [FieldType]) -> SubType {
  SubType(isFinal: isFinal, supertypes: supertypes, .structure(fields))
}

private let number = FieldType(.value(.i32), isMutable: false)
private let otherNumber = FieldType(.value(.i64), isMutable: false)

private let typeCases: [ModuleCase] = [
  ModuleCase("a type that names one after it", "unknown type 9") {
    $0.addType(
      type(
        true, [], [FieldType(.value(.reference(HeapType(typeIndex: 9), nullable: true)), isMutable: false)]))
  },
  ModuleCase("a type that names itself", "valid") {
    $0.addType(
      type(
        true, [], [FieldType(.value(.reference(HeapType(typeIndex: 8), nullable: true)), isMutable: false)]))
  },
  ModuleCase("a super type after its sub type", "unknown type 8") { $0.addType(type(true, [8], [])) },
  ModuleCase("a final super type", "sub type 9 does not match super type 8") {
    $0.addType(type(true, [], []))
    $0.addType(type(true, [8], []))
  },
  ModuleCase("fewer fields than the super type", "sub type 9 does not match super type 8") {
    $0.addType(type(false, [], [number]))
    $0.addType(type(true, [8], []))
  },
  ModuleCase("another field than the super type", "sub type 9 does not match super type 8") {
    $0.addType(type(false, [], [number]))
    $0.addType(type(true, [8], [otherNumber]))
  },
  ModuleCase("two super types", "sub type") {
    $0.addType(type(false, [], []))
    $0.addType(type(true, [8, 8], []))
  },
  ModuleCase("a descriptor outside the group", "descriptor type is outside rec group") {
    var described = type(true, [], [])
    described.descriptor = 9
    $0.addType(described)
    $0.addType(type(true, [], []))
  },
]

@Suite struct ValidationModuleTests {
  @Test(arguments: definitionCases + constantCases + typeCases)
  func `A module is valid, or its error begins with the official words`(test: ModuleCase) {
    let result = message(test.features, test.change)
    #expect(result.hasPrefix(test.expected), "\(result)")
  }

  @Test func `A chain of super types is as long as 63`() {
    func chain(_ length: Int) -> ModuleStructure {
      var module = ModuleStructure()
      module.addType(type(false, [], []))
      for index in 0..<length { module.addType(type(false, [UInt32(index)], [])) }
      return module
    }
    #expect(message(chain(63)) == "valid")
    #expect(message(chain(64)).hasPrefix("sub type 64 has more than 63 super types"))
    // The same within one recursion group.
    var group = chain(64)
    group.recursionGroups = [0..<65]
    #expect(message(group).hasPrefix("sub type 64 has more than 63 super types"))
  }

  @Test func `Types are equal when their recursion groups are`() throws {
    func reference(_ index: UInt32) -> FieldType {
      FieldType(.value(.reference(HeapType(typeIndex: index), nullable: true)), isMutable: true)
    }
    var module = ModuleStructure()
    // Two groups of two types that name each other, then the same types in the other order.
    for start in [0, 2] as [UInt32] {
      module.types += [type(true, [], [reference(start + 1)]), type(true, [], [reference(start), number])]
      module.recursionGroups.append(Int(start)..<Int(start) + 2)
    }
    module.types += [type(true, [], [reference(5), number]), type(true, [], [reference(4)])]
    module.recursionGroups.append(4..<6)
    // Types outside a group count by what they are.
    module.addType(type(true, [], [reference(1)]))
    module.addType(type(true, [], [reference(3)]))
    module.addType(type(true, [], [reference(4)]))
    let numbers = try ModuleContext(module).types.canonicalNumbers
    #expect(numbers[0] == numbers[2] && numbers[1] == numbers[3])
    #expect(numbers[0] != numbers[1])
    #expect(numbers[4] != numbers[1] && numbers[5] != numbers[0])
    #expect(numbers[6] == numbers[7])
    #expect(numbers[8] != numbers[6])
    // A second module's types get the same numbers from the same canonicalizer.
    var canonicalizer = TypeCanonicalizer()
    let first = canonicalizer.add(module.types, groups: module.recursionGroups)
    let other = canonicalizer.add([SubType(.function(FunctionType()))], groups: [0..<1])
    let again = canonicalizer.add(module.types, groups: module.recursionGroups)
    #expect(first == again)
    #expect(!first.contains(other[0]))
  }

  @Test func `Types that go on where those of another module end have numbers of their own`() {
    let types = [[], [.i32], [.i64], [.i32]].map { SubType(.function(FunctionType($0))) }
    var canonicalizer = TypeCanonicalizer()
    #expect(canonicalizer.add(Array(types[..<2]), groups: [0..<1, 1..<2]) == [0, 1])
    #expect(canonicalizer.add(types, groups: (0..<4).map { $0..<$0 + 1 }) == [0, 1, 2, 1])
    #expect(canonicalizer.types == Array(types[..<3]))
    // Groups without types.
    #expect(canonicalizer.add([types[2]], groups: [0..<0, 0..<0, 0..<1, 1..<1]) == [2])
    // Two equal types, and a new one behind them.
    var other = TypeCanonicalizer()
    let mixed = [types[1], types[3], types[2]]
    #expect(other.add(mixed, groups: (0..<3).map { $0..<$0 + 1 }) == [0, 0, 1])
    #expect(other.types == [types[1], types[2]])
  }

  @Test(arguments: HeapType.abstractKinds.map(\.type))
  func `Every abstract heap type is below itself and its top, bottoms below all of their hierarchy`(
    type: HeapType
  )
    throws
  {
    let types = try ModuleContext(ValidationFixture().module).types
    #expect(types.matches(type, type))
    let top = types.top(of: type)
    #expect(types.matches(type, top))
    let bottom: HeapType =
      switch top {
      case .any: .none
      case .function: .nofunc
      case .extern: .noextern
      default: .noexn
      }
    #expect(types.matches(bottom, type))
    for (other, _) in HeapType.abstractKinds where types.top(of: other) != top {
      #expect(!types.matches(type, other))
    }
    #expect(types.matches(HeapType(typeIndex: 0), type) == (type == .function))
    #expect(types.matches(HeapType(typeIndex: 4), type) == [.struct, .eq, .any].contains(type))
    #expect(types.matches(HeapType(typeIndex: 5), type) == [.array, .eq, .any].contains(type))
    #expect(types.matches(type, HeapType(typeIndex: 3)) == (type == .none))
    #expect(types.matches(type, HeapType(typeIndex: 0)) == (type == .nofunc))
  }

  @Test func `Exact types have no sub types but bottom`() throws {
    let types = try ModuleContext(ValidationFixture().module).types
    let exact = HeapType(typeIndex: 3, isExact: true)
    #expect(types.matches(exact, HeapType(typeIndex: 3)))
    #expect(types.matches(exact, exact))
    #expect(types.matches(.none, exact))
    #expect(!types.matches(HeapType(typeIndex: 3), exact))
    #expect(!types.matches(HeapType(typeIndex: 4, isExact: true), exact))
    #expect(types.matches(HeapType(typeIndex: 4, isExact: true), HeapType(typeIndex: 3)))
  }
}
