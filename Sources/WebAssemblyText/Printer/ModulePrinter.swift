import WebAssembly

/// The text so far. It is held by reference, so that the copies of a printer that print a body's instructions
/// do not make each function copy the text before it.
private final class TextOutput {
  var text: String
  init(_ text: String) { self.text = text }
}

/// Prints a module as text that parses back to it: one line a field, one line an instruction.
struct ModulePrinter {
  /// As many as engines accept, and more than a body of reasonable size can use.
  static let maximumLocals: UInt64 = 50_000
  /// A few bytes can declare that many in every function, and the text has a word for each.
  static let maximumLocalsOfAll: UInt64 = 4_000_000
  /// Parameters and results that are written where a type is used, for the reader. The type's index says all
  /// there is to know, and a text with each use of a long type written out grows with their product.
  static let writtenTypes = 32

  let module: ModuleStructure
  /// Names as the module has them.
  let names: NameSection
  /// Names that the text carries, which parsing makes a name section of.
  var printed = NameSection()
  private let output = TextOutput("(module")
  let types: PrintedNames
  let functions: PrintedNames
  let tables: PrintedNames
  let memories: PrintedNames
  let tags: PrintedNames
  let globals: PrintedNames
  let elements: PrintedNames
  let data: PrintedNames
  /// Of structure types whose fields have names, by type.
  let fields: [UInt32: PrintedNames]
  /// Locals that are still to be printed before it is too many.
  var localsLeft = ModulePrinter.maximumLocalsOfAll

  init(_ module: ModuleStructure) {
    self.module = module
    let names = NameSection(of: module)
    self.names = names
    func printed(_ names: [UInt32: String], _ kind: ExternKind, _ defined: Int) -> PrintedNames {
      PrintedNames(names, count: module.imports.count { $0.type.kind == kind } + defined)
    }
    types = PrintedNames(names.types, count: module.types.count)
    functions = printed(names.functions, .function, module.functions.count)
    tables = printed(names.tables, .table, module.tables.count)
    memories = printed(names.memories, .memory, module.memories.count)
    tags = printed(names.tags, .tag, module.tags.count)
    globals = printed(names.globals, .global, module.globals.count)
    elements = PrintedNames(names.elements, count: module.elements.count)
    data = PrintedNames(names.data, count: module.data.count)
    var fields: [UInt32: PrintedNames] = [:]
    for (type, names) in names.fields where Int(type) < module.types.count {
      guard case .structure(let types) = module.types[Int(type)].composite else { continue }
      fields[type] = PrintedNames(names, count: types.count)
    }
    self.fields = fields
  }

  mutating func print() throws(PrintError) -> String {
    if let name = names.module {
      append(name.isEmpty ? " (@name \"\")" : " " + PrintedNames.identifier(name))
      printed.module = name
    }
    printTypes()
    var indices = [UInt32](repeating: 0, count: 5)
    func next(_ kind: ExternKind) -> UInt32 {
      defer { indices[Int(kind.rawValue)] += 1 }
      return indices[Int(kind.rawValue)]
    }
    for entry in module.imports { printImport(entry, next(entry.type.kind)) }
    for tag in module.tags {
      let index = next(.tag)
      line("(tag\(bind(tags, index, \.tags, names.tags)) \(typeUse(tag)))")
    }
    for memory in module.memories {
      let index = next(.memory)
      line("(memory\(bind(memories, index, \.memories, names.memories)) \(memoryType(memory)))")
    }
    for table in module.tables {
      let index = next(.table)
      let initializer = try table.initializer.map { (expression) throws(PrintError) in
        try " " + inline(expression)
      }
      line(
        "(table\(bind(tables, index, \.tables, names.tables)) \(tableType(table.type))\(initializer ?? ""))")
    }
    for global in module.globals {
      let index = next(.global)
      let initializer = try inline(global.initializer)
      line(
        "(global\(bind(globals, index, \.globals, names.globals)) \(globalType(global.type)) \(initializer))")
    }
    for export in module.exports {
      line(
        "(export \(StringLiteral.encode(export.name.utf8)) (\(export.kind.keyword) "
          + "\(reference(export.kind, export.index))))")
    }
    if let start = module.start { line("(start \(functions.reference(start)))") }
    for (index, element) in module.elements.enumerated() { try printElements(element, UInt32(index)) }
    for function in module.functions { try printFunction(function, next(.function)) }
    for (index, segment) in module.data.enumerated() { try printData(segment, UInt32(index)) }
    printCustomSections()
    append(")\n")
    return output.text
  }

  // MARK: Lines and names

  // Mutating, though they only write to what is held by reference: otherwise a call would copy the printer before
  // its argument is evaluated, and names noted in there would be noted in a copy of all names.
  mutating func line(_ text: String, depth: Int = 1) {
    append("\n")
    // Deep nesting would otherwise make the text grow with its square.
    append(String(repeating: "  ", count: min(depth, 40)))
    append(text)
  }

  mutating func append(_ text: String) { output.text += text }

  /// What names a definition, which is noted as printed.
  mutating func bind(
    _ space: PrintedNames, _ index: UInt32, _ path: WritableKeyPath<NameSection, [UInt32: String]>,
    _ names: [UInt32: String]
  ) -> String {
    if space.hasName(index) { printed[keyPath: path][index] = names[index] }
    return space.binding(index)
  }

  func reference(_ kind: ExternKind, _ index: UInt32) -> String {
    switch kind {
    case .function: functions.reference(index)
    case .table: tables.reference(index)
    case .memory: memories.reference(index)
    case .global: globals.reference(index)
    case .tag: tags.reference(index)
    }
  }

  // MARK: Imports

  private mutating func printImport(_ entry: Import, _ index: UInt32) {
    let description: String
    switch entry.type {
    case .function(let type):
      let binding = bind(functions, index, \.functions, names.functions)
      description = "func\(binding) " + (entry.isExact ? "(exact \(typeUse(type)))" : typeUse(type))
    case .table(let type):
      description = "table\(bind(tables, index, \.tables, names.tables)) \(tableType(type))"
    case .memory(let type):
      description = "memory\(bind(memories, index, \.memories, names.memories)) \(memoryType(type))"
    case .global(let type):
      description = "global\(bind(globals, index, \.globals, names.globals)) \(globalType(type))"
    case .tag(let type):
      description = "tag\(bind(tags, index, \.tags, names.tags)) \(typeUse(type))"
    }
    let module = StringLiteral.encode(entry.module.utf8)
    line("(import \(module) \(StringLiteral.encode(entry.name.utf8)) (\(description)))")
  }

  // MARK: Segments

  private mutating func printElements(_ segment: ElementSegment, _ index: UInt32) throws(PrintError) {
    var text = "(elem\(bind(elements, index, \.elements, names.elements))"
    switch segment.mode {
    case .passive: break
    case .declarative: text += " declare"
    case .active(let table, let offset):
      if table != 0 { text += " (table \(tables.reference(table)))" }
      text += try " " + wrapped(offset, keyword: "offset")
    }
    switch segment.elements {
    case .functions(let indices) where segment.type == .reference(.function, nullable: false):
      text += " func"
      for index in indices { text += " " + functions.reference(index) }
    case .functions(let indices):
      text += " " + valueType(segment.type)
      for index in indices { text += " (ref.func \(functions.reference(index)))" }
    case .expressions(let expressions):
      text += " " + valueType(segment.type)
      for expression in expressions { text += try " " + wrapped(expression, keyword: "item") }
    }
    line(text + ")")
  }

  private mutating func printData(_ segment: DataSegment, _ index: UInt32) throws(PrintError) {
    var text = "(data\(bind(data, index, \.data, names.data))"
    if case .active(let memory, let offset) = segment.mode {
      if memory != 0 { text += " (memory \(memories.reference(memory)))" }
      text += try " " + wrapped(offset, keyword: "offset")
    }
    line(text + strings(segment.bytes) + ")")
  }

  /// The bytes as string literals: on the same line when there are few, otherwise 64 to a line.
  private func strings(_ bytes: ArraySlice<UInt8>) -> String {
    let width = 64
    if bytes.count <= width { return " " + StringLiteral.encode(bytes, keepsUnicode: false) }
    var text = ""
    var rest = bytes
    while !rest.isEmpty {
      text += "\n    " + StringLiteral.encode(rest.prefix(width), keepsUnicode: false)
      rest = rest.dropFirst(width)
    }
    return text
  }

  // MARK: Custom sections

  /// All custom sections, except a name section that the identifiers stand for.
  private mutating func printCustomSections() {
    let place = SectionPlace.settled(SectionPlace.last, in: module)
    for (index, section) in module.customSections.enumerated() {
      // The parser adds its name section behind all others.
      let isLast = index == module.customSections.count - 1
      let isAsParsed = isLast && section.name == "name" && section.place == place && printed != NameSection()
      if isAsParsed, section.bytes.elementsEqual(printed.encode()) { continue }
      let keyword = SectionPlace.sections.first { $0.id == section.place }?.keyword
      let relation =
        section.place == SectionPlace.first
        ? "(before first)" : keyword.map { "(after \($0))" } ?? "(after last)"
      line("(@custom \(StringLiteral.encode(section.name.utf8)) \(relation)\(strings(section.bytes)))")
    }
  }
}

extension ModuleStructure {
  /// The module in the text format, from which parsing makes the same module again, except for what has no
  /// counterpart in a text: neighbouring local declarations of one type become one, integers in expressions
  /// become as short as they go, a data count that no instruction needs is dropped, and custom sections
  /// follow a section that has entries. Identifiers come from the name section. Throws when an expression is
  /// malformed.
  public func text() throws(PrintError) -> String {
    var printer = ModulePrinter(self)
    return try printer.print()
  }
}
