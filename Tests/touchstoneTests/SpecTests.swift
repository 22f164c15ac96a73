// touchstone spec, wat2wasm and wasm2wat as processes.
import Foundation
import Testing

@Suite struct SpecTests {
  static let script = """
    (module $m (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "fail") (unreachable)))
    (register "m" $m)
    (assert_return (invoke "add" (i32.const 1) (i32.const 2)) (i32.const 3)) (assert_trap (invoke "fail") "unreachable")
    (assert_invalid (module (func (result i32))) "type mismatch")
    (assert_malformed (module quote "(func (i32.const 0x))") "unknown operator")
    """

  @Test func everyCommandIsACase() throws {
    let place = try Workplace(["scripts/a/first.wast": Self.script, "scripts/b/first.wast": Self.script])
    let done = try place("spec", "scripts", "--junit", "report.xml", "--verbose")
    #expect(done.code == 0)
    #expect(done.output.contains("12 cases: 12 passed"))
    #expect(done.output.contains("first.wast: 6 of 6 commands passed"))
    let report = try place.read("report.xml")
    #expect(report.contains("classname=\"wasm.a\""))
    #expect(report.contains("name=\"first.wast:4:1 assert_return\""))
    #expect(report.contains("name=\"first.wast:4:74 assert_trap\""))
  }

  @Test(arguments: [
    ["a/m.wast", "a/m.wast"], ["a/m.wast", "./a/m.wast"], ["a/m.wast", "link.wast"], ["a", "a/m.wast"],
    ["a/m.wast", "a"], ["a", "./a/"],
  ])
  func aScriptThatSeveralPathsLeadToIsRunOnce(paths: [String]) throws {
    let place = try Workplace(["a/m.wast": Self.script])
    try FileManager.default.createSymbolicLink(
      atPath: place.path + "/link.wast", withDestinationPath: "a/m.wast")
    let done = try place.start(["spec"] + paths + ["--junit", "report.xml"]).finish()
    #expect(done.code == 0)
    #expect(done.output.contains("6 cases: 6 passed"))
    let name = "name=\"m.wast:4:1 assert_return\""
    #expect(try place.read("report.xml").components(separatedBy: name).count == 2)
  }

  @Test func scriptsThatOnlySayTheSameAreAllRun() throws {
    let place = try Workplace(["a/m.wast": Self.script, "b/m.wast": Self.script])
    let done = try place("spec", "a/m.wast", "b/m.wast")
    #expect(done.code == 0)
    #expect(done.output.contains("12 cases: 12 passed"))
  }

  @Test func aFailedAssertionSaysWhatThereWas() throws {
    let wrong = Self.script.replacingOccurrences(of: "(i32.const 3))", with: "(i32.const 4))")
    let place = try Workplace(["x.wast": wrong])
    let done = try place("spec", "x.wast")
    #expect(done.code == 1)
    #expect(done.output.contains("x.wast:4:1"))
    #expect(done.output.contains("expected (i32.const 4), but the result is (i32.const 3)"))
    let selected = try place("spec", "x.wast", "--filter", "x.wast:5:*")
    #expect(selected.code == 0)
    #expect(selected.output.contains("1 case"))
  }

  @Test func commandsOfThreadsAreCasesWhereTheyStand() throws {
    let place = try Workplace([
      "x.wast": """
      (thread $T (module (func (export "spin") (loop (br 0))))
        (invoke "spin")
        (invoke "spun"))
      (invoke "outside")
      (wait $T)
      """
    ])
    let done = try place("spec", "x.wast", "--timeout", "0.2", "--verbose", "--json", "report.jsonl")
    #expect(done.code == 1)
    let ids = try place.read("report.jsonl").matches(of: /"id":"([^"]*)"/).map { String($0.output.1) }
    #expect(ids == ["x.wast:1:1", "x.wast:1:12", "x.wast:2:3", "x.wast:3:3", "x.wast:4:1", "x.wast:5:1"])
    #expect(done.output.contains("the command took longer than it may"))
    #expect(done.output.contains("6 cases: 3 passed, 3 failed"))
  }

  @Test func whatCannotBeReadIsAFaultWithItsPlace() throws {
    let place = try Workplace([
      "broken.wast": "(module)\n(assert_return (invoke \"f\")", "good.wast": Self.script,
    ])
    let done = try place("spec", "broken.wast", "good.wast")
    #expect(done.code == 3)
    #expect(done.output.contains("broken.wast:2"))
    #expect(done.output.contains("6 passed"))
    #expect(try place("spec", "missing.wast").code == 2)
    #expect(try place("spec", "--enable", "nonsense", "good.wast").code == 2)
  }

  @Test func aFeatureCanBeSwitchedOff() throws {
    let place = try Workplace(["tail.wast": "(module (func $f (return_call $f)))"])
    #expect(try place("spec", "tail.wast").code == 0)
    let done = try place("spec", "tail.wast", "--disable", "tail-call")
    #expect(done.code == 1)
    #expect(done.output.contains("tail-call"))
  }

  @Test func otherJSONFilesInAFolderAreNoScripts() throws {
    let place = try Workplace([
      "suite/x.wast": "(module)\n", "suite/package.json": "{\"name\": \"x\"}\n", "suite/empty.json": "",
      "suite/y.json": "{\"source_filename\": \"y.wast\",\n \"commands\": []}\n",
    ])
    let done = try place("spec", "suite", "--verbose")
    #expect(done.code == 0, "\(done.output)")
    #expect(done.output.contains("suite/y.json: 0 of 0 commands passed"))
    #expect(!done.output.contains("package.json"))
    // Whoever names it means it.
    #expect(try place("spec", "suite/package.json").code == 3)
  }

  @Test func theFormOfWast2jsonRunsToo() throws {
    let tool = ["/usr/bin/wast2json", "/usr/local/bin/wast2json", "/opt/homebrew/bin/wast2json"].first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    guard let tool else {
      print("wast2json is not installed: the JSON that it writes was not run.")
      return
    }
    let place = try Workplace(["x.wast": Self.script])
    let process = Process()
    process.executableURL = URL(filePath: tool)
    process.currentDirectoryURL = URL(filePath: place.path)
    process.arguments = ["x.wast", "-o", "x.json"]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let done = try place("spec", "x.json", "--verbose")
    #expect(done.code == 0, "\(done.output)\(done.error)")
    #expect(done.output.contains("passed"))
  }

  @Test func textAndBinaryAreTurnedIntoEachOther() throws {
    let place = try Workplace([
      "m.wat":
        "(module (func $twice (export \"twice\") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))",
      "bad.wat": "(module\n  (func (i32.const)))", "invalid.wat": "(module (func (result i32)))",
    ])
    #expect(try place("wat2wasm", "m.wat").code == 0)
    let called = try place("invoke", "m.wasm", "twice", "21")
    #expect(called.output.contains("42"))
    let text = try place("wasm2wat", "m.wasm")
    #expect(text.code == 0)
    #expect(text.output.contains("$twice"))
    try place.write("again.wat", text.output)
    #expect(try place("wat2wasm", "again.wat", "-o", "again.wasm").code == 0)
    let first = try Data(contentsOf: URL(filePath: place.path + "/m.wasm"))
    #expect(try Data(contentsOf: URL(filePath: place.path + "/again.wasm")) == first)
    let bad = try place("wat2wasm", "bad.wat")
    #expect(bad.code == 1)
    #expect(bad.error.contains("bad.wat:2"))
    #expect(try place("wat2wasm", "invalid.wat").error.contains("type mismatch"))
    let notBinary = try place("wasm2wat", "bad.wat")
    #expect(notBinary.code == 3)
    #expect(notBinary.error.hasPrefix("touchstone: bad.wat: "))
  }

  /// `script` gives the command a terminal.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "script is not here"))
  func theBinaryFormatIsNotWrittenToATerminal() throws {
    let place = try Workplace(["m.wat": "(module)"])
    func onATerminal(_ words: String) throws -> String {
      #if os(Linux)
        let arguments = ["-qec", Workplace.executable + " " + words, "/dev/null"]
      #else
        let arguments =
          ["-q", "/dev/null", Workplace.executable] + words.split(separator: " ").map(String.init)
      #endif
      return try RunningProcess(
        "/usr/bin/script", arguments, ["TERM": "xterm", "SHELL": "/bin/sh"], "", in: place
      ).finish().output
    }
    for words in ["wat2wasm -", "wat2wasm m.wat -o -"] {
      #expect(
        try onATerminal(words).contains(
          "touchstone: the binary format is not for a terminal; name a file with -o FILE"))
    }
    #expect(try onATerminal("wat2wasm m.wat") == "")
    #expect(place.exists("m.wasm"))
    #expect(try place("wat2wasm", "m.wat", "-o", "-").code == 0)
  }
}
