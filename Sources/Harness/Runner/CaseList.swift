// Lists cases without running them.

/// One line of a list of cases.
package struct CaseListing: Hashable, Sendable, Codable {
  package var id: String
  package var file: String
  package var golden: String
  package var tags: [String] = []
  package var steps = 1
  /// In milliseconds.
  package var timeout: UInt64?
  package var fuel: UInt64?
  /// In bytes.
  package var memory: UInt64?
  package var skip: String?
  package var expectFail: String?
  /// Why the fixture cannot be run.
  package var error: String?

  package init(_ file: FixtureFile, loader: FixtureLoader) {
    id = file.id.description
    self.file = file.path.description
    golden = file.golden.description
    do {
      let fixture = try loader.load(file)
      let directives = fixture.directives
      tags = directives.tags
      steps = fixture.text.steps.count
      timeout = directives.timeout.map { $0.microseconds / 1000 }
      fuel = directives.fuel
      memory = directives.memory
      skip = directives.skip
      expectFail = directives.expectedFailure
    } catch {
      self.error = error.description
    }
  }

  /// The listing on one line.
  package var line: String {
    var parts = [id]
    if !tags.isEmpty { parts.append("[\(tags.joined(separator: ", "))]") }
    if steps > 1 { parts.append("steps=\(steps)") }
    if let timeout { parts.append("timeout=\(Format.seconds(microseconds: timeout * 1000))s") }
    if let fuel { parts.append("fuel=\(fuel)") }
    if let memory { parts.append("memory=\(memory)") }
    if let skip { parts.append("skip: \(skip)") }
    if let expectFail { parts.append("expect-fail: \(expectFail)") }
    if let error { parts.append("error: \(error)") }
    return parts.joined(separator: "  ")
  }

  /// The listing as an element of a JSON array, indented.
  package var json: String {
    JSONLines.pretty(self).split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
  }
}
