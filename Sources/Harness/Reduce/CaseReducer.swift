// Makes a case smaller: first its steps, then the source of each.
import LuaHost
import LuaSyntax

/// Why a search for something smaller ended before it was done.
package enum ReductionStop: Error, Hashable, Sendable {
  case time, runs, interrupted
}

/// Reduces the steps of a case while a judge says that they have the property.
struct CaseReducer {
  /// The smallest case that was found.
  private(set) var steps: [CaseStep]
  /// How many candidates were run.
  private(set) var runCount = 0
  /// Lines that stand before the first source: its directives.
  private let head: [UInt8]
  private let runLimit: Int
  private let deadline: ContinuousClock.Instant?
  private let inventsLiterals: Bool
  private var judge: PropertyJudge

  init(
    _ steps: [CaseStep], head: [UInt8] = [], _ judge: PropertyJudge, runLimit: Int = .max,
    deadline: ContinuousClock.Instant? = nil
  ) {
    (self.steps, self.head, self.judge) = (steps, head, judge)
    (self.runLimit, self.deadline) = (runLimit, deadline)
    inventsLiterals = !judge.property.isValue
  }

  /// Whether the case, as it stands, has the property.
  mutating func holds() throws(CaseExecutionError) -> Bool {
    runCount += 1
    return try judge.holds(Self.withHead(head, steps))
  }

  /// Whether a case that does nothing has the property.
  mutating func holdsOfNothing() throws(CaseExecutionError) -> Bool {
    runCount += 1
    return try judge.holds([.source([])])
  }

  /// Reduces as far as it goes. Throws `ReductionStop` when it has to end before; `steps` stand.
  mutating func run() throws {
    var size = Int.max
    while Self.size(steps) < size {
      size = Self.size(steps)
      if steps.count > 1 { try leaveOutSteps() }
      for index in steps.indices {
        guard case .source(let source) = steps[index] else { continue }
        try reduce(source, at: index)
      }
    }
  }

  private mutating func leaveOutSteps() throws {
    var length = (steps.count + 1) / 2
    while length > 0 {
      var start = 0
      while start < steps.count, steps.count > 1 {
        var candidate = steps
        candidate.removeSubrange(start..<min(start + length, steps.count))
        if !candidate.isEmpty, try tryOut(candidate) { steps = candidate } else { start += length }
      }
      length = length == 1 ? 0 : (length + 1) / 2
    }
  }

  private mutating func reduce(_ source: [UInt8], at index: Int) throws {
    var search = self
    var reducer = Reducer(source, batch: 1) { candidates in
      var candidate = search.steps
      candidate[index] = .source(candidates[0])
      return try search.tryOut(candidate) ? 0 : nil
    }
    reducer.inventsLiterals = inventsLiterals
    defer {
      self = search
      steps[index] = .source(reducer.smallest)
    }
    try reducer.run()
  }

  private mutating func tryOut(_ candidate: [CaseStep]) throws -> Bool {
    if runCount >= runLimit { throw ReductionStop.runs }
    if let deadline, deadline < .now { throw ReductionStop.time }
    runCount += 1
    do {
      return try judge.holds(Self.withHead(head, candidate))
    } catch CaseExecutionError.interrupted {
      throw ReductionStop.interrupted
    }
  }

  /// Directives are comments of the first source.
  private static func withHead(_ head: [UInt8], _ steps: [CaseStep]) -> [CaseStep] {
    guard !head.isEmpty, case .source(let source)? = steps.first else { return steps }
    return [.source(head + source)] + steps.dropFirst()
  }

  static func size(_ steps: [CaseStep]) -> Int {
    steps.reduce(steps.count) { $0 + ($1.source?.count ?? 0) }
  }
}
