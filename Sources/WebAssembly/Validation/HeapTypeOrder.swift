/// The order of heap types (Core 3.3.3), whatever numbers name the defined ones: a module's indices or those
/// of the whole process.
protocol HeapTypeOrder {
  func kind(of index: UInt32) -> CompositeKind
  /// Whether one defined type is, or was declared below, the other.
  func isSubtype(_ index: UInt32, of other: UInt32) -> Bool
  func isEqual(_ left: UInt32, _ right: UInt32) -> Bool
}

enum CompositeKind: UInt8, Sendable { case function, structure, array }

extension HeapTypeOrder {
  /// Whether a value of one type may stand where the other is expected.
  @inline(__always)
  func isBelow(_ type: ValueType, _ expected: ValueType) -> Bool {
    if type == expected || type == .bottom { return true }
    guard type.isReference, expected.isReference else { return false }
    if type.isNullable && !expected.isNullable { return false }
    return isBelow(type.heapType, expected.heapType)
  }

  /// Whether one heap type is below the other.
  func isBelow(_ type: HeapType, _ expected: HeapType) -> Bool {
    if type == expected || type == .bottom { return true }
    guard let expectedIndex = expected.typeIndex else { return isBelowAbstract(type, expected) }
    guard let index = type.typeIndex else {
      switch kind(of: expectedIndex) {
      case .function: return type == .nofunc
      case .structure, .array: return type == .none
      }
    }
    if expected.isExact { return type.isExact && isEqual(index, expectedIndex) }
    return isSubtype(index, of: expectedIndex)
  }

  private func isBelowAbstract(_ type: HeapType, _ expected: HeapType) -> Bool {
    if let index = type.typeIndex {
      switch kind(of: index) {
      case .function: return expected == .function
      case .structure: return expected == .struct || expected == .eq || expected == .any
      case .array: return expected == .array || expected == .eq || expected == .any
      }
    }
    let isBelowEq = type == .i31 || type == .struct || type == .array || type == .none
    return switch expected {
    case .any: type == .eq || isBelowEq
    case .eq: isBelowEq
    case .i31, .struct, .array: type == .none
    case .function: type == .nofunc
    case .extern: type == .noextern
    case .exn: type == .noexn
    default: false
    }
  }
}

extension TypeCanonicalizer: HeapTypeOrder {
  func kind(of index: UInt32) -> CompositeKind { types[Int(index)].composite.kind }
  func isEqual(_ left: UInt32, _ right: UInt32) -> Bool { left == right }
}

extension CompositeType {
  var kind: CompositeKind {
    switch self {
    case .function: .function
    case .structure: .structure
    case .array: .array
    }
  }
}
