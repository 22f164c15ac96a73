import WebAssembly

/// Why a module cannot be printed.
public enum PrintError: Error, Hashable, Sendable {
  /// An expression's bytes are not instructions.
  case malformed(DecodeError)
  /// The text names every local; this function declares more than can be printed.
  case tooManyLocals(function: UInt32, count: UInt64)
  /// The functions up to this one declare more than can be printed.
  case tooManyLocalsOfAll(function: UInt32)
}

extension PrintError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let error):
      "cannot print a malformed expression: \(error)"
    case .tooManyLocals(let function, let count):
      "cannot print function \(function): it declares \(count) locals, more than the \(ModulePrinter.maximumLocals) "
        + "that a text may have"
    case .tooManyLocalsOfAll(let function):
      "cannot print function \(function): up to it the functions declare more than the "
        + "\(ModulePrinter.maximumLocalsOfAll) locals that a text may have"
    }
  }
}
