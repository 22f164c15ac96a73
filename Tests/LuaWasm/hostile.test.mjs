// Scripts that run away: each must end in a Lua error or an answer, never in a trap, and leave a state in
// which the next script runs.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Host, luaModule } from './host.mjs'

const memory = /not enough memory/
const stack = /stack overflow/
const depth = /C stack overflow|stack overflow|too many nested|overflow/

/** [name, script, what its error says (none: it has to succeed)] */
const scripts = [
  // recursion
  ['endless recursion', 'local function f() return 1 + f() end f()', stack],
  ['mutual recursion', 'function a() return b() + 1 end function b() return a() + 1 end a()', stack],
  ['recursion with many locals', `local function f(${names('a', 100)}) return f(${names('a', 100)}) + 1 end f()`, stack],
  ['endless tail call with a limit', 'local function f(n) if n == 0 then return 5 end return f(n - 1) end return f(1e6)'],
  ['recursion through pcall', 'local function f() return pcall(f) end f()'],
  ['recursion through pcall that counts', 'local n = 0 local function f() n = n + 1 pcall(f) error(n) end f()', /./],
  ['recursion through xpcall handler', 'local function h() error("again") end xpcall(error, h)'],
  ['recursion through error handler', 'local function h(m) return h(m) .. "x" end return xpcall(error, h, "m")'],
  ['recursion through __index', "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k .. 'x'] end return t.x", depth],
  ['chain of __index tables', 'local t = {} for i = 1, 3000 do t = setmetatable({}, { __index = t }) end return t.x', /'__index' chain too long/],
  ['loop of __index tables', 'local t = {} setmetatable(t, t) t.__index = t return t.x', /'__index' chain too long/],
  ['loop of __newindex tables', 'local t = {} setmetatable(t, t) t.__newindex = t t.x = 1', /'__newindex' chain too long/],
  ['chain of __call tables', 'local t = print for i = 1, 10 do t = setmetatable({}, { __call = t }) end t()'],
  ['recursion through __tostring', 'local t = setmetatable({}, { __tostring = function(t) return tostring(t) end }) return tostring(t)', depth],
  ['recursion through __concat', 'local t = setmetatable({}, {}) getmetatable(t).__concat = function(a, b) return t .. t end return t .. t', depth],
  ['recursion through __eq', 'local m = {} m.__eq = function(a, b) return setmetatable({}, m) == setmetatable({}, m) end return setmetatable({}, m) == setmetatable({}, m)', depth],
  ['recursion through __lt in sort', 'local m = {} m.__lt = function(a, b) return a < b end table.sort({ setmetatable({}, m), setmetatable({}, m) })', depth],
  ['recursion through __gc', 'local function m() setmetatable({}, { __gc = m }) end m() for i = 1, 1000 do collectgarbage("step") end'],
  ['recursion through __close', 'local function f() local x <close> = setmetatable({}, { __close = function() f() end }) end f()', depth],
  ['recursion through gsub', "local function f() return ('x'):gsub('x', f) end f()", depth],
  ['recursion through sort', 'local function f() table.sort({ 1, 2, 3 }, f) end f()', depth],
  ['recursion through load', "s = 'return (load(s)())' return (load(s)())", /overflow|not enough memory/],
  ['recursion through load readers', 'local function r() load(r) end r()'],
  ['recursion through require', "package.preload.m = function() package.loaded.m = nil return require 'm' end require 'm'", depth],
  ['recursion through string coercion', "debug.setmetatable(1, { __index = function(s, k) return s[k] end }) local x = (1).y", depth],
  ['recursion through pairs', 'local t = setmetatable({}, {}) getmetatable(t).__pairs = function(t) return pairs(t) end pairs(t)', depth],
  ['recursion through external tables', "local m = getmetatable(_home) m.__index = function(t, k) return t[k] end return _home.x", depth],
  ['coroutine inside coroutine', 'local function f() return coroutine.wrap(f)() end f()', depth],
  ['resume inside resume', 'local function f() return coroutine.resume(coroutine.create(f)) end return f()'],
  ['coroutine that resumes itself', 'local co co = coroutine.wrap(function() return co() end) co()', /cannot resume non-suspended/],
  ['a hundred thousand coroutines', 'local t = {} for i = 1, 100000 do t[i] = coroutine.create(print) coroutine.resume(t[i]) end', memory],
  ['closing of coroutines in a chain', 'local function f() local co = coroutine.create(function() local x <close> = setmetatable({}, { __close = f }) coroutine.yield() end) coroutine.resume(co) coroutine.close(co) end f()', /./],

  // the parser
  ['nested parentheses', `return ${'('.repeat(5000)}1${')'.repeat(5000)}`, depth],
  ['nested tables', `return ${'{'.repeat(5000)}${'}'.repeat(5000)}`, depth],
  ['nested functions', `${'return function() '.repeat(1000)}${'end '.repeat(1000)}`, depth],
  ['nested blocks', `${'do '.repeat(5000)}${'end '.repeat(5000)}`, depth],
  ['chain of unary operators', `return ${'-'.repeat(1)}${'not '.repeat(10000)}1`, depth],
  ['chain of powers', `return ${'1^'.repeat(10000)}1`, depth],
  ['chain of concatenations', `return ${"''..".repeat(10000)}''`, depth],
  ['chain of calls', `local f f = function() return f end return f${'()'.repeat(20000)} ~= nil`],
  ['long else-if', `if false then ${'elseif false then '.repeat(2000)}end`],
  ['more locals than there may be', `local ${names('v', 201)}`, /too many local variables/],
  ['more upvalues than there may be', upvalues(), /too many upvalues/],
  ['a function with 60,000 constants', `local t = load('local t = {' .. ('0.5,'):rep(10) .. '}') local s = {} for i = 1, 60000 do s[i] = i + 0.5 end return #load('return {' .. table.concat(s, ',') .. '}')()`],
  ['an expression of many registers', `return {${names('', 300).replaceAll(/\w+/g, 'f()')}}`, /./],
  ['a goto maze', `for i = 1, 10 do ${Array.from({ length: 500 }, (_, i) => `goto l${i} ::l${i}::`).join(' ')} end`],
  ['source that only opens', '['.repeat(60000), /./],
  ['a long string without end', `return [${'='.repeat(60000)}[`, /./],
  ['a number without end', `return 0x${'f'.repeat(60000)}`],
  ['a decimal without end', `return 1${'0'.repeat(300)}e${'9'.repeat(20)}`],

  // memory
  ['a huge string', "return #('x'):rep(1e9)", memory],
  ['a string of more than 2^31 bytes', "return #('x'):rep(1 << 31)", /not enough memory|too large/],
  ['a string that overflows its length', "return ('xx'):rep(math.maxinteger)", /resulting string too large/],
  ['doubling a string', "local s = 'x' while true do s = s .. s end", memory],
  ['concatenating in one go', "local s = ('x'):rep(1e7) return #(s .. s .. s .. s .. s)", memory],
  ['a table that grows for ever', 'local t = {} while true do t[#t + 1] = {} end', memory],
  ['a hash that grows for ever', 'local t, i = {}, 0 while true do i = i + 1 t[i + 0.5] = true end', memory],
  ['a sparse huge index', 'local t = {} t[1 << 40] = 1 t[math.maxinteger] = 2 return #t'],
  ['table.concat of much', "local t = {} for i = 1, 40 do t[i] = ('x'):rep(1e6) end return #table.concat(t)", memory],
  ['table.insert far away', 'table.insert({}, math.maxinteger, 1)', /position out of bounds/],
  ['table.move far away', 'return #table.move({}, 1, 1000, 1 << 40)'],
  ['table.unpack of too many', 'return table.unpack({}, 1, 1e7)', /too many results to unpack/],
  ['table.unpack of 2^63', 'return table.unpack({}, math.mininteger, math.maxinteger)', /too many results to unpack/],
  ['as many results as the stack holds', 'return select("#", table.unpack({}, 1, 190000))'],
  ['string.rep with a separator', "return #(''):rep(1e9, ',')", memory],
  ['gsub that explodes', "local s = ('x'):rep(1e4) return #s:gsub('x', s)", memory],
  ['string.format of huge width', "return string.format('%1000d', 1)", /invalid conversion/],
  ['string.char of many', 'return #string.char(table.unpack({}, 1, 0)) + #string.char(("x"):rep(100000):byte(1, -1))'],
  ['string.pack of too much', "return string.pack('s' .. ('!16'):rep(1000), ('x'):rep(1e5)):len()"],
  ['string.pack alignment', "return string.pack('!17i4', 1)", /out of limits/],
  ['string.unpack far away', "return string.unpack('i4', 'abc', math.maxinteger)", /./],
  ['utf8 of nonsense', "return utf8.codepoint('\\xff\\xff', 1)", /invalid UTF-8/],
  ['memory error while memory is full', "local t = {} pcall(function() while true do t[#t + 1] = ('x'):rep(1000) .. #t end end) local n = #t t = nil collectgarbage() return n > 1000"],
  ['memory that is full of functions', 'local t = {} while true do t[#t + 1] = assert(load("return " .. #t)) end', memory],
  ['a closed state is not', 'collectgarbage("stop") local t for i = 1, 1e6 do t = { i } end collectgarbage("restart")'],

  // patterns
  ['a pattern that recurses', "return ('x'):rep(100):match('.-.-.-b')"],
  ['a pattern nested too deep', `return ('x'):rep(1000):match('${'(x'.repeat(40)}')`, /too many captures|unfinished capture|malformed/],
  ['a pattern of many items', `return ('a'):rep(250000):find(('a?'):rep(250000) .. 'b')`, /too complex/],
  ['a pattern that ends early', "return ('x'):find('%')", /malformed pattern/],
  ['a set that ends early', "return ('x'):find('[a')", /malformed pattern/],
  ['a balance that ends early', "return ('x'):find('%b')", /missing arguments to '%b'/],
  ['gmatch of nothing', "local n = 0 for _ in ('x'):rep(1e5):gmatch('') do n = n + 1 end return n"],

  // the host
  ['many external tables', 'for i = 1, 20000 do _home[i] = { i } end return #_home'],
  ['a table as its own key and value', 'local t = {} t[1] = t _home.t = t return _home.t[1] == _home.t'],
  ['an external table inside itself', '_home.self = _home return _home.self.self.self == _home'],
  ['an answer made of a table of tables', 'local t = {} for i = 1, 1000 do t[i] = { i } end return t'],
  ['print of a table that fails to print', "print(setmetatable({}, { __tostring = function() error('no', 0) end }))", /^no$/],
  ['os.date with a bad format', "return os.date('%Ez')", /invalid conversion specifier/],
  ['os.time far away', 'return os.time({ year = 1e15 // 1 | 0, month = 1, day = 1 })', /./],
  ['os.date far away', 'return os.date("%c", math.maxinteger)', /./],
  ['metatables of basic types', 'debug.setmetatable(nil, { __index = function() return nil end }) local x = nil return x.y.z'],
  ['globals taken away', 'local g = _G for k in pairs(g) do g[k] = nil end'],
]

function names(prefix, count) {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`).join(', ')
}

function upvalues() {
  const block = (letter) => `local ${names(letter, 150)}\n`
  const uses = (letter) => Array.from({ length: 150 }, (_, i) => `${letter}${i} = 1`).join(' ')
  return `${block('a')}local function f() ${block('b')} return function() ${uses('a')} ${uses('b')} end end`
}

test('there are at least 60 hostile scripts', () => assert.ok(scripts.length >= 60))

for (const [name, source, problem] of scripts) {
  test(`survives ${name}`, () => {
    const host = new Host(luaModule)
    host.run("kept = 'kept'")
    for (let round = 0; round < 2; round++) {
      const answer = host.run(source)
      if (problem === undefined) {
        assert.equal(answer.error, undefined)
      } else {
        assert.match(answer.error ?? `no error but ${JSON.stringify(answer.value, String)}`, problem)
      }
      if (name === 'globals taken away') break
      assert.equal(host.run('return kept').value.value, 'kept')
    }
    assert.equal(host.run('return 20 + 22').value.value, 42n)
    host.exports.run_gc()
    assert.equal(host.run('return ("x"):rep(3)').value?.value, 'xxx')
  })
}

test('all of them one after the other in a single state', () => {
  const host = new Host(luaModule)
  for (const [name, source] of scripts) {
    if (/globals taken away|external tables$|basic types/.test(name)) continue
    host.run(source)
    host.exports.run_gc()
    assert.equal(host.run('return 1').value?.value, 1n, name)
  }
})
