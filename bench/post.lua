-- A new post with each request, by the tokens in turn but the first two, whose followers are elsewhere.
local n, tokens = 0, tonumber(os.getenv("BENCH_TOKENS"))
function request()
	n = n + 1
	return wrk.format("POST", "/api/v1/statuses", { ["Authorization"] = "Bearer bench-token-" .. (2 + n % (tokens - 2)),
		["Content-Type"] = "application/x-www-form-urlencoded" }, "status=number+" .. n .. "+of+the+bench+" .. os.time())
end
