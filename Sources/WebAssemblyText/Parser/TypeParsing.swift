import WebAssembly

/// Value types, heap types and the types that a module defines (Core 6.4).

/// A use of a function type with what was written out beside it (6.4.9).
struct TypeUse {
  var index: UInt32
  /// One for each parameter that was written out.
  var parameters: [ParameterName]
  /// Nil when the index is no function type's.
  var type: FunctionType?
}

/// What a parameter is called: its identifier with where it stands, and its name for the name section.
struct ParameterName {
  var identifier: Token?
  var name: String?
}

extension ModuleParser {
  // MARK: Value types

  mutating func valueType() throws(TextError) -> ValueType {
    if cursor.openKeyword == .ref { return try referenceType() }
    guard let type = Self.wordType(cursor.keyword) else { throw cursor.unexpected("a value type") }
    cursor.advance()
    return type
  }

  /// Whether a reference type stands here.
  var isReferenceType: Bool {
    cursor.openKeyword == .ref || Self.wordType(cursor.keyword)?.isReference == true
  }

  mutating func referenceType() throws(TextError) -> ValueType {
    if cursor.takeOpen(.ref) {
      let nullable = cursor.take(.null)
      let heapType = try heapType()
      try cursor.expectClose()
      return .reference(heapType, nullable: nullable)
    }
    guard let type = Self.wordType(cursor.keyword), type.isReference else {
      throw cursor.unexpected("a reference type")
    }
    cursor.advance()
    return type
  }

  mutating func heapType() throws(TextError) -> HeapType {
    if let type = Self.abstractType(cursor.keyword) {
      cursor.advance()
      return type
    }
    if cursor.takeOpen(.exact) {
      let type = HeapType(typeIndex: try index(.type), isExact: true)
      try cursor.expectClose()
      return type
    }
    guard isIndex else { throw cursor.unexpected("a heap type") }
    return HeapType(typeIndex: try index(.type))
  }

  private static func wordType(_ keyword: Keyword?) -> ValueType? {
    switch keyword {
    case .i32: .i32
    case .i64: .i64
    case .f32: .f32
    case .f64: .f64
    case .v128: .v128
    case .anyref: .anyref
    case .eqref: .reference(.eq, nullable: true)
    case .i31ref: .reference(.i31, nullable: true)
    case .structref: .reference(.struct, nullable: true)
    case .arrayref: .reference(.array, nullable: true)
    case .nullref: .reference(.none, nullable: true)
    case .funcref: .funcref
    case .nullfuncref: .reference(.nofunc, nullable: true)
    case .externref: .externref
    case .nullexternref: .reference(.noextern, nullable: true)
    case .exnref: .exnref
    case .nullexnref: .reference(.noexn, nullable: true)
    default: nil
    }
  }

  package static func abstractType(_ keyword: Keyword?) -> HeapType? {
    switch keyword {
    case .any: .any
    case .eq: .eq
    case .i31: .i31
    case .structure: .struct
    case .array: .array
    case .none?: HeapType.none
    case .function: .function
    case .nofunc: .nofunc
    case .extern: .extern
    case .noextern: .noextern
    case .exn: .exn
    case .noexn: .noexn
    default: nil
    }
  }

  // MARK: Function types

  /// `(param …)* (result …)*`. Without `named`, identifiers are refused.
  mutating func functionType(named: Bool) throws(TextError) -> (type: FunctionType, names: [ParameterName]) {
    var type = FunctionType()
    var names: [ParameterName] = []
    while cursor.takeOpen(.param) {
      let token = cursor.token
      let identifier = named ? cursor.takeIdentifier() : nil
      let name = named ? try self.name(identifier, "parameter") : nil
      if identifier != nil {
        names.append(ParameterName(identifier: token, name: name))
        type.parameters.append(try valueType())
      } else {
        var first = true
        while cursor.kind != .rightParenthesis {
          names.append(ParameterName(name: first ? name : nil))
          first = false
          type.parameters.append(try valueType())
        }
      }
      try cursor.expectClose()
    }
    type.results = try results()
    return (type, names)
  }

  /// `(result …)*`
  mutating func results() throws(TextError) -> [ValueType] {
    var types: [ValueType] = []
    while cursor.takeOpen(.result) {
      while cursor.kind != .rightParenthesis { types.append(try valueType()) }
      cursor.advance()
    }
    return types
  }

  /// `(type x)? (param …)* (result …)*`, which adds a type when the module has none like it.
  mutating func typeUse(named: Bool) throws(TextError) -> TypeUse {
    let place = cursor.token
    guard cursor.takeOpen(.type) else {
      let (type, names) = try functionType(named: named)
      return TypeUse(index: implicitType(type), parameters: names, type: type)
    }
    let indexPlace = cursor.token
    let index = try index(.type)
    try cursor.expectClose()
    let written = cursor.openKeyword == .param || cursor.openKeyword == .result
    let declared = Int(index) < module.types.count ? module.types[Int(index)].functionType : nil
    guard written else { return TypeUse(index: index, parameters: [], type: declared) }
    let (type, names) = try functionType(named: named)
    // What comes too late would make the type seem to differ.
    if cursor.openKeyword == .param || cursor.openKeyword == .type {
      cursor.advance()
      throw cursor.unexpected("type, then parameters, then results")
    }
    guard let declared else {
      throw cursor.error(
        Int(index) < module.types.count
          ? "inline function type: type \(index) is no function type" : "unknown type \(index)",
        at: indexPlace)
    }
    guard type == declared else {
      throw cursor.error(
        "inline function type \(type) differs from type \(index), which is \(declared)", at: place)
    }
    return TypeUse(index: index, parameters: names, type: type)
  }

  /// The type of a block (6.5.1).
  mutating func blockType() throws(TextError) -> BlockType {
    if cursor.openKeyword == .type { return BlockType(typeIndex: try typeUse(named: false).index) }
    let (type, _) = try functionType(named: false)
    if type.parameters.isEmpty, type.results.count < 2 {
      return type.results.first.map(BlockType.init(result:)) ?? .empty
    }
    return BlockType(typeIndex: implicitType(type))
  }

  /// The least index of a type that is just this function type; adds one when there is none (6.4.9).
  mutating func implicitType(_ type: FunctionType) -> UInt32 {
    if let index = functionTypes[type] { return index }
    let index = module.addType(SubType(.function(type)))
    functionTypes[type] = index
    return index
  }

  /// Types written out stand for final types without a supertype that are alone in their recursion group
  /// and do not refer to themselves: another type with that index in it would be another type.
  mutating func indexFunctionTypes() {
    for group in module.recursionGroups where group.count == 1 {
      let type = module.types[group.lowerBound]
      guard type.isFinal, type.supertypes.isEmpty, type.described == nil, type.descriptor == nil,
        let function = type.functionType, functionTypes[function] == nil
      else { continue }
      let refersToItself = (function.parameters + function.results).contains {
        $0.isReference && $0.heapType.typeIndex == UInt32(group.lowerBound)
      }
      if !refersToItself { functionTypes[function] = UInt32(group.lowerBound) }
    }
  }

  // MARK: Type definitions

  /// `(type …)` or `(rec (type …)*)`
  mutating func typeField() throws(TextError) {
    let first = module.types.count
    if cursor.takeOpen(.rec) {
      while cursor.openKeyword == .type { try typeDefinition() }
      try cursor.expectClose()
    } else {
      try typeDefinition()
    }
    module.recursionGroups.append(first..<module.types.count)
  }

  private mutating func typeDefinition() throws(TextError) {
    cursor.advance()
    try cursor.expect(.type)
    let index = UInt32(module.types.count)
    let identifier = cursor.takeIdentifier()
    if let name = try name(identifier, "type") { names.types[index] = name }
    module.types.append(try subType(index))
    try cursor.expectClose()
  }

  private mutating func subType(_ index: UInt32) throws(TextError) -> SubType {
    guard cursor.takeOpen(.sub) else { return try describedType(index, isFinal: true, supertypes: []) }
    let isFinal = cursor.take(.final)
    var supertypes: [UInt32] = []
    while isIndex { supertypes.append(try self.index(.type)) }
    let type = try describedType(index, isFinal: isFinal, supertypes: supertypes)
    try cursor.expectClose()
    return type
  }

  /// A composite type behind the clauses of the custom descriptors proposal.
  private mutating func describedType(_ index: UInt32, isFinal: Bool, supertypes: [UInt32]) throws(TextError)
    -> SubType
  {
    var described: UInt32?
    var descriptor: UInt32?
    if cursor.takeOpen(.describes) {
      described = try self.index(.type)
      try cursor.expectClose()
    }
    if cursor.takeOpen(.descriptor) {
      descriptor = try self.index(.type)
      try cursor.expectClose()
    }
    var type = SubType(isFinal: isFinal, supertypes: supertypes, try compositeType(index))
    type.described = described
    type.descriptor = descriptor
    return type
  }

  private mutating func compositeType(_ index: UInt32) throws(TextError) -> CompositeType {
    let type: CompositeType
    if cursor.takeOpen(.function) {
      type = .function(try functionType(named: true).type)
    } else if cursor.takeOpen(.structure) {
      type = .structure(try structureFields(index))
    } else if cursor.takeOpen(.array) {
      type = .array(try fieldType())
    } else {
      if cursor.kind == .leftParenthesis { cursor.advance() }
      throw cursor.unexpected("a function, structure or array type")
    }
    try cursor.expectClose()
    return type
  }

  private mutating func structureFields(_ type: UInt32) throws(TextError) -> [FieldType] {
    var fields: [FieldType] = []
    var identifiers: [Int32: UInt32] = [:]
    while cursor.takeOpen(.field) {
      let place = cursor.token
      let identifier = cursor.takeIdentifier()
      if let identifier {
        guard identifiers.updateValue(UInt32(fields.count), forKey: identifier) == nil else {
          throw cursor.error(
            "duplicate field \(cursor.spelling(of: place)): identifiers must differ", at: place)
        }
      }
      if let name = try name(identifier, "field") {
        names.fields[type, default: [:]][UInt32(fields.count)] = name
      }
      if identifier != nil {
        fields.append(try fieldType())
      } else {
        while cursor.kind != .rightParenthesis { fields.append(try fieldType()) }
      }
      try cursor.expectClose()
    }
    if !identifiers.isEmpty { spaces.fields[type] = identifiers }
    return fields
  }

  private mutating func fieldType() throws(TextError) -> FieldType {
    guard cursor.takeOpen(.mutable) else { return FieldType(try storageType(), isMutable: false) }
    let type = FieldType(try storageType(), isMutable: true)
    try cursor.expectClose()
    return type
  }

  private mutating func storageType() throws(TextError) -> StorageType {
    if cursor.take(.i8) { return .i8 }
    if cursor.take(.i16) { return .i16 }
    return .value(try valueType())
  }
}
