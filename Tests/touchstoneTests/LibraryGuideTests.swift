// The pages of the library guide: their code is that of programs which are built and run here.
import Foundation
import Testing

@Suite struct LibraryGuideTests {
  /// A page with one program.
  struct Guide: Sendable, CustomTestStringConvertible {
    let page: String
    let program: String
    var testDescription: String { program }
  }

  static let guides = [
    Guide(
      page: "Sources/WebAssembly/Documentation.docc/EmbeddingWebAssembly.md", program: "EmbeddingWebAssembly"),
    Guide(page: "Sources/LuaHost/Documentation.docc/RunningLua.md", program: "RunningLua"),
  ]

  /// A fenced block: its language with what stands behind it, and its lines.
  private struct Block {
    var head: String
    var text = ""
  }

  private func blocks(_ guide: Guide) throws -> [Block] {
    var blocks: [Block] = []
    var isInside = false
    for line in try text(guide.page).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if !isInside { blocks.append(Block(head: String(line.dropFirst(3)))) }
        isInside.toggle()
      } else if isInside {
        blocks[blocks.count - 1].text += line + "\n"
      }
    }
    return blocks
  }

  private func text(_ path: String) throws -> String {
    String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: "\(Workplace.packageRoot)/\(path)")), as: UTF8.self)
  }

  /// The blocks of a language one after the other, with a line between them.
  private func joined(_ blocks: [Block], _ language: String, by separator: String) -> String {
    blocks.filter { $0.head == language }.map(\.text).joined(separator: separator)
  }

  @Test(arguments: guides) func theCodeOfThePageIsTheProgram(guide: Guide) throws {
    let code = joined(try blocks(guide), "swift", by: "\n")
    #expect(code == (try text("Sources/Examples/\(guide.program)/main.swift")))
  }

  @Test(arguments: guides) func theOutputOnThePageIsThatOfTheProgram(guide: Guide) throws {
    let blocks = try blocks(guide)
    let place = try Workplace()
    var module = "lua.wasm"
    for block in blocks where block.head.hasPrefix("wat ") {
      let file = String(block.head.dropFirst(4))
      try place.write(file, block.text)
      #expect(try place("wat2wasm", file).code == 0)
      module = file.replacing(".wat", with: ".wasm")
    }
    let program = URL(fileURLWithPath: Workplace.executable).deletingLastPathComponent()
      .appendingPathComponent(guide.program).path
    let result = try RunningProcess(program, [module], [:], "", in: place).finish()
    #expect(result.code == 0, "\(result.error)")
    let output = joined(blocks, "text", by: "")
    #expect(!output.isEmpty)
    #expect(result.output == output)
  }
}
