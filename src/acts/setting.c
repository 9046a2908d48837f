#include "acts/setting.h"

#include "conf/load.h"
#include "conf/setting.h"
#include "crypt/seal.h"
#include "crypt/webpush.h"
#include "store/store.h"

struct change {
	struct str key, value, by;
};

static struct err *put(struct call *c, void *arg)
{
	const struct change *ch = arg;

	return setting_put(c, ch->key, ch->value, ch->by);
}

struct err *acts_setting_put(struct call *c, struct str key, struct str value, struct str by)
{
	struct change ch = { key, value, by };
	const struct setting *s = setting_find(key);

	/* Going back to the default is as good as setting it: the same keys are refused. */
	TRY(conf_check_instance(c->arena, key, value.p || !s ? value : str_z(s->preset), &ch.value));
	if (!value.p)
		ch.value = STR_NONE;
	return store_tx(c, put, &ch);
}

static struct err *put_vapid(struct call *c, void *arg)
{
	const struct str *row = arg;
	struct str there;

	TRY(meta_get(c, "vapid", &there));
	return there.p ? NULL : meta_put(c, "vapid", *row);
}

struct err *acts_vapid_ready(struct call *c)
{
	struct webpush_keys keys;
	struct str row, sealed;

	TRY(meta_get(c, "vapid", &row));
	if (row.p)
		return NULL;
	TRY(webpush_keys_create(c->arena, &keys));
	TRY(seal(c->arena, c->house->ring, STR("vapid key"), keys.private_key, &sealed));
	row = arena_concat(c->arena, keys.public_key, STR(" "), sealed);
	return store_tx(c, put_vapid, &row);
}
