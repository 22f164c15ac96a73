// What is made and changed at random is Lua, mostly works, and is the same for the same seed.
import LuaSyntax
import Testing

struct GenerationTests {
  private func scripts(seed: UInt64, count: Int) -> [[UInt8]] {
    (0..<count).map { number in
      var generator = ScriptGenerator(RandomSource(seed: seed, stream: UInt64(number)))
      return generator.script()
    }
  }

  @Test func scriptsFromNothingAreLua() throws {
    let scripts = scripts(seed: 1, count: 2000)
    for (script, verdict) in zip(scripts, try Sources.verdicts(on: scripts)) {
      #expect(verdict == "", "\(String(decoding: script, as: UTF8.self))")
      #expect((try? SyntaxTree(parsing: script)) != nil)
    }
    #expect(Set(scripts).count > 1900)
    #expect(scripts == self.scripts(seed: 1, count: 2000))
    #expect(scripts != self.scripts(seed: 2, count: 2000))
  }

  @Test func everyLibraryFunctionIsCalled() {
    let text = scripts(seed: 3, count: 6000).map { String(decoding: $0, as: UTF8.self) }.joined()
    #expect(Library.functions.count > 70)
    for function in Library.functions { #expect(text.contains(function.name), "\(function.name)") }
  }

  @Test func changedTreesAreReadAgainAndDiffer() throws {
    var pieces = PieceStore()
    let trees = Sources.fixtures.filter { $0.source.count < 1500 }.compactMap {
      try? SyntaxTree(parsing: $0.source)
    }
    for tree in trees { pieces.add(tree) }
    var changed = 0
    for (number, tree) in trees.enumerated() {
      for round in 0..<5 {
        var mutator = TreeMutator(RandomSource(seed: 5, stream: UInt64(5 * number + round)), pieces)
        guard let mutant = mutator.mutate(tree) else { continue }
        #expect(try SyntaxTree(parsing: mutant.source).nodes == mutant.nodes)
        if mutant.source != tree.source { changed += 1 }
      }
    }
    #expect(changed > 3 * trees.count)
  }

  @Test func localsGetAttributesAndLoseThem() throws {
    let tree = try SyntaxTree(parsing: Array("local a, b <const> = 1, 2 return a + b".utf8))
    let mutants = (0..<4000).compactMap { number in
      var mutator = TreeMutator(RandomSource(seed: 8, stream: UInt64(number)), PieceStore())
      return mutator.mutate(tree).map {
        Set(String(decoding: $0.source, as: UTF8.self).split(separator: " "))
      }
    }
    for text in ["<close>", "_ENV"] {
      #expect(mutants.contains { $0.contains { $0.hasPrefix(text) } }, "\(text)")
    }
    #expect(mutants.contains { !$0.contains("<const>") && $0.contains("b") })
  }

  @Test func aSliceHasWhatItNeeds() throws {
    let source = """
      local a = 1
      local b = 2
      local function f(x) return x + a end
      print(b)
      print(f(3))
      """
    let slices = try SyntaxTree(parsing: Array(source.utf8)).slices(tokenLimit: 23)
      .map { String(decoding: $0, as: UTF8.self) }
    #expect(
      slices == [
        "local a = 1\n", "local b = 2\n", "local a = 1\nlocal function f(x) return x + a end\n",
        "local b = 2\nprint(b)\n", "local a = 1\nlocal function f(x) return x + a end\nprint(f(3))\n",
      ])
  }
}
