// Names the Lua cause of a trap, from the functions of the Lua C sources through which it passed.

/// What a script did that ended in a trap.
public enum LuaFailureCause: String, Hashable, Sendable, CaseIterable {
  case yield, syntaxError, outOfMemory, stackOverflow, errorInErrorHandling, error, panic

  /// One sentence without a full stop.
  public var explanation: String {
    let cannotCatch = "this build cannot catch errors"
    return switch self {
    case .yield: "a coroutine yielded; this build cannot leave a coroutine"
    case .syntaxError: "the source has a syntax error; \(cannotCatch)"
    case .outOfMemory: "Lua ran out of memory; \(cannotCatch)"
    case .stackOverflow: "a Lua stack overflowed; \(cannotCatch)"
    case .errorInErrorHandling: "an error was raised while an error was handled; \(cannotCatch)"
    case .error: "a Lua error was raised; \(cannotCatch)"
    case .panic: "a Lua error was raised outside of a protected call"
    }
  }

  /// What the innermost frames of a trap show; nil when they are not those of a Lua error. `frames` are
  /// the functions' names, innermost first, as `StepResult.trap` has them.
  public init?(frames: [String]) {
    let names = Set(frames.prefix(Self.depth))
    guard !names.isDisjoint(with: Self.throwers) else { return nil }
    // An error with a message passes through luaG_errormsg, whoever raised it.
    let signs = names.contains("luaG_errormsg") ? Self.signsOfMessages : Self.directSigns
    self = signs.first { !names.isDisjoint(with: $0.functions) }?.cause ?? .error
  }

  /// How many frames from the trap the function that tells the cause can be.
  private static let depth = 8

  /// What every error passes through. Without one of them the trap has another cause.
  private static let throwers: Set<String> = [
    "luaD_throw", "luaG_errormsg", "luaG_runerror", "lua_error", "luaL_error", "lua_yieldk",
    "luaD_throwbaselevel",
    "luaD_errerr",
  ]

  private typealias Sign = (functions: Set<String>, cause: LuaFailureCause)

  /// The more telling before the less.
  private static let directSigns: [Sign] = [
    (["lua_yieldk", "luaB_yield"], .yield),
    (["luaX_syntaxerror", "lexerror", "luaK_semerror", "errorlimit"], .syntaxError),
    (["luaM_malloc_", "luaM_saferealloc_", "luaM_error"], .outOfMemory),
    (["luaD_errerr", "luaE_seterrorobj"], .errorInErrorHandling),
    (["panic"], .panic),
  ]
  private static let signsOfMessages: [Sign] = [
    (["luaE_checkcstack", "luaD_growstack", "stackerror", "luaE_incCstack"], .stackOverflow)
  ]
}
