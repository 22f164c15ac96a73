import Harness
import LuaHost
import Testing

struct PermittedDifferenceTests {
  private func isPermitted(_ one: String, _ other: String, by rows: String, script: String = "") throws
    -> Bool
  {
    try PermissionMatcher(self.rows(rows)).covers(golden(one), golden(other), CaseRequest(script)) { _ in nil
    }
  }

  private func golden(_ text: String) throws -> Golden { try Golden(parsing: Array(text.utf8)) }

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

  @Test func wordsEndWhereIdentifiersDo() throws {
    let row = "near: 0.5\nwhen: \\bsin\\b\nreason: last digits\n"
    for (script, isNear) in [
      ("math.sin(1)", true), ("sin (1)", true), ("math.sinh(1)", false), ("a_sin(1)", false),
    ] {
      #expect(
        try isPermitted("result integer 2", "result integer 3", by: row, script: script) == isNear,
        "\(script)")
    }
  }

  /// Built-in functions and libraries lie where no circumstance moves them.
  @Test(arguments: [
    ("return #tostring (math.deg)", true), ("return #string.format('%5s|', string)", true),
    ("return #string.format('%5s|', string . format)", true),
    ("return #('' .. tostring(print, 1))", true), ("return #tostring(12) + string.len('x')", false),
    ("return #string.format('%d', 12)", false), ("return tostring(print)", false),
  ])
  func lengthsOfWhatIsBuiltIn(_ script: String, _ isPermitted: Bool) throws {
    let covers = try PermissionMatcher(.ofPrograms).covers(
      golden("result integer 24"), golden("result integer 14"), CaseRequest(script)
    ) { _ in nil }
    #expect(covers == isPermitted)
  }

  /// The longer of the two is broken at its line ends in a golden, the other is not.
  @Test func addressesInStringsThatBreak() throws {
    let line = String(repeating: "x", count: 50)
    let old = "result string 76 \"\(line)\\n\n|function: 0x5631630c00f0|\""
    for (rest, isPermitted) in [("|", true), ("!", false)] {
      let covers = try PermissionMatcher(.ofPrograms).covers(
        golden(old), golden("result string 66 \"\(line)\\nfunction: 0x9c\(rest)\""), CaseRequest("")
      ) { _ in nil }
      #expect(covers == isPermitted)
    }
  }

  /// The scripts that rows are for, and beside each one that such a row must not leave out.
  @Test(arguments: [
    ("return math.sin(100 ^63)", "float -0.254282004523", "float -0.7668631245", true),
    ("return math.sin(63)", "float -0.254282004523", "float -0.7668631245", false),
    ("return 1 % math.atan(1, 63)", "float 8.39715172267913e-05", "float 8.397151722700988e-05", true),
    ("return 100 % math.log(2)", "integer 1", "integer 2", true),
    ("return ('%.3f'):format(math.log(2))", "string 5 \"0.693\"", "string 5 \"0.694\"", false),
    ("return (string.gsub(tostring(function() end), '.?.', ''))", "integer 12", "integer 9", true),
    ("return (string.gsub(tostring(12), '.?.', ''))", "integer 12", "integer 9", false),
    ("return table.move(t, string.format('%p', ''), 0, 0)", "integer 12", "integer 9", true),
    ("return table.move(t, string.format('%d', 1), 0, 0)", "integer 12", "integer 9", false),
    ("return #string.format('%s', f)", "integer 24", "integer 14", true),
    (
      "return true .. '\t' .. #string.format('%s', f)", "string 7 \"true\\t24\"", "string 7 \"true\\t14\"",
      true
    ),
    (
      "return tostring(print):gsub('', '')", "string 16 \"function: 0x5 25\"",
      "string 16 \"function: 0x2 15\"", true
    ),
    ("s = tostring(print)\nreturn s:byte(-1)", "integer 48", "integer 49", true),
    ("s = tostring(n)\nreturn s:byte(-1)", "integer 48", "integer 49", false),
    (
      "return string.format('%-20s0', {})", "string 22 \"table: 0x563deae3a1e00\"",
      "string 21 \"table: 0xbe270      0\"", true
    ),
    (
      "return string.format('%-20s!', {})", "string 22 \"table: 0x563deae3a1e0!\"",
      "string 21 \"table: 0xbe270      ?\"", false
    ),
    ("return rawlen(string.format('%9s', f))", "integer 24", "integer 14", true),
    ("return rawlen(string.format('%9d', f))", "integer 24", "integer 14", false),
    ("return 100 ^63 % (256 + 1)", "float 213.0", "float 149.0", true),
    ("return 100 % 63, '%d ^'", "float 213.0", "float 149.0", false),
    ("return a ^ 20.5 % b", "float 213.0", "float 149.0", true),
    ("return x:gsub('[^%w]', ''), x:match('^%d+')", "integer 12", "integer 9", false),
    ("return x:find('%s')", "integer 24", "integer 14", false),
    ("return tostring(x), s:find('a')", "integer 12", "integer 9", false),
    ("for k in pairs(_G) do n = n + #k end return n", "integer 161", "integer 233", true),
    ("for k in pairs(G) do n = n + #k end return n", "integer 161", "integer 233", false),
    ("return tonumber ('', tostring({}):rep(2):len())", "integer 1", "integer 9", true),
    ("return tonumber ('', tostring(2):rep(2):len())", "integer 1", "integer 9", false),
    ("return #string.format('%s', f)", "integer 1424", "integer 1414", false),
    ("return #string.format('%a', 0x1p-1060)", "integer 24", "integer 9", true),
    ("return #string.format('%a', x)", "integer 24", "integer 9", true),
    ("return #string.format('%a', x)", "integer 240", "integer 90", false),
    ("return load('\\27La', {})", "nil", "boolean false", true),
    ("return load('return', {})", "nil", "boolean false", false),
    ("return pcall(string.rep, 'x', 100 << 20)", "boolean true", "boolean false", true),
    ("return pcall(string.rep, 'x', 100)", "boolean true", "boolean false", false),
    ("return string.packsize(tostring(nil))", "integer 20", "integer 16", true),
    ("return string.packsize('i4')", "integer 20", "integer 16", false),
  ])
  func rowsAgainstAnotherLua(_ script: String, _ old: String, _ new: String, _ isPermitted: Bool) throws {
    let covers = try PermissionMatcher(.ofPrograms).covers(
      golden("result \(old)"), golden("result \(new)"), CaseRequest(script)
    ) { _ in nil }
    #expect(covers == isPermitted)
  }

  @Test(arguments: [
    // The new build's answers with NaNs of the one sign and of the other.
    ("result integer 3", "result integer 4", "result integer 3", true),
    ("result integer 3", "result integer 4", "result integer 5", true),
    ("result integer 3", "result integer 4", "result integer 4", false),
    // What other rows permit does not count: here the number is wrong, whatever the sign.
    ("result string 6 \"-nan 1\"", "result string 5 \"nan 2\"", "result string 6 \"-nan 2\"", false),
    ("result string 6 \"-nan 1\"", "result string 5 \"nan 1\"", "result string 6 \"-nan 1\"", true),
  ])
  func answersThatVaryWithTheSignOfNaNs(_ old: String, _ new: String, _ turned: String, _ isPermitted: Bool)
    throws
  {
    let turned = try golden(turned)
    let covers = try PermissionMatcher(.ofPrograms).covers(golden(old), golden(new), CaseRequest("")) {
      repetition throws(CaseExecutionError) in
      guard case .new(let request) = repetition, request.nanSign == .minus else { return nil }
      return turned
    }
    #expect(covers == isPermitted)
  }

  @Test func answersThatVaryWithAddresses() throws {
    func isPermitted(_ answers: String) throws -> Bool {
      let row = try rows("varies: addresses\nwhen: tostring\nreason: x\n")
      let request = CaseRequest("return #tostring {}")
      let answers = try golden(answers)
      return try PermissionMatcher(row).covers(
        golden("result integer 21"), golden("result integer 14"), request
      ) {
        repetition throws(CaseExecutionError) in
        guard case .new(let request) = repetition, request.steps.count == 3 else { return nil }
        return answers
      }
    }
    #expect(try isPermitted("step 1\nresult nil\nstep 2\nresult nil\nstep 3\nresult integer 15"))
    #expect(try !isPermitted("step 1\nresult nil\nstep 2\nresult nil\nstep 3\nresult integer 14"))
    // What does not get as far tells nothing.
    #expect(try !isPermitted("step 1\nlimit memory\nstep 2\nnot run\nstep 3\nnot run"))
    #expect(try !isPermitted("step 1\nresult nil\nstep 2\nresult nil\nstep 3\nlimit memory"))
  }

  @Test func answersThatVaryWithTheStartOfTheOtherLua() throws {
    let row = try rows("varies: start\nreason: the order of keys\n")
    for (numbers, isPermitted) in [([1, 1, 2], true), ([1, 1, 1], false)] {
      let answers = try numbers.map { try golden("result integer \($0)") }
      var starts = 0
      let covers = try PermissionMatcher(row).covers(
        golden("result integer 1"), golden("result integer 3"), CaseRequest("return next {a = 1, b = 2}")
      ) { repetition throws(CaseExecutionError) in
        guard case .oldStartedAnew = repetition else { return nil }
        starts += 1
        return answers[(starts - 1) % 3]
      }
      #expect(covers == isPermitted)
      #expect(starts >= 3)
    }
    #expect(throws: DirectiveError.self) { try rows("varies: clock\nreason: x\n") }
  }

  private func rows(_ text: String) throws -> PermittedDifferences {
    try PermittedDifferences(Array(text.utf8), file: Path("permitted"))
  }
}
