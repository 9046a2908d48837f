#include "acts/setting.h"

#include "conf/load.h"
#include "conf/setting.h"
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
