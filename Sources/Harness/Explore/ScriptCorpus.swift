// The scripts from which others are made, and how that is done.
import LuaHost
import LuaSyntax

/// What a script is made from. Does not change during a round.
struct ScriptCorpus: Sendable {
  private(set) var trees: [SyntaxTree] = []
  /// What each took, in instructions.
  private var costs: [UInt64] = []
  private(set) var pieces = PieceStore()
  private let seed: UInt64

  /// Scripts that grow beyond this are not changed any further.
  private static let tokenLimit = 220
  private static let treeLimit = 30_000
  /// Of seeds that are larger, slices are taken.
  static let sliceTokenLimit = 120

  init(seed: UInt64) { self.seed = seed }

  /// Takes a script among those that are changed.
  mutating func add(_ source: [UInt8], cost: UInt64) {
    guard trees.count < Self.treeLimit, let tree = try? SyntaxTree(parsing: source), !tree.tokens.isEmpty,
      tree.tokens.count <= Self.tokenLimit
    else { return }
    trees.append(tree)
    costs.append(cost)
  }

  /// Takes what a seed holds, to be put into others.
  mutating func addPieces(of source: [UInt8]) {
    if let tree = try? SyntaxTree(parsing: source) { pieces.add(tree) }
  }

  /// The script with a number: the same whatever thread makes it.
  func script(_ number: Int) -> [UInt8] {
    var random = RandomSource(seed: seed, stream: UInt64(number))
    if trees.isEmpty || random.below(5) < 2 {
      var generator = ScriptGenerator(random)
      return generator.script()
    }
    for _ in 0..<4 {
      // What is new has not been tried as much as what is old.
      let recent = random.oneIn(3) ? max(0, trees.count - 200) : 0
      let (one, other) = (
        recent + random.below(trees.count - recent), recent + random.below(trees.count - recent)
      )
      // The cheaper of two, mostly: more of them can be tried.
      let tree = trees[(costs[one] <= costs[other]) != random.oneIn(6) ? one : other]
      var mutator = TreeMutator(random, pieces)
      if let changed = mutator.mutate(tree), changed.tokens.count <= 2 * Self.tokenLimit {
        return changed.source
      }
      _ = random.next()
    }
    var generator = ScriptGenerator(random)
    return generator.script()
  }
}
