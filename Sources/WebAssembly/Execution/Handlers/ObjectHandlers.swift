/// Making structures, and what the generated handlers of casts and of fields share.

/// Whether a reference refers to a structure or an array of the type in the instruction's last word, or
/// below it. The field at 12 says whether null passes, the one at 14 whether the type must be exact.
@inline(__always)
package func hasType(_ reference: UInt64, _ code: Code) -> Bool {
  guard let object = HeapObject(reference) else { return reference == 0 && code.slot(12) != 0 }
  let target = UnsafePointer(code.pointer(16, to: TypeRecord.self))
  // An object that a reference refers to has a type.
  let type = object.type.unsafelyUnwrapped
  return type == target || code.slot(14) == 0 && type.isSubtype(of: target)
}

/// Whether what a reference refers to is among the kinds in the field at 12.
@inline(__always)
package func hasKind(_ reference: UInt64, _ code: Code) -> Bool {
  !ReferenceKinds(of: reference).isDisjoint(with: ReferenceKinds(rawValue: code.u32(12)))
}

/// The address that a reference to an object holds; it is not null.
@inline(__always)
package func object(_ reference: UInt64) -> MemoryBase {
  MemoryBase(bitPattern: UInt(reference)).unsafelyUnwrapped
}

/// The element count of the array at an address.
@inline(__always)
package func elementCount(_ array: MemoryBase) -> UInt32 { HeapObject(address: array).count }

/// A structure of its fields' values, from a free cell of the class in the field at 32; without one the
/// loop makes it. The layout is that of the translator's `AggregateOperation`.
@c func op_structNew(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  let cells = context.state.pointee.cells
  guard let object = cells.pointee.take(Int(code.u32(32))) else {
    return leave(code, slots, accumulator, context, .operation)
  }
  let type = UnsafePointer(code.pointer(16, to: TypeRecord.self))
  let fields = type.pointee.fields
  var index = 0
  let count = Int(code.u32(36))
  while index < count {
    let field = fields[index]
    object.write(field.storage, at: Int(field.offset), from: slots + code.slot(40 &+ index &* 2))
    index &+= 1
  }
  object.count = 0
  object.mark = cells.pointee.epoch
  object.type = type
  let reference = object.reference
  slots[code.slot(8)] = reference
  return proceed(code + Int(code.u32(28)) &* 8, slots, reference, memory, context)
}
