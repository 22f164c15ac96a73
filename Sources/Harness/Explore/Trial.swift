// One script that was tried on both builds, and what came of it.
import LuaHost

/// What makes a script worth reporting.
package enum ExploreFinding: Hashable, Sendable {
  /// The builds answer differently.
  case difference(Cause)
  /// The new build traps or reaches a limit; so does the other one.
  case ending(KeptProperty)
  /// The new build takes more, or less, instructions by the factor that was asked for.
  case cost(isMore: Bool)
}

/// A script and what it showed. Only what is worth keeping of it.
struct Trial: Sendable {
  var number: Int
  var source: [UInt8]
  /// Edges of the new build that were not known when the round began.
  var edges: [UInt32]
  /// Pairs of host calls that were not.
  var pairs: [HostCallPair]
  /// What the new build took.
  var instructions: UInt64 = 0
  var finding: ExploreFinding?

  var isWorthKeeping: Bool { !edges.isEmpty || !pairs.isEmpty || finding != nil }
}

/// Two host calls one after the other, as far as they tell how the module uses its host.
struct HostCallPair: Hashable, Sendable {
  var first: String
  var second: String

  static func pairs(_ trace: HostCallTrace) -> Set<HostCallPair> {
    let signs = trace.calls.map(sign)
    return Set(zip(signs, signs.dropFirst()).map { HostCallPair(first: $0, second: $1) })
  }

  /// The function, and whether it found what it was asked for.
  private static func sign(_ call: HostCall) -> String {
    let result: Int32 =
      switch call {
      case .set(_, _, _, let result), .get(_, _, _, let result), .delete(_, _, let result),
        .size(_, let result), .keys(_, _, let result), .timeNow(let result):
        result
      }
    return "\(call.name) \(result.signum())"
  }
}
