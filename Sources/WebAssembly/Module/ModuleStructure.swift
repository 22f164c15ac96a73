/// A module as written: what the decoder and the text parser make and the encoder and printer take
/// (Core 2.5). Instructions stay encoded, so that one representation serves all four and the engine.

/// A sequence of encoded instructions within `bytes`, its final `end` included.
public struct Expression: Sendable, Hashable {
  /// The bytes that the offsets count from: the whole module when decoded, the expression's own when built.
  public var bytes: ArraySlice<UInt8>

  public init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }
  public init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

  /// The number when the expression is an `i32.const` and nothing else, as segments' offsets mostly are. Such
  /// an expression is constant whatever the features, and names nothing.
  var onlyI32: UInt32? {
    guard let first = bytes.first, first == 0x41, bytes.last == 0x0B, bytes.count > 2 else { return nil }
    var reader = ByteReader(bytes, range: bytes.startIndex + 1..<bytes.endIndex - 1)
    guard let value = try? reader.s32(), reader.isAtEnd else { return nil }
    return UInt32(bitPattern: value)
  }
}

/// A run of consecutive locals of one type (5.5.13).
public struct LocalGroup: Sendable, Hashable {
  public var count: UInt32
  public var type: ValueType

  public init(count: UInt32, type: ValueType) {
    self.count = count
    self.type = type
  }
}

/// A function that the module defines. (2.5.5)
public struct FunctionDefinition: Sendable, Hashable {
  public var type: UInt32
  public var locals: [LocalGroup]
  public var body: Expression
  /// Offset of the function's entry in the code section (its size field's end), 0 when built.
  public var offset: Int

  public init(type: UInt32, locals: [LocalGroup], body: Expression, offset: Int = 0) {
    self.type = type
    self.locals = locals
    self.body = body
    self.offset = offset
  }

  /// Where the function was found is not part of what it is.
  public static func == (left: FunctionDefinition, right: FunctionDefinition) -> Bool {
    left.type == right.type && left.locals == right.locals && left.body == right.body
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(type)
    hasher.combine(locals)
    hasher.combine(body)
  }
}

public struct Import: Sendable, Hashable {
  public var module: String
  public var name: String
  public var type: ExternType
  /// Functions only: the type must be the function's own, not a supertype (custom descriptors).
  public var isExact: Bool

  public init(_ module: String, _ name: String, _ type: ExternType, isExact: Bool = false) {
    self.module = module
    self.name = name
    self.type = type
    self.isExact = isExact
  }
}

public struct Export: Sendable, Hashable {
  public var name: String
  public var kind: ExternKind
  public var index: UInt32

  public init(_ name: String, _ kind: ExternKind, _ index: UInt32) {
    self.name = name
    self.kind = kind
    self.index = index
  }
}

public struct TableDefinition: Sendable, Hashable {
  public var type: TableType
  /// Every element's first value; nil means null.
  public var initializer: Expression?

  public init(_ type: TableType, initializer: Expression? = nil) {
    self.type = type
    self.initializer = initializer
  }
}

public struct GlobalDefinition: Sendable, Hashable {
  public var type: GlobalType
  public var initializer: Expression

  public init(_ type: GlobalType, initializer: Expression) {
    self.type = type
    self.initializer = initializer
  }
}

/// How a segment reaches its table or memory (2.5.9, 2.5.10).
public enum SegmentMode: Sendable, Hashable {
  case passive
  case active(index: UInt32, offset: Expression)
  /// Element segments only: declares functions for `ref.func`.
  case declarative
}

public struct ElementSegment: Sendable, Hashable {
  public enum Elements: Sendable, Hashable {
    case functions([UInt32])
    case expressions([Expression])

    public var count: Int {
      switch self {
      case .functions(let indices): indices.count
      case .expressions(let list): list.count
      }
    }
  }

  public var type: ValueType
  public var elements: Elements
  public var mode: SegmentMode

  public init(type: ValueType, elements: Elements, mode: SegmentMode) {
    self.type = type
    self.elements = elements
    self.mode = mode
  }
}

public struct DataSegment: Sendable, Hashable {
  public var bytes: ArraySlice<UInt8>
  public var mode: SegmentMode

  public init(bytes: ArraySlice<UInt8>, mode: SegmentMode) {
    self.bytes = bytes
    self.mode = mode
  }
}

/// A section that the format leaves to tools (5.5.3). `place` is the id of the last section
/// with entries that it follows, 0 at the start, so that encoding puts it back where it was.
public struct CustomSection: Sendable, Hashable {
  public var name: String
  public var bytes: ArraySlice<UInt8>
  public var place: UInt8

  public init(name: String, bytes: ArraySlice<UInt8>, place: UInt8) {
    self.name = name
    self.bytes = bytes
    self.place = place
  }
}

/// All definitions of a module in the order of their index spaces, imports apart.
public struct ModuleStructure: Sendable, Hashable {
  /// Flat; `recursionGroups` says which neighbours were declared together.
  public var types: [SubType] = []
  /// Ranges into `types`, in order, that cover it.
  public var recursionGroups: [Range<Int>] = []
  public var imports: [Import] = []
  public var functions: [FunctionDefinition] = []
  public var tables: [TableDefinition] = []
  public var memories: [MemoryType] = []
  /// Function types of the tags that the module defines.
  public var tags: [UInt32] = []
  public var globals: [GlobalDefinition] = []
  public var exports: [Export] = []
  public var start: UInt32?
  public var elements: [ElementSegment] = []
  public var data: [DataSegment] = []
  /// The data count section's number, nil without the section.
  public var dataCount: UInt32?
  public var customSections: [CustomSection] = []

  public init() {}

  /// Adds a type in a recursion group of its own and returns its index.
  @discardableResult
  public mutating func addType(_ type: SubType) -> UInt32 {
    recursionGroups.append(types.count..<types.count + 1)
    types.append(type)
    return UInt32(types.count - 1)
  }
}
