// The types of imports and exports as text for people.

import WebAssembly

/// The types of everything in a module's index spaces, imports first.
package struct ItemTypes {
  private let module: ModuleStructure
  private var functions: [UInt32] = []
  private var tables: [TableType] = []
  package private(set) var memories: [MemoryType] = []
  private var globals: [GlobalType] = []
  private var tags: [UInt32] = []

  package init(_ module: ModuleStructure) {
    self.module = module
    for item in module.imports {
      switch item.type {
      case .function(let type): functions.append(type)
      case .table(let type): tables.append(type)
      case .memory(let type): memories.append(type)
      case .global(let type): globals.append(type)
      case .tag(let type): tags.append(type)
      }
    }
    functions += module.functions.map(\.type)
    tables += module.tables.map(\.type)
    memories += module.memories
    globals += module.globals.map(\.type)
    tags += module.tags
  }

  package func describe(_ export: Export) -> String {
    func at<Element>(_ space: [Element]) -> Element? {
      Int(export.index) < space.count ? space[Int(export.index)] : nil
    }
    let type: ExternType? =
      switch export.kind {
      case .function: at(functions).map { .function(type: $0) }
      case .table: at(tables).map { .table($0) }
      case .memory: at(memories).map { .memory($0) }
      case .global: at(globals).map { .global($0) }
      case .tag: at(tags).map { ExternType.tag(type: $0) }
      }
    return type.map(describe) ?? "unknown"
  }

  package func describe(_ type: ExternType) -> String {
    switch type {
    case .function(let index), .tag(let index):
      Int(index) < module.types.count
        ? "\(module.types[Int(index)].functionType ?? FunctionType())" : "unknown"
    case .table(let type): "\(range(type.limits)) \(type.element)"
    case .memory(let type): "\(range(type.limits)) pages\(type.isShared ? ", shared" : "")"
    case .global(let type): "\(type.isMutable ? "mutable " : "")\(type.content)"
    }
  }

  private func range(_ limits: Limits) -> String {
    "\(limits.minimum)" + (limits.maximum.map { "…\($0)" } ?? "…")
  }
}
