// Which functions two builds have, and which of them have the same code.
import LuaHost

package struct ModuleDifference: Hashable, Sendable {
  /// How many functions of the same name both have.
  package private(set) var commonCount = 0
  /// Those of them whose code differs, by their index in the new build.
  package private(set) var changed: [ModuleFunction] = []
  package private(set) var removed: [ModuleFunction] = []
  package private(set) var added: [ModuleFunction] = []

  /// If the modules differ in custom sections alone, no function differs. Functions are matched by name; of several with the same name, the first is matched with the first.
  package init(old: [ModuleFunction], new: [ModuleFunction], haveSameCode: Bool = false) {
    if haveSameCode {
      // One of them may have lost its names.
      commonCount = new.count
      return
    }
    var candidates: [String: ArraySlice<ModuleFunction>] = [:]
    for function in old { candidates[function.label, default: []].append(function) }
    for function in new {
      guard let match = candidates[function.label]?.popFirst() else {
        added.append(function)
        continue
      }
      commonCount += 1
      if !function.hasSameCode(as: match) { changed.append(function) }
    }
    removed = candidates.values.joined().sorted { $0.index < $1.index }
  }

  /// Whether so little differs that a changed function is likely to be a cause: when a module was linked
  /// anew, the addresses and indices in its code differ nearly everywhere.
  package var isTelling: Bool { !changed.isEmpty && changed.count * 5 <= commonCount }

  /// The first function entered whose code differs; nil when that tells nothing. `entered` is the number of
  /// the event at which each function of the new build was entered first.
  func firstChanged(entered: [UInt32: UInt64], label: (UInt32) -> String) -> String? {
    guard isTelling else { return nil }
    return changed.compactMap { function in entered[function.index].map { ($0, function.index) } }
      .min { $0 < $1 }.map { label($0.1) }
  }

  /// What there is to say; nothing when the functions are the same.
  package var facts: [Notice.Fact] {
    var facts: [Notice.Fact] = []
    if !changed.isEmpty {
      facts.append(
        .functionsChanged(count: changed.count, of: commonCount, names: isTelling ? Self.names(changed) : nil)
      )
    }
    if !removed.isEmpty { facts.append(.functionsRemoved(count: removed.count, names: Self.names(removed))) }
    if !added.isEmpty { facts.append(.functionsAdded(count: added.count, names: Self.names(added))) }
    return facts
  }

  private static func names(_ functions: [ModuleFunction]) -> [String] {
    functions.prefix(10).map { EscapedText.string($0.label.utf8) }
  }
}
