// touchstone inspect: what is in a module, and whether it can serve as lua.wasm.
import Harness

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct InspectCommand: Command {
  static let name = "inspect"
  static let about = CommandDescription(
    name: name, summary: "show what is in a module, and whether it can serve as lua.wasm",
    operands: "MODULE",
    discussion:
      """
      Sections, imports, exports, memories and the features used are listed, and what the module says of its
      memory after `init`. The exit code is 1 if the file is no module, or the module is invalid or cannot
      serve as lua.wasm.
      """,
    examples: [
      Example("touchstone inspect lua.wasm", "show what is in a module and whether it can serve as lua.wasm"),
      Example("touchstone inspect lua.wasm --format json", "the same for a program to read"),
      Example("touchstone inspect lua.wasm --code compute", "show what the engine executes for a function"),
    ])

  static let title = FormatOption.title

  let format = FormatOption()
  @Option(
    "--code", .text("FUNCTION"),
    "show the engine's internal code of a function instead: its index, its name or the name of its export; `all` for every one"
  ) var function: String?

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    guard arguments.operands.count == 1 else { throw UsageError("inspect needs one module") }
    let isJSON = format.form == .json
    if let function {
      return try CodeListing.write(function, of: Path(arguments.operands[0]), asJSON: isJSON, context)
    }
    let inspection = try Inspection(Path(arguments.operands[0]))
    if isJSON {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
      context.output.write(Array(try encoder.encode(inspection)) + [0x0A])
    } else {
      context.output.write(Self.text(inspection))
    }
    return inspection.meetsContract ? .success : .failure
  }

  private static func text(_ module: Inspection) -> String {
    var text = "\(module.file): \(Format.grouped(module.byteCount)) bytes, sha256 \(module.sha256)\n"
    if !module.isModule { return "\(module.file) is \(module.error ?? "no module")\n" }
    text += module.isValid ? "valid\n" : "invalid: \(module.error ?? "")\n"
    func list(_ title: String, _ lines: [String]) {
      if lines.isEmpty { return }
      text += "\n\(title):\n" + lines.map { "  \($0)\n" }.joined()
    }
    list(
      "sections",
      module.sections.map { "\($0.name): \(Count.bytes($0.byteCount)) at 0x\(String($0.offset, radix: 16))" })
    list(
      "imports",
      module.imports.map { "\($0.kind) \(escaped($0.module ?? "")).\(escaped($0.name)): \($0.type)" })
    list("exports", module.exports.map { "\($0.kind) \(escaped($0.name)): \($0.type)" })
    list(
      "memories",
      module.memories.map { memory in
        "\(memory.minimumPages) pages at first, "
          + (memory.maximumPages.map { "\($0) at most" } ?? "no maximum") + ", of \(memory.pageSize) bytes"
      })
    list("features used", module.features)
    text += "\n\(Count.of(module.functions, "function"))\n"
    if module.isValid {
      list("why it cannot serve as lua.wasm", module.contractProblems)
      if module.meetsContract { text += "\nmeets the contract of lua.wasm\n" }
      list(
        "exports of the contract that it lacks and a run can do without",
        module.meetsContract ? module.missingOptionalExports : [])
      list(
        "functions of the host that it does not import",
        module.meetsContract ? module.unusedImports : [])
      if let statistics = module.memoryStatistics {
        list(
          "memory after init",
          [
            "buffer \(Format.grouped(Int(statistics.bufferSize))) bytes",
            "Lua heap \(Format.grouped(Int(statistics.luaBytes))) bytes",
            "\(Count.of(Int(statistics.pages), "page"))",
          ])
      }
    }
    return text
  }

  private static func escaped(_ name: String) -> String { EscapedText.string(Array(name.utf8)) }
}
