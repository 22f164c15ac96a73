// Pure Lua does the same in lua.wasm as in the stock interpreter, to the byte. Skipped where no `lua5.4` (or
// the program in LUA_STOCK) is installed. The scripts depend neither on the order of pairs nor on addresses.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { Host, luaModule } from './host.mjs'

const program = process.env.LUA_STOCK ?? 'lua5.4'
const isInstalled = spawnSync(program, ['-v']).status === 0

const scripts = {
  'numbers as text': `
    for _, n in ipairs { 0, -0.0, 1, 1.0, -1.5, 0.1, 1/3, 1e15, 1e16, 1e100, 2^53, 2^63, -2^63, 1/0, -1/0,
      math.pi, 1.7976931348623157e308, math.maxinteger, math.mininteger, 123456789012345678 } do
      print(n, -n, math.type(n), string.format('%.17g %.3f %e %g %a', n, n, n, n, n))
    end`,
  'text as numbers': `
    for _, s in ipairs { '1', ' 1 ', '0x10', '0x.8p1', '1e1', '1e', '.5', '5.', '0x', '1 2', '', 'inf', 'nan',
      '9223372036854775807', '9223372036854775808', '-9223372036854775808', '0xffffffffffffffffff', '1_0' } do
      print(s, tonumber(s), math.type(tonumber(s)), pcall(function() return s + 0 end))
    end
    for base = 2, 36 do io.write(tostring(tonumber('10', base)), ' ', tostring(tonumber('zz', base)), '\\n') end`,
  'integer arithmetic': `
    for _, a in ipairs { 0, 1, -1, 7, -7, math.maxinteger, math.mininteger, 1 << 62 } do
      for _, b in ipairs { 1, -1, 2, -2, 3, -3, math.maxinteger, math.mininteger } do
        print(a + b, a - b, a * b, a // b, a % b, a & b, a | b, a ~ b, a << b, a >> b, a < b, a <= b, a == b)
      end
    end`,
  'float arithmetic': `
    for _, a in ipairs { 0.0, -0.0, 1.5, -1.5, 1e308, -1e308, 5e-324, 1/0, -1/0 } do
      for _, b in ipairs { 1.0, -2.5, 0.1, 1e308, 1/0, -1/0, 3 } do
        print(a + b, a - b, a * b, a / b, a // b, a % b, a < b, a <= b, a == b, a ^ b == a ^ b and a ^ b or 'nan')
      end
    end`,
  'integers and floats compared': `
    local ns = { math.maxinteger, math.maxinteger + 0.0, math.mininteger, math.mininteger + 0.0, 2^53, 1 << 53,
      (1 << 53) + 1, 0, -0.0, 0.5, -0.5 }
    for _, a in ipairs(ns) do for _, b in ipairs(ns) do io.write(tostring(a < b), tostring(a <= b), tostring(a == b), ' ') end print() end
    for i, f in ipairs { 3.0, 3.5, -3.0, 2^63, -2^63, 1/0 } do print(f, math.tointeger(f), pcall(function() return 1 << f end)) end`,
  'division by zero': `
    print(pcall(function() return 1 // 0 end)) print(pcall(function() return 1 % 0 end))
    print(1 // 0.0, -1 // 0.0, 0/0 ~= 0/0, 1 % math.huge, -1 % math.huge)`,
  'the mathematical functions': `
    for _, x in ipairs { 0, 0.5, 1, -1, 2, 10, 100.25, -3.75, 1e10 } do
      for _, name in ipairs { 'abs', 'ceil', 'floor', 'sqrt', 'exp', 'log', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'deg', 'rad', 'modf', 'cosh', 'sinh', 'tanh', 'log10', 'frexp' } do
        local r = math[name](x) io.write(name, ' ', r == r and string.format('%.13g', r) or 'nan', '\\n')
      end
    end
    print(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7.5, -2), math.max(1, 2.5), math.min(3, -1), math.ult(1, -1))
    print(math.atan(1, -1), math.log(8, 2), math.log(100, 10), math.pow(2, 0.5), math.ldexp(1, 10))`,
  'seeded random numbers': `
    math.randomseed(42) for i = 1, 20 do print(math.random(), math.random(10), math.random(-5, 5), math.random(0)) end`,
  'string functions': `
    print(('abc'):byte(1, -1), string.char(72, 105), ('abc'):rep(3, '-'), ('abc'):reverse(), ('aBc'):upper(), ('aBc'):lower())
    for i = -5, 5 do for j = -5, 5 do io.write(('hello'):sub(i, j), '|') end end print()
    print(('a,b,,c'):find(',', 1, true), ('x.y'):find('.', 1, true), ('x.y'):find('%.'), ('abc'):find('b', -1), #'\\0\\0')`,
  'patterns': `
    print(('key = value'):match('^(%w+)%s*=%s*(%w+)$')) print(('2024-02-29'):match('(%d+)-(%d+)-(%d+)'))
    print(('f(a(b)c)d'):match('%b()'), ('THE (quick) fox'):find('%((%a+)%)'), ('hello'):gsub('l', { l = 'L' }))
    print(('abc'):gsub('%w', '%0%0'), ('abc'):gsub('', '-'), ('hello world'):gsub('o', function(c) return nil end))
    print(('THE (quick) fox'):gsub('%f[%a]%a+', string.lower), ('x'):rep(20):match('^(x-)x*$'), ('[[x]]'):match('%[%[(.-)]]'))
    for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do print(k, v) end
    print(pcall(string.rep, 'x', -1), pcall(string.gsub, 'x', 'x', '%2'), pcall(string.find, 'x', '[x'), ('a.b'):gsub('%.', '%%'))`,
  'formats': `
    print(string.format('%d %5d %-5d| %05d %+d %x %X %#x %o %c %s %10.3s| %q %%', 42, 42, 42, 42, 42, 255, 255, 255, 8, 65, 'str', 'abcdef', 'a\\n"\\0b\\r'))
    print(string.format('%5.2f %10.4f| %-10.2f| %e %g %g %G %a', 3.14159, 2.5, 2.5, 12345.678, 1e20, 0.0001, 1e-10, 0.5))
    print(string.format('%q %q %q', 1/3, math.mininteger, 1/0), string.format('%s %s', nil, true), string.format('%i', 3.0))
    print(pcall(string.format, '%d', 3.5)) print(pcall(string.format, '%y', 1)) print(pcall(string.format, '%d')) print(pcall(string.format, '%d', 'x'))`,
  'packing': `
    for _, f in ipairs { '<i4', '>i4', '<I2', 'b', '<d', '<f', '<n', 's1', 'z', '<i7', '!4 i1 i4' } do
      local ok, s = pcall(string.pack, f, 100, 200) print(f, ok, ok and (s:gsub('.', function(c) return ('%02x'):format(c:byte()) end)) or s)
    end
    print(string.unpack('<i4', '\\1\\2\\3\\4'), string.packsize('<i4i8'), pcall(string.unpack, '<i4', 'abc'))`,
  'utf8': `
    print(utf8.char(72, 228, 8364, 128512), utf8.len('häß€'), utf8.len('\\xff'), utf8.codepoint('h€', 1, -1), utf8.offset('a€b', 3))
    for p, c in utf8.codes('aä€😀') do print(p, c) end print(pcall(utf8.codepoint, '\\xff'), utf8.len('\\u{7fffffff}', 1, -1, true))`,
  'tables': `
    local t = { 5, 2, 8, 1, 9 } table.sort(t) print(table.concat(t, ',')) table.sort(t, function(a, b) return a > b end) print(table.concat(t, ','))
    table.insert(t, 3, 'x') print(table.remove(t), table.remove(t, 1), table.concat(t, ','), #t, select('#', table.unpack(t)))
    print(table.concat(table.move({ 1, 2, 3 }, 1, 3, 3), ','), table.pack(1, nil, 3).n, next({}), rawlen({ 1, 2 }), rawequal(t, t))
    print(pcall(table.concat, { 1, {}, 3 })) print(pcall(table.insert, { 1 }, 5, 2)) print(pcall(table.sort, { 3, 'x', 1 }))`,
  'metatables': `
    local V = {} V.__index = V V.__add = function(a, b) return setmetatable({ a[1] + b[1] }, V) end V.__eq = function(a, b) return a[1] == b[1] end
    V.__lt = function(a, b) return a[1] < b[1] end V.__le = function(a, b) return a[1] <= b[1] end V.__tostring = function(a) return 'V' .. a[1] end
    V.__len = function() return 99 end V.__call = function(self, x) return self[1], x end V.__concat = function(a, b) return tostring(a) .. '..' .. tostring(b) end
    V.__unm = function(a) return setmetatable({ -a[1] }, V) end V.__close = function(a) print('close', a) end V.__idiv = function() return 'idiv' end
    local a, b = setmetatable({ 1 }, V), setmetatable({ 2 }, V)
    print(a + b, a == b, a < b, a <= b, #a, a(7), a .. b, 1 .. a, -a, a // 1) do local x <close> = a end print(pcall(function() return a * b end))`,
  'closures, varargs, goto': `
    local function counter() local n = 0 return function() n = n + 1 return n end end local c, d = counter(), counter() print(c(), c(), d())
    local function f(...) local a, b = ... return select('#', ...), a, b, ... end print(f()) print(f(1, nil, 3)) print((f(1, 2)))
    for i = 1, 3 do for j = 1, 3 do if j == 2 then goto continue end io.write(i, j, ' ') ::continue:: end end print()
    for i = 3, 1, -1 do io.write(i, ' ') end for i = 1.0, 2, 0.25 do io.write(i, ' ') end for i = math.maxinteger - 1, math.maxinteger do io.write(i, ' ') end print()
    print(pcall(function() for i = 1, 10, 0 do end end)) local t = {} for i = 1, 3 do t[i] = function() return i end end print(t[1](), t[3]())`,
  'coroutines': `
    local co = coroutine.create(function(a, b) print(a, b) local c = coroutine.yield(a + b) print(c) local d, e = coroutine.yield(c * 2) return d + e end)
    print(coroutine.resume(co, 1, 2)) print(coroutine.status(co), coroutine.resume(co, 10)) print(coroutine.resume(co, 3, 4)) print(coroutine.status(co), coroutine.resume(co))
    local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) print(gen(), gen(), gen())
    print(coroutine.resume(coroutine.create(function() error('x') end))) print(coroutine.resume(coroutine.create(function() error({}) end)) == false)
    print(coroutine.isyieldable(), pcall(coroutine.wrap(function() error('wrapped', 0) end)), coroutine.close(coroutine.create(print)))
    print(select(2, coroutine.resume(coroutine.create(function() return pcall(function() return coroutine.yield() end) end))))`,
  'errors': `
    print(pcall(error)) print(pcall(error, nil)) print(pcall(error, 'm', 0)) print(pcall(error, 'm', 2)) print(select('#', pcall(error)))
    for _, code in ipairs { 'return nil .. "x"', 'return #5', 'return {} < {}', 'return 1 < "2"', 'return nil + 1', 'return "a" + 1', 'return 2^53 | 1.5',
      'local a a.b = 1', 'a.b.c = 1', 'return ("x")()', 'return math.floor("x")', 'return setmetatable(1, {})', 'return ipairs()', 'return ("x"):bad()',
      'x = }', 'for', 'return return', 'local a <const> = 1 a = 2', 'break', 'goto x', '::a:: ::a::', 'return 1e', 'return "\\\\q"', 'return "\\\\300"', 'x =', 'f(', "'" } do
      local f, m = load(code, '=c') if f then print(pcall(f)) else print(m) end
    end
    print(xpcall(function() error('h') end, function(m) return 'handled ' .. m end)) print(xpcall(error, function() error('again') end))
    print(select(2, pcall(assert, false)), select(2, pcall(assert, nil, 'why')), select(2, pcall(assert, false, { 1 }))[1], assert(1, 2))
    print(tostring(select(2, pcall(string.rep))), select(2, pcall(next, {}, 'no')))`,
  'stack traces': `
    local function inner() error('deep') end local function middle() inner() end
    print((select(2, xpcall(middle, debug.traceback)):gsub('main chunk.*', 'main chunk')))`,
  'dates': `
    print(os.date('!%Y-%m-%d %H:%M:%S %a %A %b %B %j %p %y %U %w %%', 86399)) print(os.time { year = 2000, month = 1, day = 1, hour = 0 } - os.time { year = 1999, month = 12, day = 31, hour = 0 })
    local d = os.date('!*t', 951782400) print(d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst) print(pcall(os.date, '%Ez', 0)) print(pcall(os.time, {}))`,
  'loading': `
    print(load('return ...', 'n', 't', {})(1, 2)) print(load('x = 1', 'n', 't', setmetatable({}, { __newindex = function(_, k, v) print(k, v) end }))())
    print(load(string.dump(function(...) return select('#', ...), ... end))(4, 5)) print(load('syntax error here')) print(load(function() return nil end)())`,
  'garbage collection': `
    local weak = setmetatable({}, { __mode = 'v' }) weak[1] = {} weak[2] = 'string' collectgarbage() print(weak[1], weak[2])
    local order = {} for i = 1, 3 do setmetatable({}, { __gc = function() order[#order + 1] = i end }) end collectgarbage() print(table.concat(order, ','))
    local e = setmetatable({}, { __mode = 'k' }) do local k = {} e[k] = k end collectgarbage() print(next(e)) print(collectgarbage('isrunning'))`,
  'a little program': `
    local function sieve(n) local c, p = {}, {} for i = 2, n do if not c[i] then p[#p + 1] = i for j = i * i, n, i do c[j] = true end end end return p end
    print(#sieve(10000), table.concat(sieve(50), ' '))
    local function queens(n) local cols, d1, d2, count = {}, {}, {}, 0 local function place(r) if r > n then count = count + 1 return end
      for c = 1, n do if not cols[c] and not d1[r + c] and not d2[r - c] then cols[c], d1[r + c], d2[r - c] = true, true, true place(r + 1) cols[c], d1[r + c], d2[r - c] = nil, nil, nil end end end
      place(1) return count end print(queens(7))
    local memo = {} local function fib(n) if n < 2 then return n end local m = memo[n] if m then return m end m = fib(n - 1) + fib(n - 2) memo[n] = m return m end print(fib(90))`,
}

for (const [name, script] of Object.entries(scripts)) {
  test(`does as the stock interpreter: ${name}`, { skip: !isInstalled && `no ${program} here` }, () => {
    const stock = spawnSync(program, ['-e', `assert(load(io.read('a'), '=script'))()`], { input: script })
    assert.equal(stock.status, 0, stock.stderr.toString())
    const answer = new Host(luaModule).run(script)
    assert.equal(answer.error, undefined)
    assert.equal(Buffer.from(answer.output, 'latin1').toString(), stock.stdout.toString())
  })
}
