/// What an instance's imports are resolved with (Core 4.5.3, 4.5.4).
public enum Extern {
  case function(Function)
  case table(Table)
  case memory(Memory)
  case global(Global)

  public var kind: ExternKind {
    switch self {
    case .function: .function
    case .table: .table
    case .memory: .memory
    case .global: .global
    }
  }
}

/// Definitions by module and name.
public struct Imports {
  private var items: [String: [String: Extern]] = [:]

  public init() {}

  /// Later definitions replace earlier ones.
  public mutating func define(_ module: String, _ name: String, _ item: Extern) {
    items[module, default: [:]][name] = item
  }

  /// Defines everything that an instance exports, under a module name.
  public mutating func define(_ module: String, _ instance: Instance) {
    items[module] = instance.exports
  }

  public func find(_ module: String, _ name: String) -> Extern? { items[module]?[name] }

  /// Names defined for a module, sorted.
  public func names(in module: String) -> [String] { (items[module] ?? [:]).keys.sorted() }
}

/// An import that cannot be resolved.
public struct LinkError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Reason: String, Sendable {
    case unknownImport = "unknown import"
    case incompatibleImportType = "incompatible import type"
  }

  public var reason: Reason
  public var module: String
  public var name: String
  /// What the module asks for, in words.
  public var expected: String
  /// What there is instead: the other names of that module, or the type found.
  public var found: String

  public var description: String {
    switch reason {
    case .unknownImport:
      "unknown import: the module asks for \(module).\(name), \(expected); \(found)."
    case .incompatibleImportType:
      "incompatible import type: the module asks for \(module).\(name) to be \(expected), but it is \(found)."
    }
  }
}
