#include "fed/collection.h"

#include "wire/url.h"

struct reading {
	const struct json **v;
	size_t n, max;
};

static void take(struct reading *r, const struct json *page)
{
	const struct json *items = json_get(page, "orderedItems");

	if (json_kind(items) == JSON_NONE)
		items = json_get(page, "items");
	if (json_kind(items) == JSON_STRING || json_kind(items) == JSON_OBJECT) {
		if (r->n < r->max)
			r->v[r->n++] = items;
		return;
	}
	for (size_t i = 0; json_kind(items) == JSON_ARRAY && i < json_len(items) && r->n < r->max; i++)
		r->v[r->n++] = json_at(items, i);
}

/* What is embedded is there already; an address is fetched, where it is at home with the collection. */
static struct err *open_page(struct call *c, struct fed_budget *b, const struct json *said, struct str home, const struct json **ret)
{
	struct str uri = json_str(said);

	*ret = NULL;
	if (json_kind(said) == JSON_OBJECT)
		*ret = said;
	if (json_kind(said) != JSON_STRING || !url_same_host(uri, home))
		return NULL;
	return fed_fetch(c, b, uri, ret);
}

struct err *fed_collection_read(struct call *c, struct fed_budget *b, const struct json *said, struct str home, int max, int pages_max,
				const struct json ***ret, size_t *ret_n, bool *ret_whole)
{
	struct reading r = { arena_array(c->arena, const struct json *, (size_t)max + 1), 0, (size_t)max };
	const struct json *page;

	*ret = r.v;
	*ret_n = 0;
	TRY(open_page(c, b, said, home, &page));
	take(&r, page);
	/* Only a collection has a first page; a page, a next. */
	said = json_get(page, json_kind(json_get(page, "first")) == JSON_NONE ? "next" : "first");
	*ret_whole = json_kind(said) == JSON_NONE;
	for (int pages = 0; !*ret_whole && pages < pages_max && r.n < r.max; pages++) {
		struct err *e = open_page(c, b, said, home, &page);

		if (e && (e->code == ERR_LATER || e->code == ERR_BUSY || e->code == ERR_INTERNAL))
			return e;
		if (e || !page)
			break;
		take(&r, page);
		said = json_get(page, "next");
		*ret_whole = json_kind(said) == JSON_NONE;
	}
	*ret_whole = *ret_whole && r.n < r.max;
	*ret_n = r.n;
	return NULL;
}
