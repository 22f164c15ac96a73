// The text of a fixture, from its steps.
import LuaHost

enum ReducedFixture {
  /// The lines of a fixture that hold directives, without those that say what is expected of it.
  static func directives(of source: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var isFirst = true
    for line in source.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let content = FixtureText.content(line, isFirst: isFirst)
      isFirst = false
      guard FixtureText.isComment(content) else { break }
      guard let directive = FixtureText.directive(content) else { continue }
      guard let colon = directive.firstIndex(of: UInt8(ascii: ":")) else { break }
      let key = String(decoding: directive[..<colon].trimmingBlanks(), as: UTF8.self)
      if !["expect-fail", "skip", "tags"].contains(key) { result += content + [0x0A] }
    }
    return result
  }

  /// The steps without the comments at the beginning, among which the directives stand.
  static func withoutDirectives(_ steps: [CaseStep]) -> [CaseStep] {
    guard case .source(let source)? = steps.first else { return steps }
    var rest = source[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
      let line = FixtureText.content(rest[..<end], isFirst: rest.startIndex == 0)
      guard FixtureText.isComment(line) else { break }
      rest = rest[min(end + 1, rest.endIndex)...]
    }
    return [.source(Array(rest))] + steps.dropFirst()
  }

  /// The text of a fixture with these steps.
  static func text(head: [UInt8], _ steps: [CaseStep]) -> [UInt8] {
    var text = head
    for (index, step) in steps.enumerated() {
      switch step {
      case .source(let source):
        let followsSource = index > 0 && steps[index - 1].source != nil
        if followsSource { text += Array("--! step\n".utf8) }
        text += source
        if let last = text.last, last != 0x0A { text.append(0x0A) }
      case .call(let call): text += Array("--! \(call.text)\n".utf8)
      case .newInstance: text += Array("--! new instance\n".utf8)
      }
    }
    return text
  }
}
