#include "acts/keys.h"

#include "acts/outbound.h"
#include "conf/conf.h"
#include "crypt/key.h"
#include "crypt/seal.h"
#include "store/account.h"
#include "wire/text.h"

void acts_account_addresses(struct call *c, struct account *a)
{
	struct str base = c->conf->base_url;

	a->uri = arena_printf(c->arena, STR_FMT "/ap/users/%lld", STR_ARG(base), (long long)a->id.v);
	a->url = arena_concat(c->arena, base, STR("/@"), a->username);
	a->inbox_uri = arena_concat(c->arena, a->uri, STR("/inbox"));
	a->shared_inbox_uri = arena_concat(c->arena, base, STR("/inbox"));
	a->outbox_uri = arena_concat(c->arena, a->uri, STR("/outbox"));
	a->followers_uri = arena_concat(c->arena, a->uri, STR("/followers"));
	a->following_uri = arena_concat(c->arena, a->uri, STR("/following"));
	a->featured_uri = arena_concat(c->arena, a->uri, STR("/collections/featured"));
}

struct str acts_key_purpose(struct arena *a, account_id id)
{
	return arena_printf(a, "account %lld key", (long long)id.v);
}

static struct err *make_key(struct call *c, account_id id, struct str uri, enum key_kind kind, struct account_key *ret)
{
	struct key_pair pair;
	struct account_key k = { .id = id_next(c), .account = id, .uri = uri, .created_us = c->now_us,
				 .algorithm = kind == KEY_RSA ? KEY_ALGORITHM_RSA_SHA256 : KEY_ALGORITHM_ED25519 };

	TRY(key_pair_create(c->arena, kind, &pair));
	k.public_pem = pair.public_pem;
	TRY(seal(c->arena, c->house->ring, acts_key_purpose(c->arena, id), pair.private_pem, &k.private_sealed));
	*ret = k;
	return NULL;
}

static struct str ed25519_uri(struct call *c, struct str actor_uri) { return arena_concat(c->arena, actor_uri, STR("#ed25519-key")); }

struct err *acts_keys_make(struct call *c, account_id id, struct str actor_uri, struct account_key *ret)
{
	TRY(make_key(c, id, arena_concat(c->arena, actor_uri, STR("#main-key")), KEY_RSA, &ret[0]));
	return make_key(c, id, ed25519_uri(c, actor_uri), KEY_ED25519, &ret[1]);
}

/* ---- rotation ---- */

struct rotation {
	account_id who;
	struct account_key keys[ACTOR_KEYS];
	bool at_once;
};

static struct err *save_rotation(struct call *c, void *arg)
{
	const struct rotation *r = arg;

	TRY(account_keys_retire(c, r->who, r->at_once ? c->now_us : c->now_us + KEYS_OVERLAP_US));
	for (int i = 0; i < ACTOR_KEYS; i++)
		TRY(account_key_add(c, &r->keys[i]));
	return acts_outbound_update_actor(c, r->who);
}

/* Each generation has ids of its own: who has kept the old key under its id does not take it for the new one. */
struct err *acts_keys_rotate(struct call *c, account_id who, bool at_once)
{
	struct rotation r = { .who = who, .at_once = at_once };
	struct account *a;
	long long number = (long long)id_next(c);

	TRY(account_find(c, who, &a));
	if (!a || !a->local || a->deleted_us)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(make_key(c, who, arena_printf(c->arena, STR_FMT "#key-%lld", STR_ARG(a->uri), number), KEY_RSA, &r.keys[0]));
	TRY(make_key(c, who, arena_printf(c->arena, STR_FMT "#ed25519-key-%lld", STR_ARG(a->uri), number), KEY_ED25519, &r.keys[1]));
	return store_tx(c, save_rotation, &r);
}

/* ---- tending ---- */

enum { TEND_BATCH = 100, TEND_ROUNDS = 50 };

struct completion {
	struct account_key keys[TEND_BATCH];
	size_t n;
};

static struct err *save_completion(struct call *c, void *arg)
{
	const struct completion *m = arg;

	for (size_t i = 0; i < m->n; i++)
		TRY(account_key_add(c, &m->keys[i]));
	return NULL;
}

static struct err *complete(struct call *c, account_id *after, bool *ret_more)
{
	struct completion *m = arena_new(c->arena, struct completion);
	struct key_owner *v;

	TRY(account_keys_missing(c, *after, TEND_BATCH, &v, &m->n));
	*ret_more = m->n == TEND_BATCH;
	for (size_t i = 0; i < m->n; i++)
		TRY(make_key(c, v[i].id, ed25519_uri(c, v[i].uri), KEY_ED25519, &m->keys[i]));
	if (!m->n)
		return NULL;
	*after = v[m->n - 1].id;
	return store_tx(c, save_completion, m);
}

struct err *acts_keys_tend(struct call *c)
{
	account_id after = { 0 };
	bool more = true;
	int64_t n;

	TRY(account_keys_drop_retired(c, &n));
	for (int i = 0; i < TEND_ROUNDS && more; i++)
		TRY(complete(c, &after, &more));
	return NULL;
}

/* ---- the instance's own ---- */

struct instance_actor {
	struct account account;
	struct account_key keys[ACTOR_KEYS];
	bool made;
};

static struct err *save_instance_actor(struct call *c, void *arg)
{
	struct instance_actor *in = arg;
	struct str stands;

	TRY(meta_get(c, "instance_actor", &stands));
	in->made = stands.n == 0;
	if (!in->made)
		return NULL;
	TRY(account_add(c, &in->account, text_fold(c->arena, in->account.username), STR("")));
	for (int i = 0; i < ACTOR_KEYS; i++)
		TRY(account_key_add(c, &in->keys[i]));
	return meta_put(c, "instance_actor", arena_printf(c->arena, "%lld", (long long)in->account.id.v));
}

struct err *acts_instance_actor_make(struct call *c, bool *ret_made)
{
	struct instance_actor in = { 0 };
	struct account *a = &in.account;
	struct err *e;
	struct str stands;

	*ret_made = false;
	TRY(meta_get(c, "instance_actor", &stands));
	if (stands.n)
		return NULL;
	*a = (struct account){ .id = ID(account_id, id_next(c)), .username = c->conf->domain, .domain = STR(""), .actor_type = ACTOR_APPLICATION,
			       .locked = true, .bot = true, .local = true, .created_us = c->now_us };
	a->uri = conf_url(c->arena, c->conf, "/actor");
	a->url = conf_url(c->arena, c->conf, "/about");
	a->inbox_uri = conf_url(c->arena, c->conf, "/actor/inbox");
	a->outbox_uri = conf_url(c->arena, c->conf, "/actor/outbox");
	a->shared_inbox_uri = conf_url(c->arena, c->conf, "/inbox");
	TRY(acts_keys_make(c, a->id, a->uri, in.keys));
	e = store_tx(c, save_instance_actor, &in);
	if (e && e->code == ERR_CONFLICT)
		return NULL;      /* another process was first */
	if (!e)
		*ret_made = in.made;
	return e;
}
