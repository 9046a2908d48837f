#include "fed/people_collection.h"

#include "fed/actor_read.h"
#include "wire/date.h"
#include "wire/html.h"
#include "wire/text.h"
#include "wire/url.h"

enum { URI_MAX = 2048, LANGUAGE_MAX = 35, CLAIMED_MAX = 1000000 };

bool fed_is_people_collection(const struct json *doc)
{
	return json_kind(doc) == JSON_OBJECT && str_eqz(fed_text_of(json_get(doc, "type")), "FeaturedCollection");
}

static bool is_address(struct call *c, struct str uri) { return uri.n && uri.n <= URI_MAX && url_domain(c->arena, uri).n; }

static struct str characters_upto(struct str s, size_t max)
{
	size_t i = 0;

	for (size_t n = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] & 0xc0) != 0x80 && n++ == max)
			break;
	return str_upto(s, i);
}

static int64_t time_of(struct call *c, const struct json *doc, const char *key)
{
	int64_t us;

	return date_parse(json_get_s(doc, key), &us) && us > 0 ? (us < c->now_us ? us : c->now_us) : 0;
}

/* ---- its texts ---- */

/* The description, and the language that it is said to be in. */
static void read_summary(struct call *c, const struct json *doc, struct remote_collection *ret)
{
	struct json_iter it = json_iter(json_get(doc, "summaryMap"));
	struct str said = fed_text_of(json_get(doc, "summary"));

	if (json_kind(json_get(doc, "summaryMap")) == JSON_OBJECT && json_next(&it)) {
		ret->language = it.key.n >= 2 && it.key.n <= LANGUAGE_MAX ? it.key : STR_NONE;
		said = json_str(it.value).n ? json_str(it.value) : said;
	}
	ret->description = html_sanitize(c->arena, characters_upto(said, COLLECTION_DESCRIPTION_READ_MAX), 8 * COLLECTION_DESCRIPTION_READ_MAX);
}

static void read_topic(struct call *c, const struct json *doc, struct remote_collection *ret)
{
	struct str name = json_get_s(json_get(doc, "topic"), "name");

	if (name.n && name.p[0] == '#')
		name = str_from(name, 1);
	if (!text_tag_ok(name))
		return;
	ret->tag_key = text_tag_key(c->arena, name);
	ret->tag_name = name;
}

/* ---- who is in it ---- */

bool fed_people_item_read(struct call *c, const struct json *doc, struct str home, struct remote_item *ret)
{
	*ret = (struct remote_item){ .uri = fed_id_of(doc) };
	if (!is_address(c, ret->uri) || !url_same_host(ret->uri, home))
		return false;
	if (json_kind(doc) != JSON_OBJECT)
		return true;
	ret->object_uri = fed_id_of(json_get(doc, "featuredObject"));
	ret->approval_uri = fed_id_of(json_get(doc, "featureAuthorization"));
	ret->created_us = time_of(c, doc, "published");
	if (!is_address(c, ret->approval_uri) || !url_same_host(ret->approval_uri, ret->object_uri))
		ret->approval_uri = STR_NONE;
	return str_eqz(fed_text_of(json_get(doc, "type")), "FeaturedItem") && is_address(c, ret->object_uri);
}

static void read_items(struct call *c, const struct json *doc, struct remote_collection *ret)
{
	const struct json *list = json_get(doc, "orderedItems");
	struct remote_item *items = arena_array(c->arena, struct remote_item, COLLECTION_ITEMS_MAX);

	if (json_kind(list) == JSON_NONE)
		list = json_get(doc, "items");
	for (struct json_iter it = json_iter(json_kind(list) == JSON_ARRAY ? list : NULL); ret->items_n < COLLECTION_ITEMS_MAX && json_next(&it);)
		if (fed_people_item_read(c, it.value, ret->uri, &items[ret->items_n]))
			ret->items_n++;
	ret->items = items;
}

struct err *fed_people_collection_read(struct call *c, const struct json *doc, const struct account *owner, struct remote_collection *ret)
{
	int64_t claimed = 0;

	*ret = (struct remote_collection){ .uri = json_get_s(doc, "id"), .account = owner->id };
	if (!fed_is_people_collection(doc) || !is_address(c, ret->uri))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no collection of people", STR_ARG(str_upto(ret->uri, 200)));
	if (!str_eq(fed_id_of(json_get(doc, "attributedTo")), owner->uri) || !url_same_host(ret->uri, owner->uri))
		return FAIL(c->arena, ERR_INVALID, "the collection '" STR_FMT "' is not of '" STR_FMT "'", STR_ARG(ret->uri), STR_ARG(owner->uri));
	ret->name = text_display_name(c->arena, characters_upto(fed_text_of(json_get(doc, "name")), COLLECTION_NAME_READ_MAX));
	if (!ret->name.n)
		return FAIL(c->arena, ERR_INVALID, "the collection '" STR_FMT "' has no name", STR_ARG(ret->uri));
	ret->url = fed_page_of(c, json_get(doc, "url"), ret->uri);
	ret->sensitive = json_bool(json_get(doc, "sensitive"), false);
	ret->discoverable = json_bool(json_get(doc, "discoverable"), false);
	if (json_i64(json_get(doc, "totalItems"), &claimed) && claimed > 0)
		ret->claimed_items = claimed < CLAIMED_MAX ? claimed : CLAIMED_MAX;
	ret->created_us = time_of(c, doc, "published");
	ret->updated_us = time_of(c, doc, "updated");
	read_summary(c, doc, ret);
	read_topic(c, doc, ret);
	read_items(c, doc, ret);
	return NULL;
}
