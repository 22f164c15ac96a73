// A function of a module as reports speak of it.

import WebAssembly

public struct ModuleFunction: Hashable, Sendable {
  /// Imports counted first.
  public var index: UInt32
  /// From the name section.
  public var name: String?
  public var isImported: Bool
  private let definition: FunctionDefinition?

  init(index: UInt32, name: String?, definition: FunctionDefinition?) {
    self.index = index
    self.name = name
    self.definition = definition
    isImported = definition == nil
  }

  /// A function for the tests of what works on functions; `code` stands for its body.
  package init(index: UInt32, name: String?, code: [UInt8]?) {
    self.init(
      index: index, name: name,
      definition: code.map { FunctionDefinition(type: 0, locals: [], body: Expression($0)) })
  }

  /// The name, or the index where there is none.
  public var label: String { name ?? "function \(index)" }

  /// Whether both have the same locals and the same instructions, byte for byte.
  public func hasSameCode(as other: ModuleFunction) -> Bool {
    definition?.locals == other.definition?.locals && definition?.body == other.definition?.body
  }
}

extension Module {
  /// How many functions there are, imports included.
  var functionCount: Int {
    structure.functions.count
      + structure.imports.count { if case .function = $0.type { true } else { false } }
  }

  /// All functions, imports first.
  var functionList: [ModuleFunction] {
    let imports = structure.imports.filter { if case .function = $0.type { true } else { false } }
    let definitions = imports.map { _ in nil } + structure.functions.map { Optional($0) }
    return definitions.enumerated().map { index, definition in
      let index = UInt32(truncatingIfNeeded: index)
      // Where the name section is silent, an import has the name that it is asked for by.
      let name = functionName(index) ?? (Int(index) < imports.count ? imports[Int(index)].name : nil)
      return ModuleFunction(index: index, name: name, definition: definition)
    }
  }
}
