// Hostile modules that run for ever, or until a limit of memory: calls, exceptions, tables and memories.

extension HostileModule {
  /// Calls and branches that hand on many values, or choose among many targets.
  public static func calls() -> [HostileModule] {
    let many = repeated("i32", 1000)
    let ones = repeated("(i32.const 1)", 1000)
    let fields = """
      (type $many (func (param \(many)))) (type $gives (func (result \(many))))
      (table $t funcref (elem $take $give $turn $hand)) (elem declare func $take $give $turn $hand)
      (func $take (type $many)) (func $give (type $gives) \(ones))
      (func $turn (type $many) \(each(1000) { "(local.get \($0))" }) (i32.const 2) (return_call_indirect (type $many)))
      (func $hand (type $many) \(each(1000) { "(local.get \(999 - $0))" }) (ref.func $hand) (return_call_ref $many))
      """
    // 63 types, one below the other, and a function of the last.
    let chain = "(type $t0 (sub (func)))" + each(62) { "(type $t\($0 + 1) (sub $t\($0) (func)))" }
    return [
      endless(
        "indirect calls with many values", fields,
        "(call_indirect (type $gives) (i32.const 1)) (call_indirect (type $many) (i32.const 0))"),
      endless(
        "calls by reference with many values", fields,
        "(call_ref $gives (ref.func $give)) (call_ref $many (ref.func $take))"),
      once("indirect tail calls with many arguments", fields, ones + "(call $turn)"),
      once("tail calls by reference with many arguments", fields, ones + "(call $hand)"),
      endless(
        "calls by a type far up", chain + "(func $callee (type $t62)) (table funcref (elem $callee))",
        "(call_indirect (type $t0) (i32.const 0))"),
      endless(
        "a branch table of 60,000 entries", locals: "(local $i i32)",
        repeated("(block", 1000) + "(local.set $i (i32.add (local.get $i) (i32.const 7919))) (br_table "
          + each(60_000) { "\($0 % 1000)" } + " (i32.rem_u (local.get $i) (i32.const 60000)))"
          + repeated(")", 1000)),
      endless(
        "a branch table whose targets carry a thousand values", "(type $many (func (result \(many))))",
        repeated("(block (type $many)", 100) + ones
          + "(br_table \(each(100) { "\($0)" }) (i32.const 99))"
          + repeated(")" + repeated("drop", 1000) + ones, 100) + repeated("drop", 1000)),
      endless(
        "recursion to the stack's end and back",
        """
        (func $down (param i32) (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1))))))
        """, "(call $down (i32.const 100000))"),
      once("recursion without end", "(func $down (call $down))", "(call $down)"),
      once(
        "recursion without end in frames of many locals",
        "(func $down (local \(repeated("v128", 20_000))) (call $down))", "(call $down)"),
      endless(
        "vector locals cleared by every call", "(func $callee (local \(repeated("v128", 24_000))))",
        "(call $callee)"),
      once(
        "a chain of functions, each called once",
        each(20_000) { "(func $f\($0) (call $f\($0 + 1)))" } + "(func $f20000)",
        "(call $f0)"),
    ]
  }

  /// Exceptions: large ones, many handlers that do not match, deep stacks.
  public static func exceptions() -> [HostileModule] {
    let payload = repeated("i64", 999)
    let values = repeated("(i64.const 1)", 999)
    let drops = repeated("drop", 999)
    let tags = "(tag $e) (tag $other) (tag $large (param \(payload)))"
    func down(_ depth: Int) -> String { "(call $down (i32.const \(depth)))" }
    func recursive(_ leaf: String, _ open: String, _ close: String) -> String {
      """
      (func $down (param i32) (if (i32.eqz (local.get 0)) (then \(leaf)))
        \(open) (call $down (i32.sub (local.get 0) (i32.const 1))) \(close))
      """
    }
    let catchAll = { (body: String) in "(block $l (try_table (catch_all $l) \(body)))" }
    return [
      endless(
        "large exceptions thrown in a loop", tags,
        "(block $l (result \(payload)) (try_table (catch $large $l) \(values) (throw $large)) (unreachable)) "
          + drops),
      endless(
        "large exceptions held by references", tags,
        """
        (block $l (result \(payload) exnref) (try_table (catch_ref $large $l) \(values) (throw $large)) (unreachable))
        drop \(drops)
        """),
      endless(
        "exceptions past blocks that do not catch them", tags,
        catchAll(
          repeated("(block (try_table (catch $other 0)", 20_000) + "(throw $e)" + repeated("))", 20_000))),
      endless(
        "exceptions past legacy blocks that do not catch them", tags,
        "(try (do " + repeated("(try (do", 20_000) + "(throw $e)"
          + repeated(") (catch $other))", 20_000) + ") (catch_all))"),
      endless(
        "exceptions delegated again and again", tags,
        "(try (do " + repeated("(try (do", 20_000) + "(throw $e)" + repeated(") (delegate 0))", 20_000)
          + ") (catch_all))"),
      endless("empty blocks that catch", tags, repeated("(block (try_table (catch_all 0)))", 100_000)),
      endless("empty legacy blocks that catch", tags, repeated("(try (do) (catch_all))", 50_000)),
      endless(
        "exceptions past one block of many clauses", tags,
        catchAll("(block $o (try_table \(repeated("(catch $other $o)", 200_000)) (throw $e)))")),
      endless(
        "exceptions through frames that do not catch them",
        tags
          + recursive("(throw $e)", "(block $o (try_table (catch $other $o)", "))"),
        catchAll(down(20_000))),
      endless(
        "exceptions through frames with many blocks",
        tags
          + recursive(
            "(throw $e)", repeated("(block (try_table (catch $other 0)", 10_000), repeated("))", 10_000)),
        catchAll(down(10_000))),
      endless(
        "exceptions through frames beside many blocks",
        tags
          + recursive(
            "(throw $e)", repeated("(block (try_table (catch_all 0)))", 20_000),
            repeated("(block (try_table (catch_all 0) (call $down (i32.const 0))))", 20_000)),
        catchAll(down(10_000))),
      endless(
        "exceptions caught and thrown again by every frame",
        tags
          + recursive(
            "(throw $e)", "(block $l (result exnref) (try_table (catch_all_ref $l)", ") (return)) (throw_ref)"
          ),
        catchAll(down(10_000))),
      endless(
        "large exceptions caught and thrown again by every frame",
        tags
          + recursive(
            values + "(throw $large)", "(block $l (result exnref) (try_table (catch_all_ref $l)",
            ") (return)) (throw_ref)"),
        catchAll(down(10_000))),
      endless(
        "legacy exceptions thrown again by every frame",
        tags + recursive("(throw $e)", "(try (do", ") (catch_all (rethrow 0)))"), catchAll(down(10_000))),
      endless(
        "recursion in handlers",
        tags
          + """
          (func $down (param i32) (if (i32.eqz (local.get 0)) (then (return)))
            (try (do (throw $e)) (catch_all (call $down (i32.sub (local.get 0) (i32.const 1))))))
          """, down(10_000)),
      once(
        "recursion without end in blocks that catch all", tags + "(func $down \(catchAll("(call $down)")))",
        "(call $down)"),
      endless(
        "exceptions through frames of many locals",
        tags
          + """
          (func $down (param i32) (local \(repeated("i64", 10_000)))
            (if (i32.eqz (local.get 0)) (then (throw $e)))
            (call $down (i32.sub (local.get 0) (i32.const 1))))
          """, catchAll(down(90))),
      endless(
        "exceptions that are kept",
        tags + "(table $t 0 exnref)",
        """
        (block $l (result \(payload) exnref) (try_table (catch_ref $large $l) \(values) (throw $large)) (unreachable))
        (drop (table.grow $t (i32.const 1))) \(drops)
        """),
      once("an exception nobody catches", tags + recursive("(throw $e)", "", ""), down(10_000)),
    ]
  }

  /// Bulk operations, growth and waits.
  public static func storage() -> [HostileModule] {
    let size = 16 << 20
    let memories = "(memory $a 256) (memory $b 256) (memory $c i64 256)"
    let million = 1_000_000
    let table = "(table $t \(million) funcref) (table $u \(million) funcref)"
    return [
      endless(
        "fills of a later memory", memories,
        "(memory.fill $b (i32.const 0) (i32.const 1) (i32.const \(size)))"),
      endless(
        "fills of a 64-bit memory", memories,
        "(memory.fill $c (i64.const 0) (i32.const 1) (i64.const \(size)))"),
      endless(
        "copies from memory to memory", memories,
        "(memory.copy $b $a (i32.const 0) (i32.const 0) (i32.const \(size)))"),
      endless(
        "copies within a later memory", memories,
        "(memory.copy $b $b (i32.const 1) (i32.const 0) (i32.const \(size - 1)))"),
      endless(
        "copies into a 64-bit memory", memories,
        "(memory.copy $c $a (i64.const 1) (i32.const 0) (i32.const \(size - 1)))"),
      endless(
        "fills of nothing", memories, "(memory.fill $b (i32.const 0) (i32.const 1) (i32.const 0))"),
      endless(
        "memories that grow", memories,
        "(drop (memory.grow $a (i32.const 1))) (drop (memory.grow $b (i32.const 1))) (drop (memory.grow $c (i64.const 1)))"
      ),
      endless(
        "growth of a 64-bit memory by all there is", memories,
        "(drop (memory.grow $c (i64.const 0x10000000000)))"),
      endless("growth that is refused", "(memory $b 1 2)", "(drop (memory.grow (i32.const 65536)))"),
      endless(
        "a memory that grows and is filled", "(memory 1)",
        "(drop (memory.grow (i32.const 64))) (memory.fill (i32.const 0) (i32.const 1) (i32.mul (memory.size) (i32.const 65536)))"
      ),
      endless("small pages that grow", "(memory 1 (pagesize 1))", "(drop (memory.grow (i32.const 1)))"),
      endless(
        "a segment copied into a later memory",
        memories + "(data $d \"\(String(repeating: "a", count: 1 << 20))\")",
        "(memory.init $b $d (i32.const 0) (i32.const 0) (i32.const \(1 << 20)))"),
      endless(
        "fills of a table", table,
        "(table.fill $t (i32.const 0) (ref.null func) (i32.const \(million)))"),
      endless(
        "copies from table to table", table,
        "(table.copy $u $t (i32.const 0) (i32.const 0) (i32.const \(million)))"),
      endless(
        "a segment copied into a table", table + "(func $g) (elem $s func \(repeated("$g", 200_000)))",
        "(table.init $u $s (i32.const 0) (i32.const 0) (i32.const 200000))"),
      endless(
        "tables that grow", "(table $t 0 externref)", "(drop (table.grow $t (ref.null extern) (i32.const 1)))"
      ),
      endless(
        "a table that grows by much", "(table $t 0 externref)",
        "(drop (table.grow $t (ref.null extern) (i32.const 1000000)))"),
      endless(
        "a table that grows by nothing", "(table $t \(million) externref)",
        "(drop (table.grow $t (ref.null extern) (i32.const 0)))"),
      endless(
        "a 64-bit table that grows by all there is", "(table $t i64 0 externref)",
        "(drop (table.grow $t (ref.null extern) (i64.const -1)))"),
      endless(
        "table growth that is refused", "(table $t 0 10 externref)",
        "(drop (table.grow $t (ref.null extern) (i32.const -1)))"),
      once(
        "a wait for ever", "(memory 1 1 shared)",
        "(drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))"),
      once(
        "a wait of 290 years", "(memory 1 1 shared)",
        "(drop (memory.atomic.wait64 (i32.const 0) (i64.const 0) (i64.const 0x7fffffffffffffff)))"),
      endless(
        "short waits", "(memory 1 1 shared)",
        "(drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 1)))"),
      endless(
        "waits that do not begin", "(memory 1 1 shared)",
        "(drop (memory.atomic.wait32 (i32.const 0) (i32.const 1) (i64.const -1)))"),
      endless(
        "notifications", "(memory 1 1 shared)", "(drop (memory.atomic.notify (i32.const 0) (i32.const -1)))"),
      once(
        "a load at a huge offset", "(memory i64 1)",
        "(drop (i64.load offset=0xffffffffffffffff (i64.const -1)))"),
      endless(
        "division and square roots", locals: "(local f64 i64)",
        """
        (local.set 0 (f64.sqrt (f64.add (local.get 0) (f64.const 1))))
        (local.set 1 (i64.div_u (i64.const -1) (i64.add (local.get 1) (i64.const 3))))
        """),
    ]
  }
}
