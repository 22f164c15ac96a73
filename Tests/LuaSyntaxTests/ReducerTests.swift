// Sources become small and keep what they are reduced for.
import LuaSyntax
import Testing

/// The same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ state >> 29) &* 0x9E37_79B9_7F4A_7C15
  }
}

extension SystemRandomNumberGenerator {
  static func seeded(_ seed: UInt64) -> SeededGenerator { SeededGenerator(state: seed) }
}

struct ReducerTests {
  private func reduced(_ source: String, while property: @escaping ([UInt8]) -> Bool) throws -> String {
    var reducer = Reducer(Array(source.utf8)) { candidates in candidates.firstIndex(where: property) }
    try reducer.run()
    #expect(property(reducer.smallest))
    return String(decoding: reducer.smallest, as: UTF8.self)
  }

  @Test func aCallDeepInAScriptIsLaidBare() throws {
    let source = """
      -- A long script.
      local function helper(a, b, c)
        if a then
          for i = 1, 10 do
            local t = { x = 1, y = string.rep("ab", 3 + i), 7 }
            print(t.x, t.y) -- and more
          end
        else
          return b, c
        end
      end
      while true do helper(1, 2, 3) break end
      return helper
      """
    #expect(
      try reduced(source) { String(decoding: $0, as: UTF8.self).contains("rep(") }
        == "rep()\n")
  }

  @Test func listsLoseWhatTheyCanSpare() throws {
    let result = try reduced("local a, b, c = f(1, 2, 3), { 4, five = 5, [6] = 6 }, 7\nreturn a, b, c") {
      String(decoding: $0, as: UTF8.self).contains("five = 5")
    }
    #expect(result == "c { five = 5 }\n")
  }

  @Test func aFunctionGoesWhereItIsCalledOnce() throws {
    func isKept(_ source: [UInt8]) -> Bool {
      guard let tree = try? SyntaxTree(parsing: source) else { return false }
      let text = String(decoding: source, as: UTF8.self)
      return text.contains("print(a)") && text.contains("'kept'")
        && tree.nodes.contains { $0.kind == .nameList && tree.text($0.tokens).first == UInt8(ascii: "a") }
    }
    for definition in [
      "local function f(a, b)\n  print(a) -- shown\nend", "function f(a)\n  print(a)\n  return a .. 'x'\nend",
    ] {
      let result = try reduced(definition + "\nlocal x = 1\nif x then\n  f('kept', 2)\nend", while: isKept)
      #expect(result == "local a = 'kept'\nprint(a)\n")
    }
    // What is called twice, returns from within, takes any number of arguments or gives a value stays where it is.
    for source in [
      "function f(a) print(a) end f('kept') f('kept')", "function f(a) if a then return end end f('kept')",
      "function f(a, ...) print(a) end f('kept')", "function f(a) print(a) end x = f('kept')",
      "function f(a) f(a) end g('kept')", "f('kept') function f(a) print(a) end",
    ] {
      var isOffered = false
      _ = try reduced(source) { candidate in
        if String(decoding: candidate, as: UTF8.self).contains("do local a") { isOffered = true }
        return candidate == Array(source.utf8)
      }
      #expect(!isOffered, "\(source)")
    }
  }

  @Test func whatIsNoLuaIsReducedByItsBytes() throws {
    let result = try reduced("local x = 1\nlocal s = 'never ends\nprint(x)\n") {
      $0.contains(UInt8(ascii: "'")) && (try? SyntaxTree(parsing: $0)) == nil
    }
    #expect(result == "'")
  }

  @Test func theLimitIsKept() throws {
    var judged = 0
    let lines = (0..<40).map { "local v\($0) = f(\($0), g(\($0)))" }
    let source = Array((lines.joined(separator: "\n") + "\n").utf8)
    var reducer = Reducer(source, judgedLimit: 50) { candidates in
      judged += candidates.count
      return nil
    }
    try reducer.run()
    #expect(judged >= 50 && judged < 60)
    #expect(reducer.smallest == source)
  }

  @Test func anyFixtureIsReducedToItsProperty() throws {
    for fixture in Sources.fixtures.filter({ $0.source.count < 2000 }).prefix(40) {
      guard let tree = try? SyntaxTree(parsing: fixture.source),
        let string = tree.tokens.last(where: { $0.kind == .string && $0.range.count > 4 })
      else { continue }
      let wanted = Array(fixture.source[string.range])
      var reducer = Reducer(fixture.source) { candidates in
        candidates.firstIndex { $0.contains(sequence: wanted) }
      }
      try reducer.run()
      #expect(reducer.smallest.contains(sequence: wanted))
      // A statement around it, and no more.
      #expect(reducer.smallest.count < wanted.count + 25, "\(fixture.path)")
    }
  }
}
