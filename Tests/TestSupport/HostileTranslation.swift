// Hostile modules whose translation takes time or code: long functions, many labels, many values.

extension HostileModule {
  /// A function of type i32 to i32 with two more i32 locals.
  private static func function(_ name: String, fields: String = "", locals: String = "", _ body: String)
    -> HostileModule
  {
    HostileModule(
      name,
      text:
        "(module \(fields) (func (export \"f\") (param i32) (result i32) (local i32 i32) \(locals) \(body)))",
      [1])
  }

  /// More kinds like those of `translation(_:)`, at size `count`.
  public static func furtherTranslation(_ count: Int) -> [HostileModule] {
    let get = "local.get 0"
    let pending = min(count, 50_000)
    let some = min(count, 20_000)
    let deep = min(count, 90_000)
    let many = repeated("i32", 1000)
    let vectors = repeated("v128", 1000)
    let types = """
      (type $gives (func (result \(many)))) (type $takes (func (param \(many))))
      (type $both (func (param \(many)) (result \(many)))) (type $struct (struct \(repeated("(field i32)", 2000))))
      (type $array (array i32)) (tag $large (param \(many)))
      (func $give (type $gives) \(repeated("i32.const 1", 1000))) (func $take (type $takes))
      (func $both (type $both) \(each(1000) { "local.get \($0)" })) (table funcref (elem $give $take $both))
      """
    let dropMany = repeated("drop", 1000)
    /// A thousand values, then code that keeps them, then none.
    func withMany(_ name: String, fields: String = "", _ body: String) -> HostileModule {
      function(name, fields: types + fields, "call $give " + body + dropMany + " i32.const 1")
    }
    return [
      function("nested blocks", repeated("block", deep) + repeated("end", deep) + get),
      function("nested loops", repeated("loop", deep) + repeated("end", deep) + get),
      function(
        "nested conditions", repeated("local.get 0 if", deep) + repeated("else nop end", deep) + get),
      function(
        "nested conditions with results",
        repeated("local.get 0 if (result i32)", deep) + get + " " + repeated("else i32.const 1 end", deep)),
      function(
        "branches out of every block",
        repeated("block", deep) + repeated("local.get 0 br_if 0 end", deep) + get),
      function("chains of jumps", repeated("block", deep) + repeated("br 0 end", deep) + get),
      function(
        "chains of loops",
        repeated("loop", deep) + "local.get 1 br_if \(deep - 1)" + repeated(" end", deep) + get),
      function(
        "conditions one behind the other",
        repeated("local.get 0 if local.get 0 local.set 1 else i32.const 1 local.set 1 end", count) + get),
      function(
        "branches to one label", "block " + repeated("local.get 0 i32.eqz br_if 0", count) + "end " + get),
      function(
        "constants pending below empty blocks",
        repeated("i32.const 7", pending) + repeated("block end", count) + repeated("drop", pending) + get),
      function(
        "locals pending, each set",
        locals: "(local \(repeated("i32", some)))",
        each(some) { "local.get \($0 + 1)" } + " " + each(some) { "i32.const 1 local.set \($0 + 1)" } + " "
          + repeated("drop", some) + get),
      function(
        "one local pending and set in turn",
        repeated("local.get 1 i32.const 3 local.set 1", pending)
          + repeated("drop", pending) + get),
      function(
        "locals pending below calls", fields: "(func $none)",
        repeated("local.get 1", pending)
          + repeated("call $none", count) + repeated("drop", pending) + get),
      function("selections", get + " " + repeated("local.get 1 local.get 0 select", count)),
      function(
        "typed selections", get + " " + repeated("local.get 1 local.get 0 select (result i32)", count)),
      function("comparisons of comparisons", get + " " + repeated("i32.eqz local.get 0 i32.lt_u", count)),
      function(
        "code that is not reached",
        "unreachable " + repeated("i32.add block (result i32) i32.const 1 end drop", count)),
      function("unreachable ends", repeated("block unreachable end", count) + get),
      function(
        "branch tables of one entry", repeated("block local.get 0 br_table 0 end", count) + get),
      function(
        "branch tables to every block",
        repeated("block", 1000)
          + repeated("local.get 0 if local.get 0 br_table \(each(100) { "\($0 * 10)" }) end", count / 100)
          + repeated("end", 1000) + get),
      function(
        "loads and stores", fields: "(memory 1)",
        repeated("local.get 0 local.get 0 i32.load offset=4 i32.store offset=8", count) + get),
      function(
        "vector arithmetic", locals: "(local $v v128)",
        "local.get $v " + repeated("local.get $v i32x4.add", count) + "drop " + get),
      function(
        "vector constants",
        "i32.const 1 v128.const i64x2 1 2 " + repeated("v128.const i64x2 1 2 i32x4.add", count) + "drop"),
      function(
        "vector locals pending below empty blocks", locals: "(local $v v128)",
        repeated("local.get $v", some) + repeated("block end", count) + repeated("drop", some) + get),
      function(
        "many vectors carried by many branches", fields: "(type $vs (func (result \(vectors))))",
        locals: "(local $v v128)",
        "block (type $vs) " + repeated("local.get $v", 1000) + repeated("local.get 0 br_if 0", count) + "end "
          + dropMany + get),
      function(
        "catches one behind the other", fields: "(tag $e)",
        repeated("block try_table (catch_all 0) end end", count) + get),
      function(
        "throws one behind the other", fields: "(tag $e (param i32))",
        repeated(
          "block (result i32) try_table (catch $e 0) i32.const 1 throw $e end unreachable end drop", count)
          + get),
      function(
        "blocks that catch, nested", fields: "(tag $e)",
        repeated("block try_table (catch_all 0)", min(count, 40_000))
          + repeated("end end", min(count, 40_000)) + get),
      function(
        "clauses that catch", fields: "(tag $e)",
        "block $b try_table " + repeated("(catch $e $b)", count) + " end end " + get),
      withMany("many values through blocks", repeated("block (type $both) end", count)),
      withMany("many values through loops", repeated("loop (type $both) end", count)),
      withMany("many values through conditions", repeated("local.get 0 if (type $both) end", count)),
      withMany(
        "many values through conditions with two arms",
        repeated("local.get 0 if (type $both) nop else nop end", count)),
      withMany("many values through calls", repeated("call $both", count)),
      withMany(
        "many values through indirect calls", repeated("i32.const 2 call_indirect (type $both)", count)),
      withMany("many values above one more", repeated("call $give call $take", count)),
      withMany("many values moved up by calls", repeated("drop i32.const 1 call $both", count)),
      withMany("many values through blocks that catch", repeated("try_table (type $both) end", count)),
      withMany(
        "many values through legacy blocks", repeated("try (type $both) catch_all call $give end", count)),
      withMany(
        "many values thrown",
        repeated("local.get 0 if call $give throw $large end", count)),
      withMany(
        "many values returned", repeated("local.get 0 if call $give call $take i32.const 1 return end", count)
      ),
      withMany(
        "many values in tail calls", fields: "(func $tail (param \(many)) (result i32) i32.const 1)",
        repeated("local.get 0 if call $give return_call $tail end", count)),
      withMany("many values in structures", repeated("call $give call $give struct.new $struct drop", count)),
      withMany("many values in arrays", repeated("call $give array.new_fixed $array 1000 drop", count)),
      function(
        "many values carried from ever higher", fields: types,
        "block (type $gives) call $give " + repeated("local.get 0 local.get 0 br_if 0", some) + "br 0 end "
          + dropMany + get),
      function(
        "branch tables that carry many values to many heights", fields: types,
        repeated("i32.const 1 block (type $gives)", 1000) + "call $give "
          + repeated(
            "local.get 0 if (type $both) local.get 0 br_table \(each(100) { "\(1 + $0 * 10)" }) end",
            count / 100)
          + repeated("end br 0", 999) + "end " + dropMany + "drop " + get),
      function(
        "many functions", fields: each(count) { "(func $f\($0) (result i32) i32.const \($0))" },
        each(count) { "call $f\($0) drop" } + " " + get),
    ]
  }

  /// Functions of a few megabytes, each of what takes much to hold while it is translated.
  public static func largeFunctions() -> [HostileModule] {
    func function(_ name: String, _ bytes: [UInt8], _ count: Int) -> HostileModule {
      var module = ModuleWriter()
      let type = module.type([ModuleWriter.i32], [ModuleWriter.i32])
      let body = [UInt8](repeatElement(bytes, count: count).joined())
      module.export(module.function(type, [0x20, 0] + body))
      return HostileModule(name, module.bytes(), [1])
    }
    let open: [UInt8] = [0x02, 0x40]
    let pending = [UInt8](repeatElement([0x41, 7], count: 50_000).joined())
    let drops = [UInt8](repeating: 0x1A, count: 50_000)
    return [
      function("megabytes of operations of a byte each", [0x67], 6_000_000),
      function("megabytes of conditions", [0x20, 0, 0x04, 0x40, 0x05, 0x0B], 1_000_000),
      function("megabytes of branches", [0x20, 0, 0x0D, 0], 1_500_000),
      function("megabytes of blocks that catch", open + [0x1F, 0x40, 1, 2, 0, 0x01, 0x0B, 0x0B], 600_000),
      function(
        "megabytes of blocks that catch around code",
        open + [0x1F, 0x40, 1, 2, 0, 0x20, 0, 0x1A, 0x0B, 0x0B],
        500_000),
      function(
        "megabytes of pending values",
        pending + drops, 30),
      function(
        "megabytes of branch tables", open + open + [0x20, 0, 0x0E, 4, 0, 1, 0, 1, 0, 0x0B, 0x0B], 400_000),
    ]
  }
}
