/* /settings/delete: leaving for good. */
#include "acts/delete.h"
#include "view/account.h"
#include "web/web_priv.h"

struct delete_in { struct str current_password; };
static const struct param delete_params[] = { PARAM_STR(struct delete_in, current_password, "current_password") };

static struct err *show(struct call *c, struct req *r, const struct err *e)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct account_page accounts;
	const struct account *me;
	struct tpl_delete page = { .csrf = web__settings_csrf(c, r), .password_error = web__fault(e, "current_password") };

	if (e)
		req_status(r, 422);
	TRY(view_accounts_load(c, r->viewer.account, &r->viewer.account.v, 1, &accounts));
	me = view_account_of(&accounts, r->viewer.account);
	page.name = me ? me->username : STR("");
	tpl_delete(&b, &page);
	web__settings(c, r, &(struct settings_how){ .path = "/settings/delete", .heading = "Leaving" }, &b);
	return NULL;
}

static struct err *page(struct call *c, struct req *r) { return show(c, r, NULL); }

static struct err *do_delete(struct call *c, struct req *r)
{
	const struct delete_in *in = r->in;
	struct err *e;

	TRY(web__settings_check(c, r));
	e = acts_account_delete(c, r->viewer.account, in->current_password);
	if (e && e->field.n)
		return show(c, r, e);
	TRY(e);
	req_session_put(c, r, STR_NONE);
	r->viewer = VIEWER_ANYBODY;
	web__message(c, r, &(struct tpl_message){ .heading = STR("Your account is deleted"),
						   .text = STR("What it left is being removed. Thank you for having been here."),
						   .link = STR("/"), .link_text = STR("To the front page") });
	return NULL;
}

#define PAGE .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES
const struct endpoint delete_endpoints[] = {
	{ METHOD_GET, "/settings/delete", PAGE, .handler = page },
	{ METHOD_POST, "/settings/delete", PAGE, .handler = do_delete, PARAMS(struct delete_in, delete_params) },
	{ 0 },
};
