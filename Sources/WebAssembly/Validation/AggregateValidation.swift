/// Structures, arrays, casts and i31 (Core 3.3.3), and custom descriptors.

extension FunctionValidator {
  mutating func validateAggregate(_ instruction: Instruction, _ opcode: Opcode) throws(ValidationError) {
    switch opcode {
    case .structNew, .structNewDefault, .structNewDescriptor, .structNewDefaultDescriptor:
      try validateStructNew(instruction.a, opcode)
    case .structGet, .structGetS, .structGetU:
      let field = try field(instruction)
      try checkExtension(of: field, isPlain: opcode == .structGet)
      try pop(reference(instruction.a))
      push(field.storage.unpacked)
    case .structSet:
      let field = try field(instruction)
      guard field.isMutable else { throw error("immutable field \(instruction.b) of type \(instruction.a)") }
      try pop(field.storage.unpacked)
      try pop(reference(instruction.a))
    case .arrayLen:
      try pop(.reference(.array, nullable: true))
      push(.i32)
    case .refTest, .refTestNull, .refCast, .refCastNull:
      let target = ValueType(rawValue: UInt32(truncatingIfNeeded: instruction.value))
      try check(target)
      try pop(.reference(types.top(of: target.heapType), nullable: true))
      push(opcode == .refTest || opcode == .refTestNull ? .i32 : target)
    case .brOnCast, .brOnCastFail:
      try validateBranchOnCast(instruction, opcode)
    case .anyConvertExtern:
      try convert(from: .extern, to: .any)
    case .externConvertAny:
      try convert(from: .any, to: .extern)
    case .refI31:
      try pop(.i32)
      push(.reference(.i31, nullable: false))
    case .i31GetS, .i31GetU:
      try pop(.reference(.i31, nullable: true))
      push(.i32)
    case .refGetDescriptor, .refCastDescriptor, .refCastDescriptorNull, .brOnCastDescriptor,
      .brOnCastDescriptorFail:
      try validateDescriptor(instruction, opcode)
    default:
      try validateArray(instruction, opcode)
    }
  }

  // MARK: - Structures

  private func structure(_ index: UInt32) throws(ValidationError) -> [FieldType] {
    guard Int(index) < types.types.count else { throw unknown("type", index) }
    guard case .structure(let fields) = types.types[Int(index)].composite else {
      throw error("type mismatch: type \(index) is not a structure type")
    }
    return fields
  }

  private func field(_ instruction: Instruction) throws(ValidationError) -> FieldType {
    let fields = try structure(instruction.a)
    guard Int(instruction.b) < fields.count else { throw unknown("field", instruction.b) }
    return fields[Int(instruction.b)]
  }

  private func reference(_ index: UInt32) -> ValueType {
    .reference(HeapType(typeIndex: index), nullable: true)
  }

  /// A value of a type that is just being made.
  private mutating func pushNew(_ index: UInt32) {
    push(.reference(HeapType(typeIndex: index, isExact: hasExactTypes), nullable: false))
  }

  /// Packed fields are read with an extension, others without one.
  private func checkExtension(of field: FieldType, isPlain: Bool) throws(ValidationError) {
    var isPacked = true
    if case .value = field.storage { isPacked = false }
    guard isPacked != isPlain else {
      throw error(
        isPacked
          ? "type mismatch: the field is packed and must be read with _s or _u"
          : "type mismatch: the field is not packed and must be read without _s or _u")
    }
  }

  private func checkDefaultable(_ field: FieldType) throws(ValidationError) {
    guard field.storage.unpacked.isDefaultable else {
      throw error("type mismatch: a field of type \(field.storage.unpacked) has no default value")
    }
  }

  private mutating func validateStructNew(_ index: UInt32, _ opcode: Opcode) throws(ValidationError) {
    let fields = try structure(index)
    let takesDescriptor = opcode == .structNewDescriptor || opcode == .structNewDefaultDescriptor
    if let descriptor = types.types[Int(index)].descriptor {
      guard takesDescriptor else { throw error("type with descriptor requires descriptor allocation") }
      try pop(.reference(HeapType(typeIndex: descriptor, isExact: true), nullable: true))
    } else if takesDescriptor {
      throw error("type without descriptor requires non-descriptor allocation")
    }
    if opcode == .structNew || opcode == .structNewDescriptor {
      for field in fields.reversed() { try pop(field.storage.unpacked) }
    } else {
      for field in fields { try checkDefaultable(field) }
    }
    pushNew(index)
  }

  // MARK: - Arrays

  private func array(_ index: UInt32) throws(ValidationError) -> FieldType {
    guard Int(index) < types.types.count else { throw unknown("type", index) }
    guard case .array(let field) = types.types[Int(index)].composite else {
      throw error("type mismatch: type \(index) is not an array type")
    }
    return field
  }

  private func mutableArray(_ index: UInt32) throws(ValidationError) -> FieldType {
    let field = try array(index)
    guard field.isMutable else { throw error("immutable array: elements of type \(index) cannot be written") }
    return field
  }

  /// Elements that can be taken from bytes: numbers, vectors and packed ones.
  private func checkBytes(_ field: FieldType) throws(ValidationError) {
    guard !field.storage.unpacked.isReference else {
      throw error("array type is not numeric or vector: its elements are \(field.storage.unpacked)")
    }
  }

  private func checkElements(_ segment: UInt32, fit field: FieldType) throws(ValidationError) {
    let element = try elementType(segment)
    guard types.matches(element, field.storage.unpacked) else {
      throw error("type mismatch: elements of \(element) do not fit an array of \(field.storage.unpacked)")
    }
  }

  private mutating func validateArray(_ instruction: Instruction, _ opcode: Opcode) throws(ValidationError) {
    let type = instruction.a
    switch opcode {
    case .arrayNew:
      let field = try array(type)
      try pop(.i32)
      try pop(field.storage.unpacked)
      pushNew(type)
    case .arrayNewDefault:
      try checkDefaultable(try array(type))
      try pop(.i32)
      pushNew(type)
    case .arrayNewFixed:
      let element = try array(type).storage.unpacked
      // In unreachable code the operands may be missing, however many there should be.
      var left = instruction.b
      while left > 0, operandCount > height {
        try pop(element)
        left -= 1
      }
      if left > 0 { try pop(element) }
      pushNew(type)
    case .arrayNewData:
      try checkBytes(try array(type))
      try checkData(instruction.b)
      try pop(.i32)
      try pop(.i32)
      pushNew(type)
    case .arrayNewElem:
      try checkElements(instruction.b, fit: try array(type))
      try pop(.i32)
      try pop(.i32)
      pushNew(type)
    case .arrayGet, .arrayGetS, .arrayGetU:
      let field = try array(type)
      try checkExtension(of: field, isPlain: opcode == .arrayGet)
      try pop(.i32)
      try pop(reference(type))
      push(field.storage.unpacked)
    case .arraySet:
      let field = try mutableArray(type)
      try pop(field.storage.unpacked)
      try pop(.i32)
      try pop(reference(type))
    case .arrayFill:
      let field = try mutableArray(type)
      try pop(.i32)
      try pop(field.storage.unpacked)
      try pop(.i32)
      try pop(reference(type))
    case .arrayCopy:
      try validateArrayCopy(type, instruction.b)
    case .arrayInitData, .arrayInitElem:
      let field = try mutableArray(type)
      if opcode == .arrayInitData {
        try checkBytes(field)
        try checkData(instruction.b)
      } else {
        try checkElements(instruction.b, fit: field)
      }
      for _ in 0..<3 { try pop(.i32) }
      try pop(reference(type))
    default:
      throw malformed("illegal opcode fb \(String(opcode.code, radix: 16))")
    }
  }

  private mutating func validateArrayCopy(_ destination: UInt32, _ source: UInt32) throws(ValidationError) {
    let destinationField = try mutableArray(destination)
    let sourceField = try array(source)
    let isCopyable: Bool
    if case .value(let content) = sourceField.storage, case .value(let expected) = destinationField.storage {
      isCopyable = types.matches(content, expected)
    } else {
      isCopyable = sourceField.storage == destinationField.storage
    }
    guard isCopyable else {
      throw error("array types do not match: \(source) cannot be copied to \(destination)")
    }
    try pop(.i32)
    try pop(.i32)
    try pop(reference(source))
    try pop(.i32)
    try pop(reference(destination))
  }

  // MARK: - Casts

  /// Null stays null, and what is not null stays so.
  private mutating func convert(from: HeapType, to: HeapType) throws(ValidationError) {
    let isNullable = operand(0).isNullable
    try pop(.reference(from, nullable: true))
    push(.reference(to, nullable: isNullable))
  }

  /// Checks a cast's two types and returns what is left of the source where the cast does not succeed (3.1.2
  /// "Type Difference").
  private mutating func castDifference(_ source: ValueType, _ target: ValueType) throws(ValidationError)
    -> ValueType
  {
    try check(source)
    try check(target)
    var isCast = types.matches(target, source)
    if !isCast, hasExactTypes {
      // Custom descriptors ask no more than that both belong to one hierarchy.
      isCast = types.top(of: source.heapType) == types.top(of: target.heapType)
      if isCast { usedFeatures.insert(.customDescriptors) }
    }
    guard isCast else { throw error("type mismatch: \(source) cannot be cast to \(target)") }
    return target.isNullable ? .reference(source.heapType, nullable: false) : source
  }

  private mutating func validateBranchOnCast(_ instruction: Instruction, _ opcode: Opcode)
    throws(ValidationError)
  {
    let source = ValueType(rawValue: UInt32(truncatingIfNeeded: instruction.value))
    let target = ValueType(rawValue: UInt32(truncatingIfNeeded: instruction.value2))
    let difference = try castDifference(source, target)
    let expected = try label(instruction.a).labelTypes
    let branchesOnFailure = opcode == .brOnCastFail || opcode == .brOnCastDescriptorFail
    let carried = branchesOnFailure ? difference : target
    guard let last = types(expected).last, types.matches(carried, last) else {
      throw error(
        "type mismatch: the branch carries \(carried) but label \(instruction.a) takes \(describe(expected))")
    }
    try pop(source)
    try replaceTop(expected.dropLast)
    push(branchesOnFailure ? target : difference)
  }

  // MARK: - Custom descriptors

  private func descriptor(of heapType: HeapType) throws(ValidationError) -> HeapType {
    if let index = heapType.typeIndex {
      guard Int(index) < types.types.count else { throw unknown("type", index) }
      if let descriptor = types.types[Int(index)].descriptor {
        return HeapType(typeIndex: descriptor, isExact: heapType.isExact)
      }
      throw error("type \(index) does not have a descriptor")
    }
    throw error("type \(heapType) does not have a descriptor")
  }

  private mutating func validateDescriptor(_ instruction: Instruction, _ opcode: Opcode)
    throws(ValidationError)
  {
    switch opcode {
    case .refGetDescriptor:
      guard Int(instruction.a) < types.types.count else { throw unknown("type", instruction.a) }
      guard let descriptor = types.types[Int(instruction.a)].descriptor else {
        throw error("type without descriptor: \(instruction.a)")
      }
      // Of a value of exactly the type the descriptor is known exactly.
      let exact = HeapType(typeIndex: instruction.a, isExact: true)
      let operand = operand(0)
      let isExact = operand == .bottom || (operand.isReference && types.matches(operand.heapType, exact))
      try pop(reference(instruction.a))
      push(.reference(HeapType(typeIndex: descriptor, isExact: isExact), nullable: false))
    case .refCastDescriptor, .refCastDescriptorNull:
      let target = ValueType(rawValue: UInt32(truncatingIfNeeded: instruction.value))
      try pop(.reference(try descriptor(of: target.heapType), nullable: true))
      try pop(.reference(types.top(of: target.heapType), nullable: true))
      push(target)
    default:
      let target = ValueType(rawValue: UInt32(truncatingIfNeeded: instruction.value2))
      try pop(.reference(try descriptor(of: target.heapType), nullable: true))
      try validateBranchOnCast(instruction, opcode)
    }
  }
}
