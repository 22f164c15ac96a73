/// The handlers that read and write objects of the garbage-collected types, and those of casts and i31.

import WebAssemblyInstructions

extension HandlerSource {
  /// The handlers of an instruction on objects; empty for other rows and for those that share a family.
  mutating func objectHandlers(_ index: Int, _ row: InstructionRow) -> String {
    switch row.opcode {
    case .structGet, .structGetS, .structGetU:
      return shared(index, "structGet") { source, name in source.reads(name, Self.field) }
    case .arrayGet, .arrayGetS, .arrayGetU:
      return shared(index, "arrayGet") { source, name in source.elementReads(name) }
    case .structSet:
      return shared(index, "structSet") { source, name in source.writes(name, isElement: false) }
    case .arraySet:
      return shared(index, "arraySet") { source, name in source.writes(name, isElement: true) }
    case .arrayLen:
      return shared(index, "arrayLen") { source, name in
        source.unary(name, size: 16) { operand in
          [
            "  let reference = \(operand)", Self.nullCheck("nullArrayReference"),
            "  let result = bits(elementCount(object(reference)))",
          ]
        }
      }
    case .i31GetS, .i31GetU:
      let meaning = row.opcode == .i31GetS ? "signed" : "unsigned"
      return shared(index, "i31Get_\(meaning)") { source, name in
        source.unary(name, size: 16) { operand in
          [
            "  let reference = \(operand)", Self.nullCheck("nullI31Reference"),
            "  let result = bits(I31.\(meaning)(reference))",
          ]
        }
      }
    case .refTest, .refTestNull:
      return shared(index, "refTest") { source, name in
        source.unary("\(name)_type", size: 24) { ["  let result = bits(hasType(\($0), code))"] }
          + source.unary("\(name)_kind", size: 16) { ["  let result = bits(hasKind(\($0), code))"] }
      }
    case .refCast, .refCastNull:
      return shared(index, "refCast") { source, name in
        source.casts("\(name)_type", "hasType", size: 24) + source.casts("\(name)_kind", "hasKind", size: 16)
      }
    default: return ""
    }
  }

  private static func nullCheck(_ trap: String) -> String {
    "  if reference == 0 { return leave(code, slots, context, trap: .\(trap)) }"
  }

  private static func boundsCheck(_ index: String) -> String {
    """
      let array = object(reference)
      let index = \(index)
      if index >= elementCount(array) { return leave(code, slots, context, trap: .outOfBoundsArrayAccess) }
    """
  }

  /// The four forms of an operation on one operand: from a slot or the accumulator, to a slot or not.
  private mutating func unary(_ name: String, size: Int, _ lines: (_ operand: String) -> [String]) -> String {
    var text = ""
    for (form, operand) in [("s", "slots[code.slot(10)]"), ("a", "accumulator")] {
      for toSlot in [true, false] {
        var lines = lines(operand)
        if toSlot { lines.append("  slots[code.slot(8)] = result") }
        lines.append("  return proceed(code + \(size), slots, result, memory, context)")
        text += handler("\(name)_\(form)_\(toSlot ? "s" : "a")", lines.joined(separator: "\n"))
      }
    }
    return text
  }

  /// A cast checks its operand and leaves it where it is.
  private mutating func casts(_ name: String, _ check: String, size: Int) -> String {
    var text = ""
    for (form, operand) in [("s", "slots[code.slot(10)]"), ("a", "accumulator")] {
      let body = """
          if !\(check)(\(operand), code) { return leave(code, slots, context, trap: .castFailure) }
          return proceed(code + \(size), slots, accumulator, memory, context)
        """
      text += handler("\(name)_\(form)", body)
    }
    return text
  }

  private static func expression(_ read: FieldRead, _ base: String, at address: String) -> String {
    switch read {
    case .unsigned8, .unsigned16, .word32, .word64:
      "\(base).zeroExtended(\(address), UInt\(read.byteCount * 8).self)"
    case .signed8, .signed16: "\(base).signExtended32(\(address), Int\(read.byteCount * 8).self)"
    case .vector: "\(base).loadUnaligned(fromByteOffset: Int(\(address)), as: SIMD2<UInt64>.self)"
    }
  }

  /// A structure's field: the operand is the structure.
  private static func field(_ read: FieldRead, _ operand: String) -> [String] {
    [
      "  let reference = \(operand)", nullCheck("nullStructureReference"),
      "  let result = \(expression(read, "object(reference)", at: "UInt(code.u32(12))"))",
    ]
  }

  /// An array's element: the operand is the index, the array is in a slot.
  private static func element(_ read: FieldRead, _ operand: String) -> [String] {
    let address = "UInt(index) &* \(read.byteCount) &+ 8"
    return [
      "  let reference = slots[code.slot(10)]", nullCheck("nullArrayReference"),
      boundsCheck("\(operand).i32"), "  let result = \(expression(read, "array", at: address))",
    ]
  }

  private mutating func elementReads(_ name: String) -> String {
    reads(name) { read, operand in
      Self.element(read, operand.replacing("code.slot(10)", with: "code.slot(12)"))
    }
  }

  private mutating func reads(_ name: String, _ lines: (FieldRead, String) -> [String]) -> String {
    var text = ""
    for read in FieldRead.allCases where read != .vector {
      text += unary("\(name)_\(read)", size: 16) { lines(read, $0) }
    }
    var body = lines(.vector, "slots[code.slot(10)]")
    body.append("  slots.setVector(code.slot(8), result)")
    body.append("  return proceed(code + 16, slots, accumulator, memory, context)")
    return text + handler("\(name)_vector", body.joined(separator: "\n"))
  }

  private mutating func writes(_ name: String, isElement: Bool) -> String {
    var text = ""
    for write in FieldWrite.allCases {
      let valueSlot = "code.slot(\(isElement ? 12 : 10))"
      let isVector = write == .vector
      for form in isVector ? ["s"] : ["s", "a"] {
        let value = form == "s" ? "slots[\(valueSlot)]" : "accumulator"
        var lines = ["  let reference = slots[code.slot(8)]"]
        let base: String
        let address: String
        if isElement {
          lines += [Self.nullCheck("nullArrayReference"), Self.boundsCheck("slots.i32(code.slot(10))")]
          base = "array"
          address = "UInt(index) &* \(write.byteCount) &+ 8"
        } else {
          lines.append(Self.nullCheck("nullStructureReference"))
          base = "object(reference)"
          address = "UInt(code.u32(12))"
        }
        if isVector {
          lines.append("  let value = slots.vector(\(valueSlot), as: SIMD2<UInt64>.self)")
          lines.append(
            "  \(base).storeBytes(of: value, toByteOffset: Int(\(address)), as: SIMD2<UInt64>.self)")
        } else {
          lines.append("  \(base).store(\(address), \(value), UInt\(write.byteCount * 8).self)")
        }
        lines.append("  return proceed(code + 16, slots, accumulator, memory, context)")
        text += handler("\(name)_\(write)_\(form)", lines.joined(separator: "\n"))
      }
    }
    return text
  }
}
