#include "view/annual_report.h"

#include "conf/conf.h"
#include "store/annual_report.h"
#include "view/status.h"
#include "view/view_priv.h"

enum { REPORTS_JSON_MAX = 4 * 1024 * 1024 };

static void write_report(const struct annual_report *r, struct jw *w)
{
	jw_obj(w);
	jw_ki64(w, "year", r->year);
	jw_kraw(w, "data", r->data);
	jw_ki64(w, "schema_version", ANNUAL_SCHEMA);
	jw_knull(w, "share_url");
	jw_kid(w, "account_id", r->account.v);
	jw_obj_end(w);
}

/* The posts that they name. */
static void find_posts(struct call *c, const struct annual_report *list, size_t n, struct id_set *ret)
{
	static const char *const by[] = { "by_reblogs", "by_favourites", "by_replies" };

	for (size_t i = 0; i < n; i++) {
		const struct json *data;
		int64_t id;

		if (json_parse(c->arena, list[i].data, &data))
			continue;
		for (size_t k = 0; k < sizeof by / sizeof *by; k++)
			if (str_i64(json_get_s(json_get(data, "top_statuses"), by[k]), &id))
				view__set_add(c, ret, id);
	}
}

struct err *view_annual_reports(struct call *c, const struct viewer *v, int64_t year, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, REPORTS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct account_page accounts;
	struct annual_report *list;
	struct id_set posts = { 0 };
	struct str statuses;
	size_t n;

	TRY(annual_reports_of(c, v->account, year, &list, &n));
	if (year && !n)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	find_posts(c, list, n, &posts);
	TRY(view_statuses_json(c, v, posts.v, posts.n, 0, CONTEXT_COUNT, &statuses));
	TRY(view_accounts_load(c, v->account, &v->account.v, n ? 1 : 0, &accounts));
	jw_obj(&w);
	jw_key(&w, "annual_reports");
	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		write_report(&list[i], &w);
	jw_arr_end(&w);
	jw_key(&w, "accounts");
	jw_arr(&w);
	if (n)
		view_account_write(c, &accounts, v->account, &w);
	jw_arr_end(&w);
	jw_kraw(&w, "statuses", statuses);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "annual reports outgrew their bound");
}

static struct err *eligible(struct call *c, const struct viewer *v, int64_t year, bool *ret)
{
	int64_t months[ANNUAL_MONTHS + 1];
	struct annual_top top;

	*ret = false;
	if (!c->conf->annual_reports || year != annual_campaign(c->now_us))
		return NULL;
	annual_months(year, months);
	return annual_top_posts(c, v->account, months[0], months[ANNUAL_MONTHS], &top, ret);
}

struct err *view_annual_report_state(struct call *c, const struct viewer *v, int64_t year, struct str *ret_json)
{
	struct annual_report *list;
	bool may = false;
	size_t n = 0;

	if (year)
		TRY(annual_reports_of(c, v->account, year, &list, &n));
	if (!n)
		TRY(eligible(c, v, year, &may));
	*ret_json = n ? STR("{\"state\":\"available\"}") : may ? STR("{\"state\":\"eligible\"}") : STR("{\"state\":\"ineligible\"}");
	return NULL;
}
