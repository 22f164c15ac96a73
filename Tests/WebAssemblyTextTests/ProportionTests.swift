/// What comes out is in proportion to what goes in: texts to modules that repeat themselves, and errors to
/// a line, whatever the size of what they are about.

import TestSupport
import Testing
import WebAssembly
import WebAssemblyText

@Suite(.serialized) struct ProportionTests {
  /// The quickest of a few runs, which other work on the machine disturbs least.
  private func quickest(_ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<2 { best = min(best, try seconds(body)) }
    return best
  }

  private static let line = "block local.get 0 i32.const 5 i32.add local.set 1 local.get 1 br_if 0 end "

  private static func functions(_ count: Int, lines: Int) -> String {
    let function = "(func (param i32) (local i32) \(String(repeating: line, count: lines)))\n"
    return "(module\n" + String(repeating: function, count: count) + ")"
  }

  @Test("the same code takes about as long to print in one function as in thousands") func manyFunctions()
    throws
  {
    let one = try module(Self.functions(1, lines: 8_000))
    let many = try module(Self.functions(4_000, lines: 2))
    let reference = try quickest { _ = try one.text() }
    let time = try quickest { _ = try many.text() }
    // It was eighty times.
    #expect(time < reference * 4, "\(time) s instead of \(reference) s")
  }

  /// Modules of a size, each with much of something.
  static let growing: [(name: String, text: @Sendable (Int) -> String)] = [
    ("functions", { Self.functions($0, lines: 3) }),
    ("sections", { size in (0..<size).map { "(@custom \"a\($0)\" \"b\")" }.joined() }),
    ("names", { size in (0..<size).map { "(func $f\($0) (param $p i32) (block $l))" }.joined() }),
    ("globals", { size in (0..<size).map { "(global $g\($0) i32 (i32.const \($0)))" }.joined() }),
    ("exports", { size in "(func)" + (0..<size).map { "(export \"\($0)\" (func 0))" }.joined() }),
    (
      "nesting",
      { "(func " + String(repeating: "block ", count: $0) + String(repeating: "end ", count: $0) + ")" }
    ),
    (
      "a branch table", { "(func block i32.const 0 br_table " + String(repeating: "0 ", count: $0) + " end)" }
    ),
    (
      "branch tables",
      { "(func " + String(repeating: "block i32.const 0 br_table 0 1 0 end ", count: $0) + ")" }
    ),
    ("types", { size in (0..<size).map { "(type (func (param (ref null \($0 / 2)))))" }.joined() }),
    (
      "fields of structures",
      { size in
        "(type $s (struct " + (0..<size / 8).map { "(field $f\($0) i32)" }.joined()
          + "))(func (param (ref $s))"
          + String(repeating: "(drop (struct.get $s 1 (local.get 0)))", count: size / 8) + ")"
      }
    ),
    ("segments", { "(memory 1)" + String(repeating: "(data (i32.const 0) \"abc\")", count: $0) }),
    (
      "elements",
      { "(func) (table 1 funcref) (elem (i32.const 0) func " + String(repeating: "0 ", count: $0) + ")" }
    ),
  ]

  @Test(
    "reading, encoding, decoding and printing take time in proportion to the module",
    arguments: growing.indices)
  func growth(index: Int) throws {
    let make = Self.growing[index].text
    func time(_ size: Int) throws -> Double {
      let text = make(size)
      return try quickest {
        let bytes = try ModuleStructure(text: text).encode()
        let decoded = try ModuleContext.load(bytes).module
        _ = try decoded.text()
      }
    }
    let size = 1_000
    let measured = try measurementsOutOfBounds(of: 3) {
      try (time(size), time(size * 8))
    } isWithinBounds: { small, large in
      // Eight times the size may take 8 times as long and, with caches that no longer suffice, some more; a
      // square would take 64 times as long.
      large < small * 28 + 0.02
    }
    if let measured { Issue.record("\(Self.growing[index].name): \(measured) s") }
  }

  // MARK: - Texts that repeat what the module says once

  private func roundTrip(_ structure: ModuleStructure, longest: Int) throws {
    let text = try structure.text()
    #expect(text.utf8.count < longest, "\(text.utf8.count) bytes of text")
    #expect(try ModuleStructure(text: text) == structure)
  }

  @Test("a long type is not written out at each of its uses") func longType() throws {
    let types = String(repeating: "i32 ", count: 1_000)
    let structure = try module(
      "(type $t (func (param \(types)))) (func (type $t)"
        + String(repeating: "unreachable (block (type $t) unreachable) ", count: 5_000)
        + ")" + String(repeating: "(func (type $t))", count: 2_000))
    try roundTrip(structure, longest: 600_000)
  }

  @Test("long types are written out where parameters have names") func namedParameters() throws {
    let parameters = (0..<40).map { "(param $p\($0) i32)" }.joined(separator: " ")
    let structure = try module("(func \(parameters) (drop (local.get $p39)))")
    #expect(try structure.text().contains("(param $p39 i32)"))
    try roundTrip(structure, longest: 10_000)
  }

  @Test("a name that is too long to be repeated is an annotation") func longName() throws {
    let name = String(repeating: "x", count: 100_000)
    let structure = try module("(func $\(name) " + String(repeating: "call $\(name) ", count: 1_000) + ")")
    try roundTrip(structure, longest: 400_000)
  }

  @Test("locals that few bytes declare and many words print") func manyLocals() throws {
    var structure = ModuleStructure()
    structure.addType(SubType(.function(FunctionType())))
    structure.functions = (0..<100).map { _ in
      FunctionDefinition(
        type: 0, locals: [LocalGroup(count: 50_000, type: .i64)], body: Expression([0x0B]))
    }
    #expect(throws: PrintError.tooManyLocalsOfAll(function: 80)) { try structure.text() }
    structure.functions.removeLast(20)
    #expect(try structure.text().utf8.count < 20_000_000)
  }

  // MARK: - Errors

  private func complaint(_ structure: ModuleStructure) -> String? {
    do {
      _ = try ModuleContext(structure).validateBodies()
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("ten types are listed, the others counted") func manyOperands() throws {
    let structure = try module(
      "(func " + String(repeating: "i32.const 0 ", count: 100_000) + ")")
    let said = try #require(complaint(structure))
    #expect(
      said.hasPrefix(
        "invalid module: type mismatch: block requires [] but stack has "
          + "[i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 … and 99990 more] (in function 0 at byte 0x"))
    let types = String(repeating: "i64 ", count: 1_000)
    for text in [
      "(type $t (func (param \(types)))) (func $f (type $t)) (func call $f)",
      "(type $t (func (result \(types)))) (func (type $t))",
      "(type $t (func (result \(types)))) (func (type $t) (return))",
      "(type $t (func (result \(types)))) (func (block (type $t) unreachable) )",
      "(type $t (func (param \(types)))) (func (block br_table 0 1 (i32.const 0)) (if (type $t) (i32.const 0) (then)))",
      "(type $t (func (result \(types)))) (func $f (type $t) unreachable) (func (return_call $f))",
      "(type $t (func (result \(types)))) (func (block (block (type $t) (br_table 0 1 (i32.const 0)))))",
      "(type $t (func (param \(types)))) (tag $e (type $t)) (func (block (try_table (catch $e 0))))",
      "(type $t (func (result \(types)))) (func (loop (type $t) (br_on_non_null 0 (ref.null func))))",
    ] {
      let message = try #require(complaint(try module(text)), "\(text.suffix(80))")
      #expect(message.utf8.count < 300 && !message.contains("\n"), "\(message.prefix(400))")
    }
  }

  @Test("a name in an error is cut, and says nothing to a terminal") func hostileNames() throws {
    var structure = ModuleStructure()
    structure.addType(SubType(.function(FunctionType())))
    structure.functions = [FunctionDefinition(type: 0, locals: [], body: Expression([0x0B]))]
    let name = "a\u{1B}[31m\n\"\u{202E}" + String(repeating: "é", count: 1_000_000)
    structure.exports = [Export(name, .function, 0), Export(name, .function, 0)]
    let message = try #require(complaint(structure))
    #expect(message.hasPrefix("duplicate export name \"a\\u{1b}[31m\\u{a}\\\"\\u{202e}éé"))
    #expect(message.hasSuffix("é…\"") && message.utf8.count < 300)
  }

  @Test("the line that a text error shows says nothing to a terminal") func hostileLine() throws {
    let error = try #require(fault("(func) ;; \u{1B}[31m\u{202E}\n(func \"\u{1B}[2J\" \u{1B}[0m)"))
    #expect(error.excerpt == "(func \"\u{FFFD}[2J\" \u{FFFD}[0m)")
    for scalar in error.rendered(file: "f").unicodeScalars where scalar != "\n" {
      #expect(scalar.properties.generalCategory != .control)
    }
    let long = try #require(fault("(func " + String(repeating: "é", count: 100_000) + ")"))
    #expect(long.reason.utf8.count < 200 && long.excerpt.utf8.count < 500)
    #expect(!long.reason.contains("\u{FFFD}"))
    let word = try #require(fault("(func (x" + String(repeating: "é", count: 1_000) + "))"))
    #expect(word.reason.utf8.count < 200 && !word.reason.contains("\u{FFFD}"))
  }
}
