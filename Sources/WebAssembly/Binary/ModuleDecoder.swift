/// Reads a module's preamble and sections (Core 5.5).

extension ModuleStructure {
  /// The module in `bytes`. Everything is read except the instructions of function bodies, which validation
  /// reads; `checkBodies` finds what is malformed there. What is beyond WebAssembly 1.0 must be among
  /// `features`. Time and memory are linear in the number of bytes.
  public static func decode(_ bytes: [UInt8], features: FeatureSet = .all) throws(DecodeError)
    -> ModuleStructure
  {
    var decoder = ModuleDecoder(bytes, features: features)
    try decoder.decode()
    return decoder.module
  }

  /// Throws the first thing that makes a function body malformed.
  public func checkBodies(features: FeatureSet = .all) throws(DecodeError) {
    for function in functions {
      try function.body.checkWellFormed(features: features, hasDataCount: dataCount != nil)
    }
  }
}

/// Ids of the sections (5.5.2).
enum SectionID {
  static let custom: UInt8 = 0
  static let type: UInt8 = 1
  static let `import`: UInt8 = 2
  static let function: UInt8 = 3
  static let table: UInt8 = 4
  static let memory: UInt8 = 5
  static let global: UInt8 = 6
  static let export: UInt8 = 7
  static let start: UInt8 = 8
  static let element: UInt8 = 9
  static let code: UInt8 = 10
  static let data: UInt8 = 11
  static let dataCount: UInt8 = 12
  static let tag: UInt8 = 13

  /// The order in which they must appear (5.5.17).
  static let order: [UInt8] = [
    type, `import`, function, table, memory, tag, global, export, start, element, dataCount, code, data,
  ]
}

struct ModuleDecoder {
  private(set) var module = ModuleStructure()
  /// What the module cannot do without, function bodies apart.
  var usedFeatures: FeatureSet { reader.usedFeatures }
  private var reader: ByteReader
  private let features: FeatureSet
  private var functionTypes: [UInt32] = []
  private var bodyCount = 0
  private let watch: LoadingWatch?

  init(_ bytes: [UInt8], features: FeatureSet, watch: LoadingWatch? = nil) {
    reader = ByteReader(bytes[...])
    self.features = features
    self.watch = watch
  }

  /// The number of items that follow.
  private mutating func items() throws(DecodeError) -> Range<Int> { 0..<(try reader.count()) }

  /// Called before each item.
  @inline(__always)
  private func step() throws(DecodeError) {
    if let watch, watch.isOver() { throw reader.error("decoding was stopped") }
  }

  mutating func decode() throws(DecodeError) {
    guard reader.end <= Int(UInt32.max) else {
      throw reader.error("module too large: this engine takes less than 4 GiB", at: 0)
    }
    guard Array(try reader.slice(4)) == [0x00, 0x61, 0x73, 0x6D] else {
      throw reader.error("magic header not detected", at: 0)
    }
    guard try reader.bits(UInt32.self) == 1 else { throw reader.error("unknown binary version", at: 4) }
    var place = 0
    var lastSection = SectionID.custom
    while let id = reader.peek() {
      try step()
      let start = reader.offset
      reader.offset += 1
      guard id <= SectionID.tag else { throw reader.error("malformed section id", at: start) }
      if id != SectionID.custom {
        guard let index = SectionID.order[place...].firstIndex(of: id) else {
          throw reader.error(
            "unexpected content after last section: section \(id) is out of order", at: start)
        }
        place = index + 1
      }
      let size = try reader.count()
      let end = reader.offset + size
      // A section without entries leaves no trace, so custom sections follow the one before it.
      var contents = reader
      if id != SectionID.custom,
        id == SectionID.start || id == SectionID.dataCount || (try? contents.u32()) != 0
      {
        lastSection = id
      }
      try section(id, start: start, end: end, after: lastSection)
    }
    guard functionTypes.count == bodyCount else {
      throw reader.error("function and code section have inconsistent lengths")
    }
    if let count = module.dataCount, Int(count) != module.data.count {
      throw reader.error("data count and data section have inconsistent lengths")
    }
  }

  /// Reads a section's contents. They may run on past its end, as far as the module's: only then is it told
  /// whether the contents or the size is wrong.
  private mutating func section(_ id: UInt8, start: Int, end: Int, after lastSection: UInt8)
    throws(DecodeError)
  {
    switch id {
    case SectionID.custom: try customSection(end: end, after: lastSection)
    case SectionID.type: try types()
    case SectionID.import: try imports()
    case SectionID.function: try functions()
    case SectionID.table: try tables()
    case SectionID.memory: try memories()
    case SectionID.tag: try tags(at: start)
    case SectionID.global: try globals()
    case SectionID.export: try exports()
    case SectionID.start: module.start = try reader.u32()
    case SectionID.element: try elements()
    case SectionID.dataCount: try dataCount(at: start)
    case SectionID.code: try code()
    default: try data()
    }
    guard reader.offset == end else { throw reader.error("section size mismatch", at: start) }
  }

  private mutating func customSection(end: Int, after lastSection: UInt8) throws(DecodeError) {
    let name = try reader.name()
    guard reader.offset <= end else { throw reader.unexpectedEnd() }
    let bytes = try reader.slice(end - reader.offset)
    module.customSections.append(CustomSection(name: name, bytes: bytes, place: lastSection))
  }

  private mutating func types() throws(DecodeError) {
    for _ in try items() {
      try step()
      let first = module.types.count
      if reader.peek() == 0x4E {
        try reader.require(.gc, in: features, "definition type", at: reader.offset)
        reader.offset += 1
        for _ in try items() {
          try step()
          module.types.append(try reader.subType(features))
        }
      } else {
        module.types.append(try reader.subType(features))
      }
      module.recursionGroups.append(first..<module.types.count)
    }
  }

  private mutating func imports() throws(DecodeError) {
    for _ in try items() {
      try step()
      let moduleName = try reader.name()
      let name = try reader.name()
      let start = reader.offset
      let kind = try reader.byte()
      var isExact = false
      let type: ExternType
      switch kind {
      case 0x00: type = .function(type: try reader.u32())
      case 0x01: type = .table(try reader.tableType(features))
      case 0x02: type = .memory(try reader.memoryType(features))
      case 0x03: type = .global(try reader.globalType(features))
      case 0x04:
        try requireTags("import kind", at: start)
        type = .tag(type: try reader.tagType())
      case 0x20:
        try reader.require(.customDescriptors, in: features, "import kind", at: start)
        isExact = true
        type = .function(type: try reader.u32())
      default: throw reader.error("malformed import kind", at: start)
      }
      module.imports.append(Import(moduleName, name, type, isExact: isExact))
    }
  }

  private mutating func requireTags(_ what: String, at offset: Int) throws(DecodeError) {
    if features.contains(.legacyExceptions) { return }
    try reader.require(.exceptions, in: features, what, at: offset)
  }

  private mutating func functions() throws(DecodeError) {
    let count = try reader.count()
    functionTypes.reserveCapacity(count)
    for _ in 0..<count {
      try step()
      functionTypes.append(try reader.u32())
    }
  }

  private mutating func tables() throws(DecodeError) {
    for _ in try items() {
      try step()
      guard reader.peek() == 0x40 else {
        module.tables.append(TableDefinition(try reader.tableType(features)))
        continue
      }
      try reader.require(.functionReferences, in: features, "table", at: reader.offset)
      reader.offset += 1
      guard try reader.byte() == 0 else { throw reader.error("zero byte expected", at: reader.offset - 1) }
      let type = try reader.tableType(features)
      module.tables.append(TableDefinition(type, initializer: try reader.expression(features)))
    }
  }

  private mutating func memories() throws(DecodeError) {
    for _ in try items() {
      try step()
      module.memories.append(try reader.memoryType(features))
    }
  }

  private mutating func tags(at start: Int) throws(DecodeError) {
    try requireTags("section id", at: start)
    for _ in try items() {
      try step()
      module.tags.append(try reader.tagType())
    }
  }

  private mutating func globals() throws(DecodeError) {
    for _ in try items() {
      try step()
      let type = try reader.globalType(features)
      module.globals.append(GlobalDefinition(type, initializer: try reader.expression(features)))
    }
  }

  private mutating func exports() throws(DecodeError) {
    for _ in try items() {
      try step()
      let name = try reader.name()
      let start = reader.offset
      guard let kind = ExternKind(rawValue: try reader.byte()) else {
        throw reader.error("malformed export kind", at: start)
      }
      if kind == .tag { try requireTags("export kind", at: start) }
      module.exports.append(Export(name, kind, try reader.u32()))
    }
  }

  private mutating func dataCount(at start: Int) throws(DecodeError) {
    try reader.require(.bulkMemory, in: features, "section id", at: start)
    module.dataCount = try reader.u32()
  }

  private mutating func code() throws(DecodeError) {
    bodyCount = try reader.count()
    module.functions.reserveCapacity(bodyCount)
    for index in 0..<bodyCount {
      try step()
      let size = try reader.count()
      let start = reader.offset
      let end = start + size
      let locals = try locals()
      // A body ends with `end`. Otherwise its instructions, read as far as the module goes, tell what is wrong.
      guard end <= reader.end, reader.offset < end, reader.bytes[end - 1] == 0x0B else {
        _ = try reader.expression(features)
        throw reader.error("section size mismatch: a function body is not as long as declared", at: start)
      }
      module.functions.append(
        FunctionDefinition(
          type: index < functionTypes.count ? functionTypes[index] : 0, locals: locals,
          body: Expression(reader.bytes[reader.offset..<end]),
          offset: start))
      reader.offset = end
    }
  }

  private mutating func locals() throws(DecodeError) -> [LocalGroup] {
    let count = try reader.count()
    var groups: [LocalGroup] = []
    groups.reserveCapacity(count)
    var total: UInt64 = 0
    for _ in 0..<count {
      try step()
      let start = reader.offset
      let groupCount = try reader.u32()
      let type = try reader.valueType(features)
      total += UInt64(groupCount)
      guard total <= UInt64(UInt32.max) else { throw reader.error("too many locals", at: start) }
      groups.append(LocalGroup(count: groupCount, type: type))
    }
    return groups
  }
}

// MARK: - Segments (5.5.12, 5.5.14)

extension ModuleDecoder {
  private mutating func elements() throws(DecodeError) {
    for _ in try items() {
      try step()
      let start = reader.offset
      let flags = try reader.u32()
      guard flags <= 7 else { throw reader.error("malformed elements segment kind", at: start) }
      let isPassiveOrDeclarative = flags & 1 != 0
      let hasIndexOrIsDeclarative = flags & 2 != 0
      let hasExpressions = flags & 4 != 0
      if flags != 0, hasExpressions || isPassiveOrDeclarative {
        try reader.require(.bulkMemory, in: features, "elements segment kind", at: start)
      }
      let mode: SegmentMode
      if isPassiveOrDeclarative {
        mode = hasIndexOrIsDeclarative ? .declarative : .passive
      } else {
        let table = hasIndexOrIsDeclarative ? try reader.u32() : 0
        mode = .active(index: table, offset: try reader.expression(features))
      }
      let hasType = isPassiveOrDeclarative || hasIndexOrIsDeclarative
      if hasExpressions {
        let type = hasType ? try reader.tableElementType(features) : .funcref
        let count = try reader.count()
        var list: [Expression] = []
        list.reserveCapacity(count)
        for _ in 0..<count {
          try step()
          list.append(try reader.expression(features))
        }
        module.elements.append(ElementSegment(type: type, elements: .expressions(list), mode: mode))
      } else {
        if hasType, try reader.byte() != 0 {
          throw reader.error("malformed element kind", at: reader.offset - 1)
        }
        let count = try reader.count()
        var indices: [UInt32] = []
        indices.reserveCapacity(count)
        for _ in 0..<count {
          try step()
          indices.append(try reader.u32())
        }
        module.elements.append(
          ElementSegment(
            type: .reference(.function, nullable: false), elements: .functions(indices), mode: mode))
      }
    }
  }

  private mutating func data() throws(DecodeError) {
    for _ in try items() {
      try step()
      let start = reader.offset
      let mode: SegmentMode
      switch try reader.u32() {
      case 0: mode = .active(index: 0, offset: try reader.expression(features))
      case 1:
        try reader.require(.bulkMemory, in: features, "data segment kind", at: start)
        mode = .passive
      case 2:
        let memory = try reader.u32()
        mode = .active(index: memory, offset: try reader.expression(features))
      default: throw reader.error("malformed data segment kind", at: start)
      }
      let length = try reader.count()
      module.data.append(DataSegment(bytes: try reader.slice(length), mode: mode))
    }
  }
}
