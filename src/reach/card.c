/* The job that looks a page up: fetch, read, ask for oEmbed where the page says so, keep. */
#include "acts/card.h"
#include "reach/card_read.h"
#include "reach/fetch_priv.h"
#include "reach/jobs.h"
#include "view/card.h"

enum { PAGE_MAX = 4 * 1024 * 1024, OEMBED_MAX = 256 * 1024 };

/* What more the page says elsewhere; where that cannot be had, the page's own words do. */
static void add_oembed(struct call *c, struct str url, struct card *k)
{
	const struct json *answer;
	struct fetched got;
	struct url where;
	struct err *e = reach__get(c, url, "Accept: application/json", OEMBED_MAX, &got);

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
	struct err *e = reach__get(c, url, "Accept: text/html, application/xhtml+xml;q=0.9, */*;q=0.1", PAGE_MAX, &got);

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
