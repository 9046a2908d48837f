#include "view/notification_policy.h"

#include "store/notification_policy.h"
#include "view/status.h"
#include "view/view_priv.h"

enum { COUNT_MAX = 100, JSON_MAX = 16 * 1024 * 1024 };

static void write_rule(const char *v2, const char *v1, enum policy_action action, bool booleans, struct jw *w)
{
	if (booleans && v1)
		jw_kbool(w, v1, action != POLICY_ACCEPT);
	else if (!booleans)
		jw_kz(w, v2, policy_action_word(action));
}

struct err *view_notification_policy(struct call *c, account_id who, bool booleans, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, JSON_MAX);
	struct jw w = jw_init(&b);
	struct notification_policy p;
	int64_t requests, notifications;

	TRY(notification_policy_find(c, who, &p));
	TRY(notification_requests_count(c, who, COUNT_MAX, &requests, &notifications));
	jw_obj(&w);
	write_rule("for_not_following", "filter_not_following", p.not_following, booleans, &w);
	write_rule("for_not_followers", "filter_not_followers", p.not_followers, booleans, &w);
	write_rule("for_new_accounts", "filter_new_accounts", p.new_accounts, booleans, &w);
	write_rule("for_private_mentions", "filter_private_mentions", p.private_mentions, booleans, &w);
	write_rule("for_limited_accounts", NULL, p.limited_accounts, booleans, &w);
	write_rule("for_bots", NULL, p.bots, booleans, &w);
	jw_key(&w, "summary");
	jw_obj(&w);
	jw_ki64(&w, "pending_requests_count", requests);
	jw_ki64(&w, "pending_notifications_count", notifications);
	jw_obj_end(&w);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

static void write_request(struct call *c, const struct notification_request *r, const struct account_page *people, const struct status_page *posts,
			  struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", r->id.v);
	jw_ktime(w, "created_at", r->created_us);
	jw_ktime(w, "updated_at", r->updated_us);
	jw_kid(w, "notifications_count", r->count);
	jw_key(w, "account");
	view_account_write(c, people, r->from, w);
	jw_key(w, "last_status");
	if (!r->last.v || !view_status_write(c, posts, r->last, w))
		jw_null(w);
	jw_obj_end(w);
}

static struct err *write_requests(struct call *c, const struct viewer *v, const struct notification_request *list, size_t n, struct jw *w)
{
	struct id_set from = { 0 }, last = { 0 };
	struct account_page people;
	struct status_page posts;

	for (size_t i = 0; i < n; i++) {
		view__set_add(c, &from, list[i].from.v);
		if (list[i].last.v)
			view__set_add(c, &last, list[i].last.v);
	}
	TRY(view_accounts_load(c, v->account, from.v, from.n, &people));
	TRY(view_statuses_load(c, v, last.v, last.n, 0, CONTEXT_NOTIFICATIONS, &posts));
	for (size_t i = 0; i < n; i++)
		if (view_account_of(&people, list[i].from))
			write_request(c, &list[i], &people, &posts, w);
	return NULL;
}

struct err *view_notification_requests(struct call *c, const struct viewer *v, const struct page *p, struct notification_json *ret)
{
	struct buf b = buf_init(c->arena, JSON_MAX);
	struct jw w = jw_init(&b);
	struct notification_request *list;
	size_t n;

	TRY(notification_requests_page(c, v->account, p, &list, &n));
	jw_arr(&w);
	TRY(write_requests(c, v, list, n, &w));
	jw_arr_end(&w);
	*ret = (struct notification_json){ buf_str(&b), n ? list[0].id.v : 0, n ? list[n - 1].id.v : 0, n == (size_t)p->limit };
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a page of requests outgrew its bound");
}

struct err *view_notification_request(struct call *c, const struct viewer *v, request_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, JSON_MAX);
	struct jw w = jw_init(&b);
	struct notification_request r;
	bool found;

	TRY(notification_request_find(c, v->account, id, &r, &found));
	if (found)
		TRY(write_requests(c, v, &r, 1, &w));
	*ret_json = buf_str(&b);
	return ret_json->n ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *view_notifications_merged(struct call *c, account_id who, struct str *ret_json)
{
	bool merging;

	TRY(notification_permissions_merging(c, who, &merging));
	*ret_json = merging ? STR("{\"merged\":false}") : STR("{\"merged\":true}");
	return NULL;
}
