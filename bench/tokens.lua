-- Each request with the next of the tokens that howdah-bench fill made.
local n, tokens, path, requests = 0, tonumber(os.getenv("BENCH_TOKENS")), os.getenv("BENCH_PATH"), {}
local first = tonumber(os.getenv("BENCH_FIRST") or "0")
function init()
	for i = 0, tokens - 1 do
		requests[i] = wrk.format("GET", path, { ["Authorization"] = "Bearer bench-token-" .. (first + i), ["Accept"] = "application/json" })
	end
end
function request()
	n = (n + 1) % tokens
	return requests[n]
end
