#include "acts/report.h"

#include "acts/notify.h"
#include "acts/outbound.h"
#include "acts/status_priv.h"
#include "base/map.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/featured_collection.h"
#include "store/report.h"
#include "store/rule.h"
#include "store/status.h"
#include "wire/json.h"
#include "wire/text.h"
#include "wire/url.h"

enum { MEDIA_JSON_MAX = 256 * 1024 };

struct reporting {
	struct report row;
	struct account *target;
	struct report_status *statuses;
	int64_t *rules, *collections;
	struct str *inboxes;              /* of other servers that are told */
	int64_t *answered;                /* accounts that the posts answer */
	size_t statuses_n, rules_n, collections_n, inboxes_n, answered_n;
	account_id instance;
	bool added;
};

/* ---- what stands in the posts ---- */

static struct str media_json(struct call *c, const struct status_parts *parts, status_id of)
{
	struct buf b = buf_init(c->arena, MEDIA_JSON_MAX);
	struct jw w = jw_init(&b);

	jw_arr(&w);
	for (size_t i = 0; i < parts->media_n; i++) {
		const struct media *m = &parts->media[i];

		if (!id_eq(m->status, of))
			continue;
		jw_obj(&w);
		jw_kid(&w, "id", m->id.v);
		jw_kstr(&w, "file", m->file);
		jw_kstr(&w, "remote_url", m->remote_url);
		jw_kstr(&w, "description", m->description);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	return buf_ok(&b) ? buf_str(&b) : STR("[]");
}

/* The target's posts among these: all of them, or those that a person may see. */
static struct err *take_statuses(struct call *c, struct reporting *r, const int64_t *ids, size_t n, bool judged, account_id viewer)
{
	struct map *by_id, *sees = NULL;
	struct status_parts parts;

	n = n < REPORT_STATUSES_MAX ? n : REPORT_STATUSES_MAX;
	r->statuses = arena_array(c->arena, struct report_status, n + 1);
	r->answered = arena_array(c->arena, int64_t, n + 1);
	if (n == 0)
		return NULL;
	TRY(statuses_by_ids(c, ids, n, &by_id));
	if (!judged)
		TRY(status_see(c, viewer, ids, n, &sees));
	TRY(status_parts_texts(c, ids, n, &parts));
	for (size_t i = 0; i < n; i++) {
		const struct status *s = map_find_i64(by_id, ids[i]);
		const struct see_row *see = sees ? map_find_i64(sees, ids[i]) : NULL;
		bool twice = false;

		for (size_t k = 0; s && k < r->statuses_n; k++)
			twice |= id_eq(r->statuses[k].status, s->id);
		if (!s || twice || !id_eq(s->account, r->target->id) || s->reblog_of.v || (!judged && (!see || !rule_may_see(see->visibility, &see->see))))
			continue;
		if (s->reply_to_account.v)
			r->answered[r->answered_n++] = s->reply_to_account.v;
		r->statuses[r->statuses_n++] = (struct report_status){
			.status = s->id, .uri = s->uri, .spoiler_text = s->spoiler_text.p ? s->spoiler_text : STR(""), .text = s->text,
			.content = s->content, .media = media_json(c, &parts, s->id), .visibility = s->visibility, .posted_us = s->created_us };
	}
	return NULL;
}

/* The target's collections among these; everybody may see them who has their address. */
static struct err *take_collections(struct call *c, struct reporting *r, const int64_t *ids, size_t n)
{
	struct map *by_id;

	n = n < REPORT_STATUSES_MAX ? n : REPORT_STATUSES_MAX;
	r->collections = arena_array(c->arena, int64_t, n + 1);
	TRY(collections_by_ids(c, ids, n, &by_id));
	for (size_t i = 0; i < n; i++) {
		const struct collection *k = map_find_i64(by_id, ids[i]);

		if (k && id_eq(k->account, r->target->id))
			r->collections[r->collections_n++] = ids[i];
	}
	return NULL;
}

/* ---- what the reporter says ---- */

static struct err *read_category(struct call *c, const struct report_in *in, struct reporting *r)
{
	r->row.category = in->rules_n ? REPORT_VIOLATION : REPORT_OTHER;
	if (in->category.n && !report_category_parse(in->category, &r->row.category))
		return FAIL_FIELD(c->arena, "category", "ERR_INCLUSION", "is not included in the list");
	if (r->row.category != REPORT_VIOLATION)
		return NULL;
	TRY(rules_known(c, in->rules, in->rules_n < RULES_MAX ? in->rules_n : RULES_MAX, &r->rules, &r->rules_n));
	if (r->rules_n != in->rules_n)
		return FAIL_FIELD(c->arena, "rule_ids", "ERR_INVALID", "does not reference valid rules");
	return NULL;
}

static bool wants(const struct report_in *in, struct str domain)
{
	for (size_t i = 0; i < in->domains_n; i++)
		if (str_ieq(in->domains[i], domain))
			return true;
	return false;
}

static void add_inbox(struct reporting *r, const struct account *a)
{
	struct str inbox = a->shared_inbox_uri.n ? a->shared_inbox_uri : a->inbox_uri;

	if (inbox.n)
		r->inboxes[r->inboxes_n++] = inbox;
}

/* The target's server, and, where they are named, those of people that the posts answer. */
static struct err *find_inboxes(struct call *c, const struct report_in *in, struct reporting *r)
{
	struct map *by_id = NULL;

	r->inboxes = arena_array(c->arena, struct str, r->answered_n + 2);
	if (!in->forward || r->target->local)
		return NULL;
	TRY(instance_actor_id(c, &r->instance));
	if (!in->only_domains || wants(in, r->target->domain))
		add_inbox(r, r->target);
	if (in->only_domains && r->answered_n)
		TRY(accounts_by_ids(c, r->answered, r->answered_n, &by_id));
	for (size_t i = 0; by_id && i < r->answered_n; i++) {
		const struct account *a = map_find_i64(by_id, r->answered[i]);

		if (a && !a->local && wants(in, a->domain))
			add_inbox(r, a);
	}
	return NULL;
}

static struct err *save(struct call *c, void *arg)
{
	struct reporting *r = arg;

	TRY(acts__family_limit(c, "reports", r->row.account, US_PER_DAY, REPORTS_LIMIT));
	TRY(report_add(c, &r->row, r->statuses, r->statuses_n, r->rules, r->rules_n, &r->added));
	if (!r->added)
		return NULL;
	TRY(report_collections_add(c, r->row.id, r->collections, r->collections_n));
	TRY(acts_notify_staff(c, NOTIFICATION_ADMIN_REPORT, r->row.account, r->row.id));
	if (!r->inboxes_n)
		return NULL;
	return acts_outbound_flag(c, r->instance, r->row.id, r->target->id, r->row.uri, r->inboxes, r->inboxes_n);
}

static struct err *find_target(struct call *c, account_id id, struct reporting *r)
{
	TRY(account_find(c, id, &r->target));
	return r->target && !r->target->deleted_us ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *acts_report(struct call *c, account_id who, const struct report_in *in, int64_t *ret_id)
{
	struct reporting r = { .row = { .id = id_next(c), .account = who, .target = in->target, .comment = in->comment.p ? in->comment : STR(""),
					.created_us = c->now_us } };

	TRY(find_target(c, in->target, &r));
	if (text_graphemes(c->arena, r.row.comment) > REPORT_CHARS_MAX)
		return FAIL_FIELD(c->arena, "comment", "ERR_TOO_LONG", "is too long (maximum is %d characters)", REPORT_CHARS_MAX);
	TRY(read_category(c, in, &r));
	TRY(take_statuses(c, &r, in->statuses, in->statuses_n, false, who));
	TRY(take_collections(c, &r, in->collections, in->collections_n));
	TRY(find_inboxes(c, in, &r));
	r.row.forwarded = r.inboxes_n > 0;
	r.row.uri = arena_printf(c->arena, STR_FMT "/reports/%lld", STR_ARG(c->conf->base_url), (long long)r.row.id);
	*ret_id = r.row.id;
	return store_tx(c, save, &r);
}

struct err *acts_report_receive(struct call *c, const struct report_received *in)
{
	struct reporting r = { .row = { .id = id_next(c), .account = in->from, .target = in->target, .comment = in->comment, .uri = in->uri,
					.category = REPORT_OTHER, .created_us = c->now_us } };
	struct err *e;

	TRY(find_target(c, in->target, &r));
	TRY(take_statuses(c, &r, in->statuses, in->statuses_n, true, ID_NONE(account_id)));
	TRY(take_collections(c, &r, in->collections, in->collections_n));
	e = store_tx(c, save, &r);
	return e && e->code == ERR_LIMITED ? NULL : e;
}
