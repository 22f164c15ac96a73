// References at the host's side: what they are, and that those of a wrong type are refused.

import Testing
import WebAssembly

@Suite struct AggregateHostTests {
  static let makers = """
    (module
      (type $s (struct (field i32)))
      (type $a (array i8))
      (func $f (export "none") (result anyref) (ref.null none))
      (func (export "i31") (result anyref) (ref.i31 (i32.const -1)))
      (func (export "struct") (result anyref) (struct.new $s (i32.const 1)))
      (func (export "array") (result anyref) (array.new_default $a (i32.const 5)))
      (func (export "extern") (result externref) (extern.convert_any (struct.new $s (i32.const 1))))
      (func (export "func") (result funcref) (ref.func $f))
      (func (export "takeStruct") (param structref))
      (func (export "takeExact") (param (ref $s)) (result i32) (struct.get $s 0 (local.get 0)))
      (func (export "takeExtern") (param externref))
      (func (export "takeFunc") (param funcref))
      (table (export "table") 2 (ref null $s))
      (global (export "global") (mut (ref null $s)) (ref.null $s)))
    """

  private func reference(_ name: String, _ instance: TestInstance) throws -> Reference {
    guard case .reference(let reference, _)? = try instance.call(name).first else {
      throw MissingExport(name: name)
    }
    return reference
  }

  @Test func aReferenceTellsWhatItRefersTo() throws {
    let instance = try TestInstance(Self.makers)
    let kinds: [(String, Reference.Kind)] = [
      ("none", .null), ("i31", .i31(0x7FFF_FFFF)), ("struct", .structure), ("array", .array),
      ("extern", .structure), ("func", .function),
    ]
    for (name, kind) in kinds { #expect(try reference(name, instance).kind == kind, "\(name)") }
    #expect(Reference.extern(17).kind == .host(17))
    #expect(Reference.i31(5) == Reference.i31(5 | 1 << 31))
  }

  /// Whether each of none, i31, struct, array, extern, func may be an argument.
  static let arguments: [(function: String, accepts: Set<String>)] = [
    ("takeStruct", ["none", "struct", "extern"]), ("takeExact", ["struct", "extern"]),
    ("takeExtern", ["none", "i31", "struct", "array", "extern"]), ("takeFunc", ["none", "func"]),
  ]

  @Test(arguments: arguments.indices)
  func argumentsOfAWrongTypeAreRefused(index: Int) throws {
    let (function, accepts) = Self.arguments[index]
    let instance = try TestInstance(Self.makers)
    for name in ["none", "i31", "struct", "array", "extern", "func"] {
      let argument = Value.reference(try reference(name, instance), type: .anyref)
      if accepts.contains(name) {
        #expect(throws: Never.self, "\(function) \(name)") { try instance.call(function, [argument]) }
      } else {
        #expect(throws: CallError.self, "\(function) \(name)") { try instance.call(function, [argument]) }
      }
    }
  }

  @Test func anotherStoresObjectsAreRefused() throws {
    let first = try TestInstance(Self.makers)
    let second = try TestInstance(Self.makers)
    let made = try first.call("struct")
    #expect(throws: CallError.self) { try second.call("takeStruct", made) }
    guard case .table(let table)? = second.instance.export("table") else {
      throw MissingExport(name: "table")
    }
    #expect(table.set(0, try reference("struct", first)) == false)
    #expect(table.set(0, try reference("array", second)) == false)
    #expect(table.set(0, try reference("struct", second)))
    #expect(try table.grow(by: 1, try reference("i31", second)) == nil)
    #expect(table[0]?.kind == .structure)
  }

  @Test func aHostFunctionMustGiveWhatItsTypeSays() throws {
    let store = Store()
    let maker = try TestInstance(Self.makers, store: store)
    var given = Value.reference(.null, type: .anyref)
    var imports = Imports()
    let type = FunctionType([], [.reference(.struct, nullable: false)])
    imports.define("env", "give", .function(Function(store: store, type: type) { _, _ in [given] }))
    let instance = try TestInstance(
      """
      (module (type $s (struct (field i32))) (import "env" "give" (func $give (result (ref struct))))
        (func (export "f") (result i32) (struct.get $s 0 (ref.cast (ref $s) (call $give)))))
      """, store: store, imports: imports)
    #expect(throws: CallError.self) { try instance.call("f") }
    given = .reference(.i31(1), type: .anyref)
    #expect(throws: CallError.self) { try instance.call("f") }
    given = try maker.call("struct")[0]
    #expect(try instance.call("f") == [.i32(Int32(1))])
  }

  /// Types of exports and of imports by which they are asked for, and whether they fit.
  static let links: [(export: String, imported: String, fits: Bool)] = [
    ("(global (export \"x\") (ref $b) (struct.new $b (i32.const 1)))", "(global (ref null $a))", true),
    ("(global (export \"x\") (ref null $a) (ref.null $a))", "(global (ref null $b))", false),
    ("(global (export \"x\") (mut (ref null $b)) (ref.null $b))", "(global (mut (ref null $a)))", false),
    ("(global (export \"x\") (mut (ref null $b)) (ref.null $b))", "(global (mut (ref null $b)))", true),
    ("(global (export \"x\") i31ref (ref.i31 (i32.const 1)))", "(global eqref)", true),
    ("(table (export \"x\") 1 (ref null $b))", "(table 1 (ref null $b))", true),
    ("(table (export \"x\") 1 (ref null $b))", "(table 1 (ref null $a))", false),
    ("(func (export \"x\") (result (ref null $b)) (ref.null $b))", "(func (result (ref null $b)))", true),
    ("(func (export \"x\") (result (ref null $b)) (ref.null $b))", "(func (result (ref null $a)))", false),
    ("(func (export \"x\") (type $g) (ref.null $b))", "(func (type $f))", true),
    ("(func (export \"x\") (type $f) (ref.null $b))", "(func (type $g))", false),
  ]

  /// The importing module numbers its types otherwise.
  @Test(arguments: links.indices)
  func linkingComparesTypesAcrossModules(index: Int) throws {
    let (export, imported, fits) = Self.links[index]
    let types = """
      (type $a (sub (struct (field i32))))
      (type $b (sub $a (struct (field i32))))
      (type $f (sub (func (result (ref null $a)))))
      (type $g (sub $f (func (result (ref null $b)))))
      """
    let store = Store()
    let exporter = try TestInstance("(module \(types) \(export))", store: store)
    var imports = Imports()
    imports.define("m", exporter.instance)
    let importer = "(module (type (func (param i64 i64))) \(types) (import \"m\" \"x\" \(imported)))"
    if fits {
      #expect(throws: Never.self) { try TestInstance(importer, store: store, imports: imports) }
    } else {
      #expect {
        try TestInstance(importer, store: store, imports: imports)
      } throws: {
        ($0 as? LinkError)?.reason == .incompatibleImportType
      }
    }
  }
}
