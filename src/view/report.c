#include "view/report.h"

#include "store/report.h"
#include "view/account.h"
#include "view/view_priv.h"

enum { REPORT_JSON_MAX = 512 * 1024 };

static void write_ids(struct jw *w, const char *key, const int64_t *v, size_t n)
{
	jw_key(w, key);
	jw_arr(w);
	for (size_t i = 0; i < n; i++)
		jw_id(w, v[i]);
	jw_arr_end(w);
}

struct err *view_report_json(struct call *c, account_id who, int64_t id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, REPORT_JSON_MAX);
	struct jw w = jw_init(&b);
	struct report_status *statuses;
	struct account_page accounts;
	struct report r;
	int64_t *rules, *ids;
	size_t statuses_n, rules_n;
	bool found;

	TRY(report_find(c, id, &r, &found));
	if (!found || !id_eq(r.account, who))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(report_statuses(c, id, &statuses, &statuses_n));
	TRY(report_rules(c, id, &rules, &rules_n));
	TRY(view_accounts_load(c, &r.target.v, 1, &accounts));
	ids = arena_array(c->arena, int64_t, statuses_n + 1);
	for (size_t i = 0; i < statuses_n; i++)
		ids[i] = statuses[i].status.v;
	jw_obj(&w);
	jw_kid(&w, "id", r.id);
	jw_kbool(&w, "action_taken", r.action_taken_us > 0);
	jw_ktime(&w, "action_taken_at", r.action_taken_us);
	jw_kz(&w, "category", report_category_word(r.category));
	jw_kstr(&w, "comment", r.comment);
	jw_kbool(&w, "forwarded", r.forwarded);
	jw_ktime(&w, "created_at", r.created_us);
	write_ids(&w, "status_ids", ids, statuses_n);
	write_ids(&w, "rule_ids", rules, rules_n);
	write_ids(&w, "collection_ids", NULL, 0);
	jw_key(&w, "target_account");
	view_account_write(c, &accounts, r.target, &w);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a report outgrew its bound");
}

struct err *view_report_told(struct call *c, int64_t id, struct report_told *ret)
{
	struct report_status *statuses;
	struct report r;
	bool found;

	TRY(report_find(c, id, &r, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(report_statuses(c, id, &statuses, &ret->statuses_n));
	ret->comment = r.comment;
	ret->statuses = arena_array(c->arena, struct str, ret->statuses_n + 1);
	for (size_t i = 0; i < ret->statuses_n; i++)
		ret->statuses[i] = statuses[i].uri;
	return NULL;
}
