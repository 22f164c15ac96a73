// Atomic accesses one by one, against a model that knows only their mnemonics.

import Synchronization
import Testing
import WebAssembly

@Suite struct AtomicTests {
  /// What an access does, read off its mnemonic: `i64.atomic.rmw16.add_u`.
  struct Access: CustomTestStringConvertible, Sendable {
    var mnemonic: String
    var type: String
    var operation: String
    var width: Int

    init(_ mnemonic: String) {
      self.mnemonic = mnemonic
      let parts = mnemonic.split(separator: ".").map(String.init)
      type = parts[0]
      let digits = parts[2].filter(\.isNumber)
      width = Int(digits) ?? (type == "i32" ? 32 : 64)
      let name = parts.last!.replacing("_u", with: "")
      operation = String(name.filter { !$0.isNumber })
    }

    var testDescription: String { mnemonic }
    var mask: UInt64 { UInt64.max >> UInt64(64 - width) }

    /// The result, and what is in the memory then.
    func model(_ former: UInt64, _ a: UInt64, _ b: UInt64) -> (result: UInt64, memory: UInt64) {
      let old = former & mask
      let new: UInt64 =
        switch operation {
        case "load": old
        case "store", "xchg": a
        case "add": old &+ a
        case "sub": old &- a
        case "and": old & a
        case "or": old | a
        case "xor": old ^ a
        default: old == a & mask ? b : old
        }
      return (old, former & ~mask | new & mask)
    }
  }

  static let accesses = InstructionTable.rows.filter { $0.opcode.prefix == 0xFE && $0.opcode.code >= 0x10 }
    .map { Access($0.mnemonic) }

  static let values: [UInt64] = [
    0, 1, .max, 0x8877_6655_4433_2211, 0x0123_4567_89AB_CDEF, 0x8000_0000_8000_8080, 0xFFFF_FFFF_0000_0011,
  ]

  @Test func allAreThere() { #expect(Self.accesses.count == 63) }

  @Test func anAtomicWordIsLaidOutLikeTheWord() {
    #expect(MemoryLayout<Atomic<UInt8>>.size == 1 && MemoryLayout<Atomic<UInt8>>.alignment == 1)
    #expect(MemoryLayout<Atomic<UInt16>>.size == 2 && MemoryLayout<Atomic<UInt16>>.alignment == 2)
    #expect(MemoryLayout<Atomic<UInt32>>.size == 4 && MemoryLayout<Atomic<UInt32>>.alignment == 4)
    #expect(MemoryLayout<Atomic<UInt64>>.size == 8 && MemoryLayout<Atomic<UInt64>>.alignment == 8)
  }

  @Test(arguments: accesses, ["", "shared"]) func doesWhatItsNameSays(access: Access, shared: String) throws {
    let isStore = access.operation == "store"
    let operands = access.operation == "load" ? 0 : access.operation == "cmpxchg" ? 2 : 1
    let type = access.type
    let parameters = String(repeating: "(param \(type))", count: operands)
    let gets = (0..<operands).map { "(local.get \($0))" }.joined()
    let instance = try TestInstance(
      """
      (module (memory (export "m") 1 1 \(shared)) (func (export "f") \(parameters) \(isStore ? "" : "(result \(type))")
        (\(access.mnemonic) offset=8 (i32.const 64) \(gets))))
      """)
    guard case .memory(let memory)? = instance.instance.export("m") else {
      Issue.record("no memory")
      return
    }
    func value(_ bits: UInt64) -> Value {
      type == "i32" ? .i32(UInt32(truncatingIfNeeded: bits)) : .i64(bits)
    }
    // The comparison has equal values often, but for bits that the access does not reach.
    for former in Self.values {
      for a in Self.values + [former, former ^ (access.mask == .max ? 0 : ~access.mask)] {
        for b in operands == 2 ? Self.values : [0] {
          #expect(memory.write((0..<8).map { UInt8(truncatingIfNeeded: former >> ($0 * 8)) }, at: 72))
          let (result, after) = access.model(former, type == "i32" ? a & 0xFFFF_FFFF : a, b)
          let found = try instance.call("f", [value(a), value(b)].prefix(operands).map { $0 })
          #expect(found == (isStore ? [] : [value(result)]))
          #expect(memory.load(UInt64.self, at: 72) == after)
        }
      }
    }
    #expect(memory.load(UInt64.self, at: 64) == 0)
    #expect(memory.load(UInt64.self, at: 80) == 0)
  }

  @Test(arguments: accesses) func trapsOffItsAlignmentAndBounds(access: Access) throws {
    let operands = access.operation == "load" ? 0 : access.operation == "cmpxchg" ? 2 : 1
    let gets = String(repeating: "(\(access.type).const 1)", count: operands)
    let drop = access.operation == "store" ? "" : "(drop)"
    let instance = try TestInstance(
      """
      (module (memory 1 1 shared) (func (export "f") (param i32)
        (\(access.mnemonic) offset=8 (local.get 0) \(gets)) \(drop)))
      """)
    for distance in 1..<8 where distance % (access.width / 8) != 0 {
      #expect { try instance.call("f", [.i32(UInt32(distance))]) } throws: {
        ($0 as? Trap)?.kind == .unalignedAtomic
      }
    }
    #expect { try instance.call("f", [.i32(UInt32(65528))]) } throws: {
      ($0 as? Trap)?.kind == .outOfBoundsMemoryAccess
    }
    _ = try instance.call("f", [.i32(UInt32(65520))])
  }

  @Test func aFenceNeedsNoMemory() throws {
    let instance = try TestInstance(
      "(module (func (export \"f\") (result i32) (atomic.fence) (i32.const 3)))")
    #expect(try instance.call("f") == [.i32(UInt32(3))])
  }
}
