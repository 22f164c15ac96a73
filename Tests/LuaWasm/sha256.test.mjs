// The glue's SHA-256 against Node's, compiled for this machine. Skipped without clang.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const hasClang = spawnSync('clang', ['--version']).status === 0

test('SHA-256 is right around every block length', { skip: !hasClang && 'no clang here' }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sha256-'))
  try {
    const program = path.join(folder, 'sha256')
    const glue = path.join(here, '../../Sources/LuaWasm/glue/sha256.c')
    execFileSync('clang', ['-O1', '-Wall', '-Werror', path.join(here, 'sha256_lines.c'), glue, '-o', program])
    const lengths = [...Array(300).keys(), 1000, 65535, 65536, 1 << 20]
    const lines = execFileSync(program, lengths.map(String), { encoding: 'utf8' }).trim().split('\n')
    const expected = lengths.map((length) =>
      createHash('sha256').update(Uint8Array.from({ length }, (_, at) => at)).digest('hex'))
    assert.deepEqual(lines, expected)
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
})
