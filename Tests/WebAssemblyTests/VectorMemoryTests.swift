// Vector loads and stores: what they read and write, through every form of address, and where they trap.

import Testing
import WebAssembly

@Suite struct VectorMemoryTests {
  struct Access: Sendable, CustomTestStringConvertible {
    var mnemonic: String
    var byteCount: Int
    /// The vector that the bytes give; for lanes, with lane `lane` of `other`.
    var meaning: @Sendable ([UInt8], Vector) -> Vector = { _, other in other }
    var lane: Int?

    var testDescription: String { mnemonic + (lane.map { " \($0)" } ?? "") }
  }

  static func number(_ bytes: some Collection<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  static let loads: [Access] =
    [Access(mnemonic: "v128.load", byteCount: 16, meaning: { bytes, _ in Vector(bytes: bytes) })]
    + [8, 16, 32].flatMap { width in
      ["s", "u"].map { sign in
        Access(
          mnemonic: "v128.load\(width)x\(64 / width)_\(sign)", byteCount: 8,
          meaning: { bytes, _ in
            let lanes = stride(from: 0, to: 8, by: width / 8).map { number(bytes[$0..<$0 + width / 8]) }
            return Vector(
              2 * width, lanes.map { sign == "s" ? truncated(signed($0, width), 2 * width) : $0 })
          })
      }
    }
    + [8, 16, 32, 64].map { width in
      Access(
        mnemonic: "v128.load\(width)_splat", byteCount: width / 8,
        meaning: { bytes, _ in Vector(width, Array(repeating: number(bytes), count: 128 / width)) })
    }
    + [32, 64].map { width in
      Access(
        mnemonic: "v128.load\(width)_zero", byteCount: width / 8,
        meaning: { bytes, _ in Vector(64, [number(bytes), 0]) })
    }

  static let loadLanes: [Access] = [8, 16, 32, 64].flatMap { width in
    (0..<128 / width).map { lane in
      Access(
        mnemonic: "v128.load\(width)_lane", byteCount: width / 8,
        meaning: { bytes, other in
          var result = other
          result.bytes.replaceSubrange(lane * width / 8..<(lane + 1) * width / 8, with: bytes)
          return result
        }, lane: lane)
    }
  }

  static let stores: [Access] =
    [Access(mnemonic: "v128.store", byteCount: 16)]
    + [8, 16, 32, 64].flatMap { width in
      (0..<128 / width).map { Access(mnemonic: "v128.store\(width)_lane", byteCount: width / 8, lane: $0) }
    }

  /// Ways to form an address: each makes the translator choose another form of the access. The parameters
  /// are two numbers whose sum, with the offset, is the address; `%` stands for the access.
  static let forms: [(name: String, offset: Int, address: String)] = [
    ("slot", 0, "(local.get 2)"),
    ("slot and offset", 40, "(local.get 2)"),
    ("far offset", 70_000, "(local.get 2)"),
    ("accumulator", 8, "(i32.sub (local.get 2) (i32.const 0))"),
    ("sum", 16, "(i32.add (local.get 0) (local.get 1))"),
    ("sum, far", 70_000, "(i32.add (local.get 0) (local.get 1))"),
    ("result and slot", 4, "(i32.add (i32.mul (local.get 0) (i32.const 1)) (local.get 1))"),
    ("slot and immediate", 24, "(i32.add (local.get 3) (i32.const 5))"),
    ("result and immediate", 70_000, "(i32.add (i32.mul (local.get 3) (i32.const 1)) (i32.const 5))"),
  ]

  /// Locals: two parts of the base, the base, the base less 5.
  static func prologue(_ form: (name: String, offset: Int, address: String)) -> String {
    "(local i32 i32) (local.set 2 (i32.add (local.get 0) (local.get 1)))"
      + "(local.set 3 (i32.sub (local.get 2) (i32.const 5)))"
  }

  static let memorySize = 0x20000

  static func arguments(_ address: Int, _ offset: Int) -> [Value] {
    let base = UInt32(truncatingIfNeeded: address - offset)
    return [.i32(base &- 1000), .i32(1000 as UInt32)]
  }

  static func memory(_ instance: TestInstance) throws -> Memory {
    guard case .memory(let memory)? = instance.instance.export("memory") else {
      throw MissingExport(name: "memory")
    }
    return memory
  }

  static let pattern: [UInt8] = (0..<40).map { UInt8(truncatingIfNeeded: 0x91 &+ $0 &* 37) }
  static let other = Vector(bytes: (0..<16).map { 0xF0 ^ $0 * 3 })

  @Test(arguments: loads + loadLanes) func aLoadReadsItsBytesAndNoneBeyondTheEnd(_ access: Access) throws {
    let lane = access.lane.map { " \($0)" } ?? ""
    let vector = access.lane == nil ? "" : "(global.get $other)"
    let functions = Self.forms.map { form in
      """
      (func (export "\(form.name)") (param i32 i32) (result v128) \(Self.prologue(form))
        (\(access.mnemonic) offset=\(form.offset)\(lane) \(form.address) \(vector)))
      """
    }
    let words = Self.other.lanes(64).map { Int64(bitPattern: $0) }
    let instance = try TestInstance(
      """
      (module (memory (export "memory") 2)
        (global $other v128 (v128.const i64x2 \(words[0]) \(words[1])))
        \(functions.joined(separator: "\n")))
      """)
    let memory = try Self.memory(instance)
    for form in Self.forms {
      for address in [70_001, 70_008, Self.memorySize - access.byteCount] {
        let count = min(Self.pattern.count, Self.memorySize - address)
        #expect(memory.write(Self.pattern.prefix(count), at: UInt64(address)))
        let expected = access.meaning(Array(Self.pattern.prefix(access.byteCount)), Self.other)
        let result = try instance.call(form.name, Self.arguments(address, form.offset))
        #expect(result == [expected.value], "\(form.name) at \(address)")
      }
      for address in [Self.memorySize - access.byteCount + 1, Self.memorySize, 0xFFFF_FFFF] {
        let error = #expect(throws: Trap.self) {
          try instance.call(form.name, Self.arguments(address, form.offset))
        }
        #expect(error?.kind == .outOfBoundsMemoryAccess, "\(form.name) at \(address)")
      }
    }
  }

  @Test(arguments: stores) func aStoreWritesItsBytesAndNothingWhenItTraps(_ access: Access) throws {
    let lane = access.lane.map { " \($0)" } ?? ""
    let functions = Self.forms.map { form in
      """
      (func (export "\(form.name)") (param i32 i32) \(Self.prologue(form))
        (\(access.mnemonic) offset=\(form.offset)\(lane) \(form.address) (global.get $value)))
      """
    }
    let words = Self.other.lanes(64).map { Int64(bitPattern: $0) }
    let instance = try TestInstance(
      """
      (module (memory (export "memory") 2)
        (global $value v128 (v128.const i64x2 \(words[0]) \(words[1])))
        \(functions.joined(separator: "\n")))
      """)
    let memory = try Self.memory(instance)
    let start = (access.lane ?? 0) * access.byteCount
    let written = Array(Self.other.bytes[start..<start + access.byteCount])
    for form in Self.forms {
      for address in [70_001, 70_008, Self.memorySize - access.byteCount] {
        let window = UInt64(address - 8)
        let count = min(40, Self.memorySize - Int(window))
        var expected = Array(Self.pattern.prefix(count))
        #expect(memory.write(expected, at: window))
        _ = try instance.call(form.name, Self.arguments(address, form.offset))
        expected.replaceSubrange(8..<8 + access.byteCount, with: written)
        #expect(memory.read(at: window, count: count) == expected, "\(form.name) at \(address)")
      }
      let end = Array(Self.pattern.prefix(16))
      #expect(memory.write(end, at: UInt64(Self.memorySize - 16)))
      for address in [Self.memorySize - access.byteCount + 1, Self.memorySize, 0xFFFF_FFFF] {
        let error = #expect(throws: Trap.self) {
          try instance.call(form.name, Self.arguments(address, form.offset))
        }
        #expect(error?.kind == .outOfBoundsMemoryAccess, "\(form.name) at \(address)")
      }
      #expect(memory.read(at: UInt64(Self.memorySize - 16), count: 16) == end)
    }
  }
}
