// Writes what a search found as fixtures whose goldens somebody has to accept.
import LuaHost

/// A directory with `fixtures` and `expected`, as `run` looks for them.
struct FindingWriter {
  private let directory: Path

  init(_ directory: Path) throws(FileError) {
    self.directory = directory
    try FileSystem.createDirectory(directory.appending(Array("fixtures".utf8)))
    try FileSystem.createDirectory(directory.appending(Array("expected".utf8)))
  }

  private func name(_ number: Int) -> String { "difference-\(number + 1)" }

  func path(_ number: Int) -> Path { path("fixtures", name(number) + ".lua") }

  private func path(_ folder: String, _ file: String) -> Path {
    directory.appending(Array(folder.utf8)).appending(Array(file.utf8))
  }

  /// Writes fixtures with the old build's answers as pending goldens; the new one's stand there as comments.
  func write(_ findings: [ReducedFinding], old: String, new: String) throws(FileError) {
    for (number, finding) in findings.enumerated() {
      let head = "-- \(EscapedText.visible(old)) and \(EscapedText.visible(new)): \(finding.finding.text)\n"
      try FileSystem.write(Array(head.utf8) + finding.source, to: path(number))
      var text = finding.old?.text() ?? ""
      text +=
        "# \(EscapedText.visible(new)) answers:\n"
        + Self.lines(of: finding.new?.text() ?? "", "# ", limit: 200)
      try FileSystem.write(Array(text.utf8), to: path("expected", name(number) + ".golden.new"))
    }
  }

  /// The first lines of a text, each behind a margin.
  static func lines(of text: String, _ margin: String, limit: Int = 12) -> String {
    let lines = text.split(separator: "\n")
    let shown = lines.prefix(limit).map { "\(margin)\(EscapedText.visible(String($0.prefix(300))))\n" }
      .joined()
    return shown + (lines.count > limit ? "\(margin)…\n" : "")
  }
}
