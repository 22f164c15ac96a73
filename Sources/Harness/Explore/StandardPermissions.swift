// The differences that mean nothing wherever they occur.

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

  private static let buildRows = #"""
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

  private static let programRows = #"""
    permit: -?nan:0x[0-9a-f]+
    reason: the bits of what is no number are the processor's
    permit: -?nan
    reason: the sign of what is no number is the processor's
    permit: argument #[12] to '[^']*' \([^)"]*\)?
    when: \b(fmod|atan2?|log|ult|pow|ldexp)\b
    reason: which of two arguments is looked at first is the C compiler's choice
    varies: nan-sign
    reason: the sign of what is no number is the processor's, and the script looks at it in another form
    ignore: .
    when: ((#|\b((raw)?len|offset|find)\b)[^\n]*(tostring|%[-+ #0-9.]*s)|%[-+ #]*[0-9.]+s)[^\n]*(\b(i?pairs|getmetatable) *\(|(\) *\. *\w+|\b(string|table|math|utf8|coroutine|print|type|select|next|i?pairs|to(string|number)|pcall|error|assert|load|raw\w+|[gs]etmetatable)( *\. *\w+)?) *([,)]|\bend\b))
    reason: where built-in functions lie has as many digits as the machine's addresses
    ignore: .
    when: (#|\b((raw)?len|offset|find)\b)[^\n]*%[-+ #0-9.]*p
    reason: addresses have as many digits as the machine's
    permit: (1[4-9]|[23][0-9])
    when: (#|\blen\b)[^\n]*%[-+ #0-9.]*s
    reason: a text with an address is as long as that
    ignore: (table|function|thread|userdata|file): *(0x)?[0-9a-f]
    when: \b(g?sub|g?match|find|byte|reverse)\b
    reason: the script looks into the text of an address
    varies: start
    reason: the other Lua draws a seed when it starts, and the order of keys is by hashes
    varies: addresses
    reason: where objects lie, and how many digits that has, is the build's, and the script looks at it
    near: 1e-12
    when: \b(a?(sin|cos|tan)h?|exp|log(10)?|pow)\b|\^
    reason: the last digit of such functions is the C library's
    ignore: .
    when: (\b(tan|fmod|ceil|floor|tointeger|pack)\b|%|//)[^\n]*\b(a?(sin|cos|tan)|exp|log)\b
    reason: what comes behind such a function can make much of its last digit
    ignore: .
    when: (?i)(%[-+ #0-9.]*[aq]\b.*(p-1[01][0-9][0-9]|e-3[0-9][0-9])|(p-1[01][0-9][0-9]|e-3[0-9][0-9]).*%[-+ #0-9.]*[aq]\b)
    reason: whether the digit before the point of a small number is 0 is the C library's choice, and the script takes the text apart
    permit: (?i)[ ]*0x[0-9a-f.]+p[-+][0-9]+[ ]*
    when: (?i)%[-+ #0-9.]*[aq]
    reason: whether the digit before the point of a small number is 0 is the C library's choice
    permit: [0-9]+
    when: (?i)(#|\blen\b)[^\n]*%[-+ #0-9.]*[aq]
    reason: how many digits such a number has is the C library's choice
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
    ignore: too large|does not fit|out of limits
    when: pack
    reason: sizes of 32 and of 64 bits
    ignore: .
    when: pack.*['"][^'"]*([TlL!]|s(?![0-9]))|pack(size)?\b[^"'\n]{0,20}\b(tostring|type|select|pcall|string)\b
    reason: the native sizes of size_t and long, which are 4 bytes in the module
    """#
}
