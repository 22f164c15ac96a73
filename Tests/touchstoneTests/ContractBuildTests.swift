// Builds with one thing wrong in their contract: exports exchanged, missing or without effect, imports answered
// wrongly. The project's fixtures notice each, by a case that is named, and `compare` says what it is.
import Foundation
import Testing
import WebAssembly

/// A build of the committed module with one fault.
enum FaultyBuild: CustomTestStringConvertible, Sendable {
  case exchanged(String, String)
  case missing(String)
  /// The function does nothing, and answers 0 if it answers.
  case idle(String)
  /// The module's calls of an import are answered so, and the host is never asked.
  case answered(String, Int8)

  static let module: ModuleStructure = {
    let path = Workplace.packageRoot + "/lua.wasm"
    guard let bytes = FileManager.default.contents(atPath: path),
      let module = try? ModuleContext.decode(Array(bytes)).module
    else { fatalError("\(path) cannot be read") }
    return module
  }()

  static let all: [FaultyBuild] = {
    let functions = module.exports.filter { $0.kind == .function }
    var builds: [FaultyBuild] = []
    for (number, export) in functions.enumerated() {
      for other in functions[(number + 1)...] where type(of: export) == type(of: other) {
        builds.append(.exchanged(export.name, other.name))
      }
    }
    builds += module.exports.map { .missing($0.name) }
    builds += functions.map { .idle($0.name) }
    for item in module.imports { builds += [.answered(item.name, -1), .answered(item.name, 0)] }
    return builds
  }()

  private static func type(of export: Export) -> UInt32 {
    module.functions[Int(export.index) - module.imports.count].type
  }

  var testDescription: String {
    switch self {
    case .exchanged(let one, let other): "\(one) and \(other) exchanged"
    case .missing(let name): "\(name) missing"
    case .idle(let name): "\(name) idle"
    case .answered(let name, let answer): "\(name) answered \(answer)"
    }
  }

  var bytes: [UInt8] {
    get throws {
      var module = Self.module
      switch self {
      case .exchanged(let one, let other):
        let places = [one, other].compactMap { name in module.exports.firstIndex { $0.name == name } }
        module.exports[places[0]].name = other
        module.exports[places[1]].name = one
      case .missing(let name): module.exports.removeAll { $0.name == name }
      case .idle(let name):
        let index = module.exports.first { $0.name == name }!.index
        let place = Int(index) - module.imports.count
        let hasResult =
          !(module.types[Int(module.functions[place].type)].functionType?.results.isEmpty ?? true)
        module.functions[place].body = Expression(hasResult ? [0x41, 0x00, 0x0B] : [0x0B])
      case .answered(let name, let answer):
        let index = UInt32(module.imports.firstIndex { $0.name == name }!)
        guard case .function(let type) = module.imports[Int(index)].type else { break }
        let liar = UInt32(module.imports.count + module.functions.count)
        for place in module.functions.indices {
          let code = try Self.redirected(module.functions[place].body.bytes, from: index, to: liar)
          if let code { module.functions[place].body = Expression(code) }
        }
        module.functions.append(
          FunctionDefinition(
            type: type, locals: [], body: Expression([0x41, UInt8(bitPattern: answer) & 0x7F, 0x0B])))
      }
      return module.encode()
    }
  }

  /// A function's code that calls another function; nil if it does not call it.
  private static func redirected(
    _ body: ArraySlice<UInt8>, from old: UInt32, to new: UInt32
  ) throws -> [UInt8]? {
    var reader = InstructionReader(.init(body))
    var code: [UInt8] = []
    var changes = false
    while !reader.isAtEnd {
      let start = reader.offset
      let instruction = try reader.next()
      if instruction.definition.opcode == .call, instruction.a == old {
        changes = true
        // Two bytes are enough for any function of this module.
        code += [0x10, UInt8(new & 0x7F) | 0x80, UInt8(new >> 7)]
      } else {
        code += body[start..<reader.offset]
      }
    }
    return changes ? code : nil
  }

  /// What `compare` says of it, besides the case.
  var sentence: String {
    switch self {
    case .exchanged(let one, let other):
      "the export \(one) was the function \(one), is the function \(other)\n"
    case .missing("memory"): "it exports no memory named memory"
    case .missing(let name):
      ["init", "compute", "get_buffer_ptr"].contains(name)
        ? "it exports no function named \(name)" : "the export \(name) is missing in the new build"
    case .idle(let name): "functions differs: \(name)\n"
    case .answered(let name, _): name + "("
    }
  }
}

@Suite struct ContractBuildTests {
  /// A directory with the fixtures of the contract, shared by all.
  private static func place() throws -> Workplace {
    let place = try Workplace()
    for folder in ["fixtures/contract", "expected/contract"] {
      try FileManager.default.createDirectory(
        atPath: (place.path + "/" + folder as NSString).deletingLastPathComponent,
        withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        atPath: place.path + "/" + folder, withDestinationPath: Workplace.packageRoot + "/" + folder)
    }
    return place
  }

  @Test func everyExportAndImportIsAmongThem() {
    #expect(FaultyBuild.module.exports.count == 13)
    #expect(FaultyBuild.module.imports.count == 5)
    // 10 pairs of () -> i32, 6 of (i32) -> () and one of () -> ().
    #expect(FaultyBuild.all.count == 17 + 13 + 12 + 10)
  }

  @Test(arguments: FaultyBuild.all)
  func aBuildThatBreaksTheContractIsNoticed(build: FaultyBuild) throws {
    let place = try Self.place()
    try place.write("new.wasm", try build.bytes)
    let run = try place("--module", "new.wasm", "-j", "1")
    #expect(run.code == 1 || run.code == 3)
    let bad = run.output.split(separator: "\n").compactMap {
      $0.firstMatch(of: /^(?:FAIL|ERROR) (contract\/[a-z-]+)/).map { String($0.output.1) }
    }
    if bad.isEmpty {
      // A build that is refused runs no case.
      #expect(run.output.contains(build.sentence), "\(run.output)")
    }
    let comparison = try place(
      "compare", "lua.wasm", "new.wasm", "fixtures/\(bad.first ?? "contract/identifiers").lua", "-j", "1",
      "--replays",
      "0")
    #expect(comparison.code == 1 || comparison.code == 3)
    #expect(comparison.output.contains(build.sentence), "\(comparison.output)")
    if let bad = bad.first { #expect(comparison.output.contains(" \(bad)\n")) }
  }
}
