// touchstone wat2wasm and wasm2wat: modules between their two formats.
import Harness
import WebAssembly
import WebAssemblyText

enum Wat2WasmCommand: Command {
  static let name = "wat2wasm"
  static let description = CommandDescription(
    name: name, summary: "turn a module in the text format into the binary format",
    operands: "FILE.wat",
    discussion: """
      The module is validated; --no-check leaves that out. FILE may be - for standard input.
      """,
    groups: [
      OptionGroup(
        title: "how",
        options: [
          Option(
            "--output", short: "-o", value: "FILE",
            "where to write (default: FILE.wasm; - for standard output)"),
          Option("--no-check", "do not validate"),
        ])
    ],
    examples: [
      Example("touchstone wat2wasm module.wat", "write module.wasm"),
      Example("touchstone wat2wasm - -o module.wasm < module.wat", "read standard input"),
    ])

  static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    let input = try TextCommands.input(arguments, "a module in the text format")
    // What is not text would set up the terminal in ways that nobody wants.
    if context.output.isTerminal, (arguments.text("--output") ?? (input == nil ? "-" : "")) == "-" {
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
    if !arguments.has("--no-check") {
      do {
        _ = try ModuleContext.load(bytes)
      } catch {
        context.error.write("touchstone: \(name): \(error)\n")
        return .failure
      }
    }
    try TextCommands.write(bytes, arguments, input, suffix: ".wasm", context)
    return .success
  }
}

enum Wasm2WatCommand: Command {
  static let name = "wasm2wat"
  static let description = CommandDescription(
    name: name, summary: "print a module of the binary format as text",
    operands: "FILE.wasm",
    discussion: """
      The text parses back to the same module. FILE may be - for standard input.
      """,
    groups: [
      OptionGroup(
        title: "how",
        options: [
          Option(
            "--output", short: "-o", value: "FILE", "where to write (default: standard output)")
        ])
    ],
    examples: [
      Example("touchstone wasm2wat lua.wasm -o lua.wat", "write a module's text to a file"),
      Example("touchstone wasm2wat lua.wasm | grep export", "print it"),
    ])

  static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    let input = try TextCommands.input(arguments, "a module in the binary format")
    let bytes = try input.map { try FileSystem.read($0) } ?? StandardStream.readInput()
    let text: String
    do {
      text = try ModuleStructure.decode(bytes).text()
    } catch {
      context.error.write("touchstone: \(input?.description ?? "standard input"): \(error)\n")
      return .fault
    }
    try TextCommands.write(Array(text.utf8), arguments, nil, suffix: "", context)
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
    _ bytes: [UInt8], _ arguments: ParsedArguments, _ input: Path?, suffix: String, _ context: CommandContext
  ) throws {
    let output = arguments.text("--output")
    if let output, output != "-" {
      try FileSystem.write(bytes, to: Path(output))
    } else if output == nil, let input {
      let text = input.description
      let stem = text.hasSuffix(".wat") ? String(text.dropLast(4)) : text
      try FileSystem.write(bytes, to: Path(stem + suffix))
    } else {
      context.output.write(bytes)
    }
  }
}
