/// Bodies that one instance executes in place of its module's, while others keep theirs.

/// A body for a function of a module, validated and translated. Instances of that module may share it.
///
/// `@unchecked Sendable`: code that has been written does not change.
package final class FunctionReplacement: @unchecked Sendable {
  /// Imports counted first.
  package let functionIndex: UInt32
  let definition: FunctionDefinition
  /// The module's code in the mode that this was translated for.
  fileprivate let origin: CodeStore
  fileprivate let function: TranslatedFunction
  private let block: CodeBlock

  fileprivate init(
    _ functionIndex: UInt32, _ definition: FunctionDefinition, _ origin: CodeStore, check: () throws -> Void
  ) throws {
    self.functionIndex = functionIndex
    self.definition = definition
    self.origin = origin
    (function, block) = try origin.translate(definition, as: functionIndex, check: check)
  }

  deinit { block.deallocate() }

  fileprivate var entry: Code { UnsafeRawPointer(block.start) }

  fileprivate func location(of address: Code, isReturnAddress: Bool) -> CodeLocation? {
    let place = address - (isReturnAddress ? 1 : 0)
    guard place >= entry, place < entry + function.byteCount else { return nil }
    return function.location(at: address - entry, from: entry, isReturnAddress: isReturnAddress)
  }
}

extension Module {
  /// Validates and translates other locals and another body for a function that the module defines, whose type
  /// stays. Throws a `ValidationError` of what may not stand there, a `TranslationError`, or what `check` does.
  package func replacement(
    forFunction index: UInt32, locals: [LocalGroup], body: Expression, mode: CodeMode = .plain,
    check: () throws -> Void = {}
  ) throws -> FunctionReplacement {
    let defined = Int(index) - translation.importedFunctionCount
    precondition(structure.functions.indices.contains(defined), "only functions of the module have bodies")
    let definition = FunctionDefinition(type: structure.functions[defined].type, locals: locals, body: body)
    return try FunctionReplacement(index, definition, codeStore(mode), check: check)
  }
}

extension Instance {
  /// Lets the instance execute the body from now on where the function is called, in whichever way. It is one for
  /// the instance's module and mode. None of the store's instances may be running.
  package func replace(with replacement: FunctionReplacement) {
    precondition(replacement.origin === code, "the body was made for another module or mode")
    replacements[replacement.functionIndex] = replacement
    ownEntries()[definedIndex(replacement.functionIndex)].setEntry(replacement.entry)
  }

  /// Lets the instance execute the module's body again. None of the store's instances may be running.
  package func restore(function index: UInt32) {
    precondition(store.hostCallDepth == 0, "code is replaced only while none runs")
    guard replacements.removeValue(forKey: index) != nil else { return }
    setSharedEntry(definedIndex(index))
  }

  private func definedIndex(_ function: UInt32) -> Int {
    Int(function) - module.translation.importedFunctionCount
  }

  /// The instance's own entries; made, and led to by everything of the instance that calls, for the first body.
  private func ownEntries() -> UnsafeMutablePointer<FunctionCode> {
    precondition(store.hostCallDepth == 0, "code is replaced only while none runs")
    if let ownCodes { return ownCodes }
    let codes = CodeStore.stubs(of: module.context, module.translation)
    ownCodes = codes
    for index in 0..<code.count {
      setSharedEntry(index)
      functions[module.translation.importedFunctionCount + index].pointee.code = codes + index
    }
    state.pointee.codes = codes
    return codes
  }

  /// Calls go to the module's code, by the instance's own stub as long as that is not translated.
  private func setSharedEntry(_ index: Int) {
    guard let ownCodes else { return }
    let (own, shared) = (ownCodes + index, code.codes + index)
    let entry = shared.pointee.entry
    own.pointee.setEntry(entry == FunctionCode.stub(of: shared) ? FunctionCode.stub(of: own) : entry)
  }

  // MARK: - What an address means

  /// The function of the instance that an address in its code belongs to, and the instruction there: the address
  /// of an operation or, after a call, the one behind it.
  func location(of address: Code, isReturnAddress: Bool) -> CodeLocation? {
    for replacement in replacements.values {
      if let found = replacement.location(of: address, isReturnAddress: isReturnAddress) { return found }
    }
    return code.location(of: address, isReturnAddress: isReturnAddress)
  }

  /// What the instance executes for a function that the module defines.
  func definition(ofFunction index: UInt32) -> FunctionDefinition {
    replacements[index]?.definition ?? module.structure.functions[definedIndex(index)]
  }
}
