/* serve: opens the house, starts its rooms from the ground up, waits for signals, and ends them in the reverse order. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "acts/answered.h"
#include "acts/certificate.h"
#include "acts/keys.h"
#include "acts/vapid.h"
#include "app/budget.h"
#include "app/jobs.h"
#include "app/open.h"
#include "app/schedule.h"
#include "app/tables.h"
#include "app/watch.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/metrics.h"
#include "conf/exposed.h"
#include "conf/load.h"
#include "gate/gate.h"
#include "media/disk.h"
#include "media/helper.h"
#include "media/proxy.h"
#include "net/client.h"
#include "notify/hub.h"
#include "ops/ops.h"
#include "queue/queue.h"
#include "sql/sql.h"
#include "store/event.h"
#include "store/store.h"
#include "web/web.h"

enum { DRAIN_MS = 10000, TRIM_S = 30, CERTIFICATES_S = 600, WATCH_S = 5, WATCH_AFTER_S = 30, CATCH_UP_S = 5, TICKS_PER_S = 2 };

struct serving {
	struct opened *o;
	struct cli *cli;
	int roles;
	struct str role_names;
	struct gate *gate;
	struct server *server, *metrics;
	int lock_fd;              /* holds the data directory until the process ends */
	struct queue *queue;
};

static struct err *parse_roles(struct cli *cli, int *ret)
{
	struct str rest = cli_option(cli, "--roles"), word;

	*ret = rest.n ? 0 : SERVE_ALL;
	while (rest.n && str_next(&rest, ',', &word)) {
		int bit = str_eqz(word, "web") ? SERVE_WEB : str_eqz(word, "streaming") ? SERVE_STREAMING : str_eqz(word, "jobs") ? SERVE_JOBS : 0;

		if (!bit)
			return FAIL(cli->arena, ERR_BAD_REQUEST, "unknown role '" STR_FMT "': there are web, streaming and jobs", STR_ARG(word));
		*ret |= bit;
	}
	return NULL;
}

static struct err *start_rooms(struct serving *s, struct call *c)
{
	const struct conf *conf = s->o->boot;
	struct arena *a = s->o->arena;
	struct client_how client = {
		.user_agent = arena_printf(a, "Howdah/%s (+" STR_FMT "/)", HOWDAH_VERSION, STR_ARG(conf->base_url)),
		.allow_private = conf->allow_private_addresses, .static_hosts = conf->static_hosts, .ca_file = conf->ca_file,
		.conf = s->o->current,
	};
	bool made;

	TRY(client_start(a, &client, &s->o->house.client));
	TRY(acts_instance_actor_make(c, &made));
	TRY(acts_vapid_make(c));
	s->o->house.helper = helper_start(a, &(struct helper_how){ .ffmpeg_dir = conf->ffmpeg_dir });
	s->o->house.films = helper_has_films(s->o->house.helper);
	s->o->house.proxy = proxy_create(a);
	return disk_create(c, a, conf->media_dir, &s->o->house.storage);
}

static struct err *start_server(struct serving *s)
{
	const struct conf *conf = s->o->boot;
	struct gate_how gate = {
		.tables = app_endpoint_tables(s->o->arena, s->roles), .world = &world_real, .db = s->o->db, .ids = s->o->ids, .house = &s->o->house,
		.html_error = web_html_error,
	};
	struct server_how how = {
		.listen = conf->listen, .trusted_proxies = conf->trusted_proxies, .io_threads = (int)conf->io_threads,
		.connections_max = (int)conf->connections_max, .idle_timeout_s = 60,
		.lanes = { [LANE_DB] = { (int)conf->db_workers, 512 }, [LANE_FETCH] = { (int)conf->fetch_workers, 128 },
			   [LANE_UPLOAD] = { (int)conf->upload_workers, 32 }, [LANE_KEY] = { (int)conf->fetch_workers, 128 },
			   [LANE_PICTURE] = { (int)conf->fetch_workers, 128 } },
	};
	struct server_app app;

	s->gate = gate_create(s->o->arena, &gate);
	app = gate_app(s->gate);
	if (conf->metrics_listen.n)
		TRY(ops_listen(s->o->arena, conf->metrics_listen, &s->metrics));
	return server_start(s->o->arena, &how, &app, &s->server);
}

/* On the committing thread of whatever happened: only hands on. */
static void on_event(void *arg, const struct event *e)
{
	struct serving *s = arg;

	if (e->kind == EVENT_JOBS_ADDED && s->queue)
		queue_wake(s->queue, (enum job_lane)e->subject_id);
	if (s->o->house.hub)
		notify_event(s->o->house.hub, e);
}

/* On PostgreSQL, on sql's thread: another process wrote events or jobs. Our own have come by on_event already. */
static void on_notice(void *arg, struct str payload)
{
	struct serving *s = arg;
	struct store_notice n = store_notice_read(payload);

	if (n.node == s->o->house.node)
		return;
	if (s->o->house.hub)
		notify_catch_up(s->o->house.hub);
	for (int lane = 0; s->queue && lane < JOB_LANES; lane++)
		if (n.lanes & 1u << lane)
			queue_wake(s->queue, (enum job_lane)lane);
}

static struct err *start_streams(struct serving *s)
{
	struct hub_how how = { .world = &world_real, .db = s->o->db, .ids = s->o->ids, .house = &s->o->house };

	if (!(s->roles & SERVE_STREAMING))
		return NULL;
	s->o->house.hub = notify_hub_create(s->o->arena, &how);
	return notify_hub_start(s->o->arena, s->o->house.hub);
}

static struct err *start_queue(struct serving *s)
{
	struct queue_how how = {
		.world = &world_real, .db = s->o->db, .ids = s->o->ids, .house = &s->o->house, .handlers = app_job_handlers,
		.schedule = app_schedule, .schedule_n = app_schedule_n, .workers = (int)s->o->boot->job_workers, .node = s->o->house.node,
		.alone = !sql_is_pgsql(s->o->db),
	};

	store_on_event(on_event, s);
	return s->roles & SERVE_JOBS ? queue_start(s->o->arena, &how, &s->queue) : NULL;
}

/* At each tick: settings that others changed, and which posts were answered. Every third of the lease: our node number. */
static void keep_up(struct serving *s, int64_t tick)
{
	AUTO_ARENA(tmp);
	struct call c = app_call(s->o, tmp);
	struct err *e = app_settings_refresh(s->o, NULL);
	bool held = true;

	if (!e)
		e = acts_answers_flush(&c, ID_NONE(account_id));
	if (!e && tick % (NODE_LEASE_S * TICKS_PER_S / 3) == 0)
		e = node_renew(&c, s->o->house.node, s->o->node_token, NODE_LEASE_S * US_PER_S, &held);
	if (!e && tick % (CERTIFICATES_S * TICKS_PER_S) == 1)
		e = acts_certificates_show(&c);
	/* Not while what waited for a start is being worked off. */
	if (!e && tick > WATCH_AFTER_S * TICKS_PER_S && tick % (WATCH_S * TICKS_PER_S) == 0)
		e = app_watch_tell(&c);
	/* What a node that died had not told yet. */
	if (s->o->house.hub && sql_is_pgsql(s->o->db) && tick % (CATCH_UP_S * TICKS_PER_S) == 0)
		notify_catch_up(s->o->house.hub);
	if (tick % (TRIM_S * TICKS_PER_S) == 0) {
		sql_trim(s->o->db);
		malloc_trim(0);           /* what a busy minute needed goes back to the system */
	}
	if (e)
		log_warn("serve.behind", KV("why", e->text));
	if (!held)
		log_error("serve.node_lost", KV("node", s->o->house.node));
	app_call_end(s->o, &c);
}

static void set_up_log(const struct conf *conf) { log_setup(conf->log_format == LOG_FORMAT_JSON, (enum log_level)conf->log_level); }

static void tell_exposed(struct arena *a, const struct conf *conf)
{
	struct conf_exposed found[CONF_EXPOSED_MAX];
	size_t n = conf_exposed(a, conf, found);

	metric_set(METRIC_settings_exposed, STR_NONE, (int64_t)n);
	for (size_t i = 0; i < n; i++)
		log_warn("serve.exposed", KV("setting", found[i].key), KV("why", found[i].text));
}

/* What can change while running does, and the rest is named. A file that is wrong changes nothing. */
static void reload(struct serving *s)
{
	struct conf *fresh;
	struct conf_list restart;
	struct err *e = cli_conf(s->cli, &fresh);

	if (!e) {
		fresh = conf_reloaded(s->o->arena, s->o->boot, fresh, &restart);
		e = app_settings_refresh(s->o, fresh);
	}
	if (e) {
		log_error("serve.reload_failed", KV("why", e->text));
		return;
	}
	set_up_log(fresh);
	tell_exposed(s->o->arena, fresh);
	log_info("serve.reloaded", KV("changed_but_wait_for_a_restart", restart.n));
	for (size_t i = 0; i < restart.n; i++)
		log_warn("serve.restart_wanted", KV("setting", restart.v[i]));
}

static void wait_for_the_end(struct serving *s, const sigset_t *signals)
{
	struct timespec tick_length = { .tv_nsec = 1000000000 / TICKS_PER_S };

	for (int64_t tick = 1;; tick++) {
		int sig = sigtimedwait(signals, NULL, &tick_length);

		if (sig == SIGTERM || sig == SIGINT)
			return;
		if (sig == SIGHUP)
			reload(s);
		else
			keep_up(s, tick);
	}
}

/* After the last answer: what was posted on purpose before the restart is not taken for the first try of what comes after it. */
static void keep_answers(struct serving *s)
{
	AUTO_ARENA(tmp);
	struct call c = app_call(s->o, tmp);
	struct err *e = acts_answers_flush(&c, ID_NONE(account_id));

	if (e)
		log_warn("serve.answers_lost", KV("why", e->text));
	app_call_end(s->o, &c);
}

static void stop_rooms(struct serving *s)
{
	atomic_store(&s->o->house.stopping, true);
	if (s->o->house.helper)
		helper_films_end(s->o->house.helper);
	if (s->server)
		server_stop(s->server, DRAIN_MS);
	if (s->metrics)
		server_stop(s->metrics, 0);
	if (s->queue)
		queue_stop(s->queue, DRAIN_MS);
	if (s->o->house.hub)
		notify_hub_stop(s->o->house.hub);
	client_stop(s->o->house.client);
	if (s->o->house.helper)
		helper_stop(s->o->house.helper);
	keep_answers(s);
	app_close(s->o);
	log_flush();
}

/* The embedded database has one server: its writer thread and its events are this process's. A dead one's lock is gone with it. */
static struct err *hold_data_dir(struct serving *s)
{
	struct arena *a = s->o->arena;
	const char *path = arena_strz(a, arena_concat(a, s->o->boot->data_dir, STR("/serve.lock")));
	int fd;

	if (sql_is_pgsql(s->o->db))
		return NULL;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return FAIL(a, ERR_INVALID, "'%s' cannot be opened: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return FAIL(a, ERR_INVALID, "another howdah serves this data directory. Several processes need one PostgreSQL: set database_url");
	}
	s->lock_fd = fd;
	return NULL;
}

/* Sockets are file descriptors: as many as the system lets us have. */
static void raise_descriptor_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= r.rlim_max)
		return;
	r.rlim_cur = r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) != 0)
		log_warn("serve.descriptors", KV("why", "the limit of open files could not be raised"));
}

static struct err *start(struct serving *s, struct call *c)
{
	TRY(hold_data_dir(s));
	TRY(budget_claim(s->o, s->role_names));
	raise_descriptor_limit();
	TRY(start_rooms(s, c));
	TRY(start_streams(s));
	TRY(start_queue(s));
	TRY(sql_listen(s->o->arena, s->o->db, &(struct sql_listening){ "howdah_events", on_notice, s, store_notice_say }));
	TRY(start_server(s));
	return cli_print(s->cli, arena_printf(s->cli->arena, "ready http://" STR_FMT "\n", STR_ARG(server_address(s->server))));
}

struct err *cmd_serve(struct cli *cli)
{
	struct serving s = { .cli = cli };
	sigset_t signals;
	struct call c;
	struct err *e;

	TRY(parse_roles(cli, &s.roles));
	s.role_names = cli_option(cli, "--roles").n ? cli_option(cli, "--roles") : STR("web,streaming,jobs");
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);      /* before any thread: they inherit it, and only this one waits for them */
	TRY(app_open(cli, s.role_names, &s.o));
	set_up_log(s.o->boot);
	tell_exposed(cli->arena, s.o->boot);
	c = app_call(s.o, cli->arena);
	e = start(&s, &c);
	app_call_end(s.o, &c);
	if (e)
		e = FAIL(cli->arena, e->code, STR_FMT, STR_ARG(e->text));      /* its arena ends with the rooms */
	else
		wait_for_the_end(&s, &signals);
	/* Also where not all have started: those that have run threads, which know s. */
	stop_rooms(&s);
	return e;
}

static void print_route(void *arg, const struct endpoint *e)
{
	struct buf *out = arg;

	buf_addf(out, "%s %s\n", gate_method_name(e->method), e->path);
}

struct err *cmd_routes(struct cli *cli)
{
	struct buf out = buf_init(cli->arena, 1 << 20);
	struct gate *g = gate_create(cli->arena, &(struct gate_how){ .tables = app_endpoint_tables(cli->arena, SERVE_ALL) });

	gate_each(g, print_route, &out);
	return cli_print(cli, buf_str(&out));
}
