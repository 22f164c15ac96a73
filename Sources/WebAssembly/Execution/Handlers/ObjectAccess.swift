/// What the handlers of objects share: casts, access, and the making of what fits a free cell.

/// Whether a reference refers to a structure or an array of the type or, unless it must be exact, below it.
@inline(__always)
package func hasType(
  _ reference: UInt64, _ target: UnsafeMutablePointer<TypeRecord>, passesNull: Bool, isExact: Bool
) -> Bool {
  guard let object = HeapObject(reference) else { return reference == 0 && passesNull }
  // An object that a reference refers to has a type.
  let type = object.type.unsafelyUnwrapped
  return type == UnsafePointer(target) || !isExact && type.isSubtype(of: UnsafePointer(target))
}

/// Whether what a reference refers to is among the kinds, `ReferenceKinds` as bits.
@inline(__always)
package func hasKind(_ reference: UInt64, _ kinds: UInt32) -> Bool {
  !ReferenceKinds(of: reference).isDisjoint(with: ReferenceKinds(rawValue: kinds))
}

/// The address that a reference to an object holds; it is not null.
@inline(__always)
package func object(_ reference: UInt64) -> MemoryBase {
  MemoryBase(bitPattern: UInt(reference)).unsafelyUnwrapped
}

/// The element count of the array at an address.
@inline(__always)
package func elementCount(_ array: MemoryBase) -> UInt32 { HeapObject(address: array).count }

// MARK: - Making

// Objects are made in a free cell; without one the result is nil, and the loop makes them. `operands` are
// fields of the operation: slots, as many as `count` says.

/// The slot that an operand's field names.
@inline(__always)
private func operand(_ index: Int, _ operands: Code, _ slots: Slots) -> Slots {
  slots + operands.slot(index &* MemoryLayout<SlotNumber>.size)
}

/// Gives an object its type and count; it can be referred to then.
@inline(__always)
private func finished(
  _ object: HeapObject, _ type: UnsafeMutablePointer<TypeRecord>, count: UInt32, _ context: Context
) -> UInt64 {
  object.count = count
  object.mark = context.state.pointee.cells.pointee.epoch
  object.type = UnsafePointer(type)
  return object.reference
}

/// A structure of its fields' values. `sizeClass` is that of its cell.
@inline(__always)
func makeStructure(
  _ type: UnsafeMutablePointer<TypeRecord>, _ sizeClass: UInt32, _ count: Int, operands: Code,
  _ slots: Slots, _ context: Context
) -> UInt64? {
  guard let object = context.state.pointee.cells.pointee.take(Int(sizeClass)) else { return nil }
  let fields = type.pointee.fields
  var index = 0
  while index < count {
    let field = fields[index]
    object.write(field.storage, at: Int(field.offset), from: operand(index, operands, slots))
    index &+= 1
  }
  return finished(object, type, count: 0, context)
}

/// An array of its elements' values.
@inline(__always)
func makeArray(
  _ type: UnsafeMutablePointer<TypeRecord>, _ sizeClass: UInt32, _ count: Int, operands: Code,
  _ slots: Slots, _ context: Context
) -> UInt64? {
  guard let object = context.state.pointee.cells.pointee.take(Int(sizeClass)) else { return nil }
  let storage = type.pointee.fields.pointee.storage
  let size = storage.byteCount
  var index = 0
  while index < count {
    object.write(storage, at: index &* size, from: operand(index, operands, slots))
    index &+= 1
  }
  return finished(object, type, count: UInt32(truncatingIfNeeded: count), context)
}

/// The largest cell in bytes that `makeZeroArray` fills.
private let largestZeroArray: UInt64 = 1024

/// A small array of zeros. Its one operand is the number of elements, on which the class depends.
@inline(__always)
func makeZeroArray(
  _ type: UnsafeMutablePointer<TypeRecord>, _: UInt32, _: Int, operands: Code, _ slots: Slots,
  _ context: Context
) -> UInt64? {
  let count = operand(0, operands, slots).pointee.i32
  let size = UInt64(type.pointee.byteCount)
  let byteCount = UInt64(count) &* size &+ UInt64(HeapObject.headerByteCount)
  guard byteCount <= largestZeroArray else { return nil }
  let cells = context.state.pointee.cells
  let granuleCount = Int(byteCount &+ 15) / 16
  guard let object = cells.pointee.take(Int(cells.pointee.classes[granuleCount])) else { return nil }
  let words = object.payload.assumingMemoryBound(to: SIMD2<UInt64>.self)
  var index = 0
  while index < granuleCount &- 1 {
    words[index] = .zero
    index &+= 1
  }
  return finished(object, type, count: count, context)
}
