/// Families of operations: what the translator chooses by, and the ways into the generated tables.

/// One row of the table of operations.
@_spi(Translation) public struct OperationFamily: Hashable, Sendable, BitwiseCopyable {
  public var rawValue: UInt16
  @inlinable @inline(__always) public init(rawValue: UInt16) { self.rawValue = rawValue }

  @inlinable @inline(__always) public static func == (left: OperationFamily, right: OperationFamily) -> Bool {
    left.rawValue == right.rawValue
  }
  @inlinable @inline(__always) public static func != (left: OperationFamily, right: OperationFamily) -> Bool {
    left.rawValue != right.rawValue
  }
  /// Lets a `switch` over families compare numbers.
  @inlinable @inline(__always) public static func ~= (pattern: OperationFamily, value: OperationFamily)
    -> Bool
  {
    pattern.rawValue == value.rawValue
  }
}

/// What an operation does to control.
@_spi(Translation) public enum FamilyControl: UInt8, Sendable {
  /// Goes on behind itself.
  case next
  case jump
  /// Jumps or goes on.
  case branch
  case table
  case call
  case `return`
  /// Never goes on.
  case leave
  /// Goes on behind itself in a metered segment of its own.
  case segment
}

/// What an operation does to the accumulator.
@_spi(Translation) public enum AccumulatorEffect: UInt8, Sendable {
  case preserves
  /// Holds the result afterwards.
  case result
  case clobbers
}

/// Which constants a family takes as an immediate operand.
@_spi(Translation) public enum ImmediateRange: UInt8, Sendable {
  case none
  /// Those that 32 bits hold, sign-extended.
  case signed32
  case any

  /// Whether the constant with these bits, zero-extended from 32 for i32 and f32, can be an immediate.
  @inlinable @inline(__always) public func holds(_ bits: UInt64) -> Bool {
    switch self {
    case .none: false
    case .signed32: Int64(Int32(truncatingIfNeeded: bits)) == Int64(bitPattern: bits)
    case .any: true
    }
  }
}

/// The families that a family is related to, packed.
@_spi(Translation) public struct FamilyRelations: Sendable, BitwiseCopyable {
  public let rawValue: UInt64
  @inlinable @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }

  @usableFromInline @inline(__always) func family(_ shift: UInt64) -> OperationFamily? {
    let number = UInt16(truncatingIfNeeded: rawValue &>> shift)
    return number == .max ? nil : OperationFamily(rawValue: number)
  }

  /// The same meaning with `a` and `b` exchanged: itself where the order does not matter.
  @inlinable @inline(__always) public var exchanged: OperationFamily? { family(0) }
  /// The opposite comparison; of a branch, the one that is taken when this one is not.
  @inlinable @inline(__always) public var negated: OperationFamily? { family(16) }
  /// Of a comparison, the branch that is taken if it holds, and the one if it does not.
  @inlinable @inline(__always) public var branch: OperationFamily? { family(32) }
  @inlinable @inline(__always) public var branchUnless: OperationFamily? { family(48) }
}

/// One field of an operation's layout, packed.
@_spi(Translation) public struct LayoutField: Sendable, BitwiseCopyable {
  public let rawValue: UInt32
  @inlinable @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  @inlinable @inline(__always) public var kind: OperationField {
    OperationField(rawValue: UInt8(truncatingIfNeeded: rawValue)).unsafelyUnwrapped
  }
  /// From the operation's start.
  @inlinable @inline(__always) public var byteOffset: Int { Int(rawValue &>> 8 & 0xFF) }
  /// Bits of the field; of a list, bits of one element.
  @inlinable @inline(__always) public var bitWidth: Int { Int(rawValue &>> 16 & 0xFF) }
  @inlinable @inline(__always) public var format: FieldFormat {
    FieldFormat(rawValue: UInt8(truncatingIfNeeded: rawValue &>> 24)).unsafelyUnwrapped
  }
}

/// An entry of a branch table: the distance from the operation's start, and what going there charges.
package enum BranchEntry {
  @inlinable package static var byteCount: Int { 8 }
  @inlinable package static var costOffset: Int { 4 }
}

extension OperationTable {
  /// The handler of a family that has one operation.
  package static func handler(ofOnly family: OperationFamily) -> UInt {
    let tables = tables()
    return tables.handler(of: tables.facts(family).base)
  }

  /// The operation whose handler has the address; nil when there is none.
  package static func operation(ofHandler address: UInt) -> Int? { operationByHandler[address] }

  private static let operationByHandler: [UInt: Int] = {
    var operations: [UInt: Int] = [:]
    for operation in handlers.indices {
      operations[unsafeBitCast(handlers[operation], to: UInt.self)] = operation
    }
    return operations
  }()

  // MARK: - Names

  /// How many operations a superinstruction is; 1 of every other operation.
  package static func partCount(of operation: Int) -> Int {
    operation < operationCount ? 1 : Int(superinstructions[operation - operationCount] >> 16)
  }

  /// The first operation of a superinstruction; every other operation itself.
  package static func firstPart(of operation: Int) -> Int {
    operation < operationCount ? operation : Int(superinstructions[operation - operationCount] & 0xFFFF)
  }

  /// The handler's name without `op_`.
  package static func name(_ operation: Int) -> String { nameList[operation] }

  private static let nameList = names.description.split(separator: " ").map(String.init)

  /// The family of an operation.
  package static func family(of operation: Int) -> OperationFamily {
    var (low, high) = (0, familyCount)
    while high - low > 1 {
      let middle = (low + high) / 2
      if FamilyFacts(rawValue: families[middle]).base <= operation { low = middle } else { high = middle }
    }
    return OperationFamily(rawValue: UInt16(low))
  }

  /// The family's name, with which those of all its forms begin.
  package static func name(of family: OperationFamily) -> String { rows[Int(family.rawValue)].name }

  /// What the family's row calls a field; the storage's name where it has none of that kind.
  package static func fieldName(_ family: OperationFamily, _ field: OperationField) -> String {
    rows[Int(family.rawValue)].fields[field] ?? "\(field)"
  }

  private static let rows: [(name: String, fields: [OperationField: String])] = {
    var kinds: [String: OperationField] = [:]
    for kind in OperationField.allCases { kinds["\(kind)"] = kind }
    return fieldNames.description.split(separator: ";").map { row in
      let parts = row.split(separator: ":", omittingEmptySubsequences: false)
      var fields: [OperationField: String] = [:]
      for field in parts[1].split(separator: ",") {
        let pair = field.split(separator: "=")
        if let kind = kinds[String(pair[0])] { fields[kind] = String(pair[1]) }
      }
      return (String(parts[0]), fields)
    }
  }()
}

// MARK: - Looking up

/// The tables as arrays that a loop can hold on to: what the translator and everything else looks things up in.
@_spi(Translation) public struct OperationTables: Sendable {
  @inlinable @inline(__always) public func facts(_ family: OperationFamily) -> FamilyFacts {
    FamilyFacts(rawValue: families[Int(family.rawValue)])
  }

  @inlinable @inline(__always) public func relations(_ family: OperationFamily) -> FamilyRelations {
    FamilyRelations(rawValue: familyRelations[Int(family.rawValue)])
  }

  /// The family's operation for the places of its operands; -1 when there is no such form.
  @inlinable @inline(__always) public func operation(_ facts: FamilyFacts, _ places: UInt8) -> Int {
    let form = forms[facts.shape &* OperationTable.keyCount &+ Int(places)]
    return form == 0xFF ? -1 : facts.base &+ Int(form)
  }

  /// The address of the operation's handler: its first word.
  @inlinable @inline(__always) public func handler(of operation: Int) -> UInt {
    unsafeBitCast(handlers[operation], to: UInt.self)
  }

  /// What adds a row of the instruction table to a list, and the family that it adds.
  @inlinable @inline(__always) public func builder(ofRow row: Int) -> SharedBuilder {
    SharedBuilder(rawValue: builderOfRow[row]).unsafelyUnwrapped
  }
  @inlinable @inline(__always) public func family(ofRow row: Int) -> OperationFamily {
    OperationFamily(rawValue: familyOfRow[row])
  }
  /// The family that a row becomes on any memory; nil for none.
  @inlinable @inline(__always) public func wideFamily(ofRow row: Int) -> OperationFamily? {
    let number = wideFamilyOfRow[row]
    return number == .max ? nil : OperationFamily(rawValue: number)
  }

  // MARK: - Layouts

  /// Where an operation's layout begins in the words of all of them.
  @inlinable @inline(__always) public func layout(of operation: Int) -> Int {
    Int(layouts[operation]) &* OperationTable.layoutStride
  }
  /// Bytes, without a list, which begins behind them.
  @inlinable @inline(__always) public func byteCount(ofLayout start: Int) -> Int {
    Int(layoutFields[start] & 0xFFFF)
  }
  @inlinable @inline(__always) public func fieldCount(ofLayout start: Int) -> Int {
    Int(layoutFields[start] &>> 16)
  }
  @inlinable @inline(__always) public func field(_ index: Int, ofLayout start: Int) -> LayoutField {
    LayoutField(rawValue: layoutFields[start &+ 1 &+ index])
  }

  /// Bytes of an operation with a list of so many elements.
  public func byteCount(of operation: Int, listCount: Int) -> Int {
    let layout = layout(of: operation)
    let (byteCount, fieldCount) = (byteCount(ofLayout: layout), fieldCount(ofLayout: layout))
    guard listCount > 0, fieldCount > 0 else { return byteCount }
    let last = field(fieldCount - 1, ofLayout: layout)
    return byteCount + (last.kind == .list ? (listCount * last.bitWidth / 8 + 7) & ~7 : 0)
  }

  /// Whether an operation's field of a kind can hold a value; false where it has no such field.
  public func holds(_ value: UInt64, in kind: OperationField, of operation: Int) -> Bool {
    let layout = layout(of: operation)
    for index in 0..<fieldCount(ofLayout: layout) {
      let field = field(index, ofLayout: layout)
      if field.kind == kind { return field.bitWidth == 64 || value >> UInt64(field.bitWidth) == 0 }
    }
    return false
  }

  public let families: [UInt64]
  public let familyRelations: [UInt64]
  public let forms: [UInt8]
  public let layouts: [UInt8]
  public let layoutFields: [UInt32]
  @usableFromInline let handlers:
    [@convention(c) (
      UnsafeRawPointer, UnsafeMutablePointer<UInt64>, UInt64, UnsafeMutableRawPointer, UnsafeMutableRawPointer
    ) -> Void]
  public let builderOfRow: [UInt8]
  public let familyOfRow: [UInt16]
  public let wideFamilyOfRow: [UInt16]
  public let superinstructionRoots: [UInt16]
  public let superinstructionStates: [UInt32]
}

extension OperationTable {
  // Never inlined into other modules: there the tables would be behind their initialisers, here they are data.
  @inline(never) package static func tables() -> OperationTables {
    OperationTables(
      families: families, familyRelations: relations, forms: forms, layouts: layouts,
      layoutFields: layoutFields, handlers: handlers, builderOfRow: builderOfRow, familyOfRow: familyOfRow,
      wideFamilyOfRow: wideFamilyOfRow, superinstructionRoots: superinstructionRoots,
      superinstructionStates: superinstructionStates)
  }
}
