/* What stands around every page, and pages of errors. */
#include "conf/conf.h"
#include "view/account.h"
#include "web/assets.h"
#include "web/web_priv.h"
#include "wire/date.h"
#include "wire/text.h"
#include "wire/url.h"

static struct str style_url(struct call *c)
{
	for (const struct asset *a = web_assets; a->name; a++)
		if (strcmp(a->name, "style.css") == 0)
			return arena_printf(c->arena, "/assets/style.css?v=%.*s", 12, a->etag + 1);
	return STR("/assets/style.css");
}

static struct str policy(struct call *c, const struct page_how *how)
{
	return arena_concat(c->arena,
			    STR("default-src 'none'; style-src 'self'; img-src 'self' "), c->conf->base_url, STR("; media-src 'self' "),
			    c->conf->base_url, STR("; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"),
			    how->alone ? STR("") : STR("; form-action 'self'"));
}

/* Who is signed in, for the page's head; a database that fails now costs the name, not the page. */
static void add_person(struct call *c, struct req *r, struct tpl_page *page)
{
	struct account_page accounts;
	const struct account *a;

	if (r->viewer.kind != VIEWER_PERSON || !r->session_token.n || view_accounts_load(c, &r->viewer.account.v, 1, &accounts))
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
		.title = how->title, .site = c->conf->title, .head = how->head, .main = safe_html(buf_str(main)), .style = style_url(c),
		.can_join = conf_signup_possible(c->conf), .domain = c->conf->domain, .alone = how->alone,
	};

	if (!how->plain && !how->alone)
		add_person(c, r, &page);
	tpl_page(&b, &page);
	req_header(r, "Content-Security-Policy", policy(c, how));
	req_header(r, "X-Frame-Options", STR("DENY"));
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
	if (!str_trim(text).n)
		return safe_html(STR(""));
	return safe_html(text_to_html(c->arena, text, &(struct text_format){ .base_url = c->conf->base_url }));
}

struct str web__date(struct arena *a, int64_t us)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil t;

	date_to_civil(us, &t);
	return arena_printf(a, "%d %s %d, %02d:%02d", t.day, months[t.month - 1], t.year, t.hour, t.minute);
}

void web__rules(struct call *c, const struct tpl_rule **ret, size_t *ret_n)
{
	size_t n = c->conf->rules.n;
	struct tpl_rule *rules = arena_array(c->arena, struct tpl_rule, n + 1);

	for (size_t i = 0; i < n; i++)
		rules[i].text = c->conf->rules.v[i];
	*ret = rules;
	*ret_n = n;
}

bool web__timelines_open(const struct call *c, const struct req *r)
{
	return c->conf->timelines_public == TIMELINES_PUBLIC || (c->conf->timelines_public == TIMELINES_AUTHENTICATED && r->session_token.n > 0);
}
