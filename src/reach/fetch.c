#include "reach/fetch_priv.h"

#include "base/metrics.h"

enum { PAGE_TIMEOUT_MS = 10000, REDIRECTS_MAX = 5 };

static bool may_come_yet(const struct fetched *f)
{
	if (f->outcome == FETCH_ANSWERED)
		return f->status >= 500 || f->status == 429 || f->status == 408;
	return f->outcome == FETCH_TIMEOUT || f->outcome == FETCH_UNREACHABLE || f->outcome == FETCH_TLS;
}

struct err *reach__get(struct call *c, struct str url, const char *accept, size_t max, struct fetched *ret)
{
	const char *const headers[] = { accept, NULL };
	const struct fetch f = { .url = url, .headers = headers, .timeout_ms = PAGE_TIMEOUT_MS, .body_max = max, .redirects_max = REDIRECTS_MAX };

	if (!c->house->client)
		return FAIL(c->arena, ERR_REMOTE, "nothing is fetched from here");
	TRY(client_fetch(c, c->house->client, &f, ret));
	metric_add(METRIC_fetches_total, ret->outcome == FETCH_ANSWERED && ret->status == 200 ? STR("ok") : STR("failed"), 1);
	if (may_come_yet(ret))
		return FAIL(c->arena, ERR_REMOTE, "'" STR_FMT "' could not be fetched", STR_ARG(str_upto(url, 200)));
	if (ret->outcome != FETCH_ANSWERED || ret->status != 200)
		return FAIL(c->arena, ERR_NOT_FOUND, "'" STR_FMT "' has no page", STR_ARG(str_upto(url, 200)));
	return NULL;
}
