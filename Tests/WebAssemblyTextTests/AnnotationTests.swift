/// Annotations: names, custom sections, branch hints.

import Testing
import WebAssembly
import WebAssemblyText

@Suite struct AnnotationTests {
  private func section(_ text: String, _ name: String) throws -> CustomSection {
    try #require(try module(text).customSections.first { $0.name == name })
  }

  @Test("identifiers become names, annotations take precedence") func names() throws {
    let names = NameSection(
      of: try module(
        """
        (module $m
          (type $t (struct (field $x i32) (field (@name "y z") i32)))
          (import "" "" (func $i))
          (func $f (@name "f") (param $a i32) (param (@name "b") i32) (local $c i64)
            (block $l (loop $k (@name "K"))))
          (table $tab 1 funcref) (memory $mem 1) (global $glo i32 (i32.const 0)) (tag $tag)
          (elem $ele func) (data $dat ""))
        """))
    #expect(names.module == "m")
    #expect(names.types == [0: "t"])
    #expect(names.fields == [0: [0: "x", 1: "y z"]])
    #expect(names.functions == [0: "i", 1: "f"])
    #expect(names.locals == [1: [0: "a", 1: "b", 2: "c"]])
    #expect(names.labels == [1: [0: "l", 1: "K"]])
    #expect(names.tables == [0: "tab"])
    #expect(names.memories == [0: "mem"])
    #expect(names.globals == [0: "glo"])
    #expect(names.tags == [0: "tag"])
    #expect(names.elements == [0: "ele"])
    #expect(names.data == [0: "dat"])
  }

  @Test("names are left out on demand, and where there are none") func withoutNames() throws {
    #expect(try module("(module $m (func $f))", TextOptions(keepsNames: false)).customSections.isEmpty)
    #expect(try module("(module (func))").customSections.isEmpty)
  }

  @Test(
    "custom sections with their places",
    arguments: [
      ("(@custom \"n\" \"a\" \"b\")", 10), ("(@custom \"n\" (before first) \"ab\")", 0),
      ("(@custom \"n\" (after last) \"ab\")", 10), ("(@custom \"n\" (after type) \"ab\")", 1),
      ("(@custom \"n\" (before func) \"ab\")", 1), ("(@custom \"n\" (after func) \"ab\")", 3),
      ("(@custom \"n\" (before type) \"ab\")", 0), ("(@custom \"n\" (before code) \"ab\")", 3),
    ] as [(String, UInt8)])
  func custom(text: String, place: UInt8) throws {
    let section = try section("(func) \(text)", "n")
    #expect(section.place == place)
    #expect(Array(section.bytes) == Array("ab".utf8))
  }

  @Test("custom sections come in the order of their places") func order() throws {
    let structure = try module(
      "(@custom \"last\") (@custom \"after\" (after func)) (@custom \"first\" (before first)) (func) (@custom \"end\")"
    )
    #expect(structure.customSections.map(\.name) == ["first", "after", "last", "end"])
    #expect(try ModuleStructure.decode(structure.encode()) == structure)
  }

  @Test("branch hints count from the locals of their function") func branchHints() throws {
    let section = try section(
      """
      (func) (func (param i32) (local i32 i64)
        (@metadata.code.branch_hint "\\01") (if (local.get 0) (then))
        local.get 0
        block (@metadata.code.branch_hint "\\00") br_if 0 end)
      """, "metadata.code.branch_hint")
    // Locals take 5 bytes; `if` follows local.get of 2, `br_if` another 2 + 2 + 2.
    #expect(Array(section.bytes) == [1, 1, 2, 7, 1, 1, 14, 1, 0])
  }

  @Test(
    "misused annotations are refused",
    arguments: [
      ("(@custom)", "@custom annotation: missing section name"),
      ("(@custom x)", "@custom annotation: missing section name"),
      ("(@custom \"\\ff\")", "@custom annotation: malformed UTF-8 encoding"),
      ("(@custom \"x\" y)", "@custom annotation: unexpected token"),
      ("(@custom \"x\" (within func))", "@custom annotation: malformed placement"),
      ("(@custom \"x\" (after first))", "@custom annotation: malformed section kind"),
      ("(@custom \"x\" (after))", "@custom annotation: malformed section kind"),
      ("(@custom \"x\" (after func code))", "@custom annotation: malformed placement"),
      ("(func (@custom \"x\"))", "misplaced @custom annotation"),
      ("(func nop (@name \"x\"))", "misplaced @name annotation"),
      ("(module (@name \"a\") (@name \"b\"))", "@name annotation: multiple module"),
      ("(func (@name))", "@name annotation: unexpected token"),
      ("(func (@name \"\\ff\"))", "@name annotation: malformed UTF-8 encoding"),
      (
        "(@metadata.code.branch_hint \"\\00\") (func)",
        "@metadata.code.branch_hint annotation: not in a function"
      ),
      (
        "(func (@metadata.code.branch_hint \"\\00\") nop)",
        "@metadata.code.branch_hint annotation: invalid target"
      ),
      (
        "(func (@metadata.code.branch_hint \"\\00\"))",
        "@metadata.code.branch_hint annotation: invalid target"
      ),
      (
        "(func i32.const 0 (@metadata.code.branch_hint \"\\02\") if end)",
        "@metadata.code.branch_hint annotation: malformed value"
      ),
      (
        "(func i32.const 0 (@metadata.code.branch_hint \"\\00\")(@metadata.code.branch_hint \"\\00\") if end)",
        "@metadata.code.branch_hint annotation: duplicate annotation"
      ),
    ])
  func refused(text: String, reason: String) {
    #expect(fault(text)?.reason.hasPrefix(reason) == true, "\(fault(text)?.reason ?? "no fault")")
  }

  @Test("annotations of a feature that is off are skipped") func featureOff() {
    let old = TextOptions(features: .webAssembly2)
    #expect(fault("(@custom) (func (@name 1) (@metadata.code.branch_hint) nop)", old) == nil)
    #expect(fault("(@custom ", old)?.reason.hasPrefix("unclosed annotation") == true)
  }
}
