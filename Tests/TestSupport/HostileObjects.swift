// Hostile modules that make objects: huge ones, many, chains of them, and collections again and again.

import WebAssembly

extension HostileModule {
  public static func objects() -> [HostileModule] {
    let types = """
      (type $bytes (array (mut i8))) (type $longs (array (mut i64))) (type $refs (array (mut anyref)))
      (type $list (struct (field (mut (ref null $list))) (field i64)))
      (type $wide (struct \(repeated("(field (mut i64))", 10_000))))
      (global $kept (mut anyref) (ref.null any)) (global $list (mut (ref null $list)) (ref.null $list))
      """
    func list(_ count: Int) -> String {
      """
      (local.set $i (i32.const \(count)))
      (loop $make (global.set $list (struct.new $list (global.get $list) (i64.const 1)))
        (br_if $make (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      """
    }
    let bytes = "(local $b (ref $bytes)) (local $c (ref $bytes)) (local $r (ref $refs)) (local $i i32)"
    func prepared(_ name: String, fields: String = "", _ before: String, _ step: String) -> HostileModule {
      once(name, types + fields, locals: bytes, before + "(loop $ever \(step) (br $ever))")
    }
    let twoArrays = """
      (local.set $b (array.new $bytes (i32.const 1) (i32.const 8000000)))
      (local.set $c (array.new $bytes (i32.const 2) (i32.const 8000000)))
      """
    let references = "(local.set $r (array.new $refs (ref.null any) (i32.const 1000000)))"
    let fill = """
      (array.fill $refs (local.get $r) (i32.const 0) (struct.new $list (ref.null $list) (i64.const 1)) (i32.const 1000000))
      """
    let data = "(data $d \"\(String(repeating: "a", count: 1 << 20))\")"
    let elements = "(elem $s anyref \(repeated("(ref.i31 (i32.const 1))", 100_000)))"
    let chain = "(type $t0 (sub (struct)))" + each(62) { "(type $t\($0 + 1) (sub $t\($0) (struct)))" }
    return [
      endless(
        "large arrays made and dropped", types, "(drop (array.new $bytes (i32.const 1) (i32.const 10000000)))"
      ),
      endless(
        "large zeroed arrays made and dropped", types, "(drop (array.new_default $longs (i32.const 2000000)))"
      ),
      endless("an array of all there is", types, "(drop (array.new_default $longs (i32.const -1)))"),
      endless("small objects made and dropped", types, "(drop (struct.new_default $list))"),
      endless("wide objects made and dropped", types, "(drop (struct.new_default $wide))"),
      endless(
        "small objects that are kept", types,
        "(global.set $list (struct.new $list (global.get $list) (i64.const 1)))"),
      endless(
        "arrays that are kept", types,
        """
        (global.set $kept (array.new_fixed $refs 2 (global.get $kept) (array.new $bytes (i32.const 1) (i32.const 1000))))
        """),
      prepared(
        "garbage beside a long list", list(500_000), "(drop (array.new $bytes (i32.const 1) (i32.const 100)))"
      ),
      prepared(
        "garbage beside a list that nearly fills the heap", list(1_000_000),
        "(drop (struct.new_default $list))"),
      prepared(
        "lists made and dropped", "",
        list(300_000) + "(global.set $list (ref.null $list))"),
      prepared(
        "large garbage beside a long list", list(500_000),
        "(drop (array.new $bytes (i32.const 1) (i32.const 1000000)))"),
      prepared(
        "fills of a large array", twoArrays,
        "(array.fill $bytes (local.get $b) (i32.const 0) (i32.const 3) (i32.const 8000000))"),
      prepared(
        "copies of a large array", twoArrays,
        "(array.copy $bytes $bytes (local.get $b) (i32.const 0) (local.get $c) (i32.const 0) (i32.const 8000000))"
      ),
      prepared(
        "copies within a large array", twoArrays,
        "(array.copy $bytes $bytes (local.get $b) (i32.const 1) (local.get $b) (i32.const 0) (i32.const 7999999))"
      ),
      prepared("fills of an array of references", references, fill),
      prepared(
        "copies within an array of references", references + fill,
        "(array.copy $refs $refs (local.get $r) (i32.const 1) (local.get $r) (i32.const 0) (i32.const 999999))"
      ),
      prepared(
        "garbage beside a large array of references", references + fill,
        "(drop (struct.new_default $list))"),
      prepared(
        "a segment copied into an array", fields: data, twoArrays,
        "(array.init_data $bytes $d (local.get $b) (i32.const 0) (i32.const 0) (i32.const 1048576))"),
      prepared(
        "references copied into an array", fields: elements, references,
        "(array.init_elem $refs $s (local.get $r) (i32.const 0) (i32.const 0) (i32.const 100000))"),
      prepared(
        "arrays made from a segment", fields: data, "",
        "(drop (array.new_data $bytes $d (i32.const 0) (i32.const 1048576)))"),
      prepared(
        "arrays made from references", fields: elements, "",
        "(drop (array.new_elem $refs $s (i32.const 0) (i32.const 100000)))"),
      endless(
        "arrays of many given elements", types,
        "(drop (array.new_fixed $longs 10000 \(repeated("(i64.const 1)", 10_000))))"),
      endless(
        "casts far down", chain, locals: "(local anyref)",
        "(local.set 0 (struct.new_default $t62)) (drop (ref.cast (ref $t0) (local.get 0))) (drop (ref.test (ref $t31) (local.get 0)))"
      ),
      endless(
        "objects in a table that grows", types + "(table $t 0 anyref)",
        "(drop (table.grow $t (struct.new_default $list) (i32.const 10)))"),
      endless(
        "objects converted to host references", types + "(table $t 1 externref)",
        "(table.set $t (i32.const 0) (extern.convert_any (struct.new_default $list)))"),
      once(
        "objects on a deep stack",
        types + "(func $down (local (ref null $list)) (local.set 0 (struct.new_default $list)) (call $down))",
        "(call $down)"),
      HostileModule(
        "garbage made below a deep stack",
        text: """
          (module \(types)
            (func $down (param i32) (param (ref null $list)) (result i32)
              (if (i32.eqz (local.get 0)) (then (loop $ever (drop (struct.new_default $list)) (br $ever))))
              (call $down (i32.sub (local.get 0) (i32.const 1)) (struct.new_default $list)))
            (func (export "f") (drop (call $down (i32.const 100000) (ref.null $list)))))
          """),
    ]
  }

  /// Modules whose instantiation takes long, or much.
  public static func instantiation() -> [HostileModule] {
    let many = 100_000
    let memories = ImplementationLimits.memories
    let megabytes = String(repeating: "a", count: 8 << 20)
    let arrays = "(type $a (array i64))"
    return [
      once("a start function that never ends", "(func $s (loop (br 0))) (start $s)", ""),
      once("a start function that recurses for ever", "(func $s (call $s)) (start $s)", ""),
      once("a large segment", "(memory 256) (data (i32.const 0) \"\(megabytes)\")", ""),
      once(
        "large segments of a later memory",
        "(memory 1) (memory 256) (data (memory 1) (i32.const 0) \"\(megabytes)\")",
        ""),
      once("many segments", "(memory 1)" + repeated("(data (i32.const 0) \"a\")", many), ""),
      once(
        "many segments of elements",
        "(table 10 funcref) (func $g)" + repeated("(elem (i32.const 0) func $g $g)", many),
        ""),
      once(
        "a large segment of elements",
        "(table 1000000 funcref) (func $g) (elem (i32.const 0) func \(repeated("$g", 1_000_000)))", ""),
      once(
        "a large segment of expressions",
        "(table 300000 anyref) (elem (i32.const 0) anyref \(repeated("(ref.i31 (i32.const 1))", 300_000)))",
        ""),
      once(
        "a segment of large arrays",
        arrays + "(elem anyref \(repeated("(array.new_default $a (i32.const 100000))", 10_000)))", ""),
      once(
        "globals of large arrays",
        arrays + repeated("(global (ref $a) (array.new_default $a (i32.const 100000)))", 10_000), ""),
      once(
        "a global of a huge array",
        arrays + "(global (ref $a) (array.new_default $a (i32.const 0x1fffffff)))", ""),
      once("a huge memory", "(memory 65536)", ""),
      once("a huge 64-bit memory", "(memory i64 0x1000000000000)", ""),
      once("a huge table", "(table 0xffffffff funcref)", ""),
      once("many memories of nothing", repeated("(memory 0)", memories), ""),
      once("many memories of one page", repeated("(memory 1)", memories), ""),
      once("many small memories", repeated("(memory 1 1 (pagesize 1))", memories), ""),
      once("many shared memories", repeated("(memory 0 65536 shared)", memories), ""),
      once("many tables of nothing", repeated("(table 0 funcref)", many), ""),
      once("many tables", repeated("(table 1 funcref)", many), ""),
      once("many large tables", repeated("(table 1000000 funcref)", 1000), ""),
      once("many globals", repeated("(global (mut v128) (v128.const i64x2 1 1))", many), ""),
      once("many tags", repeated("(tag)", many), ""),
      once("many exports", "(func $g)" + each(many) { "(export \"e\($0)\" (func $g))" }, ""),
      once("many functions", repeated("(func)", many), ""),
      once("many types", each(many) { "(type (struct (field i32) (field (ref null \($0)))))" }, ""),
      once(
        "one group of many types",
        "(rec " + each(many) { "(type (struct (field (ref null \(many - 1 - $0)))))" } + ")",
        ""),
      once("many names", each(many) { "(func $a_rather_long_name_for_a_function_number_\($0))" }, ""),
      once(
        "one long expression",
        "(global i32 \(repeated("(i32.const 1)", 100_000)) \(repeated("i32.add", 99_999)))", ""),
    ]
  }
}
