#include "acts/featured.h"

#include "store/interact.h"
#include "store/status.h"
#include "store/tag.h"
#include "wire/text.h"

/* ---- posts ---- */

struct pins {
	account_id who;
	const int64_t *posts;
	size_t n;
};

static bool among(const int64_t *ids, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static struct err *pin(struct call *c, account_id who, status_id post)
{
	struct status *s;
	bool is_new, full;

	TRY(status_find(c, post, &s));
	if (!s || !id_eq(s->account, who) || s->reblog_of.v)
		return NULL;
	return pin_add(c, who, post, REMOTE_PINS_MAX, &is_new, &full);
}

static struct err *add_pins(struct call *c, void *arg)
{
	const struct pins *p = arg;

	for (size_t i = 0; i < p->n; i++)
		TRY(pin(c, p->who, ID(status_id, p->posts[i])));
	return NULL;
}

static struct err *put_pins(struct call *c, void *arg)
{
	const struct pins *p = arg;
	int64_t *stand;
	size_t n;
	bool was;

	TRY(pins_of(c, p->who, REMOTE_PINS_MAX, &stand, &n));
	for (size_t i = 0; i < n; i++)
		if (!among(p->posts, p->n, stand[i]))
			TRY(pin_drop(c, p->who, ID(status_id, stand[i]), &was));
	return add_pins(c, arg);
}

/* A post that is deleted in the meantime is not pinned. */
static struct err *run(struct call *c, sql_tx_fn *fn, void *arg)
{
	struct err *e = store_tx(c, fn, arg);

	return e && e->code == ERR_CONFLICT ? store_tx(c, fn, arg) : e;
}

struct err *acts_featured_add(struct call *c, account_id who, status_id post)
{
	return run(c, add_pins, &(struct pins){ who, &post.v, 1 });
}

static struct err *drop_pin(struct call *c, void *arg)
{
	const struct pins *p = arg;
	bool was;

	return pin_drop(c, p->who, ID(status_id, p->posts[0]), &was);
}

struct err *acts_featured_remove(struct call *c, account_id who, status_id post)
{
	return store_tx(c, drop_pin, &(struct pins){ who, &post.v, 1 });
}

struct err *acts_featured_put(struct call *c, account_id who, const int64_t *posts, size_t n)
{
	return run(c, put_pins, &(struct pins){ who, posts, n < REMOTE_PINS_MAX ? n : REMOTE_PINS_MAX });
}

/* ---- tags ---- */

struct tags {
	account_id who;
	struct str keys[REMOTE_FEATURED_TAGS_MAX], names[REMOTE_FEATURED_TAGS_MAX];
	size_t n;
};

static void read_tag(struct call *c, struct str name, struct tags *ret)
{
	struct str key;

	if (name.n && name.p[0] == '#')
		name = str_from(name, 1);
	key = text_tag_ok(name) ? text_tag_key(c->arena, name) : STR_NONE;
	for (size_t i = 0; i < ret->n; i++)
		if (str_eq(ret->keys[i], key))
			return;
	if (!key.n || ret->n == REMOTE_FEATURED_TAGS_MAX)
		return;
	ret->keys[ret->n] = key;
	ret->names[ret->n++] = name;
}

static struct err *add_tags(struct call *c, void *arg)
{
	const struct tags *t = arg;
	bool is_new, full;

	for (size_t i = 0; i < t->n; i++) {
		struct featured_tag f = { .id = id_next(c), .account = t->who, .name = t->names[i] };

		TRY(tags_put(c, &t->keys[i], &t->names[i], 1, &f.tag));
		TRY(featured_tag_add(c, &f, REMOTE_FEATURED_TAGS_MAX, &is_new, &full));
	}
	return NULL;
}

static struct err *drop_tags(struct call *c, void *arg)
{
	const struct tags *t = arg;
	struct str name;
	tag_id tag;
	bool there;

	for (size_t i = 0; i < t->n; i++) {
		TRY(tag_find(c, t->keys[i], &tag, &name, &there));
		if (there)
			TRY(featured_tag_drop_named(c, t->who, tag, &name));
	}
	return NULL;
}

static struct err *put_tags(struct call *c, void *arg)
{
	const struct tags *t = arg;
	struct featured_tag *stand;
	struct str name;
	size_t n;

	TRY(featured_tags_of(c, t->who, &stand, &n));
	for (size_t i = 0; i < n; i++) {
		struct str key = text_tag_key(c->arena, stand[i].name);
		bool kept = false;

		for (size_t k = 0; k < t->n; k++)
			kept |= str_eq(t->keys[k], key);
		if (!kept)
			TRY(featured_tag_drop(c, t->who, stand[i].id, &name));
	}
	return add_tags(c, arg);
}

struct err *acts_featured_tag_add(struct call *c, account_id who, struct str name)
{
	struct tags t = { .who = who };

	read_tag(c, name, &t);
	return t.n ? store_tx(c, add_tags, &t) : NULL;
}

struct err *acts_featured_tag_remove(struct call *c, account_id who, struct str name)
{
	struct tags t = { .who = who };

	read_tag(c, name, &t);
	return t.n ? store_tx(c, drop_tags, &t) : NULL;
}

struct err *acts_featured_tags_put(struct call *c, account_id who, const struct str *names, size_t n)
{
	struct tags t = { .who = who };

	for (size_t i = 0; i < n; i++)
		read_tag(c, names[i], &t);
	return store_tx(c, put_tags, &t);
}
