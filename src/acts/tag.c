#include "acts/tag.h"

#include "acts/home.h"
#include "acts/outbound.h"
#include "acts/people_priv.h"
#include "acts/status_priv.h"
#include "store/status.h"
#include "store/tag.h"
#include "wire/text.h"

struct change {
	account_id who;
	struct str key, name;
	tag_id tag;
	int64_t id;
	bool was, full;
};

static struct err *read_name(struct call *c, account_id who, struct str name, struct change *ret)
{
	if (name.n && name.p[0] == '#')
		name = str_from(name, 1);
	*ret = (struct change){ .who = who, .key = text_tag_key(c->arena, name), .name = name };
	return text_tag_ok(name) && ret->key.n ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

/* The tag is there from now on. */
static struct err *make(struct call *c, struct change *x) { return tags_put(c, &x->key, &x->name, 1, &x->tag); }

/* *ret_there false: nobody ever used it. */
static struct err *find(struct call *c, struct change *x, bool *ret_there)
{
	struct str name;

	return tag_find(c, x->key, &x->tag, &name, ret_there);
}

/* ---- followed ---- */

static struct err *follow(struct call *c, void *arg)
{
	struct change *x = arg;
	bool is_new;

	TRY(make(c, x));
	TRY(tag_follow_add(c, x->who, x->tag, TAG_FOLLOWS_MAX, &is_new, &x->full));
	if (!is_new)
		return NULL;
	TRY(acts__family_limit(c, "follows", x->who, US_PER_DAY, FOLLOWS_A_DAY));
	return acts_home_refill(c, x->who);
}

struct err *acts_tag_follow(struct call *c, account_id who, struct str name)
{
	struct change x;

	TRY(read_name(c, who, name, &x));
	TRY(store_tx(c, follow, &x));
	return x.full ? FAIL(c->arena, ERR_INVALID, "Validation failed: You cannot follow more than %d hashtags", TAG_FOLLOWS_MAX) : NULL;
}

static struct err *unfollow(struct call *c, void *arg)
{
	struct change *x = arg;

	TRY(tag_follow_drop(c, x->who, x->tag, &x->was));
	return x->was ? acts_home_refill(c, x->who) : NULL;
}

struct err *acts_tag_unfollow(struct call *c, account_id who, struct str name)
{
	struct change x;
	bool there;

	TRY(read_name(c, who, name, &x));
	TRY(find(c, &x, &there));
	return there ? store_tx(c, unfollow, &x) : NULL;
}

/* ---- featured ---- */

static struct err *feature(struct call *c, void *arg)
{
	struct change *x = arg;
	bool is_new;

	TRY(make(c, x));
	TRY(featured_tag_add(c, &(struct featured_tag){ .id = x->id, .account = x->who, .tag = x->tag, .name = x->name }, FEATURED_TAGS_MAX, &is_new,
			     &x->full));
	return is_new ? acts_outbound_featured(c, x->who, true, STR_NONE, x->name) : NULL;
}

struct err *acts_tag_feature(struct call *c, account_id who, struct str name, tag_id *ret)
{
	struct change x;

	TRY(read_name(c, who, name, &x));
	x.id = id_next(c);
	TRY(store_tx(c, feature, &x));
	*ret = x.tag;
	return x.full ? FAIL(c->arena, ERR_INVALID, "Validation failed: You have already featured the maximum number of hashtags") : NULL;
}

static struct err *unfeature(struct call *c, void *arg)
{
	struct change *x = arg;

	TRY(featured_tag_drop_named(c, x->who, x->tag, &x->name));
	return x->name.n ? acts_outbound_featured(c, x->who, false, STR_NONE, x->name) : NULL;
}

struct err *acts_tag_unfeature(struct call *c, account_id who, struct str name)
{
	struct change x;
	bool there;

	TRY(read_name(c, who, name, &x));
	TRY(find(c, &x, &there));
	return there ? store_tx(c, unfeature, &x) : NULL;
}

static struct err *drop(struct call *c, void *arg)
{
	struct change *x = arg;

	TRY(featured_tag_drop(c, x->who, x->id, &x->name));
	x->was = x->name.n > 0;
	return x->was ? acts_outbound_featured(c, x->who, false, STR_NONE, x->name) : NULL;
}

struct err *acts_featured_tag_drop(struct call *c, account_id who, int64_t id)
{
	struct change x = { .who = who, .id = id };

	TRY(store_tx(c, drop, &x));
	return x.was ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}
