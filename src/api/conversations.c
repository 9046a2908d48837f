/* https://docs.joinmastodon.org/methods/conversations/ */
#include "acts/conversation.h"
#include "api/api.h"
#include "view/conversation.h"

enum { CONVERSATIONS_LIMIT = 20, CONVERSATIONS_LIMIT_MAX = 40 };

static conversation_id which(const struct req *r) { return ID(conversation_id, req_id(r, "id")); }

static struct err *list(struct call *c, struct req *r)
{
	struct page p = req_page(r, CONVERSATIONS_LIMIT, CONVERSATIONS_LIMIT_MAX);
	struct people_page page;

	TRY(view_conversations(c, &r->viewer, &p, &page));
	req_links(c, r, "min_id", page.first, page.last, page.full);
	req_json(r, page.json);
	return NULL;
}

static struct err *mark(struct call *c, struct req *r, bool unread)
{
	struct str json;

	TRY(acts_conversation_mark(c, r->viewer.account, which(r), unread));
	TRY(view_conversation_json(c, &r->viewer, which(r), &json));
	req_json(r, json);
	return NULL;
}

static struct err *read_it(struct call *c, struct req *r) { return mark(c, r, false); }
static struct err *unread_it(struct call *c, struct req *r) { return mark(c, r, true); }

static struct err *drop(struct call *c, struct req *r)
{
	TRY(acts_conversation_drop(c, r->viewer.account, which(r)));
	req_json(r, STR("{}"));
	return NULL;
}

const struct endpoint conversations_endpoints[] = {
	{ METHOD_GET, "/api/v1/conversations", auth_user, "read:statuses", LIMIT_NONE, LANE_DB, list },
	{ METHOD_DELETE, "/api/v1/conversations/:id", auth_user, "write:conversations", LIMIT_NONE, LANE_DB, drop },
	{ METHOD_POST, "/api/v1/conversations/:id/read", auth_user, "write:conversations", LIMIT_NONE, LANE_DB, read_it },
	{ METHOD_POST, "/api/v1/conversations/:id/unread", auth_user, "write:conversations", LIMIT_NONE, LANE_DB, unread_it },
	{ 0 }
};
