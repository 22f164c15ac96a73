import WebAssembly

/// Which index an identifier stands for, per kind of definition (Core 6.6.1).

enum IndexSpace: Int, CaseIterable {
  case type, function, table, memory, tag, global, element, data

  /// The word that messages use.
  var label: String {
    switch self {
    case .type: "type"
    case .function: "function"
    case .table: "table"
    case .memory: "memory"
    case .tag: "tag"
    case .global: "global"
    case .element: "elem segment"
    case .data: "data segment"
    }
  }

  init(_ kind: ExternKind) {
    self =
      switch kind {
      case .function: .function
      case .table: .table
      case .memory: .memory
      case .global: .global
      case .tag: .tag
      }
  }
}

struct IndexSpaces {
  /// Definitions so far, imports included.
  private(set) var counts = [UInt32](repeating: 0, count: IndexSpace.allCases.count)
  private var indices = [[Int32: UInt32]](repeating: [:], count: IndexSpace.allCases.count)
  /// Fields of structure types: by type, then by identifier.
  var fields: [UInt32: [Int32: UInt32]] = [:]

  func count(_ space: IndexSpace) -> UInt32 { counts[space.rawValue] }

  /// Gives the next index of the space, to the identifier too when there is one. Nil when the identifier
  /// has one already.
  mutating func define(_ space: IndexSpace, _ identifier: Int32?) -> UInt32? {
    let index = counts[space.rawValue]
    if let identifier {
      if indices[space.rawValue][identifier] != nil { return nil }
      indices[space.rawValue][identifier] = index
    }
    counts[space.rawValue] += 1
    return index
  }

  func find(_ space: IndexSpace, _ identifier: Int32) -> UInt32? { indices[space.rawValue][identifier] }
}
