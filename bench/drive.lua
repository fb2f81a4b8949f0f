-- Each thread of wrk has one connection and is one visitor: the line of the file that has its number.
-- Prints, last, how many requests were answered, how many of them otherwise than expected, and how many weren't.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init(args)
  local lines = {}
  for line in io.lines(args[1]) do table.insert(lines, line) end
  local path, headers, body = lines[number]:match("^(.-)\t(.-)\t(.*)$")
  local sent = {}
  for name, value in headers:gmatch("([^\30\31]+)\30([^\31]*)") do sent[name] = value end
  visit = { path = path, headers = sent, body = body, method = body == "" and "GET" or "POST" }
  expected = tonumber(args[2])
  otherwise = 0
  local random = io.open("/dev/urandom", "rb")
  local a, b, c = random:read(3):byte(1, 3)
  random:close()
  math.randomseed(a * 65536 + b * 256 + c)
end

local function fresh_id()
  local function hex(digits) return string.format("%0" .. digits .. "x", math.random(0, 16 ^ digits - 1)) end
  return hex(6) .. hex(2) .. "-" .. hex(4) .. "-4" .. hex(3) .. "-8" .. hex(3) .. "-" .. hex(6) .. hex(6)
end

function request()
  local body = visit.body ~= "" and visit.body:gsub("CLIENT_ID", fresh_id(), 1) or nil
  return wrk.format(visit.method, visit.path, visit.headers, body)
end

function response(status)
  if status ~= expected then otherwise = otherwise + 1 end
end

function done(summary)
  local failed, otherwise = summary.errors, 0
  for _, thread in ipairs(threads) do otherwise = otherwise + thread:get("otherwise") end
  print(summary.requests, otherwise, failed.connect + failed.read + failed.write + failed.timeout)
end
