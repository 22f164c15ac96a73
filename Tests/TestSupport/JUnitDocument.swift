// JUnit XML in the shape that Jenkins' junit-10 and Surefire's schemas demand.

/// A JUnit document checked against the rules of both schemas.
package struct JUnitDocument {
  package let root: XMLElement

  package struct Invalid: Error {
    package let reason: String
  }

  package init(_ text: String) throws {
    root = try XMLElement(document: text)
    try check(root, "testsuites", ["name", "time", "tests", "failures", "errors"])
    try checkNoText(root)
    for suite in root.children { try check(suite: suite) }
    for attribute in ["tests", "failures", "errors"] {
      let total = root.children.reduce(0) { $0 + (Int($1[attribute] ?? "") ?? -1_000_000) }
      try require(root[attribute] == "\(total)", "testsuites/\(attribute)")
    }
  }

  private func check(suite: XMLElement) throws {
    try check(
      suite, "testsuite",
      ["name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"])
    try checkNoText(suite)
    try require(suite["timestamp"]!.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) != nil, "timestamp")
    try require(suite.children.first?.name == "properties", "properties come first")
    for property in suite.children[0].children {
      try check(property, "property", ["name", "value"])
    }
    let cases = suite.children.dropFirst()
    for testcase in cases {
      try check(testcase, "testcase", ["name", "classname", "time"], optional: ["file", "line"])
      try checkNoText(testcase)
      let names = testcase.children.map(\.name)
      try require(
        [["failure"], ["error"], ["skipped"], []].contains(names.filter { $0 != "system-out" })
          && names.filter { $0 == "system-out" }.count <= 1 && !names.dropLast().contains("system-out"),
        "children \(names)")
      for child in testcase.children {
        switch child.name {
        case "failure", "error": try check(child, child.name, ["type", "message"])
        case "skipped": try check(child, child.name, ["message"])
        default: try check(child, "system-out", [])
        }
      }
    }
    try require(suite["tests"] == "\(cases.count)", "tests")
    for (attribute, element) in [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")] {
      let count = cases.filter { $0.children.contains { $0.name == element } }.count
      try require(suite[attribute] == "\(count)", attribute)
    }
  }

  private func check(
    _ element: XMLElement, _ name: String, _ attributes: [String], optional: [String] = []
  ) throws {
    try require(element.name == name, "\(element.name) instead of \(name)")
    let found = element.attributes.map(\.name)
    try require(Set(attributes).isSubset(of: found), "\(name) has \(found)")
    try require(Set(found).isSubset(of: attributes + optional), "\(name) has \(found)")
    if let time = element["time"] {
      try require(time.wholeMatch(of: /\d+\.\d{3}/) != nil, "time \(time)")
    }
  }

  private func checkNoText(_ element: XMLElement) throws {
    try require(element.text.allSatisfy(\.isWhitespace), "text in \(element.name)")
  }

  private func require(_ condition: Bool, _ reason: String) throws {
    if !condition { throw Invalid(reason: reason) }
  }

  package var testcases: [XMLElement] { root.children.flatMap { $0.children.dropFirst() } }

  /// How many elements of this name there are.
  package func count(_ name: String) -> Int {
    func count(_ element: XMLElement) -> Int {
      element.children.reduce(element.name == name ? 1 : 0) { $0 + count($1) }
    }
    return count(root)
  }
}
