// What there is to know of a module without running it.
import Harness
import LuaHost
import WebAssembly

/// A module taken apart for reading.
struct Inspection: Codable {
  struct Section: Codable {
    var name: String
    /// Where its content begins.
    var offset: Int
    var byteCount: Int
  }

  struct Item: Codable {
    /// The module it is imported from; nil for exports.
    var module: String?
    var name: String
    var kind: String
    var type: String
  }

  struct MemoryLimits: Codable {
    var minimumPages: UInt64
    var maximumPages: UInt64?
    var pageSize: Int
  }

  struct Statistics: Codable {
    var bufferSize: UInt32
    var luaBytes: UInt32
    var pages: UInt32
  }

  var file: String
  var byteCount: Int
  var sha256: String
  /// Whether it begins as modules do.
  var isModule = false
  var isValid = false
  /// Why it is not valid.
  var error: String?
  var sections: [Section] = []
  var imports: [Item] = []
  var exports: [Item] = []
  var features: [String] = []
  var memories: [MemoryLimits] = []
  var functions = 0
  /// In what it misses the contract of lua.wasm, one sentence each.
  var contractProblems: [String] = []
  /// Exports that the contract names and a run can do without, and that are not there.
  var missingOptionalExports: [String] = []
  /// Functions that the contract lets a module import, and that this one does not.
  var unusedImports: [String] = []
  /// What `get_memory_stats` says after `init`; nil when the module lacks it or cannot serve as lua.wasm.
  var memoryStatistics: Statistics?

  /// Whether it can serve as lua.wasm.
  var meetsContract: Bool { isValid && contractProblems.isEmpty }

  init(_ path: Path) throws(FileError) {
    let bytes = try FileSystem.read(path)
    file = path.description
    byteCount = bytes.count
    sha256 = SHA256Digest(of: bytes).description
    guard bytes.starts(with: BinarySection.preamble) else {
      error = Self.reason(notAModule: bytes)
      return
    }
    isModule = true
    sections = BinarySection.all(of: bytes).map { section in
      Section(
        name: section.kind + (section.customName.map { " \(EscapedText.quoted($0))" } ?? ""),
        offset: section.offset, byteCount: section.content.count)
    }
    do {
      let context = try ModuleContext.decode(bytes, features: .all)
      describe(context.module)
      let used = try context.validateBodies()
      isValid = true
      features = Self.features(used, context.module)
    } catch {
      self.error = "\(error)"
      return
    }
    do {
      let module = try Module(bytes: bytes)
      contractProblems = LuaModule.problems(of: module)
    } catch {
      contractProblems = ["this version does not run it: \(error)"]
    }
    let names = Set(exports.map(\.name))
    missingOptionalExports = LuaModule.optionalFunctions.map(\.name).filter { !names.contains($0) }
    let imported = Set(imports.map(\.name))
    unusedImports = LuaModule.importedFunctionNames.filter { !imported.contains($0) }
    if contractProblems.isEmpty { start(bytes) }
  }

  /// Calls `init`, and asks for the memory statistics.
  private mutating func start(_ bytes: [UInt8]) {
    do {
      var request = CaseRequest(steps: [.call(ExportCall("get_memory_stats"))])
      request.limits.time = .seconds(10)
      let outcome = try LuaModule(bytes: bytes).makeExecutor().run(request)
      if case .call(_, .statistics(let statistics))? = outcome.steps.first?.result {
        memoryStatistics = Statistics(
          bufferSize: statistics.bufferSize, luaBytes: statistics.luaByteCount, pages: statistics.pageCount)
      }
    } catch {
      contractProblems.append("\(error)")
    }
  }

  /// What a file is that does not begin as a module does.
  private static func reason(notAModule bytes: [UInt8]) -> String {
    if bytes.isEmpty { return "no WebAssembly module: the file is empty" }
    if bytes.starts(with: BinarySection.preamble.prefix(4)) {
      let version = EscapedText.quoted(bytes.dropFirst(4).prefix(4))
      return "no WebAssembly module of version 1: its version field is \(version), as a component's may be"
    }
    let magic = EscapedText.quoted(bytes.prefix(8))
    let kind = bytes.starts(with: "!<arch>\n".utf8) ? "; it is an archive (ar)" : ""
    return "no WebAssembly module: it begins with \(magic), not with \"\\x00asm\"\(kind)"
  }

  private mutating func describe(_ module: ModuleStructure) {
    let types = ItemTypes(module)
    imports = module.imports.map { item in
      Item(
        module: item.module, name: item.name, kind: item.type.kind.keyword, type: types.describe(item.type))
    }
    exports = module.exports.map { item in
      Item(name: item.name, kind: item.kind.keyword, type: types.describe(item))
    }
    memories = types.memories.map { type in
      MemoryLimits(
        minimumPages: type.limits.minimum, maximumPages: type.limits.maximum,
        pageSize: 1 << Int(type.pageSizeExponent))
    }
    functions = module.functions.count
  }

  /// The features that a valid module cannot do without, and those of its custom sections.
  private static func features(_ used: FeatureSet, _ module: ModuleStructure) -> [String] {
    var used = used
    if module.customSections.contains(where: { $0.name == "metadata.code.branch_hint" }) {
      used.insert(.branchHints)
    }
    return used.members.map(\.rawValue)
  }

  private static let sectionNames = [
    "custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code",
    "data", "data count", "tag",
  ]

  /// The sections as far as they can be told apart, also of a module that is not valid. (Core 5.5.2)
  private static func sections(of bytes: [UInt8]) -> [Section] {
    var sections: [Section] = []
    var rest = bytes.dropFirst(8)
    while let id = rest.popFirst(), let count = number(&rest), count <= rest.count {
      var name = Int(id) < sectionNames.count ? sectionNames[Int(id)] : "section \(id)"
      var content = rest.prefix(count)
      if id == 0, let length = number(&content), length <= content.count {
        name += " \(EscapedText.quoted(content.prefix(length)))"
      }
      sections.append(Section(name: name, offset: rest.startIndex, byteCount: count))
      rest = rest.dropFirst(count)
    }
    return sections
  }

  /// An unsigned LEB128 number of at most 32 bits. (Core 5.2.2)
  private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int? {
    var number = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      number |= Int(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return number <= UInt32.max ? number : nil }
    }
    return nil
  }
}

/// The types of everything in a module's index spaces, imports first.
private struct ItemTypes {
  private let module: ModuleStructure
  private var functions: [UInt32] = []
  private var tables: [TableType] = []
  private(set) var memories: [MemoryType] = []
  private var globals: [GlobalType] = []
  private var tags: [UInt32] = []

  init(_ module: ModuleStructure) {
    self.module = module
    for item in module.imports {
      switch item.type {
      case .function(let type): functions.append(type)
      case .table(let type): tables.append(type)
      case .memory(let type): memories.append(type)
      case .global(let type): globals.append(type)
      case .tag(let type): tags.append(type)
      }
    }
    functions += module.functions.map(\.type)
    tables += module.tables.map(\.type)
    memories += module.memories
    globals += module.globals.map(\.type)
    tags += module.tags
  }

  func describe(_ export: Export) -> String {
    func at<Element>(_ space: [Element]) -> Element? {
      Int(export.index) < space.count ? space[Int(export.index)] : nil
    }
    let type: ExternType? =
      switch export.kind {
      case .function: at(functions).map { .function(type: $0) }
      case .table: at(tables).map { .table($0) }
      case .memory: at(memories).map { .memory($0) }
      case .global: at(globals).map { .global($0) }
      case .tag: at(tags).map { ExternType.tag(type: $0) }
      }
    return type.map(describe) ?? "unknown"
  }

  func describe(_ type: ExternType) -> String {
    switch type {
    case .function(let index), .tag(let index):
      Int(index) < module.types.count
        ? "\(module.types[Int(index)].functionType ?? FunctionType())" : "unknown"
    case .table(let type): "\(range(type.limits)) \(type.element)"
    case .memory(let type): "\(range(type.limits)) pages\(type.isShared ? ", shared" : "")"
    case .global(let type): "\(type.isMutable ? "mutable " : "")\(type.content)"
    }
  }

  private func range(_ limits: Limits) -> String {
    "\(limits.minimum)" + (limits.maximum.map { "…\($0)" } ?? "…")
  }
}
