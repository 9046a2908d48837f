#include "acts/marker.h"

#include "store/notification.h"

struct marking {
	account_id who;
	const struct marker_change *v;
	const struct marker *stands;
	size_t n, stands_n;
};

static struct marker standing(const struct marking *m, const char *timeline)
{
	for (size_t i = 0; i < m->stands_n; i++)
		if (str_eqz(m->stands[i].timeline, timeline))
			return m->stands[i];
	return (struct marker){ .version = 0 };
}

static struct err *put(struct call *c, void *arg)
{
	struct marking *m = arg;
	bool done;

	for (size_t i = 0; i < m->n; i++) {
		const struct marker was = standing(m, m->v[i].timeline);

		if (was.version && was.last_read_id == m->v[i].last_read_id)
			continue;         /* said again: no other version, as with Mastodon */
		TRY(marker_put(c, m->who, str_z(m->v[i].timeline), m->v[i].last_read_id, was.version, &done));
		if (!done)
			return FAIL_DEFAULT(c->arena, ERR_CONFLICT);
	}
	return NULL;
}

struct err *acts_markers_put(struct call *c, account_id who, const struct marker_change *v, size_t n)
{
	struct marking m = { .who = who, .v = v, .n = n };
	struct marker *stands;

	TRY(markers_of(c, who, &stands, &m.stands_n));
	m.stands = stands;
	return n ? store_tx(c, put, &m) : NULL;
}
