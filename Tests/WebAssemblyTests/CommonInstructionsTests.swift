/// The fast way through common instructions decides nothing: with it and without it, bodies are the same.

import Testing
import WebAssembly

import struct Foundation.Data
import struct Foundation.URL

@Suite struct CommonInstructionsTests {
  private static let lua: [UInt8] = {
    let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return (try? Data(contentsOf: repository.appending(path: "lua.wasm"))).map { Array($0) } ?? []
  }()

  /// What `validateBody` says, which goes the fast way.
  private func quickly(_ context: ModuleContext, _ index: Int) -> ValidationError? {
    do throws(ValidationError) {
      try context.validateBody(index)
      return nil
    } catch {
      return error
    }
  }

  /// What reading and validating one instruction after the other says, as a translator does.
  private func oneByOne(_ context: ModuleContext, _ index: Int) -> ValidationError? {
    do throws(ValidationError) {
      var validator = try FunctionValidator(
        context, functionIndex: context.importedFunctionCount + index)
      var reader = InstructionReader(validator.body, features: context.features)
      while !validator.isFinished {
        let instruction = try validator.read(&reader)
        try validator.validate(instruction)
      }
      try validator.checkEnd(of: reader)
      return nil
    } catch {
      return error
    }
  }

  @Test("bodies of a real module, each with bytes changed, are judged the same both ways")
  func changedBodies() throws {
    let structure = try ModuleStructure.decode(Self.lua)
    var generator = SeededGenerator(state: 5)
    var counts = (valid: 0, malformed: 0, invalid: 0)
    for round in 0..<8 {
      var changed = structure
      for index in changed.functions.indices {
        var body = Array(changed.functions[index].body.bytes)
        for _ in 0..<(round == 0 ? 0 : Int.random(in: 1...2, using: &generator)) {
          let place = Int.random(in: 0..<body.count, using: &generator)
          // Often another opcode or index that is in use near by, sometimes anything.
          body[place] =
            Bool.random(using: &generator)
            ? body[Int.random(in: 0..<body.count, using: &generator)]
            : UInt8.random(in: 0...255, using: &generator)
        }
        changed.functions[index].body = Expression(body)
      }
      let context = try ModuleContext(changed)
      for index in changed.functions.indices {
        let error = quickly(context, index)
        #expect(error == oneByOne(context, index), "function \(index) of round \(round)")
        switch error?.isMalformed {
        case nil: counts.valid += 1
        case true?: counts.malformed += 1
        case false?: counts.invalid += 1
        }
      }
    }
    #expect(counts.valid >= structure.functions.count && counts.malformed > 200 && counts.invalid > 1_000)
  }

  @Test("opcodes in each of several surroundings is judged the same both ways")
  func opcodes() throws {
    // Types: [] -> [], [i32] -> [i32], [i32 f64] -> [i64 i64].
    var module = ModuleStructure()
    module.addType(SubType(.function(FunctionType())))
    module.addType(SubType(.function(FunctionType([.i32], [.i32]))))
    module.addType(SubType(.function(FunctionType([.i32, .f64], [.i64, .i64]))))
    module.globals = [
      GlobalDefinition(GlobalType(.i32, isMutable: true), initializer: Expression([0x41, 0, 0x0B])),
      GlobalDefinition(GlobalType(.f64), initializer: Expression([0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x0B])),
    ]
    let prefixes: [[UInt8]] = [
      [], [0x41, 1], [0x41, 1, 0x41, 2], [0x41, 1, 0x41, 2, 0x41, 3], [0x42, 1, 0x42, 2], [0x00],
      [0x20, 2, 0x20, 2], [0x41, 1, 0x02, 0x40], [0x41, 1, 0x04, 0x40], [0x02, 0x7F, 0x41, 1],
      [0x20, 2, 0x41, 1],
      [0x41, 1, 0x20, 2], [0x02, 0x7E, 0x03, 0x40],
    ]
    let suffixes: [[UInt8]] = [
      [0x0B], [0x1A, 0x0B], [0x1A, 0x1A, 0x0B], [0x0B, 0x0B], [0x0B, 0x1A, 0x0B], [0x05, 0x0B, 0x1A, 0x0B],
    ]
    // Control, variables, memory and constants; of the others some of each kind.
    let opcodes =
      Array(0x00...0x45) + [0x46, 0x6A, 0x7C, 0x92, 0xA7, 0xAC, 0xC0, 0xD0, 0xFC, 0xFE, 0xFF] as [UInt8]
    let immediates: [[UInt8]] = [
      [], [0], [1], [2], [0x40], [0x7F], [0x85, 0x01], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [2, 0],
      [0, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F], [0, 0, 0, 0, 0, 0, 0, 0],
    ]
    for addressType in [AddressType.i32, .i64, nil] {
      module.memories = addressType.map { [MemoryType(Limits(1), addressType: $0)] } ?? []
      module.functions = []
      for opcode in opcodes {
        for prefix in prefixes {
          for immediate in immediates {
            for suffix in suffixes {
              let end = suffix + (immediate.count == 1 ? [] : [0x0B])
              module.functions.append(
                FunctionDefinition(
                  type: UInt32(immediate.count % 3), locals: [LocalGroup(count: 3, type: .f64)],
                  body: Expression(prefix + [opcode] + immediate + end)))
            }
          }
        }
      }
      let context = try ModuleContext(module)
      var differing: [Int] = []
      var valid = 0
      for index in module.functions.indices {
        let error = quickly(context, index)
        if error != oneByOne(context, index) { differing.append(index) }
        if error == nil { valid += 1 }
      }
      #expect(differing.isEmpty)
      #expect(valid > 200)
    }
  }

  @Test("one validator serves body after body as a new one would") func reuse() throws {
    let context = try ModuleContext.decode(Self.lua)
    var reused = FunctionValidator(context)
    for index in context.module.functions.indices.reversed() {
      try reused.begin(functionIndex: context.importedFunctionCount + index)
      try reused.validateBody()
      #expect(reused.isFinished)
    }
    // An error leaves nothing behind.
    var broken = context.module
    broken.functions[0].body = Expression([0x41, 0, 0x41, 0, 0x02, 0x7F, 0x6A, 0x6A, 0x0B])
    let other = try ModuleContext(broken)
    var validator = FunctionValidator(other)
    for index in [0, 1, 0, 2] {
      try validator.begin(functionIndex: other.importedFunctionCount + index)
      var error: ValidationError?
      do throws(ValidationError) { try validator.validateBody() } catch let caught { error = caught }
      #expect(error == quickly(other, index))
      #expect((error != nil) == (index == 0))
    }
  }

  @Test("what a translator asks of the validator") func questions() throws {
    var module = ModuleStructure()
    module.addType(SubType(.function(FunctionType([.i64], [.f32]))))
    // i32.const 1; block (result f64); i64.const 2; f64.const 0; …
    module.functions = [
      FunctionDefinition(
        type: 0, locals: [],
        body: Expression([0x41, 1, 0x02, 0x7C, 0x42, 2, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x0F, 0x0B, 0x0B]))
    ]
    let context = try ModuleContext(module)
    var validator = try FunctionValidator(context, functionIndex: 0)
    var reader = InstructionReader(validator.body, features: context.features)
    for _ in 0..<4 {
      let instruction = try validator.read(&reader)
      try validator.validate(instruction)
    }
    #expect(validator.operandCount == 3 && validator.availableOperandCount == 2)
    #expect(validator.operand(0) == .f64 && validator.operand(1) == .i64 && validator.operand(2) == .bottom)
    #expect(validator.operand(at: 0) == .i32)
    #expect(validator.frameCount == 2)
    let block = try #require(validator.frame(0))
    #expect(block.opcode == .block && block.height == 1 && !block.isUnreachable)
    #expect(Array(validator.types(block.labelTypes)) == [.f64])
    #expect(validator.type(block.results, 0) == .f64)
    #expect(validator.frame(1)?.height == 0 && validator.frame(2) == nil)
  }
}
