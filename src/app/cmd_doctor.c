/* doctor: what is known to be wrong, or soon will be. */
#include "acts/certificate.h"
#include "app/open.h"
#include "app/watch.h"
#include "conf/exposed.h"
#include "store/schedule.h"
#include "store/store.h"
#include "wire/date.h"

struct examined {
	struct cli *cli;
	struct call *c;
	int wrong;
};

/* "queue.late INGRESS: the oldest job waits" */
static struct err *say(struct examined *x, const char *what, struct str which, struct str why)
{
	x->wrong++;
	return cli_print(x->cli, arena_printf(x->cli->arena, "%s%s" STR_FMT ": " STR_FMT "\n", what, which.n ? " " : "", STR_ARG(which), STR_ARG(why)));
}

static struct err *settings(struct examined *x)
{
	struct conf_exposed found[CONF_EXPOSED_MAX];
	size_t n = conf_exposed(x->cli->arena, x->c->conf, found);

	for (size_t i = 0; i < n; i++)
		TRY(say(x, "setting", found[i].key, found[i].text));
	return NULL;
}

static struct str verdict(enum certificate_age age)
{
	switch (age) {
	case CERTIFICATE_GOOD:
		return STR("");
	case CERTIFICATE_ENDS_SOON:
	case CERTIFICATE_ENDS:
		return STR(": renew it, and look why that did not happen by itself");
	case CERTIFICATE_OVER:
		return STR(": it is over, nobody can talk with this server");
	}
	return STR("");
}

static struct err *certificates(struct examined *x)
{
	struct certificate *v;
	size_t n;

	TRY(certificates_all(x->c, &v, &n));
	for (size_t i = 0; i < n; i++) {
		enum certificate_age age = acts_certificate_age(&v[i], x->c->now_us);
		struct arena *a = x->cli->arena;

		if (v[i].until_us)
			TRY(cli_print(x->cli, arena_printf(a, "certificate of " STR_FMT ": %lld days left, until " STR_FMT STR_FMT "\n", STR_ARG(v[i].host),
							   (long long)acts_certificate_days_left(&v[i], x->c->now_us),
							   STR_ARG(date_iso_s(a, v[i].until_us)), STR_ARG(verdict(age)))));
		x->wrong += age != CERTIFICATE_GOOD;
		if (v[i].trouble.n)
			TRY(say(x, "certificate of", v[i].host, v[i].trouble));
	}
	return NULL;
}

static struct err *connections(struct examined *x)
{
	struct database_room room;
	struct node *v;
	size_t n;

	TRY(database_room(x->c, &room));
	TRY(nodes_leased(x->c, &v, &n));
	if (!room.lets_in)
		return NULL;
	return cli_print(x->cli, arena_printf(x->cli->arena,
		"database connections: all nodes hold %lld at most, of %lld (the database lets in %lld, %lld are kept free)\n",
		(long long)nodes_connections(v, n), (long long)(room.lets_in - x->c->conf->db_connections_spare), (long long)room.lets_in,
		(long long)x->c->conf->db_connections_spare));
}

static struct err *doctor(struct cli *cli, struct call *c)
{
	struct examined x = { cli, c, 0 };
	struct attention v[ATTENTIONS_MAX];
	size_t n;

	TRY(settings(&x));
	TRY(certificates(&x));
	TRY(connections(&x));
	TRY(app_watch(c, v, &n));
	for (size_t i = 0; i < n; i++)
		TRY(say(&x, v[i].event, v[i].what, v[i].why));
	if (x.wrong)
		return FAIL(cli->arena, ERR_INVALID, "%d thing%s want%s attention", x.wrong, x.wrong == 1 ? "" : "s", x.wrong == 1 ? "s" : "");
	return cli_print(cli, STR("nothing wants attention\n"));
}

static struct err *recurring(struct cli *cli, struct call *c)
{
	struct recurring_run *v;
	size_t n;

	TRY(schedule_all(c, &v, &n));
	for (size_t i = 0; i < n; i++)
		TRY(cli_print(cli, arena_printf(cli->arena, "%-14.*s last " STR_FMT "  next " STR_FMT "  %lld runs" STR_FMT STR_FMT "\n",
						(int)v[i].name.n, v[i].name.p, STR_ARG(v[i].last_us ? date_iso_s(cli->arena, v[i].last_us) : STR("never")),
						STR_ARG(date_iso_s(cli->arena, v[i].next_us)), (long long)v[i].runs,
						STR_ARG(v[i].error.n ? STR(", failed: ") : STR("")), STR_ARG(str_utf8_upto(v[i].error, 200)))));
	return NULL;
}

struct err *cmd_doctor(struct cli *cli) { return app_with_call(cli, doctor); }
struct err *cmd_jobs_recurring(struct cli *cli) { return app_with_call(cli, recurring); }
