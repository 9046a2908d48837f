#include "view/credential.h"

#include "model/collection.h"
#include "store/relation.h"
#include "store/user.h"
#include "view/tag.h"
#include "view/view_priv.h"

enum { CREDENTIAL_JSON_MAX = 512 * 1024 };

/* What a role may do, in Mastodon's bits: https://docs.joinmastodon.org/entities/Role/#permissions */
enum {
	MAY_ADMINISTRATE = 1 << 0, MAY_VIEW_AUDIT_LOG = 1 << 2, MAY_VIEW_DASHBOARD = 1 << 3, MAY_MANAGE_REPORTS = 1 << 4,
	MAY_MANAGE_TAXONOMIES = 1 << 8, MAY_MANAGE_USERS = 1 << 10, MAY_INVITE = 1 << 16, MAY_ALL = (1 << 23) - 1,
};
static const struct {
	const char *id, *name;
	int permissions;
} roles[ROLE_COUNT] = {
	[ROLE_USER] = { "-99", "", MAY_INVITE },
	[ROLE_MODERATOR] = { "1", "Moderator",
			     MAY_INVITE | MAY_VIEW_AUDIT_LOG | MAY_VIEW_DASHBOARD | MAY_MANAGE_REPORTS | MAY_MANAGE_TAXONOMIES | MAY_MANAGE_USERS },
	[ROLE_ADMIN] = { "2", "Admin", MAY_ALL & ~MAY_ADMINISTRATE },
	[ROLE_OWNER] = { "3", "Owner", MAY_ALL },
};

static void write_role(struct call *c, enum role role, struct jw *w)
{
	jw_key(w, "role");
	jw_obj(w);
	jw_kz(w, "id", roles[role].id);
	jw_kz(w, "name", roles[role].name);
	jw_kz(w, "color", "");
	jw_kstr(w, "permissions", arena_printf(c->arena, "%d", roles[role].permissions));
	jw_kbool(w, "highlighted", role != ROLE_USER);
	jw_ki64(w, "collection_limit", COLLECTIONS_MAX);
	jw_obj_end(w);
}

/* As typed; whether a link was verified stands beside the rendered ones. */
static void write_fields_source(struct call *c, const struct account *a, struct jw *w)
{
	const struct json *typed = NULL, *shown = NULL;

	jw_key(w, "fields");
	jw_arr(w);
	if (a->fields_source.n && !json_parse(c->arena, a->fields_source, &typed) && !json_parse(c->arena, a->fields, &shown))
		for (size_t i = 0; i < json_len(typed); i++) {
			jw_obj(w);
			jw_kstr(w, "name", json_get_s(json_at(typed, i), "name"));
			jw_kstr(w, "value", json_get_s(json_at(typed, i), "value"));
			jw_kstr(w, "verified_at", json_get_s(json_at(shown, i), "verified_at"));
			jw_obj_end(w);
		}
	jw_arr_end(w);
}

static void write_source(struct call *c, const struct account *a, const struct user *u, int64_t requests, struct jw *w)
{
	jw_key(w, "source");
	jw_obj(w);
	jw_kraw(w, "attribution_domains", a->attribution_domains.n ? a->attribution_domains : STR("[]"));
	jw_kstr(w, "privacy", str_z(visibility_word(u->default_privacy)));
	jw_kbool(w, "sensitive", u->default_sensitive);
	jw_kstr(w, "language", u->default_language);
	jw_kstr(w, "note", a->note_source.p ? a->note_source : STR(""));
	write_fields_source(c, a, w);
	jw_ki64(w, "follow_requests_count", requests);
	jw_kbool(w, "hide_collections", a->hide_collections);
	jw_kbool(w, "discoverable", a->discoverable);
	jw_kbool(w, "indexable", a->indexable);
	jw_kz(w, "quote_policy", quote_policy_word(u->default_quote_policy));
	jw_obj_end(w);
}

static struct err *load(struct call *c, account_id me, struct account_page *ret_page, struct user *ret_user)
{
	bool found;

	TRY(view_accounts_load(c, me, &me.v, 1, ret_page));
	TRY(user_find(c, me, ret_user, &found));
	return found && view_account_of(ret_page, me) ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *view_credential_json(struct call *c, account_id me, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, CREDENTIAL_JSON_MAX);
	struct jw w = jw_init(&b);
	struct account_page page;
	struct user u;
	int64_t requests;

	TRY(load(c, me, &page, &u));
	TRY(follow_requests_count(c, me, &requests));
	jw_obj(&w);
	view__jw_members(&w, view__account_members(c, &page, me));
	write_source(c, view_account_of(&page, me), &u, requests, &w);
	write_role(c, u.role, &w);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

/* A picture's address, or null where there is none. */
static void write_picture(struct call *c, const char *key, struct str file, struct jw *w)
{
	jw_kstr(w, key, file.n ? view_media_url(c, file) : STR_NONE);
}

static struct str or_empty(struct str s) { return s.p ? s : STR(""); }

struct err *view_profile_json(struct call *c, account_id me, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, CREDENTIAL_JSON_MAX);
	struct jw w = jw_init(&b);
	struct account_page page;
	const struct account *a;
	struct str tags;
	struct user u;

	TRY(load(c, me, &page, &u));
	TRY(view_featured_tags_json(c, me, &tags));
	a = view_account_of(&page, me);
	jw_obj(&w);
	jw_kid(&w, "id", a->id.v);
	jw_kstr(&w, "display_name", a->display_name);
	jw_kstr(&w, "note", or_empty(a->note_source));
	jw_kstr(&w, "formatted_note", a->note);
	write_fields_source(c, a, &w);
	jw_kraw(&w, "formatted_fields", a->fields.n ? a->fields : STR("[]"));
	write_picture(c, "avatar", a->avatar_file, &w);
	write_picture(c, "avatar_static", a->avatar_static_file.n ? a->avatar_static_file : a->avatar_file, &w);
	jw_kstr(&w, "avatar_description", or_empty(a->avatar_description));
	write_picture(c, "header", a->header_file, &w);
	write_picture(c, "header_static", a->header_static_file.n ? a->header_static_file : a->header_file, &w);
	jw_kstr(&w, "header_description", or_empty(a->header_description));
	jw_kbool(&w, "locked", a->locked);
	jw_kbool(&w, "bot", a->bot);
	jw_kbool(&w, "hide_collections", a->hide_collections);
	jw_kbool(&w, "discoverable", a->discoverable);
	jw_kbool(&w, "indexable", a->indexable);
	jw_kbool(&w, "show_media", !a->hide_media);
	jw_kbool(&w, "show_media_replies", !a->hide_media_replies);
	jw_kbool(&w, "show_featured", !a->hide_featured);
	jw_kraw(&w, "attribution_domains", a->attribution_domains.n ? a->attribution_domains : STR("[]"));
	jw_kraw(&w, "featured_tags", tags);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_preferences_json(struct call *c, account_id me, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, CREDENTIAL_JSON_MAX);
	struct jw w = jw_init(&b);
	struct reading reading;
	struct user u;
	bool found;

	TRY(user_find(c, me, &u, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(user_reading(c, me, &reading));
	jw_obj(&w);
	jw_kz(&w, "posting:default:visibility", visibility_word(u.default_privacy));
	jw_kbool(&w, "posting:default:sensitive", u.default_sensitive);
	jw_kstr(&w, "posting:default:language", u.default_language);
	jw_kz(&w, "posting:default:quote_policy", quote_policy_word(u.default_quote_policy));
	jw_kz(&w, "reading:expand:media", expand_media_word(reading.media));
	jw_kbool(&w, "reading:expand:spoilers", reading.expand_spoilers);
	jw_kbool(&w, "reading:autoplay:gifs", reading.autoplay_gifs);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}
