/* /settings/move and /settings/aliases: living at another address. */
#include "acts/move.h"
#include "fed/resolve.h"
#include "view/account.h"
#include "view/move.h"
#include "web/web_priv.h"

struct move_in { struct str acct, current_password, uri; };
static const struct param move_params[] = {
	PARAM_STR(struct move_in, acct, "acct", .max = 2400),
	PARAM_STR(struct move_in, current_password, "current_password"),
	PARAM_STR(struct move_in, uri, "uri", .max = 4000),
};

static const struct done_text done[] = {
	{ "moved", "Your followers are on their way." },
	{ "again", "They are being told again." },
	{ "back", "You live here again." },
	{ "added", "The alias is added." },
	{ "removed", "The alias is removed." },
};
enum { DONE = sizeof done / sizeof *done };

/* Whom a typed address means, here or elsewhere, as they are right now. */
static struct err *find(struct call *c, struct str text, account_id *ret)
{
	struct str handle = str_trim(text);
	struct account *a;
	struct err *e;

	if (handle.n && handle.p[0] == '@')
		handle = str_from(handle, 1);
	e = view_account_lookup(c, handle, &a);
	if (!e && a->local) {
		*ret = a->id;
		return NULL;
	}
	e = fed_resolve_handle(c, handle, ret);
	if (!e)
		e = fed_refresh_actor(c, *ret);
	return e && err_http(e->code) < 500 ? FAIL_FIELD(c->arena, "acct", "ERR_INVALID", "could not be found") : e;
}

static struct err *show_ledger(struct call *c, account_id who, struct tpl_move *page)
{
	struct move_ledger ledger;

	TRY(view_move_ledger(c, who, &ledger));
	page->servers = (int64_t)ledger.n;
	page->waiting = (int64_t)ledger.waiting;
	page->pending = (int64_t)ledger.pending;
	page->along = ledger.along;
	page->followers_then = ledger.followers;
	return NULL;
}

static struct err *move_page(struct call *c, struct req *r, const struct err *e)
{
	const struct move_in *in = r->in;
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct move_view v;
	struct tpl_move page = { .csrf = web__settings_csrf(c, r), .acct = in->acct, .acct_error = web__fault(e, "acct"),
				 .password_error = web__fault(e, "current_password") };

	if (e)
		req_status(r, 422);
	TRY(view_move(c, r->viewer.account, &v));
	page.moved_to = v.acct;
	page.moved_url = v.url;
	page.followers = v.followers;
	TRY(show_ledger(c, r->viewer.account, &page));
	if (v.last_us > c->now_us - MOVE_COOLDOWN_DAYS * US_PER_DAY)
		page.wait_until = web__date(c->arena, v.last_us + MOVE_COOLDOWN_DAYS * US_PER_DAY);
	tpl_move(&b, &page);
	web__settings(c, r, &(struct settings_how){ .path = "/settings/move", .heading = "Moving", .notice = web__done(r, done, DONE) }, &b);
	return NULL;
}

static struct err *move(struct call *c, struct req *r) { return move_page(c, r, NULL); }

static struct err *do_move(struct call *c, struct req *r)
{
	const struct move_in *in = r->in;
	account_id to;
	struct err *e;

	TRY(web__settings_check(c, r));
	e = find(c, in->acct, &to);
	if (!e)
		e = acts_move_out(c, r->viewer.account, to, in->current_password);
	if (e && e->field.n)
		return move_page(c, r, e);
	TRY(e);
	req_redirect(r, 303, STR("/settings/move?done=moved"));
	return NULL;
}

static struct err *again(struct call *c, struct req *r)
{
	TRY(web__settings_check(c, r));
	TRY(acts_move_prompt(c, r->viewer.account));
	req_redirect(r, 303, STR("/settings/move?done=again"));
	return NULL;
}

static struct err *cancel(struct call *c, struct req *r)
{
	TRY(web__settings_check(c, r));
	TRY(acts_move_end(c, r->viewer.account));
	req_redirect(r, 303, STR("/settings/move?done=back"));
	return NULL;
}

static struct err *aliases_page(struct call *c, struct req *r, const struct err *e)
{
	const struct move_in *in = r->in;
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_aliases page = { .csrf = web__settings_csrf(c, r), .acct = in->acct, .acct_error = web__fault(e, "acct") };
	struct alias_view *all;
	struct tpl_alias *v;

	if (e)
		req_status(r, 422);
	TRY(view_aliases(c, r->viewer.account, &all, &page.aliases_n));
	v = arena_array(c->arena, struct tpl_alias, page.aliases_n + 1);
	for (size_t i = 0; i < page.aliases_n; i++)
		v[i] = (struct tpl_alias){ .acct = all[i].acct, .uri = all[i].uri, .csrf = page.csrf };
	page.aliases = v;
	tpl_aliases(&b, &page);
	web__settings(c, r, &(struct settings_how){ .path = "/settings/aliases", .heading = "Aliases", .notice = web__done(r, done, DONE) }, &b);
	return NULL;
}

static struct err *aliases(struct call *c, struct req *r) { return aliases_page(c, r, NULL); }

static struct err *add(struct call *c, struct req *r)
{
	const struct move_in *in = r->in;
	account_id other;
	struct err *e;

	TRY(web__settings_check(c, r));
	e = find(c, in->acct, &other);
	if (!e)
		e = acts_alias_add(c, r->viewer.account, other);
	if (e && e->field.n)
		return aliases_page(c, r, e);
	TRY(e);
	req_redirect(r, 303, STR("/settings/aliases?done=added"));
	return NULL;
}

static struct err *drop(struct call *c, struct req *r)
{
	const struct move_in *in = r->in;

	TRY(web__settings_check(c, r));
	TRY(acts_alias_remove(c, r->viewer.account, in->uri));
	req_redirect(r, 303, STR("/settings/aliases?done=removed"));
	return NULL;
}

#define PAGE .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES
#define FIELDS PARAMS(struct move_in, move_params)
const struct endpoint move_endpoints[] = {
	{ METHOD_GET, "/settings/move", PAGE, .lane = LANE_DB, .handler = move, FIELDS },
	{ METHOD_POST, "/settings/move", PAGE, .lane = LANE_FETCH, .handler = do_move, FIELDS },
	{ METHOD_POST, "/settings/move/again", PAGE, .lane = LANE_DB, .handler = again },
	{ METHOD_POST, "/settings/move/cancel", PAGE, .lane = LANE_DB, .handler = cancel },
	{ METHOD_GET, "/settings/aliases", PAGE, .lane = LANE_DB, .handler = aliases, FIELDS },
	{ METHOD_POST, "/settings/aliases", PAGE, .lane = LANE_FETCH, .handler = add, FIELDS },
	{ METHOD_POST, "/settings/aliases/remove", PAGE, .lane = LANE_DB, .handler = drop, FIELDS },
	{ 0 },
};
