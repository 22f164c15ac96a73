// Executes cases in Node: a line of JSON in, a line of JSON with an answer for every step out.
'use strict';
const readline = require('node:readline');

const messages = [
  [/unreachable/, 'unreachable'],
  [/divide by zero|remainder by zero/, 'integer divide by zero'],
  [/divide result unrepresentable/, 'integer overflow'],
  // Node does not tell a NaN from a number that is too large.
  [/float unrepresentable/, 'invalid conversion to integer|integer overflow'],
  [/memory access out of bounds|data segment (out of bounds|is out of bounds)|data segment \d+ is out of bounds/, 'out of bounds memory access'],
  [/table index is out of bounds/, 'undefined element|out of bounds table access'],
  [/table access out of bounds|element segment (is )?out of bounds|table (initializer|element)/, 'out of bounds table access|out of bounds memory access'],
  [/null function or function signature mismatch/, 'indirect call type mismatch|uninitialized element'],
  [/operation does not support unaligned accesses/, 'unaligned atomic'],
  [/dereferencing a null pointer/, 'null'],
];

const buffer = new DataView(new ArrayBuffer(8));

function argument([type, bits]) {
  const value = BigInt(bits);
  switch (type) {
    case 'i32': return Number(BigInt.asIntN(32, value));
    case 'i64': return BigInt.asIntN(64, value);
    case 'f32': buffer.setUint32(0, Number(value)); return buffer.getFloat32(0);
    case 'f64': buffer.setBigUint64(0, value); return buffer.getFloat64(0);
    case 'null': return null;
  }
  throw new TypeError('no value of type ' + type);
}

function result(type, value) {
  switch (type) {
    case 'i32': return [type, String(value >>> 0)];
    case 'i64': return [type, String(BigInt.asUintN(64, value))];
    case 'f32':
      if (Number.isNaN(value)) return [type, 'nan'];
      buffer.setFloat32(0, value);
      return [type, String(buffer.getUint32(0))];
    case 'f64':
      if (Number.isNaN(value)) return [type, 'nan'];
      buffer.setFloat64(0, value);
      return [type, String(buffer.getBigUint64(0))];
  }
  return ['ref', value === null ? 'null' : 'reference'];
}

function failure(error) {
  if (error instanceof WebAssembly.Exception) return ['exception'];
  if (error instanceof RangeError && /call stack/.test(error.message)) return ['exhausted'];
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    for (const [pattern, kind] of messages) if (pattern.test(error.message)) return ['trap', kind];
  }
  return ['failed', String(error)];
}

function run({ modules, steps }) {
  let compiled;
  try {
    compiled = modules.map((text) => new WebAssembly.Module(Buffer.from(text, 'base64')));
  } catch (error) {
    return steps.map(() => ['failed', String(error)]);
  }
  const instances = {};
  const answers = [];
  for (const step of steps) {
    try {
      if (step[0] === 'instance') {
        const imports = {};
        for (const [name, instance] of Object.entries(step[3])) {
          if (!instances[instance]) throw new TypeError('no instance ' + instance);
          imports[name] = instances[instance].exports;
        }
        instances[step[1]] = new WebAssembly.Instance(compiled[step[2]], imports);
        answers.push(['done']);
      } else {
        const instance = instances[step[1]];
        if (!instance) throw new TypeError('no instance ' + step[1]);
        const value = instance.exports[step[2]](...step[3].map(argument));
        const types = step[4];
        const values = types.length === 0 ? [] : types.length === 1 ? [value] : value;
        answers.push(['values', types.map((type, index) => result(type, values[index]))]);
      }
    } catch (error) {
      answers.push(failure(error));
    }
  }
  return answers;
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(JSON.stringify(run(JSON.parse(line))) + '\n');
});
