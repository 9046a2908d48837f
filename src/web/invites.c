/* /settings/invites: one's own invitations. */
#include "acts/invite.h"
#include "conf/conf.h"
#include "view/invite.h"
#include "web/web_priv.h"

struct invite_in { int64_t max_uses, expires_in; };
static const struct param invite_params[] = {
	PARAM_I64(struct invite_in, max_uses, "max_uses"),
	PARAM_I64(struct invite_in, expires_in, "expires_in"),
};

static const struct done_text done[] = {
	{ "made", "Your invitation is ready: pass its address on." },
	{ "ended", "That invitation is over." },
};

static struct tpl_invite shown(struct call *c, const struct invite_view *v, struct str csrf)
{
	struct str of = v->max_uses ? arena_printf(c->arena, " of %lld", (long long)v->max_uses) : STR("");

	return (struct tpl_invite){
		.address = v->url, .uses = arena_printf(c->arena, "Used %lld" STR_FMT " times", (long long)v->uses, STR_ARG(of)),
		.until = v->expires_us ? web__date(c->arena, v->expires_us) : STR_NONE, .open = v->open,
		.id = arena_printf(c->arena, "%lld", (long long)v->id), .csrf = csrf,
	};
}

static struct err *show(struct call *c, struct req *r, struct str error)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_invites page = { .csrf = web__settings_csrf(c, r), .error = error, .closed = c->conf->registrations != REGISTRATIONS_OPEN };
	struct invite_view *all;
	struct tpl_invite *v;

	if (!acts_invites_allowed(c, r->viewer.role))
		return FAIL(c->arena, ERR_FORBIDDEN, "People cannot invite others here");
	if (error.n)
		req_status(r, 422);
	TRY(view_invites(c, r->viewer.account, &all, &page.invites_n));
	v = arena_array(c->arena, struct tpl_invite, page.invites_n + 1);
	for (size_t i = 0; i < page.invites_n; i++)
		v[i] = shown(c, &all[i], page.csrf);
	page.invites = v;
	tpl_invites(&b, &page);
	web__settings(c, r, &(struct settings_how){ .path = "/settings/invites", .heading = "Invitations",
						    .notice = web__done(r, done, sizeof done / sizeof *done) }, &b);
	return NULL;
}

static struct err *invites(struct call *c, struct req *r) { return show(c, r, STR_NONE); }

static struct err *make(struct call *c, struct req *r)
{
	const struct invite_in *in = r->in;
	struct invite_new new = { r->viewer.account, r->viewer.role, in->max_uses, in->expires_in };
	struct str code;
	struct err *e;

	TRY(web__settings_check(c, r));
	e = acts_invite_create(c, &new, &code);
	if (e && e->code == ERR_INVALID)
		return show(c, r, e->text);
	TRY(e);
	req_redirect(r, 303, STR("/settings/invites?done=made"));
	return NULL;
}

static struct err *end(struct call *c, struct req *r)
{
	TRY(web__settings_check(c, r));
	TRY(acts_invite_end(c, r->viewer.account, req_id(r, "id")));
	req_redirect(r, 303, STR("/settings/invites?done=ended"));
	return NULL;
}

#define PAGE .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES
const struct endpoint invites_page_endpoints[] = {
	{ METHOD_GET, "/settings/invites", PAGE, .handler = invites },
	{ METHOD_POST, "/settings/invites", PAGE, .handler = make, PARAMS(struct invite_in, invite_params) },
	{ METHOD_POST, "/settings/invites/:id", PAGE, .handler = end },
	{ 0 },
};
