// Lua's own test suite, from the folder in LUA_TESTS (the release's `testes`). Skipped without it.
//
// The suite is written for a host with files and for the internal tests of a special build; with `_port` and
// `_soft` it leaves most of that out itself. What remains is listed here, each with its reason.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { Host, encodeValue, luaModule } from './host.mjs'

const folder = process.env.LUA_TESTS

/** Files that have nothing to run here. */
const leftOut = {
  'all.lua': 'runs the other files by name',
  'api.lua': 'needs the internal test library',
  'attrib.lua': 'writes module files and requires them',
  'code.lua': 'needs the internal test library',
  'files.lua': 'is about files',
  'heavy.lua': 'wants gigabytes',
  'main.lua': 'starts the stand-alone interpreter',
  'memerr.lua': 'needs the internal test library',
  'verybig.lua': 'writes and runs a large file',
}

/** Modules that the files require. */
const modules = ['bwcoercion', 'tracegc']

const noRegistry = 'the registry is out of reach'
const noTemporaries = 'locals of C functions and temporaries are out of reach'
const oneStream = 'io has one stream, with no file behind it'

/** Passages that do not apply: [text, replacement, reason]. */
const edits = {
  'calls.lua': [
    ['string.find(msg, "truncated")', 'msg', 'a truncated chunk is refused as one that this state did not make'],
  ],
  'db.lua': [
    ["assert(getmetatable(debug.getregistry()._HOOKKEY).__mode == 'k')", '', noRegistry],
    ['assert(type(debug.getregistry()) == "table")', '', noRegistry],
    ['assert(v == 0 and n == "(C temporary)")', 'assert(not n)', noTemporaries],
    ['assert(v == 2 and n == "(C temporary)")', 'assert(not n)', noTemporaries],
    ['assert(g(0,0) == 30)', 'assert(g(0,0) == 21)', noTemporaries],
    ['eqseq(inp, {3}); eqseq(out, {math.sin(3)})', '', noTemporaries],
    ['eqseq(inp, {2, 10, 20, 30, 40}); eqseq(out, {20, 30, 40})', '', noTemporaries],
  ],
  'errors.lua': [
    ['checkmessage("io.input(XX)", "(FILE* expected, got My Type)")', '', oneStream],
    ['checkmessage("getmetatable(io.stdin).__gc()", "no value")', '', oneStream],
  ],
}

/** What the suite takes for granted: its switches, and a C library with one locale. */
const prelude = `
  _port, _soft, _nomsg, _U = true, true, true, true
  os.setlocale = function(name) return (name == nil or name == '' or name == 'C') and 'C' or nil end`

/** Hands a text of any length to a script, as the local variable `text`. */
function give(host, text) {
  const parts = text.match(/[^]{1,60000}/g) ?? []
  const store = (id, key, value) => {
    if (!host.tables.has(id)) host.tables.set(id, new Map())
    host.tables.get(id).set(key, encodeValue(value))
  }
  parts.forEach((value, index) => store(1000, String(index + 1), { type: 'string', value }))
  store(1, 'source', { type: 'table', value: 1000 })
  return `local text = table.concat(_home.source, '', 1, ${parts.length}) _home.source = nil `
}

function run(host, source) {
  const { error } = host.run(source)
  assert.equal(error, undefined, error)
}

const files = folder === undefined ? [] : fs.readdirSync(folder).filter((name) => name.endsWith('.lua'))

test('the official suite is there', { skip: folder === undefined && 'LUA_TESTS names no folder' }, () => {
  assert.ok(files.length >= 30, `${files.length} files`)
})

for (const name of files.filter((name) => !(name in leftOut))) {
  test(`passes ${name} of the official suite`, () => {
    const read = (name) => fs.readFileSync(path.join(folder, name), 'latin1')
    const host = new Host(luaModule)
    for (const module of modules.filter((module) => files.includes(`${module}.lua`))) {
      run(host, `${give(host, read(`${module}.lua`))} package.preload.${module} = assert(load(text, '@${module}.lua'))`)
    }
    run(host, prelude)
    // The first line may be for a shell.
    let text = read(name).replace(/^#[^\n]*/, '')
    for (const [passage, replacement] of edits[name] ?? []) {
      assert.ok(text.includes(passage), `${name} does not hold: ${passage}`)
      text = text.replace(passage, () => replacement)
    }
    run(host, `${give(host, text)} assert(load(text, '@${name}'))()`)
  })
}
