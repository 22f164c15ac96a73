// A small fault in a module: what is changed at which instruction.

import WebAssembly

/// One fault at one instruction of a function. The same module has the same faults, in the same order.
package struct Fault: Hashable, Sendable {
  package enum Change: Hashable, Sendable {
    /// Another instruction that takes and gives the same types.
    case instruction(Opcode)
    /// Another constant; its bits.
    case constant(UInt64)
    /// A branch or an `if` that goes one way whatever its condition is.
    case branch(isTaken: Bool)
    /// A condition that `eqz` no longer turns round.
    case negation
    /// A store, a call or a bulk operation that is not done. Where a result is due it is zero.
    case omission
    /// A call of another function of the same type.
    case callee(UInt32)
  }

  /// Its number among all faults of the module, from 0 on.
  package var number: Int
  /// Imports counted first.
  package let function: UInt32
  /// Bytes of the instruction in the module.
  package let place: Range<Int>
  /// Bytes between the beginning of the function's body and the instruction.
  package let offset: Int
  package let instruction: Instruction
  package let change: Change

  package static func == (left: Fault, right: Fault) -> Bool {
    left.function == right.function && left.offset == right.offset && left.change == right.change
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(function)
    hasher.combine(offset)
    hasher.combine(change)
  }
}

extension Fault {
  /// The instruction as the text format writes it.
  package func instructionText(_ name: (UInt32) -> String) -> String {
    InstructionText.text(instruction, name)
  }

  /// What is in its place, in a word without spaces.
  package func changeText(_ name: (UInt32) -> String) -> String {
    switch change {
    case .instruction(let opcode): InstructionText.mnemonic(opcode)
    case .constant(let bits): "const=\(InstructionText.number(bits, instruction.definition.immediate))"
    case .branch(let isTaken): isTaken ? "always" : "never"
    case .negation: "negated"
    case .omission: "dropped"
    case .callee(let function): "call=\(name(function))"
    }
  }

  /// What is in its place, for people.
  package func changeSentence(_ name: (UInt32) -> String) -> String {
    switch change {
    case .instruction(let opcode): InstructionText.mnemonic(opcode)
    case .constant(let bits): InstructionText.number(bits, instruction.definition.immediate)
    case .branch(let isTaken): isTaken ? "always taken" : "never taken"
    case .negation: "left out"
    case .omission: "left out"
    case .callee(let function): "call \(name(function))"
    }
  }
}

/// Instructions as the text format writes them, names of functions in place of their indices.
enum InstructionText {
  static func mnemonic(_ opcode: Opcode) -> String {
    InstructionTable.row(of: opcode).map { InstructionTable.rows[$0].mnemonic } ?? "unknown"
  }

  static func text(_ instruction: Instruction, _ name: (UInt32) -> String) -> String {
    let definition = instruction.definition
    let mnemonic = definition.mnemonic
    switch definition.immediate {
    case .none, .blockType, .labelTable, .valueTypes, .tryTable: return mnemonic
    case .label, .local, .global, .type, .table, .tag, .data, .element: return "\(mnemonic) \(instruction.a)"
    case .function: return "\(mnemonic) \(name(instruction.a))"
    case .typeTable: return "\(mnemonic) (type \(instruction.a))"
    case .i32, .i64, .f32, .f64: return "\(mnemonic) \(number(instruction.value, definition.immediate))"
    case .memoryArgument:
      let memory = instruction.a == 0 ? "" : " \(instruction.a)"
      return mnemonic + memory + (instruction.value == 0 ? "" : " offset=\(instruction.value)")
    default: return mnemonic
    }
  }

  /// A constant by its bits.
  static func number(_ bits: UInt64, _ kind: ImmediateKind) -> String {
    switch kind {
    case .i32: "\(Int32(truncatingIfNeeded: bits))"
    case .i64: "\(Int64(bitPattern: bits))"
    case .f32: "\(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))"
    default: "\(Double(bitPattern: bits))"
    }
  }
}
