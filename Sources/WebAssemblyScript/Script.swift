import WebAssembly
import WebAssemblyText

/// A test script as its commands.
public struct Script: Sendable {
  public var commands: [ScriptCommand]

  public init(commands: [ScriptCommand]) { self.commands = commands }

  /// Reads a script. Modules in it may be malformed, and so may commands, which are kept as unreadable;
  /// the error thrown is one of the structure: parentheses that do not match, text between commands.
  public init(text: [UInt8], options: TextOptions = TextOptions()) throws(TextError) {
    var parser = ScriptParser(text, options: options)
    commands = try parser.script()
  }

  public init(text: String, options: TextOptions = TextOptions()) throws(TextError) {
    try self.init(text: Array(text.utf8), options: options)
  }
}
