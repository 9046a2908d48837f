/* The page of a collection of people: what its address leads to. */
#include "view/collection.h"
#include "web/web_priv.h"

enum { DESCRIPTION_MAX = 200 };

static struct str name_of(const struct json *account)
{
	struct str name = json_get_s(account, "display_name");

	return name.n ? name : json_get_s(account, "username");
}

/* The first is whose it is. */
static void add_people(struct call *c, const struct json *accounts, struct tpl_collection *page)
{
	size_t n = json_len(accounts);
	struct tpl_collection_person *people = arena_array(c->arena, struct tpl_collection_person, n + 1);

	page->owner = json_get_s(json_at(accounts, 0), "acct");
	page->profile = json_get_s(json_at(accounts, 0), "url");
	for (size_t i = 1; i < n; i++) {
		const struct json *a = json_at(accounts, i);

		people[page->list_n++] = (struct tpl_collection_person){ json_get_s(a, "url"), json_get_s(a, "avatar_static"), name_of(a),
									 json_get_s(a, "acct") };
	}
	page->list = people;
}

static struct safe_html head(struct call *c, const struct json *k, const struct tpl_collection *page)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);

	tpl_profile_head(&b, &(struct tpl_profile_head){
		.title = page->name, .description = str_utf8_upto(page->description, DESCRIPTION_MAX), .page = json_get_s(k, "url"),
		.kind = STR("website"), .document = json_get_s(k, "uri"), .noindex = !json_bool(json_get(k, "discoverable"), false) });
	return safe_html(buf_str(&b));
}

static struct err *show(struct call *c, struct req *r)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	const struct json *doc, *k;
	struct tpl_collection page = { 0 };
	struct str json;

	TRY(view_collection_with_accounts(c, &r->viewer, ID(collection_id, req_id(r, "id")), &json));
	TRY(json_parse(c->arena, json, &doc));
	k = json_get(doc, "collection");
	if (!json_bool(json_get(k, "local"), false)) {
		web__leads_away(c, r, json_get_s(k, json_get_s(k, "url").n ? "url" : "uri"));
		return NULL;
	}
	page.name = json_get_s(k, "name");
	page.description = json_get_s(k, "description");
	page.sensitive = json_bool(json_get(k, "sensitive"), false);
	add_people(c, json_get(doc, "accounts"), &page);
	tpl_collection(&b, &page);
	web__page(c, r, &(struct page_how){ .title = page.name, .head = head(c, k, &page) }, &b);
	return NULL;
}

const struct endpoint collection_page_endpoints[] = {
	{ METHOD_GET, "/collections/:id", .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session_optional, .limit = LIMIT_PAGES, .handler = show },
	{ 0 },
};
