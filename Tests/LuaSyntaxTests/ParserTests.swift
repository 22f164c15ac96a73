// The grammar, held against the fixtures and against what a real Lua loads.
import LuaHost
import LuaSyntax
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the tests share.
enum Sources {
  static let top = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

  /// All fixtures, by their paths.
  static let fixtures: [(path: String, source: [UInt8])] = {
    let files = (try? FileManager.default.subpathsOfDirectory(atPath: top + "/fixtures")) ?? []
    return files.filter { $0.hasSuffix(".lua") }.sorted().compactMap { path in
      FileManager.default.contents(atPath: top + "/fixtures/" + path).map { (path, Array($0)) }
    }
  }()

  /// Whether Lua loads each source, or what it says against it.
  static func verdicts(on sources: [[UInt8]]) throws -> [String] {
    let module = try LuaModule(
      bytes: Array(FileManager.default.contents(atPath: top + "/lua.wasm") ?? Data()))
    let machine = try module.makeExecutor()
    return try sources.map { source in
      var level = 0
      while source.contains(sequence: Array("]\(String(repeating: "=", count: level))]".utf8)) { level += 1 }
      let bracket = String(repeating: "=", count: level)
      let script = "return select(2, load([\(bracket)[\n".utf8 + source + "]\(bracket)], '=c')) or ''".utf8
      let outcome = try machine.run(CaseRequest(steps: [.source(Array(script))]))
      guard case .value(.value(.string(let text)))? = outcome.steps.first?.result else { return "?" }
      return String(decoding: text, as: UTF8.self)
    }
  }
}

extension [UInt8] {
  func contains(sequence: [UInt8]) -> Bool {
    guard count >= sequence.count else { return false }
    return (0...(count - sequence.count)).contains { self[$0...].starts(with: sequence) }
  }
}

struct ParserTests {
  /// One line a node, two spaces deeper below its parent.
  private func drawn(_ source: String) throws -> String {
    let tree = try SyntaxTree(parsing: Array(source.utf8))
    func lines(_ node: Int, _ depth: Int) -> [String] {
      let text = String(decoding: tree.text(tree.nodes[node].tokens), as: UTF8.self)
      return [String(repeating: "  ", count: depth) + "\(tree.nodes[node].kind) \(text)"]
        + tree.children(of: node).flatMap { lines($0, depth + 1) }
    }
    return lines(tree.root, 0).joined(separator: "\n")
  }

  @Test func operatorsBindAsTheManualSays() throws {
    #expect(
      try drawn("x = -a ^ b .. c .. d < 1 + 2 * 3") == """
        block x = -a ^ b .. c .. d < 1 + 2 * 3
          assignment x = -a ^ b .. c .. d < 1 + 2 * 3
            variableList x
              name x
            expressionList -a ^ b .. c .. d < 1 + 2 * 3
              binary -a ^ b .. c .. d < 1 + 2 * 3
                binary -a ^ b .. c .. d
                  unary -a ^ b
                    binary a ^ b
                      name a
                      name b
                  binary c .. d
                    name c
                    name d
                binary 1 + 2 * 3
                  number 1
                  binary 2 * 3
                    number 2
                    number 3
        """)
  }

  @Test func suffixesAndArguments() throws {
    #expect(
      try drawn("a.b[c]:d{1, x = 2}\"s\"") == """
        block a.b[c]:d{1, x = 2}"s"
          callStatement a.b[c]:d{1, x = 2}"s"
            call a.b[c]:d{1, x = 2}"s"
              call a.b[c]:d{1, x = 2}
                index a.b[c]
                  index a.b
                    name a
                  name c
                arguments {1, x = 2}
                  table {1, x = 2}
                    field 1
                      number 1
                    field x = 2
                      number 2
              arguments "s"
                string "s"
        """)
  }

  @Test func everyFixtureThatLuaLoadsIsRead() throws {
    #expect(Sources.fixtures.count > 200)
    let verdicts = try Sources.verdicts(on: Sources.fixtures.map(\.source))
    for (fixture, verdict) in zip(Sources.fixtures, verdicts) where verdict.isEmpty {
      let tree = try SyntaxTree(parsing: fixture.source)
      #expect(tree.nodes[tree.root].tokens == tree.tokens.indices, "\(fixture.path)")
      // Tidied it is the same chunk, token by token.
      let again = try SyntaxTree(parsing: tree.tidied())
      #expect(again.tokens.map(\.kind) == tree.tokens.map(\.kind), "\(fixture.path)")
      #expect(again.nodes == tree.nodes, "\(fixture.path)")
    }
  }

  /// What a chunk must meet besides the grammar.
  private static let beyondTheGrammar = [
    "break outside a loop", "no visible label", "already defined", "attempt to assign to const", "jumps into",
    "outside a vararg function", "unknown attribute", "multiple to-be-closed", "too many",
    "control structure",
  ]

  @Test func whatIsBrokenIsRefusedAsLuaRefusesIt() throws {
    var random = SystemRandomNumberGenerator.seeded(7)
    var sources: [[UInt8]] = []
    for fixture in Sources.fixtures where fixture.source.count < 4000 {
      guard let tree = try? SyntaxTree(parsing: fixture.source), !tree.tokens.isEmpty else { continue }
      for _ in 0..<6 {
        var source = fixture.source
        let token = tree.tokens[Int.random(in: tree.tokens.indices, using: &random)]
        let other = tree.tokens[Int.random(in: tree.tokens.indices, using: &random)]
        let replacement = Bool.random(using: &random) ? [] : Array(source[other.range])
        source.replaceSubrange(token.range, with: [0x20] + replacement + [0x20])
        sources.append(source)
      }
    }
    #expect(sources.count > 1000)
    var accepted = 0
    for (source, verdict) in zip(sources, try Sources.verdicts(on: sources)) {
      let isRead = (try? SyntaxTree(parsing: source)) != nil
      if verdict.isEmpty { accepted += 1 }
      if Self.beyondTheGrammar.contains(where: { verdict.contains($0) }) { continue }
      #expect(isRead == verdict.isEmpty, "\(verdict): \(String(decoding: source, as: UTF8.self))")
    }
    #expect(accepted > 100)
  }

  @Test(arguments: [
    ("x = 'a", "line 1: the string does not end"), ("x =\n= 1", "line 2: expected an expression"),
    ("f(", "line 1: expected an expression before the end"), ("x = 3x", "line 1: the number is malformed"),
    ("x = 0x", "line 1: the number is malformed"),
    ("a.b", "line 1: expected a statement, not an expression, before the end"),
    ("f() = 1", "line 1: expected what can be assigned to before this"),
    ("--[[", "line 1: the long comment does not end"),
    ("x = '\\q'", "line 1: there is no escape \\ with byte 113"), ("x = $", "line 1: unexpected byte 36"),
  ])
  func errorsSayWhere(_ source: String, _ message: String) {
    let error = #expect(throws: LuaSyntaxError.self) { try SyntaxTree(parsing: Array(source.utf8)) }
    #expect(error?.description == message)
  }

  @Test func depthIsBounded() throws {
    for (open, close) in [("(", ")"), ("{", "}"), ("function() return ", " end")] {
      let source =
        "x = " + String(repeating: open, count: 100_000) + "1" + String(repeating: close, count: 100_000)
      #expect(throws: LuaSyntaxError.self) { try SyntaxTree(parsing: Array(source.utf8)) }
    }
    let chain = "x = 1" + String(repeating: " + 1", count: 100_000)
    #expect(try SyntaxTree(parsing: Array(chain.utf8)).nodes.count == 200_006)
  }
}
