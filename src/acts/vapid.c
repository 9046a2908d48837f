#include "acts/vapid.h"

#include "crypt/seal.h"
#include "crypt/webpush.h"
#include "store/store.h"

struct pair {
	struct str public_key, sealed;
};

static struct err *keep(struct call *c, void *arg)
{
	const struct pair *p = arg;
	struct str stands;

	TRY(meta_get(c, "vapid_public", &stands));
	if (stands.p)
		return NULL;
	TRY(meta_put(c, "vapid_private", p->sealed));
	return meta_put(c, "vapid_public", p->public_key);
}

struct err *acts_vapid_make(struct call *c)
{
	struct webpush_keys keys;
	struct pair pair;
	struct str stands;

	TRY(meta_get(c, "vapid_public", &stands));
	if (stands.p)
		return NULL;
	TRY(webpush_keys_create(c->arena, &keys));
	pair.public_key = keys.public_key;
	TRY(seal(c->arena, c->house->ring, STR("vapid"), keys.private_key, &pair.sealed));
	return store_tx(c, keep, &pair);
}
