// The differences that mean nothing wherever they occur, as rows: see PermittedDifferences. A row that is too wide hides
// faults, so a new one comes with the script that it is for, in PermittedDifferenceTests.

extension PermittedDifferences {
  /// Between two builds of the module.
  package static let ofBuilds = standard(buildRows)
  /// Between a build and another Lua.
  package static let ofPrograms = standard(buildRows + programRows)

  private static func standard(_ text: String) -> PermittedDifferences {
    do {
      return try PermittedDifferences(Array(text.utf8), file: Path("standard"))
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// The rows in the form of a file, for whoever wants to see them.
  package static var text: String {
    "# Between two builds, and between a build and another Lua.\n\(buildRows)\n"
      + "# Between a build and another Lua.\n\(programRows)"
  }

  /// A function or a library that is there from the start.
  private static let builtIn =
    #"\b(string|table|math|utf8|coroutine|print|type|select|next|i?pairs|to(string|number)|pcall|error|assert|load|raw\w+|[gs]etmetatable)( *\. *\w+)?"#
  /// A power: in a pattern no operand stands before `^`.
  private static let power = #"([\w)\]] *\^|\bpow\b)"#

  private static let buildRows = #"""
    permit: (table|function|thread|userdata|[A-Z]\w*): (0x)?[0-9a-f]{0,40}[ ]*[0-9a-f]*
    when: %[-+ #]*[0-9.]+s
    reason: addresses differ from build to build, and so does what fills them up to a width
    permit: [ ]*(table|function|thread|userdata|file|[A-Z]\w*): (builtin: )?(0x)?[0-9a-f]{0,40}[ ]*
    reason: addresses differ from build to build
    permit: [ ]*(\(?(nil|null)\)?|0x[0-9a-f]{2,16})[ ]*
    when: %[-+ #0-9.]*p
    reason: the format p shows addresses
    permit: [0-9]+(\.[0-9]+)?(e[-+][0-9]+)?
    when: collectgarbage
    reason: how much memory is in use differs from build to build
    permit: function [0-9]+ bytes sha256:[0-9a-f]+
    reason: the bytes of a function are the compiler's

    """#

  /// Those that leave answers out are told by the script: only pairs that differ come here, and most faults show in
  /// other scripts as well. Where a line is said to do two things (`[^\n]*`), the second may be about something else.
  private static let programRows = #"""
    # What is no number: its bits and sign are the processor's.
    permit: -?nan:0x[0-9a-f]+
    reason: the bits of what is no number are the processor's
    permit: -?nan
    reason: the sign of what is no number is the processor's
    varies: nan-sign
    reason: the sign of what is no number is the processor's, and the script looks at it in another form

    # Where objects lie, and in which order keys come.
    varies: addresses
    reason: where objects lie, and how many digits that has, is the build's, and the script looks at it
    varies: start
    reason: the other Lua draws a seed when it starts, and the order of keys is by hashes
    permit: (\\t|[^0-9A-Za-z])(1[4-9]|[23][0-9])(?![0-9])
    when: (#|\b(raw)?len\b)[^\n]*%[-+ #0-9.]*s|\b(find|offset)\b[^\n]*%[-+ #]*[0-9.]+s
    reason: a text with an address is as long as that
    ignore: .
    when: ((#|\b((raw)?len|offset|find)\b)[^\n]*(tostring|%[-+ #0-9.]*s)|%[-+ #]*[0-9.]+s)[^\n]*(\b(i?pairs|getmetatable) *\(|(\) *\. *\w+|\#(builtIn)) *([,)]|\bend\b))
    reason: where built-in functions lie has as many digits as the machine's addresses
    ignore: .
    when: %[-+ #0-9.]*p(?![A-Za-z])
    reason: the format p gives an address as a text, of as many digits as the machine's, which may be taken apart
    ignore: (table|function|thread|userdata|file): *(0x)?[0-9a-f]
    when: \b(g?sub|g?match|find|byte|reverse)\b
    reason: the script looks into the text of an address
    ignore: .
    when: \bg?sub\b[^\n]*tostring\b(?![ (]*[-0-9'"])|tostring\b(?![ (]*[-0-9'"])[^\n]*\bg?sub\b|(#|\b((raw)?len|byte|reverse|g?match|find)\b[ (]*)tostring\b(?![ (]*[-0-9'"])|\btostring *\((?! *[-0-9'"])[^()\n]*\) *: *(len|rep|byte|reverse|g?match|find)\b
    reason: the text of an address is taken apart
    ignore: .
    when: ^(?=[\s\S]*\b(byte|reverse|g?sub|g?match|find|len|rep|pack|upper|lower)\b)[\s\S]*\btostring *\(? *\#(builtIn)\b
    reason: where built-in functions lie is the build's, and the text of that is taken apart

    # What the C compiler and the C library choose.
    permit: argument #[12] to '[^']*' \([^)"]*\)?
    when: \b(fmod|atan2?|log|ult|pow|ldexp)\b
    reason: which of two arguments is looked at first is the C compiler's choice
    near: 1e-12
    when: \b(a?(sin|cos|tan)h?|exp|log(10)?|pow)\b|\^
    reason: the last digit of such functions is the C library's
    ignore: .
    when: (\b(tan|fmod|ceil|floor|tointeger|pack)\b|%(?![-+ #0-9.]*[A-Za-z%])|% *(math|a?(sin|cos|tan))\b|//)[^\n]*\b(a?(sin|cos|tan)|exp|log)\b
    reason: what comes behind such a function can make much of its last digit
    ignore: .
    when: \#(power)[^\n]*(\b(fmod|ceil|floor|tointeger)\b|%(?![-+ #0-9.]*[A-Za-z%])| % |//)|(\b(fmod|ceil|floor|tointeger)\b|//)[^\n]*\#(power)
    reason: a remainder of a great power depends on its last digit
    ignore: .
    when: \b(sin|cos|tan)\b[^\n]*(\^|\bpow\b)
    reason: the sine of a great number depends on its last digit
    permit: (?i)[ ]*0x[0-9a-f.]+p[-+][0-9]+[ ]*
    when: (?i)%[-+ #0-9.]*[aq]
    reason: whether the digit before the point of a small number is 0 is the C library's choice
    permit: (\\t|[^0-9A-Za-z])[0-9]{1,2}(?![0-9])
    when: (?i)(#|\blen\b)[^\n]*%[-+ #0-9.]*[aq]
    reason: how many digits such a number has is the C library's choice
    ignore: .
    when: (?i)(%[-+ #0-9.]*[aq]\b.*(p-1[01][0-9][0-9]|e-3[0-9][0-9])|(p-1[01][0-9][0-9]|e-3[0-9][0-9]).*%[-+ #0-9.]*[aq]\b)
    reason: whether the digit before the point of a small number is 0 is the C library's choice, and the script takes the text apart
    ignore: too large|does not fit|out of limits
    when: pack
    reason: sizes of 32 and of 64 bits
    ignore: .
    when: pack.*['"][^'"]*([TlL!]|s(?![0-9]))|pack(size)?\b[^"'\n]{0,20}\b(tostring|type|select|pcall|string)\b
    reason: the native sizes of size_t and long, which are 4 bytes in the module

    # What the host and its limits are.
    ignore: .
    when: \b(pairs|next)\b[\s(]*_(G|ENV)\b
    reason: the module's host has globals of its own
    ignore: \(command line\):[0-9]
    reason: what calls the script is the host's
    ignore: not enough memory|string length overflow|resulting string too large|string slice too long|too many results|table overflow|too many captures|stack overflow|error in error handling|buffer too large|integer overflow in
    reason: how much memory and stack there is differs, and so does the greatest size
    ignore: .
    when: \brep\b.*<<
    reason: how much memory there is differs
    ignore: .
    when: \\(0?27|x1[bB])
    reason: the module loads only bytecode that the same state has dumped
    ignore: binary chunk was not made by this state|bad binary format|truncated precompiled
    reason: the module loads only bytecode that the same state has dumped
    ignore: result table|result function
    reason: a table or a function crosses the border of the module in a form of its own
    """#
}
