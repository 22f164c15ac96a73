/// Making objects and working on whole arrays (Core 4.4.4): what the loop executes of the instructions on
/// garbage-collected types.

extension Execution {
  /// Executes the operation on objects at `code`, laid out as `AggregateOperation` says.
  mutating func aggregate(_ code: Code) throws {
    let slots = context.pointee.slots
    guard let operation = AggregateOperation(rawValue: UInt16(code.slot(12))) else { return }
    func operand(_ index: Int) -> UInt64 { slots[code.slot(40 + index * 2)] }
    func count(_ index: Int) -> UInt32 { operand(index).i32 }
    func setResult(_ value: UInt64) { slots[code.slot(8)] = value }
    func array(_ index: Int) throws -> HeapObject {
      guard let array = HeapObject(operand(index)) else { throw Trap(.nullArrayReference) }
      return array
    }
    let top = slots + code.slot(10)
    let number = code.u32(32)
    switch operation {
    case .functionTest: setResult(bits(isFunction(operand(0), code)))
    case .functionCast: guard isFunction(operand(0), code) else { throw Trap(.castFailure) }
    case .descriptorTest:
      setResult(bits(try hasDescriptor(operand(0), operand(1), passesNull: number & 1 != 0)))
    case .descriptorCast:
      guard try hasDescriptor(operand(0), operand(1), passesNull: number & 1 != 0) else {
        throw Trap(.descriptorCastFailure)
      }
    default: break
    }
    let type = UnsafePointer(code.pointer(16, to: TypeRecord.self))
    switch operation {
    case .structNew:
      let count = Int(type.pointee.fieldCount)
      let descriptor = type.pointee.hasDescriptor ? operand(count) : nil
      let object = try store.allocateStructure(type, descriptor, below: top)
      for index in 0..<count {
        let field = type.pointee.fields[index]
        object.write(field.storage, at: Int(field.offset), from: slots + code.slot(40 + index * 2))
      }
      let reference = store.publish(object, type)
      setResult(reference)
      // The handler leaves it there as well.
      context.pointee.accumulator = reference
    case .structNewDefault:
      let descriptor = type.pointee.hasDescriptor ? operand(0) : nil
      setResult(try store.makeStructure(type, descriptor, below: top))
    case .getDescriptor:
      guard let object = HeapObject(operand(0)) else { throw Trap(.nullReference) }
      setResult(object.descriptor ?? 0)
    case .arrayNew:
      setResult(try store.makeArray(type, count(1), filledFrom: slots + code.slot(40), below: top))
    case .arrayNewDefault: setResult(try store.makeArray(type, count(0), filledFrom: nil, below: top))
    case .arrayNewFixed:
      let count = code.u32(36)
      let object = try store.allocateArray(type, count, below: top)
      let storage = type.pointee.fields[0].storage
      for index in 0..<Int(count) {
        object.write(storage, at: index * storage.byteCount, from: slots + code.slot(40 + index * 2))
      }
      setResult(store.publish(object, type, count: count))
    case .arrayNewData, .arrayNewElement:
      let source = try source(operation, type, Int(number), from: count(0), count: count(1))
      let object = try store.allocateArray(type, count(1), below: top)
      try fill(object, type, at: 0, from: source)
      setResult(store.publish(object, type, count: count(1)))
    case .arrayInitData, .arrayInitElement:
      let array = try array(0)
      try array.check(count(1), count(3))
      try fill(
        array, type, at: count(1),
        from: try source(operation, type, Int(number), from: count(2), count: count(3)))
    case .arrayFill:
      let array = try array(0)
      try array.check(count(1), count(3))
      try store.fill(array, type, at: count(1), count(3), from: slots + code.slot(44))
    case .arrayCopy:
      let (target, source) = (try array(0), try array(2))
      try target.check(count(1), count(4))
      try source.check(count(3), count(4))
      try copy(target, count(1), source, count(3), count(4), Int(type.pointee.byteCount))
    case .functionTest, .functionCast, .descriptorTest, .descriptorCast: break
    }
  }

  private func isFunction(_ reference: UInt64, _ code: Code) -> Bool {
    let flags = code.u32(32)
    guard let function = UnsafePointer<FunctionRecord>(bitPattern: UInt(reference)) else {
      return flags & 1 != 0
    }
    let id = code.u32(16)
    return flags & 2 != 0
      ? function.pointee.typeID == id : TypeRegistry.isSubtype(function.pointee.typeID, of: id)
  }

  private func hasDescriptor(_ reference: UInt64, _ descriptor: UInt64, passesNull: Bool) throws -> Bool {
    guard descriptor != 0 else { throw Trap(.nullDescriptorReference) }
    guard let object = HeapObject(reference) else { return reference == 0 && passesNull }
    return object.descriptor == descriptor
  }

  // MARK: - Segments

  /// A part of a segment, checked to lie within it.
  private enum Source {
    case bytes(ArraySlice<UInt8>)
    case references(ArraySlice<UInt64>)
  }

  private func source(
    _ operation: AggregateOperation, _ type: UnsafePointer<TypeRecord>, _ segment: Int, from start: UInt32,
    count: UInt32
  ) throws -> Source {
    let start = Int(start)
    switch operation {
    case .arrayNewData, .arrayInitData:
      let bytes = instance.liveData[segment] ? instance.module.structure.data[segment].bytes : []
      let byteCount = Int(count) * Int(type.pointee.byteCount)
      guard start + byteCount <= bytes.count else { throw Trap(.outOfBoundsMemoryAccess) }
      let first = bytes.startIndex + start
      return .bytes(bytes[first..<first + byteCount])
    default:
      let references = instance.liveElements[segment] ? instance.elementReferences[segment] : []
      guard start + Int(count) <= references.count else { throw Trap(.outOfBoundsTableAccess) }
      return .references(references[start..<start + Int(count)])
    }
  }

  /// Copies a part of a segment to an array's elements from `index` on, which are there.
  private func fill(
    _ array: HeapObject, _ type: UnsafePointer<TypeRecord>, at index: UInt32, from source: Source
  ) throws {
    let target = array.payload + Int(index) * Int(type.pointee.byteCount)
    func copy(_ bytes: UnsafeRawBufferPointer) throws {
      guard let start = bytes.baseAddress else { return }
      target.copyMemory(from: start, byteCount: bytes.count)
      try store.countHeapWork(bytes.count)
    }
    switch source {
    case .bytes(let bytes): try bytes.withUnsafeBytes(copy)
    case .references(let references): try references.withUnsafeBytes(copy)
    }
  }

  /// Copies elements, which are there, between arrays that may be one and the same.
  private func copy(
    _ target: HeapObject, _ index: UInt32, _ source: HeapObject, _ sourceIndex: UInt32, _ count: UInt32,
    _ size: Int
  ) throws {
    let to = target.payload + Int(index) * size
    let from = source.payload + Int(sourceIndex) * size
    let byteCount = Int(count) * size
    // In parts, from the end when the target overlaps the source from above.
    let isDescending = to > from
    var done = 0
    while done < byteCount {
      let part = min(Heap.workBetweenChecks, byteCount - done)
      let offset = isDescending ? byteCount - done - part : done
      (to + offset).copyMemory(from: from + offset, byteCount: part)
      done += part
      try store.countHeapWork(part)
    }
  }
}
