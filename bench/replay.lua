-- Sends the prebuilt requests of the file in BENCH_REQUESTS, in order, round and round.
-- Prints one line: requests, seconds, p50 and p99 in microseconds, bytes, errors.
local requests, count, nth = {}, 0, 0

function init()
  local file = assert(io.open(os.getenv("BENCH_REQUESTS"), "rb"))
  while true do
    local length = file:read(8)
    if not length then break end
    count = count + 1
    requests[count] = file:read(tonumber(length:sub(1, 7)))
  end
  file:close()
  -- From here on nothing is allocated: the collector must not take part in the measurement.
  collectgarbage()
  collectgarbage("stop")
end

function request()
  nth = nth + 1
  if nth > count then nth = 1 end
  return requests[nth]
end

function done(summary, latency)
  local e = summary.errors
  print(string.format("RESULT %d %.6f %.0f %.0f %d %d", summary.requests, summary.duration / 1e6,
    latency:percentile(50), latency:percentile(99), summary.bytes,
    e.connect + e.read + e.write + e.status + e.timeout))
end
