// Casts: every way to ask for a type gives the same answer, which the hierarchy alone decides.

import Testing
import WebAssembly

@Suite struct AggregateCastTests {
  static let values = [
    "(ref.null any)", "(ref.i31 (i32.const 3))", "(struct.new $a)", "(struct.new $b (i32.const 1))",
    "(struct.new $c (i32.const 1) (i32.const 2))", "(struct.new $x (i32.const 1))",
    "(array.new_default $v (i32.const 3))", "(any.convert_extern (local.get $host))",
  ]

  /// A target and which of the values are of its type, null passing in nullable ones only.
  static let targets: [(type: String, matches: String)] = [
    ("any", "nisbcxvh"), ("eq", "nisbcxv"), ("i31", "ni"), ("struct", "nsbcx"), ("array", "nv"),
    ("none", "n"), ("$a", "nsbc"), ("$b", "nbc"), ("$c", "nc"), ("$x", "nx"), ("$v", "nv"), ("$w", "n"),
  ]

  @Test(arguments: targets.indices, [true, false])
  func allCastsAgree(index: Int, isNullable: Bool) throws {
    let (type, matches) = Self.targets[index]
    let target = "(ref \(isNullable ? "null " : "")\(type))"
    let functions = Self.values.enumerated().map { number, value in
      """
      (func (export "test\(number)") (param $host externref) (result i32) (ref.test \(target) \(value)))
      (func (export "cast\(number)") (param $host externref) (drop (ref.cast \(target) \(value))))
      (func (export "branch\(number)") (param $host externref) (result i32)
        (block $yes (result \(target))
          (drop (br_on_cast $yes anyref \(target) \(value)))
          (return (i32.const 0)))
        (drop) (i32.const 1))
      (func (export "fail\(number)") (param $host externref) (result i32) (local $kept anyref)
        (local.set $kept \(value))
        (block $no (result anyref)
          (drop (br_on_cast_fail $no anyref \(target) (local.get $kept)))
          (return (i32.const 1)))
        (drop) (i32.const 0))
      """
    }
    let instance = try TestInstance(
      """
      (module
        (type $a (sub (struct)))
        (type $b (sub $a (struct (field i32))))
        (type $c (sub final $b (struct (field i32) (field i32))))
        (type $x (sub $a (struct (field (mut i32)))))
        (type $v (sub (array (mut i32))))
        (type $w (sub $v (array (mut i32))))
        \(functions.joined(separator: "\n")))
      """)
    let host: [Value] = [.reference(.extern(7), type: .externref)]
    for (number, name) in "nisbcxvh".enumerated() {
      let expected = matches.contains(name) && (name != "n" || isNullable)
      let answer: [Value] = [.i32(Int32(expected ? 1 : 0))]
      #expect(try instance.call("test\(number)", host) == answer, "\(name) as \(target)")
      #expect(try instance.call("branch\(number)", host) == answer, "\(name) as \(target)")
      #expect(try instance.call("fail\(number)", host) == answer, "\(name) as \(target)")
      if expected {
        #expect(try instance.call("cast\(number)", host) == [])
      } else {
        #expect {
          try instance.call("cast\(number)", host)
        } throws: {
          ($0 as? Trap)?.kind == .castFailure
        }
      }
    }
  }

  /// Sixty types below each other, and a sibling at each level.
  @Test func everyLevelOfADeepHierarchyIsTold() throws {
    let depth = 60
    let types = (1..<depth).map { level in
      """
      (type $t\(level) (sub $t\(level - 1) (struct)))
      (rec (type $side\(level) (sub $t\(level - 1) (struct))) (type (struct)))
      """
    }
    let tests = (1..<depth).map { level in
      """
      (if (i32.eqz (ref.test (ref $t\(level)) (local.get $o))) (then (return (i32.const \(level)))))
      (if (ref.test (ref $side\(level)) (local.get $o)) (then (return (i32.const -\(level)))))
      """
    }
    let instance = try TestInstance(
      """
      (module
        (type $t0 (sub (struct)))
        \(types.joined(separator: "\n"))
        (func (export "deepest") (result i32) (local $o anyref)
          (local.set $o (struct.new $t\(depth - 1)))
          \(tests.joined(separator: "\n"))
          (i32.const 0))
        (func (export "middle") (result i32) (local $o anyref)
          (local.set $o (struct.new $t30))
          \(tests.joined(separator: "\n"))
          (i32.const 0)))
      """)
    #expect(try instance.call("deepest") == [.i32(Int32(0))])
    #expect(try instance.call("middle") == [.i32(Int32(31))])
  }

  @Test func equalTypesOfTwoModulesAreOneAndOthersAreNot() throws {
    let store = Store()
    let types = """
      (rec (type $n (sub (struct (field i32) (field (ref null $m))))) (type $m (sub (struct (field (ref null $n))))))
      """
    let maker = try TestInstance(
      "(module \(types) (func (export \"make\") (result anyref) (struct.new $n (i32.const 9) (ref.null $m))))",
      store: store)
    let made = try maker.call("make")
    let reader = try TestInstance(
      """
      (module (type $first (func)) \(types)
        (rec (type $o (sub (struct (field i32) (field (ref null $q))))) (type $q (sub (struct (field (ref null $o))))) (type (func)))
        (func (export "read") (param anyref) (result i32)
          (struct.get $n 0 (ref.cast (ref $n) (local.get 0))))
        (func (export "other") (param anyref) (result i32) (ref.test (ref $o) (local.get 0))))
      """, store: store)
    #expect(try reader.call("read", made) == [.i32(Int32(9))])
    #expect(try reader.call("other", made) == [.i32(Int32(0))])
  }

  @Test func conversionsKeepIdentity() throws {
    let instance = try TestInstance(
      """
      (module (type $s (struct))
        (func (export "there") (param externref) (result externref)
          (extern.convert_any (any.convert_extern (local.get 0))))
        (func (export "same") (result i32) (local $o (ref null $s))
          (local.set $o (struct.new $s))
          (ref.eq (local.get $o)
            (ref.cast (ref eq) (any.convert_extern (extern.convert_any (local.get $o)))))))
      """)
    let host: [Value] = [.reference(.extern(1 << 40), type: .externref)]
    #expect(try instance.call("there", host) == host)
    #expect(try instance.call("same") == [.i32(Int32(1))])
  }

  /// Reached instructions count one each, whichever way a cast goes.
  @Test func castsAreCountedExactly() throws {
    let instance = try TestInstance(
      """
      (module (type $s (struct (field i32)))
        (func (export "branch") (param i32) (result i32)
          (block $out (result anyref)
            (drop (br_on_cast $out anyref (ref i31)
              (if (result anyref) (local.get 0)
                (then (ref.i31 (i32.const 1))) (else (struct.new $s (i32.const 1))))))
            (drop (i32.const 1)) (return (i32.const 5)))
          (drop) (i32.const 6))
        (func (export "null") (result i32)
          (drop (i32.const 1))
          (i32.add (struct.get $s 0 (ref.null $s)) (i32.const 8))))
      """)
    // local.get, if, i32.const, ref.i31, br_on_cast, drop, i32.const.
    #expect(instance.count("branch", [.i32(Int32(1))]).count == 7)
    // local.get, if, i32.const, struct.new, br_on_cast, drop, i32.const, drop, i32.const, return.
    #expect(instance.count("branch", [.i32(Int32(0))]).count == 10)
    // i32.const, drop, ref.null, struct.get.
    #expect(instance.count("null").count == 4)
  }
}
