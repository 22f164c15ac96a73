/// Why a module cannot be given unwinding.

import WebAssembly

package enum UnwindError: Error, Hashable, Sendable {
  /// The module is malformed, or uses a feature that the pass does not follow.
  case malformed(DecodeError)
  /// One of the three exports that the pass starts from is missing or is not what it must be.
  case missingExport(name: String, kind: ExternKind)
  /// Functions can enter the table from outside, so that what an indirect call reaches cannot be known.
  case openTable
  /// A body leaves more blocks than it entered.
  case unbalancedBody(function: UInt32)
}

extension UnwindError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .malformed(let error):
      "the module cannot be read: \(error)"
    case .missingExport(let name, let kind):
      "the module exports no \(kind.keyword) \"\(name)\"; link it with --export=\(name)"
    case .openTable:
      "the module imports or exports a table, so what its indirect calls reach cannot be known"
    case .unbalancedBody(let function):
      "the blocks of function \(function) are not balanced"
    }
  }
}
