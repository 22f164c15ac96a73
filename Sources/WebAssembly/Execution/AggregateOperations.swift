/// Making objects and working on whole arrays (Core 4.4.4): what the loop executes of the instructions on
/// garbage-collected types.

extension Activation {
  /// Executes an operation on objects, all of which have the same fields.
  mutating func aggregate(_ operation: LoopOperation, _ code: Code) throws {
    let fields = ObjectFields(code)
    let slots = thread.pointee.slots
    func operand(_ index: Int) -> UInt64 { slots[fields.operands(index)] }
    func count(_ index: Int) -> UInt32 { operand(index).i32 }
    func array(_ index: Int) throws -> HeapObject {
      guard let array = HeapObject(operand(index)) else { throw Trap(.nullArrayReference) }
      return array
    }
    /// Goes on behind the operation, with its result where handlers leave it.
    func finish(_ result: UInt64) {
      slots[fields.result] = result
      thread.pointee.code = fields.next
      thread.pointee.accumulator = result
    }
    func finish() { thread.pointee.code = fields.next }
    let top = slots + fields.top
    let number = fields.number
    let type = fields.type
    // Where functions are looked at it is not a record's address but the id of a type.
    let id = UInt32(truncatingIfNeeded: UInt(bitPattern: type))
    switch operation {
    case .functionTest: return finish(bits(isFunction(operand(0), id, number)))
    case .functionCast:
      guard isFunction(operand(0), id, number) else {
        throw Trap(.castFailure)
      }
      return finish()
    case .descriptorTest:
      return finish(bits(try hasDescriptor(operand(0), operand(1), passesNull: number & 1 != 0)))
    case .descriptorCast:
      guard try hasDescriptor(operand(0), operand(1), passesNull: number & 1 != 0) else {
        throw Trap(.descriptorCastFailure)
      }
      return finish()
    default: break
    }
    switch operation {
    case .structNew:
      let count = Int(type.pointee.fieldCount)
      let descriptor = type.pointee.hasDescriptor ? operand(count) : nil
      let object = try store.allocateStructure(type, descriptor, below: top)
      for index in 0..<count {
        let field = type.pointee.fields[index]
        object.write(field.storage, at: Int(field.offset), from: slots + fields.operands(index))
      }
      finish(store.publish(object, type))
    case .structNewLarge: finish(try makeStructure(type, from: slots + fields.operands(0), below: top))
    case .structNewDefault:
      let descriptor = type.pointee.hasDescriptor ? operand(0) : nil
      finish(try store.makeStructure(type, descriptor, below: top))
    case .getDescriptor:
      guard let object = HeapObject(operand(0)) else { throw Trap(.nullReference) }
      finish(object.descriptor ?? 0)
    case .arrayNew:
      finish(try store.makeArray(type, count(1), filledFrom: slots + fields.operands(0), below: top))
    case .arrayNewDefault: finish(try store.makeArray(type, count(0), filledFrom: nil, below: top))
    case .arrayNewFixedLarge:
      finish(try makeArray(type, UInt32(number), from: slots + fields.operands(0), below: top))
    case .arrayNewFixed:
      let count = UInt32(fields.count)
      let object = try store.allocateArray(type, count, below: top)
      let storage = type.pointee.fields[0].storage
      for index in 0..<Int(count) {
        object.write(storage, at: index * storage.byteCount, from: slots + fields.operands(index))
      }
      finish(store.publish(object, type, count: count))
    case .arrayNewData, .arrayNewElement:
      let source = try source(
        isData: operation == .arrayNewData, type, Int(number), from: count(0), count: count(1))
      let object = try store.allocateArray(type, count(1), below: top)
      try fill(object, type, at: 0, from: source)
      finish(store.publish(object, type, count: count(1)))
    case .arrayInitData, .arrayInitElement:
      let array = try array(0)
      try array.check(count(1), count(3))
      try fill(
        array, type, at: count(1),
        from: try source(
          isData: operation == .arrayInitData, type, Int(number), from: count(2), count: count(3)))
      finish()
    case .arrayFill:
      let array = try array(0)
      try array.check(count(1), count(3))
      try store.fill(array, type, at: count(1), count(3), from: slots + fields.operands(2))
      finish()
    case .arrayCopy:
      let (target, source) = (try array(0), try array(2))
      try target.check(count(1), count(4))
      try source.check(count(3), count(4))
      try copy(target, count(1), source, count(3), count(4), Int(type.pointee.byteCount))
      finish()
    default: throw Trap(.unreachable)
    }
  }

  // MARK: - Objects of many operands

  /// A structure of the operands that lie one behind the other from `operands` on, a descriptor behind them.
  private func makeStructure(
    _ type: UnsafePointer<TypeRecord>, from operands: Slots, below top: Slots
  ) throws -> UInt64 {
    let fields = UnsafeBufferPointer(start: type.pointee.fields, count: Int(type.pointee.fieldCount))
    let slotCount = fields.reduce(0) { $0 + $1.storage.slotCount }
    let descriptor = type.pointee.hasDescriptor ? operands[slotCount] : nil
    let object = try store.allocateStructure(type, descriptor, below: top)
    var operand = operands
    for field in fields {
      object.write(field.storage, at: Int(field.offset), from: operand)
      operand += field.storage.slotCount
    }
    return store.publish(object, type)
  }

  /// An array of the operands that lie one behind the other from `operands` on.
  private func makeArray(
    _ type: UnsafePointer<TypeRecord>, _ count: UInt32, from operands: Slots, below top: Slots
  ) throws -> UInt64 {
    let object = try store.allocateArray(type, count, below: top)
    let storage = type.pointee.fields[0].storage
    for index in 0..<Int(count) {
      object.write(storage, at: index * storage.byteCount, from: operands + index * storage.slotCount)
    }
    return store.publish(object, type, count: count)
  }

  /// Whether a reference to a function is of the type with an id; bit 0 of `flags` lets null pass, bit 1
  /// wants exactly that type.
  private func isFunction(_ reference: UInt64, _ id: UInt32, _ flags: Int) -> Bool {
    guard let function = UnsafePointer<FunctionRecord>(bitPattern: UInt(reference)) else {
      return flags & 1 != 0
    }
    return flags & 2 != 0
      ? function.pointee.typeID == id : store.engine.types.isSubtype(function.pointee.typeID, of: id)
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
    isData: Bool, _ type: UnsafePointer<TypeRecord>, _ segment: Int, from start: UInt32, count: UInt32
  ) throws -> Source {
    let start = Int(start)
    if isData {
      let bytes = instance.liveData[segment] ? instance.module.structure.data[segment].bytes : []
      let byteCount = Int(count) * Int(type.pointee.byteCount)
      guard start + byteCount <= bytes.count else { throw Trap(.outOfBoundsMemoryAccess) }
      let first = bytes.startIndex + start
      return .bytes(bytes[first..<first + byteCount])
    } else {
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
