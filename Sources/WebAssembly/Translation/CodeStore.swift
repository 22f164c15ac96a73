import Synchronization

/// The internal code of a module's functions: stubs at first, translated one by one as they are called.
///
/// `@unchecked Sendable`: the entry of a function is written once, under the lock, after everything it
/// leads to; readers reach that only through the entry.
final class CodeStore: @unchecked Sendable {
  let codes: UnsafeMutablePointer<FunctionCode>
  private let count: Int
  private let importedFunctionCount: Int
  private let translated = Mutex<[TranslatedFunction]>([])

  /// A translated function's code block; `words[0]` is the head word before the entry.
  private struct TranslatedFunction: @unchecked Sendable {
    var words: UnsafeMutablePointer<UInt64>
    var wordCount: Int
    var functionIndex: UInt32
    var headerSlot: Int
    var positions: [CodePosition]
    var regions: [TryRegion]
    var splits: [Int]
  }

  init(_ structure: ModuleStructure, _ context: TranslationContext) {
    count = structure.functions.count
    importedFunctionCount = context.importedFunctionCount
    codes = .allocate(capacity: max(count, 1))
    let stub = UInt64(HandlerTable.addresses[Int(ControlOperation.translate.rawValue)])
    for index in 0..<count {
      let code = codes + index
      let function = UInt32(index + importedFunctionCount)
      code.initialize(
        to: FunctionCode(
          entry: UnsafeRawPointer(code) + FunctionCode.stubOffset,
          headerSlot: UInt32(FunctionTranslator.headerSlot(of: context.functionTypes[Int(function)])),
          functionIndex: function, stubHead: 0, stub: stub))
    }
  }

  deinit {
    translated.withLock { functions in
      for function in functions { function.words.deallocate() }
    }
    codes.deallocate()
  }

  func translate(
    _ code: UnsafeMutablePointer<FunctionCode>, _ module: ModuleContext, _ context: TranslationContext
  ) throws {
    try translated.withLock { functions in
      let stub = UnsafeRawPointer(code) + FunctionCode.stubOffset
      guard code.pointee.entry == stub else { return }
      let index = code.pointee.functionIndex
      let definition = module.module.functions[Int(index) - importedFunctionCount]
      var validator = try FunctionValidator(module, functionIndex: Int(index))
      var translator: FunctionTranslator
      do {
        translator = try FunctionTranslator(
          context, codes: codes, functionIndex: index, locals: definition.locals,
          bodySize: definition.body.bytes.count)
        var reader = InstructionReader(definition.body, features: module.features)
        while !validator.isFinished {
          let instruction = try validator.read(&reader)
          try validator.validate(instruction)
          try translator.translate(instruction, of: definition.body)
        }
        try validator.checkEnd(of: reader)
        let builder = try translator.finish()
        functions.append(install(builder, translator.slotCount, code, index))
      } catch var error as TranslationError {
        error.functionIndex = index
        throw error
      }
    }
  }

  /// Copies the code to its final place and publishes its entry.
  private func install(
    _ builder: CodeBuilder, _ slotCount: Int, _ code: UnsafeMutablePointer<FunctionCode>, _ index: UInt32
  ) -> TranslatedFunction {
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: builder.words.count + 1)
    words[0] = UInt64(slotCount) | UInt64(builder.entryCost) << 32
    (words + 1).initialize(from: builder.words, count: builder.words.count)
    atomicMemoryFence(ordering: .releasing)
    code.pointee.entry = UnsafeRawPointer(words + 1)
    return TranslatedFunction(
      words: words, wordCount: builder.words.count + 1, functionIndex: index,
      headerSlot: Int(code.pointee.headerSlot), positions: builder.positions, regions: builder.regions,
      splits: builder.splits)
  }

  func position(of address: Code) -> CodeLocation? {
    translated.withLock { functions in
      for function in functions {
        let start = UnsafeRawPointer(function.words)
        guard address >= start, address < start + function.wordCount * 8 else { continue }
        let word = (address - start) / 8 - 1
        // The last position at or before the word.
        var low = 0
        var high = function.positions.count
        while low < high {
          let middle = (low + high) / 2
          if Int(function.positions[middle].word) <= word { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        return CodeLocation(
          functionIndex: function.functionIndex, offset: Int(function.positions[low - 1].source),
          headerSlot: function.headerSlot, start: start + 8, regions: function.regions,
          splits: function.splits)
      }
      return nil
    }
  }
}
