// The completion script for fish: a line for each option and operand of each command.

enum FishCompletion {
  static func script(_ rows: CompletionRows) -> String {
    #"""
    # Completion of touchstone for fish: touchstone completions fish | source

    # The command that the words before the cursor name.
    function __touchstone_command
        set -l words (commandline -opc)
        if contains -- "$words[2]" \#(rows.commands.map(\.name).joined(separator: " "))
            echo $words[2]
        else
            echo \#(rows.fallback.name)
        end
    end

    # The operands before the cursor, one a line.
    function __touchstone_operands
        set -l words (commandline -opc)
        set -l command (__touchstone_command)
        set -l first 2
        test "$words[2]" = $command; and set first 3
        set -l valued
        switch $command
    \#(rows.commands.map(valued).joined())\#
        end
        set -l expecting
        set -l literal
        for word in $words[$first..-1]
            if set -q expecting[1]
                set -e expecting
            else if set -q literal[1]; or not string match -qr -- '^-.' $word
                printf '%s\n' $word
            else if test "$word" = --
                set literal yes
            else if contains -- $word $valued
                set expecting yes
            end
        end
    end

    # Whether that is the command, and what comes next is no operand before this number, the first being 0,
    # and none behind the last, if that is given.
    function __touchstone_at -a command first last
        test (__touchstone_command) = $command; or return 1
        test -n "$first"; or return 0
        set -l count (count (__touchstone_operands))
        test $count -ge $first; or return 1
        test -z "$last"; or test $count -le $last
    end

    # Whether the first word is to be completed.
    function __touchstone_is_first
        test (count (commandline -opc)) -eq 1
    end

    # The ids of the cases, or their tags. Nothing is proposed if there is nothing to list, or, where the
    # system has the command timeout, no answer within two seconds. If the typed word is an alias, the
    # program is called that printed this script.
    function __touchstone_list -a form place
        set -l words (commandline -opc)
        set -l fixtures (__touchstone_operands)
        test $place -gt 0; and set -e fixtures[1..$place]
        set -l limit
        command -q timeout; and set limit timeout 2
        set -l program $words[1]
        command -q $program; or set program \#(quoted(rows.program))
        command $limit $program list --format $form -- $fixtures 2>/dev/null </dev/null
    end

    complete -c touchstone -f
    \#(rows.commands.map { first($0) }.joined())\#
    \#(rows.programOptions.map { option($0, "__touchstone_is_first", 0, rows) }.joined())\#
    \#(rows.commands.map { command($0, rows) }.joined())
    """#
  }

  private static func valued(_ command: CommandDescription) -> String {
    let names = command.options.filter { $0.value != nil }.flatMap {
      [$0.name] + ($0.short.map { [$0] } ?? [])
    }
    return names.isEmpty
      ? "" : "        case \(command.name)\n            set valued \(names.joined(separator: " "))\n"
  }

  /// The command as a first word.
  private static func first(_ command: CommandDescription) -> String {
    "complete -c touchstone -n __touchstone_is_first -a \(command.name) -d \(quoted(command.summary))\n"
  }

  /// A command's options and operands.
  private static func command(_ command: CommandDescription, _ rows: CompletionRows) -> String {
    let place = rows.placesOfPaths.first { $0.command == command.name }?.place ?? 0
    var text = "\n"
    for item in command.options { text += option(item, "__touchstone_at \(command.name)", place, rows) }
    for (index, operand) in command.operandList.enumerated() {
      let condition = "__touchstone_at \(command.name) \(index)" + (operand.isRepeated ? "" : " \(index)")
      switch operand.completion {
      case .nothing: continue
      case .commands:
        for item in rows.commands {
          text +=
            "complete -c touchstone -n '\(condition)' -a \(item.name) -d \(quoted(item.summary))\n"
        }
      default: text += "complete -c touchstone -n '\(condition)' \(action(operand.completion, place, rows))\n"
      }
    }
    return text
  }

  private static func option(
    _ option: OptionRow, _ condition: String, _ place: Int, _ rows: CompletionRows
  ) -> String {
    var text = "complete -c touchstone -n '\(condition)'"
    if let short = option.short { text += " -s \(short.dropFirst())" }
    text += " -l \(option.name.dropFirst(2))"
    if option.value != nil { text += " -r \(action(option.completion, place, rows))" }
    return text + " -d \(quoted(option.help))\n"
  }

  private static func action(_ completion: Completion, _ place: Int, _ rows: CompletionRows) -> String {
    switch completion {
    case .nothing: "-f"
    case .files: "-F"
    case .directories: "-f -a '(__fish_complete_directories)'"
    case .words(let words): "-f -a \(quoted(words.joined(separator: " ")))"
    case .commands: "-f -a \(quoted(rows.commands.map(\.name).joined(separator: " ")))"
    case .cases: "-f -a '(__touchstone_list ids \(place))'"
    case .tags: "-f -a '(__touchstone_list tags \(place))'"
    }
  }

  private static func quoted(_ text: String) -> String {
    CompletionRows.quoted(text.replacing("\\", with: "\\\\"), apostrophe: "\\'")
  }
}
