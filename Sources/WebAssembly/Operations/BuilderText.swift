/// The text of the methods by which the translator adds operations: one for each named row, and one for each
/// kind of family that follows from instructions. Parameters are the result and then the fields in the row's
/// order.

enum BuilderText {
  static func file() -> String {
    var text = generatedHeader
    text += """

      @_spi(Translation) import WebAssemblyHandlers

      extension OperationList {

      """
    var shared: [String: String] = [:]
    for row in Operations.families {
      let method = method(row)
      if let builder = row.builder {
        if let known = shared[builder] {
          precondition(known == method, "\(row.name): \(builder) would need other parameters for it")
          continue
        }
        shared[builder] = method
      }
      text += method
    }
    return text + "}\n"
  }

  private static func method(_ row: OperationRow) -> String {
    var parameters: [String] = row.builder == nil ? [] : ["_ family: OperationFamily"]
    var arguments: [String: String] = [:]
    var key: [String] = []
    func isOneOfTwo(_ field: Field) -> Bool {
      let names = row.fields.filter { field in
        if case .operand(let places) = field.place { !places.contains(.none) } else { false }
      }.map(\.name)
      return names == ["a", "b"]
    }
    let shifts: [Storage: Int] = [.a: 1, .b: 3, .c: 5]
    for field in row.fields.filter(\.isResult) + row.fields.filter({ !$0.isResult }) {
      let name = field.name
      let storage = field.storage.rawValue
      switch field.place {
      case .result, .resultSlot, .resultVector, .slot:
        parameters.append("\(name): Int")
        arguments[storage] = "UInt32(truncatingIfNeeded: \(name))"
        if case .result = field.place { key.append("1") }
      case .operand(let places):
        // An address's index comes from a later pass.
        if places.contains(.none) { continue }
        parameters.append("\(name): Operand")
        arguments[storage] = "\(name).value"
        key.append("\(name).place.rawValue &<< \(shifts[field.storage]!)")
        // Families that share the method differ in which of two operands may be an immediate.
        if places.contains(.immediate) || row.builder != nil && isOneOfTwo(field) {
          let other = arguments["immediate"].map { "\($0) | " } ?? ""
          arguments["immediate"] = "\(other)\(name).wide"
        }
      case .number(let bits):
        if field.type == .record {
          parameters.append("\(name): UnsafePointer<TypeRecord>")
          arguments[storage] = "UInt64(UInt(bitPattern: \(name)))"
        } else if field.storage == .immediate || field.storage == .offset {
          parameters.append("\(name): \(bits == 64 ? "UInt64" : "UInt32")")
          arguments[storage] = bits == 64 ? name : "UInt64(\(name))"
        } else {
          parameters.append("\(name): UInt32")
          arguments[storage] = name
        }
      case .offset:
        parameters.append("\(name): UInt64")
        arguments[storage] = name
      case .jump:
        parameters.append("\(name): Label")
        arguments["x"] = name
      case .list:
        // The first element's place in the pool.
        parameters.append("\(name): UInt32")
        arguments["c"] = name
        if let count = field.elementCount { arguments["y"] = "\(count)" }
      case .cost, .nextCost: break
      }
    }
    let order = ["result", "a", "b", "c", "x", "y", "immediate", "offset"]
    var call = [row.builder == nil ? ".\(escaped(row.name))" : "family"]
    call.append("places: \(key.isEmpty ? "0" : key.joined(separator: " | "))")
    call += order.compactMap { name in arguments[name].map { "\(name): \($0)" } }
    return """
        @inline(__always)
        mutating func \(escaped(row.builder ?? row.name))(\(parameters.joined(separator: ", "))) {
          add(\(call.joined(separator: ", ")))
        }

      """
  }
}
