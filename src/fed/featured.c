/* What people elsewhere feature: Add and Remove, and their collections, read when their profile is. The posts of a collection are fetched
 * at their own ids, and are only pinned where they are the profile's own. */
#include "acts/featured.h"
#include "fed/collection.h"
#include "fed/inbound_priv.h"
#include "fed/jobs.h"
#include "fed/posts.h"
#include "view/federation.h"
#include "wire/url.h"

enum { PAGES_MAX = 2 };

static bool is_tag(const struct json *v) { return json_kind(v) == JSON_OBJECT && str_eqz(fed__type_of(v), "Hashtag"); }

/* Is it of what they feature that the activity speaks? */
static bool is_featured(const struct inbound *in)
{
	struct str target = fed_id_of(json_get(in->activity, "target"));

	return in->own && target.n && str_eq(target, in->signer->featured_uri);
}

struct err *fed__act_add(struct call *c, struct inbound *in)
{
	struct status *post;
	bool was;

	TRY(fed__collection_added(c, in, &was));
	if (was || !is_featured(in))
		return NULL;
	if (is_tag(in->object))
		return acts_featured_tag_add(c, in->signer->id, json_get_s(in->object, "name"));
	/* What is not of their own is not pinned, and not fetched for them. */
	if (!fed__own_object(in).n)
		return NULL;
	TRY(fed_post_get(c, &in->budget, in->object_id, (struct post_depth){ 0 }, &post));
	return post ? acts_featured_add(c, in->signer->id, post->id) : NULL;
}

struct err *fed__act_remove(struct call *c, struct inbound *in)
{
	struct status *post;
	bool was;

	TRY(fed__collection_removed(c, in, &was));
	if (was || !is_featured(in))
		return NULL;
	if (is_tag(in->object))
		return acts_featured_tag_remove(c, in->signer->id, json_get_s(in->object, "name"));
	TRY(fed__known_post(c, in->object_id, &post));
	return post ? acts_featured_remove(c, in->signer->id, post->id) : NULL;
}

/* ---- the collections ---- */

/* *ret: whether the collection could be read; where it could not, what is known of it stays. */
static struct err *read_list(struct call *c, struct fed_budget *b, struct str uri, int max, const struct json ***ret, size_t *ret_n, bool *ret_read)
{
	const struct json *said;
	bool whole;
	struct err *e = fed_fetch(c, b, uri, &said);

	*ret_read = !e;
	return e ? fed__settle(e) : fed_collection_read(c, b, said, uri, max, PAGES_MAX, ret, ret_n, &whole);
}

static struct err *take_posts(struct call *c, struct fed_budget *b, const struct account *a)
{
	int64_t *ids = arena_array(c->arena, int64_t, REMOTE_PINS_MAX);
	const struct json **items;
	size_t n, kept = 0;
	bool read;

	TRY(read_list(c, b, a->featured_uri, REMOTE_PINS_MAX, &items, &n, &read));
	for (size_t i = 0; read && i < n; i++) {
		struct str uri = fed_id_of(items[i]);
		struct status *post = NULL;

		if (url_same_host(uri, a->uri) && !is_tag(items[i]))
			TRY(fed_post_get(c, b, uri, (struct post_depth){ 0 }, &post));
		if (post)
			ids[kept++] = post->id.v;
	}
	return read ? acts_featured_put(c, a->id, ids, kept) : NULL;
}

static struct err *take_tags(struct call *c, struct fed_budget *b, const struct account *a, struct str uri)
{
	struct str *names = arena_array(c->arena, struct str, REMOTE_FEATURED_TAGS_MAX);
	const struct json **items;
	size_t n, kept = 0;
	bool read;

	TRY(read_list(c, b, uri, REMOTE_FEATURED_TAGS_MAX, &items, &n, &read));
	for (size_t i = 0; read && i < n; i++)
		if (is_tag(items[i]))
			names[kept++] = json_get_s(items[i], "name");
	return read ? acts_featured_tags_put(c, a->id, names, kept) : NULL;
}

static struct err *take_all(struct call *c, struct fed_budget *b, const struct account *a, struct str tags_uri)
{
	if (a->featured_uri.n)
		TRY(take_posts(c, b, a));
	return tags_uri.n ? take_tags(c, b, a, tags_uri) : NULL;
}

struct err *fed_job_fetch_featured(struct call *c, const struct job *job, bool *ret_later)
{
	struct fed_budget b;
	struct account *a;

	(void)ret_later;
	TRY(view_account_by_id(c, ID(account_id, job->ref_id), &a));
	if (!a || a->local || a->deleted_us || a->suspended_us)
		return NULL;
	b = fed_budget_for(c, a->uri);
	return fed_budget_end(c, &b, take_all(c, &b, a, job->arg));
}
