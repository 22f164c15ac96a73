import WebAssembly

/// Annotations that mean something (Core A.4 "Custom Sections in the Text Format"): names, custom sections,
/// branch hints.

extension ModuleParser {
  /// The annotations of a kind that stand before the current token.
  private func annotations(_ kind: Annotation.Kind) -> [Int] {
    let annotations = cursor.text.annotations
    if annotations.isEmpty { return [] }
    return annotations[firstAnnotation(from: cursor.index)...].indices.prefix {
      annotations[$0].anchor == cursor.index
    }.filter { annotations[$0].kind == kind }
  }

  /// Index of the first annotation before the token or a later one.
  private func firstAnnotation(from token: Int) -> Int {
    let annotations = cursor.text.annotations
    var low = 0
    var high = annotations.count
    while low < high {
      let middle = (low + high) / 2
      if annotations[middle].anchor < token { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func fault(_ annotation: Annotation, _ reason: String, at token: Token? = nil) -> TextError {
    cursor.error(
      "\(annotation.label) annotation: \(reason)", at: token.map { Int($0.start) } ?? annotation.offset)
  }

  private func tokens(of annotation: Annotation) -> ArraySlice<Token> {
    cursor.text.annotationTokens[annotation.tokens]
  }

  private func text(of token: Token, in annotation: Annotation) throws(TextError) -> String {
    let bytes = StringLiteral.decode(cursor.bytes(of: token))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw fault(annotation, "malformed UTF-8 encoding: a name must be UTF-8", at: token)
    }
    return text
  }

  // MARK: Names

  /// The name of what was just given its identifier, if any: by annotation, or else the identifier.
  mutating func name(_ identifier: Int32?, _ what: String) throws(TextError) -> String? {
    let found = annotations(.name)
    guard let first = found.first else {
      guard options.keepsNames, let identifier else { return nil }
      return String(decoding: cursor.text.symbols.names[Int(identifier)], as: UTF8.self)
    }
    let annotation = cursor.text.annotations[first]
    if found.count > 1 { throw fault(cursor.text.annotations[found[1]], "multiple \(what) names") }
    let tokens = tokens(of: annotation)
    guard let token = tokens.first, token.kind == .string, tokens.count == 1 else {
      throw fault(annotation, "unexpected token: it holds one string", at: tokens.first)
    }
    usedAnnotations.insert(first)
    return try text(of: token, in: annotation)
  }

  mutating func nameModule(_ identifier: Int32?) throws(TextError) {
    names.module = try name(identifier, "module")
  }

  // MARK: Custom sections

  /// Adds the custom sections that stand before the current token.
  mutating func customAnnotations() throws(TextError) {
    for index in annotations(.custom) {
      usedAnnotations.insert(index)
      let annotation = cursor.text.annotations[index]
      var tokens = tokens(of: annotation)
      guard let token = tokens.popFirst(), token.kind == .string else {
        throw fault(annotation, "missing section name", at: self.tokens(of: annotation).first)
      }
      let name = try text(of: token, in: annotation)
      let place = try place(in: annotation, &tokens)
      var bytes: [UInt8] = []
      for token in tokens {
        guard token.kind == .string else {
          throw fault(
            annotation, "unexpected token \(cursor.spelling(of: token)): expected a string", at: token)
        }
        StringLiteral.append(cursor.bytes(of: token), to: &bytes)
      }
      module.customSections.append(CustomSection(name: name, bytes: bytes[...], place: place))
    }
  }

  /// `(before section)`, `(after section)` or nothing, which means at the end.
  private func place(in annotation: Annotation, _ tokens: inout ArraySlice<Token>) throws(TextError) -> UInt8
  {
    guard tokens.first?.kind == .leftParenthesis else { return SectionPlace.last }
    tokens.removeFirst()
    guard let relation = tokens.popFirst(), let isAfter = isAfter(relation) else {
      throw fault(annotation, "malformed placement: it is (before …) or (after …)")
    }
    let section = tokens.popFirst()
    guard let section, let place = place(of: cursor.bytes(of: section), isAfter: isAfter) else {
      throw fault(annotation, "malformed section kind", at: section)
    }
    guard tokens.popFirst()?.kind == .rightParenthesis else {
      throw fault(annotation, "malformed placement: it names one section", at: section)
    }
    return place
  }

  private func isAfter(_ token: Token) -> Bool? {
    switch cursor.spelling(of: token) {
    case "before": false
    case "after": true
    default: nil
    }
  }

  private func place(of word: ArraySlice<UInt8>, isAfter: Bool) -> UInt8? {
    if !isAfter, word.elementsEqual("first".utf8) { return SectionPlace.first }
    if isAfter, word.elementsEqual("last".utf8) { return SectionPlace.last }
    let sections = SectionPlace.sections
    guard let index = sections.firstIndex(where: { word.elementsEqual($0.keyword.utf8) }) else { return nil }
    if isAfter { return sections[index].id }
    return index == 0 ? SectionPlace.first : sections[index - 1].id
  }

  // MARK: Branch hints

  /// The hint before the current token, which begins an instruction with this opcode: 0 for unlikely, 1
  /// for likely.
  mutating func branchHint(for opcode: Opcode) throws(TextError) -> UInt8? {
    if cursor.text.annotations.isEmpty || body.function == nil { return nil }
    let found = annotations(.branchHint)
    guard let first = found.first else { return nil }
    let annotation = cursor.text.annotations[first]
    if found.count > 1 { throw fault(cursor.text.annotations[found[1]], "duplicate annotation") }
    let tokens = tokens(of: annotation)
    guard let token = tokens.first, token.kind == .string, tokens.count == 1 else {
      throw fault(annotation, "unexpected token: it holds one string", at: tokens.first)
    }
    let value = StringLiteral.decode(cursor.bytes(of: token))
    guard value == [0] || value == [1] else {
      throw fault(annotation, "malformed value: it is \"\\00\" or \"\\01\"", at: token)
    }
    guard opcode == .if || opcode == .brIf else {
      throw fault(annotation, "invalid target: only if and br_if take a hint")
    }
    usedAnnotations.insert(first)
    return value[0]
  }

  /// Adds the section that holds the hints: by function the offset from the start of its locals' encoding.
  mutating func addBranchHints() {
    if body.hints.isEmpty { return }
    var writer = ByteWriter()
    writer.u32(UInt32(body.hints.count))
    for (function, hints) in body.hints {
      writer.u32(function)
      writer.u32(UInt32(hints.count))
      for hint in hints {
        writer.u32(UInt32(hint.offset))
        writer.u32(1)
        writer.byte(hint.value)
      }
    }
    module.customSections.append(
      CustomSection(
        name: "metadata.code.branch_hint", bytes: writer.bytes[...], place: SectionPlace.beforeCode))
  }

  // MARK: Leftovers

  /// Throws for an annotation before one of the tokens that nothing has made use of.
  func checkAnnotations(in range: ClosedRange<Int>) throws(TextError) {
    let annotations = cursor.text.annotations
    if annotations.isEmpty { return }
    for index in firstAnnotation(from: range.lowerBound)..<annotations.count {
      let annotation = annotations[index]
      if annotation.anchor > range.upperBound { return }
      if usedAnnotations.contains(index) { continue }
      switch annotation.kind {
      case .name, .custom:
        throw cursor.error("misplaced \(annotation.label) annotation", at: annotation.offset)
      case .branchHint:
        let inFunction = fields.contains {
          $0.keyword == .function && $0.start < annotation.anchor && annotation.anchor < $0.end
        }
        throw fault(
          annotation,
          inFunction ? "invalid target: only if and br_if take a hint" : "not in a function")
      }
    }
  }
}
