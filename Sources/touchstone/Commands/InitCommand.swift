// touchstone init: a settings file and a first fixture.
import Harness
import LuaHost

struct InitCommand: Command {
  static let name = "init"
  static let about = CommandDescription(
    name: name, summary: "write a settings file and a first fixture, for who starts from nothing",
    operands: "[DIR]",
    discussion: """
      Writes touchstone.conf here, with the directory of fixtures DIR (default: fixtures), its goldens and the
      module. Where there is no fixture yet it writes one, and its golden if the module is there. Nothing
      that exists is overwritten. touchstone help run says what else can stand in touchstone.conf.
      """,
    examples: [
      Example("mkdir new && cd new && cp ../lua.wasm . && touchstone init", "begin with a first case"),
      Example("touchstone init tests/lua", "make a project of the Lua files that are below tests/lua"),
    ])

  @Option("--expected", .directory, "where the goldens are to be (default: expected/ beside the fixtures)")
  var expected: Path?
  @Option("--module", .file, "the module under test (default: lua.wasm)") var module = RunOptions().module

  private static let sample = """
    -- What a case prints and what it returns is compared with its golden.
    print("Hello from " .. _VERSION)
    return 6 * 7

    """

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    guard arguments.operands.count < 2 else { throw UsageError("init takes one directory of fixtures") }
    let here = FileSystem.workingDirectory
    let fixtures = Path(arguments.operands.first ?? "fixtures").normalized(workingDirectory: here)
    let settings = Path(ProjectSettings.fileName)
    if try FileSystem.exists(settings) {
      throw UsageError("there is a \(settings) already; change it as you like")
    }
    guard fixtures.components(below: here) != nil else {
      throw UsageError("\(arguments.operands[0]) does not lie below this directory; run init above it")
    }
    if try FileSystem.status(fixtures).map({ $0.kind != .directory }) ?? FileSystem.exists(fixtures) {
      throw UsageError("\(fixtures.relative(to: here)) is no directory")
    }
    let goldens =
      expected?.normalized(workingDirectory: here)
      ?? (fixtures == here ? here : fixtures.parent).appending("expected")
    let root = FixtureRoot(fixtures: fixtures.relative(to: here), expected: goldens.relative(to: here))
    let isNew = try FileSystem.status(fixtures) == nil
    let count = isNew ? 0 : try FixtureWalk.fixtures(in: [FixtureScope(root: root, below: [])]).count

    try FileSystem.write(
      Array(
        """
        # What `touchstone` does here without options. `touchstone help run` says what else can be set.
        fixtures: \(root.fixtures)
        expected: \(root.expected)
        module: \(module)

        """.utf8), to: settings)
    context.output.write("wrote \(settings)\n")
    if count > 0 {
      context.output.write("\(Count.of(count, "fixture")) in \(root.fixtures)\n")
    } else {
      let fixture = root.fixtures.appending("hello.lua")
      try FileSystem.createDirectory(root.fixtures)
      try FileSystem.write(Array(Self.sample.utf8), to: fixture)
      context.output.write("wrote \(fixture)\n")
    }
    guard try FileSystem.exists(module) else {
      context.output.write(
        "next: put \(module) here, or name yours in \(settings); then `touchstone bless` writes the goldens\n"
      )
      return .success
    }
    if count == 0, try !FileSystem.exists(root.expected.appending("hello.golden")) {
      var options = RunOptions()
      options.module = module
      let interruption = Interruption()
      let code = try BlessSession.run(
        SessionContext(options, sink: context.output, interruption: interruption), BlessOptions(),
        ask: { _, _ in .quit }, openModule: ModuleOption.open(interruption))
      if code != .success { return code }
    }
    context.output.write(
      "next: `touchstone bless` writes the goldens that are missing, for you to read; `touchstone` runs all cases\n"
    )
    return .success
  }
}
