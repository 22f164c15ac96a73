/// Structures, arrays and exceptions as they lie in memory, and the records that describe their types.
///
/// A reference to an object is an address that is 8 more than a multiple of 16, which no other reference
/// is: functions lie at multiples of 16, an i31 and a host's number have their low two bits set otherwise.
/// So the bits alone tell what a reference refers to.

/// How a field or an element is kept.
package enum ObjectStorage: UInt8, Sendable, BitwiseCopyable {
  case word8
  case word16
  case word32
  case word64
  /// A reference: traced unless it is certain that it is none to an object.
  case reference
  case vector

  package var byteCount: Int {
    switch self {
    case .word8: 1
    case .word16: 2
    case .word32: 4
    case .word64, .reference: 8
    case .vector: 16
    }
  }

  /// Slots of the value on the operand stack.
  package var slotCount: Int { self == .vector ? 2 : 1 }
}

package struct FieldLayout: BitwiseCopyable {
  /// From the payload's start.
  package var offset: UInt32
  package var storage: ObjectStorage

  package init(offset: UInt32, storage: ObjectStorage) {
    self.offset = offset
    self.storage = storage
  }
}

/// A defined type as objects and casts need it. Made once for an engine and freed with it, so that code and
/// objects, which keep their engine, may point to it.
package struct TypeRecord: BitwiseCopyable {
  package enum Kind: UInt8, Sendable, BitwiseCopyable { case function, structure, array, exception }

  /// The engine's.
  package var id: UInt32
  package var kind: Kind
  /// Types above this one, which are as many as `ancestors` has.
  package var depth: UInt32
  /// Ids of the types above, the topmost first: a type is below another when it names it at its depth.
  package var ancestors: UnsafePointer<UInt32>
  /// Of a structure all of them, of an array its element.
  package var fields: UnsafePointer<FieldLayout>
  package var fieldCount: UInt32
  /// Of a structure's payload, or of one element.
  package var byteCount: UInt32
  /// Where a structure's payload has references.
  package var referenceOffsets: UnsafePointer<UInt32>
  package var referenceCount: UInt32
  /// Where a structure with a descriptor has it, behind its fields.
  package var descriptorOffset: UInt32
  package var hasDescriptor: Bool

  package init(
    id: UInt32, kind: Kind, ancestors: [UInt32], fields: [FieldLayout], byteCount: UInt32,
    descriptorOffset: UInt32? = nil
  ) {
    self.id = id
    self.kind = kind
    self.byteCount = byteCount
    depth = UInt32(ancestors.count)
    self.ancestors = Self.copy(ancestors)
    fieldCount = UInt32(fields.count)
    self.fields = Self.copy(fields)
    self.descriptorOffset = descriptorOffset ?? 0
    hasDescriptor = descriptorOffset != nil
    var references = fields.filter { $0.storage == .reference }.map(\.offset)
    if let descriptorOffset { references.append(descriptorOffset) }
    referenceCount = UInt32(references.count)
    referenceOffsets = Self.copy(references)
  }

  /// Frees what the record points to.
  package func deallocate() {
    ancestors.deallocate()
    fields.deallocate()
    referenceOffsets.deallocate()
  }

  private static func copy<T: BitwiseCopyable>(_ values: [T]) -> UnsafePointer<T> {
    let copy = UnsafeMutablePointer<T>.allocate(capacity: max(values.count, 1))
    copy.initialize(from: values, count: values.count)
    return UnsafePointer(copy)
  }
}

extension UnsafePointer<TypeRecord> {
  /// Whether the type is the other one or below it.
  @inline(__always) package func isSubtype(of other: UnsafePointer<TypeRecord>) -> Bool {
    if self == other { return true }
    let depth = other.pointee.depth
    return pointee.depth > depth && pointee.ancestors[Int(depth)] == other.pointee.id
  }
}

/// An object by its address. Eight bytes before it stand the element count and the mark of the collection
/// that last found it alive; at it the type's record, null in a free cell; then the payload.
package struct HeapObject: BitwiseCopyable {
  package let address: UnsafeMutableRawPointer

  @inline(__always) package init(address: UnsafeMutableRawPointer) { self.address = address }

  /// The object that a reference refers to, nil when it refers to something else or nothing.
  @inline(__always) package init?(_ reference: UInt64) {
    guard Self.isObject(reference) else { return nil }
    address = UnsafeMutableRawPointer(bitPattern: UInt(reference)).unsafelyUnwrapped
  }

  @inline(__always) package static func isObject(_ reference: UInt64) -> Bool { reference & 15 == 8 }

  /// Bytes of a cell before the payload.
  package static let headerByteCount = 16
  /// From the object's address to its payload.
  package static let payloadOffset = 8

  @inline(__always) package var reference: UInt64 { UInt64(UInt(bitPattern: address)) }

  @inline(__always) package var type: UnsafePointer<TypeRecord>? {
    get { address.load(as: UnsafePointer<TypeRecord>?.self) }
    nonmutating set { address.storeBytes(of: newValue, as: UnsafePointer<TypeRecord>?.self) }
  }

  /// Elements of an array, slots of an exception's values.
  @inline(__always) package var count: UInt32 {
    get { (address - 8).load(as: UInt32.self) }
    nonmutating set { (address - 8).storeBytes(of: newValue, as: UInt32.self) }
  }

  @inline(__always) package var mark: UInt32 {
    get { (address - 4).load(as: UInt32.self) }
    nonmutating set { (address - 4).storeBytes(of: newValue, as: UInt32.self) }
  }

  @inline(__always) package var payload: UnsafeMutableRawPointer { address + Self.payloadOffset }

  /// Writes a value's slots to a place in the payload.
  @inline(__always)
  package func write(_ storage: ObjectStorage, at offset: Int, from slots: Slots) {
    let value = slots[0]
    switch storage {
    case .word8:
      payload.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: offset, as: UInt8.self)
    case .word16:
      payload.storeBytes(of: UInt16(truncatingIfNeeded: value), toByteOffset: offset, as: UInt16.self)
    case .word32: payload.storeBytes(of: value.i32, toByteOffset: offset, as: UInt32.self)
    case .word64, .reference: payload.storeBytes(of: value, toByteOffset: offset, as: UInt64.self)
    case .vector:
      payload.storeBytes(of: value, toByteOffset: offset, as: UInt64.self)
      payload.storeBytes(of: slots[1], toByteOffset: offset + 8, as: UInt64.self)
    }
  }
}

/// What making an object takes from its heap. Owned by the heap, at a fixed address.
package struct HeapCells {
  /// By size class the first of a chain of free cells, which are linked by their first word.
  package let free: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  /// The size class for a number of bytes, by that number's multiples of 16.
  package let classes: UnsafePointer<UInt8>
  /// The number of the last collection, which new objects are marked with.
  package var epoch: UInt32

  package init(
    free: UnsafeMutablePointer<UnsafeMutableRawPointer?>, classes: UnsafePointer<UInt8>, epoch: UInt32
  ) {
    self.free = free
    self.classes = classes
    self.epoch = epoch
  }

  /// A free cell of the class; it keeps a null type until it is filled.
  @inline(__always)
  package func take(_ sizeClass: Int) -> HeapObject? {
    guard let cell = free[sizeClass] else { return nil }
    free[sizeClass] = cell.load(as: UnsafeMutableRawPointer?.self)
    return HeapObject(address: cell + 8)
  }
}

/// What a reference refers to, as one bit of a set.
package struct ReferenceKinds: OptionSet, Sendable, BitwiseCopyable {
  package let rawValue: UInt32
  @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let null = ReferenceKinds(rawValue: 1)
  package static let i31 = ReferenceKinds(rawValue: 2)
  package static let host = ReferenceKinds(rawValue: 4)
  package static let function = ReferenceKinds(rawValue: 8)
  package static let structure = ReferenceKinds(rawValue: 16)
  package static let array = ReferenceKinds(rawValue: 32)
  package static let exception = ReferenceKinds(rawValue: 64)

  @inline(__always) package init(of reference: UInt64) {
    if let object = HeapObject(reference) {
      // An object that a reference refers to has a type.
      rawValue = 8 << UInt32(object.type.unsafelyUnwrapped.pointee.kind.rawValue)
    } else if reference == 0 {
      rawValue = 1
    } else {
      rawValue = reference & 3 == 1 ? 2 : reference & 3 == 2 ? 4 : 8
    }
  }
}

/// An unboxed integer of 31 bits: above a tag, so that making one and reading it is a shift.
package enum I31 {
  @inline(__always) package static func reference(_ value: UInt32) -> UInt64 { UInt64(value) << 33 | 1 }
  @inline(__always) package static func signed(_ reference: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: Int64(bitPattern: reference) >> 33)
  }
  @inline(__always) package static func unsigned(_ reference: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: reference >> 33)
  }
}
