-- The same person signs in with each request; a session each.
function request()
	return wrk.format("POST", "/auth/sign_in", { ["Cookie"] = os.getenv("BENCH_COOKIE"),
		["Content-Type"] = "application/x-www-form-urlencoded" }, os.getenv("BENCH_BODY"))
end
