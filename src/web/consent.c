/* /oauth/authorize: may this application use my account? RFC 6749 (4.1.1, 4.1.2), RFC 7636, form_post of OAuth 2.0 Form Post Response Mode. */
#include "acts/oauth.h"
#include "conf/conf.h"
#include "model/scope.h"
#include "view/account.h"
#include "view/app.h"
#include "web/web_priv.h"
#include "wire/url.h"

struct authorize_in {
	struct str response_type, client_id, redirect_uri, scope, state, code_challenge, code_challenge_method, response_mode, decision;
	enum tri force_login;
};
static const struct param authorize_params[] = {
	PARAM_STR(struct authorize_in, response_type, "response_type", .max = 100),
	PARAM_STR(struct authorize_in, client_id, "client_id", .max = 500),
	PARAM_STR(struct authorize_in, redirect_uri, "redirect_uri", .max = APP_URI_MAX),
	PARAM_STR(struct authorize_in, scope, "scope", .max = 2000),
	PARAM_STR(struct authorize_in, state, "state", .max = 4000),
	PARAM_STR(struct authorize_in, code_challenge, "code_challenge", .max = 500),
	PARAM_STR(struct authorize_in, code_challenge_method, "code_challenge_method", .max = 100),
	PARAM_STR(struct authorize_in, response_mode, "response_mode", .max = 100),
	PARAM_STR(struct authorize_in, decision, "decision", .max = 20),
	PARAM_TRI(struct authorize_in, force_login, "force_login"),
};

/* One answer to the application. */
struct answer {
	struct str code, error, error_text;
};

static struct str scopes_of(const struct authorize_in *in) { return in->scope.n ? in->scope : STR("read"); }

/* Who asks, and where the answer goes: without these there is nobody to send an error to. */
static struct err *find_app(struct call *c, const struct authorize_in *in, struct app_view *ret)
{
	bool found;

	TRY(view_app_find(c, in->client_id, ret, &found));
	if (!found)
		return FAIL(c->arena, ERR_BAD_REQUEST, "The app that sent you here is not known to this server. Start again in the app");
	if (!view_app_has_redirect(ret, in->redirect_uri))
		return FAIL(c->arena, ERR_BAD_REQUEST, "The app asked to be answered at an address that it has not registered");
	return NULL;
}

static struct answer fault_of(const struct authorize_in *in, const struct app_view *app)
{
	if (!str_eqz(in->response_type, "code"))
		return (struct answer){ .error = STR("unsupported_response_type"),
					.error_text = STR("The authorization server does not support this response type.") };
	if (!scopes_known(scopes_of(in)) || !scopes_subset(scopes_of(in), app->scopes))
		return (struct answer){ .error = STR("invalid_scope"), .error_text = STR("The requested scope is invalid, unknown, or malformed.") };
	if ((in->code_challenge.n || in->code_challenge_method.n) && (!str_eqz(in->code_challenge_method, "S256") || in->code_challenge.n != 43))
		return (struct answer){ .error = STR("invalid_request"), .error_text = STR("The code_challenge_method must be S256.") };
	if (in->response_mode.n && !str_eqz(in->response_mode, "query") && !str_eqz(in->response_mode, "fragment") &&
	    !str_eqz(in->response_mode, "form_post"))
		return (struct answer){ .error = STR("unsupported_response_mode"),
					.error_text = STR("The authorization server does not support this response mode.") };
	return (struct answer){ 0 };
}

static void add_pair(struct call *c, struct buf *b, const char *name, struct str value)
{
	if (!value.n)
		return;
	if (b->n)
		buf_addc(b, '&');
	buf_addz(b, name);
	buf_addc(b, '=');
	buf_add(b, url_encode(c->arena, value));
}

/* A form that its reader sends on: pages here run no scripts. */
static void answer_by_form(struct call *c, struct req *r, const struct app_view *app, const struct answer *a)
{
	const struct authorize_in *in = r->in;
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	const struct { const char *name; struct str value; } all[] = {
		{ "code", a->code }, { "error", a->error }, { "error_description", a->error_text }, { "state", in->state },
	};
	struct tpl_hidden hidden[4];
	struct tpl_form_post page = { .app = app->name, .action = in->redirect_uri, .hidden = hidden };

	for (size_t i = 0; i < 4; i++)
		if (all[i].value.n)
			hidden[page.hidden_n++] = (struct tpl_hidden){ str_z(all[i].name), all[i].value };
	tpl_form_post(&b, &page);
	web__page(c, r, &(struct page_how){ .title = app->name, .alone = true }, &b);
}

static void show_code(struct call *c, struct req *r, struct str code)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);

	tpl_code(&b, &(struct tpl_code){ code });
	web__page(c, r, &(struct page_how){ .title = STR("Your code"), .alone = true }, &b);
}

static struct err *answer(struct call *c, struct req *r, const struct app_view *app, const struct answer *a)
{
	const struct authorize_in *in = r->in;
	struct buf b = buf_init(c->arena, 64 * 1024);
	struct str uri = in->redirect_uri, sign;

	if (str_eqz(uri, OAUTH_OOB)) {
		if (a->error.n)
			return FAIL(c->arena, str_eqz(a->error, "access_denied") ? ERR_FORBIDDEN : ERR_BAD_REQUEST, "%s",
				    str_eqz(a->error, "access_denied") ? "You have refused the app. Nothing was changed" : arena_strz(c->arena, a->error_text));
		req_redirect(r, 303, arena_concat(c->arena, STR("/oauth/authorize/native?code="), a->code));
		return NULL;
	}
	if (str_eqz(in->response_mode, "form_post")) {
		answer_by_form(c, r, app, a);
		return NULL;
	}
	add_pair(c, &b, "code", a->code);
	add_pair(c, &b, "error", a->error);
	add_pair(c, &b, "error_description", a->error_text);
	add_pair(c, &b, "state", in->state);
	sign = str_eqz(in->response_mode, "fragment") ? STR("#") : str_find(uri, '?') < uri.n ? STR("&") : STR("?");
	req_redirect(r, 302, arena_concat(c->arena, uri, sign, buf_str(&b)));
	return NULL;
}

static const struct { const char *scope, *text; } words[] = {
	{ "read", "Read everything that you can read, your messages included" },
	{ "write", "Post and change things in your name" },
	{ "follow", "Read and change whom you follow, mute and block" },
	{ "push", "Send notifications to your devices" },
	{ "profile", "See who you are" },
	{ "read:accounts", "See accounts and your own settings" },
	{ "read:blocks", "See whom you block" },
	{ "read:bookmarks", "See your bookmarks" },
	{ "read:favourites", "See your favourites" },
	{ "read:filters", "See your filters" },
	{ "read:follows", "See whom you follow" },
	{ "read:lists", "See your lists" },
	{ "read:mutes", "See whom you mute" },
	{ "read:notifications", "See your notifications" },
	{ "read:search", "Search for you" },
	{ "read:statuses", "See all posts that you can see" },
	{ "read:collections", "See your collections" },
	{ "write:accounts", "Change your profile" },
	{ "write:blocks", "Block people and servers" },
	{ "write:bookmarks", "Bookmark posts" },
	{ "write:conversations", "Mute and delete conversations" },
	{ "write:favourites", "Favourite posts" },
	{ "write:filters", "Change your filters" },
	{ "write:follows", "Follow people" },
	{ "write:lists", "Change your lists" },
	{ "write:media", "Upload media" },
	{ "write:mutes", "Mute people and conversations" },
	{ "write:notifications", "Clear your notifications" },
	{ "write:reports", "Report other people" },
	{ "write:statuses", "Post, edit and delete posts" },
	{ "write:collections", "Change your collections" },
	{ "admin:read", "Read everything that moderators can read" },
	{ "admin:write", "Do everything that moderators can do" },
};

static struct str words_for(struct str scope)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eqz(scope, words[i].scope))
			return str_z(words[i].text);
	return str_has_prefix(scope, STR("admin:read:")) ? STR("Read what moderators can read here") : STR("Do what moderators can do here");
}

void web__scopes(struct call *c, struct str set, const struct tpl_scope **ret, size_t *ret_n)
{
	struct tpl_scope *list = arena_array(c->arena, struct tpl_scope, set.n / 2 + 2);
	struct str word;

	*ret_n = 0;
	while (str_next(&set, ' ', &word))
		if (word.n)
			list[(*ret_n)++] = (struct tpl_scope){ words_for(word), word };
	*ret = list;
}

/* Where one will be sent, in words: in the form that has no letters which look like others. */
static struct str place_of(struct call *c, struct str uri)
{
	struct url url;

	if (str_eqz(uri, OAUTH_OOB))
		return STR("a page with a code to copy");
	return url_parse(c->arena, uri, &url) ? url.domain : STR("the app");
}

static struct err *consent_page(struct call *c, struct req *r, const struct app_view *app)
{
	const struct authorize_in *in = r->in;
	const struct { const char *name; struct str value; } all[] = {
		{ "response_type", in->response_type }, { "client_id", in->client_id }, { "redirect_uri", in->redirect_uri }, { "scope", in->scope },
		{ "state", in->state }, { "code_challenge", in->code_challenge }, { "code_challenge_method", in->code_challenge_method },
		{ "response_mode", in->response_mode },
	};
	enum { ALL = sizeof all / sizeof *all };
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_hidden hidden[ALL];
	struct account_page accounts;
	const struct account *me;
	struct tpl_authorize page = {
		.csrf = req_csrf(c, r, "consent"), .app = app->name, .website = app->website, .domain = c->conf->domain,
		.where = place_of(c, in->redirect_uri), .hidden = hidden,
		.other = arena_concat(c->arena, STR("/auth/sign_in?again=1&return_to="), url_encode(c->arena, r->http->target)),
	};

	TRY(view_accounts_load(c, r->viewer.account, &r->viewer.account.v, 1, &accounts));
	me = view_account_of(&accounts, r->viewer.account);
	page.person = me ? me->username : STR("");
	for (size_t i = 0; i < ALL; i++)
		if (all[i].value.n)
			hidden[page.hidden_n++] = (struct tpl_hidden){ str_z(all[i].name), all[i].value };
	web__scopes(c, scopes_of(in), &page.scopes, &page.scopes_n);
	tpl_authorize(&b, &page);
	web__page(c, r, &(struct page_how){ .title = STR("Let an app in"), .alone = true }, &b);
	return NULL;
}

static struct err *authorize(struct call *c, struct req *r)
{
	const struct authorize_in *in = r->in;
	struct app_view app;
	struct answer fault;

	TRY(find_app(c, in, &app));
	fault = fault_of(in, &app);
	if (fault.error.n)
		return answer(c, r, &app, &fault);
	if (in->force_login == TRI_TRUE) {
		req_redirect(r, 303, arena_concat(c->arena, STR("/auth/sign_in?again=1&return_to="), url_encode(c->arena, r->http->target)));
		return NULL;
	}
	return consent_page(c, r, &app);
}

static struct err *refuse(struct call *c, struct req *r, const struct app_view *app)
{
	return answer(c, r, app, &(struct answer){ .error = STR("access_denied"),
						   .error_text = STR("The resource owner or authorization server denied the request.") });
}

static struct err *settle(struct call *c, struct req *r, bool allow)
{
	const struct authorize_in *in = r->in;
	struct grant g = { .account = r->viewer.account, .scopes = scopes_of(in), .redirect_uri = in->redirect_uri, .challenge = in->code_challenge };
	struct answer a = { 0 }, fault;
	struct app_view app;

	TRY(req_csrf_check(c, r, "consent"));
	TRY(find_app(c, in, &app));
	fault = fault_of(in, &app);
	if (fault.error.n)
		return answer(c, r, &app, &fault);
	if (!allow)
		return refuse(c, r, &app);
	g.app = app.id;
	TRY(acts_code_issue(c, &g, &a.code));
	return answer(c, r, &app, &a);
}

static struct err *decide(struct call *c, struct req *r)
{
	const struct authorize_in *in = r->in;

	return settle(c, r, str_eqz(in->decision, "allow"));
}

static struct err *deny(struct call *c, struct req *r) { return settle(c, r, false); }

static struct err *native(struct call *c, struct req *r)
{
	struct str code = params_get(r->params, "code");

	if (code.n == 0 || code.n > 200)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	show_code(c, r, code);
	return NULL;
}

#define PAGE .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES
const struct endpoint consent_endpoints[] = {
	{ METHOD_GET, "/oauth/authorize", PAGE, .handler = authorize, PARAMS(struct authorize_in, authorize_params) },
	{ METHOD_POST, "/oauth/authorize", PAGE, .handler = decide, PARAMS(struct authorize_in, authorize_params) },
	{ METHOD_DELETE, "/oauth/authorize", PAGE, .handler = deny, PARAMS(struct authorize_in, authorize_params) },
	{ METHOD_GET, "/oauth/authorize/native", PAGE, .handler = native },
	{ 0 },
};
