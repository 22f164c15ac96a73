/// Operations of the internal code that no single row of the instruction table lowers to. The case's name
/// is the handler's; `_s` and `_a` say whether an operand or result is in a slot or the accumulator.
package enum ControlOperation: UInt16, CaseIterable, Sendable {
  // Moves.
  case copy
  case storeAccumulator
  case copyVector
  case constant32_s
  case constant32_a
  case constant64_s
  case constant64_a
  case constantVector
  // i8x16.shuffle by the width of what its lanes are made of.
  case shuffle8
  case shuffle16
  case shuffle32
  case zero
  // select: condition, then result.
  case select_s_s
  case select_s_a
  case select_a_s
  case select_a_a
  case selectVector_s
  case selectVector_a
  // Variables.
  case globalGet_s
  case globalGet_a
  case globalGetImported_s
  case globalGetImported_a
  case globalGetVector
  case globalGetVectorImported
  case globalSet_s
  case globalSet_a
  case globalSetImported_s
  case globalSetImported_a
  case globalSetVector
  case globalSetVectorImported
  // Transfers of control.
  case br
  case brTable_s
  case brTable_a
  case call
  case callIndirect_s
  case callIndirect_a
  case callImport
  case callReference_s
  case returnCall
  case return0
  case return1_s
  case return1_a
  case charge
  // Structures with all their fields' values.
  case structNew
  // Ways back to the loop that entered the handlers.
  case unreachable
  case finish
  case crossReturn
  case translate
  case operation
}
