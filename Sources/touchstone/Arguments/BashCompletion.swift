// The completion script for bash, from 3.2 (as macOS has it) on.

enum BashCompletion {
  static func script(_ rows: CompletionRows) -> String {
    let commands = rows.commands
    return """
      # Completion of touchstone for bash: eval "$(touchstone completions bash)"

      # The options of a command.
      _touchstone_options() {
        case $1 in
      \(commands.map { branch([$0.name], "words=\(quoted(names($0.options).joined(separator: " ")))") }.joined())\
        esac
      }

      # What the value of a command's option is; fails if it has none.
      _touchstone_value() {
        case "$1 $2" in
      \(values(commands))\
          *) return 1 ;;
        esac
      }

      # What a command's operand is, the first being number 0.
      _touchstone_operand() {
        case "$1 $2" in
      \(operands(commands))\
          *) kind=nothing ;;
        esac
      }

      # Behind how many operands a command's fixtures are named; fails if it takes none.
      _touchstone_fixtures() {
        case $1 in
      \(rows.placesOfPaths.map { branch([$0.command], "place=\($0.place)") }.joined())\
          *) return 1 ;;
        esac
      }

      \(fixedPart(rows))
      """
  }

  // MARK: - Rows

  private static func names(_ options: [OptionRow]) -> [String] {
    options.flatMap { [$0.name] + ($0.short.map { [$0] } ?? []) }
  }

  private static func values(_ commands: [CommandDescription]) -> String {
    branches(
      commands.flatMap { command in
        command.options.filter { $0.value != nil }.flatMap { option in
          names([option]).map { ("\(command.name) \($0)", option.completion) }
        }
      })
  }

  private static func operands(_ commands: [CommandDescription]) -> String {
    branches(
      commands.flatMap { command in
        command.operandList.enumerated().map { index, operand in
          // A branch is taken only where none before it is: a star stands for all that follow.
          ("\(command.name) \(operand.isRepeated ? "*" : "\(index)")", operand.completion)
        }
      })
  }

  /// Branches of one `case`, those with the same completion as one, in the order of the first of each.
  /// Operands of any number come last.
  private static func branches(_ rows: [(pattern: String, completion: Completion)]) -> String {
    func text(_ rows: [(pattern: String, completion: Completion)]) -> String {
      var order: [Completion] = []
      for row in rows where !order.contains(row.completion) { order.append(row.completion) }
      return order.map { completion in
        branch(rows.filter { $0.completion == completion }.map(\.pattern), assignment(completion))
      }.joined()
    }
    return text(rows.filter { !$0.pattern.hasSuffix("*") }) + text(rows.filter { $0.pattern.hasSuffix("*") })
  }

  private static func branch(_ patterns: [String], _ body: String) -> String {
    let alternatives = patterns.map { pattern in
      pattern.hasSuffix("*") ? quoted(String(pattern.dropLast())) + "*" : quoted(pattern)
    }
    return "    " + alternatives.joined(separator: " | ") + ") \(body) ;;\n"
  }

  private static func assignment(_ completion: Completion) -> String {
    switch completion {
    case .nothing: "kind=nothing"
    case .files: "kind=files"
    case .directories: "kind=directories"
    case .words(let words): "kind=words words=\(quoted(words.joined(separator: " ")))"
    case .commands: "kind=words words=$commands"
    case .cases: "kind=ids"
    case .tags: "kind=tags"
    }
  }

  private static func quoted(_ text: String) -> String {
    CompletionRows.quoted(text, apostrophe: "'\\''")
  }

  // MARK: - What is the same for all rows

  private static func fixedPart(_ rows: CompletionRows) -> String {
    #"""
    # The word without the quoting that was typed.
    _touchstone_unquoted() {
      local i
      case $1 in
        \"*)
          REPLY=
          for ((i = 1; i < ${#1}; i++)); do
            case ${1:i:2} in
              \\\\ | \\\" | \\\$ | \\\`)
                i=$((i + 1))
                REPLY+=${1:i:1}
                ;;
              \"*) ;;
              *) REPLY+=${1:i:1} ;;
            esac
          done
          ;;
        \'*) REPLY=${1#?} REPLY=${REPLY%\'} ;;
        *) REPLY=${1//\\/} ;;
      esac
    }

    _touchstone() {
      local IFS=$' \t\n' commands=\#(quoted(rows.commands.map(\.name).joined(separator: " ")))
      local command=\#(rows.fallback.name) kind=nothing words= place=0 REPLY
      local line=$COMP_LINE raw last i program apostrophe="'\\''"
      local -a typed=() operands=() found=() fixtures=()

      # bash splits words at = and : as well. What nothing separates is put together again.
      for ((i = 0; i <= COMP_CWORD; i++)); do
        raw=${COMP_WORDS[i]}
        if [[ $i -eq 0 || $line == [[:blank:]]* || -z $line ]]; then
          typed+=("$raw")
        else
          last=$((${#typed[@]} - 1))
          typed[last]+=$raw
        fi
        line=${line#"${line%%[![:blank:]]*}"}
        line=${line#"$raw"}
      done
      last=$((${#typed[@]} - 1))

      # The words before the one to complete: the command, options with their values, operands.
      local first=1 expecting= literal= name
      if [[ $last -gt 1 && " $commands " == *" ${typed[1]} "* ]]; then
        command=${typed[1]} first=2
      fi
      for ((i = first; i < last; i++)); do
        name=${typed[i]}
        if [[ -n $expecting ]]; then
          expecting=
        elif [[ -n $literal || $name != -?* ]]; then
          _touchstone_unquoted "$name"
          operands+=("$REPLY")
        elif [[ $name == -- ]]; then
          literal=1
        elif _touchstone_value "$command" "$name"; then
          expecting=$name
        fi
      done

      # The word to complete, and of it what bash takes to stand before the word.
      local current=${typed[last]} before=
      raw=${COMP_WORDS[COMP_CWORD]}
      case $raw in
        = | :) before=$current raw= ;;
        *) before=${current%"$raw"} ;;
      esac
      kind=nothing words=
      if [[ -n $expecting ]]; then
        _touchstone_value "$command" "$expecting"
      elif [[ -z $literal && $current == --*=* ]]; then
        name=${current%%=*}
        _touchstone_value "$command" "$name" || return 0
        current=${current#*=} before=${before#"$name="}
      elif [[ -z $literal && $current == -* ]]; then
        kind=words
        _touchstone_options "$command"
        if [[ $last -eq 1 ]]; then words+=\#(quoted(" " + names(rows.programOptions).joined(separator: " "))); fi
      else
        _touchstone_operand "$command" "${#operands[@]}"
        if [[ $last -eq 1 ]]; then words=$commands; fi
      fi
      _touchstone_unquoted "$current"
      current=$REPLY
      _touchstone_unquoted "$before"
      before=$REPLY

      # Names of files are quoted by bash, everything else below.
      COMPREPLY=()
      case $kind in
        files | directories)
          compopt -o filenames 2>/dev/null
          while IFS= read -r name; do
            COMPREPLY+=("${name:${#before}}")
          done < <(if [[ $kind == files ]]; then compgen -f -- "$current"; else compgen -d -- "$current"; fi)
          ;;
        ids | tags)
          # An alias cannot be called from here: then the program is called that printed this script.
          program=${typed[0]/#\~/$HOME}
          if ! declare -F -- "$program" >/dev/null && ! type -P -- "$program" >/dev/null; then
            program=\#(quoted(rows.program))
          fi
          # Nothing is proposed if there is nothing to list, or no answer within two seconds.
          if _touchstone_fixtures "$command"; then fixtures=("${operands[@]:place}"); fi
          while IFS= read -r -t 2 name; do
            found+=("$name")
          done < <("$program" list --format "$kind" -- "${fixtures[@]}" 2>/dev/null </dev/null)
          ;;
      esac
      for name in $words; do found+=("$name"); done
      for name in "${found[@]}"; do
        if [[ $name == "$current"* ]]; then
          name=${name:${#before}}
          case $raw in
            \"*)
              # No way of writing an exclamation mark there is safe.
              if [[ $name != *\!* ]]; then
                name=${name//\\/\\\\}
                name=${name//\"/\\\"}
                name=${name//\$/\\\$}
                name=${name//\`/\\\`}
                COMPREPLY+=("$name")
              fi
              ;;
            \'*) COMPREPLY+=("${name//\'/$apostrophe}") ;;
            *) COMPREPLY+=("$(printf %q "$name")") ;;
          esac
        fi
      done
    }

    complete -F _touchstone touchstone

    """#
  }
}
