/// What the tests of the text format share.

import Testing
import WebAssembly
import WebAssemblyText

func module(_ text: String, _ options: TextOptions = TextOptions()) throws -> ModuleStructure {
  try ModuleStructure(text: text, options: options)
}

/// The error for a text that is no module.
func fault(_ text: String, _ options: TextOptions = TextOptions()) -> TextError? {
  fault(Array(text.utf8), options)
}

func fault(_ text: [UInt8], _ options: TextOptions = TextOptions()) -> TextError? {
  do throws(TextError) {
    _ = try ModuleStructure(text: text, options: options)
    return nil
  } catch {
    return error
  }
}

/// The instructions of an expression without the final `end`.
func instructions(_ expression: Expression) throws -> [Instruction] {
  var reader = InstructionReader(expression)
  var instructions: [Instruction] = []
  while !reader.isAtEnd { instructions.append(try reader.next()) }
  return Array(instructions.dropLast())
}

/// The bytes of the first function's body.
func body(_ text: String) throws -> [UInt8] {
  Array(try #require(try module(text).functions.first).body.bytes)
}

/// The only instruction of the first global's initialiser.
func constant(_ type: String, _ literal: String) throws -> Instruction {
  let structure = try module("(global \(type) (\(type).const \(literal)))")
  return try #require(try instructions(structure.globals[0].initializer).first)
}

/// Runs `body` and gives its duration.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let duration = try ContinuousClock().measure { try body() }
  return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

/// A sequence of numbers that is the same in every run (splitmix64).
struct Sequence64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
