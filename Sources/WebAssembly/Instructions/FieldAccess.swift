/// How handlers read and write the fields of structures and the elements of arrays. The generator lays
/// handlers out in this order, and the translator finds them by it.

/// A read: how many bytes, and how they become a value of the operand stack.
package enum FieldRead: Int, CaseIterable, Sendable {
  case unsigned8
  case signed8
  case unsigned16
  case signed16
  case word32
  case word64
  /// Into two slots, never the accumulator.
  case vector

  /// Handlers of each read but the vector's, which has one.
  package static let formCount = 4

  package var handlerOffset: Int { rawValue * Self.formCount }
  package var byteCount: Int {
    switch self {
    case .unsigned8, .signed8: 1
    case .unsigned16, .signed16: 2
    case .word32: 4
    case .word64: 8
    case .vector: 16
    }
  }
}

/// A write: how many bytes.
package enum FieldWrite: Int, CaseIterable, Sendable {
  case word8
  case word16
  case word32
  case word64
  case vector

  /// Handlers of each write but the vector's, which has one: the value from a slot or the accumulator.
  package static let formCount = 2

  package var handlerOffset: Int { rawValue * Self.formCount }
  package var byteCount: Int { 1 << rawValue }
}
