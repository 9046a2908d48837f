#include "view/report.h"

#include "store/featured_collection.h"
#include "store/report.h"
#include "view/account.h"
#include "view/view_priv.h"

enum { REPORT_JSON_MAX = 512 * 1024 };

struct err *view__reports_load(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct report_page *ret)
{
	int64_t *targets;

	*ret = (struct report_page){ 0 };
	TRY(reports_by_ids(c, ids, n, &ret->reports, &ret->n));
	TRY(reports_status_ids(c, ids, n, &ret->statuses, &ret->statuses_n));
	TRY(reports_rule_ids(c, ids, n, &ret->rules, &ret->rules_n));
	TRY(reports_collection_ids(c, ids, n, &ret->collections, &ret->collections_n));
	targets = arena_array(c->arena, int64_t, ret->n + 1);
	for (size_t i = 0; i < ret->n; i++)
		targets[i] = ret->reports[i].target.v;
	return view_accounts_load(c, viewer, targets, ret->n, &ret->people);
}

static void write_members(struct jw *w, const char *key, int64_t report, const struct report_member *v, size_t n)
{
	jw_key(w, key);
	jw_arr(w);
	for (size_t i = 0; i < n; i++)
		if (v[i].report == report)
			jw_id(w, v[i].id);
	jw_arr_end(w);
}

static void write_report(struct call *c, const struct report_page *p, const struct report *r, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", r->id);
	jw_kbool(w, "action_taken", r->action_taken_us > 0);
	jw_ktime(w, "action_taken_at", r->action_taken_us);
	jw_kz(w, "category", report_category_word(r->category));
	jw_kstr(w, "comment", r->comment);
	jw_kbool(w, "forwarded", r->forwarded);
	jw_ktime(w, "created_at", r->created_us);
	write_members(w, "status_ids", r->id, p->statuses, p->statuses_n);
	write_members(w, "rule_ids", r->id, p->rules, p->rules_n);
	write_members(w, "collection_ids", r->id, p->collections, p->collections_n);
	jw_key(w, "target_account");
	view_account_write(c, &p->people, r->target, w);
	jw_obj_end(w);
}

bool view__report_write(struct call *c, const struct report_page *p, int64_t id, const char *key, struct jw *w)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->reports[i].id == id && view_account_of(&p->people, p->reports[i].target)) {
			jw_key(w, key);
			write_report(c, p, &p->reports[i], w);
			return true;
		}
	return false;
}

struct err *view_report_json(struct call *c, account_id who, int64_t id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, REPORT_JSON_MAX);
	struct jw w = jw_init(&b);
	struct report_page p;

	TRY(view__reports_load(c, who, &id, 1, &p));
	if (!p.n || !id_eq(p.reports[0].account, who))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	write_report(c, &p, &p.reports[0], &w);
	*ret_json = buf_str(&b);
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a report outgrew its bound");
}

struct err *view_report_told(struct call *c, int64_t id, struct report_told *ret)
{
	struct report_status *statuses;
	struct report_member *members;
	struct map *collections;
	int64_t *ids;
	struct report r;
	size_t n;
	bool found;

	TRY(report_find(c, id, &r, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(report_statuses(c, id, &statuses, &ret->statuses_n));
	TRY(reports_collection_ids(c, &id, 1, &members, &n));
	ids = arena_array(c->arena, int64_t, n + 1);
	for (size_t i = 0; i < n; i++)
		ids[i] = members[i].id;
	TRY(collections_by_ids(c, ids, n, &collections));
	ret->comment = r.comment;
	ret->statuses = arena_array(c->arena, struct str, ret->statuses_n + n + 1);
	for (size_t i = 0; i < ret->statuses_n; i++)
		ret->statuses[i] = statuses[i].uri;
	for (size_t i = 0; i < n; i++) {
		const struct collection *k = map_find_i64(collections, ids[i]);

		if (k)
			ret->statuses[ret->statuses_n++] = k->uri;
	}
	return NULL;
}
