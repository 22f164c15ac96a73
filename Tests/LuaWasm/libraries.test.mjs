// The standard libraries as they are without files, processes and a clock, and what the debug library and
// binary chunks may not do.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Host, luaModule } from './host.mjs'

function run(source, host = new Host(luaModule)) {
  const answer = host.run(source)
  assert.equal(answer.error, undefined, `${source}: ${answer.error}`)
  return answer
}
const value = (source, host) => run(source, host).value.value
const output = (source, host) => run(source, host).output
function error(source, host = new Host(luaModule)) {
  const answer = host.run(source)
  assert.notEqual(answer.error, undefined, `${source} gave ${JSON.stringify(answer.value, String)}`)
  return answer.error
}

for (const name of [
  'dofile', 'loadfile', 'debug.debug', 'debug.getregistry', 'io.close', 'io.lines', 'io.open',
  'io.popen', 'io.read', 'io.tmpfile', 'os.execute', 'os.exit', 'os.getenv', 'os.remove',
  'os.rename', 'os.setlocale', 'os.tmpname', 'package.loadlib', 'package.searchpath',
]) {
  test(`${name} says that it is not available`, () => {
    assert.equal(error(`${name}('x')`), `script:1: ${name} is not available in this host`)
    assert.equal(value(`return select(2, pcall(${name}))`), `${name} is not available in this host`)
  })
}

test('io has one stream, which takes what is written', () => {
  assert.equal(output("io.output():write('a', 1):write('b') io.stdout:setvbuf('no') io.output(io.stdout):flush()"), 'a1b')
  assert.equal(value('return io.type(io.stdout), io.type(42)'), undefined)
  assert.equal(value('return io.type(io.input())'), 'file')
  assert.equal(value('return tostring(io.stderr)'), 'file (captured output)')
  for (const call of ["io.output('file')", "io.input('file')", 'io.stdin:read()', 'io.stdout:close()', 'io.stdin:lines()']) {
    assert.match(error(call), /(io|file)[.:]\w+ is not available in this host/)
  }
})

test('the libraries are those of stock Lua', () => {
  assert.equal(value('return _VERSION').slice(0, 5), 'Lua 5')
  for (const library of ['coroutine', 'debug', 'io', 'math', 'os', 'package', 'string', 'table', 'utf8']) {
    assert.equal(value(`return package.loaded.${library} == ${library} and require('${library}') == ${library}`), true)
  }
})

test('there is no clock, and the calendar is UTC', () => {
  assert.equal(output('print(os.time(), os.clock(), os.date("%Y-%m-%d %H:%M:%S"))'), '0\t0.0\t1970-01-01 00:00:00\n')
  assert.equal(value('return os.time({ year = 2024, month = 2, day = 29, hour = 12 })'), 1709208000n)
  assert.equal(value("return os.date('!%c', 1709208000)"), 'Thu Feb 29 12:00:00 2024')
  assert.equal(value("return os.date('*t', 1709208000).yday"), 60n)
  assert.equal(value('return os.difftime(5, 3)'), 2)
})

test('randomness is the same in every instance', () => {
  const draw = 'math.randomseed() local a = math.random(1e9) math.randomseed(42) return a .. " " .. math.random(1e9)'
  assert.equal(value(draw), value(draw))
})

test('string.format formats what the published builds do not', () => {
  assert.equal(
    value("return string.format('%5.2f|%d|%x|%g|%e|%a|%q|%10s|%-5s|%c|%i', 3.14159, 42, 255, 0.1, 12345.678, "
      + "1.0, 'a\\nb', 'r', 'l', 65, 7)"),
    ' 3.14|42|ff|0.1|1.234568e+04|0x1p+0|"a\\\nb"|         r|l    |A|7')
  assert.equal(value("return string.format('%.99f', 1/3)").length, 101)
  assert.equal(value("return string.format('%99.99f', -1e308)").length, 410)
})

// --- require ---

test('require finds what package.preload holds, once', () => {
  const source = "package.preload.m = function(...) print(...) return { v = 5 } end "
    + "local m, extra = require 'm' print(m.v, extra, require 'm' == m)"
  assert.equal(output(source), 'm\t:preload:\n5\t:preload:\ttrue\n')
})

test('require without a module says where it looked', () => {
  assert.match(error("require 'nowhere'"), /^script:1: module 'nowhere' not found:\n\tno field package.preload\['nowhere'\]$/)
})

test('searchers written in Lua serve modules, for instance from _home', () => {
  const source = "table.insert(package.searchers, function(name) local text = _home['module ' .. name] "
    + "return text and load(text, '=' .. name) or '\\n\\tno module in _home' end) "
    + "_home['module m'] = 'return { answer = 42 }' return require('m').answer"
  assert.equal(value(source), 42n)
})

test('package.path and package.cpath are empty', () => {
  assert.equal(value('return #package.path + #package.cpath + #package.searchers'), 1n)
})

// --- load and string.dump ---

test('load takes text, functions that give text, names, modes and environments', () => {
  assert.equal(value("return load('return 1 + 1')()"), 2n)
  assert.equal(
    value("local parts = { 'return ', '4', '2' } local i = 0 "
      + 'return load(function() i = i + 1 return parts[i] end)()'),
    42n)
  assert.equal(value("return load('return x', 'n', 't', { x = 7 })()"), 7n)
  assert.match(value("return select(2, load('x x', '=name'))"), /^name:1: syntax error/)
  assert.match(value("return select(2, load('return 1', 'n', 'b'))"), /attempt to load a text chunk/)
  assert.match(value('return select(2, load(function() return 5 .. "" end))'), /./)
  assert.match(value('return select(2, load(function() return {} end))'), /reader function must return a string/)
  assert.match(value("return select(2, load(function() error('in reader', 0) end))"), /^in reader$/)
  assert.equal(value("return load('')() == nil"), true)
  assert.match(error('load(nil)'), /bad argument #1 to 'load' \(function expected/)
})

test("load takes what this state's own string.dump gave", () => {
  const host = new Host(luaModule)
  assert.equal(value('return load(string.dump(function(a) return a * 2 end))(21)', host), 42n)
  assert.equal(value('return load(string.dump(function(a) return a * 2 end, true), "n", "b")(4)', host), 8n)
  assert.match(value('return select(2, load(string.dump(print ~= nil and function() end), "n", "t"))', host), /mode/)
  const byPieces = 'local d = string.dump(function() return "piecewise" end) local i = 0 '
    + 'return load(function() i = i + 1 return i <= #d and d:sub(i, i) or nil end)()'
  assert.equal(value(byPieces, host), 'piecewise')
})

for (const chunk of [
  "'\\27Lua'", "'\\27'", "string.dump(load('return 1')):sub(1, -2)", "string.dump(load('return 1')) .. 'x'",
  "(string.dump(load('return 1')):gsub('.$', '\\1'))",
  "(string.dump(function() local t = {} return t end):gsub('.', function(c) return c end, 1)) .. ' '",
]) {
  test(`load refuses the binary chunk ${chunk}`, () => {
    assert.match(value(`return select(2, load(${chunk}))`), /not made by this state/)
    assert.match(
      value(`local c = ${chunk} local i = 0 return select(2, load(function() i = i + 1 return i <= #c and c:sub(i, i) or nil end))`),
      /not made by this state/)
  })
}

test('a reader cannot show one chunk for the check and give another', () => {
  const source = 'local good = string.dump(function() return 1 end) local n = 0 '
    + "local f, problem = load(function() n = n + 1 if n == 1 then return good:sub(1, 10) end "
    + "if n == 2 then return good:sub(11) end if n == 3 then return nil end return '\\27Lua forged' end) "
    + 'return f and f() or problem'
  assert.equal(value(source), 1n)
})

// --- debug ---

test('traceback, getinfo and hooks work', () => {
  assert.match(value("return debug.traceback('m')"), /^m\nstack traceback:\n\tscript:1: in main chunk\n\t\[C\]: in \?$/)
  assert.equal(value('return debug.getinfo(1, "l").currentline'), 1n)
  assert.equal(value("return debug.getinfo(1, 'S').short_src"), 'script')
  assert.equal(value('local n = 0 debug.sethook(function() n = n + 1 end, "l")\nlocal a = 1\nlocal b = 2\ndebug.sethook() return n'), 3n)
})

test('locals of Lua functions can be read and, when they have a name, set', () => {
  assert.equal(value("local a, b = 1, 2 debug.setlocal(1, 2, 'new') return b"), 'new')
  assert.equal(value('local a = 5 local name, v = debug.getlocal(1, 1) return name .. v'), 'a5')
  assert.equal(value('local function f(...) debug.setlocal(1, -1, 9) return ... end return f(1)'), 9n)
  assert.equal(value('return debug.getlocal(function(x, y) end, 2)'), 'y')
  assert.equal(
    value('local co = coroutine.create(function() local inner = 3 coroutine.yield() return inner end) '
      + 'coroutine.resume(co) debug.setlocal(co, 1, 1, 8) return select(2, coroutine.resume(co))'),
    8n)
  assert.equal(value('return select("#", debug.getlocal(1, 100))'), 1n)
  assert.match(error('debug.getlocal(100, 1)'), /out of range/)
  assert.match(error('debug.setlocal(100, 1, 1)'), /out of range/)
  assert.match(error('debug.setlocal(print, 1, 1)'), /level expected/)
})

test('what has no name cannot be set', () => {
  const source = 'for i = 1, 3 do for n = 1, 10 do local name = debug.getlocal(1, n) '
    + "if name and name:sub(1, 1) == '(' then assert(debug.setlocal(1, n, {}) == nil) end end end return 'whole'"
  assert.equal(value(source), 'whole')
})

test('locals of C functions are out of reach', () => {
  const source = "local seen = 0 local function look() for level = 1, 5 do "
    + "local info = debug.getinfo(level, 'S') if info and info.what == 'C' then "
    + 'for n = 1, 20 do if debug.getlocal(level, n) then seen = seen + 1 end '
    + 'if debug.setlocal(level, n, 42) then seen = seen + 1 end end end end end '
    + "('abc'):gsub('.', look) table.sort({ 3, 1, 2 }, function(a, b) look() return a < b end) "
    + 'local co = coroutine.create(pcall) coroutine.resume(co, coroutine.yield) '
    + 'for n = 1, 10 do if debug.getlocal(co, 0, n) then seen = seen + 1 end '
    + 'if debug.getlocal(co, 1, n) then seen = seen + 1 end end return seen'
  assert.equal(value(source), 0n)
})

test('upvalues of C functions can be read, not set', () => {
  const source = "local f = string.gmatch('abc', '.') f() for i = 1, 5 do "
    + "assert(debug.setupvalue(f, i, nil) == nil) end return f()"
  assert.equal(value(source), 'b')
  assert.equal(value('local n = 1 local f = function() return n end debug.setupvalue(f, 1, 2) return f()'), 2n)
})

test('functions of the glue that a script gets hold of do no harm', () => {
  const source = "local f = debug.getinfo(2, 'f').func return select(2, pcall(f, 1, 2)), pcall(f)"
  assert.match(run(source).value.value ?? '', /only the host can start a script/)
})
