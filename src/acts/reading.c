#include "acts/reading.h"

#include "store/user.h"

struct change {
	account_id who;
	const struct reading *in;
};

static struct err *put(struct call *c, void *arg)
{
	const struct change *k = arg;

	return user_reading_put(c, k->who, k->in);
}

struct err *acts_reading_change(struct call *c, account_id who, const struct reading *in)
{
	return store_tx(c, put, &(struct change){ who, in });
}
