/// The module that the product is about, as an example of a large one.

import Foundation
import Testing
import WebAssembly

@Suite struct BinaryLuaModuleTests {
  private let bytes: [UInt8]

  init() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    bytes = [UInt8](try Data(contentsOf: root.appendingPathComponent("lua.wasm")))
  }

  @Test func `lua.wasm is valid and decodes, encodes and decodes to the same module`() throws {
    let context = try ModuleContext.load(bytes)
    let encoded = context.module.encode()
    #expect(try ModuleStructure.decode(encoded) == context.module)
    #expect(encoded.count <= bytes.count)
  }

  @Test func `Every instruction of lua.wasm is written back byte by byte or shorter`() throws {
    for function in try ModuleStructure.decode(bytes).functions {
      var reader = InstructionReader(function.body)
      var writer = InstructionWriter()
      while !reader.isAtEnd { writer.append(try reader.next(), from: function.body) }
      #expect(writer.bytes.count <= function.body.bytes.count)
      var again = InstructionReader(writer.expression)
      reader = InstructionReader(function.body)
      while !reader.isAtEnd {
        let (instruction, copy) = (try reader.next(), try again.next())
        #expect(instruction.row == copy.row && instruction.a == copy.a && instruction.b == copy.b)
        #expect(instruction.value == copy.value && instruction.value2 == copy.value2)
        #expect(instruction.count == copy.count && instruction.lane == copy.lane)
      }
      #expect(again.isAtEnd)
    }
  }

  @Test func `Its memory and table are what its code uses`() throws {
    var changed = try ModuleStructure.decode(bytes)
    changed.memories = []
    changed.exports.removeAll { $0.kind == .memory }
    changed.data = []
    changed.dataCount = changed.dataCount.map { _ in 0 }
    let error = #expect(throws: ModuleError.self) { try ModuleContext.load(changed.encode()) }
    #expect(error?.message.hasPrefix("unknown memory 0") == true)
  }
}
