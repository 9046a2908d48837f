#include "acts/reseal.h"

#include "acts/keys.h"
#include "crypt/seal.h"
#include "store/account.h"
#include "store/store.h"

enum { PAGE = 100 };

struct batch {
	struct account_key *keys;
	struct str *sealed;           /* none: it is the current key's already */
	size_t n;
};

static struct err *save(struct call *c, void *arg)
{
	const struct batch *b = arg;

	for (size_t i = 0; i < b->n; i++)
		if (b->sealed[i].p)
			TRY(account_key_reseal(c, &b->keys[i], b->sealed[i]));
	return NULL;
}

static struct err *again(struct call *c, struct str purpose, struct str sealed, struct str *ret)
{
	struct str secret;

	*ret = STR_NONE;
	if (!seal_needs_reseal(c->house->ring, sealed))
		return NULL;
	TRY(unseal(c->arena, c->house->ring, purpose, sealed, &secret));
	return seal(c->arena, c->house->ring, purpose, secret, ret);
}

static struct err *save_vapid(struct call *c, void *arg)
{
	const struct str *sealed = arg;

	return meta_put(c, "vapid_private", *sealed);
}

static struct err *reseal_vapid(struct call *c, int64_t *count)
{
	struct str now, fresh = STR_NONE;

	TRY(meta_get(c, "vapid_private", &now));
	if (now.p)
		TRY(again(c, STR("vapid"), now, &fresh));
	if (!fresh.p)
		return NULL;
	++*count;
	return store_tx(c, save_vapid, &fresh);
}

struct err *acts_reseal(struct call *c, int64_t *ret_n)
{
	struct batch b;
	int64_t after = 0;

	*ret_n = 0;
	TRY(reseal_vapid(c, ret_n));
	do {
		TRY(account_keys_sealed(c, after, PAGE, &b.keys, &b.n));
		b.sealed = arena_array(c->arena, struct str, b.n + 1);
		for (size_t i = 0; i < b.n; i++) {
			TRY(again(c, acts_key_purpose(c->arena, b.keys[i].account), b.keys[i].private_sealed, &b.sealed[i]));
			*ret_n += b.sealed[i].p != NULL;
			after = b.keys[i].id;
		}
		TRY(store_tx(c, save, &b));
	} while (b.n == PAGE);
	return NULL;
}
