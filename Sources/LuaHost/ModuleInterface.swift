// What a module shows of itself without being run: imports, exports, and whether its code is another's.

import WebAssembly

public struct ModuleInterface: Hashable, Sendable {
  /// An import or an export.
  public struct Item: Hashable, Sendable {
    /// Of an import with its module before it: `env.js_time_now`.
    public var name: String
    /// The kind and the type: `function [i32] -> []`.
    public var type: String
    /// The exported function's own name; nil for everything else and where there is none.
    public var function: String?

    public init(name: String, type: String, function: String? = nil) {
      self.name = name
      self.type = type
      self.function = function
    }
  }

  public var imports: [Item]
  public var exports: [Item]
  /// The names of the custom sections, such as `name` and `.debug_info`.
  public var customSections: [String]
  /// SHA-256 of everything but custom sections; nil when it is not known.
  public var codeDigest: String?

  public init(
    imports: [Item] = [], exports: [Item] = [], customSections: [String] = [], codeDigest: String? = nil
  ) {
    self.imports = imports
    self.exports = exports
    self.customSections = customSections
    self.codeDigest = codeDigest
  }

  /// Whether both modules do the same, as nothing but custom sections can differ.
  public func hasSameCode(as other: ModuleInterface) -> Bool {
    codeDigest != nil && codeDigest == other.codeDigest
  }

  init(_ module: Module, bytes: [UInt8]) {
    let types = ItemTypes(module.structure)
    let imports = module.imports.map { item in
      Item(
        name: "\(item.module).\(item.name)", type: "\(item.type.kind.keyword) \(types.describe(item.type))")
    }
    let exports = module.exports.map { item in
      Item(
        name: item.name, type: "\(item.kind.keyword) \(types.describe(item))",
        function: item.kind == .function ? module.functionName(item.index) : nil)
    }
    let sections = BinarySection.all(of: bytes)
    var content: [UInt8] = []
    for section in sections where !section.isCustom {
      content.append(section.id)
      content.append(littleEndian: UInt64(section.content.count))
      content += section.content
    }
    self.init(
      imports: imports, exports: exports,
      customSections: sections.filter(\.isCustom).map {
        String(decoding: $0.customName ?? [], as: UTF8.self)
      },
      codeDigest: SHA256Digest(of: content).description)
  }
}
