/// Validates a module's type definitions, recursion group by recursion group (Core 3.2.11, 3.4.1).

struct TypeValidation {
  private let module: ModuleStructure
  private let features: FeatureSet
  private var canonicalizer = TypeCanonicalizer()
  private var numbers: [UInt32] = []

  init(_ module: ModuleStructure, features: FeatureSet) {
    self.module = module
    self.features = features
  }

  /// The module's types, all of them valid.
  static func validate(
    _ module: ModuleStructure, features: FeatureSet, watch: LoadingWatch? = nil
  ) throws(ValidationError) -> TypeSpace {
    var validation = TypeValidation(module, features: features)
    return try validation.space(watch)
  }

  private mutating func space(_ watch: LoadingWatch?) throws(ValidationError) -> TypeSpace {
    guard module.types.count <= ImplementationLimits.types else {
      throw ValidationError("too many types: \(module.types.count), more than \(ImplementationLimits.types)")
    }
    canonicalizer.share(module.types)
    numbers.reserveCapacity(module.types.count)
    var end = 0
    for group in module.recursionGroups {
      if let watch, watch.isOver() { throw ValidationError("validation was stopped") }
      guard group.lowerBound == end, group.upperBound <= module.types.count else {
        throw ValidationError("recursion groups must follow one another and cover the types")
      }
      end = group.upperBound
      for index in group { try checkReferences(UInt32(index), in: group) }
      canonicalizer.add(module.types[group], numbers: &numbers)
    }
    guard end == module.types.count else {
      throw ValidationError("recursion groups must follow one another and cover the types")
    }
    let space = TypeSpace(types: module.types, canonicalNumbers: numbers, canonicalizer: canonicalizer)
    for group in module.recursionGroups {
      for index in group { try checkDescriptors(UInt32(index), in: group) }
      for index in group { try checkSupertype(UInt32(index), space) }
    }
    return space
  }

  /// A type may name types of its own group and those before it, as supertypes only those before itself.
  private func checkReferences(_ index: UInt32, in group: Range<Int>) throws(ValidationError) {
    let type = module.types[Int(index)]
    guard type.supertypes.count <= 1 else {
      throw ValidationError("sub type \(index) has more than one super type")
    }
    for supertype in type.supertypes where supertype >= index {
      throw ValidationError("unknown type \(supertype): a super type must come before its sub type \(index)")
    }
    if let parent = type.supertypes.first,
      Int(canonicalizerDepth(of: parent, group)) >= ImplementationLimits.subtypingDepth
    {
      throw ValidationError(
        "sub type \(index) has more than \(ImplementationLimits.subtypingDepth) super types above it")
    }
    let end = UInt32(group.upperBound)
    func check(_ valueType: ValueType) throws(ValidationError) {
      if let used = valueType.usedTypeIndex, used >= end { throw ValidationError("unknown type \(used)") }
    }
    func check(_ field: FieldType) throws(ValidationError) {
      if case .value(let content) = field.storage { try check(content) }
    }
    switch type.composite {
    case .function(let function):
      guard function.parameters.count <= ImplementationLimits.parameters,
        function.results.count <= ImplementationLimits.results
      else { throw ValidationError("too many parameters or results in type \(index)") }
      guard function.results.count <= 1 || features.contains(.multiValue) else {
        throw ValidationError(
          "invalid result arity: type \(index) has several results, which need the feature multi-value")
      }
      for parameter in function.parameters { try check(parameter) }
      for result in function.results { try check(result) }
    case .structure(let fields):
      guard fields.count <= ImplementationLimits.structureFields else {
        throw ValidationError("too many fields in type \(index)")
      }
      for field in fields { try check(field) }
    case .array(let field):
      try check(field)
    }
    let bounds = UInt32(group.lowerBound)..<end
    if let described = type.described {
      guard bounds.contains(described) else { throw ValidationError("described type is outside rec group") }
      guard described < index else { throw ValidationError("forward use of described type") }
    }
    if let descriptor = type.descriptor {
      guard bounds.contains(descriptor) else { throw ValidationError("descriptor type is outside rec group") }
    }
  }

  /// Supertypes above a type, of which those in the group that is being checked have no canonical number yet.
  private func canonicalizerDepth(of index: UInt32, _ group: Range<Int>) -> Int {
    var depth = 0
    var index = index
    while Int(index) >= group.lowerBound, depth <= ImplementationLimits.subtypingDepth {
      guard let parent = module.types[Int(index)].supertypes.first else { return depth }
      depth += 1
      index = parent
    }
    guard Int(index) < numbers.count else { return depth }
    return depth + Int(canonicalizer.depths[Int(numbers[Int(index)])])
  }

  /// A descriptor and what it describes name each other, and both are structures.
  private func checkDescriptors(_ index: UInt32, in group: Range<Int>) throws(ValidationError) {
    let type = module.types[Int(index)]
    var isStructure = false
    if case .structure = type.composite { isStructure = true }
    if let descriptor = type.descriptor {
      guard isStructure else { throw ValidationError("descriptor type must be a struct") }
      guard module.types[Int(descriptor)].described == index else {
        throw ValidationError("type is not described by its descriptor")
      }
    }
    if let described = type.described {
      guard isStructure else { throw ValidationError("described type must be a struct") }
      guard module.types[Int(described)].descriptor == index else {
        throw ValidationError("described type is not described by descriptor")
      }
    }
  }

  private func checkSupertype(_ index: UInt32, _ space: TypeSpace) throws(ValidationError) {
    let type = module.types[Int(index)]
    guard let parentIndex = type.supertypes.first else { return }
    let parent = module.types[Int(parentIndex)]
    let mismatch = ValidationError("sub type \(index) does not match super type \(parentIndex)")
    guard !parent.isFinal, space.matches(type.composite, parent.composite) else { throw mismatch }
    if let parentDescriptor = parent.descriptor {
      guard let descriptor = type.descriptor else { throw mismatch }
      guard space.isSubtype(descriptor, of: parentDescriptor) else {
        throw ValidationError("descriptor type \(descriptor) does not match \(parentDescriptor)")
      }
    }
    switch (type.described, parent.described) {
    case (nil, nil): break
    case (let described?, let parentDescribed?):
      guard space.isSubtype(described, of: parentDescribed) else {
        throw ValidationError("described type \(described) does not match \(parentDescribed)")
      }
    default: throw mismatch
    }
  }
}

extension ValueType {
  /// The type index in a reference type.
  var usedTypeIndex: UInt32? { isReference ? heapType.typeIndex : nil }
}
