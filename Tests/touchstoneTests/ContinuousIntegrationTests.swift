// The files for CI systems that a reader copies: they are what their systems read, and their commands do what
// the jobs are for, from the clone to the merged page.
import Foundation
import Testing

/// A file below `Documentation.docc/ci`.
private struct PipelineFile {
  let text: String

  init(_ name: String) throws {
    let folder = Workplace.packageRoot + "/Sources/touchstone/Documentation.docc/ci/"
    text = try String(contentsOfFile: folder + name, encoding: .utf8)
  }

  private static let reader = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))"

  /// Whether there is something here that reads YAML.
  static let canReadYAML: Bool = {
    guard let place = try? Workplace() else { return false }
    return (try? Shell.bash.run("python3 -c 'import yaml'", in: place).code) == 0
  }()

  /// The file as YAML.
  func yaml() throws -> [String: Any] {
    let place = try Workplace()
    let result = try Shell.bash.run("python3 -c '\(Self.reader)'", in: place, input: text)
    #expect(result.code == 0, "\(result.error)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  /// The commands of `sh` steps in a stage of a Jenkinsfile, or in what follows its stages.
  func shellSteps(of stage: String) throws -> [String] {
    let start = try #require(text.range(of: stage), "\(stage)")
    let rest = text[start.upperBound...]
    let end = rest.range(of: "\n    stage(")?.lowerBound ?? rest.range(of: "\n  post {")?.lowerBound
    return rest[..<(end ?? rest.endIndex)].split(separator: "\n").compactMap {
      $0.wholeMatch(of: #/ *sh '([^']*)'/#).map { String($0.1) }
    }
  }
}

/// A repository with fixtures, and one of Touchstone to clone; `swift` there builds by handing out what these
/// tests were built with.
private struct Pipeline {
  let place: Workplace

  init() throws {
    var files = [
      "bin/swift": """
      #!/bin/sh
      [ "$*" = "build -c release --product touchstone --package-path touchstone-source" ] || exit 64
      [ -f touchstone-source/Package.swift ] || exit 66
      mkdir -p touchstone-source/.build/release
      cp "\(Workplace.executable)" touchstone-source/.build/release/touchstone

      """
    ]
    for number in 1...9 { files["fixtures/sums/of\(number).lua"] = "return \(number) + \(number)\n" }
    place = try Workplace(files)
    #expect(try place("bless").code == 0)
    #expect(try place("run", "--save-baseline", "expected/baseline.jsonl").code == 0)
    let result = try Shell.bash.run(
      """
      set -e
      chmod +x bin/swift
      mkdir origin
      cd origin
      echo '// swift-tools-version: 6.3' >Package.swift
      git init -q
      git add .
      git -c user.name=someone -c user.email=someone@example.com commit -q -m 1
      git tag 1.0.0
      """, in: place)
    #expect(result.code == 0, "\(result.error)")
  }

  /// Runs commands as the step of a job. Addresses that stand for the reader's lead to the repository here.
  func run(_ commands: [String], _ environment: [String: String]) throws -> Finished {
    let variables = environment.merging(["TOUCHSTONE_REPOSITORY": place.path + "/origin"]) { $1 }
    let exports = variables.map { "export \($0)='\($1)'\n" }.sorted().joined()
    return try Shell.bash.run(
      "set -eo pipefail\nPATH=\"$PWD/bin:$PATH\"\n\(exports)" + commands.joined(separator: "\n"), in: place)
  }

  /// Runs the jobs of a pipeline: the build, each shard, the merge of all and then of all but one.
  func check(
    build: [String], shard: [String], merge: [String], reports: [String], failsWithoutAShard: Bool = true,
    environment: (_ shard: Int?) -> [String: String]
  ) throws {
    let built = try run(build, environment(nil))
    #expect(built.code == 0, "\(built)")
    #expect(place.exists("touchstone"))
    for number in 1...4 {
      let result = try run(shard, environment(number))
      #expect(result.code == 0, "\(result)")
      #expect(result.output.contains("of shard \(number)/4: "), "\(result)")
      // Cases that cost the same are dealt evenly.
      #expect(result.output.contains(number == 1 ? "3 passed" : "2 passed"), "\(result)")
      #expect(place.exists("shard-\(number).jsonl"))
    }
    let merged = try run(merge, environment(nil))
    #expect(merged.code == 0 && merged.output.contains("9 cases: 9 passed"), "\(merged)")
    for report in reports {
      #expect(try place.read(report).contains("of9"), "\(report)")
      try FileManager.default.removeItem(atPath: place.path + "/" + report)
    }
    try FileManager.default.removeItem(atPath: place.path + "/shard-3.jsonl")
    let partial = try run(merge, environment(nil))
    #expect(partial.code == (failsWithoutAShard ? 1 : 0), "\(partial)")
    for report in reports { #expect(place.exists(report), "\(report)") }
  }
}

@Suite struct ContinuousIntegrationTests {
  private typealias Mapping = [String: Any]

  @Test(.enabled(if: PipelineFile.canReadYAML, "python3 with yaml (Debian: python3-yaml) reads the file"))
  func theWorkflowForGitHubRuns() throws {
    let workflow = try PipelineFile("github-actions.yml").yaml()
    let jobs = try #require(workflow["jobs"] as? Mapping)
    #expect(Set(jobs.keys) == ["build", "shard", "merge"])
    // The key `on` is a truth value of YAML 1.1.
    #expect(workflow["true"] as? [String] == ["push", "pull_request"])
    func job(_ name: String) throws -> (commands: [String], environment: [String: String]) {
      let job = try #require(jobs[name] as? Mapping)
      let steps = try #require(job["steps"] as? [Mapping])
      #expect(steps.allSatisfy { ($0["uses"] == nil) != ($0["run"] == nil) }, "\(name)")
      let variables = (job["env"] as? [String: String] ?? [:])
        .merging(workflow["env"] as? [String: String] ?? [:]) { own, _ in own }
      return (steps.compactMap { $0["run"] as? String }, variables)
    }
    func filled(_ text: String, _ shard: Int?) -> String {
      let text = text.replacing("${{ matrix.shard }}", with: shard.map { "\($0)" } ?? "")
        .replacing("${{ strategy.job-total }}", with: "4")
      #expect(!text.contains("${{"), "\(text)")
      return text
    }
    let matrix = ((jobs["shard"] as? Mapping)?["strategy"] as? Mapping)?["matrix"] as? Mapping
    #expect(matrix?["shard"] as? [Int] == [1, 2, 3, 4])
    let uploads = try #require((jobs["merge"] as? Mapping)?["steps"] as? [Mapping]).compactMap {
      ($0["uses"] as? String)?.hasPrefix("actions/upload") == true ? $0["with"] as? [String: String] : nil
    }
    let reports = try #require(uploads.first?["path"]).split(separator: "\n").map(String.init)
    #expect(reports.count == 2)
    try Pipeline().check(
      build: try job("build").commands, shard: try job("shard").commands, merge: try job("merge").commands,
      reports: reports
    ) { shard in
      var variables = (try? job(shard == nil ? "build" : "shard").environment) ?? [:]
      variables = variables.mapValues { filled($0, shard) }
      variables["GITHUB_SHA"] = "0123456789abcdef"
      variables["GITHUB_ACTIONS"] = "true"
      variables["GITHUB_STEP_SUMMARY"] = "summary.md"
      return variables
    }
  }

  @Test(.enabled(if: PipelineFile.canReadYAML, "python3 with yaml (Debian: python3-yaml) reads the file"))
  func theJobsForGitLabRun() throws {
    let pipeline = try PipelineFile("gitlab-ci.yml").yaml()
    #expect(Set(pipeline.keys) == ["variables", "build", "lua", "merge"])
    let variables = try #require(pipeline["variables"] as? [String: String])
    func job(_ name: String) throws -> Mapping { try #require(pipeline[name] as? Mapping) }
    func script(_ name: String) throws -> [String] { try #require(job(name)["script"] as? [String]) }
    let count = try #require(job("lua")["parallel"] as? Int)
    #expect(count == 4)
    let artifacts = try #require(job("merge")["artifacts"] as? Mapping)
    let shardReports = try #require((job("lua")["artifacts"] as? Mapping)?["reports"] as? [String: String])
    let jobs = try Pipeline()
    try jobs.check(
      build: script("build"), shard: script("lua"), merge: script("merge"),
      reports: try #require(artifacts["paths"] as? [String])
    ) { shard in
      var variables = variables
      variables["CI"] = "true"
      variables["CI_COMMIT_SHA"] = "0123456789abcdef"
      if let shard {
        variables["CI_NODE_INDEX"] = "\(shard)"
        variables["CI_NODE_TOTAL"] = "\(count)"
      }
      return variables
    }
    #expect(jobs.place.exists(try #require(shardReports["junit"])))
  }

  @Test func theStagesForJenkinsRun() throws {
    let file = try PipelineFile("Jenkinsfile")
    #expect(file.text.contains("values '1', '2', '3', '4'"))
    #expect(file.text.filter { $0 == "{" }.count == file.text.filter { $0 == "}" }.count)
    let pipeline = try Pipeline()
    // A workspace keeps what the last build left.
    try pipeline.place.write("touchstone-source/old", "")
    var shard = try file.shellSteps(of: "stage('Shards')")
    var merge = try file.shellSteps(of: "\n  post {")
    // Here all stages have one workspace.
    let removal = "rm -f shard-*.jsonl"
    #expect(shard.first == removal && merge.first == removal)
    shard.removeFirst()
    merge.removeFirst()
    try pipeline.check(
      build: file.shellSteps(of: "stage('Build')"), shard: shard, merge: merge,
      reports: ["junit.xml", "report.html"], failsWithoutAShard: false
    ) { shard in
      var variables = [
        "TOUCHSTONE_VERSION": "1.0.0", "BUILD_TAG": "jenkins-lua-7",
      ]
      if let shard { (variables["SHARD"], variables["SHARDS"]) = ("\(shard)", "4") }
      return variables
    }
    #expect(file.text.contains("TOUCHSTONE_VERSION = '1.0.0'") && file.text.contains("SHARDS = '4'"))
  }

  /// The page names the files that there are.
  @Test func thePageLeadsToThem() throws {
    let pages = Workplace.packageRoot + "/Sources/touchstone/Documentation.docc"
    let page = try String(contentsOfFile: pages + "/ContinuousIntegration.md", encoding: .utf8)
    let named = page.matches(of: /\]\((ci\/[^)]*)\)/).map { String($0.1) }
    let files = try FileManager.default.contentsOfDirectory(atPath: pages + "/ci").map { "ci/\($0)" }
    #expect(!files.isEmpty && named.sorted() == files.sorted())
  }
}
