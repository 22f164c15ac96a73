/// Writes a module in the binary format (Core 5.5).

extension ModuleStructure {
  /// The module's bytes: integers as short as they go, sections without entries left out, expressions as
  /// they are. Decoding them gives this module again if it was decoded itself; if it was built, provided that
  /// its custom sections follow sections that exist, in their order, and that functions are listed by index
  /// only in element segments of type `(ref func)`.
  public func encode() -> [UInt8] {
    var encoder = ModuleEncoder(module: self)
    encoder.encode()
    return encoder.output.bytes
  }
}

private struct ModuleEncoder {
  let module: ModuleStructure
  var output = ByteWriter()

  init(module: ModuleStructure) { self.module = module }

  mutating func encode() {
    output.bytes = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]
    customSections(after: SectionID.custom)
    for id in SectionID.order {
      section(id)
      customSections(after: id)
    }
    customSections { !SectionID.order.contains($0) && $0 != SectionID.custom }
  }

  private mutating func customSections(after id: UInt8) { customSections { $0 == id } }

  private mutating func customSections(where isHere: (UInt8) -> Bool) {
    for section in module.customSections where isHere(section.place) {
      var contents = ByteWriter()
      contents.name(section.name)
      contents.bytes.append(contentsOf: section.bytes)
      append(SectionID.custom, contents)
    }
  }

  private mutating func append(_ id: UInt8, _ contents: ByteWriter) {
    output.byte(id)
    output.count(contents.bytes.count)
    output.bytes.append(contentsOf: contents.bytes)
  }

  private mutating func list<Element>(
    _ id: UInt8, _ elements: [Element], write: (inout ByteWriter, Element) -> Void
  ) {
    guard !elements.isEmpty else { return }
    var contents = ByteWriter()
    contents.count(elements.count)
    for element in elements { write(&contents, element) }
    append(id, contents)
  }

  private mutating func section(_ id: UInt8) {
    switch id {
    case SectionID.type:
      list(id, module.recursionGroups) { [types = module.types] in
        if $1.count != 1 {
          $0.byte(0x4E)
          $0.count($1.count)
        }
        for type in types[$1] { $0.subType(type) }
      }
    case SectionID.import: list(id, module.imports, write: Self.importEntry)
    case SectionID.function: list(id, module.functions) { $0.u32($1.type) }
    case SectionID.table: list(id, module.tables, write: Self.table)
    case SectionID.memory: list(id, module.memories) { $0.memoryType($1) }
    case SectionID.tag: list(id, module.tags) { $0.tagType($1) }
    case SectionID.global:
      list(id, module.globals) {
        $0.globalType($1.type)
        $0.expression($1.initializer)
      }
    case SectionID.export:
      list(id, module.exports) {
        $0.name($1.name)
        $0.byte($1.kind.rawValue)
        $0.u32($1.index)
      }
    case SectionID.start: number(id, module.start)
    case SectionID.element: list(id, module.elements, write: Self.element)
    case SectionID.dataCount: number(id, module.dataCount)
    case SectionID.code: list(id, module.functions, write: Self.body)
    default: list(id, module.data, write: Self.data)
    }
  }

  private mutating func number(_ id: UInt8, _ number: UInt32?) {
    guard let number else { return }
    var contents = ByteWriter()
    contents.u32(number)
    append(id, contents)
  }

  private static func importEntry(_ writer: inout ByteWriter, _ entry: Import) {
    writer.name(entry.module)
    writer.name(entry.name)
    writer.byte(entry.isExact && entry.type.kind == .function ? 0x20 : entry.type.kind.rawValue)
    switch entry.type {
    case .function(let type): writer.u32(type)
    case .table(let type): writer.tableType(type)
    case .memory(let type): writer.memoryType(type)
    case .global(let type): writer.globalType(type)
    case .tag(let type): writer.tagType(type)
    }
  }

  private static func table(_ writer: inout ByteWriter, _ table: TableDefinition) {
    if table.initializer != nil { writer.bytes += [0x40, 0x00] }
    writer.tableType(table.type)
    if let initializer = table.initializer { writer.expression(initializer) }
  }

  private static func body(_ writer: inout ByteWriter, _ function: FunctionDefinition) {
    var contents = ByteWriter()
    contents.count(function.locals.count)
    for group in function.locals {
      contents.u32(group.count)
      contents.valueType(group.type)
    }
    contents.expression(function.body)
    writer.count(contents.bytes.count)
    writer.bytes.append(contentsOf: contents.bytes)
  }

  /// One of the eight forms (5.5.12), the shortest that says everything.
  private static func element(_ writer: inout ByteWriter, _ segment: ElementSegment) {
    let functionType = ValueType.reference(.function, nullable: false)
    var indices: [UInt32]?
    if case .functions(let list) = segment.elements, segment.type == functionType { indices = list }
    let impliedType: ValueType = indices == nil ? .funcref : functionType
    var flags: UInt32 = indices == nil ? 4 : 0
    switch segment.mode {
    case .passive: flags |= 1
    case .declarative: flags |= 3
    case .active(let table, _): flags |= table != 0 || segment.type != impliedType ? 2 : 0
    }
    writer.u32(flags)
    if case .active(let table, let offset) = segment.mode {
      if flags & 2 != 0 { writer.u32(table) }
      writer.expression(offset)
    }
    if flags & 3 != 0 {
      if indices == nil { writer.valueType(segment.type) } else { writer.byte(0) }
    }
    writer.count(segment.elements.count)
    switch segment.elements {
    case .functions(let list):
      for index in list {
        if indices == nil { writer.byte(0xD2) }
        writer.u32(index)
        if indices == nil { writer.byte(0x0B) }
      }
    case .expressions(let list):
      for expression in list { writer.expression(expression) }
    }
  }

  private static func data(_ writer: inout ByteWriter, _ segment: DataSegment) {
    switch segment.mode {
    case .passive, .declarative:
      writer.u32(1)
    case .active(let memory, let offset):
      writer.u32(memory == 0 ? 0 : 2)
      if memory != 0 { writer.u32(memory) }
      writer.expression(offset)
    }
    writer.count(segment.bytes.count)
    writer.bytes.append(contentsOf: segment.bytes)
  }
}

extension ByteWriter {
  fileprivate mutating func expression(_ expression: Expression) {
    bytes.append(contentsOf: expression.bytes)
  }
}
