#include "acts/keys.h"

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

struct err *acts_keys_make(struct call *c, account_id id, struct str actor_uri, struct account_key *ret)
{
	struct key_pair pair;
	struct account_key k = { .id = id_next(c), .account = id, .algorithm = KEY_ALGORITHM_RSA_SHA256, .created_us = c->now_us };

	TRY(key_pair_create(c->arena, KEY_RSA, &pair));
	k.uri = arena_concat(c->arena, actor_uri, STR("#main-key"));
	k.public_pem = pair.public_pem;
	TRY(seal(c->arena, c->house->ring, acts_key_purpose(c->arena, id), pair.private_pem, &k.private_sealed));
	*ret = k;
	return NULL;
}

struct instance_actor {
	struct account account;
	struct account_key key;
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
	TRY(account_key_add(c, &in->key));
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
	TRY(acts_keys_make(c, a->id, a->uri, &in.key));
	e = store_tx(c, save_instance_actor, &in);
	if (e && e->code == ERR_CONFLICT)
		return NULL;      /* another process was first */
	if (!e)
		*ret_made = in.made;
	return e;
}
