import WebAssembly
import WebAssemblyText

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Scripts in the form that `wast2json` writes: a list of commands in JSON, with the modules in files beside.

/// Why a script in JSON cannot be read.
public struct ScriptJSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The command's line in the script that the JSON was made from; nil when it is no command's fault.
  public let line: Int?
  public let reason: String
  public var description: String { line.map { "command of line \($0): \(reason)" } ?? reason }

  init(_ reason: String, line: Int? = nil) {
    self.line = line
    self.reason = reason
  }
}

extension Script {
  /// Reads a script in JSON. `file` gives the contents of a file by the name that the JSON gives it.
  /// Positions are lines of the original script; columns are not known and count as 1.
  public init(json: [UInt8], file: (String) throws -> [UInt8]) throws {
    let document: JSONScript
    do {
      document = try JSONDecoder().decode(JSONScript.self, from: Data(json))
    } catch {
      throw ScriptJSONError("this is no script as wast2json writes it: \(error)")
    }
    commands = try document.commands.map { command in
      let position = TextPosition(offset: 0, line: command.line ?? 1, column: 1)
      do {
        return ScriptCommand(position: position, kind: try command.kind(file))
      } catch let error as ScriptJSONError {
        throw ScriptJSONError(error.reason, line: command.line)
      }
    }
  }
}

private struct JSONScript: Decodable {
  var commands: [JSONCommand]
}

private struct JSONCommand: Decodable {
  var type: String
  var line: Int?
  var name: String?
  var module: String?
  var instance: String?
  var `as`: String?
  var filename: String?
  var moduleType: String?
  var action: JSONAction?
  var expected: [JSONValue]?
  var either: [JSONValue]?
  var text: String?

  enum CodingKeys: String, CodingKey {
    case type, line, name, module, instance, `as`, filename, action, expected, either, text
    case moduleType = "module_type"
  }

  func kind(_ file: (String) throws -> [UInt8]) throws -> ScriptCommand.Kind {
    let message = text ?? ""
    switch type {
    case "module": return .module(try scriptModule(file))
    case "module_definition": return .definition(try scriptModule(file))
    case "module_instance": return .instance(name: plain(instance), definition: plain(module))
    case "register":
      guard let module = self.as else { throw ScriptJSONError("a registration needs the key \"as\"") }
      return .register(module: module, instance: plain(name))
    case "action": return .action(try scriptAction())
    case "assert_return":
      if let either {
        return .assertReturn(try scriptAction(), [.either(try either.map { try $0.expected() })])
      }
      return .assertReturn(try scriptAction(), try (expected ?? []).map { try $0.expected() })
    case "assert_trap":
      if action == nil { return .assertModuleTrap(.module(try scriptModule(file)), message: message) }
      return .assertTrap(try scriptAction(), message: message)
    case "assert_uninstantiable": return .assertModuleTrap(.module(try scriptModule(file)), message: message)
    case "assert_exhaustion": return .assertExhaustion(try scriptAction(), message: message)
    case "assert_exception": return .assertException(try scriptAction())
    case "assert_suspension": return .assertSuspension(try scriptAction(), message: message)
    case "assert_malformed": return .assertMalformed(try scriptModule(file), message: message)
    case "assert_invalid": return .assertInvalid(try scriptModule(file), message: message)
    case "assert_unlinkable": return .assertUnlinkable(.module(try scriptModule(file)), message: message)
    case "assert_malformed_custom": return .assertMalformedCustom(try scriptModule(file), message: message)
    case "assert_invalid_custom": return .assertInvalidCustom(try scriptModule(file), message: message)
    default: throw ScriptJSONError("unknown command \"\(type)\"")
    }
  }

  /// Names are given with their dollar sign.
  private func plain(_ name: String?) -> String? {
    name.map { $0.hasPrefix("$") ? String($0.dropFirst()) : $0 }
  }

  private func scriptModule(_ file: (String) throws -> [UInt8]) throws -> ScriptModule {
    guard let filename else { throw ScriptJSONError("the command needs the key \"filename\"") }
    let bytes = try file(filename)
    let isText = moduleType == "text" || moduleType == nil && filename.hasSuffix(".wat")
    return ScriptModule(name: plain(name), isText ? .quote(bytes) : .binary(bytes))
  }

  private func scriptAction() throws -> ScriptAction {
    guard let action else { throw ScriptJSONError("the command needs the key \"action\"") }
    switch action.type {
    case "invoke":
      let arguments = try (action.args ?? []).map { try $0.argument() }
      return .invoke(instance: plain(action.module), name: action.field, arguments: arguments)
    case "get":
      return .get(instance: plain(action.module), name: action.field)
    default:
      throw ScriptJSONError("unknown action \"\(action.type)\"")
    }
  }
}

private struct JSONAction: Decodable {
  var type: String
  var module: String?
  var field: String
  var args: [JSONValue]?
}

/// `{"type": "i32", "value": "7"}`, numbers being bits in decimal; vectors have a list of lanes.
private struct JSONValue: Decodable {
  var type: String
  var value: Text?
  var laneType: String?
  var values: [JSONValue]?

  enum CodingKeys: String, CodingKey {
    case type, value, values
    case laneType = "lane_type"
  }

  enum Text: Decodable {
    case one(String)
    case lanes([String])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .one(text)
      } else {
        self = .lanes(try container.decode([String].self))
      }
    }
  }

  private func bits(_ text: String, width: Int) throws -> UInt64 {
    let limit = UInt64.max >> UInt64(64 - width)
    if let value = UInt64(text), value <= limit { return value }
    if let value = Int64(text), value < 0, value >= -Int64(limit / 2) - 1 {
      return UInt64(bitPattern: value) & limit
    }
    throw ScriptJSONError("\"\(text)\" is no number of \(width) bits")
  }

  private func text() throws -> String {
    guard case .one(let text)? = value else {
      throw ScriptJSONError("a value of type \(type) needs the key \"value\"")
    }
    return text
  }

  /// Width of the lanes in bits, and the lanes.
  private func lanes() throws -> (Int, [String]) {
    guard case .lanes(let lanes)? = value, let laneType, let width = Int(laneType.dropFirst()),
      [8, 16, 32, 64].contains(width), lanes.count * width == 128
    else { throw ScriptJSONError("a vector needs its lanes and their type") }
    return (width, lanes)
  }

  func argument() throws -> ScriptValue {
    switch type {
    case "i32": return .i32(UInt32(truncatingIfNeeded: try bits(text(), width: 32)))
    case "i64": return .i64(try bits(text(), width: 64))
    case "f32": return .f32(UInt32(truncatingIfNeeded: try bits(text(), width: 32)))
    case "f64": return .f64(try bits(text(), width: 64))
    case "v128":
      let (width, lanes) = try lanes()
      var halves: [UInt64] = [0, 0]
      for (index, lane) in lanes.enumerated() {
        halves[index * width / 64] |= try bits(lane, width: width) << UInt64(index * width % 64)
      }
      return .v128(low: halves[0], high: halves[1])
    default:
      guard type.hasSuffix("ref") else { throw ScriptJSONError("unknown type \"\(type)\"") }
      let text = try text()
      if text == "null" { return .null(nil) }
      let number = UInt32(truncatingIfNeeded: try bits(text, width: 32))
      return type == "externref" ? .extern(number) : .host(number)
    }
  }

  func expected() throws -> ExpectedValue {
    switch type {
    case "i32": return .i32(UInt32(truncatingIfNeeded: try bits(text(), width: 32)))
    case "i64": return .i64(try bits(text(), width: 64))
    case "f32": return .f32(try pattern(text(), width: 32))
    case "f64": return .f64(try pattern(text(), width: 64))
    case "v128":
      let (width, lanes) = try lanes()
      return .v128(laneWidth: width, try lanes.map { try pattern($0, width: width) })
    case "either": return .either(try (values ?? []).map { try $0.expected() })
    default: return try expectedReference()
    }
  }

  private func pattern(_ text: String, width: Int) throws -> NumberPattern {
    switch text {
    case "nan:canonical": .canonicalNaN
    case "nan:arithmetic": .arithmeticNaN
    default: .bits(try bits(text, width: width))
    }
  }

  private func expectedReference() throws -> ExpectedValue {
    if case .one(let text)? = value {
      if text == "null" { return .null }
      if let number = UInt32(text) {
        return type == "externref"
          ? .extern(number) : type == "funcref" ? .reference(.function) : .host(number)
      }
    }
    switch type {
    case "funcref": return .reference(.function)
    case "externref": return .reference(.extern)
    case "anyref": return .reference(.any)
    case "eqref": return .reference(.eq)
    case "i31ref": return .reference(.i31)
    case "structref": return .reference(.struct)
    case "arrayref": return .reference(.array)
    case "exnref": return .reference(.exn)
    case "nullref", "nullfuncref", "nullexternref", "nullexnref", "refnull": return .null
    default: throw ScriptJSONError("unknown type \"\(type)\"")
    }
  }
}
