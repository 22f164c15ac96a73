/// Types that describe what a module defines, imports and exports (Core 2.3).

/// Parameters and results of a function (2.3.8).
public struct FunctionType: Hashable, Sendable {
  public var parameters: [ValueType]
  public var results: [ValueType]

  public init(_ parameters: [ValueType] = [], _ results: [ValueType] = []) {
    self.parameters = parameters
    self.results = results
  }
}

extension FunctionType: CustomStringConvertible {
  public var description: String {
    func list(_ types: [ValueType]) -> String { "[" + types.map(\.description).joined(separator: " ") + "]" }
    return "\(list(parameters)) -> \(list(results))"
  }
}

/// What a field of a structure or an array's element holds (2.3.9).
public enum StorageType: Hashable, Sendable {
  case value(ValueType)
  case i8
  case i16

  /// The type that the field has on the operand stack.
  public var unpacked: ValueType {
    if case .value(let type) = self { type } else { .i32 }
  }
}

public struct FieldType: Hashable, Sendable {
  public var storage: StorageType
  public var isMutable: Bool

  public init(_ storage: StorageType, isMutable: Bool) {
    self.storage = storage
    self.isMutable = isMutable
  }
}

/// A function, structure or array type (2.3.10).
public enum CompositeType: Hashable, Sendable {
  case function(FunctionType)
  case structure([FieldType])
  case array(FieldType)
}

/// A composite type with its place in the hierarchy (2.3.11). Type indices are the module's.
public struct SubType: Hashable, Sendable {
  // Large before small: there can be a million of them.
  public var supertypes: [UInt32]
  public var composite: CompositeType
  /// The type that this one describes, and the type that describes this one (custom descriptors).
  public var described: UInt32?
  public var descriptor: UInt32?
  public var isFinal: Bool

  public init(isFinal: Bool = true, supertypes: [UInt32] = [], _ composite: CompositeType) {
    self.isFinal = isFinal
    self.supertypes = supertypes
    self.composite = composite
  }

  public var functionType: FunctionType? {
    if case .function(let type) = composite { type } else { nil }
  }
}

/// Size bounds of a memory (in pages) or a table (in elements) (2.3.12).
public struct Limits: Hashable, Sendable {
  public var minimum: UInt64
  public var maximum: UInt64?

  public init(_ minimum: UInt64, _ maximum: UInt64? = nil) {
    self.minimum = minimum
    self.maximum = maximum
  }
}

/// The type of addresses into a memory or a table: i32, or i64 with the memory64 feature (2.3.13).
public enum AddressType: Hashable, Sendable {
  case i32
  case i64

  public var valueType: ValueType { self == .i32 ? .i32 : .i64 }
}

public struct MemoryType: Hashable, Sendable {
  /// In pages.
  public var limits: Limits
  public var addressType: AddressType
  public var isShared: Bool
  /// log2 of the page size in bytes: 16, or 0 with custom page sizes.
  public var pageSizeExponent: UInt8

  public init(
    _ limits: Limits, addressType: AddressType = .i32, isShared: Bool = false, pageSizeExponent: UInt8 = 16
  ) {
    self.limits = limits
    self.addressType = addressType
    self.isShared = isShared
    self.pageSizeExponent = pageSizeExponent
  }
}

public struct TableType: Hashable, Sendable {
  public var element: ValueType
  public var limits: Limits
  public var addressType: AddressType

  public init(_ element: ValueType, _ limits: Limits, addressType: AddressType = .i32) {
    self.element = element
    self.limits = limits
    self.addressType = addressType
  }
}

public struct GlobalType: Hashable, Sendable {
  public var content: ValueType
  public var isMutable: Bool

  public init(_ content: ValueType, isMutable: Bool = false) {
    self.content = content
    self.isMutable = isMutable
  }
}

/// The type of an import or export (2.3.16). Type indices in it are those of the module it came from.
public enum ExternType: Hashable, Sendable {
  /// A function of the type at this index.
  case function(type: UInt32)
  case table(TableType)
  case memory(MemoryType)
  case global(GlobalType)
  /// A tag whose parameters are those of the function type at this index.
  case tag(type: UInt32)

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

/// Raw values as in the binary format (5.5.5).
public enum ExternKind: UInt8, Sendable {
  case function = 0
  case table = 1
  case memory = 2
  case global = 3
  case tag = 4

  public var keyword: String {
    switch self {
    case .function: "func"
    case .table: "table"
    case .memory: "memory"
    case .global: "global"
    case .tag: "tag"
    }
  }
}
