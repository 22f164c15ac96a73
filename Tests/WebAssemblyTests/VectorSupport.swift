// Vectors as the tests see them: bytes, lanes, and modules with one function for each instruction.

import Testing
import WebAssembly
import WebAssemblyText

/// A v128 by its bytes, the first lane first.
struct Vector: Hashable, CustomStringConvertible {
  var bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Lanes of `width` bits, of which each has the lowest bits of a number.
  init(_ width: Int, _ lanes: [UInt64]) {
    bytes = lanes.flatMap { lane in (0..<width / 8).map { UInt8(truncatingIfNeeded: lane >> UInt64($0 * 8)) }
    }
    precondition(bytes.count == 16)
  }

  init(_ value: Value) {
    guard case .v128(let low, let high) = value else { preconditionFailure("\(value) is no vector") }
    self.init(64, [low, high])
  }

  func lanes(_ width: Int) -> [UInt64] {
    stride(from: 0, to: 16, by: width / 8).map { start in
      bytes[start..<start + width / 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  var value: Value {
    let words = lanes(64)
    return .v128(low: words[0], high: words[1])
  }

  var description: String {
    "0x" + bytes.reversed().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

/// The lane's number as a two's complement integer.
func signed(_ lane: UInt64, _ width: Int) -> Int64 {
  Int64(bitPattern: lane << UInt64(64 - width)) >> Int64(64 - width)
}

/// The lowest bits of a number.
func truncated(_ number: some BinaryInteger, _ width: Int) -> UInt64 {
  UInt64(truncatingIfNeeded: number) & (.max >> UInt64(64 - width))
}

/// Numbers at which instructions on lanes of a width change what they do, and some in between.
func edges(_ width: Int) -> [UInt64] {
  let top: UInt64 = 1 << UInt64(width - 1)
  let mask: UInt64 = .max >> UInt64(64 - width)
  var numbers: [UInt64] = [0, 1, 2, 3, top, top - 1, top + 1, mask, mask - 1, top / 2, top / 2 - 1]
  numbers += [0x5A5A_5A5A_5A5A_5A5A & mask, 0xA5A5_A5A5_A5A5_A5A5 & mask, 0x0123_4567_89AB_CDEF & mask]
  numbers += width > 8 ? [127, 128, 255, 256, mask - 127, mask - 128, mask - 255] : []
  numbers +=
    width > 16 ? [0x7FFF, 0x8000, 0xFFFF, 0x1_0000, mask - 0x7FFF, mask - 0x8000, mask - 0xFFFF] : []
  numbers += width > 32 ? [0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, mask - 0x7FFF_FFFF] : []
  return numbers
}

/// Pairs of vectors in whose lanes every number meets every other.
func pairs(_ width: Int, _ numbers: [UInt64]) -> [(Vector, Vector)] {
  let count = 128 / width
  var left: [UInt64] = []
  var right: [UInt64] = []
  for a in numbers {
    for b in numbers {
      left.append(a)
      right.append(b)
    }
  }
  while left.count % count != 0 {
    left.append(left[left.count % 7])
    right.append(right[right.count % 5])
  }
  return stride(from: 0, to: left.count, by: count).map { start in
    (Vector(width, Array(left[start..<start + count])), Vector(width, Array(right[start..<start + count])))
  }
}

/// Vectors in whose lanes every number occurs.
func vectors(_ width: Int, _ numbers: [UInt64]) -> [Vector] {
  let count = 128 / width
  return stride(from: 0, to: numbers.count, by: count).map { start in
    Vector(width, (start..<start + count).map { numbers[$0 % numbers.count] })
  }
}

/// One exported function for each instruction, named like it.
struct VectorInstructions {
  let instance: TestInstance

  /// `type` is the parameters, a space and the result: "v128 i32 v128".
  init(_ mnemonics: [String], _ parameters: [String], _ result: String) throws {
    let operands = parameters.indices.map { "(local.get \($0))" }.joined(separator: " ")
    let functions = mnemonics.map { mnemonic in
      """
      (func (export "\(mnemonic)") (param \(parameters.joined(separator: " "))) (result \(result))
        (\(mnemonic) \(operands)))
      """
    }
    instance = try TestInstance("(module \(functions.joined(separator: "\n")))")
  }

  func call(_ mnemonic: String, _ operands: Vector...) throws -> Vector {
    Vector(try instance.call(mnemonic, operands.map(\.value))[0])
  }

  func test(_ mnemonic: String, _ operand: Vector) throws -> UInt32? {
    guard case .i32(let answer) = try instance.call(mnemonic, [operand.value])[0] else { return nil }
    return answer
  }
}
