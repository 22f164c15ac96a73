// What users of other tools type: taken where it means the same, else answered with what to type.

enum ForeignOption {
  /// What is meant.
  enum Meaning {
    /// The same as these words, the first of which is an option of the command.
    case same([String])
    /// Something for which other words are needed: a clause that says which.
    case answer(String)
  }

  static func meaning(of name: String) -> Meaning? { table[name] }

  private static let table: [String: Meaning] = {
    var table: [String: Meaning] = [:]
    for (names, meaning) in rows {
      for name in names.split(separator: " ") { table[String(name)] = meaning }
    }
    return table
  }()

  private static let rows: [(names: String, meaning: Meaning)] = [
    ("-x --fail-fast --failfast --exitfirst --bail", .same(["--max-failures", "1"])),
    ("--maxfail", .same(["--max-failures"])),
    ("--lf --last-failed --only-failures --failed", .same(["--only", "failed"])),
    ("-n --workers --threads --parallel --test-threads", .same(["--jobs"])),
    ("--fixtures --test-dir", .answer("name the fixtures as they are: touchstone run DIR")),
    ("--junitxml --junit-xml --xunit-xml-output", .same(["--junit"])),
    ("--durations", .same(["--slowest"])),
    ("--num-shards", .same(["--shard-count"])),
    ("--colour", .same(["--color"])),
    ("--silent", .same(["--quiet"])),
    (
      "-k --grep --match --name -t -g",
      .answer("--filter GLOB selects by id, such as --filter '**sort*'; --tag TAG by tag")
    ),
    ("-m --mark --label-regex", .answer("--tag TAG selects by tag")),
    (
      "-u --update --update-snapshots --snapshot-update --update-goldens --accept --bless --overwrite",
      .answer("touchstone bless writes goldens")
    ),
    (
      "--shuffle --random --random-order --random-seed",
      .answer(
        "cases cannot see each other in any order; --perturb repeats them under another clock and order of keys"
      )
    ),
    ("--retries --rerun --reruns", .answer("answers are the same each time; --repeat N proves it")),
    ("--collect-only --list --list-tests --dry-run --co", .answer("touchstone list shows the cases")),
    ("--cov --codecov", .answer("--coverage FILE writes which functions each case enters")),
    ("--init", .answer("touchstone init writes a settings file")),
    ("--since --changed --onlyChanged", .answer("--only failed runs what failed in the last run")),
    ("--config", .answer("settings stand in touchstone.conf, in the folder that they hold for or above")),
  ]
}
