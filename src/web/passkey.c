/* Passkeys: /settings/security/passkeys makes and removes them, /auth/passkey signs in with one. The only pages that run a script. */
#include "acts/passkey.h"
#include "conf/conf.h"
#include "view/security.h"
#include "web/web_priv.h"
#include "wire/url.h"

struct passkey_in { struct str current_password, name, id, credential, client_data, authenticator_data, public_key, signature, return_to; };
static const struct param passkey_params[] = {
	PARAM_STR(struct passkey_in, current_password, "current_password"),
	PARAM_STR(struct passkey_in, name, "name", .max = 1000),
	PARAM_STR(struct passkey_in, id, "id", .max = 30),
	PARAM_STR(struct passkey_in, credential, "credential", .max = 2000),
	PARAM_STR(struct passkey_in, client_data, "client_data"),
	PARAM_STR(struct passkey_in, authenticator_data, "authenticator_data"),
	PARAM_STR(struct passkey_in, public_key, "public_key", .max = 4000),
	PARAM_STR(struct passkey_in, signature, "signature", .max = 4000),
	PARAM_STR(struct passkey_in, return_to, "return_to"),
};

static const struct done_text done[] = {
	{ "added", "The passkey is there: you can sign in with it." },
	{ "removed", "The passkey is removed." },
};

static void page_of(struct call *c, struct req *r, const struct buf *main, const char *script)
{
	web__settings(c, r, &(struct settings_how){ .path = "/settings/security", .heading = "Passkeys", .script = script,
						    .notice = web__done(r, done, sizeof done / sizeof *done) }, main);
}

static struct err *show(struct call *c, struct req *r, struct str error, struct str drop_error)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_passkeys page = { .csrf = web__settings_csrf(c, r), .error = error, .drop_error = drop_error };
	struct passkey_view *keys;
	struct tpl_passkey *v;

	if (error.n || drop_error.n)
		req_status(r, 422);
	TRY(view_passkeys(c, r->viewer.account, &keys, &page.passkeys_n));
	v = arena_array(c->arena, struct tpl_passkey, page.passkeys_n + 1);
	for (size_t i = 0; i < page.passkeys_n; i++)
		v[i] = (struct tpl_passkey){
			.id = arena_printf(c->arena, "%lld", (long long)keys[i].id), .name = keys[i].name, .created = web__date(c->arena, keys[i].created_us),
			.used = keys[i].used_us ? web__date(c->arena, keys[i].used_us) : STR_NONE,
		};
	page.passkeys = v;
	tpl_passkeys(&b, &page);
	page_of(c, r, &b, NULL);
	return NULL;
}

static struct err *passkeys(struct call *c, struct req *r) { return show(c, r, STR_NONE, STR_NONE); }

static struct str known_to(struct call *c, const struct passkey_view *keys, size_t n)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);

	for (size_t i = 0; i < n; i++) {
		buf_addz(&b, i ? " " : "");
		buf_add(&b, keys[i].credential);
	}
	return buf_str(&b);
}

/* The password was right: the page whose script asks the authenticator. */
static struct err *begin(struct call *c, struct req *r)
{
	const struct passkey_in *in = r->in;
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_passkey_new page = { .csrf = web__settings_csrf(c, r), .name = in->name.n ? in->name : STR("Passkey"), .site = c->conf->title,
					.user = arena_printf(c->arena, "%lld", (long long)r->viewer.account.v) };
	struct passkey_view *keys;
	struct security_view v;
	struct err *e;
	size_t n;

	TRY(web__settings_check(c, r));
	e = acts_passkey_begin(c, r->viewer.account, in->current_password, &page.challenge);
	if (e && e->field.n)
		return show(c, r, web__fault(e, "current_password"), STR_NONE);
	TRY(e);
	TRY(view_security(c, r->viewer.account, &v));
	TRY(view_passkeys(c, r->viewer.account, &keys, &n));
	page.username = v.username;
	page.known = known_to(c, keys, n);
	tpl_passkey_new(&b, &page);
	page_of(c, r, &b, "passkey.js");
	return NULL;
}

static struct err *add(struct call *c, struct req *r)
{
	const struct passkey_in *in = r->in;
	struct passkey_new new = { in->name, in->client_data, in->authenticator_data, in->public_key };
	struct err *e;

	TRY(web__settings_check(c, r));
	e = acts_passkey_add(c, r->viewer.account, &new);
	if (e && e->code == ERR_INVALID)
		return show(c, r, e->text, STR_NONE);
	TRY(e);
	req_redirect(r, 303, STR("/settings/security/passkeys?done=added"));
	return NULL;
}

static struct err *take_away(struct call *c, struct req *r)
{
	const struct passkey_in *in = r->in;
	int64_t id = 0;
	struct err *e;

	TRY(web__settings_check(c, r));
	str_i64(in->id, &id);
	e = acts_passkey_drop(c, r->viewer.account, in->current_password, id);
	if (e && e->field.n)
		return show(c, r, STR_NONE, web__fault(e, "current_password"));
	TRY(e);
	req_redirect(r, 303, STR("/settings/security/passkeys?done=removed"));
	return NULL;
}

static struct err *sign_in_page(struct call *c, struct req *r, struct str error)
{
	const struct passkey_in *in = r->in;
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct str return_to = web__local_path(in->return_to);
	struct tpl_passkey_sign_in page = {
		.csrf = req_csrf(c, r, "passkey"), .challenge = acts_passkey_challenge(c), .return_to = return_to, .app = web__app_of(c, return_to),
		.back = arena_concat(c->arena, STR("/auth/sign_in?return_to="), url_encode(c->arena, return_to)), .error = error,
	};

	tpl_passkey_sign_in(&b, &page);
	req_header(r, "Cache-Control", STR("private, no-store"));
	web__page(c, r, &(struct page_how){ .title = STR("Sign in with a passkey"), .alone = page.app.n > 0, .script = "passkey.js" }, &b);
	return NULL;
}

static struct err *ask(struct call *c, struct req *r) { return sign_in_page(c, r, STR_NONE); }

static struct err *enter(struct call *c, struct req *r)
{
	const struct passkey_in *in = r->in;
	struct passkey_use use = { in->credential, in->client_data, in->authenticator_data, in->signature, web__caller(r) };
	struct signed_in got;
	struct err *e;

	TRY(req_csrf_check(c, r, "passkey"));
	e = acts_passkey_sign_in(c, &use, &got);
	if (web__refused(e)) {
		req_status(r, err_http(e->code));
		return sign_in_page(c, r, web__why(e));
	}
	TRY(e);
	return web__enter(c, r, got.token, in->return_to);
}

#define SETTINGS .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES
#define SIGN_IN .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session_optional
#define FIELDS PARAMS(struct passkey_in, passkey_params)
const struct endpoint passkey_endpoints[] = {
	{ METHOD_GET, "/settings/security/passkeys", SETTINGS, .handler = passkeys },
	{ METHOD_POST, "/settings/security/passkeys", SETTINGS, .handler = begin, FIELDS },
	{ METHOD_POST, "/settings/security/passkeys/add", SETTINGS, .handler = add, FIELDS },
	{ METHOD_POST, "/settings/security/passkeys/remove", SETTINGS, .handler = take_away, FIELDS },
	{ METHOD_GET, "/auth/passkey", SIGN_IN, .limit = LIMIT_PAGES, .handler = ask, FIELDS },
	{ METHOD_POST, "/auth/passkey", SIGN_IN, .limit = LIMIT_SIGN_IN, .handler = enter, FIELDS },
	{ 0 },
};
