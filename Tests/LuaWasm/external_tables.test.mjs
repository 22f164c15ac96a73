// External tables: what a script does to them and what the host sees, the host's refusals included.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Host, decodeValue, encodeValue, luaModule } from './host.mjs'

function run(source, host = new Host(luaModule)) {
  const answer = host.run(source)
  assert.equal(answer.error, undefined, `${source}: ${answer.error}`)
  return answer
}
const value = (source, host) => run(source, host).value
const output = (source, host) => run(source, host).output
function error(source, host = new Host(luaModule)) {
  const answer = host.run(source)
  assert.notEqual(answer.error, undefined, `${source} gave ${JSON.stringify(answer.value, String)}`)
  return answer.error
}
/** The decoded entries of a table, by key. */
const entries = (host, id) =>
  Object.fromEntries([...(host.tables.get(id) ?? [])].map(([key, bytes]) => [key, decodeValue(bytes)]))

for (const [literal, expected] of [
  ['true', { type: 'boolean', value: true }],
  ['false', { type: 'boolean', value: false }],
  ['-7', { type: 'integer', value: -7n }],
  ['math.mininteger', { type: 'integer', value: -(2n ** 63n) }],
  ["''", { type: 'string', value: '' }],
  ["'a\\0b\\xff'", { type: 'string', value: 'a\0b\xff' }],
  ['print', { type: 'c-function', value: 0 }],
  ['utf8.char', undefined],
  ['math.random', undefined],
  ['_io', { type: 'table', value: 2 }],
]) {
  test(`stores ${literal} and reads it back`, () => {
    const host = new Host(luaModule)
    assert.equal(value(`_home.x = ${literal} return _home.x == ${literal}`, host).value, true)
    if (expected !== undefined) assert.deepEqual(entries(host, 1).x, expected)
  })
}

for (const literal of ['0.1', '-0.0', '1 / 0', '2^53', '1e-300']) {
  test(`stores the float ${literal} and reads the same bits back`, () => {
    const source = `_home.x = ${literal} return string.pack('<d', _home.x) == string.pack('<d', ${literal})`
    assert.equal(value(source).value, true)
    assert.equal(value(`_home.x = ${literal} return math.type(_home.x)`).value, 'float')
  })
}

test('NaN stays NaN', () => assert.equal(value('_home.x = 0/0 return _home.x ~= _home.x').value, true))

for (const [key, text] of [
  ["'name'", 'name'],
  ["''", ''],
  ["'a b'", 'a b'],
  ["'\\0\\xff'", '\0\xff'],
  ['1', '1'],
  ['-1', '-1'],
  ['math.mininteger', '-9223372036854775808'],
  ['1.0', '1'],
  ['2^53', '9007199254740992'],
  ['2^63', '9.223372036854776e+18'],
  ['0.1', '0.1'],
  ['1/3', '0.3333333333333333'],
  ['0.1 + 0.2', '0.30000000000000004'],
  ['-1.5', '-1.5'],
  ['math.huge', 'inf'],
]) {
  test(`key ${key} is the bytes ${JSON.stringify(text)}`, () => {
    const host = new Host(luaModule)
    assert.equal(value(`_home[${key}] = 'v' return _home[${key}]`, host).value, 'v')
    assert.deepEqual([...host.tables.get(1).keys()], [text])
  })
}

for (const key of ['true', '{}', 'print', 'nil', '0/0']) {
  test(`key ${key} is refused, reading and writing`, () => {
    assert.match(error(`return _home[${key}]`), /external table/)
    assert.match(error(`_home[${key}] = 1`), /external table/)
  })
}

test('nil deletes, also what is not there', () => {
  const host = new Host(luaModule)
  run('_home.x = 1 _home.y = 2 _home.x = nil _home.never = nil', host)
  assert.deepEqual([...host.tables.get(1).keys()], ['y'])
  run('_io.never = nil', host)
  assert.equal(host.tables.has(2), false)
})

test('a key that is not there reads nil, and so does a table without entries', () => {
  assert.equal(value('return _home.never').type, 'nil')
  assert.equal(value('return _io.never').type, 'nil')
  assert.equal(value('return ext.table().never').type, 'nil')
})

test('the length is the number of entries', () => {
  assert.equal(value('return #_home').value, 0n)
  assert.equal(value("_home.a = 1 _home.b = 2 _home[1] = 3 _home.b = nil return #_home").value, 2n)
})

test('ipairs and table functions work on integer keys', () => {
  assert.equal(
    output("_home.l = {} local l = _home.l for i = 1, 3 do table.insert(l, i * 10) end "
      + 'for i, v in ipairs(l) do print(i, v) end print(table.concat(l, ","), table.unpack(l))'),
    '1\t10\n2\t20\n3\t30\n10,20,30\t10\t20\t30\n')
})

// --- pairs ---

test('pairs lists keys and values, integer keys as integers', () => {
  const source = "_home.a = 1 _home[2] = 'two' _home['3.5'] = true _home['04'] = 4 "
    + 'for k, v in pairs(_home) do print(math.type(k) or type(k), k, v) end'
  assert.equal(output(source), 'string\ta\t1\ninteger\t2\ttwo\nstring\t3.5\ttrue\nstring\t04\t4\n')
})

for (const [keys, expected] of [
  [[], []],
  [[''], ['']],
  [['', 'a'], ['', 'a']],
  [['a', ''], ['a', '']],
  [['a', '', 'b'], ['a', '', 'b']],
]) {
  test(`pairs over the keys ${JSON.stringify(keys)}`, () => {
    const host = new Host(luaModule)
    for (const key of keys) run(`_home['${key}'] = true`, host)
    assert.equal(
      output('for k in pairs(_home) do io.write("<", k, ">") end', host),
      expected.map((key) => `<${key}>`).join(''))
  })
}

test('while pairs runs, entries may be deleted, changed and added', () => {
  const source = 'for i = 1, 5 do _home[i] = i end local n = 0 '
    + 'for k, v in pairs(_home) do n = n + v _home[k] = nil _home[6 - k] = nil _home.new = 1 end return n'
  assert.equal(value(source).value, 6n)
})

test('pairs lists thousands of keys', () => {
  const source = "for i = 1, 20000 do _home['some longer key number ' .. i] = i end "
    + 'local n = 0 for k, v in pairs(_home) do n = n + v end return n'
  assert.equal(value(source).value, 200010000n)
})

test('an iterator is used up once it has ended', () => {
  assert.equal(
    output('_home.a = 1 local f, s, c = pairs(_home) print(f(s, c)) print(f(s, c)) print(f(s, c))'),
    'a\t1\n\n\n')
})

// --- identity ---

test('two references to the same table are equal, and print its id', () => {
  assert.equal(value('_home.t = {} return _home.t == _home.t').value, true)
  assert.equal(value('_home.t = {} return _home.t == _home').value, false)
  assert.equal(value('return _home == 1').value, false)
  assert.equal(output('print(_home, _io)'), 'external table 1\texternal table 2\n')
})

test('a forged id is an error, not an access', () => {
  for (const id of ['0', '-1', '2^32', "'x'", 'nil', '1.5', '4294967296']) {
    assert.match(error(`local t = ext.table() rawset(t, '__ext_table_id', ${id}) return t.x`), /valid __ext_table_id/)
  }
  assert.match(error("getmetatable(_home).__index({}, 'x')"), /external table expected/)
})

test('ext.table gives fresh tables from 3 up', () => {
  const host = new Host(luaModule)
  assert.equal(
    output('local a, b = ext.table(), ext.table() print(a.__ext_table_id, b.__ext_table_id) b.x = 1', host),
    '3\t4\n')
  assert.deepEqual(entries(host, 4), { x: { type: 'integer', value: 1n } })
})

test('a table id that the host gives is never given again', () => {
  const host = new Host(luaModule)
  host.tables.set(1, new Map([['t', encodeValue({ type: 'table', value: 50 })]]))
  assert.equal(value('local t = _home.t return ext.table().__ext_table_id', host).value, 51n)
})

// --- conversion ---

test('a plain table becomes external, tables inside it first', () => {
  const host = new Host(luaModule)
  run("_home.t = { 1, 2.5, 'x', inner = { deep = { true } } }", host)
  const id = entries(host, 1).t.value
  const table = entries(host, id)
  assert.deepEqual(table[1], { type: 'integer', value: 1n })
  assert.equal(table[2].value, 2.5)
  const inner = entries(host, table.inner.value)
  assert.deepEqual(entries(host, inner.deep.value), { 1: { type: 'boolean', value: true } })
})

test('the plain table itself stays what it was', () => {
  assert.equal(value('local t = { 1 } _home.t = t t[2] = 2 return #_home.t').value, 1n)
  assert.equal(value('local t = { {} } _home.t = t return getmetatable(t[1]) == nil').value, true)
})

test('a cycle stays a cycle and a shared table shared', () => {
  assert.equal(value('local t = {} t.self = t _home.t = t return _home.t.self.self == _home.t').value, true)
  assert.equal(
    value('local s = {} _home.t = { a = s, b = s } _home.t.a.x = 5 return _home.t.b.x').value, 5n)
  const source = 'local t = {} for i = 1, 31 do t = { t, t } end _home.t = t return ext.table().__ext_table_id'
  assert.equal(value(source).value, 35n)
})

test('tables nested 32 deep are stored, deeper ones refused', () => {
  const nest = (depth) => `local t = {} for i = 2, ${depth} do t = { t } end _home.t = t`
  run(nest(32))
  assert.match(error(nest(33)), /nested deeper than 32/)
  const host = new Host(luaModule)
  assert.match(error(`${nest(100)}`, host), /nested deeper than 32/)
  assert.equal(value('return 1', host).value, 1n)
})

for (const [source, message] of [
  ['_home.x = coroutine.create(print)', /a thread cannot be passed/],
  ['_home.x = io.stdout', /a userdata cannot be passed/],
  ["_home.x = string.gmatch('', '')", /only standard functions/],
  ['_home.x = { [true] = 1 }', /strings or numbers, not a boolean/],
  ['_home.x = { f = io.stdout }', /a userdata cannot be passed/],
]) {
  test(`refuses ${source}`, () => assert.match(error(source), message))
}

test('a value of 65,536 encoded bytes is the longest that is stored', () => {
  const host = new Host(luaModule)
  assert.equal(value("_home.x = ('x'):rep(65531) return #_home.x", host).value, 65531n)
  assert.match(error("_home.x = ('x'):rep(65532)", host), /65537 bytes is too long/)
  assert.equal(value('return #_home.x', host).value, 65531n)
})

// --- functions ---

test('a Lua function is stored and read back with its globals', () => {
  const host = new Host(luaModule)
  run('factor = 3 _home.f = function(x) return x * factor end', host)
  assert.equal(entries(host, 1).f.type, 'function')
  assert.equal(value('return _home.f(14)', host).value, 42n)
  assert.match(error('_home.g = function() error("in g") end _home.g()', host), /^script:1: in g$/)
})

test('upvalues of a stored function are nil when it is read back, globals stay reachable', () => {
  const source = "local n = 5 _home.f = function() return n, _ENV == _G, type(print) end "
    + 'local a, b, c = _home.f() print(a, b, c)'
  assert.equal(output(source), 'nil\ttrue\tfunction\n')
})

test('a function stored by one instance works in the next', () => {
  const first = new Host(luaModule)
  run('_home.f = function(a, b) return a + b end', first)
  run('_home.stripped = load(string.dump(function(...) return select("#", ...), type(print) end, true))', first)
  run('_home.nested = { { g = function(n) return function() n = n + 1 return n end end } }', first)
  const next = new Host(luaModule)
  next.tables = first.tables
  assert.equal(value('return _home.f(20, 22)', next).value, 42n)
  assert.equal(output('print(_home.stripped(1, nil))', next), '2\tfunction\n')
  assert.equal(output('local c = _home.nested[1].g(5) print(c(), c())', next), '6\t7\n')
  // What was read can be stored and answered again.
  run('_home.again = _home.f', next)
  assert.deepEqual(entries(next, 1).again, entries(next, 1).f)
  assert.equal(value('return load(string.dump(_home.again))(1, 2)', next).value, 3n)
})

test('a stored function that was altered is refused in any instance, and the state goes on', () => {
  const first = new Host(luaModule)
  run('_home.f = function() return 1 end', first)
  const stored = entries(first, 1).f.value
  const refused = /stored function was not made by this build, or is damaged; store it again/
  for (const host of [first, new Host(luaModule)]) {
    const give = (bytes) => host.tables.set(1, new Map([['f', encodeValue({ type: 'function', value: bytes })]]))
    for (let position = 0; position < stored.length; position++) {
      const flipped = String.fromCharCode(stored.charCodeAt(position) ^ 1)
      give(stored.slice(0, position) + flipped + stored.slice(position + 1))
      assert.match(error('return _home.f', host), refused)
    }
    for (const bytes of ['', '\x1bLua', stored.slice(0, 32), stored.slice(1), stored.slice(0, -1), stored + 'x']) {
      give(bytes)
      assert.match(error('return _home.f', host), refused)
    }
    give(stored)
    assert.equal(value('return _home.f()', host).value, 1n)
  }
})

test('bytecode without a seal is accepted only by the state that dumped it', () => {
  const host = new Host(luaModule)
  const bytecode = value('return function() return 1 end', host).value
  const other = new Host(luaModule)
  for (const each of [host, other]) {
    each.tables.set(1, new Map([['f', encodeValue({ type: 'function', value: bytecode })]]))
  }
  assert.equal(value('return _home.f()', host).value, 1n)
  assert.match(error('return _home.f', other), /not made by this build/)
})

test('the bytes of a stored function are nothing that load takes', () => {
  const host = new Host(luaModule)
  run('_home.f = function() return 1 end', host)
  const sealed = entries(host, 1).f.value
  host.tables.get(1).set('s', encodeValue({ type: 'string', value: sealed }))
  assert.match(output('print(load(_home.s))', host), /^nil\tbinary chunk was not made by this state/)
  // Nor does a string that a script stores come back as a function.
  assert.equal(value('_home.t = _home.s return type(_home.t)', host).value, 'string')
})

// --- what the host does ---

for (const answer of [-1, 1, -2147483648]) {
  test(`a set that answers ${answer} is an error in the script`, () => {
    const host = new Host(luaModule, { hooks: { js_ext_table_set: () => answer } })
    assert.match(error('_home.x = 1', host), /host refused to store key 'x' in external table 1/)
    assert.match(error('return { 1 }', host), /host refused/)
    assert.equal(value('return pcall(function() _home.x = 1 end)', host).type, 'string')
  })
}

for (const answer of [-1, 0, -5]) {
  test(`a get that answers ${answer} reads nil`, () => {
    const host = new Host(luaModule, { hooks: { js_ext_table_get: () => answer } })
    assert.equal(value('return _home.x', host).type, 'nil')
  })
}

test('a get that claims more bytes than there is room for is an error', () => {
  for (const answer of [65537, 1e9]) {
    const host = new Host(luaModule, { hooks: { js_ext_table_get: () => answer } })
    assert.match(error('return _home.x', host), /more bytes than there is room for/)
  }
})

test('delete, size and keys that fail do no harm', () => {
  const hooks = {
    js_ext_table_delete: () => -1, js_ext_table_size: () => -1, js_ext_table_keys: () => -1,
  }
  const host = new Host(luaModule, { hooks })
  run('_home.x = 1 _home.x = nil', host)
  assert.equal(value('return #_home', host).value, 0n)
  assert.equal(value('local n = 0 for k in pairs(_home) do n = n + 1 end return n', host).value, 0n)
  host.exports.clear_io_table()
})

test('keys that never fit end in an error, not in a loop', () => {
  const host = new Host(luaModule, { hooks: { js_ext_table_keys: () => -1, js_ext_table_size: () => 5 } })
  assert.match(error('for k in pairs(_home) do end', host), /more keys than can be listed/)
  assert.equal(value('return 1', host).value, 1n)
})

for (const bytes of [
  [8], [255], [0, 0], [1], [1, 0, 0], [2, 1], [2, ...Array(9).fill(0)], [3, 0, 0, 0], [4], [4, 1, 0, 0],
  [4, 2, 0, 0, 0, 65], [4, 0, 0, 0, 0, 65], [4, 255, 255, 255, 255, 65], [5, 0, 0, 0, 0], [5, 9, 0, 0, 0, 27],
  [6, 0], [6, 255, 255], [6, 22 /* math.atan2 */, 0, 0], [7, 0, 0, 0, 0], [7, 1, 0, 0], [7, 1, 0, 0, 0, 0],
]) {
  test(`bytes [${bytes}] from the host are an error`, () => {
    const host = new Host(luaModule)
    host.tables.set(1, new Map([['x', Buffer.from(bytes)]]))
    assert.match(error('return _home.x', host), /no value|not in this build|not made by this build/)
    assert.equal(value('return 1', host).value, 1n)
  })
}

test('every standard function that is there is stored by its own index and read back', () => {
  const host = new Host(luaModule)
  const source = "local n = 0 for name, lib in pairs(package.loaded) do for key, f in pairs(lib) do "
    + "if type(f) == 'function' and debug.getinfo(f, 'S').what == 'C' then "
    + "local ok, problem = pcall(function() _home[name .. '.' .. key] = f end) "
    + "if ok then assert(_home[name .. '.' .. key] == f, key) n = n + 1 else io.write(name, '.', key, ' ') end "
    + 'end end end return n'
  const { output: refused, value: count } = run(source, host)
  assert.ok(count.value >= 106n, `${count.value}`)
  for (const name of refused.trim().split(' ')) {
    assert.match(
      name,
      /^(_G\.(dofile|loadfile)|io\.(close|input|lines|open|output|popen|read|tmpfile)|debug\.(debug|getregistry)|os\.(execute|exit|getenv|remove|rename|setlocale|tmpname)|package\.(loadlib|searchpath))$/)
  }
})

test('finalizers that use external tables do not disturb what is being stored', () => {
  const source = "local function junk() setmetatable({}, { __gc = function() _home.gc = ('z'):rep(100) "
    + 'local _ = _home.gc end }) end '
    + "for i = 1, 3000 do junk() _home[i + 0.5] = 'value ' .. i "
    + "assert(_home[i + 0.5] == 'value ' .. i) if i % 50 == 0 then collectgarbage() end end return #_home"
  assert.equal(value(source).value, 3001n)
})

test('the calls that the host sees are those that the script makes', () => {
  const host = new Host(luaModule)
  host.trace = []
  run('_home.a = 1 local b = _home.a local n = #_home _home.a = nil for k in pairs(_home) do end', host)
  assert.deepEqual(
    host.trace.map(([name]) => name.replace('js_ext_table_', '')),
    ['set', 'get', 'size', 'delete', 'keys', 'size'])
})
