// Lua's own test suite, from the folder in LUA_TESTS (the release's `testes`). Skipped without it.
//
// The suite is written for a host with files and for the internal tests of a special build; with `_port` and
// `_soft` it leaves most of that out itself. What remains is listed in ../OfficialSuites/suites.json,
// each with its reason.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { Host, encodeValue, luaModule } from './host.mjs'

const folder = process.env.LUA_TESTS

/** Files that have nothing to run here, modules that the others require, and passages that do not apply:
 * [text, replacement, reason]. */
const suites = new URL('../OfficialSuites/suites.json', import.meta.url)
const { leftOut, modules, edits } = JSON.parse(fs.readFileSync(suites, 'utf8'))['5.4']

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
