/// The handlers of vector instructions. Operand and result vectors are in slots; the lanes' types come from
/// the numerics' parameters. All but those with a scalar result pass the accumulator on.

import WebAssemblyInstructions

extension HandlerSource {
  mutating func vector(_ row: InstructionRow, _ signature: VectorSignature) -> String {
    let name = Self.identifier(row.mnemonic)
    func operand(_ offset: Int) -> String { "slots.vector(code.slot(\(offset)))" }
    switch signature {
    // Not of this family: their handlers are control operations.
    case .constant, .shuffle: return ""
    case .unary: return giving(name, "\(operand(10))")
    case .binary: return giving(name, "\(operand(10)), \(operand(12))")
    case .ternary: return giving(name, "\(operand(10)), \(operand(12)), \(operand(14))")
    case .test: return givingScalar(name, operand(10))
    case .extractLane: return givingScalar(name, "\(operand(10)), code.u16(12)")
    case .shift: return withScalar(name, .i32, ScalarForm.allCases) { "\(operand(10)), \($0)" }
    case .splat:
      return withScalar(name, row.signature!.operands[0], ScalarForm.withoutImmediate) { $0 }
    case .replaceLane:
      return withScalar(name, row.signature!.operands[1], ScalarForm.withoutImmediate) {
        "\(operand(10)), \($0), code.u16(14)"
      }
    case .load, .loadLane, .store, .storeLane: return access(name, signature, row.width!)
    }
  }

  private mutating func giving(_ name: String, _ operands: String, form: String = "", size: Int = 16)
    -> String
  {
    handler(
      name + form,
      """
        slots.setVector(code.slot(8), Numerics.\(name)(\(operands)))
        return proceed(code + 16, slots, accumulator, memory, context)
      """)
  }

  private mutating func givingScalar(_ name: String, _ operands: String) -> String {
    var text = ""
    for toSlot in [true, false] {
      text += handler(
        "\(name)_\(toSlot ? "s" : "a")",
        """
          let result = bits(Numerics.\(name)(\(operands)))
        \(toSlot ? "  slots[code.slot(8)] = result\n" : "")  return proceed(code + 16, slots, result, memory, context)
        """)
    }
    return text
  }

  /// The scalar's slot or immediate is at offset 12.
  private mutating func withScalar(
    _ name: String, _ type: ValueType, _ forms: [ScalarForm], _ operands: (String) -> String
  ) -> String {
    var text = ""
    for form in forms {
      let scalar =
        switch form {
        case .slot: "slots.\(type)(code.slot(12))"
        case .accumulator: "accumulator.\(type)"
        case .immediate: "code.immediate_\(type)(12)"
        }
      text += giving(name, operands(scalar), form: ["_s", "_a", "_i"][form.rawValue])
    }
    return text
  }

  /// Fields are those of scalar accesses; the lane forms have a word with the vector's slot at 20 and the
  /// lane at 22.
  private mutating func access(_ name: String, _ signature: VectorSignature, _ byteCount: Int) -> String {
    let hasLane = signature == .loadLane || signature == .storeLane
    var text = ""
    for form in AddressForm.allCases {
      let hasImmediate = form == .slotImmediate || form == .accumulatorImmediate
      let size = hasImmediate || hasLane ? 24 : 16
      let action =
        switch signature {
        case .load: "slots.setVector(code.slot(8), Numerics.\(name)(memory.value(address)))"
        case .loadLane:
          "slots.setVector(\n    code.slot(8),"
            + " Numerics.\(name)(memory.value(address), slots.vector(code.slot(20)), code.u16(22)))"
        case .store: "memory.setValue(address, Numerics.\(name)(slots.vector(code.slot(10))))"
        default:
          "memory.setValue(address, Numerics.\(name)(slots.vector(code.slot(20)), code.u16(22)))"
        }
      let givesVector = signature == .load || signature == .loadLane
      text += handler(
        "\(name)_\(Self.code(form))",
        """
          let address = \(Self.address(form, at: givesVector ? 10 : 8))
        \(Self.boundsCheck(byteCount))
          \(action)
          return proceed(code + \(size), slots, accumulator, memory, context)
        """)
    }
    return text
  }
}
