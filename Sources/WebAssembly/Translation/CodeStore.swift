import Synchronization
@_spi(Translation) import WebAssemblyHandlers

/// The internal code of a module's functions in one mode: stubs at first, translated one by one as they are
/// called.
///
/// `@unchecked Sendable`: the entry of a function is set once, under the lock, after everything it leads to.
final class CodeStore: @unchecked Sendable {
  /// One for each function that the module defines.
  let codes: UnsafeMutablePointer<FunctionCode>
  let count: Int
  private let module: ModuleContext
  private let context: TranslationContext
  let mode: CodeMode
  private let state = Mutex(State())

  private struct State: @unchecked Sendable {
    /// Its blocks are found as the defined functions that they belong to.
    var arena = CodeArena()
    var functions: [TranslatedFunction] = []
    /// By defined function: its place in `functions`, -1 before it is translated.
    var places: [Int32] = []
    /// Translators that nobody uses at the moment.
    var translators: [FunctionTranslator] = []
  }

  init(_ module: ModuleContext, _ context: TranslationContext, _ mode: CodeMode) {
    self.module = module
    self.context = context
    self.mode = mode
    count = module.module.functions.count
    codes = Self.stubs(of: module, context)
    state.withLock { $0.places = Array(repeating: -1, count: count) }
  }

  deinit {
    state.withLock { $0.arena.deallocate() }
    codes.deallocate()
  }

  /// Entries of all functions that the module defines, not translated yet. Whoever takes them deallocates them.
  static func stubs(
    of module: ModuleContext, _ context: TranslationContext
  ) -> UnsafeMutablePointer<FunctionCode> {
    let functions = module.module.functions
    let codes = UnsafeMutablePointer<FunctionCode>.allocate(capacity: max(functions.count, 1))
    let stub = UInt64(OperationTable.handler(ofOnly: .translate))
    for (index, definition) in functions.enumerated() {
      FunctionCode.initialize(
        codes + index, headerSlot: UInt32(context.shapes[Int(definition.type)].headerSlot),
        functionIndex: UInt32(index + context.importedFunctionCount), stub: stub)
    }
    return codes
  }

  /// Whether a function that the module defines has been translated, and with that validated.
  func isTranslated(_ definedIndex: Int) -> Bool {
    state.withLock { $0.places[definedIndex] >= 0 }
  }

  /// Translates the function of a stub that was entered, unless another thread has done so meanwhile. The stub
  /// is the store's own, or that of an instance with entries of its own. `check` may end it by throwing.
  func translate(
    _ code: UnsafeMutablePointer<FunctionCode>, check: () throws -> Void
  ) throws {
    let defined = Int(code.pointee.functionIndex) - context.importedFunctionCount
    try translate(defined, check: check)
    let shared = codes + defined
    if code != shared { code.pointee.setEntry(shared.pointee.entry) }
  }

  private func translate(_ defined: Int, check: () throws -> Void) throws {
    if isTranslated(defined) { return }
    let index = UInt32(defined + context.importedFunctionCount)
    try withTranslator(index) { translator in
      let byteCount = try translator.prepare(index, module.module.functions[defined], check: check)
      let block = state.withLock { $0.arena.allocate(byteCount, index: defined) }
      let function: TranslatedFunction
      do {
        function = try translator.write(into: block, check: check)
      } catch {
        state.withLock { $0.arena.giveBack(block) }
        throw error
      }
      state.withLock { state in
        guard state.places[defined] < 0 else { return state.arena.giveBack(block) }
        state.places[defined] = Int32(truncatingIfNeeded: state.functions.count)
        state.functions.append(function)
        codes[defined].setEntry(UnsafeRawPointer(block.start))
      }
    }
  }

  /// Lends a translator. An implementation limit that it goes beyond names the function.
  private func withTranslator<Result>(
    _ index: UInt32, _ body: (FunctionTranslator) throws -> Result
  ) throws -> Result {
    let translator =
      state.withLock { $0.translators.popLast() } ?? FunctionTranslator(module, context, mode)
    defer {
      // One that has grown for a large function is not kept.
      if translator.heldByteCount <= Translation.keptByteCount {
        state.withLock { $0.translators.append(translator) }
      }
    }
    do {
      return try body(translator)
    } catch var error as TranslationError {
      error.functionIndex = index
      throw error
    }
  }

  /// The code of a function with another definition, which is not the module's and is found by nobody else.
  func translate(
    _ definition: FunctionDefinition, as index: UInt32, check: () throws -> Void
  ) throws -> (function: TranslatedFunction, block: CodeBlock) {
    try withTranslator(index) { translator in
      let byteCount = try translator.prepare(index, definition, check: check)
      let block = CodeBlock.allocate(byteCount)
      do {
        return (try translator.write(into: block, check: check), block)
      } catch {
        block.deallocate()
        throw error
      }
    }
  }

  /// What an address in the code belongs to: the one of an operation or, after a call, the one behind it.
  func location(of address: Code, isReturnAddress: Bool) -> CodeLocation? {
    state.withLock { state in
      guard let (defined, start) = state.arena.block(containing: address - (isReturnAddress ? 1 : 0)),
        state.places[defined] >= 0
      else { return nil }
      return state.functions[Int(state.places[defined])].location(
        at: address - start, from: start, isReturnAddress: isReturnAddress)
    }
  }

  /// Of the functions that have been translated so far.
  var profiles: [OperationProfile] { state.withLock { $0.functions.compactMap(\.profile) } }

  /// The code of a function, translated if it is not, as `read` needs it.
  func withCode<Result>(
    of definedIndex: Int, _ read: (TranslatedFunction, Code) throws -> Result
  ) throws -> Result {
    try translate(definedIndex) {}
    return try state.withLock { state in
      try read(state.functions[Int(state.places[definedIndex])], codes[definedIndex].entry)
    }
  }
}
