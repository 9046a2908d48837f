/* What stands around every page, and pages of errors. */
#include "conf/conf.h"
#include "view/account.h"
#include "web/assets.h"
#include "view/instance_text.h"
#include "web/web_priv.h"
#include "wire/date.h"
#include "wire/text.h"
#include "wire/url.h"

/* With its version, so that it may be kept for good. */
static struct str asset_url(struct call *c, const char *name)
{
	for (const struct asset *a = web_assets; a->name; a++)
		if (strcmp(a->name, name) == 0)
			return arena_printf(c->arena, "/assets/%s?v=%.*s", name, 12, a->etag + 1);
	return arena_printf(c->arena, "/assets/%s", name);
}

/* Templates hold no scripts, so that none gets in by them; the few pages that run one of ours get it here. */
static struct safe_html head_of(struct call *c, const struct page_how *how)
{
	if (!how->script)
		return how->head;
	return safe_html(arena_concat(c->arena, how->head.s, STR("<script src=\""), asset_url(c, how->script),
				      STR("\" type=\"module\"></script>")));
}

static struct str policy(struct call *c, const struct page_how *how)
{
	return arena_concat(c->arena,
			    STR("default-src 'none'; style-src 'self'; img-src 'self' "), c->conf->base_url, STR("; media-src 'self' "),
			    c->conf->base_url, how->script ? STR("; script-src 'self'; connect-src 'self'") : STR(""),
			    STR("; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"),
			    how->alone ? STR("") : STR("; form-action 'self'"));
}

/* Who is signed in, for the page's head; a database that fails now costs the name, not the page. */
static void add_person(struct call *c, struct req *r, struct tpl_page *page)
{
	struct account_page accounts;
	const struct account *a;

	if (r->viewer.kind != VIEWER_PERSON || !r->session_token.n || view_accounts_load(c, r->viewer.account, &r->viewer.account.v, 1, &accounts))
		return;
	a = view_account_of(&accounts, r->viewer.account);
	if (!a)
		return;
	page->person = a->username;
	page->profile = a->url;
	page->csrf = req_csrf(c, r, "sign out");
}

void web__page(struct call *c, struct req *r, const struct page_how *how, const struct buf *main)
{
	struct buf b = buf_init(c->arena, WEB_PAGE_MAX);
	struct tpl_page page = {
		.title = how->title, .site = c->conf->title, .head = head_of(c, how), .main = safe_html(buf_str(main)), .style = asset_url(c, "style.css"),
		.can_join = conf_signup_possible(c->conf), .domain = c->conf->domain, .alone = how->alone,
	};

	if (!how->plain && !how->alone)
		add_person(c, r, &page);
	tpl_page(&b, &page);
	req_header(r, "Content-Security-Policy", policy(c, how));
	req_header(r, "X-Frame-Options", STR("DENY"));
	req_header(r, "Permissions-Policy", STR("camera=(), geolocation=(), microphone=(), payment=(), usb=()"));
	req_header(r, "Vary", STR("Accept, Cookie"));
	req_body(r, "text/html; charset=utf-8", buf_str(&b));
}

void web__message(struct call *c, struct req *r, const struct tpl_message *m)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);

	tpl_message(&b, m);
	web__page(c, r, &(struct page_how){ .title = m->heading }, &b);
}

static const char *heading_of(const struct err *e)
{
	switch (err_http(e->code)) {
	case 403: return "Not allowed";
	case 404: return "Nothing here";
	case 410: return "Gone";
	case 422: return "Something is missing";
	case 429: return "Too fast";
	case 500: return "Our mistake";
	case 503: return "Not now";
	default: return "That did not work";
	}
}

void web_html_error(struct call *c, struct req *r, const struct err *e)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_message m = { .heading = str_z(heading_of(e)), .text = e->text, .link = STR("/"), .link_text = STR("To the front page") };

	if (e->code == ERR_UNAUTHORIZED && r->endpoint && r->endpoint->auth == auth_session) {
		struct str back = r->http->method == METHOD_GET ? r->http->target : STR("/");

		req_redirect(r, 303, arena_concat(c->arena, STR("/auth/sign_in?return_to="), url_encode(c->arena, back)));
		r->out->body = STR("");
		return;
	}
	if (e->code == ERR_NOT_FOUND)
		m.text = STR("There is no such page, or it is not for everybody.");
	tpl_message(&b, &m);
	web__page(c, r, &(struct page_how){ .title = m.heading, .plain = true }, &b);
}

struct str web__local_path(struct str path)
{
	if (path.n < 1 || path.n > 4000 || path.p[0] != '/' || (path.n > 1 && (path.p[1] == '/' || path.p[1] == '\\')))
		return STR("/");
	for (size_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] <= ' ' || path.p[i] == 0x7f)
			return STR("/");
	return path;
}

struct safe_html web__prose(struct call *c, struct str text)
{
	return safe_html(view_prose(c, text));
}

struct str web__date(struct arena *a, int64_t us)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil t;

	date_to_civil(us, &t);
	return arena_printf(a, "%d %s %d, %02d:%02d", t.day, months[t.month - 1], t.year, t.hour, t.minute);
}

struct err *web__rules(struct call *c, const struct tpl_rule **ret, size_t *ret_n)
{
	struct tpl_rule *rules;
	struct rule_view *v;

	TRY(view_rules(c, STR_NONE, &v, ret_n));
	rules = arena_array(c->arena, struct tpl_rule, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++)
		rules[i] = (struct tpl_rule){ .text = v[i].text, .hint = v[i].hint };
	*ret = rules;
	return NULL;
}

struct str web__fault(const struct err *e, const char *field)
{
	static const struct str head = STRC("Validation failed: ");

	for (; e; e = e->next)
		if (str_eqz(e->field, field))
			return str_has_prefix(e->text, head) ? str_from(e->text, head.n) : e->text;
	return STR_NONE;
}

struct caller web__caller(const struct req *r)
{
	return (struct caller){ .address = r->http->peer, .user_agent = req_said(r, "User-Agent") };
}

/* The first of each that the text holds: browsers name those they imitate after themselves. */
struct str web__device(struct arena *a, struct str user_agent)
{
	static const struct { const char *mark, *name; } browsers[] = {
		{ "Edg", "Edge" }, { "OPR/", "Opera" }, { "Vivaldi", "Vivaldi" }, { "SamsungBrowser", "Samsung Internet" }, { "Firefox/", "Firefox" },
		{ "FxiOS", "Firefox" }, { "CriOS", "Chrome" }, { "HeadlessChrome", "Chromium" }, { "Chrome/", "Chrome" }, { "Safari/", "Safari" },
		{ "Epiphany", "GNOME Web" }, { "w3m", "w3m" }, { "Lynx", "Lynx" }, { "curl/", "curl" },
	}, systems[] = {
		{ "Android", "Android" }, { "iPhone", "iPhone" }, { "iPad", "iPad" }, { "CrOS", "ChromeOS" }, { "Windows", "Windows" },
		{ "Mac OS X", "macOS" }, { "Linux", "Linux" }, { "BSD", "BSD" },
	};
	struct str browser = STR_NONE, os = STR_NONE;

	for (size_t i = 0; i < sizeof browsers / sizeof *browsers && !browser.p; i++)
		if (str_contains(user_agent, str_z(browsers[i].mark)))
			browser = str_z(browsers[i].name);
	for (size_t i = 0; i < sizeof systems / sizeof *systems && !os.p; i++)
		if (str_contains(user_agent, str_z(systems[i].mark)))
			os = str_z(systems[i].name);
	if (!browser.p && !os.p)
		return STR("A browser that does not say what it is");
	if (!browser.p || !os.p)
		return browser.p ? browser : arena_concat(a, STR("A browser on "), os);
	return arena_concat(a, browser, STR(" on "), os);
}

bool web__timelines_open(const struct call *c, const struct req *r)
{
	return c->conf->timelines_public == TIMELINES_PUBLIC || (c->conf->timelines_public == TIMELINES_AUTHENTICATED && r->session_token.n > 0);
}

void web__leads_away(struct call *c, struct req *r, struct str url)
{
	struct str host = url_domain(c->arena, url);

	web__message(c, r, &(struct tpl_message){
		.heading = STR("This is on another server"), .text = arena_concat(c->arena, STR("What you opened is at "), host, STR(", not here.")),
		.link = url, .link_text = arena_concat(c->arena, STR("Go to "), host) });
}
