#include "acts/links.h"

#include "acts/status_priv.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/job.h"
#include "wire/date.h"
#include "wire/html.h"
#include "wire/json.h"
#include "wire/text.h"
#include "wire/url.h"

enum { AGAIN_BATCH = 200, FIELDS_JSON_MAX = 256 * 1024 };

struct str acts_link_of_field(struct call *c, struct str value)
{
	struct html_link *links;
	struct url u;

	if (html_links(c->arena, value, &links) != 1 || links[0].is_head || !url_parse(c->arena, links[0].href, &u))
		return STR_NONE;
	if (!str_eq(str_trim(html_to_text(c->arena, value)), links[0].href) || url_same_host(u.text, c->conf->base_url))
		return STR_NONE;
	return u.text;
}

static struct err *fields_of(struct call *c, struct str fields, const struct json **ret, size_t *ret_n)
{
	struct err *e = fields.n ? json_parse(c->arena, fields, ret) : NULL;

	if (!fields.n || e)
		*ret = NULL;
	*ret_n = json_len(*ret) < FIELDS_READ_MAX ? json_len(*ret) : FIELDS_READ_MAX;
	return NULL;
}

struct err *acts__links_queue(struct call *c, const struct account *a, bool all)
{
	struct job_new job = { .kind = JOB_LINKS, .ref_id = a->id.v };
	const struct json *fields;
	bool any = false;
	size_t n;

	TRY(fields_of(c, a->fields, &fields, &n));
	for (size_t i = 0; i < n && c->conf; i++)
		any |= (all || !json_get_s(json_at(fields, i), "verified_at").n) &&
		       acts_link_of_field(c, json_get_s(json_at(fields, i), "value")).n;
	if (!any)
		return NULL;
	job.once_key = arena_printf(c->arena, "links:%lld", (long long)a->id.v);
	/* Every server that knows the profile looks at its links: each at its own moment. */
	if (!a->local && c->conf->card_spread_s)
		job.due_us = c->now_us + (int64_t)(str_hash(a->uri) % (uint64_t)c->conf->card_spread_s) * US_PER_S;
	return job_add(c, &job);
}

/* The fields, each with the time at which at(arg, field) says that it was verified. */
static struct str with_times(struct call *c, const struct json *fields, size_t n, struct str (*at)(void *arg, const struct json *field), void *arg)
{
	struct buf b = buf_init(c->arena, FIELDS_JSON_MAX);
	struct jw w = jw_init(&b);

	jw_arr(&w);
	for (size_t i = 0; i < n; i++) {
		const struct json *f = json_at(fields, i);
		struct str when = at(arg, f);

		jw_obj(&w);
		jw_kstr(&w, "name", json_get_s(f, "name"));
		jw_kstr(&w, "value", json_get_s(f, "value"));
		jw_kstr(&w, "verified_at", when.n ? when : STR_NONE);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	return buf_ok(&b) ? buf_str(&b) : STR("[]");
}

struct list {
	const struct json *v;
	size_t n;
};

static struct str when_before(void *arg, const struct json *field)
{
	const struct list *old = arg;

	for (size_t i = 0; i < old->n; i++)
		if (str_eq(json_get_s(json_at(old->v, i), "value"), json_get_s(field, "value")))
			return json_get_s(json_at(old->v, i), "verified_at");
	return STR_NONE;
}

struct str acts__links_kept(struct call *c, struct str fields, const struct account *old)
{
	const struct json *now;
	struct list before;
	size_t n;

	if (fields_of(c, fields, &now, &n) || fields_of(c, old->fields, &before.v, &before.n))
		return fields;
	return with_times(c, now, n, when_before, &before);
}

/* ---- what was found ---- */

struct looked {
	account_id who;
	const struct link_look *looks;
	size_t n;
	struct str now;
};

static struct str when_now(void *arg, const struct json *field)
{
	const struct looked *l = arg;
	struct str was = json_get_s(field, "verified_at");

	for (size_t i = 0; i < l->n; i++) {
		if (!str_eq(l->looks[i].value, json_get_s(field, "value")))
			continue;
		if (l->looks[i].found == LINK_PROVEN)
			return was.n ? was : l->now;
		return l->looks[i].found == LINK_NOT_PROVEN ? STR_NONE : was;
	}
	return was;
}

static int64_t due_again(struct call *c, const struct looked *l)
{
	int64_t after_s = LINKS_AGAIN_S;

	for (size_t i = 0; i < l->n; i++)
		if (l->looks[i].found == LINK_NOT_REACHED)
			after_s = LINKS_MISSED_S;
	/* Not all of them in the hour of the day at which they were first made. */
	return c->now_us + (after_s + (int64_t)((uint64_t)l->who.v >> 10) % (after_s / 4)) * US_PER_S;
}

static struct err *looked(struct call *c, void *arg)
{
	const struct looked *l = arg;
	const struct json *fields;
	struct account *a;
	struct str after;
	size_t n;

	TRY(account_find(c, l->who, &a));
	if (!a || a->deleted_us)
		return NULL;
	TRY(fields_of(c, a->fields, &fields, &n));
	after = with_times(c, fields, n, when_now, arg);
	if (!str_eq(after, a->fields))
		TRY(account_fields_put(c, a->id, after));
	return a->local ? account_links_due_put(c, a->id, l->n ? due_again(c, l) : 0) : NULL;
}

struct err *acts_links_looked(struct call *c, account_id who, const struct link_look *looks, size_t n)
{
	struct looked l = { who, looks, n, date_iso_ms(c->arena, c->now_us) };

	return store_tx(c, looked, &l);
}

/* ---- looking again ---- */

struct again {
	int64_t *ids;
	size_t n;
};

static struct err *again(struct call *c, void *arg)
{
	const struct again *g = arg;
	struct job_new *jobs = arena_array(c->arena, struct job_new, g->n + 1);

	for (size_t i = 0; i < g->n; i++)
		jobs[i] = (struct job_new){ .kind = JOB_LINKS, .ref_id = g->ids[i],
					    .once_key = arena_printf(c->arena, "links:%lld", (long long)g->ids[i]) };
	TRY(accounts_links_delay(c, g->ids, g->n, c->now_us + LINKS_MISSED_S * US_PER_S));
	return jobs_add(c, jobs, g->n);
}

struct err *acts_links_again(struct call *c)
{
	struct again g;

	TRY(accounts_links_due(c, c->now_us, AGAIN_BATCH, &g.ids, &g.n));
	return g.n ? store_tx(c, again, &g) : NULL;
}
