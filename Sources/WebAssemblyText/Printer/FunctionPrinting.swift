import WebAssembly

/// Functions: their parameters, locals and instructions (Core 6.5, 6.6.5).
extension ModulePrinter {
  mutating func printFunction(_ function: FunctionDefinition, _ index: UInt32) throws(PrintError) {
    let binding = bind(functions, index, \.functions, names.functions)
    let total = function.locals.reduce(UInt64(0)) { $0 + UInt64($1.count) }
    guard total <= Self.maximumLocals else { throw .tooManyLocals(function: index, count: total) }
    guard total <= localsLeft else { throw .tooManyLocalsOfAll(function: index) }
    localsLeft -= total
    let type = functionType(function.type)
    let parameterCount = type?.parameters.count ?? 0
    var localNames = names.locals[index] ?? [:]
    let writesType = type.map { isWritten($0) || localNames.count * 8 >= parameterCount } ?? false
    if !writesType { localNames = localNames.filter { $0.key >= parameterCount } }
    let locals = PrintedNames(localNames, count: parameterCount + Int(total))
    for (local, name) in localNames where locals.hasName(local) {
      printed.locals[index, default: [:]][local] = name
    }
    var head = "(func\(binding) (type \(types.reference(function.type)))"
    if let type, writesType {
      head += named("param", type.parameters, from: 0, locals) + results(type.results)
    }
    line(head)
    let types = function.locals.flatMap { [ValueType](repeating: $0.type, count: Int($0.count)) }
    if !types.isEmpty {
      line(String(named("local", types, from: parameterCount, locals).dropFirst()), depth: 2)
    }
    try printBody(function.body, index, locals)
    append(")")
  }

  /// `(keyword type …)`, one for each that has a name, and for the others as many together as stand together.
  private func named(_ keyword: String, _ types: [ValueType], from first: Int, _ names: PrintedNames)
    -> String
  {
    var text = ""
    var isOpen = false
    for (number, type) in types.enumerated() {
      let index = UInt32(first + number)
      if names.hasName(index) {
        if isOpen { text += ")" }
        isOpen = false
        text += " (\(keyword)\(names.binding(index)) \(valueType(type)))"
      } else {
        text += isOpen ? " " : " (\(keyword) "
        text += valueType(type)
        isOpen = true
      }
    }
    return isOpen ? text + ")" : text
  }

  private mutating func printBody(_ body: Expression, _ function: UInt32, _ locals: PrintedNames)
    throws(PrintError)
  {
    try check(body)
    let labelNames = names.labels[function] ?? [:]
    let labels =
      labelNames.isEmpty ? PrintedNames([:], count: 0) : try self.labels(labelNames, in: body, function)
    var printer = InstructionPrinter(self, expression: body, locals: locals, labels: labels)
    try reading { () throws(DecodeError) in
      while let (text, depth) = try printer.next() { line(text, depth: depth + 2) }
    }
  }

  /// The labels' names as far as the body has blocks for them.
  private mutating func labels(_ names: [UInt32: String], in body: Expression, _ function: UInt32)
    throws(PrintError) -> PrintedNames
  {
    var count = 0
    try reading { () throws(DecodeError) in
      var reader = InstructionReader(body)
      while !reader.isAtEnd {
        if InstructionPrinter.opensBlock(try reader.next()) { count += 1 }
      }
    }
    let labels = PrintedNames(names, count: count)
    for (label, name) in names where labels.hasName(label) {
      printed.labels[function, default: [:]][label] = name
    }
    return labels
  }

  // MARK: Constant expressions

  /// The instructions in one line.
  func inline(_ expression: Expression) throws(PrintError) -> String {
    try instructions(expression).joined(separator: " ")
  }

  /// The instructions in one line and in parentheses: of the instruction when it is one that can have them,
  /// otherwise of the keyword.
  func wrapped(_ expression: Expression, keyword: String) throws(PrintError) -> String {
    let instructions = try instructions(expression)
    if instructions.count == 1 { return "(\(instructions[0]))" }
    return "(" + ([keyword] + instructions).joined(separator: " ") + ")"
  }

  private func instructions(_ expression: Expression) throws(PrintError) -> [String] {
    try check(expression)
    let none = PrintedNames([:], count: 0)
    var printer = InstructionPrinter(self, expression: expression, locals: none, labels: none)
    var instructions: [String] = []
    try reading { () throws(DecodeError) in
      while let (text, _) = try printer.next() { instructions.append(text) }
    }
    return instructions
  }

  private func check(_ expression: Expression) throws(PrintError) {
    try reading { () throws(DecodeError) in try expression.checkWellFormed() }
  }

  private func reading(_ body: () throws(DecodeError) -> Void) throws(PrintError) {
    do throws(DecodeError) {
      try body()
    } catch {
      throw .malformed(error)
    }
  }
}
