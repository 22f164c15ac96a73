// Builds of the committed lua.wasm that differ from it in one function.
import Foundation
import WebAssembly

/// Changes made at the beginning of named functions.
struct PatchedModule {
  /// A function and the encoded instructions that are put before its own.
  struct Patch: Sendable {
    var function: String
    /// Made with a table of function indices by name.
    var code: @Sendable ((String) -> UInt32) -> [UInt8]
  }

  struct MissingFunction: Error {
    var name: String
  }

  /// Every Lua error traps, as in the published builds.
  static let trapping = Patch(function: "luaD_throw") { _ in [0x00] }
  /// Two more instructions a call, for no effect.
  static let slower = Patch(function: "luaV_concat") { _ in [0x41, 0, 0x1A] }
  /// `string.reverse` never ends.
  static let endless = Patch(function: "str_reverse") { _ in [0x03, 0x40, 0x0C, 0, 0x0B] }
  /// `string.len` answers as `string.upper` does.
  static let wrongLength = Patch(function: "str_len") { index in
    [0x20, 0, 0x10] + leb128(index("str_upper")) + [0x0F]
  }

  static func lua(_ patches: Patch...) throws -> [UInt8] {
    let original = try Data(contentsOf: URL(fileURLWithPath: Workplace.packageRoot + "/lua.wasm"))
    var module = try ModuleContext.decode(Array(original)).module
    let importCount = module.imports.count { if case .function = $0.type { true } else { false } }
    let indices = Dictionary(
      NameSection(of: module).functions.map { ($0.value, $0.key) }, uniquingKeysWith: min)
    for patch in patches {
      guard let index = indices[patch.function] else { throw MissingFunction(name: patch.function) }
      let prefix = patch.code { indices[$0] ?? .max }
      let position = Int(index) - importCount
      module.functions[position].body = Expression(prefix + module.functions[position].body.bytes)
    }
    return module.encode()
  }

  static func leb128(_ number: UInt32) -> [UInt8] {
    var rest = number
    var bytes: [UInt8] = []
    repeat {
      bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return bytes
  }
}
