/// Damaged scripts and modules, run as far as they go: nothing may crash or hang. The seed is fixed; the
/// environment variable TOUCHSTONE_FUZZ says how many inputs of each kind (2,000 without it).

import Foundation
import Testing
import WebAssembly
import WebAssemblyScript
import WebAssemblyText

/// SplitMix64: the same numbers on every machine.
private struct FixedGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite struct FuzzTests {
  static let count = ProcessInfo.processInfo.environment["TOUCHSTONE_FUZZ"].flatMap(Int.init) ?? 2000

  /// Scripts that touch every part of the engine, and those of the official suite where it is.
  static let scripts: [String] = {
    var scripts = [
      """
      (module
        (type $t (func (param i32) (result i32)))
        (memory (export "m") 1 3) (data $d "some bytes") (global $g (mut i64) (i64.const 7))
        (table $tab 4 8 funcref) (elem $e (table $tab) (i32.const 1) func $f $g2)
        (func $f (export "f") (param i32) (result i32) (local i64 f64)
          (local.set 1 (i64.extend_i32_s (local.get 0)))
          (block $b (loop $l
            (br_if $b (i32.eqz (local.get 0)))
            (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
            (i32.store offset=4 (i32.and (local.get 0) (i32.const 1023)) (local.get 0))
            (local.set 2 (f64.add (local.get 2) (f64.convert_i32_s (i32.load (i32.const 4)))))
            (br $l)))
          (i32.wrap_i64 (i64.mul (local.get 1) (i64.const 3))))
        (func $g2 (export "g") (param i32) (result i32)
          (i32.add (call_indirect $tab (type $t) (local.get 0) (i32.const 1))
            (select (memory.grow (i32.const 1)) (i32.const 5) (local.get 0))))
        (func (export "h") (param i32) (result i32)
          (block $x (block $y (block $z (br_table $x $y $z (local.get 0))) (return (i32.const 1))) (return (i32.const 2)))
          (memory.init $d (i32.const 8) (i32.const 0) (i32.const 4)) (data.drop $d)
          (memory.copy (i32.const 100) (i32.const 8) (i32.const 50))
          (i32.trunc_sat_f64_s (f64.div (f64.const 1) (f64.convert_i32_u (local.get 0))))))
      (assert_return (invoke "f" (i32.const 10)) (i32.const 30))
      (assert_trap (invoke "h" (i32.const 3)) "x")
      (invoke "g" (i32.const 2))
      """,
      """
      (module (memory 1) (tag $e (param i32 i64))
        (func $thrower (param i32) (throw $e (local.get 0) (i64.const 9)))
        (func (export "f") (param i32) (result i32)
          (block $h (result i32 i64)
            (try_table (catch $e $h) (call $thrower (local.get 0))) (return (i32.const 0)))
          (drop))
        (func (export "v") (param i32) (result i32)
          (i32x4.extract_lane 1 (i32x4.add (i32x4.splat (local.get 0)) (v128.load (i32.const 16)))))
        (func $tail (export "t") (param i32) (result i32)
          (if (result i32) (local.get 0) (then (return_call $tail (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 3)))))
      (assert_return (invoke "f" (i32.const 4)) (i32.const 4))
      (invoke "v" (i32.const 4)) (invoke "t" (i32.const 100))
      """,
      """
      (module (type $s (struct (field (mut i32)) (field i64))) (type $a (array (mut i16)))
        (func (export "f") (param i32) (result i32)
          (local $r (ref null $s)) (local $q (ref null $a))
          (local.set $r (struct.new $s (local.get 0) (i64.const 2)))
          (local.set $q (array.new $a (i32.const 5) (i32.const 10)))
          (array.set $a (local.get $q) (local.get 0) (struct.get $s 0 (local.get $r)))
          (i32.add (array.len (local.get $q)) (ref.test (ref i31) (ref.i31 (local.get 0))))))
      (invoke "f" (i32.const 3)) (invoke "f" (i32.const 30))
      """,
    ]
    if let folder = OfficialSuite.folder {
      for path in OfficialSuite.scripts {
        guard let bytes = FileManager.default.contents(atPath: folder + "/" + path), bytes.count < 20_000
        else {
          continue
        }
        scripts.append(String(decoding: bytes, as: UTF8.self))
      }
    }
    return scripts
  }()

  private static func damage(_ bytes: [UInt8], _ generator: inout FixedGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      guard !bytes.isEmpty else { return bytes }
      let position = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes.remove(at: position)
      case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: position)
      case 4: bytes.removeSubrange(position..<min(bytes.count, position + 8))
      default:
        let source = Int.random(in: 0..<bytes.count, using: &generator)
        bytes.insert(contentsOf: Array(bytes[source..<min(bytes.count, source + 12)]), at: position)
      }
    }
    return bytes
  }

  /// Small limits, so that what loops or grows ends soon.
  private static var limits: StoreLimits {
    var limits = StoreLimits()
    limits.memoryByteCount = 16 << 20
    limits.tableElementCount = 100_000
    limits.stackSlotCount = 1 << 14
    return limits
  }

  @Test func damagedScripts() throws {
    var generator = FixedGenerator(state: 1)
    var readable = 0
    for number in 0..<Self.count {
      let script = Self.scripts[number % Self.scripts.count]
      let text = Self.damage(Array(script.utf8), &generator)
      guard let script = try? Script(text: text) else { continue }
      readable += 1
      var runner = ScriptRunner(
        engine: try StoreEngine(features: .all, limits: Self.limits),
        limits: ScriptLimits(commandTime: .milliseconds(200), fuel: 20_000))
      runner.run(Script(commands: Array(script.commands.prefix(200)))) { _ in }
    }
    #expect(readable > 0)
  }

  @Test func damagedThreads() throws {
    let text = """
      (module $M (memory (export "m") 1 2 shared))
      (thread $A (shared (module $M)) (register "M" $M)
        (module (memory (import "M" "m") 1 2 shared)
          (func (export "sleep") (result i32) (memory.atomic.wait32 (i32.const 4) (i32.const 0) (i64.const 3000000)))
          (func (export "add") (result i64) (i64.atomic.rmw16.add_u offset=8 (i32.const 8) (i64.const 3))))
        (invoke "sleep") (invoke "add") (thread $C (wait $C)) (wait $C))
      (thread $B (shared (module $M)) (register "M" $M)
        (module (memory (import "M" "m") 1 2 shared)
          (func (export "wake") (result i32) (drop (memory.grow (i32.const 1)))
            (memory.atomic.notify (i32.const 4) (i32.const 1))))
        (invoke "wake"))
      (wait $A) (wait $B)
      """
    var generator = FixedGenerator(state: 3)
    var reported = 0
    for _ in 0..<Self.count / 10 {
      guard let script = try? Script(text: Self.damage(Array(text.utf8), &generator)) else { continue }
      var runner = ScriptRunner(
        engine: try StoreEngine(features: .all, limits: Self.limits),
        limits: ScriptLimits(commandTime: .milliseconds(20), fuel: 20_000))
      runner.run(script) { _ in reported += 1 }
    }
    #expect(reported > 0)
  }

  @Test func damagedModules() throws {
    var generator = FixedGenerator(state: 2)
    let modules = Self.scripts.flatMap { text -> [[UInt8]] in
      guard let script = try? Script(text: text) else { return [] }
      return script.commands.compactMap { command in
        guard case .module(let module) = command.kind, case .text(let structure) = module.content else {
          return nil
        }
        return structure.encode()
      }
    }
    var instantiated = 0
    for number in 0..<Self.count {
      let bytes = Self.damage(modules[number % modules.count], &generator)
      guard let module = try? Module(bytes: bytes, features: .all), (try? module.validate()) != nil else {
        continue
      }
      var engine = try StoreEngine(features: .all, limits: Self.limits)
      engine.store.meter.fuel = 20_000
      engine.store.meter.deadline = Meter.now + 200_000_000
      guard let instance = try? engine.instantiate(module) else { continue }
      instantiated += 1
      engine.register(instance, as: "m")
      for export in module.exports where export.kind == .function {
        guard let function = instance.function(named: export.name) else { continue }
        engine.store.meter.reset()
        let arguments = function.type.parameters.map { type -> Value in
          let bits = UInt64.random(in: 0...UInt64.max, using: &generator)
          return switch type {
          case .i32: .i32(UInt32(truncatingIfNeeded: bits >> UInt64.random(in: 0...63, using: &generator)))
          case .i64: .i64(bits)
          case .f32: .f32(bits: UInt32(truncatingIfNeeded: bits))
          case .f64: .f64(bits: bits)
          case .v128: .v128(low: bits, high: ~bits)
          default: .reference(.null, type: type)
          }
        }
        guard function.type.parameters.allSatisfy(\.isDefaultable) else { continue }
        _ = try? function.call(arguments)
      }
    }
    #expect(instantiated > 0)
  }
}
