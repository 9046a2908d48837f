#include "acts/oauth.h"

#include "acts/acts_user_priv.h"
#include "base/buf.h"
#include "crypt/digest.h"
#include "crypt/token.h"
#include "model/scope.h"
#include "store/event.h"
#include "store/push.h"
#include "store/token.h"
#include "wire/url.h"

static struct err *refuse(struct call *c, enum err_code code, const char *detail)
{
	static const struct { const char *detail, *text; } rows[] = {
		{ "invalid_client", "Client authentication failed due to unknown client, no client authentication included, or unsupported"
				    " authentication method." },
		{ "invalid_grant", "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the"
				   " authorization request, or was issued to another client." },
		{ "invalid_scope", "The requested scope is invalid, unknown, or malformed." },
		{ "unsupported_grant_type", "The authorization grant type is not supported by the authorization server." },
		{ "unauthorized_client", "You are not authorized to revoke this token" },
	};
	struct err *e = NULL;

	for (size_t i = 0; i < sizeof rows / sizeof *rows && !e; i++)
		if (strcmp(rows[i].detail, detail) == 0)
			e = FAIL(c->arena, code, "%s", rows[i].text);
	if (!e)
		e = FAIL_DEFAULT(c->arena, code);
	e->detail = detail;
	return e;
}

static struct err *missing(struct call *c, const char *parameter)
{
	struct err *e = FAIL(c->arena, ERR_BAD_REQUEST, "Missing required parameter: %s.", parameter);

	e->detail = "invalid_request";
	return e;
}

/* An absolute URI (RFC 3986, 4.3) of any scheme but those that run as script; native apps have schemes of their own. */
static bool redirect_ok(struct call *c, struct str uri)
{
	static const char *const never[] = { "data", "javascript", "vbscript" };
	size_t colon = str_find(uri, ':');
	struct str scheme = str_upto(uri, colon);
	struct url url;

	if (colon == uri.n || colon == 0 || uri.n > APP_URI_MAX || uri.n == colon + 1)
		return false;
	for (size_t i = 0; i < scheme.n; i++) {
		char ch = scheme.p[i];
		bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');

		if (!letter && !(i && ((ch >= '0' && ch <= '9') || ch == '+' || ch == '-' || ch == '.')))
			return false;
	}
	for (size_t i = 0; i < uri.n; i++)
		if ((unsigned char)uri.p[i] <= ' ' || uri.p[i] == 0x7f || uri.p[i] == '#' || strchr("<>\"\\^`", uri.p[i]))
			return false;
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (str_ieq(scheme, str_z(never[i])))
			return false;
	if (str_ieq(scheme, STR("http")) || str_ieq(scheme, STR("https")))
		return url_parse(c->arena, uri, &url);
	return true;
}

static struct err *check_app(struct call *c, const struct app_new *in)
{
	struct arena *a = c->arena;
	struct url url;

	if (!str_trim(in->name).n)
		return FAIL_FIELD(a, "name", "ERR_BLANK", "can't be blank");
	if (in->name.n > 4 * APP_NAME_MAX || str_utf8_upto(in->name, in->name.n).n != in->name.n)
		return FAIL_FIELD(a, "name", "ERR_TOO_LONG", "is too long (maximum is %d characters)", APP_NAME_MAX);
	if (in->redirect_uris_n == 0)
		return FAIL(a, ERR_INVALID, "Validation failed: Redirect URI can't be blank");
	if (in->redirect_uris_n > APP_URIS_MAX)
		return FAIL(a, ERR_INVALID, "Validation failed: Redirect URI has too many entries (maximum is %d)", APP_URIS_MAX);
	for (size_t i = 0; i < in->redirect_uris_n; i++)
		if (!redirect_ok(c, in->redirect_uris[i]))
			return FAIL(a, ERR_INVALID, "Validation failed: Redirect URI must be an absolute URI.");
	if (in->website.n && (in->website.n > APP_URI_MAX || !url_parse(a, in->website, &url)))
		return FAIL_FIELD(a, "website", "ERR_INVALID", "must be a valid URL");
	if (in->scopes.n && !scopes_known(in->scopes))
		return FAIL(a, ERR_INVALID, "Validation failed: Scopes doesn't match configured on the server.");
	return NULL;
}

static struct err *add_app(struct call *c, void *arg) { return app_add(c, arg); }

/* Every word once, one space between them. */
static struct str tidy_scopes(struct call *c, struct str set)
{
	struct str word, out = STR("");

	while (str_next(&set, ' ', &word)) {
		struct str rest = out, other;
		bool seen = word.n == 0;

		while (!seen && str_next(&rest, ' ', &other))
			seen = str_eq(other, word);
		if (!seen)
			out = out.n ? arena_concat(c->arena, out, STR(" "), word) : word;
	}
	return out;
}

struct err *acts_app_create(struct call *c, const struct app_new *in, struct app_made *ret)
{
	struct buf uris = buf_init(c->arena, (APP_URI_MAX + 1) * APP_URIS_MAX);
	struct app app;

	TRY(check_app(c, in));
	if (acts__characters(in->name) > APP_NAME_MAX)
		return FAIL_FIELD(c->arena, "name", "ERR_TOO_LONG", "is too long (maximum is %d characters)", APP_NAME_MAX);
	for (size_t i = 0; i < in->redirect_uris_n; i++) {
		buf_addz(&uris, i ? "\n" : "");
		buf_add(&uris, in->redirect_uris[i]);
	}
	*ret = (struct app_made){
		.id = ID(app_id, id_next(c)), .client_id = token_random(c), .client_secret = token_random(c), .name = str_trim(in->name),
		.website = in->website.n ? in->website : STR_NONE, .scopes = in->scopes.n ? tidy_scopes(c, in->scopes) : STR("read"),
		.redirect_uris = buf_str(&uris),
	};
	app = (struct app){
		.id = ret->id, .client_id = ret->client_id, .secret_hash = token_hash(c->arena, ret->client_secret), .name = ret->name,
		.website = ret->website, .redirect_uris = ret->redirect_uris, .scopes = ret->scopes, .created_us = c->now_us,
	};
	return store_tx(c, add_app, &app);
}

static struct err *add_code(struct call *c, void *arg) { return code_add(c, arg); }

struct err *acts_code_issue(struct call *c, const struct grant *in, struct str *ret_code)
{
	struct oauth_code k = {
		.scopes = tidy_scopes(c, in->scopes), .redirect_uri = in->redirect_uri, .challenge = in->challenge.n ? in->challenge : STR_NONE,
		.app = in->app, .account = in->account, .created_us = c->now_us,
	};

	*ret_code = token_random(c);
	k.hash = token_hash(c->arena, *ret_code);
	return store_tx(c, add_code, &k);
}

struct str acts__token_new(struct call *c, app_id app, account_id account, struct str scopes, struct token *ret_row)
{
	struct str token = token_random(c);

	*ret_row = (struct token){
		.id = ID(token_id, id_next(c)), .hash = token_hash(c->arena, token), .scopes = tidy_scopes(c, scopes), .app = app, .account = account,
		.created_us = c->now_us,
	};
	return token;
}

static struct err *add_token(struct call *c, void *arg) { return token_add(c, arg); }

struct err *acts_token_create(struct call *c, app_id app, account_id account, struct str scopes, struct token_made *ret)
{
	struct token row;

	if (!scopes_known(scopes))
		return refuse(c, ERR_BAD_REQUEST, "invalid_scope");
	ret->token = acts__token_new(c, app, account, scopes, &row);
	ret->scopes = row.scopes;
	ret->created_us = row.created_us;
	return store_tx(c, add_token, &row);
}

static struct err *authenticate(struct call *c, struct str client_id, struct str secret, struct app *ret)
{
	bool found = false;

	if (client_id.n && str_is_utf8(client_id))
		TRY(app_find_client(c, client_id, ret, &found));
	if (!found || !secret.n || !str_eq_secret(token_hash(c->arena, secret), ret->secret_hash))
		return refuse(c, ERR_UNAUTHORIZED, "invalid_client");
	return NULL;
}

struct exchange {
	const struct token_request *in;
	app_id app;
	struct str code_hash, verifier;
	struct token token;           /* its account and scopes come from the code */
};

/* A refusal here undoes the taking, so that a stranger with a code cannot spoil it for its owner. */
static struct err *exchange(struct call *c, void *arg)
{
	struct exchange *x = arg;
	struct oauth_code k;
	bool found, fits;

	TRY(code_take(c, x->code_hash, &k, &found));
	fits = found && id_eq(k.app, x->app) && str_eq(k.redirect_uri, x->in->redirect_uri) && k.created_us > c->now_us - CODE_LIVES_S * US_PER_S;
	/* A client that has a verifier asked with a challenge; if there is none, somebody took it out on the way (RFC 9700, 2.1.1). */
	if (fits && (k.challenge.n || x->verifier.n))
		fits = k.challenge.n && token_pkce_ok(x->verifier, k.challenge);
	if (!fits)
		return refuse(c, ERR_BAD_REQUEST, "invalid_grant");
	x->token.account = k.account;
	x->token.scopes = k.scopes;
	return token_add(c, &x->token);
}

static struct err *by_code(struct call *c, const struct token_request *in, const struct app *app, struct token_made *ret)
{
	struct exchange x = { .in = in, .app = app->id, .verifier = in->verifier };

	if (!in->code.n)
		return missing(c, "code");
	if (!in->redirect_uri.n)
		return missing(c, "redirect_uri");
	x.code_hash = token_hash(c->arena, in->code);
	ret->token = acts__token_new(c, app->id, ID_NONE(account_id), STR(""), &x.token);
	TRY(store_tx(c, exchange, &x));
	ret->scopes = x.token.scopes;
	ret->created_us = x.token.created_us;
	return NULL;
}

struct err *acts_token_request(struct call *c, const struct token_request *in, struct token_made *ret)
{
	struct str scopes = in->scopes.n ? in->scopes : STR("read");
	struct app app;

	if (!in->grant_type.n)
		return missing(c, "grant_type");
	if (!str_eqz(in->grant_type, "authorization_code") && !str_eqz(in->grant_type, "client_credentials"))
		return refuse(c, ERR_BAD_REQUEST, "unsupported_grant_type");
	TRY(authenticate(c, in->client_id, in->client_secret, &app));
	if (str_eqz(in->grant_type, "authorization_code"))
		return by_code(c, in, &app, ret);
	if (!scopes_known(scopes) || !scopes_subset(scopes, app.scopes))
		return refuse(c, ERR_BAD_REQUEST, "invalid_scope");
	return acts_token_create(c, app.id, ID_NONE(account_id), scopes, ret);
}

/* Streams that are open with these tokens close, and devices hear nothing more. */
static struct err *tell_revoked(struct call *c, const token_id *ids, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		TRY(push_drop_token(c, ids[i]));
		TRY(store_event_add(c, EVENT_TOKEN_REVOKED, ids[i].v, arena_printf(c->arena, "token:%lld", (long long)ids[i].v), STR_NONE));
	}
	return NULL;
}

struct err *acts__tokens_revoke_all(struct call *c, account_id who)
{
	token_id *ids;
	size_t n;

	TRY(tokens_revoke_all(c, who, &ids, &n));
	return tell_revoked(c, ids, n);
}

struct leave {
	account_id who;
	app_id app;
};

static struct err *leave(struct call *c, void *arg)
{
	const struct leave *l = arg;
	token_id *ids;
	size_t n;

	TRY(tokens_revoke_app(c, l->who, l->app, &ids, &n));
	return tell_revoked(c, ids, n);
}

struct err *acts_app_revoke(struct call *c, account_id who, app_id app)
{
	return store_tx(c, leave, &(struct leave){ who, app });
}

struct revocation {
	struct str hash;
	app_id app;
};

static struct err *revoke(struct call *c, void *arg)
{
	const struct revocation *r = arg;
	token_id id;
	bool was;

	TRY(token_revoke(c, r->hash, r->app, &id, &was));
	if (!was)
		return NULL;
	return tell_revoked(c, &id, 1);
}

struct err *acts_token_revoke(struct call *c, struct str client_id, struct str client_secret, struct str token)
{
	struct revocation r = { .hash = token_hash(c->arena, token) };
	struct app app;
	app_id owner;
	bool found;

	TRY(authenticate(c, client_id, client_secret, &app));
	TRY(token_owner_app(c, r.hash, &owner, &found));
	if (!found)
		return NULL;
	if (!id_eq(owner, app.id))
		return refuse(c, ERR_FORBIDDEN, "unauthorized_client");
	r.app = app.id;
	return store_tx(c, revoke, &r);
}
