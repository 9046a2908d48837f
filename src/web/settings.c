/* What stands around the pages of one's own settings. */
#include "web/web_priv.h"

/* To add a page: a line here. The first is where /settings leads. */
static const struct { const char *path, *text; } places[] = {
	{ "/settings/profile", "Profile" },
	{ "/settings/preferences", "Posting and reading" },
	{ "/settings/security", "Security" },
	{ "/oauth/authorized_applications", "Apps" },
	{ "/settings/invites", "Invitations" },
	{ "/settings/aliases", "Aliases" },
	{ "/settings/move", "Moving" },
	{ "/settings/export", "Export" },
	{ "/settings/import", "Import" },
	{ "/settings/delete", "Leaving" },
};

void web__settings(struct call *c, struct req *r, const struct settings_how *how, const struct buf *main)
{
	enum { PLACES = sizeof places / sizeof *places };
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_place links[PLACES];
	struct tpl_settings page = { .heading = str_z(how->heading), .notice = how->notice, .places = links, .places_n = PLACES,
				     .main = safe_html(buf_str(main)) };

	for (size_t i = 0; i < PLACES; i++)
		links[i] = (struct tpl_place){ str_z(places[i].path), str_z(places[i].text), strcmp(places[i].path, how->path) == 0 };
	tpl_settings(&b, &page);
	req_header(r, "Cache-Control", STR("private, no-store"));
	req_header(r, "Cross-Origin-Opener-Policy", STR("same-origin"));
	web__page(c, r, &(struct page_how){ .title = page.heading, .script = how->script }, &b);
}

struct str web__settings_csrf(struct call *c, struct req *r) { return req_csrf(c, r, "settings"); }
struct err *web__settings_check(struct call *c, struct req *r) { return req_csrf_check(c, r, "settings"); }

struct str web__done(const struct req *r, const struct done_text *texts, size_t n)
{
	struct str done = params_get(r->params, "done");

	for (size_t i = 0; i < n; i++)
		if (str_eqz(done, texts[i].word))
			return str_z(texts[i].text);
	return STR_NONE;
}

enum choice web__choice(enum tri ticked) { return ticked == TRI_TRUE ? CHOICE_YES : CHOICE_NO; }

static struct err *first(struct call *c, struct req *r)
{
	(void)c;
	req_redirect(r, 302, str_z(places[0].path));
	return NULL;
}

/* https://w3c.github.io/webappsec-change-password-url/ */
static struct err *change_password(struct call *c, struct req *r)
{
	(void)c;
	req_redirect(r, 302, STR("/settings/security#password-card"));
	return NULL;
}

#define PAGE .lane = LANE_DB, .limit = LIMIT_PAGES
const struct endpoint settings_endpoints[] = {
	{ METHOD_GET, "/settings", PAGE, .accept = ACCEPT_HTML, .auth = auth_session, .handler = first },
	{ METHOD_GET, "/auth/edit", PAGE, .auth = auth_none, .handler = change_password },
	{ METHOD_GET, "/.well-known/change-password", PAGE, .auth = auth_none, .handler = change_password },
	{ 0 },
};
