// V8 as a process: does the work once for each line it reads, and answers seconds of processor time and bits.
//
// usage: node node-peer.js kernels|lua MODULE ARGUMENT
'use strict';

const fs = require('fs');
const readline = require('readline');

const [kind, file, argument] = process.argv.slice(2);
const tables = {
  js_ext_table_set: () => 0,
  js_ext_table_get: () => -1,
  js_ext_table_delete: () => 0,
  js_ext_table_size: () => 0,
  js_ext_table_keys: () => 0,
};
const module_ = new WebAssembly.Module(fs.readFileSync(file));
const exports_ = new WebAssembly.Instance(module_, {env: tables}).exports;

function timed(work) {
  const start = process.cpuUsage();
  const result = work();
  const {user, system} = process.cpuUsage(start);
  return [(user + system) / 1e6, result];
}

function kernel() {
  const [seconds, result] = timed(() => exports_.run(Number(argument)));
  if (Number.isInteger(result)) return [seconds, result >>> 0];
  return [seconds, new BigUint64Array(new Float64Array([result]).buffer)[0]];
}

let source, buffer;

function script() {
  if (source === undefined) {
    if (exports_.init() !== 0) throw new Error('init failed');
    source = fs.readFileSync(argument);
    buffer = exports_.get_buffer_ptr();
  }
  exports_.run_gc();
  new Uint8Array(exports_.memory.buffer).set(source, buffer);
  const [seconds, count] = timed(() => exports_.compute(buffer, source.length));
  const answer = new DataView(exports_.memory.buffer, buffer, count);
  const value = 4 + answer.getUint32(0, true);
  if (count !== value + 9) throw new Error('the script answers no number');
  return [seconds, answer.getBigUint64(value + 1, true)];
}

readline.createInterface({input: process.stdin}).on('line', () => {
  const [seconds, bits] = kind === 'kernels' ? kernel() : script();
  process.stdout.write(`${seconds} ${bits}\n`);
});
