#include "view/app.h"

#include "conf/conf.h"
#include "store/account.h"
#include "store/session.h"
#include "store/user.h"
#include "view/account.h"
#include "view/instance.h"
#include "wire/json.h"

enum { APP_JSON_MAX = 256 * 1024 };

static struct app_view shown(const struct app *a)
{
	return (struct app_view){ .id = a->id, .name = a->name, .website = a->website, .scopes = a->scopes, .redirect_uris = a->redirect_uris };
}

struct err *view_app_find(struct call *c, struct str client_id, struct app_view *ret, bool *ret_found)
{
	struct app app;

	*ret_found = false;
	if (!client_id.n || !str_is_utf8(client_id))
		return NULL;
	TRY(app_find_client(c, client_id, &app, ret_found));
	if (*ret_found)
		*ret = shown(&app);
	return NULL;
}

bool view_app_has_redirect(const struct app_view *app, struct str uri)
{
	struct str rest = app->redirect_uris, one;

	while (str_next(&rest, '\n', &one))
		if (uri.n && str_eq(one, uri))
			return true;
	return false;
}

static void write_words(struct jw *w, const char *key, struct str text, char between)
{
	struct str word;

	jw_key(w, key);
	jw_arr(w);
	while (str_next(&text, between, &word))
		if (word.n)
			jw_str(w, word);
	jw_arr_end(w);
}

static struct err *write_app(struct call *c, app_id id, struct jw *w)
{
	struct str vapid;
	struct app app;
	bool found;

	TRY(app_find(c, id, &app, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(view_vapid_key(c, &vapid));
	jw_kid(w, "id", app.id.v);
	jw_kstr(w, "name", app.name);
	jw_kstr(w, "website", app.website.n ? app.website : STR_NONE);
	write_words(w, "scopes", app.scopes, ' ');
	write_words(w, "redirect_uris", app.redirect_uris, '\n');
	jw_kstr(w, "redirect_uri", app.redirect_uris);
	jw_kstr(w, "vapid_key", vapid.p ? vapid : STR(""));
	return NULL;
}

struct err *view_app_json(struct call *c, app_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, APP_JSON_MAX);
	struct jw w = jw_init(&b);

	jw_obj(&w);
	TRY(write_app(c, id, &w));
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_app_secret_json(struct call *c, app_id id, struct str client_id, struct str client_secret, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, APP_JSON_MAX);
	struct jw w = jw_init(&b);

	jw_obj(&w);
	TRY(write_app(c, id, &w));
	jw_kstr(&w, "client_id", client_id);
	jw_kstr(&w, "client_secret", client_secret);
	jw_ki64(&w, "client_secret_expires_at", 0);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_session(struct call *c, struct str hash, struct token_view *ret, bool *ret_found)
{
	struct token_owner o;
	int64_t id;

	TRY(session_owner(c, hash, &o, &id, ret_found));
	if (!*ret_found)
		return NULL;
	*ret = (struct token_view){
		.viewer = { .kind = VIEWER_PERSON, .account = o.token.account, .role = o.role },
		.confirmed = o.confirmed_us > 0, .approved = o.approved, .disabled = o.disabled_us > 0, .suspended = o.suspended_us > 0,
		.seen_us = o.token.last_used_us, .locale = o.locale, .session = id,
	};
	return NULL;
}

struct err *view_userinfo_json(struct call *c, account_id who, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, APP_JSON_MAX);
	struct jw w = jw_init(&b);
	struct account *a;

	TRY(account_find(c, who, &a));
	if (!a)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	jw_obj(&w);
	jw_kstr(&w, "iss", conf_url(c->arena, c->conf, "/"));
	jw_kstr(&w, "sub", a->uri);
	jw_kstr(&w, "name", a->display_name.n ? a->display_name : a->username);
	jw_kstr(&w, "preferred_username", a->username);
	jw_kstr(&w, "profile", a->url);
	jw_kstr(&w, "picture", view_avatar_url(c, a));
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_user_confirmed(struct call *c, account_id who, bool *ret)
{
	struct user u;

	TRY(user_find(c, who, &u, ret));
	*ret = *ret && u.confirmed_us > 0;
	return NULL;
}
