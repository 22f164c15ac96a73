import WebAssembly

/// The words of the text format: every mnemonic of the instruction table and the other keywords.

/// Keywords that are not only an instruction's mnemonic (Core 6.3.1). The raw value is the word.
package enum Keyword: String, CaseIterable, Sendable {
  // Modules.
  case module, type, rec, sub, final, `import`, export, start, tag, table, memory, global, elem, data
  case declare, offset, item, local, param, result, pagesize, shared, describes, descriptor, exact
  case function = "func"
  // Types.
  case i8, i16, i32, i64, f32, f64, v128, structure = "struct", array, field, mutable = "mut"
  case ref, null, any, eq, i31, none, nofunc, extern, noextern, exn, noexn
  case anyref, eqref, i31ref, structref, arrayref, nullref, funcref, nullfuncref, externref
  case nullexternref, exnref, nullexnref
  // Parts of instructions.
  case then, `do`, `catch`, catchRef = "catch_ref", catchAll = "catch_all", catchAllRef = "catch_all_ref"
  case delegate
  case i8x16, i16x8, i32x4, i64x2, f32x4, f64x2
  case nanCanonical = "nan:canonical", nanArithmetic = "nan:arithmetic"
  // Scripts.
  case binary, quote, definition, instance, register, invoke, get, either, thread, wait
  case assertReturn = "assert_return", assertTrap = "assert_trap", assertExhaustion = "assert_exhaustion"
  case assertException = "assert_exception", assertSuspension = "assert_suspension"
  case assertInvalid = "assert_invalid", assertMalformed = "assert_malformed"
  case assertUnlinkable = "assert_unlinkable", assertMalformedCustom = "assert_malformed_custom"
  case assertInvalidCustom = "assert_invalid_custom"
  case refExtern = "ref.extern", refHost = "ref.host", refAny = "ref.any", refStruct = "ref.struct"
  case refArray = "ref.array", refExn = "ref.exn"
}

/// A word with everything that it can mean.
package struct Word: Sendable {
  package var keyword: Keyword?
  /// Rows of the instruction table with this mnemonic.
  package var rows: [Int]
}

package struct Vocabulary: Sendable {
  package private(set) var words: [Word] = []
  private var table = SymbolTable()

  package static let shared = Vocabulary()

  private init() {
    for keyword in Keyword.allCases {
      self[keyword.rawValue].keyword = keyword
    }
    for (index, row) in InstructionTable.rows.enumerated() {
      self[row.mnemonic].rows.append(index)
    }
  }

  /// The word's index in `words`, or −1.
  func index(of word: ArraySlice<UInt8>) -> Int32 { table.find(word) ?? -1 }

  private subscript(_ word: String) -> Word {
    mutating get { words[register(word)] }
    set { words[register(word)] = newValue }
  }

  private mutating func register(_ word: String) -> Int {
    let index = Int(table.intern(Array(word.utf8)[...]))
    if index == words.count { words.append(Word(keyword: nil, rows: [])) }
    return index
  }
}
