#include "view/relation.h"

#include "base/map.h"
#include "store/account.h"
#include "store/relation.h"
#include "view/view_priv.h"

enum { PEOPLE_JSON_MAX = 8 * 1024 * 1024, FAMILIAR_EACH = 40 };

static void write_languages(const struct relation *rel, struct jw *w)
{
	struct str rest = rel->languages, one;

	jw_key(w, "languages");
	if (!rest.n) {
		jw_null(w);
		return;
	}
	jw_arr(w);
	while (str_next(&rest, ',', &one))
		jw_str(w, one);
	jw_arr_end(w);
}

static void write_relation(const struct relation *rel, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", rel->other.v);
	jw_kbool(w, "following", rel->following);
	jw_kbool(w, "showing_reblogs", rel->showing_reblogs);
	jw_kbool(w, "notifying", rel->notifying);
	write_languages(rel, w);
	jw_kbool(w, "followed_by", rel->followed_by);
	jw_kbool(w, "blocking", rel->blocking);
	jw_kbool(w, "blocked_by", rel->blocked_by);
	jw_kbool(w, "muting", rel->muting);
	jw_kbool(w, "muting_notifications", rel->muting_notifications);
	jw_ktime(w, "muting_expires_at", rel->mute_expires_us);
	jw_kbool(w, "requested", rel->requested);
	jw_kbool(w, "requested_by", rel->requested_by);
	jw_kbool(w, "domain_blocking", rel->domain_blocking);
	jw_kbool(w, "endorsed", rel->endorsed);
	jw_kstr(w, "note", rel->note.p ? rel->note : STR(""));
	jw_obj_end(w);
}

struct err *view_relationships_json(struct call *c, account_id me, const int64_t *ids, size_t n, bool with_suspended, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, PEOPLE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct id_set each = { 0 };
	struct map *by_id;

	for (size_t i = 0; i < n; i++)
		view__set_add(c, &each, ids[i]);
	TRY(relations_of(c, me, each.v, each.n, &by_id));
	jw_arr(&w);
	for (size_t i = 0; i < each.n; i++) {
		const struct relation *rel = map_find_i64(by_id, each.v[i]);

		if (rel && (with_suspended || !rel->suspended))
			write_relation(rel, &w);
	}
	jw_arr_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_relationship_json(struct call *c, account_id me, account_id other, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, PEOPLE_JSON_MAX);
	struct jw w = jw_init(&b);
	const struct relation *rel;
	struct map *by_id;

	TRY(relations_of(c, me, &other.v, 1, &by_id));
	rel = map_find_i64(by_id, other.v);
	if (!rel)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	write_relation(rel, &w);
	*ret_json = buf_str(&b);
	return NULL;
}

/* Pages of people */

static struct err *write_people(struct call *c, enum relation_list list, account_id viewer, const struct relation_row *rows, size_t n,
				struct str *ret)
{
	struct buf b = buf_init(c->arena, PEOPLE_JSON_MAX);
	struct jw w = jw_init(&b);
	int64_t *ids = arena_array(c->arena, int64_t, n + 1);
	struct account_page accounts;

	for (size_t i = 0; i < n; i++)
		ids[i] = rows[i].other.v;
	TRY(view_accounts_load(c, viewer, ids, n, &accounts));
	jw_arr(&w);
	for (size_t i = 0; i < n; i++) {
		if (!view_account_of(&accounts, rows[i].other))
			continue;
		if (list != LIST_MUTES) {
			view_account_write(c, &accounts, rows[i].other, &w);
			continue;
		}
		jw_obj(&w);
		view__jw_members(&w, view__account_members(c, &accounts, rows[i].other));
		jw_ktime(&w, "mute_expires_at", rows[i].expires_us);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	*ret = buf_str(&b);
	return NULL;
}

static struct err *people(struct call *c, enum relation_list list, account_id of, account_id viewer, const struct page *p, struct people_page *ret)
{
	struct relation_row *rows;
	size_t n;

	TRY(relations_page(c, list, of, viewer, p, &rows, &n));
	*ret = (struct people_page){ .full = n > 0 && n == (size_t)p->limit };
	if (n > 0) {
		ret->first = rows[0].id;
		ret->last = rows[n - 1].id;
	}
	return write_people(c, list, viewer, rows, n, &ret->json);
}

static struct err *collection(struct call *c, const struct viewer *v, enum relation_list list, account_id of, const struct page *p,
			      struct people_page *ret)
{
	account_id viewer = v->kind == VIEWER_PERSON ? v->account : ID_NONE(account_id);
	bool own = id_eq(viewer, of), hidden;
	struct relation *rel = NULL;
	struct account *a;
	struct map *by_id;

	TRY(account_find(c, of, &a));
	if (!a || a->deleted_us)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (viewer.v && !own) {
		TRY(relations_of(c, viewer, &of.v, 1, &by_id));
		rel = map_find_i64(by_id, of.v);
	}
	hidden = a->suspended_us || (a->hide_collections && !own && list != LIST_ENDORSEMENTS) || (rel && rel->blocked_by);
	if (!hidden)
		return people(c, list, of, viewer, p, ret);
	*ret = (struct people_page){ .json = STRC("[]") };
	return NULL;
}

struct err *view_followers(struct call *c, const struct viewer *v, account_id of, const struct page *p, struct people_page *ret)
{
	return collection(c, v, LIST_FOLLOWERS, of, p, ret);
}

struct err *view_following(struct call *c, const struct viewer *v, account_id of, const struct page *p, struct people_page *ret)
{
	return collection(c, v, LIST_FOLLOWING, of, p, ret);
}

struct err *view_endorsements(struct call *c, const struct viewer *v, account_id of, const struct page *p, struct people_page *ret)
{
	return collection(c, v, LIST_ENDORSEMENTS, of, p, ret);
}

struct err *view_blocks(struct call *c, account_id me, const struct page *p, struct people_page *ret)
{
	return people(c, LIST_BLOCKS, me, me, p, ret);
}

struct err *view_mutes(struct call *c, account_id me, const struct page *p, struct people_page *ret)
{
	return people(c, LIST_MUTES, me, me, p, ret);
}

struct err *view_follow_requests(struct call *c, account_id me, const struct page *p, struct people_page *ret)
{
	return people(c, LIST_FOLLOW_REQUESTS, me, me, p, ret);
}

struct err *view_hidden_domains(struct call *c, account_id me, const struct page *p, struct people_page *ret)
{
	struct buf b = buf_init(c->arena, PEOPLE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct domain_row *rows;
	size_t n;

	TRY(domain_mutes_page(c, me, p, &rows, &n));
	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		jw_str(&w, rows[i].domain);
	jw_arr_end(&w);
	*ret = (struct people_page){ .json = buf_str(&b), .full = n > 0 && n == (size_t)p->limit };
	if (n > 0) {
		ret->first = rows[0].id;
		ret->last = rows[n - 1].id;
	}
	return NULL;
}

/* Sets of people */

struct err *view_familiar_followers(struct call *c, account_id me, const int64_t *ids, size_t n, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, PEOPLE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct account_page accounts;
	struct id_set of = { 0 }, all = { 0 };
	struct familiar *known;
	size_t known_n;

	for (size_t i = 0; i < n; i++)
		view__set_add(c, &of, ids[i]);
	TRY(familiar_followers(c, me, of.v, of.n, FAMILIAR_EACH, &known, &known_n));
	for (size_t i = 0; i < of.n; i++)
		view__set_add(c, &all, of.v[i]);
	for (size_t i = 0; i < known_n; i++)
		view__set_add(c, &all, known[i].follower.v);
	TRY(view_accounts_load(c, me, all.v, all.n, &accounts));
	jw_arr(&w);
	for (size_t i = 0; i < of.n; i++) {
		const struct account *a = view_account_of(&accounts, ID(account_id, of.v[i]));

		/* Of whom there is no more, nothing is said. */
		if (!a || a->suspended_us)
			continue;
		jw_obj(&w);
		jw_kid(&w, "id", of.v[i]);
		jw_key(&w, "accounts");
		jw_arr(&w);
		for (size_t k = 0; k < known_n; k++)
			if (known[k].of.v == of.v[i] && view_account_of(&accounts, known[k].follower))
				view_account_write(c, &accounts, known[k].follower, &w);
		jw_arr_end(&w);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_accounts_json(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, PEOPLE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct account_page accounts;
	struct id_set each = { 0 };

	for (size_t i = 0; i < n; i++)
		view__set_add(c, &each, ids[i]);
	TRY(view_accounts_load(c, viewer, each.v, each.n, &accounts));
	jw_arr(&w);
	for (size_t i = 0; i < each.n; i++) {
		const struct account *a = view_account_of(&accounts, ID(account_id, each.v[i]));

		if (a && !a->suspended_us && !a->pending)
			view_account_write(c, &accounts, a->id, &w);
	}
	jw_arr_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}
