// Reports, goldens and records that cannot be written, and two that would be one file.
import Foundation
import TestSupport
import Testing

private let one = ["fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n"]
private let outputs = ["--junit", "--json", "--html", "--coverage", "--save-baseline"]

@Suite struct ReportFaultTests {
  @Test(arguments: outputs)
  func anOutputThatIsADirectoryIsRefusedBeforeAnythingRuns(option: String) throws {
    let place = try Workplace(one)
    try place.write("out/x", "")
    let result = try place.bounded(option, "out")
    #expect(result.code == 3)
    #expect(result.output == "")
    #expect(result.error == "touchstone: cannot write to out: is a directory\n")
    #expect(!place.exists(".touchstone"))
  }

  @Test(arguments: outputs)
  func theDirectoryOfAnOutputIsMade(option: String) throws {
    let place = try Workplace(one)
    #expect(try place.bounded(option, "new/deep/out").code == 0)
    #expect(try !place.read("new/deep/out").isEmpty)
    #expect(try place.bounded(option, "new/deep/out/x").code == 3)
    #expect(place.temporaryFiles.isEmpty)
  }

  @Test func anOutputThatIsALinkStaysOne() throws {
    let place = try Workplace(one)
    try place.write("store/old.xml", "old")
    try place.link("latest.xml", to: "store/old.xml")
    #expect(try place.bounded("--junit", "latest.xml").code == 0)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: place.path + "/latest.xml") == "store/old.xml"
    )
    _ = try JUnitDocument(place.read("store/old.xml"))
    #expect(place.temporaryFiles.isEmpty)
  }

  @Test func twoOutputsInOneFileAreAUsageError() throws {
    let place = try Workplace(one)
    for words in [
      ["--junit", "r", "--json", "./r"], ["--json", "r", "--html", "fixtures/../r"],
      ["--html", "r", "--save-baseline", "r"], ["--coverage", "r", "--junit", "r"],
    ] {
      let result = try place.start(words).finish(within: 60)
      #expect(result.code == 2)
      #expect(result.output == "")
      #expect(result.error.contains("would both write to "), "\(result.error)")
    }
    try place.write("there", "")
    try place.link("link", to: "there")
    let linked = try place.bounded("--junit", "there", "--json", "link")
    #expect(linked.code == 2)
    #expect(
      linked.error == "touchstone: --junit and --json would both write to link; name two files\n")
    #expect(try place.bounded("compare", "lua.wasm", "lua.wasm", "--json", "r", "--html", "r").code == 2)
    try place.write("x.wast", "(module)")
    #expect(try place.bounded("spec", "x.wast", "--json", "r", "--html", "r").code == 2)
    #expect(try place.bounded("--json", "r.jsonl").code == 0)
    #expect(try place.bounded("merge", "r.jsonl", "--junit", "r", "--html", "r").code == 2)
    // Where there is nothing to overwrite, two may go.
    #expect(try place.bounded("--junit", "/dev/null", "--json", "/dev/null").code == 0)
  }

  @Test func whatIsNoReportIsNotOverwritten() throws {
    let place = try Workplace(one)
    for file in ["fixtures/a.lua", "expected/a.golden", "lua.wasm"] {
      let result = try place.bounded("--junit", file)
      #expect(result.code == 2)
      #expect(
        result.error == "touchstone: --junit would overwrite \(file), which is no report; name another file\n"
      )
    }
    #expect(try place.bounded().code == 0)
  }

  #if os(Linux)
    @Test(arguments: outputs)
    func aFullDeviceIsAFaultWithOneSentence(option: String) throws {
      let place = try Workplace(one)
      let result = try place.bounded(option, "/dev/full")
      #expect(result.code == 3)
      #expect(
        result.output.components(separatedBy: "ERROR cannot write to /dev/full: no space left on device\n")
          .count
          == 2)
      #expect(result.output.contains("1 case: 1 passed in "))
    }

    @Test func aFullDeviceIsAFaultOfMergeToo() throws {
      let place = try Workplace(one)
      #expect(try place.bounded("--json", "r.jsonl").code == 0)
      for option in ["--junit", "--json", "--html", "--save-baseline"] {
        let result = try place.bounded("merge", "r.jsonl", option, "/dev/full")
        #expect(result.code == 3)
        #expect(
          (result.output + result.error).contains("cannot write to /dev/full: no space left on device\n"))
      }
    }

    /// What was there before stays, and nothing half-written takes its place.
    @Test(.enabled(if: MountedDirectory.isPossible, "mounting a file system needs root"))
    func aFullDiskLosesNothingThatWasThere() throws {
      let place = try Workplace(one)
      let disk = try MountedDirectory("disk", in: place, size: 64 << 10)
      defer { withExtendedLifetime(disk) {} }
      try place.write("disk/old", "as it was")
      #expect(try place.shell("dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null; true").code == 0)
      for option in outputs {
        let result = try place.bounded(option, "disk/old")
        #expect(result.code == 3, "\(option)")
        #expect(result.output.contains("ERROR cannot write to disk/old: no space left on device\n"))
        #expect(try place.read("disk/old") == "as it was")
      }
      #expect(place.temporaryFiles.isEmpty)

      // Goldens: each that cannot be written is named, and the one that was there stays.
      try place.write("disk/goldens/.keep", "")
      let blessed = try place.bounded("bless", "--expected", "disk/goldens")
      #expect(blessed.code == 3)
      #expect(
        blessed.output.contains("ERROR cannot write to disk/goldens/a.golden: no space left on device\n"))
      #expect(blessed.output.hasSuffix("goldens: 1 without an answer\n"))
      #expect(!place.exists("disk/goldens/a.golden"))

      // The record for --only failed: the run counts all the same, and says what is missing.
      try place.write("disk/suite/.keep", "")
      let record = try place.shell(
        "mkdir -p disk/suite/fixtures && ln -s \"$PWD/fixtures/a.lua\" disk/suite/fixtures/a.lua"
          + " && \"$0\" disk/suite/fixtures --expected expected")
      #expect(record.code == 0, "\(record.error)")
      #expect(record.output.contains("warning the run is not on record for --only failed: cannot write to "))
      #expect(record.output.contains(": no space left on device\n"))
    }

    /// More than fits into memory is kept in a file beside the report until its end.
    @Test(.enabled(if: MountedDirectory.isPossible, "mounting a file system needs root"))
    func aDiskThatIsFullBeforeTheEndIsAFault() throws {
      let place = try Workplace()
      for number in 0..<200 {
        try place.write(
          "fixtures/c\(number).lua", "for i = 1, 150 do print(('\(number) some words '):rep(8), i) end")
      }
      let disk = try MountedDirectory("disk", in: place, size: 256 << 10)
      defer { withExtendedLifetime(disk) {} }
      for option in ["--junit", "--html", "--json"] {
        let result = try place.bounded(option, "disk/report", "--json", "whole.jsonl")
        if option == "--json" { continue }
        #expect(result.code == 3)
        #expect(result.output.contains("ERROR cannot write to a temporary file in "))
        #expect(result.output.contains("\n200 cases: 200 failed in "))
        #expect(try place.read("whole.jsonl").split(separator: "\n").count >= 203)
      }
      #expect(place.temporaryFiles.isEmpty)
    }

    @Test(.enabled(if: MountedDirectory.isPossible, "mounting a file system needs root"))
    func aReadOnlyDirectoryIsRefusedForReportsAndDoesForFixtures() throws {
      let place = try Workplace()
      let disk = try MountedDirectory("disk", in: place, size: 1 << 20)
      defer { withExtendedLifetime(disk) {} }
      try place.write("disk/fixtures/a.lua", "return 1")
      try place.write("disk/expected/a.golden", "result integer 1\n")
      try place.write("disk/fixtures/b.lua", "return 1")
      try disk.protect(place)
      for option in outputs {
        let result = try place.bounded("disk/fixtures", option, "disk/report")
        #expect(result.code == 3)
        #expect(result.error == "touchstone: cannot write to disk/report: read-only file system\n")
        #expect(result.output == "")
      }
      // A read-only checkout can be tested all the same; a note says that there is no record.
      let result = try place.bounded("disk/fixtures", "--verbose")
      #expect(result.code == 1)
      #expect(result.output.contains("note the run is not on record for --only failed: "))
      #expect(try !place.bounded("disk/fixtures").output.contains("record"))
      let blessed = try place.bounded("bless", "disk/fixtures")
      #expect(blessed.code == 3)
      #expect(
        blessed.output.contains("ERROR cannot write to disk/expected/b.golden: read-only file system\n"))
    }

    /// The kernel's own directories take no files, whoever asks.
    @Test func aDirectoryThatTakesNoFilesIsRefused() throws {
      let place = try Workplace(one)
      for option in outputs {
        let result = try place.bounded(option, "/proc/touchstone-report")
        #expect(result.code == 3)
        #expect(result.error.hasPrefix("touchstone: cannot write to /proc/touchstone-report: "))
        #expect(result.output == "")
      }
    }
  #endif

  @Test func aStepSummaryThatCannotBeWrittenIsAFault() throws {
    let place = try Workplace(one)
    let environment = ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "fixtures"]
    let result = try place.bounded(environment: environment)
    #expect(result.code == 3)
    #expect(result.output.contains("cannot write to fixtures: is a directory\n"))
  }

  @Test func twoRunsThatWriteTheSameReportsLeaveWholeOnes() throws {
    var files: [String: String] = [:]
    for number in 0..<120 {
      files["fixtures/c\(number).lua"] = "for i = 1, 300 do print(i) end\nreturn \(number)"
    }
    let place = try Workplace(files)
    let reports = [
      "--junit", "out/r.xml", "--json", "out/r.jsonl", "--html", "out/r.html", "--save-baseline", "out/costs",
      "--coverage", "out/coverage",
    ]
    for _ in 0..<3 {
      let runs = try (0..<2).map { _ in try place.start(["-j1"] + reports) }
      for run in runs { #expect(try run.finish(within: 60).code == 1) }
      #expect(try JUnitDocument(place.read("out/r.xml")).testcases.count == 120)
      let lines = try place.read("out/r.jsonl").split(separator: "\n")
      for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
      #expect(lines.count == 123)
      #expect(try HTMLElement(document: place.read("out/r.html")).element(id: "cases")?.children.count == 120)
      #expect(try place.read("out/costs").split(separator: "\n").count == 121)
      #expect(try place.bounded("coverage", "out/coverage").code == 0)
      #expect(try place.bounded("--only", "failed", "--max-failures", "1").code == 1)
      #expect(place.temporaryFiles.isEmpty)
    }
  }
}
