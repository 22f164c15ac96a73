/// What an instance's imports are resolved with (Core 4.5.3, 4.5.4).
public enum Extern {
  case function(Function)
  case table(Table)
  case memory(Memory)
  case global(Global)
  case tag(Tag)

  public var kind: ExternKind {
    switch self {
    case .function: .function
    case .table: .table
    case .memory: .memory
    case .global: .global
    case .tag: .tag
    }
  }
}

/// A name of the binary format. Names are equal when their bytes are: strings that merely look the same,
/// one with a composed character and one with a decomposed, are different names.
struct ExternName: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (a: ExternName, b: ExternName) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
    hasher.combine(0xFF as UInt8)
  }
}

/// Definitions by module and name.
public struct Imports {
  private var items: [ExternName: [ExternName: Extern]] = [:]

  public init() {}

  /// Later definitions replace earlier ones.
  public mutating func define(_ module: String, _ name: String, _ item: Extern) {
    items[ExternName(module), default: [:]][ExternName(name)] = item
  }

  /// Defines everything that an instance exports, under a module name.
  public mutating func define(_ module: String, _ instance: Instance) {
    items[ExternName(module)] = instance.exports
  }

  public func find(_ module: String, _ name: String) -> Extern? {
    items[ExternName(module)]?[ExternName(name)]
  }

  /// Names defined for a module, sorted.
  public func names(in module: String) -> [String] {
    (items[ExternName(module)] ?? [:]).keys.map(\.text).sorted()
  }
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
