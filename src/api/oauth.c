/* Tokens. RFC 6749, 7009, 8414; https://docs.joinmastodon.org/methods/oauth/ (the pages of /oauth/authorize are web's) */
#include "acts/oauth.h"
#include "api/api.h"
#include "api/api_priv.h"
#include "conf/conf.h"
#include "model/scope.h"
#include "view/app.h"
#include "wire/base64.h"
#include "wire/json.h"
#include "wire/url.h"

enum { JSON_MAX = 16 * 1024 };

struct str api__token_json(struct call *c, struct str token, struct str scopes, int64_t created_us)
{
	struct buf b = buf_init(c->arena, JSON_MAX);
	struct jw w = jw_init(&b);

	jw_obj(&w);
	jw_kstr(&w, "access_token", token);
	jw_kz(&w, "token_type", "Bearer");
	jw_kstr(&w, "scope", scopes);
	jw_ki64(&w, "created_at", created_us / US_PER_S);
	jw_obj_end(&w);
	return buf_str(&b);
}

struct client_in {
	struct str client_id, client_secret, token;
	struct str grant_type, code, redirect_uri, code_verifier, scope;
};
static const struct param client_params[] = {
	PARAM_STR(struct client_in, client_id, "client_id", .max = 500),
	PARAM_STR(struct client_in, client_secret, "client_secret", .max = 500),
	PARAM_STR(struct client_in, token, "token", .max = 500),
	PARAM_STR(struct client_in, grant_type, "grant_type", .max = 200),
	PARAM_STR(struct client_in, code, "code", .max = 500),
	PARAM_STR(struct client_in, redirect_uri, "redirect_uri", .max = APP_URI_MAX),
	PARAM_STR(struct client_in, code_verifier, "code_verifier", .max = 500),
	PARAM_STR(struct client_in, scope, "scope", .max = 2000),
};

/* RFC 6749, 2.3.1: HTTP Basic, whose halves are form-encoded, goes before the body. */
static void by_basic(struct call *c, const struct req *r, struct client_in *in)
{
	struct str h = req_said(r, "Authorization"), kind, value, plain, id, secret;

	if (!str_cut(h, ' ', &kind, &value) || !str_ieq(kind, STR("Basic")) || !base64_decode(c->arena, str_trim(value), &plain))
		return;
	if (!str_cut(plain, ':', &id, &secret) || !url_decode(c->arena, id, true, &id) || !url_decode(c->arena, secret, true, &secret))
		return;
	in->client_id = id;
	in->client_secret = secret;
}

static struct err *token(struct call *c, struct req *r)
{
	struct client_in *in = r->in;
	struct token_request ask;
	struct token_made made;

	by_basic(c, r, in);
	ask = (struct token_request){
		.grant_type = in->grant_type, .client_id = in->client_id, .client_secret = in->client_secret, .code = in->code,
		.redirect_uri = in->redirect_uri, .verifier = in->code_verifier, .scopes = in->scope,
	};
	TRY(acts_token_request(c, &ask, &made));
	req_header(r, "Cache-Control", STR("no-store"));
	req_json(r, api__token_json(c, made.token, made.scopes, made.created_us));
	return NULL;
}

static struct err *revoke(struct call *c, struct req *r)
{
	struct client_in *in = r->in;

	by_basic(c, r, in);
	TRY(acts_token_revoke(c, in->client_id, in->client_secret, in->token));
	req_json(r, STR("{}"));
	return NULL;
}

static struct err *userinfo(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_userinfo_json(c, r->viewer.account, &json));
	req_json(r, json);
	return NULL;
}

static void write_list(struct jw *w, const char *key, const char *const *words)
{
	jw_key(w, key);
	jw_arr(w);
	for (; *words; words++)
		jw_str(w, str_z(*words));
	jw_arr_end(w);
}

static struct err *metadata(struct call *c, struct req *r)
{
	static const char *const code[] = { "code", NULL }, *const modes[] = { "query", "fragment", "form_post", NULL };
	static const char *const grants[] = { "authorization_code", "client_credentials", NULL };
	static const char *const methods[] = { "client_secret_basic", "client_secret_post", NULL }, *const challenges[] = { "S256", NULL };
	static const char *const places[][2] = {
		{ "issuer", "/" }, { "authorization_endpoint", "/oauth/authorize" }, { "token_endpoint", "/oauth/token" },
		{ "app_registration_endpoint", "/api/v1/apps" }, { "revocation_endpoint", "/oauth/revoke" }, { "userinfo_endpoint", "/oauth/userinfo" },
	};
	struct buf b = buf_init(c->arena, JSON_MAX);
	struct jw w = jw_init(&b);

	jw_obj(&w);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		jw_kstr(&w, places[i][0], conf_url(c->arena, c->conf, places[i][1]));
	jw_kz(&w, "service_documentation", "https://docs.joinmastodon.org/");
	write_list(&w, "scopes_supported", scope_names);
	write_list(&w, "response_types_supported", code);
	write_list(&w, "response_modes_supported", modes);
	write_list(&w, "grant_types_supported", grants);
	write_list(&w, "token_endpoint_auth_methods_supported", methods);
	write_list(&w, "code_challenge_methods_supported", challenges);
	jw_obj_end(&w);
	req_json(r, buf_str(&b));
	return NULL;
}

const struct endpoint oauth_endpoints[] = {
	{ METHOD_POST, "/oauth/token", auth_none, NULL, LIMIT_API_ADDRESS, LANE_DB, token, PARAMS(struct client_in, client_params) },
	{ METHOD_POST, "/oauth/revoke", auth_none, NULL, LIMIT_API_ADDRESS, LANE_DB, revoke, PARAMS(struct client_in, client_params) },
	{ METHOD_GET, "/oauth/userinfo", auth_user, "profile", LIMIT_NONE, LANE_DB, userinfo },
	{ METHOD_POST, "/oauth/userinfo", auth_user, "profile", LIMIT_NONE, LANE_DB, userinfo },
	{ METHOD_GET, "/.well-known/oauth-authorization-server", auth_none, NULL, LIMIT_NONE, LANE_DB, metadata },
	{ 0 },
};
