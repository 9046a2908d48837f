/* The job that looks at the links of a profile: the page there must link back to the profile, with rel="me". */
#include "acts/links.h"
#include "net/client.h"
#include "reach/fetch_priv.h"
#include "reach/jobs.h"
#include "view/account.h"
#include "wire/charset.h"
#include "wire/html.h"
#include "wire/url.h"

/* A profile is not worth more time than this; what was not looked at is so another time. */
enum { PAGE_MAX = 4 * 1024 * 1024, LOOK_S = 60 };

static bool leads_to(const struct html_link *l, const struct account *a)
{
	return html_has_word(l->rel, "me") && (str_ieq(l->href, a->url) || str_ieq(l->href, a->uri));
}

/* Whoever is at another host in the end proves nothing for this address: an open redirect is not its owner's word. */
static enum link_found judge(struct call *c, struct str url, const struct account *a, const struct fetched *page)
{
	struct html_link *links;
	size_t n;

	if (!url_same_host(page->url, url))
		return LINK_NOT_PROVEN;
	n = html_links(c->arena, charset_to_utf8(c->arena, str_upto(page->body, HTML_INPUT_MAX), STR_NONE, HTML_INPUT_MAX), &links);
	for (size_t i = 0; i < n; i++)
		if (leads_to(&links[i], a))
			return LINK_PROVEN;
	return LINK_NOT_PROVEN;
}

static enum link_found look(struct call *c, struct str url, const struct account *a)
{
	struct fetched page;
	struct err *e = reach__get(c, url, "Accept: text/html", PAGE_MAX, &page);

	if (e)
		return e->code == ERR_NOT_FOUND ? LINK_NOT_PROVEN : LINK_NOT_REACHED;
	return judge(c, url, a, &page);
}

struct err *reach_job_links(struct call *c, const struct job *job, bool *ret_later)
{
	account_id who = ID(account_id, job->ref_id);
	struct link_look looks[FIELDS_READ_MAX];
	const struct json *fields = NULL;
	const struct account *a;
	struct account_page page;
	int64_t until_us = c->world->now_us(c->world) + LOOK_S * US_PER_S;
	size_t n = 0;

	(void)ret_later;
	TRY(view_accounts_load(c, who, &who.v, 1, &page));
	a = view_account_of(&page, who);
	if (!a || a->suspended_us || !a->fields.n || json_parse(c->arena, a->fields, &fields))
		return NULL;
	for (size_t i = 0; i < json_len(fields) && n < FIELDS_READ_MAX; i++) {
		struct str value = json_get_s(json_at(fields, i), "value"), url = acts_link_of_field(c, value);

		if (url.n)
			looks[n++] = (struct link_look){ value, c->world->now_us(c->world) < until_us ? look(c, url, a) : LINK_NOT_REACHED };
	}
	return acts_links_looked(c, who, looks, n);
}
