/// Why a module cannot be given unwinding.

import WebAssembly

package enum UnwindError: Error, Hashable, Sendable {
  /// The module is malformed or invalid, or uses a feature that the pass does not follow.
  case unusable(ModuleError)
  /// One of the three exports that the pass starts from is missing.
  case missingExport(name: String, kind: ExternKind)
  /// The export with the flag is not a global of this module that holds an i32 and can be set.
  case unsuitableFlag(name: String)
  /// Functions can enter the table from outside, so that what an indirect call reaches cannot be known.
  case openTable
}

extension UnwindError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unusable(let error):
      "the module cannot be used: \(error)"
    case .missingExport(let name, let kind):
      "the module exports no \(kind.keyword) \"\(name)\"; link it with --export=\(name)"
    case .unsuitableFlag(let name):
      "the global \"\(name)\" must be an i32 of the module itself that can be set"
    case .openTable:
      "the module imports or exports a table, so what its indirect calls reach cannot be known"
    }
  }
}
