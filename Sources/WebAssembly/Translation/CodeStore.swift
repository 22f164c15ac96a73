import Synchronization
@_spi(Translation) import WebAssemblyHandlers

/// The internal code of a module's functions: stubs at first, translated one by one as they are called.
///
/// `@unchecked Sendable`: the entry of a function is written once, under the lock, after everything it
/// leads to; readers reach that only through the entry.
final class CodeStore: @unchecked Sendable {
  /// One for each function that the module defines.
  let codes: UnsafeMutablePointer<FunctionCode>
  private let count: Int
  private let module: ModuleContext
  private let context: TranslationContext
  private let state = Mutex(State())

  private struct State: @unchecked Sendable {
    var arena = CodeArena()
    /// By block; nil where none has been written.
    var functions: [TranslatedFunction?] = []
    /// By defined function: its place in `functions`, -1 before it is translated.
    var places: [Int32] = []
    /// Translators that nobody uses at the moment.
    var translators: [FunctionTranslator] = []
  }

  init(_ module: ModuleContext, _ context: TranslationContext) {
    self.module = module
    self.context = context
    count = module.module.functions.count
    codes = .allocate(capacity: max(count, 1))
    let stub = UInt64(OperationTable.handler(of: OperationFamily.translate.facts.base))
    for index in 0..<count {
      let code = codes + index
      let function = UInt32(index + context.importedFunctionCount)
      let type = Int(context.typeOfFunction[Int(function)])
      code.initialize(
        to: FunctionCode(
          entry: UnsafeRawPointer(code) + FunctionCode.stubOffset,
          headerSlot: UInt32(context.shapes[type].headerSlot), functionIndex: function, stubHead: 0,
          stub: stub))
    }
    state.withLock { $0.places = Array(repeating: -1, count: count) }
  }

  deinit {
    state.withLock { $0.arena.deallocate() }
    codes.deallocate()
  }

  /// Whether a function that the module defines has been translated, and with that validated.
  func isTranslated(_ definedIndex: Int) -> Bool {
    state.withLock { $0.places[definedIndex] >= 0 }
  }

  /// Translates a function unless another thread has done so meanwhile. `check` may end it by throwing.
  func translate(_ code: UnsafeMutablePointer<FunctionCode>, check: () throws -> Void) throws {
    let index = code.pointee.functionIndex
    let defined = Int(index) - context.importedFunctionCount
    let translator: FunctionTranslator? = state.withLock { state in
      guard state.places[defined] < 0 else { return nil }
      return state.translators.popLast() ?? FunctionTranslator(module, context)
    }
    guard let translator else { return }
    defer { state.withLock { $0.translators.append(translator) } }
    do {
      let byteCount = try translator.prepare(index, check: check)
      let (block, place) = state.withLock { state in
        let place = state.functions.count
        state.functions.append(nil)
        return (state.arena.allocate(byteCount, index: place), place)
      }
      let function: TranslatedFunction
      do {
        function = try translator.write(into: block, check: check)
      } catch {
        state.withLock { $0.arena.giveBack(block) }
        throw error
      }
      state.withLock { state in
        guard state.places[defined] < 0 else { return state.arena.giveBack(block) }
        state.places[defined] = Int32(truncatingIfNeeded: place)
        state.functions[place] = function
        atomicMemoryFence(ordering: .releasing)
        code.pointee.entry = UnsafeRawPointer(block.start)
      }
    } catch var error as TranslationError {
      error.functionIndex = index
      throw error
    }
  }

  /// What an address in the code belongs to: the one of an operation or, after a call, the one behind it.
  func location(of address: Code, isReturnAddress: Bool) -> CodeLocation? {
    state.withLock { state in
      guard let (index, start) = state.arena.block(containing: address - (isReturnAddress ? 1 : 0)),
        let function = state.functions[index]
      else { return nil }
      let offset = address - start
      // The last position at the operation or, of a return address, before it.
      let end = isReturnAddress ? offset : offset + 1
      var low = 0
      var high = function.positions.count
      while low < high {
        let middle = (low + high) / 2
        if Int(function.positions[middle].offset) < end { low = middle + 1 } else { high = middle }
      }
      guard low > 0 else { return nil }
      return CodeLocation(
        functionIndex: function.functionIndex, offset: Int(function.positions[low - 1].source),
        headerSlot: function.headerSlot, start: start, regions: function.regions, splits: function.splits,
        isReturnAddress: isReturnAddress, codeOffset: offset)
    }
  }

  /// The code of a function, translated if it is not, as `read` needs it.
  func withCode<Result>(
    of definedIndex: Int, _ read: (TranslatedFunction, Code) throws -> Result
  ) throws -> Result {
    try translate(codes + definedIndex) {}
    return try state.withLock { state in
      guard let function = state.functions[Int(state.places[definedIndex])] else {
        preconditionFailure("a translated function has its tables")
      }
      return try read(function, codes[definedIndex].entry)
    }
  }
}
