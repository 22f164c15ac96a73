// The golden that a case would get, and how it is written.
import LuaHost

/// The golden that a case would get.
package struct GoldenChange {
  package let file: FixtureFile
  /// What the file would hold.
  package let text: String
  package let golden: Golden
  /// What whoever reads the change should know.
  var remarks: [String]

  var pendingPath: Path { Self.pendingPath(file) }

  static func pendingPath(_ file: FixtureFile) -> Path { file.golden.withSuffix(".new") }

  /// Writes the golden; what was pending is settled by that.
  package func write() throws(FileError) {
    try FileSystem.createDirectory(file.golden.parent)
    try FileSystem.write(Array(text.utf8), to: file.golden)
    if try FileSystem.exists(pendingPath) { try FileSystem.remove(pendingPath) }
  }

  func writePending() throws(FileError) {
    try FileSystem.write(Array(text.utf8), to: pendingPath)
  }
}

extension CaseResult {
  /// What the answer changes in the case's golden, and what that holds now; nil when it says the same, and where
  /// there is no answer. `variant` names the variant to write where the golden has to change.
  package func goldenChange(
    of file: FixtureFile, variant: String?
  ) throws(FileError) -> (change: GoldenChange, existing: GoldenFile)? {
    guard let outcome else { return nil }
    let golden = Golden(outcome)
    var (file, existing) = (file, try GoldenFile(file.golden))
    if existing == .golden(golden) { return nil }
    if let variant, file.variant == nil {
      file.variant = variant
      existing = .missing(file.golden)
    }
    var change = GoldenChange(
      file: file, text: golden.text(notes: Golden.notes(outcome)), golden: golden, remarks: [])
    if golden.steps.contains(where: { $0.result == .limit(.time) }) {
      change.remarks.append(
        "this machine's speed is in this answer: a limit of fuel would be the same everywhere")
    }
    if !cutSteps.isEmpty { change.remarks.append(StepOutcome.cutOutputNote) }
    if let leading = LeadingBytes(of: try FileSystem.readFile(file.path), outcome: outcome) {
      change.remarks.append(leading.explanation)
    }
    if let module = outcome.steps.lazy.compactMap(MissingModule.init).first {
      change.remarks.append(MissingModule.remedy(module.name))
    }
    return (change, existing)
  }
}
