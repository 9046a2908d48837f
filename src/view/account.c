#include "view/account.h"

#include "base/cache.h"
#include "conf/limits.h"
#include "model/collection.h"
#include "model/quote.h"
#include "store/account.h"
#include "store/relation.h"
#include "view/view_priv.h"
#include "wire/acct.h"
#include "wire/text.h"

enum { ACCOUNT_JSON_MAX = 256 * 1024 };

/* What is kept of an account begins with one of these: do they let everybody who is signed in do the same with them, or does that depend on what the
 * reader is to them? It ends with what they let somebody do who is nothing to them: ..."current_user":"automatic"}. */
enum { LETS_ALL = '=', DEPENDS = '?' };

/* Does it depend on what whoever asks is to them? */
static bool depends(const struct account *a)
{
	int64_t policy = feature_policy_of(a), some = QUOTE_FOLLOWERS | QUOTE_FOLLOWING;

	return ((quote_policy_automatic(policy) | quote_policy_manual(policy)) & some) != 0;
}

/* Who is not in the page after this has no such policy. */
static struct err *load_relations(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct account_page *ret)
{
	VEC(int64_t) asked = { 0 };

	ret->viewer = viewer;
	for (size_t i = 0; viewer.v && i < n; i++) {
		const struct account *a = map_find_i64(ret->by_id, ids[i]);

		if (a && depends(a))
			vec_push(c->arena, &asked, ids[i]);
	}
	return asked.n ? relations_of(c, viewer, asked.v, asked.n, &ret->relations) : NULL;
}

static struct err *load(struct call *c, const int64_t *ids, size_t n, struct account_page *ret)
{
	VEC(int64_t) moved = { 0 };
	struct map *others;

	*ret = (struct account_page){ 0 };
	TRY(accounts_by_ids(c, ids, n, &ret->by_id));
	for (size_t i = 0; i < n; i++) {
		const struct account *a = map_find_i64(ret->by_id, ids[i]);

		if (a && a->moved_to_id.v && !map_find_i64(ret->by_id, a->moved_to_id.v))
			vec_push(c->arena, &moved, a->moved_to_id.v);
	}
	if (moved.n == 0)
		return NULL;
	TRY(accounts_by_ids(c, moved.v, moved.n, &others));
	for (size_t i = 0; i < moved.n; i++)
		if (map_find_i64(others, moved.v[i]))
			map_put_i64(ret->by_id, moved.v[i], map_find_i64(others, moved.v[i]));
	return NULL;
}

struct err *view_accounts_load(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct account_page *ret)
{
	TRY(load(c, ids, n, ret));
	return load_relations(c, viewer, ids, n, ret);
}

static bool shows_no_pictures(const struct call *c, const struct account *a)
{
	return a->suspended_us || conf_limits_of(c->conf, a->domain).rejects_media;
}

/* What changes without a version: how its server stands here. */
static struct cache_key key_of(const struct call *c, const struct account *a)
{
	int standing = (a->suspended_us ? 4 : 0) + (a->silenced_us ? 2 : 0) + shows_no_pictures(c, a);

	return (struct cache_key){ a->id.v, a->version * 8 + standing, VIEW_CACHE_ACCOUNT };
}

struct err *view_accounts_load_rendered(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct account_page *ret)
{
	VEC(int64_t) others = { 0 };
	VEC(struct account *) ready = { 0 };
	struct map *marks, *texts = map_create(c->arena);

	TRY(accounts_marks(c, ids, n, &marks));
	for (size_t i = 0; i < n; i++) {
		struct account *a = map_find_i64(marks, ids[i]);
		struct str *text = a && !a->moved_to_id.v ? arena_new(c->arena, struct str) : NULL;

		if (text)
			*text = cache_find(c->arena, key_of(c, a));
		if (text && text->p && (text->p[0] == LETS_ALL || !viewer.v)) {
			map_put_i64(texts, a->id.v, text);
			vec_push(c->arena, &ready, a);
		} else if (a) {
			vec_push(c->arena, &others, ids[i]);
		}
	}
	TRY(load(c, others.v, others.n, ret));
	ret->texts = texts;
	for (size_t i = 0; i < ready.n; i++)
		map_put_i64(ret->by_id, ready.v[i]->id.v, ready.v[i]);
	return load_relations(c, viewer, ids, n, ret);
}

const struct account *view_account_of(const struct account_page *p, account_id id)
{
	const struct account *a = map_find_i64(p->by_id, id.v);

	return a && !a->deleted_us ? a : NULL;
}

struct str view_acct(struct arena *a, const struct account *acc)
{
	return acc->domain.n ? arena_concat(a, acc->username, STR("@"), acc->domain) : acc->username;
}

struct str view_media_url(struct call *c, struct str file)
{
	return arena_concat(c->arena, c->conf->base_url, STR("/media/"), file);
}

/* which: "avatar" or "header". A remote picture goes through our proxy, by the account's id; the last part changes with the picture. still: of one
 * that moves the first. */
static struct str picture_url(struct call *c, const struct account *a, const char *which, bool still, struct str file, struct str remote)
{
	bool none = shows_no_pictures(c, a);

	if (file.n && !none)
		return view_media_url(c, file);
	if (remote.n && !none)
		return arena_printf(c->arena, STR_FMT "/media_proxy/%s%s/%lld/%08x", STR_ARG(c->conf->base_url), which, still ? "_static" : "",
				    (long long)a->id.v, view__short_hash(remote));
	return arena_printf(c->arena, STR_FMT "/%ss/original/missing.png", STR_ARG(c->conf->base_url), which);
}

struct str view_avatar_url(struct call *c, const struct account *a)
{
	return picture_url(c, a, "avatar", false, a->avatar_file, a->avatar_remote_url);
}

struct str view_avatar_still_url(struct call *c, const struct account *a)
{
	return picture_url(c, a, "avatar", true, a->avatar_static_file.n ? a->avatar_static_file : a->avatar_file, a->avatar_remote_url);
}

struct str view_header_url(struct call *c, const struct account *a)
{
	return picture_url(c, a, "header", false, a->header_file, a->header_remote_url);
}

static struct str header_still_url(struct call *c, const struct account *a)
{
	return picture_url(c, a, "header", true, a->header_static_file.n ? a->header_static_file : a->header_file, a->header_remote_url);
}

static void write_roles(const struct account *a, struct jw *w)
{
	static const char *const names[] = { "", "Moderator", "Admin", "Owner" };

	jw_key(w, "roles");
	jw_arr(w);
	if (a->role != ROLE_USER) {
		jw_obj(w);
		jw_kid(w, "id", (int64_t)a->role);
		jw_kz(w, "name", names[a->role]);
		jw_kz(w, "color", "");
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_pictures(struct call *c, const struct account *a, struct jw *w)
{
	jw_kstr(w, "avatar", view_avatar_url(c, a));
	jw_kstr(w, "avatar_static", view_avatar_still_url(c, a));
	jw_kstr(w, "avatar_description", a->avatar_description.p ? a->avatar_description : STR(""));
	jw_kstr(w, "header", view_header_url(c, a));
	jw_kstr(w, "header_static", header_still_url(c, a));
	jw_kstr(w, "header_description", a->header_description.p ? a->header_description : STR(""));
}

/* Blocks do not show here, as they do not where a post says who may quote it. */
static void write_approval(const struct account *a, struct jw *w)
{
	struct feature_facts stranger = { .is_person = true };
	int64_t policy = a->suspended_us ? 0 : feature_policy_of(a);

	jw_key(w, "feature_approval");
	jw_obj(w);
	view__policy_people("automatic", quote_policy_automatic(policy), w);
	view__policy_people("manual", quote_policy_manual(policy), w);
	jw_kz(w, "current_user", feature_right_word(rule_feature(a, &stranger)));
	jw_obj_end(w);
}

/* What changes only with the account's version: everything but counters, without the braces. */
static void write_lasting(struct call *c, const struct account *a, struct jw *w)
{
	bool gone = a->suspended_us > 0;

	buf_addc(w->b, depends(a) ? DEPENDS : LETS_ALL);
	jw_kid(w, "id", a->id.v);
	jw_kstr(w, "username", a->username);
	jw_kstr(w, "acct", view_acct(c->arena, a));
	jw_kstr(w, "display_name", gone ? STR("") : a->display_name);
	jw_kbool(w, "locked", a->locked);
	jw_kbool(w, "bot", a->bot);
	jw_kbool(w, "group", a->actor_type == ACTOR_GROUP);
	jw_kbool(w, "discoverable", gone ? false : a->discoverable);
	jw_kbool(w, "indexable", gone ? false : a->indexable);
	jw_ktime(w, "created_at", a->created_us - a->created_us % US_PER_DAY);
	jw_kstr(w, "note", gone ? STR("") : a->note);
	jw_kstr(w, "url", a->url.n ? a->url : a->uri);
	jw_kstr(w, "uri", a->uri);
	write_pictures(c, a, w);
	jw_kbool(w, "hide_collections", a->hide_collections);
	jw_kbool(w, "show_media", !a->hide_media);
	jw_kbool(w, "show_media_replies", !a->hide_media_replies);
	jw_kbool(w, "show_featured", !a->hide_featured);
	jw_kraw(w, "emojis", shows_no_pictures(c, a) ? STR("[]") : view__emojis_shown(c, a->domain, a->emojis));
	jw_kraw(w, "fields", gone || !a->fields.n ? STR("[]") : a->fields);
	if (a->local) {
		jw_kbool(w, "noindex", !a->indexable);
		write_roles(a, w);
	}
	if (gone)
		jw_kbool(w, "suspended", true);
	if (a->silenced_us)
		jw_kbool(w, "limited", true);
	write_approval(a, w);
}

static struct str lasting(struct call *c, const struct account_page *p, const struct account *a)
{
	const struct str *ready = p->texts ? map_find_i64(p->texts, a->id.v) : NULL;
	struct str text = ready ? *ready : cache_find(c->arena, key_of(c, a));
	struct buf b;
	struct jw w;

	if (text.p)
		return text;
	b = buf_init(c->arena, ACCOUNT_JSON_MAX);
	w = jw_init(&b);
	write_lasting(c, a, &w);
	if (buf_ok(&b))
		cache_put(key_of(c, a), buf_str(&b));
	return buf_str(&b);
}

/* The lasting part, with what they let the viewer do. */
static void write_lasting_to(struct call *c, const struct account_page *p, const struct account *a, struct jw *w)
{
	const struct relation *r = p->relations ? map_find_i64(p->relations, a->id.v) : NULL;
	struct feature_facts f = { .is_person = p->viewer.v != 0, .is_self = id_eq(p->viewer, a->id), .follows = r && r->following,
				   .followed_by = r && r->followed_by };
	struct str text = lasting(c, p, a), members = str_from(text, 1);

	if (text.n && (text.p[0] != LETS_ALL || !p->viewer.v))
		members = arena_printf(c->arena, STR_FMT "\"%s\"}", STR_ARG(str_upto(members, str_rfind(members, ':') + 1)),
				       feature_right_word(rule_feature(a, &f)));
	view__jw_members(w, members);
}

static void write_one(struct call *c, const struct account_page *p, const struct account *a, bool nested, struct jw *w)
{
	const struct account *moved = nested || !a->moved_to_id.v || a->suspended_us ? NULL : view_account_of(p, a->moved_to_id);

	jw_obj(w);
	write_lasting_to(c, p, a, w);
	jw_ki64(w, "followers_count", a->followers_count);
	jw_ki64(w, "following_count", a->following_count);
	jw_ki64(w, "statuses_count", a->statuses_count);
	jw_key(w, "last_status_at");
	jw_date(w, a->last_status_us);
	if (moved) {
		jw_key(w, "moved");
		write_one(c, p, moved, true, w);
	}
	jw_obj_end(w);
}

void view_account_write(struct call *c, const struct account_page *p, account_id id, struct jw *w)
{
	const struct account *a = view_account_of(p, id);

	if (a)
		write_one(c, p, a, false, w);
	else
		jw_null(w);
}

struct str view__account_members(struct call *c, const struct account_page *p, account_id id)
{
	struct buf b = buf_init(c->arena, ACCOUNT_JSON_MAX);
	struct jw w = jw_init(&b);
	struct str s;

	view_account_write(c, p, id, &w);
	s = buf_str(&b);
	return str_of(s.p + 1, s.n - 2);     /* without its braces */
}

struct err *view_account_json(struct call *c, account_id viewer, account_id id, struct str *ret_json)
{
	struct account_page p;
	struct buf b = buf_init(c->arena, ACCOUNT_JSON_MAX);
	struct jw w = jw_init(&b);
	const struct account *a;

	TRY(view_accounts_load(c, viewer, &id.v, 1, &p));
	a = view_account_of(&p, id);
	if (!a || a->pending)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	view_account_write(c, &p, id, &w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_account_lookup(struct call *c, struct str acct, struct account **ret)
{
	struct acct parsed;

	if (!acct_parse(c->arena, acct, &parsed))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (!parsed.domain.p || str_eq(parsed.domain, c->conf->domain) || str_eq(parsed.domain, c->conf->web_domain))
		parsed.domain = STR("");
	if (conf_limits_of(c->conf, parsed.domain).suspended)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(account_find_handle(c, text_fold(c->arena, parsed.name), parsed.domain, ret));
	if (!*ret || (*ret)->deleted_us || (*ret)->pending)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	return NULL;
}
