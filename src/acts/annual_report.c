#include "acts/annual_report.h"

#include "conf/conf.h"
#include "store/annual_report.h"
#include "wire/json.h"

enum { DATA_MAX = 16 * 1024 };

static void write_months(const struct annual_numbers *n, struct jw *w)
{
	jw_key(w, "time_series");
	jw_arr(w);
	for (int i = 0; i < ANNUAL_MONTHS; i++) {
		jw_obj(w);
		jw_ki64(w, "month", i + 1);
		jw_ki64(w, "statuses", n->posts[i]);
		jw_ki64(w, "followers", n->followers[i]);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_tags(struct str name, int64_t count, struct jw *w)
{
	jw_key(w, "top_hashtags");
	jw_arr(w);
	if (name.n) {
		jw_obj(w);
		jw_kstr(w, "name", name);
		jw_ki64(w, "count", count);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_post(const char *key, status_id id, struct jw *w)
{
	if (id.v)
		jw_kid(w, key, id.v);
	else
		jw_knull(w, key);
}

/* *ret none: there is nothing to tell. */
static struct err *gather(struct call *c, account_id who, int64_t year, struct str *ret)
{
	int64_t months[ANNUAL_MONTHS + 1], count;
	struct buf b = buf_init(c->arena, DATA_MAX);
	struct jw w = jw_init(&b);
	struct annual_numbers n;
	struct annual_top top;
	struct str tag;
	bool any;

	*ret = STR_NONE;
	annual_months(year, months);
	TRY(annual_top_posts(c, who, months[0], months[ANNUAL_MONTHS], &top, &any));
	if (!any)
		return NULL;
	TRY(annual_count(c, who, months, &n));
	TRY(annual_top_tag(c, who, months[0], months[ANNUAL_MONTHS], &tag, &count));
	jw_obj(&w);
	jw_kz(&w, "archetype", archetype_word(annual_archetype(&n)));
	write_months(&n, &w);
	write_tags(tag, count, &w);
	jw_key(&w, "top_statuses");
	jw_obj(&w);
	write_post("by_reblogs", top.by_reblogs, &w);
	write_post("by_favourites", top.by_favourites, &w);
	write_post("by_replies", top.by_replies, &w);
	jw_obj_end(&w);
	jw_obj_end(&w);
	*ret = buf_str(&b);
	return NULL;
}

static struct err *save(struct call *c, void *arg) { return annual_report_add(c, arg); }

struct err *acts_annual_report_make(struct call *c, account_id who, int64_t year)
{
	struct annual_report r = { .account = who, .year = year, .created_us = c->now_us }, *stands;
	size_t n;

	if (!c->conf->annual_reports || year != annual_campaign(c->now_us))
		return NULL;
	TRY(annual_reports_of(c, who, year, &stands, &n));
	if (n)
		return NULL;
	TRY(gather(c, who, year, &r.data));
	return r.data.n ? store_tx(c, save, &r) : NULL;
}

struct reading {
	account_id who;
	int64_t year;
	bool was;
};

static struct err *read(struct call *c, void *arg)
{
	struct reading *r = arg;

	return annual_report_read(c, r->who, r->year, &r->was);
}

struct err *acts_annual_report_read(struct call *c, account_id who, int64_t year)
{
	struct reading r = { .who = who, .year = year };

	TRY(store_tx(c, read, &r));
	return r.was ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}
