/// A module's types, ready for the questions that validation asks: is one below another, and what does a
/// function type take and give (Core 3.3).

/// A result type as a stretch of value types that lie one after the other in a pool.
public struct TypeList: Sendable, BitwiseCopyable, Hashable {
  private let packedStart: UInt32
  private let packedCount: UInt32

  /// A pool has an entry for each byte of a module's type section at most, so its indices fit.
  public init(start: Int, count: Int) {
    packedStart = UInt32(start)
    packedCount = UInt32(count)
  }

  public var start: Int { Int(packedStart) }
  public var count: Int { Int(packedCount) }
  public static var empty: TypeList { TypeList(start: 0, count: 0) }
  public var range: Range<Int> { start..<start + count }
  /// Without the last type.
  var dropLast: TypeList { TypeList(start: start, count: count - 1) }
}

public struct TypeSpace: Sendable, HeapTypeOrder {
  public let types: [SubType]
  /// By type index: equal for equal types of the module. (Numbers of different modules say nothing about each
  /// other.)
  public let canonicalNumbers: [UInt32]
  /// By canonical number the supertype's, -1 without one, and how many are above the type.
  private let parents: [Int32]
  private let depths: [UInt8]
  private let kinds: [CompositeKind]
  /// By type index; empty for types that are not functions.
  let parameterLists: [TypeList]
  let resultLists: [TypeList]
  /// What type lists point into. It begins with `commonTypes`.
  public let pool: [ValueType]

  /// Types that a block often has as its only result.
  static let commonTypes: [ValueType] = [.i32, .i64, .f32, .f64, .v128, .funcref, .externref, .anyref]

  /// The list of one number type, which is given as in the binary format: 0x7F for i32 to 0x7C for f64.
  @inline(__always)
  static func commonNumber(_ type: UInt8) -> TypeList { TypeList(start: Int(0x7F &- type), count: 1) }

  init(types: [SubType], canonicalNumbers: [UInt32], canonicalizer: TypeCanonicalizer) {
    self.types = types
    self.canonicalNumbers = canonicalNumbers
    parents = canonicalizer.parents
    depths = canonicalizer.depths
    var pool = Self.commonTypes
    var typeCount = pool.count
    for type in types {
      if case .function(let function) = type.composite {
        typeCount += function.parameters.count + function.results.count
      }
    }
    pool.reserveCapacity(typeCount)
    var parameters: [TypeList] = []
    parameters.reserveCapacity(types.count)
    var results: [TypeList] = []
    results.reserveCapacity(types.count)
    func list(_ types: [ValueType]) -> TypeList {
      defer { pool += types }
      return TypeList(start: pool.count, count: types.count)
    }
    kinds = types.map { type in
      switch type.composite {
      case .function(let function):
        parameters.append(list(function.parameters))
        results.append(list(function.results))
        return .function
      case .structure, .array:
        parameters.append(.empty)
        results.append(.empty)
        if case .array = type.composite { return .array }
        return .structure
      }
    }
    self.pool = pool
    parameterLists = parameters
    resultLists = results
  }

  @inline(__always)
  func isFunction(_ index: UInt32) -> Bool { Int(index) < kinds.count && kinds[Int(index)] == .function }
  @inline(__always)
  func parameters(of index: UInt32) -> TypeList { parameterLists[Int(index)] }
  @inline(__always)
  func results(of index: UInt32) -> TypeList { resultLists[Int(index)] }

  /// The function type at an index, nil when there is none.
  public func functionType(_ index: UInt32) -> FunctionType? {
    Int(index) < types.count ? types[Int(index)].functionType : nil
  }

  // MARK: - Matching (3.3)

  /// Whether a value of one type may stand where the other is expected. Indices must be valid.
  @inline(__always)
  public func matches(_ type: ValueType, _ expected: ValueType) -> Bool {
    type == expected || matchesOther(type, expected)
  }

  @inline(never)
  private func matchesOther(_ type: ValueType, _ expected: ValueType) -> Bool { isBelow(type, expected) }

  /// Whether one heap type is below the other (3.3.3).
  public func matches(_ type: HeapType, _ expected: HeapType) -> Bool { isBelow(type, expected) }

  func kind(of index: UInt32) -> CompositeKind { kinds[Int(index)] }

  func isEqual(_ left: UInt32, _ right: UInt32) -> Bool {
    canonicalNumbers[Int(left)] == canonicalNumbers[Int(right)]
  }

  /// Whether one defined type is, or was declared below, the other (3.3.3).
  public func isSubtype(_ index: UInt32, of other: UInt32) -> Bool {
    index == other
      || TypeCanonicalizer.isSubtype(
        canonicalNumbers[Int(index)], of: canonicalNumbers[Int(other)], parents, depths)
  }

  /// The top of the hierarchy that a heap type belongs to.
  public func top(of type: HeapType) -> HeapType {
    if let index = type.typeIndex { return kinds[Int(index)] == .function ? .function : .any }
    return switch type {
    case .function, .nofunc: .function
    case .extern, .noextern: .extern
    case .exn, .noexn: .exn
    default: .any
    }
  }

  /// Fields that can be written must be equal, others match as their types do (3.3.9).
  func matches(_ type: FieldType, _ expected: FieldType) -> Bool {
    guard type.isMutable == expected.isMutable else { return false }
    guard case .value(let content) = type.storage, case .value(let expectedContent) = expected.storage else {
      return type.storage == expected.storage
    }
    return matches(content, expectedContent) && (!type.isMutable || matches(expectedContent, content))
  }

  /// Whether a composite type may stand below another one (3.3.10).
  func matches(_ type: CompositeType, _ expected: CompositeType) -> Bool {
    switch (type, expected) {
    case (.function(let type), .function(let expected)):
      return matches(expected.parameters, type.parameters) && matches(type.results, expected.results)
    case (.structure(let fields), .structure(let expectedFields)):
      return fields.count >= expectedFields.count
        && zip(fields, expectedFields).allSatisfy { matches($0, $1) }
    case (.array(let field), .array(let expectedField)):
      return matches(field, expectedField)
    default:
      return false
    }
  }

  private func matches(_ types: [ValueType], _ expected: [ValueType]) -> Bool {
    types.count == expected.count && zip(types, expected).allSatisfy { matches($0, $1) }
  }
}
