#include "acts/host.h"

#include "store/fetch_tally.h"
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

struct fetches {
	struct str blamed;
	struct fetch_tally more;
};

static struct err *count(struct call *c, void *arg)
{
	const struct fetches *f = arg;

	return fetch_tally_add(c, f->blamed, &f->more);
}

struct err *acts_fetches_made(struct call *c, struct str blamed, int64_t made, int64_t vain)
{
	return store_tx(c, count, &(struct fetches){ blamed, { made, vain } });
}
