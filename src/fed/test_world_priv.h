/* fed/test_world_priv.h: what this room's tests stand on: one engine, a fresh schema, a server named howdah.example with its instance
 * actor and alice; requests go through the real gate without a socket. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "acts/keys.h"
#include "acts/signup.h"
#include "conf/current.h"
#include "conf/load.h"
#include "crypt/seal.h"
#include "crypt/test_secrets.h"
#include "fed/tables.h"
#include "gate/gate.h"
#include "store/account.h"
#include "store/job.h"
#include "store/status.h"
#include "store/test_database.h"
#include "wire/json.h"

struct fixture {
	struct arena *arena;
	struct call call;
	struct conf conf;
	struct house house;
	struct gate *gate;
	struct account *alice;
};

#define NEED(f) do { if (!(f)) skip(); } while (0)
#define ok(expr) do { struct err *e_ = (expr); if (e_) fail_msg("%s:%d: %.*s", e_->file, e_->line, (int)e_->text.n, e_->text.p); } while (0)
#define refused(expr, want) do { struct err *e_ = (expr); assert_non_null(e_); assert_int_equal(e_->code, want); } while (0)
#define same(got, want) assert_true(str_eqz((got), (want)))

static struct err *begin(struct fixture *f, struct str url)
{
	char path[] = "/tmp/howdah-ring-XXXXXX";
	const char *const env[] = { "HOWDAH_DOMAIN=howdah.example", NULL };
	struct conf_problems problems = { 0 };
	struct call *c = &f->call;
	const struct seal_ring *ring;
	struct signed_up who;
	struct conf *conf;
	bool made;
	int fd = mkstemp(path);

	close(fd);
	unlink(path);
	*c = (struct call){ .arena = f->arena, .world = &world_real, .now_us = world_real.now_us(&world_real), .house = &f->house, .conf = &f->conf };
	c->ids = ids_create(f->arena, 1);
	TRY(conf_load(f->arena, &(struct conf_from){ .environ = env }, &conf, &problems));
	f->conf = *conf;
	f->conf.rate_limits = false;
	TRY(seal_ring_create_file(f->arena, path, &made));
	TRY(seal_ring_load(f->arena, path, &ring));
	f->house.ring = ring;
	unlink(path);
	f->house.conf = conf_current_create(arena_create(), &f->conf);
	TRY(sql_open(f->arena, &(struct sql_open){ .url = url, .path = STR(":memory:"), .connections = 4 }, &c->db));
	test_secrets_cheap();
	TRY(test_database(c));
	TRY(acts_instance_actor_make(c, &made));
	TRY(acts_account_create(c, &(struct signup){ .username = STR("Alice"), .email = STR("alice@example.org"), .password = STR("correct horse"),
						     .by_operator = true, .agreement = true }, &who));
	f->gate = gate_create(f->arena, &(struct gate_how){ .tables = fed_tables, .world = &world_real, .db = c->db, .ids = c->ids, .house = &f->house });
	return account_find(c, who.account, &f->alice);
}

static int set_up(void **state, struct str url)
{
	struct arena *a = arena_create();
	struct fixture *f = arena_new(a, struct fixture);
	struct err *e;

	f->arena = a;
	*state = f;
	e = begin(f, url);
	if (e)
		printf("%s:%d: %.*s\n", e->file, e->line, (int)e->text.n, e->text.p);
	return e ? -1 : 0;
}

TEST_ENGINES(set_up)

static int tear_down(void **state)
{
	struct fixture *f = *state;

	if (f) {
		sql_close(f->call.db);
		conf_current_destroy(f->house.conf);
		arena_destroy(f->arena);
	}
	return 0;
}

#define BOTH(test) \
	cmocka_unit_test_setup_teardown(test, with_sqlite, tear_down), { #test " on PostgreSQL", test, with_pgsql, tear_down, NULL }

/* A request through the gate, run again on the other lane where that is asked for. */
struct asked {
	struct request http;
	struct reply reply;
};

static int ask(struct fixture *f, struct asked *q)
{
	struct server_app app = gate_app(f->gate);
	struct admission adm;
	struct str path, query;

	q->http.arena = q->reply.arena = f->arena;
	q->reply.fd = -1;
	str_cut(q->http.target, '?', &path, &query);
	q->http.path = path;
	q->http.query = query;
	q->http.peer = STR("192.0.2.1");
	if (!app.on_head(app.ctx, &q->http, &adm, &q->reply))
		return q->reply.status;
	app.on_request(app.ctx, &q->http, &q->reply);
	if (q->reply.again) {
		q->reply.again = false;
		q->reply.status = 0;
		app.on_request(app.ctx, &q->http, &q->reply);
	}
	return q->reply.status;
}

/* GET; *ret_json is NULL where the body is none. */
static __attribute__((unused)) int get(struct fixture *f, struct str target, const struct json **ret_json)
{
	struct header accept = { STR("Accept"), STR("application/activity+json") };
	struct asked q = { .http = { .method = METHOD_GET, .target = target, .headers = &accept, .headers_n = 1 } };
	int status = ask(f, &q);

	*ret_json = NULL;
	if (json_parse(f->arena, q.reply.body, ret_json))
		*ret_json = NULL;
	return status;
}

/* An address of ours without what is before its path. */
static __attribute__((unused)) struct str path_of(struct str url) { return str_from(url, sizeof "https://howdah.example" - 1); }
