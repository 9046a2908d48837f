-- The signed requests of a file, each once; then it stops.
local lines, n, answered = {}, 0, 0
function init()
	for line in io.lines(os.getenv("BENCH_FILE")) do
		local body, host, date, digest, signature = line:match("^(.-)\t(.-)\t(.-)\t(.-)\t(.-)$")
		lines[#lines + 1] = wrk.format("POST", "/inbox", { ["Host"] = host, ["Date"] = date, ["Digest"] = digest, ["Signature"] = signature,
			["Content-Type"] = "application/activity+json" }, body)
	end
end
function request()
	n = n + 1
	return lines[n <= #lines and n or #lines]
end
function response()
	answered = answered + 1
	if answered >= #lines then
		wrk.thread:stop()
	end
end
