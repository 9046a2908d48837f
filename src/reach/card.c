/* The job that looks a page up: fetch, read, ask for oEmbed where the page says so, keep. */
#include "acts/card.h"
#include "base/metrics.h"
#include "net/client.h"
#include "reach/card_read.h"
#include "reach/jobs.h"
#include "view/card.h"

enum { PAGE_TIMEOUT_MS = 10000, PAGE_MAX = 4 * 1024 * 1024, OEMBED_MAX = 256 * 1024, REDIRECTS_MAX = 5 };

/* ERR_REMOTE: perhaps another time. Any other error: it will never be a page. */
static struct err *get(struct call *c, struct str url, const char *accept, size_t max, struct fetched *ret)
{
	const char *const headers[] = { accept, NULL };
	const struct fetch f = { .url = url, .headers = headers, .timeout_ms = PAGE_TIMEOUT_MS, .body_max = max, .redirects_max = REDIRECTS_MAX };

	if (!c->house->client)
		return FAIL(c->arena, ERR_REMOTE, "nothing is fetched from here");
	TRY(client_fetch(c, c->house->client, &f, ret));
	metric_add(METRIC_fetches_total, ret->outcome == FETCH_ANSWERED && ret->status == 200 ? STR("ok") : STR("failed"), 1);
	if (ret->outcome == FETCH_TIMEOUT || ret->outcome == FETCH_UNREACHABLE || ret->outcome == FETCH_TLS ||
	    (ret->outcome == FETCH_ANSWERED && (ret->status >= 500 || ret->status == 429)))
		return FAIL(c->arena, ERR_REMOTE, "'" STR_FMT "' could not be fetched", STR_ARG(str_upto(url, 200)));
	if (ret->outcome != FETCH_ANSWERED || ret->status != 200)
		return FAIL(c->arena, ERR_NOT_FOUND, "'" STR_FMT "' has no page", STR_ARG(str_upto(url, 200)));
	return NULL;
}

/* What more the page says elsewhere; where that cannot be had, the page's own words do. */
static void add_oembed(struct call *c, struct str url, struct card *k)
{
	const struct json *answer;
	struct fetched got;
	struct url where;
	struct err *e = get(c, url, "Accept: application/json", OEMBED_MAX, &got);

	if (e || !url_parse(c->arena, got.url, &where))
		return;
	e = json_parse(c->arena, got.body, &answer);
	if (!e)
		card_read_oembed(c, &where, answer, k);
}

/* *ret_is_page false: it holds nothing that could be shown. */
static struct err *look_up(struct call *c, struct str url, struct card *ret, bool *ret_is_page)
{
	struct fetched got;
	struct str oembed;
	struct url where;
	struct err *e = get(c, url, "Accept: text/html, application/xhtml+xml;q=0.9, */*;q=0.1", PAGE_MAX, &got);

	*ret_is_page = false;
	if (e)
		return e->code == ERR_NOT_FOUND ? NULL : e;
	if (!url_parse(c->arena, got.url, &where) || !card_read(c, &where, got.content_type, got.body, ret, &oembed))
		return NULL;
	if (oembed.n)
		add_oembed(c, oembed, ret);
	*ret_is_page = view_card_shown(&(struct card){ .state = CARD_STATE_READY, .title = ret->title, .html = ret->html });
	return NULL;
}

struct err *reach_job_card(struct call *c, const struct job *job, bool *ret_later)
{
	card_id id = ID(card_id, job->ref_id);
	struct card *k, found;
	struct err *e;
	bool is_page;

	(void)ret_later;
	TRY(view_card_find(c, id, &k));
	if (!k)
		return NULL;
	e = look_up(c, k->url, &found, &is_page);
	if (e && (e->code != ERR_REMOTE || job->tries + 1 < job_tries_max(JOB_CARD)))
		return e;
	return acts_card_put(c, id, !e && is_page ? &found : NULL);
}
