/// Superinstructions: each does what its parts do one after the other, and the translation puts them where they
/// belong.

import Foundation
import Testing
@_spi(Translation) import WebAssembly
@_spi(Translation) import WebAssemblyHandlers
import WebAssemblyText

private let tables = OperationTable.tables()

/// A superinstruction as the table has it.
private struct Superinstruction: CustomTestStringConvertible {
  var operation: Int
  var parts: [Int]
  var links: [(reader: Int, producer: Int, operand: OperationField, isUnstored: Bool)]

  var testDescription: String { OperationTable.name(operation) }

  /// All of them, in the order of the search.
  static let all: [Superinstruction] = {
    var found: [Superinstruction] = []
    func visit(_ state: Int, _ parts: [Int]) {
      let states = tables.superinstructionStates
      var place = state + 1
      for _ in 0..<states[state] {
        let links = (0..<Int(states[place] >> 16)).map { index in
          let word = states[place + 1 + index]
          return (
            Int(word & 15), Int(word >> 4 & 15), [OperationField.a, .b, .c][Int(word >> 8 & 3)],
            word >> 10 & 1 != 0
          )
        }
        found.append(Superinstruction(operation: Int(states[place] & 0xFFFF), parts: parts, links: links))
        place += 1 + links.count
      }
      for word in states[place + 1..<place + 1 + Int(states[place])] {
        visit(Int(word >> 16), parts + [Int(word & 0xFFFF)])
      }
    }
    for (operation, root) in tables.superinstructionRoots.enumerated() where root != 0 {
      visit(Int(root), [operation])
    }
    return found
  }()
}

/// Code, slots, globals, a memory and a table for parts that are executed.
private final class Machine {
  static let slotCount = 64
  let slots = Slots.allocate(capacity: 256)
  let globals = Slots.allocate(capacity: 8)
  let bytes = MemoryBase.allocate(byteCount: 64, alignment: 16)
  private let elements = Slots.allocate(capacity: 4)
  private let memory = UnsafeMutablePointer<MemoryStorage>.allocate(capacity: 1)
  private let table = UnsafeMutablePointer<TableStorage>.allocate(capacity: 1)
  private let memories = UnsafeMutablePointer<UnsafeMutablePointer<MemoryStorage>>.allocate(capacity: 1)
  private let tableList = UnsafeMutablePointer<UnsafeMutablePointer<TableStorage>>.allocate(capacity: 1)
  private let functions = UnsafeMutablePointer<UnsafeMutablePointer<FunctionRecord>>.allocate(capacity: 1)
  private let codes = UnsafeMutablePointer<FunctionCode>.allocate(capacity: 1)
  private let cells = UnsafeMutablePointer<HeapCells>.allocate(capacity: 1)
  private let instance = UnsafeMutablePointer<InstanceState>.allocate(capacity: 1)
  let state = UnsafeMutablePointer<ThreadState>.allocate(capacity: 1)
  let code = UnsafeMutableRawPointer.allocate(byteCount: 1024, alignment: 16)
  /// Where jumps lead, a callee begins, and a caller goes on, each behind eight bytes of costs.
  static let jumpTarget = 808
  static let callee = 824
  static let caller = 840

  init() {
    slots.initialize(repeating: 0, count: 256)
    globals.initialize(repeating: 0, count: 8)
    elements.initialize(repeating: 0, count: 4)
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: 64)
    memory.initialize(to: MemoryStorage(base: bytes, byteCount: 64, pageSizeExponent: 4))
    table.initialize(to: TableStorage(elements: elements, count: 4))
    memories.initialize(to: memory)
    tableList.initialize(to: table)
    instance.initialize(
      to: InstanceState(
        globals: globals, tables: tableList, memories: memories, functions: functions, codes: codes, index: 0)
    )
    FunctionCode.initialize(codes, headerSlot: 3, functionIndex: 0, stub: 1)
    codes.pointee.setEntry(Code(code + Self.callee))
  }

  deinit {
    for pointer in [slots, globals, elements] { pointer.deallocate() }
    bytes.deallocate()
    code.deallocate()
    memory.deallocate()
    table.deallocate()
    memories.deallocate()
    tableList.deallocate()
    functions.deallocate()
    codes.deallocate()
    cells.deallocate()
    instance.deallocate()
    state.deallocate()
  }

  /// What is there after a run from the code's start.
  struct Outcome: Equatable {
    var exit: ExitReason
    var trap: TrapKind
    var place: Int
    var frame: Int
    var accumulator: UInt64
    var budget: Int64
    var slots: [UInt64]
    var globals: [UInt64]
    var bytes: [UInt8]
  }

  func run(accumulator: UInt64, budget: Int64) -> Outcome {
    state.initialize(
      to: ThreadState(
        budget: budget, surcharge: 0, memorySize: 64, stackEnd: slots + 256, globals: globals, codes: codes,
        instance: instance, cells: cells, memoryBase: bytes, code: Code(code), slots: slots,
        accumulator: accumulator, operand: 0, operation: .memoryGrow, exit: .proceed, trap: .unreachable))
    repeat {
      let handler = unsafeBitCast(state.pointee.code.load(as: UInt.self), to: Handler.self)
      handler(
        state.pointee.code, state.pointee.slots, state.pointee.accumulator, bytes,
        UnsafeMutableRawPointer(state))
    } while state.pointee.exit == .proceed
    return Outcome(
      exit: state.pointee.exit, trap: state.pointee.trap, place: state.pointee.code - Code(code),
      frame: state.pointee.slots - slots, accumulator: state.pointee.accumulator,
      budget: state.pointee.budget, slots: (0..<Self.slotCount).map { slots[$0] },
      globals: (0..<8).map { globals[$0] },
      bytes: (0..<64).map { bytes.load(fromByteOffset: $0, as: UInt8.self) })
  }
}

/// The superinstruction's code with random fields, slots and memory.
private struct Trial {
  let one: Superinstruction
  let machine = Machine()
  var random: RepeatableNumbers
  /// Where each part lies.
  var places: [Int] = []

  init(_ one: Superinstruction, seed: UInt64) {
    self.one = one
    random = RepeatableNumbers(seed: seed)
    var place = 0
    for (index, part) in one.parts.enumerated() {
      places.append(place)
      place = write(part, index, at: place)
    }
    let finish = OperationTable.handler(ofOnly: .finish)
    machine.code.storeBytes(of: finish, toByteOffset: place, as: UInt.self)
    for target in [Machine.jumpTarget, Machine.callee, Machine.caller] {
      machine.code.storeBytes(of: finish, toByteOffset: target, as: UInt.self)
    }
    // The callee's head: slots and cost; the cost of going on in the caller.
    machine.code.storeBytes(of: 20 | 2 << 32, toByteOffset: Machine.callee - 8, as: UInt64.self)
    machine.code.storeBytes(of: 3 << 48, toByteOffset: Machine.caller - 8, as: UInt64.self)
  }

  /// Writes a part's fields; gives the place behind it.
  private mutating func write(_ part: Int, _ index: Int, at place: Int) -> Int {
    let layout = tables.layout(of: part)
    machine.code.storeBytes(of: tables.handler(of: part), toByteOffset: place, as: UInt.self)
    let family = OperationTable.family(of: part)
    let control = tables.facts(family).control
    let name = OperationTable.name(of: family)
    for position in 0..<tables.fieldCount(ofLayout: layout) {
      let field = tables.field(position, ofLayout: layout)
      var value: UInt64
      if let link = one.links.first(where: { $0.reader == index && $0.operand == field.kind }) {
        value = resultSlot(link.producer)
      } else {
        switch (field.kind, field.format) {
        case (.result, _): value = resultSlot(index)
        case (.a, .slot) where control == .call && field.byteOffset >= 0 && name == "call": value = 44
        case (.b, .slot) where control == .call: value = 44
        case (.c, .slot) where control == .call: value = 3
        case (.b, .slot) where control == .return: value = 50
        case (.a, .slot) where name == "return0": value = 50
        case (_, .slot): value = UInt64.random(in: 0..<14, using: &random)
        case (.jump, _): value = UInt64(bitPattern: Int64(Machine.jumpTarget - place))
        case (.cost, _), (.nextCost, _): value = UInt64.random(in: 0..<8, using: &random)
        case (.list, _):
          for entry in 0..<3 {
            let jump = UInt64(UInt32(bitPattern: Int32(Machine.jumpTarget - place))) | UInt64(entry + 1) << 32
            machine.code.storeBytes(
              of: jump, toByteOffset: place + field.byteOffset + entry * 8, as: UInt64.self)
          }
          continue
        case (.x, _): value = name.hasPrefix("global") ? UInt64.random(in: 0..<4, using: &random) : 0
        case (.y, _): value = control == .table ? 3 : UInt64.random(in: 0..<3, using: &random)
        case (_, .number) where field.kind != .offset, (_, .signed), (_, .float): value = number()
        default:
          value = UInt64.random(in: 0..<48, using: &random)
          if UInt8.random(in: 0..<16, using: &random) == 0 { value += 64 }
        }
      }
      let target = place + field.byteOffset
      switch field.bitWidth {
      case 16:
        machine.code.storeBytes(of: UInt16(truncatingIfNeeded: value), toByteOffset: target, as: UInt16.self)
      case 32:
        machine.code.storeBytes(of: UInt32(truncatingIfNeeded: value), toByteOffset: target, as: UInt32.self)
      default: machine.code.storeBytes(of: value, toByteOffset: target, as: UInt64.self)
      }
    }
    return place + tables.byteCount(of: part, listCount: control == .table ? 3 : 0)
  }

  private func resultSlot(_ part: Int) -> UInt64 { UInt64(16 + 2 * part) }

  private mutating func number() -> UInt64 {
    switch UInt8.random(in: 0..<8, using: &random) {
    case 0...3: UInt64.random(in: 0..<40, using: &random)
    case 4: UInt64.random(in: 0...UInt64.max, using: &random)
    case 5: UInt64(UInt32.random(in: 0...UInt32.max, using: &random))
    case 6: Double.random(in: -100...100, using: &random).bitPattern
    default: UInt64(Float.random(in: -100...100, using: &random).bitPattern)
    }
  }

  /// Runs the parts as single operations, and with the first one's handler replaced: what differs.
  mutating func difference() -> String? {
    var values = (0..<256).map { _ in number() }
    // A frame's header.
    values[50] = UInt64(UInt(bitPattern: machine.code + Machine.caller))
    values[51] = UInt64(UInt(bitPattern: machine.slots))
    let globals = (0..<8).map { _ in number() }
    let memory = (0..<8).map { _ in number() }
    let accumulator = number()
    let budget = Int64.random(in: 0..<40, using: &random)
    func run(_ operation: Int) -> Machine.Outcome {
      for (index, value) in values.enumerated() { machine.slots[index] = value }
      for index in 0..<8 {
        machine.globals[index] = globals[index]
        machine.bytes.storeBytes(of: memory[index], toByteOffset: index * 8, as: UInt64.self)
      }
      machine.code.storeBytes(of: tables.handler(of: operation), as: UInt.self)
      return machine.run(accumulator: accumulator, budget: budget)
    }
    var single = run(one.parts[0])
    var combined = run(one.operation)
    // A result that nobody outside reads has to be in its slot only while one of the parts may still be done again.
    for link in one.links where link.isUnstored {
      let last = one.links.filter { $0.producer == link.producer }.map(\.reader).max() ?? 0
      let isAfterUse = !(places[link.producer]...places[last] ~= combined.place) || combined.exit == .trap
      if isAfterUse {
        let slot = Int(resultSlot(link.producer))
        single.slots[slot] = 0
        combined.slots[slot] = 0
      }
    }
    // What a trap leaves in the accumulator nobody reads.
    return single == combined ? nil : "\(single) but \(combined)"
  }
}

/// Numbers that are the same in every run.
private struct RepeatableNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}

@Suite struct SuperinstructionTests {
  @Test func theTableFindsAllOfThem() {
    let found = Superinstruction.all
    #expect(found.count > 0 && found.count == OperationTable.superinstructions.count)
    #expect(Set(found.map(\.operation)).count == found.count)
    for one in found {
      #expect(OperationTable.partCount(of: one.operation) == one.parts.count)
      #expect(OperationTable.firstPart(of: one.operation) == one.parts[0])
      #expect(tables.layout(of: one.operation) == tables.layout(of: one.parts[0]))
      #expect(OperationTable.operation(ofHandler: tables.handler(of: one.operation)) == one.operation)
    }
  }

  /// Slots, accumulator, memory, globals, budget, and where and why the handlers are left.
  @Test(arguments: Superinstruction.all)
  private func itDoesWhatItsPartsDo(_ one: Superinstruction) {
    for seed in 1...8 as ClosedRange<UInt64> {
      var trial = Trial(one, seed: seed)
      for _ in 0..<4 {
        if let difference = trial.difference() {
          Issue.record("\(one.testDescription): \(difference)")
          return
        }
      }
    }
  }

  // MARK: - Where the translation puts them

  private static func lua(combining: Bool) throws -> Module {
    let engine = Engine(TranslationOptions(combinesOperations: combining, duplicatesTails: true))
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let bytes = [UInt8](try Data(contentsOf: root.appendingPathComponent("lua.wasm")))
    return try Module(bytes: bytes, engine: engine)
  }

  /// Parts keep their code, follow each other, and are not led to from elsewhere but the first.
  @Test func partsKeepTheirCodeAndNoJumpLeadsBetweenThem() throws {
    let combined = try Self.lua(combining: true)
    let separate = try Self.lua(combining: false)
    var count = 0
    for function in 0..<UInt32(combined.structure.functions.count) {
      guard let code = try combined.disassemble(function), let other = try separate.disassemble(function)
      else {
        continue
      }
      #expect(code.operations.map(\.description) == other.operations.map(\.description))
      #expect(code.operations.map(\.offset) == other.operations.map(\.offset))
      #expect(other.operations.allSatisfy { $0.partCount == 1 })
      var targets = Set<Int>()
      for field in code.operations.flatMap(\.fields) where field.hasPrefix("-> 0x") {
        targets.insert(try #require(Int(field.dropFirst(5).prefix { $0.isHexDigit }, radix: 16)))
      }
      var index = 0
      while index < code.operations.count {
        let parts = code.operations[index..<index + code.operations[index].partCount]
        #expect(parts.dropFirst().allSatisfy { $0.partCount == 1 && !targets.contains($0.offset) })
        if parts.count > 1 { count += 1 }
        index += parts.count
      }
    }
    #expect(count > 1000)
  }

  @Test func theTextJoinsTheParts() throws {
    let module = try TestInstance.module(
      """
      (module (func (export "f") (param i32 i32) (result i32)
        (local.set 0
          (i32.add (i32.and (i32.shr_u (local.get 0) (i32.const 3)) (i32.const 255)) (local.get 1)))
        (local.get 0)))
      """)
    let text = try #require(try module.disassemble(0)).description
    let marks = text.split(separator: "\n").dropFirst().map { String($0.dropFirst(7).first ?? "?") }
    #expect(marks.prefix(3) == ["┌", "│", "└"], "\(text)")
  }

  // MARK: - Duplicated tails

  /// A loop that switches: each way back fetches by itself.
  private static let machine = """
    (module (memory 1) (data (i32.const 0) "\\01\\02\\01\\01\\02\\00")
      (func (export "f") (param $at i32) (result i32) (local $sum i32)
        (loop $next
          (block $add (block $double (block $end
            (br_table $end $add $double
              (i32.load8_u (i32.sub (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.const 1)))))
            (return (local.get $sum)))
            (local.set $sum (i32.mul (local.get $sum) (i32.const 2)))
            (br $next))
          (local.set $sum (i32.add (local.get $sum) (i32.const 3)))
          (br $next))
        (unreachable)))
    """

  @Test func aShortTailStandsInPlaceOfTheJumpToIt() throws {
    let bytes = try ModuleStructure(text: Self.machine).encode()
    let simple = try Module(bytes: bytes, engine: Engine(.simple))
    let duplicating = try Module(
      bytes: bytes, engine: Engine(TranslationOptions(combinesOperations: false, duplicatesTails: true)))
    func tables(_ module: Module) throws -> Int {
      try #require(try module.disassemble(0)).operations.count { $0.name.hasPrefix("brTable") }
    }
    #expect(try tables(simple) == 1)
    #expect(try tables(duplicating) == 3)
    func run(_ module: Module, _ engine: Engine) throws -> (UInt64, String) {
      let machine = try TestInstance(module, store: Store(engine: engine))
      let outcome = machine.count("f", [.i32(0)])
      return (outcome.count, "\(outcome.result)")
    }
    let all = try run(simple, simple.engine)
    #expect(all.1.contains("24") && all.0 > 50)
    for module in [duplicating, try Module(bytes: bytes)] {
      #expect(try run(module, module.engine) == all)
    }
  }

  /// The same with a test before each fetch, which leads over what is seldom done: once the test jumps to the fetch, once
  /// around it. With `$often`, doubling asks for what is seldom done.
  private static func testedMachine(isTurned: Bool) -> String {
    let seldom = """
      (local.set $sum (i32.add (local.get $sum) (i32.mul (local.get $flag) (i32.const 1000))))
      (local.set $flag (i32.const 0))
      """
    let fetch = """
      (block $add (block $double (block $end
        (br_table $end $add $double
          (i32.load8_u (i32.sub (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.const 1)))))
        (return (local.get $sum)))
        (local.set $sum (i32.mul (local.get $sum) (i32.const 2)))
        (local.set $flag (local.get $often))
        (br $next))
      (local.set $sum (i32.add (local.get $sum) (i32.const 3)))
      (br $next)
      """
    let loop =
      isTurned
      ? "(block $go (br_if $go (i32.eqz (local.get $flag))) \(seldom)) \(fetch)"
      : "(block $seldom (br_if $seldom (local.get $flag)) \(fetch)) \(seldom) (br $next)"
    return """
      (module (memory 1) (data (i32.const 0) "\\01\\02\\01\\01\\02\\00")
        (func (export "f") (param $often i32) (param $flag i32) (result i32) (local $at i32) (local $sum i32)
          (loop $next \(loop))
          (unreachable)))
      """
  }

  @Test(arguments: [false, true])
  func aTailMayHaveABranchInIt(isTurned: Bool) throws {
    let bytes = try ModuleStructure(text: Self.testedMachine(isTurned: isTurned)).encode()
    let simple = try Module(bytes: bytes, engine: Engine(.simple))
    let duplicating = try Module(
      bytes: bytes, engine: Engine(TranslationOptions(combinesOperations: false, duplicatesTails: true)))
    func names(_ module: Module) throws -> [Substring] {
      try #require(try module.disassemble(0)).operations.map { $0.name.prefix { $0 != "_" } }
    }
    #expect(try names(simple).count { $0 == "brTable" } == 1)
    #expect(try names(duplicating).count { $0 == "brTable" } >= 3)
    for (often, flag) in [(0, 0), (0, 1), (1, 0), (1, 1), (7, 2)] as [(Int32, Int32)] {
      let outcomes = try [simple, duplicating, Module(bytes: bytes)].map { module in
        let machine = try TestInstance(module, store: Store(engine: module.engine))
        let outcome = machine.count("f", [.i32(often), .i32(flag)])
        return "\(outcome.result) after \(outcome.count)"
      }
      #expect(Set(outcomes).count == 1, "\(outcomes)")
      let sum = ((flag * 1000 + 3) * 2 + often * 1000 + 6) * 2 + often * 1000
      #expect(outcomes[0].contains("\(sum)"), "\(outcomes)")
    }
  }

  /// What stands between two labels in a row is counted by who jumps to the first of them.
  @Test(arguments: [0, 1] as [Int32])
  func whatDoesNothingBetweenLabelsIsCounted(argument: Int32) throws {
    let bytes = try ModuleStructure(
      text: """
        (module (func (export "f") (param i32) (result i32)
          (block $outer
            (block $inner
              (if (local.get 0) (then (br $inner)))
              (br $outer))
            (nop) (nop) (nop))
          (return (i32.const 7))))
        """
    ).encode()
    let all = TranslationOptions(combinesOperations: true, duplicatesTails: true)
    let counts = try [.simple, all].map { options in
      let engine = Engine(options)
      let machine = try TestInstance(Module(bytes: bytes, engine: engine), store: Store(engine: engine))
      return machine.count("f", [.i32(argument)]).count
    }
    #expect(counts[0] == counts[1])
  }
}
