-- Several small programs in one.

local function runWords()
-- Counts the words of a text and lists the most frequent.
local text = [[
The quick brown fox jumps over the lazy dog. The dog sleeps on; the fox
runs through the wood and over the hill, where the old mill stands. On the
hill the wind turns the sails of the mill, and the miller sleeps as well.
]]
local function words(source)
  local list = {}
  for word in source:gmatch("%a+") do
    list[#list + 1] = word:lower()
  end
  return list
end
local function count(list)
  local counts = {}
  for _, word in ipairs(list) do
    counts[word] = (counts[word] or 0) + 1
  end
  return counts
end
local function ranked(counts)
  local names = {}
  for name in pairs(counts) do names[#names + 1] = name end
  table.sort(names, function(a, b)
    if counts[a] ~= counts[b] then return counts[a] > counts[b] end
    return a < b
  end)
  return names
end
local frequencies = count(words(text))
for rank, name in ipairs(ranked(frequencies)) do
  if rank > 5 then break end
  print(rank, name, frequencies[name])
end
end

local function runMatrix()
  -- Matrices of numbers.
  local Matrix = {}
  Matrix.__index = Matrix
  function Matrix.new(rows, columns, fill)
    local m = setmetatable({ rows = rows, columns = columns }, Matrix)
    for r = 1, rows do
      m[r] = {}
      for c = 1, columns do
        m[r][c] = type(fill) == "function" and fill(r, c) or fill or 0
      end
    end
    return m
  end
  function Matrix.__mul(a, b)
    local result = Matrix.new(a.rows, b.columns)
    for r = 1, a.rows do
      for c = 1, b.columns do
        local sum = 0
        for k = 1, a.columns do sum = sum + a[r][k] * b[k][c] end
        result[r][c] = sum
      end
    end
    return result
  end
  function Matrix:transposed()
    return Matrix.new(self.columns, self.rows, function(r, c) return self[c][r] end)
  end
  function Matrix:__tostring()
    local lines = {}
    for r = 1, self.rows do lines[r] = table.concat(self[r], " ") end
    return table.concat(lines, "\n")
  end
  local left = Matrix.new(2, 3, function(r, c) return r * c end)
  local right = Matrix.new(3, 2, function(r, c) return r - c end)
  print(left * right)
  print((left * right):transposed())
end

local function runQueue()
  -- A queue of jobs with priorities, on a binary heap.
  local Heap = {}
  Heap.__index = Heap
  function Heap.new(before)
    return setmetatable({ before = before, count = 0 }, Heap)
  end
  function Heap:push(item)
    local place = self.count + 1
    self.count = place
    self[place] = item
    while place > 1 do
      local parent = place // 2
      if not self.before(self[place], self[parent]) then break end
      self[place], self[parent] = self[parent], self[place]
      place = parent
    end
  end
  function Heap:pop()
    local top = self[1]
    self[1] = self[self.count]
    self[self.count] = nil
    self.count = self.count - 1
    local place = 1
    while true do
      local child = 2 * place
      if child > self.count then break end
      if child < self.count and self.before(self[child + 1], self[child]) then
        child = child + 1
      end
      if not self.before(self[child], self[place]) then break end
      self[place], self[child] = self[child], self[place]
      place = child
    end
    return top
  end
  local jobs = Heap.new(function(a, b) return a.priority < b.priority end)
  for index, name in ipairs({ "write", "read", "plan", "rest", "build", "test" }) do
    jobs:push({ name = name, priority = (index * 7) % 11 })
  end
  while jobs.count > 0 do
    local job = jobs:pop()
    print(job.priority, job.name)
  end
end

local function runJson()
  -- Values as text, with sorted keys.
  local function quoted(s)
    return '"' .. s:gsub('[%c"\\]', function(c)
      return string.format("\\u%04x", c:byte())
    end) .. '"'
  end
  local encode
  local function encodeList(list)
    local parts = {}
    for index, value in ipairs(list) do parts[index] = encode(value) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  local function encodeRecord(record)
    local keys = {}
    for key in pairs(record) do keys[#keys + 1] = key end
    table.sort(keys)
    local parts = {}
    for index, key in ipairs(keys) do
      parts[index] = quoted(key) .. ":" .. encode(record[key])
    end
    return "{" .. table.concat(parts, ",") .. "}"
  end
  function encode(value)
    local kind = type(value)
    if kind == "string" then
      return quoted(value)
    elseif kind == "table" then
      if #value > 0 then return encodeList(value) end
      return encodeRecord(value)
    elseif math.type(value) == "float" and value == math.floor(value) then
      return string.format("%.1f", value)
    else
      return tostring(value)
    end
  end
  print(encode({ name = "mill", age = 112, parts = { "wheel", "stone" }, height = 12.0 }))
  print(encode({ 1, 2, { deep = { deeper = true } }, "tab\there" }))
end

local function runAccount()
  -- Accounts with a history and limits.
  local Account = {}
  Account.__index = Account
  function Account.open(owner, limit)
    return setmetatable({ owner = owner, balance = 0, limit = limit or 0, history = {} }, Account)
  end
  function Account:note(kind, amount)
    self.history[#self.history + 1] = { kind = kind, amount = amount, after = self.balance }
  end
  function Account:pay(amount)
    if amount <= 0 then error("an amount is above 0", 2) end
    self.balance = self.balance + amount
    self:note("pay", amount)
  end
  function Account:draw(amount)
    if self.balance - amount < -self.limit then
      return nil, ("%s has only %d"):format(self.owner, self.balance)
    end
    self.balance = self.balance - amount
    self:note("draw", amount)
    return true
  end
  function Account:statement()
    local lines = { ("%-10s %8s %8s"):format("kind", "amount", "after") }
    for _, entry in ipairs(self.history) do
      lines[#lines + 1] = ("%-10s %8d %8d"):format(entry.kind, entry.amount, entry.after)
    end
    return table.concat(lines, "\n")
  end
  local account = Account.open("Ada", 50)
  account:pay(100)
  account:draw(30)
  print(account:draw(500))
  print(pcall(account.pay, account, -1))
  print(account:statement())
  local total = 0
  for _, entry in ipairs(account.history) do
    total = total + math.tointeger(entry.amount)
  end
  print("total", math.ult(total, -1) and total or -total)
end

local function runPrimes()
  -- Numbers and their factors.
  local function sieve(limit)
    local isComposite, primes = {}, {}
    for n = 2, limit do
      if not isComposite[n] then
        primes[#primes + 1] = n
        for multiple = n * n, limit, n do isComposite[multiple] = true end
      end
    end
    return primes
  end
  local function factors(n)
    local result = {}
    for _, prime in ipairs(sieve(100)) do
      while n % prime == 0 do
        result[#result + 1] = prime
        n = n // prime
      end
    end
    if n > 1 then result[#result + 1] = n end
    return result
  end
  local function gcd(a, b)
    while b ~= 0 do a, b = b, a % b end
    return a
  end
  print(table.concat(sieve(60), " "))
  for _, n in ipairs({ 12, 97, 360, 1001 }) do
    print(n, table.concat(factors(n), " * "))
  end
  print(gcd(1071, 462), gcd(17, 5))
end

local function runEvents()
  -- Listeners that are told of events, some of them once.
  local Emitter = {}
  Emitter.__index = Emitter
  function Emitter.new() return setmetatable({ listeners = {} }, Emitter) end
  function Emitter:on(name, listener)
    local list = self.listeners[name] or {}
    self.listeners[name] = list
    list[#list + 1] = listener
    return function()
      for index, other in ipairs(list) do
        if other == listener then
          table.remove(list, index)
          break
        end
      end
    end
  end
  function Emitter:once(name, listener)
    local cancel
    cancel = self:on(name, function(...)
      cancel()
      listener(...)
    end)
  end
  function Emitter:emit(name, ...)
    local list = self.listeners[name] or {}
    for _, listener in ipairs({ table.unpack(list) }) do listener(...) end
  end
  local emitter = Emitter.new()
  local log = {}
  emitter:on("tick", function(n) log[#log + 1] = "tick " .. n end)
  emitter:once("tick", function(n) log[#log + 1] = "first " .. n end)
  for n = 1, 3 do emitter:emit("tick", n) end
  print(table.concat(log, "; "))
end

local function runParser()
  -- A small calculator.
  local function tokens(source)
    local list, position = {}, 1
    while position <= #source do
      local space = source:match("^%s+", position)
      if space then
        position = position + #space
      else
        local token = source:match("^%d+%.?%d*", position) or source:match("^[-+*/()]", position)
        if not token then error("what is " .. source:sub(position, position) .. "?", 0) end
        list[#list + 1] = token
        position = position + #token
      end
    end
    return list
  end
  local function parse(list)
    local place = 1
    local expression
    local function primary()
      local token = list[place]
      place = place + 1
      if token == "(" then
        local value = expression(0)
        place = place + 1
        return value
      elseif token == "-" then
        return -primary()
      end
      return tonumber(token)
    end
    local priority = { ["+"] = 1, ["-"] = 1, ["*"] = 2, ["/"] = 2 }
    local apply = {
      ["+"] = function(a, b) return a + b end,
      ["-"] = function(a, b) return a - b end,
      ["*"] = function(a, b) return a * b end,
      ["/"] = function(a, b) return a / b end,
    }
    function expression(above)
      local left = primary()
      while list[place] and priority[list[place]] and priority[list[place]] > above do
        local operator = list[place]
        place = place + 1
        left = apply[operator](left, expression(priority[operator]))
      end
      return left
    end
    return expression(0)
  end
  for _, source in ipairs({ "1 + 2 * 3", "(1 + 2) * 3", "2 - 3 - 4", "-(4 / 2)" }) do
    print(source, parse(tokens(source)))
  end
  print(pcall(tokens, "1 ? 2"))
end

runWords()
runMatrix()
runQueue()
runJson()
runAccount()
runPrimes()
runEvents()
runParser()
