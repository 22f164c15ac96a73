/// What the vector instructions take and give: generator and translator choose by it how operands are
/// encoded and which forms of a handler exist. It follows from a row's immediates and signature.

package enum VectorSignature: UInt8, Sendable, BitwiseCopyable {
  case constant
  /// One to three vectors, a vector.
  case unary, binary, ternary
  /// Two vectors, and the lanes as an immediate.
  case shuffle
  /// A vector and a shift count; see `ScalarForm`.
  case shift
  /// A vector, an i32.
  case test
  /// A number of the lanes' type, a vector.
  case splat
  case extractLane
  case replaceLane
  /// Memory accesses; the address has the forms of `AddressForm`, the vector is in slots.
  case load, loadLane, store, storeLane
}

/// Where a vector instruction's scalar operand comes from.
package enum ScalarForm: Int, CaseIterable, Sendable {
  case slot
  case accumulator
  /// Only shifts.
  case immediate

  package static let withoutImmediate: [ScalarForm] = [.slot, .accumulator]
}

extension InstructionRow {
  /// Nil for instructions that do not lower to vector handlers.
  package var vectorSignature: VectorSignature? {
    guard case .vector = lowering, let signature else { return nil }
    let operands = signature.operands
    let givesVector = signature.results == [.v128]
    switch immediate {
    case .v128: return .constant
    case .lanes16: return .shuffle
    case .lane: return givesVector ? .replaceLane : .extractLane
    case .memoryArgument: return givesVector ? .load : .store
    case .memoryArgumentLane: return givesVector ? .loadLane : .storeLane
    default: break
    }
    guard givesVector else { return .test }
    let vectorCount = operands.count { $0 == .v128 }
    guard vectorCount == operands.count else { return vectorCount == 0 ? .splat : .shift }
    switch vectorCount {
    case 1: return .unary
    case 2: return .binary
    default: return .ternary
    }
  }
}
