import Harness
import Testing

struct PermittedDifferenceTests {
  private func isPermitted(_ one: String, _ other: String, by rows: String, script: String = "") throws
    -> Bool
  {
    let rows = try PermittedDifferences(Array(rows.utf8), file: Path("permitted"))
    func golden(_ text: String) throws -> Golden { try Golden(parsing: Array(text.utf8)) }
    return PermissionMatcher(rows).covers(try golden(one), try golden(other), sources: [Array(script.utf8)])
  }

  @Test(arguments: [
    ("result float 0.1", "result float 0.10000000000000002", true),
    ("result float 0.1", "result float 0.1000001", false),
    ("result float 1e+300", "result float 1.0000000000000002e+300", true),
    ("result float 0.5", "result float -0.5", false),
    // As text too, and whatever stands around them.
    ("result string 8 \"x 0.25 y\"", "result string 22 \"x 0.2500000000000001 y\"", true),
    ("result string 8 \"x 0.25 y\"", "result string 8 \"x 0.25 z\"", false),
    ("result string 3 \"1 2\"", "result string 3 \"2 1\"", false),
    ("result string 3 \"1 2\"", "result string 1 \"1\"", false),
  ])
  func numbersThatAreNear(_ one: String, _ other: String, _ isNear: Bool) throws {
    let row = "near: 1e-12\nreason: last digits\n"
    #expect(try isPermitted(one, other, by: row) == isNear)
    #expect(try isPermitted(other, one, by: row) == isNear)
  }

  @Test func conditionsAreOfTheScript() throws {
    let row = "near: 0.5\nwhen: sin\nreason: last digits\n"
    #expect(try isPermitted("result integer 2", "result integer 3", by: row, script: "return math.sin(1)"))
    #expect(try !isPermitted("result integer 2", "result integer 3", by: row, script: "return 1"))
  }

  @Test func signsOfWhatIsNoNumberBesideAnotherLua() throws {
    let permitted = PermissionMatcher(.ofPrograms)
    func covers(_ one: String, _ other: String, _ script: String) throws -> Bool {
      permitted.covers(
        try Golden(parsing: Array(one.utf8)), try Golden(parsing: Array(other.utf8)),
        sources: [Array(script.utf8)])
    }
    #expect(try covers("result string 3 \"nan\"", "result string 4 \"-nan\"", "return tostring(0/0)"))
    #expect(try covers("result integer 3", "result integer 4", "return #tostring(0/0)"))
    #expect(try !covers("result integer 3", "result integer 4", "return 0/0 < 1 and 3 or 4"))
  }
}
