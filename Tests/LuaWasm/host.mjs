// A host for lua.wasm on Node: the five functions of module `env`, the shared buffer, and the decoder of
// answers. Plain and strict, so that a test sees exactly what the module does.
import fs from 'node:fs'

export const BUFFER_SIZE = 65536

/** Bytes of a string of characters 0 to 255, and back: Lua strings are bytes. */
export const bytesOf = (text) => Buffer.from(text, 'latin1')
export const textOf = (bytes) => Buffer.from(bytes).toString('latin1')

/** One instance of a module with tables of its own. */
export class Host {
  /** @param {WebAssembly.Module} module */
  constructor(module, { hooks = {}, init = true } = {}) {
    /** id -> Map of key (latin1 text) to value (Buffer) */
    this.tables = new Map()
    /** Every call of a host function: [name, ...arguments, answer]. Off unless a test asks for it. */
    this.trace = null
    this.instance = new WebAssembly.Instance(module, { env: this.imports(hooks) })
    this.exports = this.instance.exports
    if (init) {
      const status = this.exports.init()
      if (status !== 0) throw new Error(`init answered ${status}`)
    }
  }

  get memory() {
    return new Uint8Array(this.exports.memory.buffer)
  }

  /** The bytes at an address, or null when they do not all lie in memory. */
  slice(address, length) {
    address >>>= 0
    length >>>= 0
    return address + length <= this.memory.length ? this.memory.subarray(address, address + length) : null
  }

  imports(hooks) {
    const key = (address, length) => {
      const bytes = this.slice(address, length)
      return bytes === null ? null : textOf(bytes)
    }
    const write = (bytes, address, capacity) => {
      if (bytes.length > capacity >>> 0) return -1
      const place = this.slice(address, bytes.length)
      if (place === null) return -1
      place.set(bytes)
      return bytes.length
    }
    const functions = {
      js_ext_table_set: (id, keyAt, keyLength, valueAt, valueLength) => {
        const name = key(keyAt, keyLength)
        const value = this.slice(valueAt, valueLength)
        if (id === 0 || name === null || value === null) return -1
        if (!this.tables.has(id)) this.tables.set(id, new Map())
        this.tables.get(id).set(name, Buffer.from(value))
        return 0
      },
      js_ext_table_get: (id, keyAt, keyLength, valueAt, capacity) => {
        const name = key(keyAt, keyLength)
        const value = name === null ? undefined : this.tables.get(id)?.get(name)
        return value === undefined ? -1 : write(value, valueAt, capacity)
      },
      js_ext_table_delete: (id, keyAt, keyLength) => {
        const name = key(keyAt, keyLength)
        if (name === null || !this.tables.has(id)) return -1
        this.tables.get(id).delete(name)
        return 0
      },
      js_ext_table_size: (id) => this.tables.get(id)?.size ?? 0,
      js_ext_table_keys: (id, address, capacity) => {
        const table = this.tables.get(id)
        return table === undefined ? -1 : write(bytesOf([...table.keys()].join('\n')), address, capacity)
      },
    }
    const env = {}
    for (const [name, answer] of Object.entries({ ...functions, ...hooks })) {
      env[name] = (...values) => {
        const result = answer(...values)
        this.trace?.push([name, ...values, result])
        return result
      }
    }
    return env
  }

  /** Writes Lua source (text or bytes) into the shared buffer and computes; answers the raw number. */
  computeRaw(source) {
    const bytes = typeof source === 'string' ? Buffer.from(source) : source
    const address = this.exports.get_buffer_ptr()
    this.memory.set(bytes, address)
    return this.exports.compute(address, bytes.length)
  }

  /** The answer, decoded: { output, value } or { error }; texts are latin1. */
  run(source) {
    return this.decode(this.computeRaw(source))
  }

  decode(result) {
    const address = this.exports.get_buffer_ptr()
    if (result < 0) return { error: textOf(this.memory.subarray(address, address - result - 1)) }
    if (result === 0) return { empty: true }
    const answer = Buffer.from(this.memory.subarray(address, address + result))
    const outputLength = answer.readUInt32LE(0)
    const output = textOf(answer.subarray(4, 4 + outputLength))
    return { output, value: decodeValue(answer.subarray(4 + outputLength)) }
  }
}

/** One encoded value: { type, value }. Throws when bytes are missing or left over. */
export function decodeValue(bytes) {
  const rest = bytes.subarray(1)
  const exactly = (length) => {
    if (rest.length !== length) throw new Error(`tag ${bytes[0]} with ${rest.length} bytes, not ${length}`)
  }
  const counted = () => {
    exactly(4 + rest.readUInt32LE(0))
    return rest.subarray(4)
  }
  if (bytes.length === 0) throw new Error('no value bytes')
  switch (bytes[0]) {
    case 0:
      exactly(0)
      return { type: 'nil' }
    case 1:
      exactly(1)
      return { type: 'boolean', value: rest[0] === 1 }
    case 2:
      exactly(8)
      return { type: 'integer', value: rest.readBigInt64LE(0) }
    case 3:
      exactly(8)
      return { type: 'float', value: rest.readDoubleLE(0), bits: rest.readBigUInt64LE(0) }
    case 4:
      return { type: 'string', value: textOf(counted()) }
    case 5:
      return { type: 'function', value: textOf(counted()) }
    case 6:
      exactly(2)
      return { type: 'c-function', value: rest.readUInt16LE(0) }
    case 7:
      exactly(4)
      return { type: 'table', value: rest.readUInt32LE(0) }
    default:
      throw new Error(`unknown tag ${bytes[0]}`)
  }
}

/** The bytes of a value, as decodeValue reads them. */
export function encodeValue({ type, value }) {
  const number = (tag, length, write) => {
    const bytes = Buffer.alloc(1 + length)
    bytes[0] = tag
    write(bytes)
    return bytes
  }
  const counted = (tag) => {
    const payload = bytesOf(value)
    return Buffer.concat([number(tag, 4, (bytes) => bytes.writeUInt32LE(payload.length, 1)), payload])
  }
  switch (type) {
    case 'nil':
      return Buffer.from([0])
    case 'boolean':
      return Buffer.from([1, value ? 1 : 0])
    case 'integer':
      return number(2, 8, (bytes) => bytes.writeBigInt64LE(BigInt(value), 1))
    case 'float':
      return number(3, 8, (bytes) => bytes.writeDoubleLE(value, 1))
    case 'string':
      return counted(4)
    case 'function':
      return counted(5)
    case 'c-function':
      return number(6, 2, (bytes) => bytes.writeUInt16LE(value, 1))
    case 'table':
      return number(7, 4, (bytes) => bytes.writeUInt32LE(value, 1))
    default:
      throw new Error(`no tag for ${type}`)
  }
}

/** Compiles the module in a file. */
export function loadModule(file) {
  return new WebAssembly.Module(fs.readFileSync(file))
}

/** The module under test: the file in LUA_WASM, or the one at the top level. */
export const modulePath = process.env.LUA_WASM ?? new URL('../../lua.wasm', import.meta.url).pathname
export const luaModule = loadModule(modulePath)
