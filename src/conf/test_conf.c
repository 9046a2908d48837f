#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "conf/current.h"
#include "conf/exposed.h"
#include "conf/limits.h"
#include "conf/load.h"
#include "conf/setting.h"
#include "conf/show.h"

/* A file with this text, gone with the arena. */
static void drop_file(void *path) { unlink(path); }
static struct str file_with(struct arena *a, struct str text)
{
	char *path = arena_alloc(a, 40);
	int fd;

	memcpy(path, "/tmp/howdah-conf-XXXXXX", 24);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.p, text.n), text.n);
	close(fd);
	arena_defer(a, drop_file, path);
	return str_z(path);
}

/* Loads text as a file and env as the environment; all problems in one text. */
static struct str load(struct arena *a, const char *text, const char *const *env, struct conf **ret)
{
	struct conf_from from = { .environ = env, .file = text ? file_with(a, str_z(text)) : STR_NONE };
	struct conf_problems problems = { 0 };
	struct buf out = buf_init(a, 100000);
	struct err *e;

	*ret = NULL;
	e = conf_load(a, &from, ret, &problems);
	assert_int_equal(e != NULL, problems.list.n > 0);
	assert_int_equal(e != NULL, *ret == NULL);
	for (size_t i = 0; i < problems.list.n; i++) {
		struct str line = conf_problem_text(a, &problems.list.v[i]);

		/* The file's name differs in each run: its line is what is compared. */
		if (from.file.n && str_has_prefix(line, from.file))
			line = arena_concat(a, STR("FILE"), str_from(line, from.file.n));
		buf_add(&out, line);
		buf_addc(&out, '\n');
	}
	return buf_str(&out);
}

static void assert_says(struct str all, const char *part)
{
	if (!str_contains(all, str_z(part)))
		fail_msg("'%s' is not said in:\n%.*s", part, STR_ARG(all));
}

static struct conf *loaded(struct arena *a, const char *text)
{
	struct conf *conf;
	struct str said = load(a, text, NULL, &conf);

	if (!conf)
		fail_msg("%.*s", STR_ARG(said));
	return conf;
}

static void without_a_file_it_is_a_laboratory(void **state)
{
	AUTO_ARENA(a);
	struct conf *c = loaded(a, NULL);

	(void)state;
	assert_true(str_eqz(c->domain, "localhost:3000"));
	assert_true(str_eqz(c->web_domain, "localhost:3000"));
	assert_true(str_eqz(c->base_url, "http://localhost:3000"));
	assert_true(str_eqz(c->media_dir, "data/media"));
	assert_true(str_eqz(c->secret_key_file, "data/secret.key"));
	assert_true(str_eqz(c->mail_from, "notifications@localhost"));
	assert_true(conf_is_lab(c));
	assert_true(str_eqz(conf_streaming_url(a, c), "ws://localhost:3000"));
	assert_true(str_eqz(conf_url(a, c, "/about"), "http://localhost:3000/about"));
	assert_true(str_eqz(conf_sqlite_path(a, c), "data/howdah.db"));
	assert_true(c->rate_limits && c->confirm_email && !c->authorized_fetch);
	assert_int_equal(c->image_size_max, 16 << 20);
	assert_int_equal(c->duplicate_post_guard, DUPLICATE_SLOW);
	assert_int_equal(c->languages.n, 1);
	assert_false(conf_signup_possible(c));
}

static void addresses_follow_from_the_domain(void **state)
{
	AUTO_ARENA(a);
	struct conf *c = loaded(a, "domain = example.org\n# a comment\n\n  web_domain=social.example.org  \nmail_from = \"desk@example.org\"\n");

	(void)state;
	assert_true(str_eqz(c->base_url, "https://social.example.org"));
	assert_true(str_eqz(conf_streaming_url(a, c), "wss://social.example.org"));
	assert_true(str_eqz(c->mail_from, "desk@example.org"));
	assert_false(conf_is_lab(c));
}

static void the_environment_wins_over_the_file_and_the_command_line_over_both(void **state)
{
	AUTO_ARENA(a);
	static const char *const env[] = { "PATH=/bin", "HOWDAH_LISTEN=127.0.0.1:2", "HOWDAH_DB_WORKERS=3", "HOWDAH_TEST_PG=x", NULL };
	static const struct conf_pair over = { STRC("listen"), STRC("[::1]:0") };
	struct conf_from from = { .file = file_with(a, STR("db_workers = 2\nio_threads = 4\n")), .environ = env,
		.overrides = &over, .overrides_n = 1 };
	struct conf_problems problems = { 0 };
	struct buf out = buf_init(a, CONF_TEXT_MAX);
	struct conf *c = NULL;

	(void)state;
	assert_null(conf_load(a, &from, &c, &problems));
	assert_true(str_eqz(c->listen, "[::1]:0"));
	assert_int_equal(c->db_workers, 3);
	assert_int_equal(c->io_threads, 4);
	conf_write_shown(&out, c);
	assert_says(buf_str(&out), "listen = [::1]:0  # command line\n");
	assert_says(buf_str(&out), "db_workers = 3  # HOWDAH_DB_WORKERS\n");
	assert_says(buf_str(&out), arena_printf(a, "io_threads = 4  # " STR_FMT ":2\n", STR_ARG(from.file)).p);
	assert_says(buf_str(&out), "web_domain = localhost:3000  # derived\n");
	assert_says(buf_str(&out), "log_level = info  # default\n");
}

static void every_mistake_is_told_at_once_with_its_line_and_what_was_meant(void **state)
{
	static const char *const env[] = { "HOWDAH_DOMIAN=x", "HOWDAH_TITLE=x", "HOWDAH_IO_THREADS=0", NULL };
	AUTO_ARENA(a);
	struct conf *c;
	struct str said = load(a,
		"lisen = 127.0.0.1:1\n"
		"LOCAL_DOMAIN = example.org\n"
		"db_workers = 9000\n"
		"title = Mine\n"
		"log_format = jsno\n"
		"io_threads = 2\n"
		"io_threads = 3\n"
		"just words\n"
		"zzzzzz = 1\n"
		"stauts_max_chars = 10\n"
		"rate_limits = maybe\n"
		"HOWDAH_DATA_DIR = x\n", env, &c);

	(void)state;
	assert_says(said, "FILE:1: lisen: unknown setting; did you mean 'listen'?\n");
	assert_says(said, "FILE:2: LOCAL_DOMAIN: unknown setting; did you mean 'domain'?\n");
	assert_says(said, "FILE:3: db_workers: 9000 is out of bounds: it must be a number from 1 to 512\n");
	assert_says(said, "FILE:4: title: this setting lives in the database; use 'howdah config set title VALUE'\n");
	assert_says(said, "FILE:5: log_format: 'jsno' is not logfmt or json; did you mean 'json'?\n");
	assert_says(said, "FILE:7: io_threads: said twice; the first time in line 6\n");
	assert_says(said, "FILE:8: a line must be 'key = value' or begin with '#'\n");
	assert_says(said, "FILE:9: zzzzzz: unknown setting; 'howdah config sample' lists all\n");
	assert_says(said, "FILE:10: stauts_max_chars: unknown setting; did you mean 'status_max_chars'? That one is set with");
	assert_says(said, "FILE:11: rate_limits: 'maybe' is neither on nor off\n");
	assert_says(said, "FILE:12: HOWDAH_DATA_DIR: unknown setting; did you mean 'data_dir'?\n");
	assert_says(said, "environment: HOWDAH_DOMIAN: unknown setting; did you mean 'HOWDAH_DOMAIN'?\n");
	assert_says(said, "HOWDAH_TITLE: title: this setting lives in the database");
	assert_says(said, "HOWDAH_IO_THREADS: io_threads: 0 is out of bounds");
}

static void settings_that_contradict_each_other_stop_the_start(void **state)
{
	static const struct { const char *text, *says; } cases[] = {
		{ "domain = example.org\nbase_url = https://other.org\n",
			"FILE:2: base_url: base_url 'https://other.org' is not on web_domain 'example.org'; did you mean 'https://example.org'?" },
		{ "domain = localhost:3000\nbase_url = https://localhost:3000\n",
			"FILE:2: base_url: a domain with a port ('localhost:3000') is a laboratory" },
		{ "domain = example.org\nbase_url = http://example.org\n", "FILE:2: base_url: plain http is for laboratories" },
		{ "web_domain = example.org\n",
			"FILE:1: web_domain: web_domain 'example.org' and domain 'localhost:3000' must both carry a port" },
		{ "metrics_listen = 127.0.0.1:3000\n", "FILE:1: metrics_listen: metrics_listen and listen are the same address" },
		{ "database_url = mysql://x\n", "FILE:1: database_url: it must begin with postgresql://" },
		{ "smtp_url = https://x\n", "FILE:1: smtp_url: it must begin with smtp:// or smtps://" },
	};
	struct conf *c;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO_ARENA(a);

		assert_says(load(a, cases[i].text, NULL, &c), cases[i].says);
	}
}

static void values_of_the_wrong_form_say_what_was_likely_meant(void **state)
{
	static const struct { const char *text, *says; } cases[] = {
		{ "domain = https://example.org/", "did you mean 'example.org'?" },
		{ "domain = Example.org", "did you mean 'example.org'?" },
		{ "domain = @example.org", "did you mean 'example.org', without the '@'?" },
		{ "domain = example.org:443", "did you mean 'example.org'?" },
		{ "domain = exam ple.org", "is not a host name" },
		{ "domain = b\xc3\xbc" "cher.example", "xn--" },
		{ "domain = -x.org", "is not a host name" },
		{ "domain = example.org:70000", "is not a port" },
		{ "domain =", "it may not be empty" },
		{ "base_url = https://example.org/", "did you mean 'https://example.org'?" },
		{ "base_url = example.org", "is not an address" },
		{ "listen = 3000", "did you mean '127.0.0.1:3000'?" },
		{ "listen = :3000", "did you mean '0.0.0.0:3000'" },
		{ "listen = *:3000", "did you mean '0.0.0.0:3000'" },
		{ "listen = localhost:3000", "did you mean '127.0.0.1:3000'?" },
		{ "listen = 127.0.0.1", "lacks the port" },
		{ "listen = ::1:3000:", "is not a port" },
		{ "listen = 127.0.0.300:1", "is not an address" },
		{ "trusted_proxies = 10.0.0.0/33", "is not a network" },
		{ "trusted_proxies = 10.0.0.1:80", "is not a network" },
		{ "allow_private_addresses = 10.0.0.0/8:0", "is not a network" },
		{ "static_hosts = peer", "lacks an address" },
		{ "static_hosts = peer=x", "lacks the port" },
		{ "mail_from = Desk <desk@example.org>", "is not a mail address" },
		{ "metrics_token = hush hush", "may not contain a space" },
		{ "title\xff = x", "not valid UTF-8" },
	};
	struct conf *c;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO_ARENA(a);

		assert_says(load(a, cases[i].text, NULL, &c), cases[i].says);
	}
}

static void lists_are_taken_with_spaces_and_commas(void **state)
{
	AUTO_ARENA(a);
	struct conf *c = loaded(a, "allow_private_addresses = 127.0.0.1:8443,  10.0.0.0/8 [::1]:1 fd00::/8 10.0.0.0/8:8443\n"
		"static_hosts = a.test = 127.0.0.1:8443, b.test=[::1]:2\n");

	(void)state;
	assert_true(str_eqz(c->allow_private_addresses, "127.0.0.1:8443 10.0.0.0/8 [::1]:1 fd00::/8 10.0.0.0/8:8443"));
	assert_true(str_eqz(c->static_hosts, "a.test=127.0.0.1:8443 b.test=[::1]:2"));
}

static void a_missing_file_is_a_problem_only_where_it_was_asked_for(void **state)
{
	AUTO_ARENA(a);
	struct conf_from from = { .file = STR("/nonexistent/howdah.conf") };
	struct conf_problems problems = { 0 };
	struct conf *c;

	(void)state;
	assert_non_null(conf_load(a, &from, &c, &problems));
	assert_says(conf_problem_text(a, &problems.list.v[0]), "/nonexistent/howdah.conf: cannot be opened");
	problems = (struct conf_problems){ 0 };
	from.file_optional = true;
	assert_null(conf_load(a, &from, &c, &problems));
}

/* Takes the '#' off each "#key = value": what the sample says, as if the operator had said it. */
static void the_sample_parses_back_to_the_defaults(void **state)
{
	AUTO_ARENA(a);
	struct buf sample = buf_init(a, CONF_TEXT_MAX), file = buf_init(a, CONF_TEXT_MAX);
	struct conf *presets = loaded(a, NULL), *c;
	struct str rest, line;
	int said = 0;

	(void)state;
	conf_write_sample(&sample);
	assert_true(buf_ok(&sample));
	assert_says(load(a, arena_strz(a, buf_str(&sample)), NULL, &c), "");
	assert_non_null(c);
	for (rest = buf_str(&sample); str_next(&rest, '\n', &line);) {
		bool key = line.n > 1 && line.p[0] == '#' && line.p[1] != ' ';

		buf_add(&file, key ? str_from(line, 1) : line);
		buf_addc(&file, '\n');
		said += key;
	}
	c = loaded(a, arena_strz(a, buf_str(&file)));
	for (int i = 0; i < SETTINGS; i++) {
		const struct setting *s = setting_at((enum setting_id)i);

		assert_true(str_eq(conf_value(a, c, s, false), conf_value(a, presets, s, false)));
		assert_true(setting_find(s->key) == s);
		assert_true(s->help[strlen(s->help) - 1] == '.');
		said -= !s->instance;
		if (s->instance)
			assert_says(buf_str(&sample), arena_printf(a, "howdah config set %s '", s->key.p).p);
	}
	assert_int_equal(said, 0);
}

static void secrets_are_not_shown(void **state)
{
	AUTO_ARENA(a);
	struct buf out = buf_init(a, CONF_TEXT_MAX);
	struct conf *c = loaded(a, "metrics_token = hunter1\ndatabase_url = postgresql://me:hun/t@er2@db/x?sslmode=off&password=hunter3&a=b\n"
		"smtp_url = smtp://m:hunter4@mail:587\n");

	(void)state;
	conf_write_shown(&out, c);
	assert_false(str_contains(buf_str(&out), STR("hunter")));
	assert_false(str_contains(buf_str(&out), STR("er2")));
	assert_says(buf_str(&out), "database_url = postgresql://me:***@db/x?sslmode=off&password=***&a=b");
	assert_says(buf_str(&out), "smtp_url = smtp://m:***@mail:587");
	assert_true(str_eqz(conf_value(a, c, setting_at(SETTING_metrics_token), false), "hunter1"));
}

static void instance_settings_come_from_rows(void **state)
{
	AUTO_ARENA(a);
	static const struct conf_pair rows[] = {
		{ STRC("title"), STRC("Ours") }, { STRC("languages"), STRC("de, EN") }, { STRC("image_size_max"), STRC("2M") },
		{ STRC("confirm_email"), STRC("off") }, { STRC("note_max"), STRC("1") }, { STRC("gone"), STRC("1") },
		{ STRC("listen"), STRC("127.0.0.1:1") }, { STRC("timelines_public"), STRC("disabled") },
	};
	struct conf_problems problems = { 0 };
	struct conf *boot = loaded(a, NULL), *c = conf_with_instance(a, boot, rows, sizeof rows / sizeof *rows, &problems);
	struct buf out = buf_init(a, CONF_TEXT_MAX);

	(void)state;
	assert_int_equal(problems.list.n, 3);
	assert_true(str_eqz(c->title, "Ours"));
	assert_int_equal(c->languages.n, 2);
	assert_true(str_eqz(c->languages.v[1], "en"));
	assert_int_equal(c->image_size_max, 2 << 20);
	assert_int_equal(c->note_max, 500);
	assert_int_equal(c->timelines_public, TIMELINES_DISABLED);
	assert_true(str_eqz(c->listen, "127.0.0.1:3000"));
	assert_true(conf_signup_possible(c));
	assert_true(str_eqz(boot->title, "Howdah"));
	conf_write_shown(&out, c);
	assert_says(buf_str(&out), "languages = de en  # database\n");
	/* What the database no longer holds goes back to its default. */
	c = conf_with_instance(a, c, rows, 1, NULL);
	assert_int_equal(c->languages.n, 1);
}

static void a_value_for_the_database_is_judged_before_it_is_stored(void **state)
{
	AUTO_ARENA(a);
	static const struct { const char *key, *value, *says; } cases[] = {
		{ "registrations", "opne", "registrations: 'opne' is not open, approval or closed; did you mean 'open'?" },
		{ "regstrations", "open", "'regstrations' is not a setting; did you mean 'registrations'?" },
		{ "listen", "127.0.0.1:1", "'listen' is a boot setting; put it into howdah.conf or HOWDAH_LISTEN" },
		{ "status_max_chars", "ten", "'ten' is not a number from 50 to 100000" },
		{ "status_max_chars", "99999999999999999999", "is not a number" },
		{ "image_size_max", "9223372036854775807G", "is out of bounds" },
		{ "image_size_max", "1G", "is out of bounds" },
		{ "image_size_max", "-1k", "is out of bounds" },
		{ "title", "a\nb", "one line" },
		{ "title", "", "may not be empty" },
		{ "title", "\xff", "not valid UTF-8" },
	};
	struct str kept = STR_NONE;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err *e = conf_check_instance(a, str_z(cases[i].key), str_z(cases[i].value), &kept);

		assert_non_null(e);
		assert_int_equal(e->code, ERR_INVALID);
		assert_says(e->text, cases[i].says);
		assert_null(kept.p);
	}
	assert_null(conf_check_instance(a, STR("title"), STR(" Ours "), &kept));
	assert_true(str_eqz(kept, "Ours"));
}

static void a_reload_changes_only_what_may_change(void **state)
{
	AUTO_ARENA(a);
	static const struct conf_pair rows[] = { { STRC("title"), STRC("Ours") } };
	struct conf *now = conf_with_instance(a, loaded(a, NULL), rows, 1, NULL), *c;
	struct conf_list restart;

	(void)state;
	c = conf_reloaded(a, now, loaded(a, "rate_limits = off\ndb_workers = 3\n"), &restart);
	assert_false(c->rate_limits);
	assert_int_equal(c->db_workers, now->db_workers);
	assert_true(str_eqz(c->title, "Ours"));
	assert_int_equal(restart.n, 1);
	assert_true(str_eqz(restart.v[0], "db_workers"));
}

static int freed;
static void count_freed(void *arg) { (void)arg, freed++; }

static struct conf *with_title(struct arena *a, const char *title)
{
	const struct conf_pair row = { STR("title"), str_z(title) };
	struct conf *conf = conf_with_instance(a, loaded(a, NULL), &row, 1, NULL);

	arena_defer(a, count_freed, NULL);
	return conf;
}

static void settings_in_force_live_until_their_last_taker_is_done(void **state)
{
	struct arena *one = arena_create(), *two = arena_create();
	struct conf_current *cur;
	const struct conf *early, *again, *late;

	(void)state;
	freed = 0;
	cur = conf_current_create(one, with_title(one, "one"));
	early = conf_take(cur);
	again = conf_take(cur);
	conf_current_put(cur, two, with_title(two, "two"));
	late = conf_take(cur);
	assert_true(str_eqz(early->title, "one") && str_eqz(late->title, "two"));
	conf_give(cur, early);
	assert_int_equal(freed, 0);
	conf_give(cur, again);
	assert_int_equal(freed, 1);
	conf_give(cur, late);
	assert_int_equal(freed, 1);
	conf_current_destroy(cur);
	assert_int_equal(freed, 2);
}

static void the_longest_domain_says_what_a_server_is_under(void **state)
{
	static const struct server_limit all[] = {
		{ STRC("far.example"), { .suspended = true } }, { STRC("a.far.example"), { 0 } }, { STRC("b.a.far.example"), { .rejects_media = true } },
		{ STRC("lab.example:8443"), { .silenced = true } },
	};
	AUTO_ARENA(a);
	struct conf conf = { .limits = conf_limits_create(a, all, sizeof all / sizeof *all) };

	(void)state;
	assert_true(conf_limits_of(&conf, STR("far.example")).suspended && conf_limits_of(&conf, STR("x.y.far.example:3000")).suspended);
	assert_true(str_eqz(conf_limits_of(&conf, STR("x.far.example")).by, "far.example"));
	assert_false(conf_limits_of(&conf, STR("a.far.example")).suspended || conf_limits_of(&conf, STR("c.a.far.example")).suspended);
	assert_true(conf_limits_of(&conf, STR("b.a.far.example")).rejects_media && conf_limits_of_media(&conf));
	assert_false(conf_limits_of(&conf, STR("notfar.example")).suspended || conf_limits_of(&conf, STR("example")).suspended);
	assert_true(conf_limits_of(&conf, STR("lab.example:8443")).silenced && !conf_limits_of(&conf, STR("lab.example")).silenced);
	assert_false(conf_limits_of(&conf, STR("")).suspended || conf_limits_of(NULL, STR("far.example")).suspended || conf_limits_of_media(NULL));
}

/* "key: text" of each, in lines. */
static struct str exposed(struct arena *a, const char *text)
{
	struct conf_exposed found[CONF_EXPOSED_MAX];
	struct buf out = buf_init(a, 10000);
	size_t n = conf_exposed(a, loaded(a, text), found);

	for (size_t i = 0; i < n; i++)
		buf_addf(&out, STR_FMT ": " STR_FMT "\n", STR_ARG(found[i].key), STR_ARG(found[i].text));
	return buf_str(&out);
}

static void a_database_elsewhere_wants_a_password_and_tls(void **state)
{
	static const char *const fine[] = {
		"postgresql://howdah@localhost/howdah", "postgresql:///howdah", "postgresql://u@127.0.0.1:5433/h", "postgresql://u@[::1]:5432/h",
		"postgres://u@%2Frun%2Fpostgresql/h", "postgresql:///h?host=/run/postgresql", "postgresql://u@db.example/h?hostaddr=127.0.0.1",
		"postgresql://u@localhost,127.0.0.2/h", "postgresql://u:p@db.example/h?sslmode=verify-full",
		"postgresql://u@db.example/h?sslmode=require&passfile=/etc/pgpass", "postgresql://u@db.example/h?sslmode=verify-ca&password=p",
		"postgresql://u@db.example/h?sslmode=verify-full&sslcert=c.pem",
	};
	static const struct { const char *url; bool password, tls; } bare[] = {
		{ "postgresql://howdah@db.example/howdah", true, true },
		{ "postgresql://db.example", true, true },
		{ "postgresql://u:p@db.example/h", false, true },
		{ "postgresql://u:p@10.0.0.7:5432/h?sslmode=prefer", false, true },
		{ "postgresql://u:p@db.example/h?sslmode=disable", false, true },
		{ "postgresql://u@db.example/h?sslmode=require", true, false },
		{ "postgresql://u@localhost,db.example/h?sslmode=require", true, false },
		{ "postgresql://u@localhost/h?host=db.example&sslmode=require", true, false },
		{ "postgresql://u@localhost/h?hostaddr=192.0.2.1&sslmode=require", true, false },
		{ "postgresql://u@[fd00::1]/h?sslmode=require", true, false },
		{ "postgresql://u@127.example/h?sslmode=require", true, false },
		{ "postgresql://u@localhost.example/h?sslmode=require", true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
		AUTO_ARENA(a);
		struct str said = exposed(a, arena_strz(a, arena_printf(a, "database_url = %s", fine[i])));

		if (said.n)
			fail_msg("%s: " STR_FMT, fine[i], STR_ARG(said));
	}
	for (size_t i = 0; i < sizeof bare / sizeof *bare; i++) {
		AUTO_ARENA(a);
		struct str said = exposed(a, arena_strz(a, arena_printf(a, "database_url = %s", bare[i].url)));

		if (str_contains(said, STR("without a password")) != bare[i].password || str_contains(said, STR("need not be encrypted")) != bare[i].tls ||
		    str_contains(said, STR("u:p")))
			fail_msg("%s: " STR_FMT, bare[i].url, STR_ARG(said));
	}
}

static void what_is_open_to_others_is_named_with_the_remedy(void **state)
{
	AUTO_ARENA(a);
	struct str said = exposed(a,
		"domain = example.org\nmetrics_listen = 0.0.0.0:9100\nmetrics_token = hunter2\ntrusted_proxies = 10.0.0.0/8 ::/0\n"
		"rate_limits = off\nsmtp_url = smtp://mail.example\ntranslation_url = http://translate.example\ntranslation_key = k3y\n");

	(void)state;
	assert_int_equal(exposed(a, "").n, 0);
	assert_int_equal(exposed(a, "domain = localhost:4000\nrate_limits = off").n, 0);
	assert_int_equal(exposed(a, "domain = example.org\nmetrics_listen = [::1]:9100\nsmtp_url = smtp://u:p@mail.example:587\n"
				    "translation_url = http://127.0.0.1:5000").n, 0);
	assert_says(said, "metrics_listen: /metrics is read without a token by whoever reaches 0.0.0.0:9100. Write 127.0.0.1:PORT");
	assert_says(said, "metrics_token: a token of 7 characters can be guessed");
	assert_says(said, "trusted_proxies: ");
	assert_says(said, "rate_limits: ");
	assert_says(said, "smtp_url: mails to mail.example, with the links that sign people in, need not be encrypted. Write smtps://mail.example");
	assert_says(said, "translation_url: posts and the key go to translate.example without TLS. Write https://translate.example");
	assert_false(str_contains(said, STR("hunter2")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_file_it_is_a_laboratory),
		cmocka_unit_test(addresses_follow_from_the_domain),
		cmocka_unit_test(the_environment_wins_over_the_file_and_the_command_line_over_both),
		cmocka_unit_test(every_mistake_is_told_at_once_with_its_line_and_what_was_meant),
		cmocka_unit_test(settings_that_contradict_each_other_stop_the_start),
		cmocka_unit_test(values_of_the_wrong_form_say_what_was_likely_meant),
		cmocka_unit_test(lists_are_taken_with_spaces_and_commas),
		cmocka_unit_test(a_missing_file_is_a_problem_only_where_it_was_asked_for),
		cmocka_unit_test(the_sample_parses_back_to_the_defaults),
		cmocka_unit_test(secrets_are_not_shown),
		cmocka_unit_test(instance_settings_come_from_rows),
		cmocka_unit_test(a_value_for_the_database_is_judged_before_it_is_stored),
		cmocka_unit_test(a_reload_changes_only_what_may_change),
		cmocka_unit_test(settings_in_force_live_until_their_last_taker_is_done),
		cmocka_unit_test(the_longest_domain_says_what_a_server_is_under),
		cmocka_unit_test(a_database_elsewhere_wants_a_password_and_tls),
		cmocka_unit_test(what_is_open_to_others_is_named_with_the_remedy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
