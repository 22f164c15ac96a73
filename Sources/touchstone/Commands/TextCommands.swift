// touchstone wat2wasm and wasm2wat: modules between their two formats.
import Harness
import WebAssembly
import WebAssemblyText

struct Wat2WasmCommand: Command {
  static let name = "wat2wasm"
  static let about = CommandDescription(
    name: name, summary: "turn a module in the text format into the binary format",
    operands: "FILE.wat",
    discussion: """
      The module is validated; --no-check leaves that out. FILE may be - for standard input.
      """,
    examples: [
      Example("touchstone wat2wasm module.wat", "write module.wasm"),
      Example("touchstone wat2wasm - -o module.wasm < module.wat", "read standard input"),
    ])

  @Option("--output", short: "-o", .file, "where to write (default: FILE.wasm; - for standard output)")
  var output: Path?
  @Option("--no-check", "do not validate") var isUnchecked: Bool

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    let input = try TextCommands.input(arguments, "a module in the text format")
    // What is not text would set up the terminal in ways that nobody wants.
    if context.output.isTerminal, StandardStream.isOutput(output ?? Path(input == nil ? "-" : "module.wasm"))
    {
      throw UsageError("the binary format is not for a terminal; name a file with -o FILE")
    }
    let text = try input.map { try FileSystem.read($0) } ?? StandardStream.readInput()
    let name = input?.description ?? "standard input"
    let bytes: [UInt8]
    do throws(TextError) {
      bytes = try ModuleStructure(text: text).encode()
    } catch {
      context.error.write(error.rendered(file: name) + "\n")
      return .failure
    }
    if !isUnchecked {
      do {
        _ = try ModuleContext.load(bytes)
      } catch {
        context.error.write("touchstone: \(name): \(error)\n")
        return .failure
      }
    }
    try TextCommands.write(bytes, to: output, input, suffix: ".wasm", context)
    return .success
  }
}

struct Wasm2WatCommand: Command {
  static let name = "wasm2wat"
  static let about = CommandDescription(
    name: name, summary: "print a module of the binary format as text",
    operands: "FILE.wasm",
    discussion: """
      The text parses back to the same module. FILE may be - for standard input.
      """,
    examples: [
      Example("touchstone wasm2wat lua.wasm -o lua.wat", "write a module's text to a file"),
      Example("touchstone wasm2wat lua.wasm | grep export", "print it"),
    ])

  @Option("--output", short: "-o", .file, "where to write (default: standard output)") var output: Path?

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    let input = try TextCommands.input(arguments, "a module in the binary format")
    let bytes = try input.map { try FileSystem.read($0) } ?? StandardStream.readInput()
    let text: String
    do {
      text = try ModuleStructure.decode(bytes).text()
    } catch {
      context.error.write("touchstone: \(input?.description ?? "standard input"): \(error)\n")
      return .fault
    }
    try TextCommands.write(Array(text.utf8), to: output, nil, suffix: "", context)
    return .success
  }
}

enum TextCommands {
  /// The file that the one operand names; nil for standard input.
  static func input(_ arguments: ParsedArguments, _ what: String) throws(UsageError) -> Path? {
    guard arguments.operands.count == 1, !arguments.operands[0].isEmpty else {
      throw UsageError("one file is needed: \(what), or - for standard input")
    }
    return arguments.operands[0] == "-" ? nil : Path(arguments.operands[0])
  }

  /// Writes where `--output` says: else beside the input with its suffix exchanged, or to standard output.
  static func write(
    _ bytes: [UInt8], to output: Path?, _ input: Path?, suffix: String, _ context: CommandContext
  ) throws {
    var target = output ?? Path("-")
    if output == nil, let input {
      target = Path(bytes: input.hasSuffix(".wat") ? input.bytes.dropLast(4) : input.bytes[...])
        .withSuffix(suffix)
    }
    // A reader that leaves has what it wanted.
    if target == Path("-") { return context.output.write(bytes) }
    let file = try OutputFile(target)
    try file.write(bytes)
    try file.commit()
  }
}
