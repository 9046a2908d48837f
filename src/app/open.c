#include "app/open.h"

#include <errno.h>
#include <sys/stat.h>

#include "acts/reseal.h"
#include "app/budget.h"
#include "app/process.h"
#include "base/log.h"
#include "conf/limits.h"
#include "conf/load.h"
#include "crypt/seal.h"
#include "store/job.h"
#include "store/server_block.h"
#include "store/store.h"

enum { CLI_CONNECTIONS = 2 };

struct call app_call(struct opened *o, struct arena *a)
{
	struct call c = { .arena = a, .world = &world_real, .db = o->db, .ids = o->ids, .house = &o->house };

	c.now_us = c.world->now_us(c.world);
	c.conf = o->current ? conf_take(o->current) : o->boot;
	return c;
}

void app_call_end(struct opened *o, struct call *c)
{
	if (o->current)
		conf_give(o->current, c->conf);
}

static struct err *make_dir(struct arena *a, struct str path)
{
	if (mkdir(arena_strz(a, path), 0700) != 0 && errno != EEXIST)
		return FAIL(a, ERR_INVALID, "the data directory '" STR_FMT "' cannot be made: %s", STR_ARG(path), strerror(errno));
	return NULL;
}

struct identity {
	const char *key;
	struct str value;
};

/* What the first start wrote is what every later one must say: addresses that others keep cannot change under them. */
static struct err *hold_identity(struct call *c, void *arg)
{
	struct identity *i = arg;
	struct str kept;

	for (; i->key; i++) {
		TRY(meta_get(c, i->key, &kept));
		if (!kept.p)
			TRY(meta_put(c, i->key, i->value));
		else if (!str_eq(kept, i->value))
			return FAIL(c->arena, ERR_INVALID,
				    "this data belongs to %s = " STR_FMT ", but the settings say " STR_FMT ". Other servers know the first, so it cannot"
				    " change: set %s = " STR_FMT " again, or begin with an empty data_dir (and database) for the new name",
				    i->key, STR_ARG(kept), STR_ARG(i->value), i->key, STR_ARG(kept));
	}
	return NULL;
}

static struct err *put_sample(struct call *c, void *arg)
{
	const struct str *sample = arg;

	return meta_put(c, "secret_key", *sample);
}

/* A text that the current key sealed stands in the database, so that another server's key file is noticed at the start, and so is a
 * new first key: then everything is sealed again, this text last, and the old key may go. */
static struct err *check_ring(struct opened *o, struct call *c, struct str sample, const char *file)
{
	const struct str purpose = STR("meta secret_key");
	struct str text;
	int64_t n;

	if (sample.p && unseal(c->arena, o->house.ring, purpose, sample, &text))
		return FAIL(c->arena, ERR_INVALID,
			    "the secret key file '%s' holds none of the keys that this database was sealed with: it is another server's, or a key"
			    " was taken out too early. Put the right file back (it is the same on all nodes), or name its place with secret_key_file",
			    file);
	if (sample.p && !seal_needs_reseal(o->house.ring, sample))
		return NULL;
	if (sample.p) {
		TRY(acts_reseal(c, &n));
		log_info("secrets.resealed", KV("count", n));
	}
	TRY(seal(c->arena, o->house.ring, purpose, STR("howdah"), &text));
	return store_tx(c, put_sample, &text);
}

/* A key file that vanished is not made anew: what it sealed would be lost without a word. */
static struct err *open_secrets(struct opened *o, struct call *c)
{
	struct str sample;
	const char *file = arena_strz(o->arena, o->boot->secret_key_file);
	struct stat st;
	bool fresh;

	TRY(meta_get(c, "secret_key", &sample));
	if (sample.p && stat(file, &st) != 0)
		return FAIL(c->arena, ERR_INVALID,
			    "the secret key file '%s' is missing, and what is sealed in this database cannot be read without it: put it back"
			    " (it is the same on all nodes), or name its place with secret_key_file",
			    file);
	if (!sample.p)
		TRY(seal_ring_create_file(c->arena, file, &fresh));
	TRY(seal_ring_load(o->arena, file, &o->house.ring));
	return check_ring(o, c, sample, file);
}

static struct err *open_database(struct opened *o, struct call *c, struct str roles)
{
	struct sql_open how = { .url = o->boot->database_url, .path = conf_sqlite_path(o->arena, o->boot), .connections = (int)o->boot->db_connections };
	struct identity identity[] = {
		{ "domain", o->boot->domain }, { "web_domain", o->boot->web_domain }, { "base_url", o->boot->base_url }, { NULL, STR_NONE },
	};
	int applied;

	/* Commands do one thing after the other, and are not counted among the nodes. */
	if (str_eqz(roles, "cli"))
		how.connections = CLI_CONNECTIONS;
	how.reserve = budget_reserve(o->boot, roles);
	TRY(sql_open(o->arena, &how, &o->db));
	c->db = o->db;
	TRY(store_migrate(c, &applied));
	return store_tx(c, hold_identity, identity);
}

static struct err *bury(struct call *c, void *arg) { return node_bury(c, arg); }

/* A process that was killed here held jobs, which would else wait until its lease ends. */
static struct err *bury_the_dead(struct call *c)
{
	struct node *nodes;
	size_t n;

	TRY(nodes_leased(c, &nodes, &n));
	for (size_t i = 0; i < n; i++)
		if (process_ended(c, nodes[i].token))
			TRY(store_tx(c, bury, &nodes[i]));
	return NULL;
}

static struct err *open_node(struct opened *o, struct call *c, struct str roles)
{
	int node;

	TRY(bury_the_dead(c));
	o->node_token = arena_dup(o->arena, process_token(c));
	TRY(node_lease(c, o->node_token, roles, NODE_LEASE_S * US_PER_S, &node));
	o->house.node = node;
	o->ids = ids_create(o->arena, node);
	c->ids = o->ids;
	return NULL;
}

static struct err *read_limits(struct call *c, struct arena *owner, const struct conf_limits **ret)
{
	struct server_block *blocks;
	struct server_limit *v;
	size_t n;

	TRY(server_blocks_all(c, &blocks, &n));
	v = arena_array(c->arena, struct server_limit, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct server_limit){ arena_dup(owner, blocks[i].domain),
					      { .silenced = blocks[i].severity == BLOCK_SILENCE, .suspended = blocks[i].severity == BLOCK_SUSPEND,
						.rejects_media = blocks[i].reject_media, .rejects_reports = blocks[i].reject_reports } };
	*ret = conf_limits_create(owner, v, n);
	return NULL;
}

static struct err *read_settings(struct call *c, const struct conf *boot, struct arena *owner, const struct conf **ret)
{
	struct setting_row *rows;
	struct conf_pair *pairs;
	struct conf *fresh;
	size_t n;

	TRY(settings_all(c, &rows, &n));
	pairs = arena_array(c->arena, struct conf_pair, n + 1);
	for (size_t i = 0; i < n; i++)
		pairs[i] = (struct conf_pair){ rows[i].key, rows[i].value };
	fresh = conf_with_instance(owner, boot, pairs, n, NULL);
	*ret = fresh;
	return read_limits(c, owner, &fresh->limits);
}

struct err *app_settings_refresh(struct opened *o, const struct conf *boot)
{
	AUTO_ARENA(tmp);
	struct call c = app_call(o, tmp);
	struct arena *owner;
	const struct conf *fresh;
	struct err *e;
	int64_t newest;

	e = settings_newest(&c, &newest);
	if (!e && (newest != o->settings_seen || boot)) {
		owner = arena_create();
		e = read_settings(&c, boot ? boot : o->boot, owner, &fresh);
		if (e) {
			arena_destroy(owner);
		} else {
			conf_current_put(o->current, owner, fresh);
			o->boot = boot ? boot : o->boot;
			o->settings_seen = newest;
		}
	}
	app_call_end(o, &c);
	if (e)
		e = FAIL(o->arena, e->code, STR_FMT, STR_ARG(e->text));
	return e;
}

static struct err *open_settings(struct opened *o, struct call *c)
{
	struct arena *owner = arena_create();
	const struct conf *conf;

	TRY(settings_newest(c, &o->settings_seen));
	TRY(read_settings(c, o->boot, owner, &conf));
	o->current = conf_current_create(owner, conf);
	o->house.conf = o->current;
	return NULL;
}

struct err *app_open(struct cli *cli, struct str roles, struct opened **ret)
{
	struct opened *o = arena_new(cli->arena, struct opened);
	struct conf *boot;
	struct call c;

	o->arena = cli->arena;
	TRY(cli_conf(cli, &boot));
	o->boot = boot;
	c = app_call(o, cli->arena);
	TRY(make_dir(o->arena, boot->data_dir));
	TRY(open_database(o, &c, roles));
	TRY(open_secrets(o, &c));
	TRY(open_node(o, &c, roles));
	TRY(open_settings(o, &c));
	*ret = o;
	return NULL;
}

void app_close(struct opened *o)
{
	AUTO_ARENA(tmp);
	struct call c = app_call(o, tmp);
	struct err *e = node_release(&c, o->house.node, o->node_token);

	(void)e;      /* the lease ends by itself */
	app_call_end(o, &c);
	conf_current_destroy(o->current);
	sql_close(o->db);
}

struct err *app_with_call(struct cli *cli, struct err *(*fn)(struct cli *cli, struct call *c))
{
	struct opened *o;
	struct call c;
	struct err *e;

	TRY(app_open(cli, STR("cli"), &o));
	c = app_call(o, cli->arena);
	e = fn(cli, &c);
	app_call_end(o, &c);
	app_close(o);
	return e;
}
