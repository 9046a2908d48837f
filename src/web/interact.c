/* /authorize_interaction: where other servers send somebody of ours who wants to follow or answer one of theirs. */
#include "acts/follow.h"
#include "fed/resolve.h"
#include "view/account.h"
#include "view/status.h"
#include "web/web_priv.h"

static struct err *account_of(struct call *c, int64_t id, const struct account **ret)
{
	struct account_page accounts;

	TRY(view_accounts_load(c, ID_NONE(account_id), &id, 1, &accounts));
	*ret = view_account_of(&accounts, ID(account_id, id));
	return *ret && !(*ret)->suspended_us ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

static struct err *write_page(struct call *c, struct req *r, const struct tpl_interact *page)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);

	tpl_interact(&b, page);
	web__page(c, r, &(struct page_how){ .title = page->heading }, &b);
	return NULL;
}

static struct err *person_page(struct call *c, struct req *r, int64_t id, struct str done)
{
	struct tpl_interact page = {
		.heading = STR("Follow somebody"), .is_person = true, .csrf = req_csrf(c, r, "follow"), .id = arena_printf(c->arena, "%lld", (long long)id),
		.done = done,
	};
	const struct account *a;

	TRY(account_of(c, id, &a));
	page.handle = view_acct(c->arena, a);
	return write_page(c, r, &page);
}

static struct err *post_page(struct call *c, struct req *r, status_id id)
{
	struct tpl_interact page = { .heading = STR("A post from elsewhere") };
	struct tpl_post *post = arena_new(c->arena, struct tpl_post);
	const struct json *status;
	struct str json;

	TRY(view_status_json(c, &r->viewer, id, 0, &json));
	TRY(json_parse(c->arena, json, &status));
	page.post_n = web__post(c, status, true, post);
	page.post = post;
	return write_page(c, r, &page);
}

static struct err *show(struct call *c, struct req *r)
{
	struct str uri = params_get(r->params, "uri");
	enum fed_found kind = FED_FOUND_ACCOUNT;
	account_id who;
	int64_t id;

	if (!uri.n)
		return FAIL(c->arena, ERR_BAD_REQUEST, "The link that led here names nobody");
	if (str_ihas_prefix(uri, STR("http://")) || str_ihas_prefix(uri, STR("https://"))) {
		TRY(fed_resolve_uri(c, uri, &kind, &id));
		/* Its people can be followed one by one, from its page. */
		if (kind == FED_FOUND_COLLECTION)
			return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	} else {
		TRY(fed_resolve_handle(c, uri, &who));
		id = who.v;
	}
	return kind == FED_FOUND_ACCOUNT ? person_page(c, r, id, STR_NONE) : post_page(c, r, ID(status_id, id));
}

static struct err *follow(struct call *c, struct req *r)
{
	int64_t id = req_id(r, "id");
	enum follow_result got;
	const struct account *a;

	TRY(req_csrf_check(c, r, "follow"));
	TRY(account_of(c, id, &a));
	TRY(acts_follow(c, r->viewer.account, a->id, &(struct follow_options){ 0 }, &got));
	if (got == FOLLOW_ASKED)
		return person_page(c, r, id, STR("Asked. You follow them as soon as they, or their server, say yes."));
	return person_page(c, r, id, STR("You follow them now."));
}

#define PAGE .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES
const struct endpoint interact_endpoints[] = {
	{ METHOD_GET, "/authorize_interaction", PAGE, .lane = LANE_FETCH, .handler = show },
	{ METHOD_POST, "/authorize_interaction", PAGE, .lane = LANE_DB, .handler = follow },
	{ 0 },
};
