// The functions of Lua's standard library with the kinds of their arguments, and values at their edges (manual,
// chapter 6).

/// What a parameter of a library function takes.
package enum ArgumentKind: Character, Sendable {
  case any = "a"
  case integer = "i"
  /// A small integer: what lengths and repetitions are made of.
  case count = "c"
  case number = "n"
  case string = "s"
  /// A pattern; what replaces a match.
  case pattern = "p"
  case replacement = "r"
  /// A format of `string.format`, of `string.pack`.
  case format = "f"
  case packing = "k"
  case table = "t"
  case function = "u"
  case chunk = "l"
  case boolean = "b"
  /// Bytes that may or may not be UTF-8.
  case bytes = "y"
  /// More of any kind, perhaps none.
  case rest = "*"
}

/// A function with what it takes.
package struct LibraryFunction: Sendable {
  package let name: String
  package let arguments: [ArgumentKind]

  init(_ row: Substring) {
    let parts = row.split(separator: " ")
    name = String(parts[0])
    arguments = parts.count < 2 ? [] : parts[1].compactMap { ArgumentKind(rawValue: $0) }
  }
}

package enum Library {
  /// One row a function: its name, and a letter for each argument.
  package static let functions: [LibraryFunction] = """
    assert aa
    collectgarbage s
    error ai
    getmetatable a
    ipairs a
    load lsst
    next ta
    pairs a
    pcall u*
    print *
    rawequal aa
    rawget ta
    rawlen a
    rawset taa
    select i*
    setmetatable tt
    tonumber a
    tonumber si
    tostring a
    type a
    xpcall uu*
    coroutine.close a
    coroutine.create u
    coroutine.isyieldable
    coroutine.resume a*
    coroutine.status a
    coroutine.wrap u
    string.byte sii
    string.char iii
    string.find spib
    string.format f*
    string.gmatch spi
    string.gsub spri
    string.len s
    string.lower s
    string.match spi
    string.pack k*
    string.packsize k
    string.rep scs
    string.reverse s
    string.sub sii
    string.unpack ksi
    string.upper s
    table.concat tsii
    table.insert taa
    table.insert ta
    table.move tiiit
    table.pack *
    table.remove ti
    table.sort tu
    table.unpack tii
    utf8.char iii
    utf8.codepoint yiib
    utf8.codes yb
    utf8.len yiib
    utf8.offset yii
    math.abs n
    math.acos n
    math.asin n
    math.atan nn
    math.ceil n
    math.cos n
    math.deg n
    math.exp n
    math.floor n
    math.fmod nn
    math.log nn
    math.max nnn
    math.min nnn
    math.modf n
    math.rad n
    math.sin n
    math.sqrt n
    math.tan n
    math.tointeger a
    math.type a
    math.ult ii
    """.split(separator: "\n").map { LibraryFunction($0) }

  package static let integers = [
    "0", "1", "2", "3", "-1", "-2", "-3", "7", "8", "9", "10", "16", "31", "32", "33", "63", "64", "65",
    "127",
    "128", "255", "256", "-128", "-129", "1000", "0x7FFF", "0x8000", "0xFFFF", "0x10000", "0x10FFFF",
    "0x7FFFFFFF", "0x80000000", "0xFFFFFFFF", "0x100000000", "-0x80000000", "1 << 53", "(1 << 53) + 1",
    "math.maxinteger", "math.mininteger", "math.maxinteger - 1", "math.mininteger + 1", "0xD800",
    "0x7FFFFFFE",
  ]
  package static let floats = [
    "0.0", "-0.0", "1.0", "-1.0", "0.5", "1.5", "2.5", "-0.5", "-2.5", "1e15", "1e16", "2^31", "2^53", "2^63",
    "-(2^63)", "2^64", "1e100", "1e308", "5e-324", "0x1p-1022", "1/0", "-1/0", "0/0", "1e-5", "123456.789",
    "3.14159265358979", "9007199254740993.0", "1e14", "99999999999999.5", "0x.8p1",
  ]
  package static let counts = ["0", "1", "2", "3", "-1", "5", "8", "17", "40", "100", "1.0", "'3'"]
  package static let strings = [
    "''", "'a'", "'abc'", "'hello world'", "'10'", "'0x10'", "' 5 '", "'1e1'", "'-7'", "'nan'", "'0x'",
    "'1.5'",
    "'a,b,,c'", "'\\0'", "'a\\0b'", "'\\xff\\xfe'", "'k=v; x=y'", "'THE (quick) fox'", "('ab'):rep(40)",
    "'%d'", "'line\\nline\\n'", "'.'", "'aaa'", "'\\u{10FFFF}'", "'9223372036854775808'", "'#'", "'count'",
    "('x'):rep(300)", "'n'", "'0x1p4'", "'1_0'", "'\\t 1 \\n'",
  ]
  package static let patterns = [
    "'a'", "'.'", "'.-'", "'.*'", "'%a+'", "'%d*'", "'^a'", "'a$'", "'^$'", "'(a)(.)'", "'()a()'", "'[a-c]+'",
    "'[^%s]+'", "'%b()'", "'%f[%w]%w+'", "'(%w+)=(%w+)'", "'[]]'", "'[^]]'", "'%1'", "'(.)%1'", "'['", "'%'",
    "'('", "')'", "'a-'", "'a?b'", "'%z'", "'[%a_][%w_]*'", "'x*$'", "'(()'", "'%f'", "'%b'", "'%g+'",
    "'\\0'",
    "'[a-]'", "'[-a]'", "'[%]'", "'(%a*)%s?()'", "'^(.-)%s*$'", "'%x%x'", "'%u'", "'%p'", "'%c'",
  ]
  package static let replacements = [
    "''", "'x'", "'%0'", "'%1'", "'%0%0'", "'%2'", "'%%'", "'%'", "{a = 'b'}", "{}", "string.upper",
    "function(...) return select('#', ...) end", "function() end", "function() return false end",
    "{a = true}",
  ]
  package static let formats = [
    "'%d'", "'%5d|'", "'%-5d|'", "'%05d'", "'%+d'", "'% d'", "'%x'", "'%#X'", "'%o'", "'%i'", "'%c'", "'%s'",
    "'%10s|'", "'%-10s|'", "'%.2s'", "'%q'", "'%f'", "'%.0f'", "'%5.1f'", "'%e'", "'%.3E'", "'%g'", "'%.14g'",
    "'%.17g'", "'%#g'", "'%a'", "'%A'", "'%.1a'", "'%u'", "'%%'", "'%'", "'%5'", "'%d %s'", "'%.20f'",
    "'%99d'",
    "'%100d'", "'%.99f'", "'%.100f'", "'%p'", "'%-+ #0d'", "'%#o'", "'%.0e'", "'%10.4f|'", "'%.3d'", "'%5%'",
    "'%-05d'", "'%y'", "'%s%s%s'", "'%.3q'", "'%G'", "'%#x'",
  ]
  package static let packings = [
    "'b'", "'B'", "'h'", "'<h'", "'>H'", "'i3'", "'i4'", "'>i8'", "'I16'", "'i16'", "'j'", "'J'", "'T'",
    "'f'",
    "'d'", "'<d'", "'>f'", "'n'", "'s'", "'s1'", "'>s2'", "'z'", "'x'", "'!4 i1 i4'", "'!8 b Xd'", "'c3'",
    "'c0'",
    "'bbb'", "'=I4'", "'i17'", "'i0'", "'!3 i4'", "'Xz'", "'X'", "' < i2 > i2 '", "'!2 b i8'", "'c'", "'q'",
    "'i2 i2'", "'<I7'", "'>i9'", "'s8'", "'b !4 i4'", "'!16 i16'",
  ]
  package static let tables = [
    "{}", "{1, 2, 3}", "{3, 1, 2}", "{'b', 'a', 'c'}", "{n = 3}", "{1, nil, 3}", "{[0] = 0, 1}",
    "{10, 20, x = 1}",
    "{1, 2.5, '3'}", "{{}, {}}", "{[2^53] = 1}", "{[-1] = 'm', [1.5] = 'f'}", "{5, 4, 3, 2, 1, 6, 7, 9, 8}",
    "setmetatable({}, {__len = function() return 3 end, __index = function(t, k) return k end})",
    "setmetatable({}, {__tostring = function() return 'T' end, __name = 'N', __metatable = 'M'})",
    "setmetatable({}, {__index = {a = 1}, __newindex = function(t, k, v) rawset(t, k, 2) end})",
    "setmetatable({}, {__call = function(_, ...) return ... end, __unm = function() return 'u' end})",
    "setmetatable({1}, {__eq = function() return true end, __lt = function() return true end})",
    "setmetatable({}, {__concat = function(a, b) return type(a) .. type(b) end})",
    "setmetatable({}, {__add = function(a, b) return 'add' end, __le = function() return false end})",
    "setmetatable({}, {__mode = 'k', __gc = true, __close = function() end})",
  ]
  package static let functionValues = [
    "function(...) return ... end", "function(a, b) return a < b end", "function(a, b) return b < a end",
    "function() error('e') end", "function() error({}) end", "print", "math.abs",
    "function(a) return a + 1 end",
    "function() return 1, 2, 3 end", "tostring", "function() coroutine.yield(1) return 2 end", "select",
    "coroutine.yield", "function() error() end", "function(...) local a <close> = nil return #{...} end",
    "nil", "error", "function(a, b) return true end",
  ]
  package static let chunks = [
    "'return 1'", "'return ...'", "'x ='", "'return 1 +'", "'local a <const> = 1 return a'", "'goto l ::l::'",
    "'return \"\\\\65\\\\x41\\\\u{48}\"'", "'return 0x.p1'", "'return 1e'", "'return 3..2'",
    "'for i = 1 do end'",
    "'return [==[\\n]]]==]'", "'a.b:c = 1'", "'return ~0 // 2 << 3'", "'break'", "'local a <close> = 1'",
    "'::a:: ::a::'", "'return not nil == true'", "'return -2 ^ 2'", "'return 2^-3'",
    "'return \"a\" .. 1 .. 2'",
    "'--[[x]] return 2'", "'#!x'", "'return function(...) local a, b = ... return b, a end'", "'goto x'",
    "'return \\'\\\\z  a\\''", "'local t = {1, 2; 3, [4] = 4, x = 5} return #t'",
    "'return 0xffffffffffffffffff'",
    "'return 9223372036854775808'", "'return (...)'", "'x = }'", "'return \"abc'",
    "'if x then elseif y then'",
    "function() return nil end", "'repeat local x = 1 until x'", "'return 1 --'", "'a, b = 1'",
    "'return {f()}'",
  ]
  package static let byteStrings = [
    "''", "'abc'", "'\\u{7FF}\\u{800}'", "'\\u{10FFFF}x'", "'\\xff'", "'\\xc3'", "'\\xe2\\x82'", "'ä€𝄞'",
    "'\\u{D800}'", "'\\u{7FFFFFFF}'", "'a\\x80b'", "'\\xf4\\x90\\x80\\x80'", "'\\xc0\\x80'", "'\\u{200000}'",
  ]
  package static let others = [
    "nil", "true", "false", "print", "{}", "function() end", "coroutine.create(print)",
  ]

  /// The operators with two sides.
  package static let binaryOperators = [
    "+", "-", "*", "/", "//", "%", "^", "&", "|", "~", "<<", ">>", "..", "==", "~=", "<", "<=", ">", ">=",
    "and",
    "or",
  ]
  package static let unaryOperators = ["-", "not ", "#", "~"]
}
