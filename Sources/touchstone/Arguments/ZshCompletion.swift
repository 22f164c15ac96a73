// The completion script for zsh, made of rows for its `_arguments`.

enum ZshCompletion {
  static func script(_ rows: CompletionRows) -> String {
    #"""
    #compdef touchstone
    # Completion of touchstone for zsh: eval "$(touchstone completions zsh)", or this file as _touchstone in a
    # directory of $fpath.

    # Calls the program whose command line it is; if the typed word is an alias, the one that printed this
    # script.
    _touchstone_call() {
      if (($+functions[$_touchstone_program])) || whence -p -- ${~_touchstone_program} >/dev/null; then
        ${~_touchstone_program} "$@"
      else
        \#(quoted(rows.program)) "$@"
      fi
    }

    # The ids of the cases, or their tags. Nothing is proposed if there is nothing to list, or no answer
    # within two seconds. The last argument but one is the form, the last says behind how many operands
    # fixtures are named; those before are for compadd.
    _touchstone_list() {
      local form=$@[-2] name input
      local -a found fixtures
      fixtures=("${(@Q)line[$@[-1] + 1,-1]}")
      # Of a loop's own input zsh awaits the end; of this it does not.
      exec {input}< <(_touchstone_call list --format $form -- "${(@)fixtures:#}" 2>/dev/null </dev/null)
      while IFS= read -r -t 2 -u $input name; do
        found+=("$name")
      done
      exec {input}<&-
      compadd "$@[1,-3]" -a found
    }

    _touchstone_commands() {
      local -a commands=(
    \#(rows.commands.map { "    \(quoted("\($0.name):\($0.summary)"))\n" }.joined())\#
      )
      _describe -t commands command commands
    }

    \#(rows.commands.map { function($0, rows) }.joined(separator: "\n"))
    _touchstone() {
      local _touchstone_program=$words[1] result=1
      local -a commands=(\#(rows.commands.map(\.name).joined(separator: " ")))
      if ((CURRENT > 2)) && ((${commands[(Ie)$words[2]]})); then
        local command=$words[2]
        shift words
        ((CURRENT--))
        _touchstone-$command
        return
      fi
      if ((CURRENT == 2)); then
        if [[ $words[2] == -* ]]; then
          _arguments \#(rows.programOptions.map { row($0, 0) }.joined(separator: " ")) && result=0
        else
          _touchstone_commands && result=0
        fi
      fi
      _touchstone-\#(rows.fallback.name) && result=0
      return result
    }

    if [[ $funcstack[1] == _touchstone ]]; then
      _touchstone "$@"
    else
      compdef _touchstone touchstone
    fi

    """#
  }

  private static func function(_ command: CommandDescription, _ rows: CompletionRows) -> String {
    let place = rows.placesOfPaths.first { $0.command == command.name }?.place ?? 0
    var lines = command.options.map { row($0, place) }
    for (index, operand) in command.operandList.enumerated() {
      let number = operand.isRepeated ? "*" : "\(index + 1)"
      lines.append(
        quoted("\(number):\(operand.placeholder):\(action(operand.completion, place))"))
    }
    return "_touchstone-\(command.name)() {\n  local line\n  _arguments -s -S : \\\n    "
      + lines.joined(separator: " \\\n    ") + "\n}\n"
  }

  /// An option as `_arguments` takes it: `'(-j --jobs)'{-j+,--jobs=}'[how many]:N: '`.
  private static func row(_ option: OptionRow, _ place: Int) -> String {
    var rest = "[\(option.help.replacing("]", with: "\\]").replacing(":", with: "\\:"))]"
    if let value = option.value { rest += ":\(value):\(action(option.completion, place))" }
    let suffix = option.value == nil ? "" : "="
    guard let short = option.short else {
      return quoted((option.isRepeatable ? "*" : "") + option.name + suffix + rest)
    }
    let names = "{\(short)\(option.value == nil ? "" : "+"),\(option.name)\(suffix)}"
    return (option.isRepeatable ? "'*'" : "'(\(short) \(option.name))'") + names + quoted(rest)
  }

  private static func action(_ completion: Completion, _ place: Int) -> String {
    switch completion {
    case .nothing: " "
    case .files: "_files"
    case .directories: "_path_files -/"
    case .words(let words): "(\(words.joined(separator: " ")))"
    case .commands: "_touchstone_commands"
    case .cases: "_touchstone_list ids \(place)"
    case .tags: "_touchstone_list tags \(place)"
    }
  }

  private static func quoted(_ text: String) -> String {
    CompletionRows.quoted(text, apostrophe: "'\\''")
  }
}
