/// The variants of a handler by where operands come from and where the result goes. The generator lays
/// handlers out in this order and the translator finds them by adding a form to a family's first index.

/// Sources of the operands of an instruction with one or two of them.
package enum OperandForm: Int, CaseIterable, Sendable {
  // Also the forms of one operand: `slotSlot` stands for slot, `accumulatorSlot` for accumulator.
  case slotSlot
  case accumulatorSlot
  case slotImmediate
  case accumulatorImmediate
  // Only where exchanging the operands would change the result.
  case slotAccumulator
  case immediateSlot
  case immediateAccumulator

  package static let unary: [OperandForm] = [.slotSlot, .accumulatorSlot]
  package static let commutative: [OperandForm] = [
    .slotSlot, .accumulatorSlot, .slotImmediate, .accumulatorImmediate,
  ]
  /// A conditional branch on two f64 has no room for an immediate.
  package static let withoutImmediate: [OperandForm] = [.slotSlot, .accumulatorSlot]
}

/// How an effective address is formed before the access's static offset is added.
package enum AddressForm: Int, CaseIterable, Sendable {
  case slot
  case accumulator
  /// The 32-bit sum of two slots, of the accumulator and a slot, or of one of them and an immediate.
  case slotSlot
  case accumulatorSlot
  case slotImmediate
  case accumulatorImmediate

  package var usesAccumulator: Bool {
    self == .accumulator || self == .accumulatorSlot || self == .accumulatorImmediate
  }
}

/// Where the value of a store comes from. The accumulator holds either the address or the value.
package enum ValueForm: Int, CaseIterable, Sendable {
  case slot
  case immediate
  case accumulator
}

package enum StoreForm {
  /// All combinations that exist, in handler order.
  package static let all: [(address: AddressForm, value: ValueForm)] = AddressForm.allCases.flatMap {
    address in
    ValueForm.allCases.compactMap { value in
      address.usesAccumulator && value == .accumulator ? nil : (address, value)
    }
  }

  package static func index(_ address: AddressForm, _ value: ValueForm) -> Int {
    all.firstIndex { $0 == (address, value) }!
  }
}

extension OperandForm {
  package var hasImmediate: Bool {
    switch self {
    case .slotSlot, .accumulatorSlot, .slotAccumulator: false
    default: true
    }
  }
}
