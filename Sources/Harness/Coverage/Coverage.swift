// Which functions of a module which cases enter.
import LuaHost

/// The coverage of a run, or of several runs on the same module.
package struct Coverage: Hashable, Sendable {
  package struct Case: Hashable, Sendable {
    package var id: String
    /// Indices of the functions that it enters.
    package var functions: Set<UInt32>

    package init(id: String, functions: Set<UInt32>) {
      self.id = id
      self.functions = functions
    }
  }

  /// SHA-256 in hexadecimal.
  package var moduleDigest: String
  /// The names of all functions by their indices, imports first.
  package var labels: [String]
  package var importCount: Int
  /// The functions that start-up enters.
  package var enteredAtStart: Set<UInt32> = []
  /// Ordered by id.
  package var cases: [Case] = []

  package init(moduleDigest: String, labels: [String], importCount: Int) {
    self.moduleDigest = moduleDigest
    self.labels = labels
    self.importCount = importCount
  }

  /// The coverage of no case yet.
  package init(of provider: some CaseExecutorProvider) {
    let functions = provider.functions
    self.init(
      moduleDigest: provider.moduleDigest, labels: functions.map(\.label),
      importCount: functions.count { $0.isImported })
  }

  /// Notes what a case entered, if that was observed.
  package mutating func add(_ id: String, _ observed: ObservedCalls) {
    guard case .coverage(let calls) = observed else { return }
    enteredAtStart.formUnion(calls.enteredAtStart)
    cases.append(Case(id: id, functions: calls.entered))
  }

  // MARK: - Questions

  /// The functions that the module defines: an import is the host's.
  package var defined: Range<UInt32> { UInt32(importCount)..<UInt32(max(importCount, labels.count)) }

  /// The functions that some case enters.
  package var entered: Set<UInt32> { cases.reduce(into: []) { $0.formUnion($1.functions) } }

  package func label(_ function: UInt32) -> String {
    Int(function) < labels.count
      ? EscapedText.string(labels[Int(function)].utf8) : "function \(function)"
  }

  /// The defined functions whose name matches.
  package func functions(named glob: Glob) -> [UInt32] {
    defined.filter { glob.matches(labels[Int($0)]) }
  }

  /// The ids of the cases that enter a function.
  package func cases(entering function: UInt32) -> [String] {
    cases.filter { $0.functions.contains(function) }.map(\.id)
  }

  /// The smallest set of cases that together enter all of these functions that any case enters, each with the
  /// number of functions that it adds to those before it, and whether it is known to be the smallest.
  package func cover(_ functions: Set<UInt32>) -> (cases: [(id: String, added: Int)], isSmallest: Bool) {
    let cover = SetCover(of: functions, by: cases.map(\.functions))
    var missing = functions
    var chosen: [(id: String, added: Int)] = []
    for index in cover.chosen {
      let added = missing.intersection(cases[index].functions)
      missing.subtract(added)
      chosen.append((cases[index].id, added.count))
    }
    return (chosen, cover.isSmallest)
  }
}
