-- A page, as a browser asks for it.
local path = os.getenv("BENCH_PATH")
function request()
	return wrk.format("GET", path, { ["Accept"] = "text/html" })
end
