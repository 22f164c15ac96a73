// The internal code of functions, as inspect --code shows it.
import Harness
import LuaHost
import WebAssembly

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

enum CodeListing {
  /// Writes the code of the functions that a word of the command line names.
  static func write(_ word: String, of path: Path, asJSON: Bool, _ context: CommandContext) throws -> ExitCode
  {
    let module = try ModuleFile.load(path)
    try ModuleFile.validate(module, path)
    var functions: [Function] = []
    for index in try indices(word, module, path) {
      guard let code = try module.disassemble(index) else {
        throw UsageError("function \(index) of \(path) is imported: it has no code in this module")
      }
      if asJSON {
        functions.append(Function(code))
      } else {
        context.output.write(code.description)
      }
    }
    if asJSON {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
      context.output.write(Array(try encoder.encode(functions)) + [0x0A])
    }
    return .success
  }

  /// The functions that a word names: an index, the name section's name, an export's; `all` when none is called so.
  private static func indices(_ word: String, _ module: Module, _ path: Path) throws(UsageError) -> [UInt32] {
    let imported = module.imports.count { $0.type.kind == .function }
    let count = imported + module.structure.functions.count
    if let index = UInt32(word) {
      guard Int(index) < count else {
        throw UsageError("\(path) has no function \(index); it has \(Count.of(count, "function"))")
      }
      return [index]
    }
    if let export = module.exports.first(where: { $0.kind == .function && $0.name == word }) {
      return [export.index]
    }
    let names = (0..<UInt32(count)).compactMap { index in module.functionName(index).map { (index, $0) } }
    if let (index, _) = names.first(where: { $0.1 == word }) { return [index] }
    if word == "all" { return (UInt32(imported)..<UInt32(count)).map { $0 } }
    let nearest = Suggestion.nearest(to: word, in: names.map(\.1))
    throw UsageError(
      "\(path) has no function \(word)" + (nearest.map { "; did you mean \($0)?" } ?? "; give its index"))
  }

  /// A function's code for a program to read.
  private struct Function: Encodable {
    struct Operation: Encodable {
      var offset: Int
      var name: String
      var fields: [String]
    }

    var index: UInt32
    var name: String?
    var bodyByteCount: Int
    var codeByteCount: Int
    var tableByteCount: Int
    var slotCount: Int
    var entryCost: Int
    var operations: [Operation]

    init(_ code: Disassembly) {
      index = code.functionIndex
      name = code.functionName
      bodyByteCount = code.bodyByteCount
      codeByteCount = code.codeByteCount
      tableByteCount = code.tableByteCount
      slotCount = code.slotCount
      entryCost = code.entryCost
      operations = code.operations.map { Operation(offset: $0.offset, name: $0.name, fields: $0.fields) }
    }
  }
}
