// Structures, arrays and i31: what is written is read back, and what cannot be done traps.

import Testing
import WebAssembly

@Suite struct AggregateObjectTests {
  /// A field's type, what is written, the read instruction and its type, and what is read.
  static let fields: [(storage: String, value: String, suffix: String, type: String, result: Value)] = [
    ("i8", "(i32.const 0x1ff)", "_u", "i32", .i32(UInt32(255))),
    ("i8", "(i32.const 0x180)", "_s", "i32", .i32(Int32(-128))),
    ("i16", "(i32.const 0x1ffff)", "_u", "i32", .i32(UInt32(65535))),
    ("i16", "(i32.const 0x8000)", "_s", "i32", .i32(Int32(-32768))),
    ("i32", "(i32.const -5)", "", "i32", .i32(Int32(-5))),
    ("i64", "(i64.const -5)", "", "i64", .i64(Int64(-5))),
    ("f32", "(f32.const 1.5)", "", "f32", .f32(1.5)),
    ("f64", "(f64.const nan:0x123)", "", "f64", .f64(bits: 0x7FF0_0000_0000_0123)),
    ("v128", "(v128.const i64x2 3 4)", "", "v128", .v128(low: 3, high: 4)),
    ("externref", "(ref.null extern)", "", "externref", .reference(.null, type: .externref)),
  ]

  /// The field or element stands between others, which must stay what they are.
  @Test(arguments: fields.indices)
  func whatIsWrittenIsReadBack(index: Int) throws {
    let (storage, value, suffix, type, result) = Self.fields[index]
    let instance = try TestInstance(
      """
      (module
        (type $s (struct (field i8) (field $x (mut \(storage))) (field $after i64)))
        (type $a (array (mut \(storage))))
        (func (export "made") (result \(type) i64) (local $o (ref null $s))
          (local.set $o (struct.new $s (i32.const 1) \(value) (i64.const 77)))
          (struct.get\(suffix) $s $x (local.get $o)) (struct.get $s $after (local.get $o)))
        (func (export "set") (result \(type) i64) (local $o (ref null $s))
          (local.set $o (struct.new_default $s))
          (struct.set $s $x (local.get $o) \(value))
          (struct.get\(suffix) $s $x (local.get $o)) (struct.get $s $after (local.get $o)))
        (func (export "element") (param $i i32) (result \(type)) (local $o (ref null $a))
          (local.set $o (array.new_default $a (i32.const 7)))
          (array.set $a (local.get $o) (i32.const 3) \(value))
          (array.get\(suffix) $a (local.get $o) (local.get $i)))
        (func (export "fixed") (result \(type))
          (array.get\(suffix) $a (array.new_fixed $a 2 \(value) \(value)) (i32.const 1)))
        (func (export "filled") (result \(type))
          (array.get\(suffix) $a (array.new $a \(value) (i32.const 9)) (i32.const 8))))
      """)
    #expect(try instance.call("made") == [result, .i64(Int64(77))])
    #expect(try instance.call("set") == [result, .i64(Int64(0))])
    #expect(try instance.call("element", [.i32(Int32(3))]) == [result])
    #expect(try instance.call("element", [.i32(Int32(4))]) != [result] || storage == "externref")
    #expect(try instance.call("fixed") == [result])
    #expect(try instance.call("filled") == [result])
  }

  static let traps: [(name: String, body: String, kind: TrapKind)] = [
    ("a field of null", "(drop (struct.get $s 0 (ref.null $s)))", .nullStructureReference),
    ("writing one", "(struct.set $s 0 (ref.null $s) (i32.const 1))", .nullStructureReference),
    ("an element of null", "(drop (array.get $a (ref.null $a) (i32.const 0)))", .nullArrayReference),
    ("writing one", "(array.set $a (ref.null $a) (i32.const 0) (i64.const 0))", .nullArrayReference),
    ("the length of null", "(drop (array.len (ref.null array)))", .nullArrayReference),
    (
      "filling null", "(array.fill $a (ref.null $a) (i32.const 0) (i64.const 0) (i32.const 0))",
      .nullArrayReference
    ),
    (
      "copying from null",
      "(array.copy $a $a (global.get $g) (i32.const 0) (ref.null $a) (i32.const 0) (i32.const 0))",
      .nullArrayReference
    ),
    ("the integer in null", "(drop (i31.get_s (ref.null i31)))", .nullI31Reference),
    ("its unsigned one", "(drop (i31.get_u (ref.null i31)))", .nullI31Reference),
    ("an element at the end", "(drop (array.get $a (global.get $g) (i32.const 4)))", .outOfBoundsArrayAccess),
    (
      "an element at the largest index", "(drop (array.get $a (global.get $g) (i32.const -1)))",
      .outOfBoundsArrayAccess
    ),
    (
      "writing at the end", "(array.set $a (global.get $g) (i32.const 4) (i64.const 0))",
      .outOfBoundsArrayAccess
    ),
    (
      "filling across the end", "(array.fill $a (global.get $g) (i32.const 1) (i64.const 0) (i32.const 4))",
      .outOfBoundsArrayAccess
    ),
    (
      "a count that overflows",
      "(array.fill $a (global.get $g) (i32.const 2) (i64.const 0) (i32.const -1))", .outOfBoundsArrayAccess
    ),
    (
      "copying from across the end",
      "(array.copy $a $a (global.get $g) (i32.const 0) (global.get $g) (i32.const 3) (i32.const 2))",
      .outOfBoundsArrayAccess
    ),
    (
      "copying to across the end",
      "(array.copy $a $a (global.get $g) (i32.const 3) (global.get $g) (i32.const 0) (i32.const 2))",
      .outOfBoundsArrayAccess
    ),
    (
      "more bytes than the segment has", "(drop (array.new_data $a $d (i32.const 1) (i32.const 2)))",
      .outOfBoundsMemoryAccess
    ),
    (
      "far more", "(drop (array.new_data $a $d (i32.const 0) (i32.const -1)))", .outOfBoundsMemoryAccess
    ),
    (
      "bytes of a dropped segment",
      "(data.drop $d) (array.init_data $a $d (global.get $g) (i32.const 0) (i32.const 0) (i32.const 1))",
      .outOfBoundsMemoryAccess
    ),
    (
      "more references than the segment has",
      "(drop (array.new_elem $f $e (i32.const 1) (i32.const 2)))", .outOfBoundsTableAccess
    ),
    (
      "an array that is no address space can hold", "(drop (array.new_default $a (i32.const -1)))",
      .allocationFailure
    ),
    ("another type", "(drop (ref.cast (ref $a) (struct.new $s (i32.const 1))))", .castFailure),
    ("null, where it does not pass", "(drop (ref.cast (ref $s) (ref.null none)))", .castFailure),
    ("another function's type", "(drop (ref.cast (ref $other) (ref.func $id)))", .castFailure),
  ]

  @Test(arguments: traps.indices)
  func whatCannotBeDoneTraps(index: Int) throws {
    let (name, body, kind) = Self.traps[index]
    let instance = try TestInstance(
      """
      (module
        (type $s (struct (field (mut i32))))
        (type $a (array (mut i64)))
        (type $f (array (mut funcref)))
        (type $other (func (result i64)))
        (global $g (ref $a) (array.new $a (i64.const 5) (i32.const 4)))
        (data $d "0123456789abcdef")
        (elem $e funcref (ref.func $id) (ref.func $id))
        (func $id (export "id"))
        (func (export "f") \(body)))
      """)
    #expect("\(name)") {
      try instance.call("f")
    } throws: { error in
      let trap = error as? Trap
      return trap?.kind == kind && trap?.backtrace.count == 1
    }
  }

  @Test func overlappingCopiesMoveElementsAsIfThroughACopy() throws {
    let instance = try TestInstance(
      """
      (module
        (type $a (array (mut i16)))
        (func (export "f") (param $to i32) (param $from i32) (param $look i32) (result i32)
          (local $o (ref null $a)) (local $i i32)
          (local.set $o (array.new_default $a (i32.const 100)))
          (loop $fill
            (array.set $a (local.get $o) (local.get $i) (local.get $i))
            (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100))))
          (array.copy $a $a (local.get $o) (local.get $to) (local.get $o) (local.get $from) (i32.const 60))
          (array.get_u $a (local.get $o) (local.get $look))))
      """)
    for (to, from) in [(0, 20), (20, 0), (5, 5), (40, 39)] as [(Int32, Int32)] {
      for look in [0, 19, 20, 59, 60, 79, 99] as [Int32] {
        let expected = look >= to && look < to + 60 ? look - to + from : look
        #expect(try instance.call("f", [.i32(to), .i32(from), .i32(look)]) == [.i32(expected)])
      }
    }
  }

  @Test func i31KeepsThirtyOneBits() throws {
    let instance = try TestInstance(
      """
      (module
        (func (export "s") (param i32) (result i32) (i31.get_s (ref.i31 (local.get 0))))
        (func (export "u") (param i32) (result i32) (i31.get_u (ref.i31 (local.get 0))))
        (func (export "same") (param i32 i32) (result i32)
          (ref.eq (ref.i31 (local.get 0)) (ref.i31 (local.get 1))))
        (func (export "constant") (result i32) (i31.get_s (ref.i31 (i32.const -1)))))
      """)
    for value in [0, 1, -1, 0x3FFF_FFFF, 0x4000_0000, 0x7FFF_FFFF, .min] as [Int32] {
      #expect(try instance.call("s", [.i32(value)]) == [.i32((value << 1) >> 1)])
      #expect(
        try instance.call("u", [.i32(value)]) == [.i32(UInt32(bitPattern: value) & 0x7FFF_FFFF)])
      #expect(try instance.call("same", [.i32(value), .i32(value ^ .min)]) == [.i32(Int32(1))])
      #expect(try instance.call("same", [.i32(value), .i32(value ^ 1)]) == [.i32(Int32(0))])
    }
    #expect(try instance.call("constant") == [.i32(Int32(-1))])
  }

  @Test func constantExpressionsMakeObjectsOfEarlierOnes() throws {
    let instance = try TestInstance(
      """
      (module
        (type $p (struct (field i32) (field v128) (field i8)))
        (type $a (array (ref $p)))
        (global $one (ref $p) (struct.new $p (i32.const 41) (v128.const i64x2 1 2) (i32.const 300)))
        (global $all (ref $a) (array.new_fixed $a 2 (global.get $one) (struct.new_default $p)))
        (global $many (ref $a) (array.new $a (global.get $one) (i32.const 1000)))
        (table $t 3 (ref $p) (struct.new $p (i32.const 8) (v128.const i64x2 0 0) (i32.const 0)))
        (elem $e (ref $p) (global.get $one) (struct.new $p (i32.const 7) (v128.const i64x2 0 0) (i32.const 0)))
        (func (export "f") (result i32 i32 i32 i32 i32 i32)
          (struct.get $p 0 (array.get $a (global.get $all) (i32.const 0)))
          (struct.get_u $p 2 (global.get $one))
          (ref.eq (array.get $a (global.get $many) (i32.const 999)) (global.get $one))
          (struct.get $p 0 (table.get $t (i32.const 2)))
          (struct.get $p 0 (array.get $a (array.new_elem $a $e (i32.const 0) (i32.const 2)) (i32.const 1)))
          (struct.get $p 0 (array.get $a (global.get $all) (i32.const 1)))))
      """)
    #expect(try instance.call("f") == [41, 44, 1, 8, 7, 0].map { .i32(Int32($0)) })
  }

  /// A structure too large for a cell, with references at both ends.
  @Test func aStructureMayHaveThousandsOfFields() throws {
    let count = 5000
    let instance = try TestInstance(
      """
      (module
        (type $s (struct (field (mut anyref))\(String(repeating: " (field (mut i64))", count: count)) (field (mut anyref))))
        (global $g (mut (ref null $s)) (ref.null $s))
        (func (export "make")
          (global.set $g (struct.new_default $s))
          (struct.set $s 0 (global.get $g) (global.get $g))
          (struct.set $s \(count) (global.get $g) (i64.const 12))
          (struct.set $s \(count + 1) (global.get $g) (ref.i31 (i32.const 3))))
        (func (export "look") (result i64 i32 i32)
          (struct.get $s \(count) (global.get $g))
          (i31.get_s (ref.cast (ref i31) (struct.get $s \(count + 1) (global.get $g))))
          (ref.eq (ref.cast eqref (struct.get $s 0 (global.get $g))) (global.get $g))))
      """)
    _ = try instance.call("make")
    #expect(try instance.store.collectGarbage().objectCount == 1)
    #expect(try instance.call("look") == [.i64(Int64(12)), .i32(Int32(3)), .i32(Int32(1))])
  }

  /// Operands that are constants, locals, vectors and results, more of them than an operation lists.
  @Test(arguments: [30, 31, 32, 33, 200, 2000])
  func objectsOfManyOperandsHoldThemInOrder(_ count: Int) throws {
    let kinds = (0..<count).map { $0 % 4 }
    let fields = kinds.map { ["i32", "i8", "v128", "i64"][$0] }
    let operands = kinds.enumerated().map { index, kind in
      switch kind {
      case 0: "(i32.const \(index))"
      case 1: "(local.get 0)"
      case 2: "(v128.const i64x2 \(index) 7)"
      default: "(i64.extend_i32_u (i32.add (local.get 0) (i32.const \(index))))"
      }
    }
    let sum = kinds.enumerated().map { index, kind in
      let get = "(struct.get\(kind == 1 ? "_u" : "") $s \(index) (local.get $o))"
      let long = [
        "(i64.extend_i32_u \(get))", "(i64.extend_i32_u \(get))", "(i64x2.extract_lane 0 \(get))", get,
      ][kind]
      return long + " i64.const \(index + 1) i64.mul i64.add "
    }
    let elements = (0..<count).map { $0 % 2 == 0 ? "(i32.const \($0))" : "(local.get 0)" }
    let instance = try TestInstance(
      """
      (module
        (type $s (struct \(fields.map { "(field \($0))" }.joined()))) (type $a (array i32))
        (func (export "structure") (param i32) (result i64) (local $o (ref null $s))
          (local.set $o (struct.new $s \(operands.joined(separator: " "))))
          (i64.const 0) \(sum.joined()))
        (func (export "array") (param i32) (result i32) (local $o (ref null $a)) (local $i i32) (local $sum i32)
          (local.set $o (array.new_fixed $a \(count) \(elements.joined(separator: " "))))
          (loop $next
            (local.set $sum
              (i32.add (local.get $sum)
                (i32.mul (array.get $a (local.get $o) (local.get $i)) (i32.add (local.get $i) (i32.const 1)))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $i) (array.len (local.get $o)))))
          (local.get $sum)))
      """)
    let structure = kinds.enumerated().map { index, kind in
      [index, 9, index, 9 + index][kind] * (index + 1)
    }.reduce(0, +)
    let array = (0..<count).map { ($0 % 2 == 0 ? $0 : 9) * ($0 + 1) }.reduce(0, +)
    #expect(try instance.call("structure", [.i32(9)]) == [.i64(UInt64(structure))])
    #expect(try instance.call("array", [.i32(9)]) == [.i32(UInt32(truncatingIfNeeded: array))])
  }
}
