// The contract between lua.wasm and a host: imports, exports, the answer of compute.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import test from 'node:test'
import { BUFFER_SIZE, Host, luaModule, modulePath, textOf } from './host.mjs'

const OUTPUT_LIMIT = 63488

function value(source, host = new Host(luaModule)) {
  const answer = host.run(source)
  assert.equal(answer.error, undefined, `${source}: ${answer.error}`)
  return answer.value
}

function error(source, host = new Host(luaModule)) {
  const answer = host.run(source)
  assert.notEqual(answer.error, undefined, `${source} gave ${JSON.stringify(answer.value, String)}`)
  return answer.error
}

test('imports the five functions of external tables and nothing else', () => {
  const imports = WebAssembly.Module.imports(luaModule)
  assert.deepEqual(
    imports.map(({ module, name, kind }) => `${module}.${name} ${kind}`).sort(),
    ['delete', 'get', 'keys', 'set', 'size'].map((name) => `env.js_ext_table_${name} function`)
  )
})

test('exports what the contract names and nothing else', () => {
  const exports = WebAssembly.Module.exports(luaModule)
  assert.deepEqual(
    exports.map(({ name, kind }) => `${name} ${kind}`).sort(),
    [
      'attach_memory_table', 'clear_io_table', 'compute', 'get_buffer_ptr', 'get_buffer_size',
      'get_io_table_id', 'get_memory_stats', 'get_memory_table_id', 'init', 'run_gc',
      'set_memory_alias_enabled', 'sync_external_table_counter',
    ].map((name) => `${name} function`).concat('memory memory').sort()
  )
})

test('carries names and no other custom section', () => {
  assert.equal(WebAssembly.Module.customSections(luaModule, 'name').length, 1)
  for (const name of ['producers', 'target_features', '.debug_info', 'linking']) {
    assert.equal(WebAssembly.Module.customSections(luaModule, name).length, 0, name)
  }
  const names = textOf(Buffer.from(WebAssembly.Module.customSections(luaModule, 'name')[0]))
  for (const name of ['luaV_execute', 'luaD_throw', 'compute']) assert.ok(names.includes(name), name)
})

test('holds no path of the machine that built it', () => {
  const bytes = textOf(fs.readFileSync(modulePath))
  assert.doesNotMatch(bytes, /\/(home|root|work|tmp|usr|build)\//)
})

test('init answers 0, also when called again', () => {
  const host = new Host(luaModule, { init: false })
  assert.equal(host.exports.init(), 0)
  host.run('kept = 7')
  assert.equal(host.exports.init(), 0)
  assert.equal(value('return kept', host).value, 7n)
})

test('before init, compute says so and the other exports do nothing', () => {
  const host = new Host(luaModule, { init: false })
  assert.match(host.run('return 1').error, /not initialized/)
  host.exports.run_gc()
  host.exports.clear_io_table()
  assert.equal(host.exports.get_memory_table_id(), 0)
  assert.equal(host.exports.get_io_table_id(), 0)
  assert.equal(host.exports.init(), 0)
  assert.equal(value('return 1', host).value, 1n)
})

test('the buffer has 65,536 bytes inside memory', () => {
  const host = new Host(luaModule)
  assert.equal(host.exports.get_buffer_size(), BUFFER_SIZE)
  const address = host.exports.get_buffer_ptr()
  assert.notEqual(host.slice(address, BUFFER_SIZE), null)
})

test('memory starts at 2 MiB and ends at 32 MiB', () => {
  const host = new Host(luaModule)
  assert.equal(host.exports.memory.buffer.byteLength, 2 << 20)
  error("local t = {} for i = 1, 1e9 do t[i] = i end", host)
  assert.ok(host.exports.memory.buffer.byteLength <= 32 << 20)
  assert.throws(() => host.exports.memory.grow(512))
})

test('memory statistics: buffer size, bytes in use, pages', () => {
  const host = new Host(luaModule)
  const address = host.exports.get_buffer_ptr()
  const read = () => {
    host.exports.get_memory_stats(address)
    const view = new DataView(host.exports.memory.buffer, address, 12)
    return [0, 4, 8].map((offset) => view.getUint32(offset, true))
  }
  const [size, atStart, pages] = read()
  assert.equal(size, BUFFER_SIZE)
  assert.equal(pages, host.exports.memory.buffer.byteLength / 65536)
  assert.ok(atStart > 10_000 && atStart < 100_000, `${atStart} bytes`)
  host.run("big = ('x'):rep(1e6)")
  const withString = read()[1]
  assert.ok(withString > atStart + 1e6)
  host.run('big = nil')
  host.exports.run_gc()
  assert.ok(read()[1] < atStart + 10_000)
})

test('memory statistics at an address outside of memory write nothing', () => {
  const host = new Host(luaModule)
  const end = host.exports.memory.buffer.byteLength
  for (const address of [end, end - 11, -1, -12]) host.exports.get_memory_stats(address)
  host.exports.get_memory_stats(end - 12)
  assert.equal(new DataView(host.exports.memory.buffer).getUint32(end - 12, true), BUFFER_SIZE)
})

// --- values ---

const inf = Infinity
for (const [source, expected] of [
  ['return nil', { type: 'nil' }],
  ['return', { type: 'nil' }],
  ['local x = 1', { type: 'nil' }],
  ['-- nothing', { type: 'nil' }],
  ['return true', { type: 'boolean', value: true }],
  ['return false', { type: 'boolean', value: false }],
  ['return 2 + 2', { type: 'integer', value: 4n }],
  ['return math.mininteger', { type: 'integer', value: -(2n ** 63n) }],
  ['return math.maxinteger', { type: 'integer', value: 2n ** 63n - 1n }],
  ["return 'Hello ' .. 'from Lua!'", { type: 'string', value: 'Hello from Lua!' }],
  ["return ''", { type: 'string', value: '' }],
  ["return 'a\\0b\\xff'", { type: 'string', value: 'a\0b\xff' }],
  ['return 1, 2, 3', { type: 'integer', value: 3n }],
  ['return 1, nil', { type: 'nil' }],
  ['return nil, 1', { type: 'integer', value: 1n }],
  ['return table.unpack({1, 2, 3}, 1, 100)', { type: 'nil' }],
]) {
  test(`answers ${source}`, () => assert.deepEqual(value(source), expected))
}

for (const [source, number] of [
  ['1 / 0', inf],
  ['-1 / 0', -inf],
  ['10 / 2', 5],
  ['-0.0', -0],
  ['0.1', 0.1],
  ['2^63', 2 ** 63],
  ['5e-324', 5e-324],
  ['math.huge - math.huge', NaN],
]) {
  test(`answers the float ${source}`, () => {
    const answer = value(`return ${source}`)
    assert.equal(answer.type, 'float')
    assert.ok(Object.is(answer.value, number), `${answer.value}`)
  })
}

test('a Lua function answers its bytecode, a standard function its index', () => {
  const answer = value('return function(a) return a + 1 end')
  assert.equal(answer.type, 'function')
  assert.match(answer.value, /^\x1bLua/)
  assert.deepEqual(value('return print'), { type: 'c-function', value: 0 })
  assert.deepEqual(value('return string.format'), { type: 'c-function', value: 51 })
  assert.deepEqual(value('return table.sort'), { type: 'c-function', value: 65 })
  assert.deepEqual(value('print = nil string.format = nil return ({}).x, ("").format'), { type: 'nil' })
})

test('the index of a standard function stays when a script replaces others', () => {
  assert.deepEqual(
    value('local f = math.sin string.format = f math.sin = print return f'),
    { type: 'c-function', value: 42 })
})

test('a plain table answers an external one with its contents', () => {
  const host = new Host(luaModule)
  const answer = value("return { 10, 20, name = 'x', inner = { true } }", host)
  assert.equal(answer.type, 'table')
  const table = host.tables.get(answer.value)
  assert.deepEqual([...table.keys()].sort(), ['1', '2', 'inner', 'name'])
})

for (const source of ['return coroutine.create(print)', 'return io.stdout', 'return string.gmatch("", "")']) {
  test(`refuses to answer: ${source}`, () => assert.match(error(source), /passed to the host/))
}

// --- errors ---

for (const [source, expected] of [
  ["error('boom')", 'script:1: boom'],
  ["\n\nerror('boom', 0)", 'boom'],
  // Lua 5.5 makes a message of its own where the error object is nil.
  ['error()', /^(\(error object is a nil value\)|<no error object>)$/],
  ['error(nil)', /^(\(error object is a nil value\)|<no error object>)$/],
  ['error({})', '(error object is a table value)'],
  ['error(print)', '(error object is a function value)'],
  ['error(true)', '(error object is a boolean value)'],
  ['error(coroutine.create(print))', '(error object is a thread value)'],
  ['error(42)', '42'],
  ['error(1.5)', '1.5'],
  ["error(setmetatable({}, { __tostring = function() return 'described' end }))", 'described'],
  ["error(setmetatable({}, { __tostring = function() return {} end }))", "'__tostring' must return a string"],
  ["error(setmetatable({}, { __tostring = function() error('again', 0) end }))", 'again'],
  ["error(setmetatable({}, { __tostring = function() error({}) end }))", '(error object could not be described)'],
  ['return 7 // 0', 'script:1: attempt to divide by zero'],
  ['return 7 % 0', "script:1: attempt to perform 'n%0'"],
  ['return {} + 1', 'script:1: attempt to perform arithmetic on a table value'],
  ['local t = nil; return t.x', "script:1: attempt to index a nil value (local 't')"],
  ['undefined()', "script:1: attempt to call a nil value (global 'undefined')"],
  ['return 1 +', "script:1: unexpected symbol near <eof>"],
  ['x = = 1', "script:1: unexpected symbol near '='"],
  ["return 'unfinished", 'script:1: unfinished string near <eof>'],
  ['coroutine.yield(1)', 'attempt to yield from outside a coroutine'],
  ["return coroutine.wrap(function() error('inside', 0) end)()", 'script:1: inside'],
  ['local x <close> = 42', "script:1: variable 'x' got a non-closable value"],
  ["local x <close> = setmetatable({}, { __close = function() error('closing', 0) end })", 'closing'],
  ['goto nowhere', "script:1: no visible label 'nowhere' for <goto> at line 1"],
  ["\x1bLua", "attempt to load a binary chunk (mode is 't')"],
]) {
  test(`reports ${JSON.stringify(source)}`, () => {
    if (expected instanceof RegExp) assert.match(error(source), expected)
    else assert.equal(error(source), expected)
  })
}

test('after an error the state goes on, with what was set before it', () => {
  const host = new Host(luaModule)
  assert.equal(error("kept = 'yes' error('x', 0)", host), 'x')
  assert.equal(value('return kept', host).value, 'yes')
})

test('pcall, xpcall, error objects and coroutines catch what they should', () => {
  const host = new Host(luaModule)
  assert.equal(value("return select(2, pcall(error, 'caught'))", host).value, 'caught')
  assert.equal(value("local t = {} return select(2, pcall(error, t)) == t", host).value, true)
  assert.match(
    value("return select(2, xpcall(error, debug.traceback, 'deep'))", host).value,
    /^deep\nstack traceback:/)
  assert.equal(
    value(
      "local co = coroutine.create(function() local ok = pcall(function() coroutine.yield(1) error('x') end) "
        + 'return ok end) coroutine.resume(co) return select(2, coroutine.resume(co))',
      host).value,
    false)
  assert.equal(
    value('local n = 0 for i = 1, 10000 do if not pcall(error) then n = n + 1 end end return n', host).value,
    10000n)
})

test('an error message longer than the buffer is cut, with three dots at its end', () => {
  const host = new Host(luaModule)
  const exact = error("error(('e'):rep(65536), 0)", host)
  assert.equal(exact.length, BUFFER_SIZE)
  assert.ok(exact.endsWith('eeee'))
  const cut = error("error(('e'):rep(65537), 0)", host)
  assert.equal(cut.length, BUFFER_SIZE)
  assert.ok(cut.endsWith('e...'))
})

// --- output ---

for (const [source, output] of [
  ["print('a', 1, 2.0, nil, true)", 'a\t1\t2.0\tnil\ttrue\n'],
  ['print()', '\n'],
  ["io.write('a', 1, 2.5)", 'a12.5'],
  ["io.stdout:write('x'):write('y')", 'xy'],
  ["io.stderr:write('err')", 'err'],
  ["print(setmetatable({}, { __tostring = function() return 'T' end }))", 'T\n'],
  ["print(setmetatable({}, { __name = 'N' }) ~= nil)", 'true\n'],
  ["print('\\0\\xff')", '\0\xff\n'],
  ["warn('not shown')", ''],
  ["warn('@on') warn('a', 'b') warn('@off') warn('c')", 'Lua warning: ab\n'],
  ["print(('x'):rep(63487))", 'x'.repeat(63487) + '\n'],
  ["print(('x'):rep(63488))", 'x'.repeat(OUTPUT_LIMIT) + '...'],
  ["for i = 1, 7000 do io.write('0123456789') end", '0123456789'.repeat(7000).slice(0, OUTPUT_LIMIT) + '...'],
]) {
  test(`captures ${source}`, () => {
    const answer = new Host(luaModule).run(source)
    assert.deepEqual(answer, { output, value: { type: 'nil' } })
  })
}

test('output and value come together, and the next answer starts empty', () => {
  const host = new Host(luaModule)
  assert.deepEqual(host.run("print('one') return 1"), { output: 'one\n', value: { type: 'integer', value: 1n } })
  assert.deepEqual(host.run('return 2'), { output: '', value: { type: 'integer', value: 2n } })
})

test('output that was cut still leaves a whole value behind it', () => {
  assert.deepEqual(new Host(luaModule).run("io.write(('x'):rep(1e5)) return 'end'"), {
    output: 'x'.repeat(OUTPUT_LIMIT) + '...',
    value: { type: 'string', value: 'end' },
  })
})

// --- the buffer's edges ---

const padded = (length, tail) => Buffer.concat([Buffer.alloc(length - tail.length, ' '), Buffer.from(tail)])

test('source of 0 bytes answers 0', () => {
  const host = new Host(luaModule)
  assert.equal(host.computeRaw(''), 0)
  assert.equal(host.exports.compute(-1, 0), 0)
})

for (const length of [1, 65535, 65536]) {
  test(`source of ${length} bytes runs`, () => {
    const host = new Host(luaModule)
    const source = length === 1 ? ';' : padded(length, 'return 1')
    assert.equal(host.run(source).value.type, length === 1 ? 'nil' : 'integer')
  })
}

test('source of more than 65,536 bytes is refused', () => {
  const host = new Host(luaModule)
  const address = host.exports.get_buffer_ptr()
  for (const length of [65537, 1 << 20, -1]) {
    assert.match(host.decode(host.exports.compute(address, length)).error, /longer than 65536 bytes/)
  }
  assert.equal(value('return 1', host).value, 1n)
})

test('compute takes the source from the address that it is given', () => {
  const host = new Host(luaModule)
  host.exports.memory.grow(1)
  const address = host.exports.memory.buffer.byteLength - 65536
  const source = Buffer.from("return 'elsewhere'")
  host.memory.set(source, address)
  host.memory.set(Buffer.from("return 'in the buffer'"), host.exports.get_buffer_ptr())
  assert.equal(host.decode(host.exports.compute(address, source.length)).value.value, 'elsewhere')
})

test('source that does not lie in memory is refused', () => {
  const host = new Host(luaModule)
  const end = host.exports.memory.buffer.byteLength
  for (const address of [end - 3, end, -1, -4]) {
    assert.match(host.decode(host.exports.compute(address, 4)).error, /outside of the module's memory/)
  }
  assert.equal(value('return 1', host).value, 1n)
})

test('a string of 65,527 bytes is the longest that an answer holds', () => {
  const host = new Host(luaModule)
  assert.equal(host.computeRaw("return ('x'):rep(65527)"), BUFFER_SIZE)
  assert.equal(value("return ('x'):rep(65527)", host).value, 'x'.repeat(65527))
  assert.match(error("return ('x'):rep(65528)", host), /does not fit/)
  assert.match(error("print('12345678') return ('x'):rep(65519)", host), /does not fit/)
  assert.equal(value("print('1234567') return ('x'):rep(65519)", host).value.length, 65519)
})

test('bytes of the source that are no text are passed as they are', () => {
  const host = new Host(luaModule)
  const source = Buffer.concat([Buffer.from("return '"), Buffer.from([0xff, 0x80, 0xc3]), Buffer.from("'")])
  assert.equal(value(source, host).value, '\xff\x80\xc3')
})

// --- _home, _io ---

test('the reference program: two values, a counter, infinity', () => {
  const host = new Host(luaModule)
  assert.equal(value('return 2 + 2', host).value, 4n)
  const greeting = host.computeRaw("return 'Hello ' .. 'from Lua!'") - 4
  assert.equal(greeting, 20)
  const count = '_home.counter = (_home.counter or 0) + 1; return _home.counter'
  assert.equal(value(count, host).value, 1n)
  assert.equal(value(count, host).value, 2n)
  assert.equal(value('return 1 / 0', host).value, Infinity)
  assert.equal(host.tables.get(1).get('counter').length, 9)
})

test('_home is table 1 and also Memory, _io is table 2', () => {
  const host = new Host(luaModule)
  assert.equal(host.exports.get_memory_table_id(), 1)
  assert.equal(host.exports.get_io_table_id(), 2)
  assert.equal(value('return _home.__ext_table_id', host).value, 1n)
  assert.equal(value('return _io.__ext_table_id', host).value, 2n)
  assert.equal(value('return Memory == _home', host).value, true)
})

test('the alias Memory goes and comes with set_memory_alias_enabled', () => {
  const host = new Host(luaModule, { init: false })
  host.exports.set_memory_alias_enabled(0)
  host.exports.init()
  assert.equal(value('return Memory', host).type, 'nil')
  host.exports.set_memory_alias_enabled(1)
  assert.equal(value('return Memory == _home', host).value, true)
  host.exports.set_memory_alias_enabled(0)
  assert.equal(value('return Memory', host).type, 'nil')
})

test('attach_memory_table puts another table behind _home', () => {
  const host = new Host(luaModule)
  host.run("_home.x = 'first'")
  host.exports.attach_memory_table(9)
  assert.equal(host.exports.get_memory_table_id(), 9)
  assert.equal(value('return _home.x', host).type, 'nil')
  assert.equal(value('Memory.x = 5 return _home.x', host).value, 5n)
  assert.ok(host.tables.get(9).has('x'))
  host.exports.attach_memory_table(0)
  assert.equal(host.exports.get_memory_table_id(), 9)
  host.exports.attach_memory_table(1)
  assert.equal(value('return _home.x', host).value, 'first')
  assert.equal(value('return ext.table().__ext_table_id', host).value, 10n)
})

test('attach_memory_table before init decides what _home is', () => {
  const host = new Host(luaModule, { init: false })
  host.exports.attach_memory_table(7)
  host.exports.init()
  assert.equal(host.exports.get_memory_table_id(), 7)
  assert.equal(value('return _home.__ext_table_id', host).value, 7n)
})

test('clear_io_table empties _io and nothing else', () => {
  const host = new Host(luaModule)
  host.run("_io.input = 1 _io.output = 2 _io.meta = 3 _io.more = 4 _home.kept = 5")
  host.exports.clear_io_table()
  assert.equal(host.tables.get(2).size, 0)
  assert.equal(host.tables.get(1).size, 1)
})

test('sync_external_table_counter moves the next id up, never down', () => {
  const host = new Host(luaModule)
  host.exports.sync_external_table_counter(100)
  assert.equal(value('return ext.table().__ext_table_id', host).value, 100n)
  host.exports.sync_external_table_counter(5)
  assert.equal(value('return ext.table().__ext_table_id', host).value, 101n)
  host.exports.sync_external_table_counter(-2)
  assert.equal(value('return ext.table().__ext_table_id', host).value, 0xfffffffen)
  assert.match(error('return ext.table()', host), /no external table id is left/)
  assert.equal(value('return 1', host).value, 1n)
})

test('run_gc collects and runs finalizers, whose errors no one sees', () => {
  const host = new Host(luaModule)
  host.run(
    "setmetatable({}, { __gc = function() collected = true end }) "
      + "setmetatable({}, { __gc = function() error('in a finalizer') end })")
  host.exports.run_gc()
  assert.equal(value('return collected', host).value, true)
})

test('two instances of the module know nothing of each other', () => {
  const [one, two] = [new Host(luaModule), new Host(luaModule)]
  one.run('x = 1')
  assert.equal(value('return x', two).type, 'nil')
})

test('the same scripts give the same memory, byte for byte', () => {
  const run = () => {
    const host = new Host(luaModule)
    host.run("local t = {} for i = 1, 1000 do t['k' .. i] = i end s = '' for k in pairs(t) do s = s .. k end")
    host.run("print({}, print, coroutine.create(print)) math.randomseed() r = math.random(1e9) error({})")
    return host.memory.slice()
  }
  assert.ok(Buffer.compare(run(), run()) === 0)
})
