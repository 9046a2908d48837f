#include "acts/reseal.h"

#include "acts/acts_user_priv.h"
#include "acts/keys.h"
#include "acts/push.h"
#include "crypt/seal.h"
#include "store/account.h"
#include "store/push.h"
#include "store/second_factor.h"
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

struct tokens {
	struct push_subscription *v;
	struct str *sealed;
	size_t n;
};

static struct err *save_tokens(struct call *c, void *arg)
{
	const struct tokens *t = arg;

	for (size_t i = 0; i < t->n; i++)
		if (t->sealed[i].p)
			TRY(push_reseal(c, &t->v[i], t->sealed[i]));
	return NULL;
}

/* Tokens that messages to devices name. */
static struct err *reseal_tokens(struct call *c, int64_t *count)
{
	push_id after = ID_NONE(push_id);
	struct tokens t;

	do {
		TRY(pushes_sealed(c, after, PAGE, &t.v, &t.n));
		t.sealed = arena_array(c->arena, struct str, t.n + 1);
		for (size_t i = 0; i < t.n; i++) {
			TRY(again(c, acts_push_purpose(c->arena, t.v[i].token), t.v[i].token_sealed, &t.sealed[i]));
			*count += t.sealed[i].p != NULL;
			after = t.v[i].id;
		}
		TRY(store_tx(c, save_tokens, &t));
	} while (t.n == PAGE);
	return NULL;
}

struct seed_batch {
	struct totp_seed *seeds;
	struct str *sealed;           /* as above */
	size_t n;
};

static struct err *save_seeds(struct call *c, void *arg)
{
	const struct seed_batch *b = arg;

	for (size_t i = 0; i < b->n; i++)
		if (b->sealed[i].p)
			TRY(totp_reseal(c, &b->seeds[i], b->sealed[i]));
	return NULL;
}

static struct err *reseal_seeds(struct call *c, int64_t *count)
{
	account_id after = ID_NONE(account_id);
	struct seed_batch b;

	do {
		TRY(totp_sealed(c, after, PAGE, &b.seeds, &b.n));
		b.sealed = arena_array(c->arena, struct str, b.n + 1);
		for (size_t i = 0; i < b.n; i++) {
			after = b.seeds[i].account;
			TRY(again(c, acts__totp_purpose(c->arena, after), b.seeds[i].sealed, &b.sealed[i]));
			*count += b.sealed[i].p != NULL;
		}
		TRY(store_tx(c, save_seeds, &b));
	} while (b.n == PAGE);
	return NULL;
}

struct err *acts_reseal(struct call *c, int64_t *ret_n)
{
	struct batch b;
	int64_t after = 0;

	*ret_n = 0;
	TRY(reseal_vapid(c, ret_n));
	TRY(reseal_tokens(c, ret_n));
	TRY(reseal_seeds(c, ret_n));
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
