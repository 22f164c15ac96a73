// Help as a reader sees it, and its examples as they are typed.
import Foundation
import Testing

@Suite struct HelpTests {
  /// Every command that help lists.
  private func commands(_ place: Workplace) throws -> [String] {
    let help = try place("help").output
    let list = try #require(help.firstMatch(of: /\ncommands \(run when none is named\):\n((  .*\n)+)/)?.1)
    return list.split(separator: "\n").filter { !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
  }

  /// The command lines below the heading of examples.
  private func examples(_ help: String) -> [String] {
    guard let heading = help.range(of: "\nexamples:\n") else { return [] }
    return help[heading.upperBound...].split(separator: "\n").filter { !$0.hasPrefix("   ") }
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  @Test func noLineIsWiderThanAHundredColumns() throws {
    let place = try Workplace()
    let commands = try commands(place)
    #expect(commands.count >= 15)
    for text in try [place("help").output] + commands.map({ try place("help", $0).output }) {
      #expect(text.split(separator: "\n").filter { $0.count > 100 } == [])
    }
  }

  @Test func everyCommandHasExamplesThatDoWhatTheySay() throws {
    let model = try ExampleWorkplace()
    for command in try commands(model.place) {
      let lines = examples(try model.place("help", command).output)
      #expect(!lines.isEmpty, "\(command)")
      for line in lines {
        let shell = Shell(name: line.firstMatch(of: /completions (zsh|fish)/).map { String($0.1) } ?? "bash")
        guard shell.isInstalled else { continue }
        let setUp = shell.name == "zsh" ? "autoload -Uz compinit; compinit -D\n" : ""
        let result = try shell.run(setUp + line, in: try model.copy())
        #expect(result.code == 0, "\(line)\n\(result.error)\(result.output)")
        #expect(line.contains("--stats") || result.error == "", "\(line)")
      }
    }
  }
}

/// A directory with everything that the examples name. Each of them is run in a copy.
private struct ExampleWorkplace {
  let place: Workplace

  init() throws {
    place = try Workplace([
      "fixtures/errors/raised.lua": "--! tags: slow\nerror('no', 0)\n",
      "fixtures/strings/upper.lua": "return ('a'):upper()\n",
      "fixtures/strings/lower.lua": "return ('A'):lower()\n",
      "fixtures/strings/reverse.lua": "return ('ab'):reverse()\n",
      "scratch/fails.lua": "local t = {}\nprint(t)\nprint(t.x.y)\n",
      "setup.lua": "_home.x = 20\n",
      "script.lua": "return (_home.x or 1) + 1\n",
      "module.wat": calculator,
      "suite/simd.wast": "(module (func (export \"f\") (result i32) i32.const 7))\n"
        + "(assert_return (invoke \"f\") (i32.const 7))\n",
    ])
    try place.write("new.wasm", try PatchedModule.lua(PatchedModule.slower))
    for line in [
      "wat2wasm module.wat -o calculator.wasm", "bless", "run --save-baseline baseline.jsonl",
      "run --coverage coverage.jsonl", "run --shard 1/2 --coverage shard1.cov",
      "run --shard 2/2 --coverage shard2.cov", "run --shard 1/3 --json shard1.jsonl",
      "run --shard 2/3 --json shard2.jsonl", "run --shard 3/3 --json shard3.jsonl",
    ] {
      let result = try place.start(line.split(separator: " ").map(String.init)).finish()
      #expect(result.code == 0, "\(line): \(result.error)\(result.output)")
    }
    // A case that failed in the last run, and has been put right.
    let golden = try place.read("expected/strings/upper.golden")
    try place.write("expected/strings/upper.golden", "result nil\n")
    #expect(try place("run").code == 1)
    try place.write("expected/strings/upper.golden", golden)
  }

  func copy() throws -> Workplace {
    let copy = try Workplace()
    try FileManager.default.removeItem(atPath: copy.path)
    try FileManager.default.copyItem(atPath: place.path, toPath: copy.path)
    return copy
  }
}

private let calculator = """
  (module
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "half") (param f64) (result f64) (f64.div (local.get 0) (f64.const 2))))

  """
