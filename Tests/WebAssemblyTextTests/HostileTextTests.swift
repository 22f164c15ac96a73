/// Texts made to hurt: each must end in an error or a module, in time linear in its length.

import Testing
import WebAssembly
import WebAssemblyText

@Suite(.serialized) struct HostileTextTests {
  private static func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  /// Texts of about a megabyte with the beginning of the reason, nil where there is nothing wrong.
  static let texts: [(name: String, text: String, reason: String?)] = [
    ("parentheses", repeated("(", 1_000_000), "unexpected token"),
    ("closing parentheses", repeated(")", 1_000_000), "unexpected token"),
    ("functions in functions", repeated("(func ", 150_000), "unexpected token"),
    ("blocks that never end", "(func " + repeated("block ", 150_000), "unexpected token"),
    ("folded blocks that never end", "(func " + repeated("(block ", 150_000), "unexpected token"),
    ("nested blocks", "(func " + repeated("(block ", 100_000) + repeated(")", 100_001), nil),
    (
      "nested operands",
      "(func " + repeated("(i32.eqz ", 100_000) + "(i32.const 0)" + repeated(")", 100_000) + " drop)", nil
    ),
    (
      "nested conditions",
      "(func " + repeated("(if (i32.const 0) (then ", 40_000) + repeated("))", 40_000) + ")", nil
    ),
    (
      "nested legacy handlers",
      "(func " + repeated("(try (do (", 50_000), "unexpected token"
    ),
    (
      "branches to the outermost of many labels",
      "(func block $outer " + repeated("block $x ", 50_000) + repeated("br $outer br $x ", 50_000)
        + repeated("end ", 50_001) + ")", nil
    ),
    ("an open string", "(data \"" + repeated("a", 1_000_000), "unclosed string"),
    ("open strings", repeated("\"\n", 500_000), "unclosed string"),
    ("strings without space", repeated("\"\"", 500_000), "unknown operator"),
    ("an open comment", repeated("(;", 500_000), "unclosed comment"),
    ("comments in comments", repeated("(;", 250_000) + repeated(";)", 250_000), nil),
    ("open annotations", repeated("(@x ", 250_000), "unclosed annotation"),
    ("annotations", repeated("(@custom \"x\")", 80_000), nil),
    ("annotations in a module that ignores them", repeated("(func (@name \"x\"))", 50_000), nil),
    ("a long integer", "(global i32 (i32.const " + repeated("9", 1_000_000) + "))", "constant out of range"),
    ("many zeros", "(global i32 (i32.const " + repeated("0", 1_000_000) + "1))", nil),
    ("a long fraction", "(global f64 (f64.const 0." + repeated("7", 1_000_000) + "))", nil),
    ("a long decimal number", "(global f32 (f32.const " + repeated("7", 1_000_000) + "e-999999))", nil),
    (
      "a long hexadecimal number", "(global f64 (f64.const 0x" + repeated("f", 1_000_000) + "p-4000000))", nil
    ),
    ("a long exponent", "(global f64 (f64.const 1e-" + repeated("9", 1_000_000) + "))", nil),
    ("a long word", repeated("a", 1_000_000), "unknown operator"),
    ("a long identifier", "(func $" + repeated("a", 1_000_000) + ")", nil),
    ("many identifiers", "(module " + (0..<50_000).map { "(func $f\($0))" }.joined() + ")", nil),
    ("many types", (0..<30_000).map { "(type (func (param (ref \($0)))))" }.joined(), nil),
    ("many type uses", repeated("(func (param i32 i64) (result f32) unreachable)", 20_000), nil),
    ("a long branch table", "(func br_table " + repeated("0 ", 500_000) + ")", nil),
    ("many locals", "(func (local " + repeated("i32 i64 ", 100_000) + "))", nil),
    ("many misplaced elements", repeated("(elem ", 150_000), "unexpected token"),
    ("recursion groups", repeated("(rec ", 200_000), "unexpected token"),
    ("references", "(func (param " + repeated("(ref ", 200_000), "unexpected token"),
  ]

  @Test("a megabyte of it", arguments: texts.indices) func large(index: Int) throws {
    let (name, text, reason) = Self.texts[index]
    let bytes = Array(text.utf8)
    var error: TextError?
    let time = seconds { error = fault(bytes) }
    if let reason {
      #expect(error?.reason.hasPrefix(reason) == true, "\(name): \(error?.reason ?? "no fault")")
    } else {
      #expect(error == nil, "\(name)")
    }
    // Far more than it takes on a busy machine, far less than anything quadratic would.
    #expect(time < 40, "\(name) took \(time) s")
  }

  @Test("bytes that are no UTF-8") func invalidUTF8() {
    for byte: UInt8 in [0x80, 0xBF, 0xC0, 0xC1, 0xF5, 0xFF] {
      for text in ["(func ", ";; ", "(; ", "(data \"", "(@x ", "(func $\"a"] {
        let error = fault(Array(text.utf8) + [byte] + Array("\" ;)\n)".utf8))
        #expect(error?.reason == "malformed UTF-8 encoding", "\(text) \(byte)")
      }
    }
    // Overlong forms, surrogates, and numbers beyond the last scalar.
    for sequence: [UInt8] in [
      [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80],
    ] {
      #expect(fault(Array("(data \"".utf8) + sequence + Array("\")".utf8)) != nil)
    }
  }

  @Test("random changes to a module never do worse than an error") func mutations() throws {
    let seed = Array(
      """
      (module $m (@name "n") (@custom "c" (after func) "x")
        (rec (type $s (sub (struct (field $x (mut i32))))) (type $t (sub final $s (struct (field i32 i8)))))
        (import "a" "b" (func $i (param i32) (result (ref null $s))))
        (memory $mem (data "abc\\00\\u{41}")) (table $tab funcref (elem $i))
        (global $g (mut f32) (f32.const -0x1.8p+3)) (tag $e (param i32))
        (func $f (export "f") (param $p i32) (local $l v128)
          (block $b (result i32) (if (local.get $p) (then (br $b (i32.const 0x1_1))) (else nop)) (i32.const -7))
          (local.set $l (v128.const i32x4 1 2 3 4)) drop
          try_table (catch $e 0) (throw $e (i32.const 1)) end
          (@metadata.code.branch_hint "\\01") (br_if 0 (local.get 0))
          (drop (i32.load $mem offset=4 align=2 (i32.const 1))) (call_indirect $tab (param i32) (i32.const 0) (i32.const 1)))
        (start $f) ;; comment
        (data (i32.const 1) "z") (elem declare func $f) (; x ;))
      """.utf8)
    let alphabet = Array("()\"$;@ \n0x_ifelse.\\u{}\u{7f}\u{c3}\u{bc}-+n".utf8) + [0x00, 0x80, 0xFF]
    #expect(fault(seed) == nil)
    var sequence = Sequence64(state: 4)
    var parsed = 0
    for _ in 0..<20_000 {
      var text = seed
      for _ in 0...(sequence.next() % 3) {
        let place = Int(sequence.next() % UInt64(text.count))
        let length = min(Int(sequence.next() % 8), text.count - place)
        switch sequence.next() % 4 {
        case 0: text[place] = alphabet[Int(sequence.next() % UInt64(alphabet.count))]
        case 1: text.removeSubrange(place..<place + length)
        case 2: text.insert(alphabet[Int(sequence.next() % UInt64(alphabet.count))], at: place)
        default:
          let source = Int(sequence.next() % UInt64(text.count - 20))
          text.insert(contentsOf: text[source..<source + 20], at: place)
        }
      }
      guard let structure = try? ModuleStructure(text: text) else { continue }
      parsed += 1
      // What is read can be encoded, decoded and printed.
      let decoded = try ModuleStructure.decode(structure.encode())
      try decoded.checkBodies()
      #expect(decoded == structure)
      #expect(try module(try structure.text()) == structure)
    }
    #expect(parsed > 200)
  }
}
