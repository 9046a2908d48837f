/* Posts that link to collections of people. https://docs.joinmastodon.org/client/collections/#sharing-collections */
#include "acts/collection_priv.h"
#include "store/featured_collection.h"
#include "wire/html.h"

enum { LINKS_MAX = 20 };

static size_t add_each_once(struct str *v, size_t n, struct str one)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i], one))
			return n;
	if (n < LINKS_MAX)
		v[n++] = one;
	return n;
}

/* What may be the address of one: what is neither a mention nor a hashtag. */
static size_t find_links(struct call *c, const struct status_whole *w, struct str *ret)
{
	struct html_link *links;
	size_t n = html_links(c->arena, w->s.content, &links), found = 0;

	for (size_t i = 0; i < n; i++)
		if (!links[i].is_head && !html_has_word(links[i].classes, "mention") && !html_has_word(links[i].classes, "hashtag"))
			found = add_each_once(ret, found, links[i].href);
	return found;
}

static const struct collection *named(const struct collection *all, size_t n, struct str uri)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].uri, uri) || str_eq(all[i].url, uri))
			return &all[i];
	return NULL;
}

struct err *acts__collections_link(struct call *c, const struct status_whole *w, bool had)
{
	struct status_collection links[LINKS_MAX];
	struct collection *known;
	struct str uris[LINKS_MAX];
	size_t n = 0, known_n, links_n = 0;

	if (w->s.reblog_of.v)
		return NULL;
	if (w->s.local)
		n = find_links(c, w, uris);
	for (size_t i = 0; !w->s.local && i < w->collections_n; i++)
		n = add_each_once(uris, n, w->collection_uris[i]);
	TRY(collections_by_uris(c, uris, n, &known, &known_n));
	for (size_t i = 0; i < n; i++) {
		const struct collection *k = named(known, known_n, uris[i]);

		if (k)
			links[links_n++] = (struct status_collection){ .uri = k->uri, .collection = k->id };
		else if (!w->s.local)
			links[links_n++] = (struct status_collection){ .uri = uris[i] };
	}
	return links_n || had ? status_collections_set(c, w->s.id, links, links_n) : NULL;
}
