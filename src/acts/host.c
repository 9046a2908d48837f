#include "acts/host.h"

#include "store/host.h"
#include "store/store.h"

struct learned {
	struct str host;
	enum dialect dialect;
};

static struct err *save(struct call *c, void *arg)
{
	const struct learned *l = arg;

	return host_dialect_put(c, l->host, l->dialect);
}

struct err *acts_host_dialect_learned(struct call *c, struct str host, enum dialect dialect)
{
	struct learned l = { host, dialect };

	return store_tx(c, save, &l);
}
