// Where the instructions of a case went, by the calls that led there.

import WebAssembly

/// A tree of calls: one node for each chain of functions that called each other.
public struct CallProfile: Hashable, Sendable {
  public struct Node: Hashable, Sendable {
    public var function: UInt32
    /// The caller's place in `nodes`, before this one; nil for what the host called.
    public var parent: Int?
    /// Executed by the function itself.
    public var instructions: UInt64
    /// How often it was entered from there.
    public var calls: UInt64

    public init(function: UInt32, parent: Int?, instructions: UInt64 = 0, calls: UInt64 = 0) {
      self.function = function
      self.parent = parent
      self.instructions = instructions
      self.calls = calls
    }
  }

  public var nodes: [Node]
  /// Whether there were more chains than `nodeLimit`: those that came later begin at the function in
  /// which the limit was reached.
  public var isTruncated: Bool

  public static let nodeLimit = 1 << 20

  public init(nodes: [Node] = [], isTruncated: Bool = false) {
    self.nodes = nodes
    self.isTruncated = isTruncated
  }

  /// What one function cost.
  public struct FunctionCost: Hashable, Sendable {
    public var function: UInt32
    /// Executed by the function itself.
    public var own: UInt64
    /// Executed by it and what it called. Of a function that calls itself, the outermost calls count.
    public var inclusive: UInt64
    public var calls: UInt64
  }

  /// All instructions.
  public var total: UInt64 { nodes.reduce(0) { $0 &+ $1.instructions } }

  /// The cost of each function that was entered, the most expensive by itself first.
  public var functions: [FunctionCost] {
    var sums = nodes.map(\.instructions)
    var children: [[Int]] = Array(repeating: [], count: nodes.count)
    for index in nodes.indices.reversed() {
      guard let parent = nodes[index].parent else { continue }
      sums[parent] &+= sums[index]
      children[parent].append(index)
    }
    var costs: [UInt32: FunctionCost] = [:]
    /// How often each function stands on the path to the current node.
    var depth: [UInt32: Int] = [:]
    // A node comes up twice: before and, as its complement, after what is below it.
    var pending = nodes.indices.filter { nodes[$0].parent == nil }.reversed() as [Int]
    while let next = pending.popLast() {
      if next < 0 {
        depth[nodes[~next].function, default: 0] -= 1
        continue
      }
      let node = nodes[next]
      var cost = costs[node.function] ?? FunctionCost(function: node.function, own: 0, inclusive: 0, calls: 0)
      cost.own &+= node.instructions
      cost.calls &+= node.calls
      if depth[node.function, default: 0] == 0 { cost.inclusive &+= sums[next] }
      costs[node.function] = cost
      depth[node.function, default: 0] += 1
      pending.append(~next)
      pending += children[next]
    }
    return costs.values.sorted { ($1.own, $1.inclusive, $0.function) < ($0.own, $0.inclusive, $1.function) }
  }

  /// One line a chain, outermost function first, then its own instructions: the collapsed stacks that
  /// flame-graph programs read. `label` names a function; semicolons and blanks in names are replaced.
  public func collapsedStacks(label: (UInt32) -> String) -> String {
    var names: [UInt32: String] = [:]
    func name(_ function: UInt32) -> String {
      if let name = names[function] { return name }
      let name = String(
        String.UnicodeScalarView(
          label(function).unicodeScalars.map { scalar in
            scalar == ";" || scalar.properties.isWhitespace || scalar.value < 0x20 ? "_" : scalar
          }))
      names[function] = name
      return name
    }
    var lines: [String] = []
    for node in nodes where node.instructions > 0 {
      var chain = [name(node.function)]
      var parent = node.parent
      while let index = parent {
        chain.append(name(nodes[index].function))
        parent = nodes[index].parent
      }
      lines.append(chain.reversed().joined(separator: ";") + " \(node.instructions)\n")
    }
    return lines.sorted().joined()
  }
}

/// Attributes instructions: at a call what came before belongs to the caller, at a return to the callee.
final class ProfileObserver: CallObserver {
  private var profile = CallProfile()
  private var indices: [Key: Int] = [:]
  /// The nodes of the functions that were entered and not left, outermost first.
  private var stack: [Int] = []
  private var last: UInt64 = 0

  private struct Key: Hashable {
    var parent: Int
    var function: UInt32
  }

  func enter(function: UInt32, of module: Module, instructions: UInt64) {
    attribute(instructions)
    let node = node(function, parent: stack.last)
    profile.nodes[node].calls &+= 1
    stack.append(node)
  }

  func leave(function: UInt32, of module: Module, instructions: UInt64) {
    attribute(instructions)
    if stack.last.map({ profile.nodes[$0].function }) == function {
      stack.removeLast()
    } else if let index = stack.lastIndex(where: { profile.nodes[$0].function == function }) {
      stack.removeSubrange(index...)
    }
  }

  func end(instructions: UInt64) {
    attribute(instructions)
    stack = []
  }

  private func attribute(_ instructions: UInt64) {
    if let top = stack.last { profile.nodes[top].instructions &+= instructions &- last }
    last = instructions
  }

  private func node(_ function: UInt32, parent: Int?) -> Int {
    var parent = parent
    var key = Key(parent: parent ?? -1, function: function)
    if let index = indices[key] { return index }
    if profile.nodes.count >= CallProfile.nodeLimit {
      profile.isTruncated = true
      // What is not known from here on begins anew, so that there are no more nodes than functions.
      (parent, key) = (nil, Key(parent: -1, function: function))
      if let index = indices[key] { return index }
    }
    profile.nodes.append(CallProfile.Node(function: function, parent: parent))
    indices[key] = profile.nodes.count - 1
    return profile.nodes.count - 1
  }

  func finish() -> ObservedCalls { .profile(profile) }
}
