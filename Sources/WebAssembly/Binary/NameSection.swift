/// Names of a module's definitions, for backtraces and the text format (Core A.3 "Name Section").

public struct NameSection: Sendable, Hashable {
  public var module: String?
  public var functions: [UInt32: String] = [:]
  /// By function, then by local.
  public var locals: [UInt32: [UInt32: String]] = [:]
  /// By function, then by the label's place among the function's blocks.
  public var labels: [UInt32: [UInt32: String]] = [:]
  public var types: [UInt32: String] = [:]
  public var tables: [UInt32: String] = [:]
  public var memories: [UInt32: String] = [:]
  public var globals: [UInt32: String] = [:]
  public var elements: [UInt32: String] = [:]
  public var data: [UInt32: String] = [:]
  /// By type, then by field.
  public var fields: [UInt32: [UInt32: String]] = [:]
  public var tags: [UInt32: String] = [:]

  public init() {}

  /// The names in a module's `name` section. A malformed section never makes a module malformed: what
  /// stands before the first mistake is kept. The last of several sections that name something wins.
  public init(of module: ModuleStructure) {
    for section in module.customSections where section.name == "name" { read(section.bytes) }
  }

  private mutating func read(_ bytes: ArraySlice<UInt8>) {
    var reader = ByteReader(bytes)
    do throws(DecodeError) {
      while !reader.isAtEnd {
        let id = try reader.byte()
        let size = try reader.count()
        var subsection = ByteReader(try reader.slice(size))
        try read(id, &subsection)
      }
    } catch {
      // The rest of the section is ignored.
    }
  }

  private mutating func read(_ id: UInt8, _ reader: inout ByteReader) throws(DecodeError) {
    switch id {
    case 0: module = try reader.name()
    case 1: try Self.names(&reader, into: &functions)
    case 2: try Self.indirectNames(&reader, into: &locals)
    case 3: try Self.indirectNames(&reader, into: &labels)
    case 4: try Self.names(&reader, into: &types)
    case 5: try Self.names(&reader, into: &tables)
    case 6: try Self.names(&reader, into: &memories)
    case 7: try Self.names(&reader, into: &globals)
    case 8: try Self.names(&reader, into: &elements)
    case 9: try Self.names(&reader, into: &data)
    case 10: try Self.indirectNames(&reader, into: &fields)
    case 11: try Self.names(&reader, into: &tags)
    default: break
    }
  }

  private static func names(_ reader: inout ByteReader, into map: inout [UInt32: String])
    throws(DecodeError)
  {
    for _ in 0..<(try reader.count()) {
      let index = try reader.u32()
      map[index] = try reader.name()
    }
  }

  private static func indirectNames(_ reader: inout ByteReader, into map: inout [UInt32: [UInt32: String]])
    throws(DecodeError)
  {
    for _ in 0..<(try reader.count()) {
      let index = try reader.u32()
      try names(&reader, into: &map[index, default: [:]])
    }
  }

  /// The section's contents, to be stored as a custom section named `name` at the end of a module.
  public func encode() -> [UInt8] {
    var writer = ByteWriter()
    func subsection(_ id: UInt8, _ contents: ByteWriter) {
      writer.byte(id)
      writer.count(contents.bytes.count)
      writer.bytes.append(contentsOf: contents.bytes)
    }
    func names(_ id: UInt8, _ map: [UInt32: String]) {
      guard !map.isEmpty else { return }
      var contents = ByteWriter()
      contents.nameMap(map)
      subsection(id, contents)
    }
    func indirectNames(_ id: UInt8, _ map: [UInt32: [UInt32: String]]) {
      guard !map.isEmpty else { return }
      var contents = ByteWriter()
      contents.count(map.count)
      for (index, names) in map.sorted(by: { $0.key < $1.key }) {
        contents.u32(index)
        contents.nameMap(names)
      }
      subsection(id, contents)
    }
    if let module {
      var contents = ByteWriter()
      contents.name(module)
      subsection(0, contents)
    }
    names(1, functions)
    indirectNames(2, locals)
    indirectNames(3, labels)
    names(4, types)
    names(5, tables)
    names(6, memories)
    names(7, globals)
    names(8, elements)
    names(9, data)
    indirectNames(10, fields)
    names(11, tags)
    return writer.bytes
  }
}

extension ByteWriter {
  /// Names by index, in ascending order.
  fileprivate mutating func nameMap(_ map: [UInt32: String]) {
    count(map.count)
    for (index, name) in map.sorted(by: { $0.key < $1.key }) {
      u32(index)
      self.name(name)
    }
  }
}
