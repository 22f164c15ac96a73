// Which faults are made: all or a sample of those in the functions asked for, each with an id.
import LuaHost

/// A fault that is to be made.
struct ChosenFault: Sendable {
  let fault: Fault
  let id: CaseID
  /// The function's name, unique in the module.
  let function: String
  /// The part of the id behind it.
  let name: String
}

/// The names by which ids speak of a module's functions: one word each, not escaped.
struct FunctionLabels: Sendable {
  private let labels: [String]

  init(_ functions: [ModuleFunction]) {
    let counts = Dictionary(functions.map { ($0.name ?? "", 1) }, uniquingKeysWith: +)
    labels = functions.map { function in
      guard let name = function.name, !name.isEmpty, counts[name] == 1 else {
        return "func[\(function.index)]"
      }
      // An id is one word.
      return String(name.map { $0.isWhitespace ? "_" : $0 })
    }
  }

  subscript(index: UInt32) -> String {
    labels.indices.contains(Int(index)) ? labels[Int(index)] : "func[\(index)]"
  }

  var all: [String] { labels }
}

struct FaultChoice: Sendable {
  let labels: FunctionLabels
  /// In the order of their ids.
  let chosen: [ChosenFault]
  /// How many there are in the functions asked for.
  let faultCount: Int

  /// Throws `UsageError` when a pattern matches no function.
  init(_ module: LuaModule, _ options: MutateOptions) throws {
    let functions = module.functions
    let labels = FunctionLabels(functions)
    self.labels = labels
    for glob in options.functions
    where !functions.contains(where: { !$0.isImported && glob.matches(labels[$0.index]) }) {
      throw UsageError(
        "the module has no function \(glob.pattern)"
          + Suggestion.hint(
            for: glob.pattern, in: functions.filter { !$0.isImported }.map { labels[$0.index] }))
    }
    let faults: [Fault]
    do {
      faults = try module.faults { function in
        options.functions.isEmpty || options.functions.contains { $0.matches(labels[function]) }
      }
    } catch {
      throw CaseExecutionError.fault("the module's code cannot be read: \(error)")
    }
    faultCount = faults.count
    var all = faults.map { Self.chosen($0, labels) }
    if let sample = options.sample, sample < all.count {
      // Each has its rank whatever others there are.
      let ranked = all.indices.map { (rank: all[$0].id.hash(seed: options.seed), index: $0) }
      let kept = ranked.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.prefix(sample)
      all = kept.map { all[$0.index] }
    }
    chosen = all.sorted { $0.id < $1.id }
  }

  private static func chosen(_ fault: Fault, _ labels: FunctionLabels) -> ChosenFault {
    let function = labels[fault.function]
    let digits = String(fault.offset, radix: 16)
    let offset = "0x" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    let name = "\(offset):\(fault.changeText { labels[$0] })"
    return ChosenFault(
      fault: fault, id: CaseID(components: [Array("\(function)+\(name)".utf8)]),
      function: EscapedText.string(function.utf8), name: EscapedText.string(name.utf8))
  }
}

extension CaseID {
  /// The same number for the same id and seed, everywhere.
  fileprivate func hash(seed: UInt64) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ (seed &* 0x9E37_79B9_7F4A_7C15)
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ (hash >> 33)
  }
}
