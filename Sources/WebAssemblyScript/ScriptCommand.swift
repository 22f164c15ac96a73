import WebAssembly
import WebAssemblyText

/// The commands of a test script, as the official test suite writes them.

public struct ScriptCommand: Sendable {
  /// Of the command's opening parenthesis.
  public var position: TextPosition
  public var kind: Kind

  public init(position: TextPosition, kind: Kind) {
    self.position = position
    self.kind = kind
  }

  public indirect enum Kind: Sendable {
    /// Defines a module and instantiates it.
    case module(ScriptModule)
    /// Defines a module that `instance` may instantiate.
    case definition(ScriptModule)
    /// Instantiates a module defined before: the last one, or the one of that name.
    case instance(name: String?, definition: String?)
    /// Offers an instance's exports to the imports of later modules.
    case register(module: String, instance: String?)
    case action(ScriptAction)
    case assertReturn(ScriptAction, [ExpectedValue])
    case assertTrap(ScriptAction, message: String)
    /// Instantiating the module traps.
    case assertModuleTrap(ScriptInstance, message: String)
    case assertExhaustion(ScriptAction, message: String)
    case assertException(ScriptAction)
    case assertSuspension(ScriptAction, message: String)
    case assertMalformed(ScriptModule, message: String)
    case assertInvalid(ScriptModule, message: String)
    case assertUnlinkable(ScriptInstance, message: String)
    /// As the two above for what custom sections and annotations hold.
    case assertMalformedCustom(ScriptModule, message: String)
    case assertInvalidCustom(ScriptModule, message: String)
    /// Commands that run beside the others, with names and a registry of their own; of the instances named
    /// they have what threads can share.
    case thread(name: String?, shared: [String], [ScriptCommand])
    /// Waits until the thread has finished: the last one, or the one of that name.
    case wait(String?)
    /// A command that cannot be read.
    case unreadable(TextError)
  }
}

extension ScriptCommand.Kind {
  /// The command's first word in a script.
  public var keyword: String {
    switch self {
    case .module: "module"
    case .definition: "module definition"
    case .instance: "module instance"
    case .register: "register"
    case .action(let action): action.keyword
    case .assertReturn: "assert_return"
    case .assertTrap, .assertModuleTrap: "assert_trap"
    case .assertExhaustion: "assert_exhaustion"
    case .assertException: "assert_exception"
    case .assertSuspension: "assert_suspension"
    case .assertMalformed: "assert_malformed"
    case .assertInvalid: "assert_invalid"
    case .assertUnlinkable: "assert_unlinkable"
    case .assertMalformedCustom: "assert_malformed_custom"
    case .assertInvalidCustom: "assert_invalid_custom"
    case .thread: "thread"
    case .wait: "wait"
    case .unreadable: "unreadable command"
    }
  }
}

/// A module in a script.
public struct ScriptModule: Sendable {
  public var name: String?
  public var content: Content

  public init(name: String? = nil, _ content: Content) {
    self.name = name
    self.content = content
  }

  public enum Content: Sendable {
    case text(ModuleStructure)
    /// A text that is not a module. The position is in the script.
    case malformedText(TextError)
    /// A module in the binary format, well-formed or not.
    case binary([UInt8])
    /// A module's text, well-formed or not.
    case quote([UInt8])
  }
}

/// What an assertion instantiates.
public enum ScriptInstance: Sendable {
  case module(ScriptModule)
  /// A module defined before: the last one, or the one of that name.
  case instance(name: String?, definition: String?)
}

/// Something done with an instance: the last one, or the one of that name.
public enum ScriptAction: Sendable {
  case invoke(instance: String?, name: String, arguments: [ScriptValue])
  case get(instance: String?, name: String)

  var keyword: String {
    switch self {
    case .invoke: "invoke"
    case .get: "get"
    }
  }
}

/// A value that a script passes to a function. Floating-point values are given by their bits.
public enum ScriptValue: Sendable, Hashable {
  case i32(UInt32)
  case i64(UInt64)
  case f32(UInt32)
  case f64(UInt64)
  case v128(low: UInt64, high: UInt64)
  /// The null of a type; without a type, of whichever is wanted.
  case null(HeapType?)
  /// A host object that the script numbers, as an `externref`.
  case extern(UInt32)
  /// The same as an `anyref`.
  case host(UInt32)
}

/// What a script expects of a result.
public indirect enum ExpectedValue: Sendable, Hashable {
  case i32(UInt32)
  case i64(UInt64)
  case f32(NumberPattern)
  case f64(NumberPattern)
  /// Lanes of equal width, the first in the lowest bits.
  case v128(laneWidth: Int, [NumberPattern])
  /// A null, of whichever type.
  case null
  case extern(UInt32)
  case host(UInt32)
  /// Any reference that is not null and points to something of this kind.
  case reference(HeapType)
  case either([ExpectedValue])
}

public enum NumberPattern: Sendable, Hashable {
  case bits(UInt64)
  /// A NaN of either sign whose payload is just the highest bit.
  case canonicalNaN
  /// A NaN of either sign whose payload has the highest bit.
  case arithmeticNaN
}
