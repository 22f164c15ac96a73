/// The names of a module's definitions (Core A.3).

import Testing
import WebAssembly

private func names(_ contents: [UInt8]) throws -> NameSection {
  var module = ModuleBytes()
  module.section(0, name("name") + contents)
  return NameSection(of: try ModuleStructure.decode(module.bytes))
}

private func sampleNames() -> NameSection {
  var names = NameSection()
  names.module = "größe"
  names.functions = [0: "main", 300: "helper"]
  names.locals = [0: [0: "x", 1: "y"], 7: [2: "z"]]
  names.labels = [0: [0: "loop"]]
  names.types = [1: "point"]
  names.tables = [0: "t"]
  names.memories = [0: "m"]
  names.globals = [2: "g"]
  names.elements = [0: "e"]
  names.data = [0: "d"]
  names.fields = [1: [0: "x", 1: "y"]]
  names.tags = [0: "exception"]
  return names
}

@Suite struct BinaryNameSectionTests {
  @Test func `All kinds of names are written and read back`() throws {
    #expect(try names(sampleNames().encode()) == sampleNames())
  }

  @Test func `A malformed section keeps the names before the mistake and never fails the module`() throws {
    let contents = sampleNames().encode()
    for length in 0..<contents.count {
      let partial = try names(Array(contents[..<length]))
      for (index, name) in partial.functions { #expect(sampleNames().functions[index] == name) }
    }
    // The second function's name is no UTF-8.
    let broken = try names([1, 7, 2, 0, 1, 0x61, 1, 1, 0xFF])
    #expect(broken.functions == [0: "a"])
  }

  @Test func `Subsections that are not known are passed over`() throws {
    #expect(try names([99, 2, 1, 2, 1, 4, 1, 5, 1, 0x61]).functions == [5: "a"])
  }

  @Test func `Without the section there are no names`() throws {
    #expect(NameSection(of: try ModuleStructure.decode(ModuleBytes.preamble)) == NameSection())
  }
}
