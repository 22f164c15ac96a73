/// Superinstructions: operations that often follow each other, done by one handler.
///
/// `Superinstructions.txt` has one a line, as the names of its parts' forms. Behind a name stands, each after a
/// colon, which of its operands is an earlier part's result instead of a slot (`b=1`: the first part's), and
/// `unstored` where such a reader in the superinstruction is the only one that its result has. `#` begins a
/// comment. Parts keep their code, so a superinstruction differs from its first part in the handler alone.

struct Superinstruction {
  struct Part {
    var row: OperationRow
    var form: OperationForm
    /// By operand the place of the part whose result it is.
    var links: [(operand: Storage, producer: Int)] = []
    /// Whether only parts of the superinstruction read the result.
    var isUnstored = false

    var operation: String { String(HandlerText.name(row, form).dropFirst(3)) }
  }

  var parts: [Part]

  /// The handler's name.
  var name: String {
    "op_"
      + parts.map { part in
        part.operation + part.links.map { "_\($0.operand)\($0.producer + 1)" }.joined()
          + (part.isUnstored ? "_u" : "")
      }.joined(separator: "__")
  }

  /// The file's superinstructions. A line that does not describe one ends the generator.
  static func parse(_ text: String) -> [Superinstruction] {
    var forms: [String: (OperationRow, OperationForm)] = [:]
    for row in Operations.families {
      for form in row.forms { forms[String(HandlerText.name(row, form).dropFirst(3))] = (row, form) }
    }
    var known = Set<String>()
    return text.split(separator: "\n", omittingEmptySubsequences: true).compactMap { line in
      let words = line.prefix { $0 != "#" }.split(separator: " ")
      if words.isEmpty { return nil }
      let one = Superinstruction(
        parts: words.map { word in
          let items = word.split(separator: ":")
          guard let (row, form) = forms[String(items[0])] else {
            preconditionFailure("there is no operation \(items[0])")
          }
          var part = Part(row: row, form: form)
          for item in items.dropFirst() {
            let sides = item.split(separator: "=")
            if item == "unstored" {
              part.isUnstored = true
            } else if sides.count == 2, let operand = Storage(rawValue: String(sides[0])),
              let producer = Int(sides[1])
            {
              part.links.append((operand, producer - 1))
            } else {
              preconditionFailure("\(item) is no note of a part")
            }
          }
          return part
        })
      one.check()
      precondition(known.insert(one.name).inserted, "\(one.name) stands there twice")
      return one
    }
  }

  private func check() {
    precondition(parts.count >= 2 && parts.count <= 15, "\(name): it has two parts at least and 15 at most")
    for (index, part) in parts.enumerated() {
      if index < parts.count - 1 {
        precondition(part.row.canGoOn, "\(name): \(part.operation) can only be the last part")
      }
      for (operand, producer) in part.links {
        precondition(
          producer >= 0 && producer < index && parts[producer].row.accumulator == .result
            && part.form.place(operand) == .slot,
          "\(name): \(operand) of \(part.operation) cannot be that part's result")
      }
      if part.isUnstored {
        let reader = parts.lastIndex { $0.links.contains { $0.producer == index } }
        precondition(
          part.form.storesResult != false && part.row.accumulator == .result && reader != nil
            && !parts[index..<reader!].contains { $0.row.control != .next },
          "\(name): the result of \(part.operation) has to be stored")
      }
    }
  }
}

extension OperationRow {
  /// Whether it can be a part of a superinstruction that is not the last one: it goes on behind itself, always
  /// or as one of two ways, has a fixed size, and writes no slots but its result's.
  var canGoOn: Bool {
    guard !isLoopOperation, accumulator != .clobbers else { return false }
    for field in fields {
      if case .list = field.place { return false }
      if case .place = field.type { return false }
    }
    return control == .next && body.end == nil || body.condition != nil || control == .segment
  }
}
