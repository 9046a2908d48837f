/* /oauth/authorized_applications: the apps that somebody has let in. */
#include "acts/oauth.h"
#include "view/security.h"
#include "web/web_priv.h"

static const struct done_text done[] = { { "app", "It may not use your account any more." } };

static struct tpl_app_use shown(struct call *c, const struct app_use_view *a, struct str csrf)
{
	struct tpl_app_use v = {
		.name = a->name.p ? a->name : STR("Tokens made on the server's command line"), .website = a->website, .csrf = csrf,
		.created = web__date(c->arena, a->created_us), .used = a->used_us ? web__date(c->arena, a->used_us) : STR_NONE,
		.id = arena_printf(c->arena, "%lld", (long long)a->app.v),
	};

	web__scopes(c, a->scopes, &v.scopes, &v.scopes_n);
	return v;
}

static struct err *list(struct call *c, struct req *r)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct str csrf = web__settings_csrf(c, r);
	struct tpl_apps page = { 0 };
	struct app_use_view *apps;
	struct tpl_app_use *v;

	TRY(view_apps_of(c, r->viewer.account, &apps, &page.apps_n));
	v = arena_array(c->arena, struct tpl_app_use, page.apps_n + 1);
	for (size_t i = 0; i < page.apps_n; i++)
		v[i] = shown(c, &apps[i], csrf);
	page.apps = v;
	tpl_apps(&b, &page);
	web__settings(c, r, &(struct settings_how){ .path = "/oauth/authorized_applications", .heading = "Apps", .notice = web__done(r, done, 1) },
		      &b);
	return NULL;
}

static struct err *take_back(struct call *c, struct req *r)
{
	int64_t id;

	TRY(web__settings_check(c, r));
	/* 0 is no application: the tokens of the command line. */
	if (!str_i64(r->path_arg[0], &id) || id < 0)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(acts_app_revoke(c, r->viewer.account, ID(app_id, id)));
	req_redirect(r, 302, STR("/oauth/authorized_applications?done=app"));
	return NULL;
}

#define PAGE .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES
const struct endpoint apps_page_endpoints[] = {
	{ METHOD_GET, "/oauth/authorized_applications", PAGE, .handler = list },
	{ METHOD_DELETE, "/oauth/authorized_applications/:id", PAGE, .handler = take_back },
	{ METHOD_POST, "/oauth/authorized_applications/:id", PAGE, .handler = take_back },      /* what a form can send */
	{ 0 },
};
