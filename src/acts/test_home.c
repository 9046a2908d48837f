/* The rule and the query agree: small random worlds; for each reader what the queries give must equal all posts judged one by one by the
 * pure rules of model/rules.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "acts/home.h"
#include "acts/notify.h"
#include "base/world.h"
#include "conf/conf.h"
#include "model/rules.h"
#include "store/account.h"
#include "store/event.h"
#include "store/list.h"
#include "store/notification.h"
#include "store/status.h"
#include "store/test_database.h"
#include "store/timeline.h"
#include "store/user.h"

/* People 1..PEOPLE; the first HERE are ours; 6 and 7 live elsewhere. */
enum { PEOPLE = 7, HERE = 5, POSTS = 60, WORLDS = 12, CHANGES = 6, TAGS = 3, LISTS = 2 };

struct follow_fact {
	bool stands, reblogs;
	const char *languages;
};

struct list_fact {
	enum list_replies replies;
	bool exclusive, holds[PEOPLE + 1];
};

struct facts {
	struct follow_fact follows[PEOPLE + 1][PEOPLE + 1];
	bool blocks[PEOPLE + 1][PEOPLE + 1], mutes[PEOPLE + 1][PEOPLE + 1], hides[PEOPLE + 1][PEOPLE + 1];
	bool suspended[PEOPLE + 1], silenced[PEOPLE + 1];
	struct status post[POSTS + 1];
	bool mentions[POSTS + 1][PEOPLE + 1], tagged[POSTS + 1][TAGS + 1], follows_tag[HERE + 1][TAGS + 1];
	struct list_fact list[HERE + 1][LISTS];
};

struct fixture {
	struct arena *arena;
	struct call call;
	struct conf conf;
	struct facts facts;
	uint64_t seed;
};

#define NEED(f) do { if (!(f)) skip(); } while (0)
#define ok(expr) do { struct err *e_ = (expr); if (e_) fail_msg("%.*s", (int)e_->text.n, e_->text.p); } while (0)

static uint64_t draw(struct fixture *f, uint64_t below)
{
	f->seed ^= f->seed << 13;
	f->seed ^= f->seed >> 7;
	f->seed ^= f->seed << 17;
	return f->seed % below;
}

static bool chance(struct fixture *f, uint64_t percent) { return draw(f, 100) < percent; }
static const char *domain(int i) { return i <= HERE ? "" : i == 6 ? "six.example" : "seven.example"; }

static int set_up(void **state, struct str url)
{
	struct arena *a = arena_create();
	struct fixture *f = arena_new(a, struct fixture);

	f->arena = a;
	f->conf = (struct conf){ .domain = STRC("here.example"), .base_url = STRC("https://here.example"), .home_entries_max = 800 };
	f->call = (struct call){ .arena = a, .world = &world_real, .now_us = world_real.now_us(&world_real), .ids = ids_create(a, 1), .conf = &f->conf };
	if (sql_open(a, &(struct sql_open){ .url = url, .path = STR(":memory:"), .connections = 4 }, &f->call.db))
		return -1;
	*state = f;
	return test_database(&f->call) ? -1 : 0;
}

TEST_ENGINES(set_up)

static int tear_down(void **state)
{
	struct fixture *f = *state;

	if (f) {
		sql_close(f->call.db);
		arena_destroy(f->arena);
	}
	return 0;
}

/* ---- a world ---- */

static void draw_post(struct fixture *f, int i)
{
	static const char *const languages[] = { NULL, "de", "en" };
	struct status *s = &f->facts.post[i], *other = i > 1 ? &f->facts.post[1 + draw(f, (uint64_t)i - 1)] : NULL;
	const char *language = languages[draw(f, 3)];

	*s = (struct status){ .id = ID(status_id, 1000 + i), .account = ID(account_id, 1 + (int64_t)draw(f, PEOPLE)), .created_us = f->call.now_us,
			      .visibility = (enum visibility)draw(f, 5), .language = language ? str_z(language) : STR_NONE, .text = STR("x") };
	s->local = s->account.v <= HERE;
	s->uri = arena_printf(f->arena, "https://x.example/%d", i);
	s->thread = s->id;
	if (other && !other->reblog_of.v && other->visibility <= VISIBILITY_PRIVATE && chance(f, 25)) {
		bool again = false;

		for (int k = 1; k < i; k++)
			again |= id_eq(f->facts.post[k].reblog_of, other->id) && id_eq(f->facts.post[k].account, s->account);
		if (!again) {
			s->reblog_of = other->id;
			s->visibility = (enum visibility)draw(f, 3);
			return;
		}
	}
	if (other && !other->reblog_of.v && chance(f, 40)) {
		s->reply_to = other->id;
		s->reply_to_account = other->account;
		s->thread = other->thread;
	} else if (chance(f, 5)) {
		s->reply_to_uri = STR("https://gone.example/1");
	}
	for (int p = 1; p <= PEOPLE; p++)
		f->facts.mentions[i][p] = chance(f, 12);
	for (int t = 1; t <= TAGS; t++)
		f->facts.tagged[i][t] = chance(f, 20);
}

static void draw_world(struct fixture *f)
{
	f->facts = (struct facts){ 0 };
	for (int a = 1; a <= PEOPLE; a++) {
		f->facts.suspended[a] = chance(f, a > HERE ? 20 : 4);
		f->facts.silenced[a] = chance(f, a > HERE ? 30 : 8);
		for (int b = 1; b <= PEOPLE; b++) {
			static const char *const languages[] = { NULL, NULL, "de", "en", "de,en" };

			if (a == b)
				continue;
			f->facts.follows[a][b] = (struct follow_fact){ chance(f, 55), chance(f, 75), languages[draw(f, 5)] };
			f->facts.blocks[a][b] = chance(f, 6);
			f->facts.mutes[a][b] = chance(f, 8);
			f->facts.hides[a][b] = b > HERE && chance(f, 10);
		}
	}
	for (int a = 1; a <= HERE; a++) {
		for (int t = 1; t <= TAGS; t++)
			f->facts.follows_tag[a][t] = chance(f, 30);
		for (int l = 0; l < LISTS; l++) {
			struct list_fact *li = &f->facts.list[a][l];

			*li = (struct list_fact){ .replies = (enum list_replies)draw(f, LIST_REPLIES_COUNT), .exclusive = chance(f, 25) };
			for (int b = 1; b <= PEOPLE; b++)
				li->holds[b] = chance(f, 35);
		}
	}
	for (int i = 1; i <= POSTS; i++)
		draw_post(f, i);
}

static list_id list_of(int reader, int l) { return ID(list_id, 10 * reader + l); }

SQL(q_follow, "INSERT INTO follows (id, account_id, target_id, show_reblogs, notify, languages, created_us) VALUES ($1, $2, $3, $4, 0, $5, 1)");
SQL(q_block, "INSERT INTO blocks (id, account_id, target_id, created_us) VALUES ($1, $2, $3, 1)");
SQL(q_mute, "INSERT INTO mutes (id, account_id, target_id, hide_notifications, expires_us, created_us) VALUES ($1, $2, $3, 0, $4, 1)");
SQL(q_hide, "INSERT INTO domain_mutes (id, account_id, domain, created_us) VALUES ($1, $2, $3, 1)");

SQL(q_list_set, "UPDATE lists SET replies_policy = $2, exclusive = $3 WHERE id = $1");
SQL(q_list_member, "INSERT INTO list_accounts (list_id, account_id, owner_id) VALUES ($1, $2, $3)");
SQL(q_tag_follow, "INSERT INTO tag_follows (id, account_id, tag_id, created_us) VALUES ($1, $2, $3, 1)");

static struct err *write_lists(struct call *c, const struct facts *w, int64_t reader)
{
	for (int64_t t = 1; t <= TAGS; t++)
		if (w->follows_tag[reader][t])
			TRY(db_exec(c, &q_tag_follow, ARGS(10 * reader + t, reader, t), NULL));
	for (int l = 0; l < LISTS; l++) {
		const struct list_fact *li = &w->list[reader][l];
		int64_t id = list_of((int)reader, l).v;

		TRY(db_exec(c, &q_list_set, ARGS(id, (int64_t)li->replies, (int64_t)li->exclusive), NULL));
		for (int64_t b = 1; b <= PEOPLE; b++)
			if (li->holds[b])
				TRY(db_exec(c, &q_list_member, ARGS(id, b, reader), NULL));
	}
	return NULL;
}

static struct err *write_relations(struct call *c, void *arg)
{
	struct facts *w = &((struct fixture *)arg)->facts;
	struct str wipe = STR("DELETE FROM follows; DELETE FROM blocks; DELETE FROM mutes; DELETE FROM domain_mutes;"
			      "DELETE FROM list_accounts; DELETE FROM tag_follows;");
	int64_t id = 0;

	TRY(sql_script(c, wipe));
	for (int64_t a = 1; a <= HERE; a++)
		TRY(write_lists(c, w, a));
	for (int64_t a = 1; a <= PEOPLE; a++)
		for (int64_t b = 1; b <= PEOPLE; b++) {
			const struct follow_fact *fo = &w->follows[a][b];

			id++;
			if (fo->stands)
				TRY(db_exec(c, &q_follow, ARGS(id, a, b, (int64_t)fo->reblogs, fo->languages ? str_z(fo->languages) : STR_NONE), NULL));
			if (w->blocks[a][b])
				TRY(db_exec(c, &q_block, ARGS(id, a, b), NULL));
			/* One that has run out stands beside those that have not. */
			if (w->mutes[a][b] || (a + b) % 3 == 0)
				TRY(db_exec(c, &q_mute, ARGS(id, a, b, w->mutes[a][b] ? (int64_t)0 : c->now_us - 1), NULL));
			if (w->hides[a][b])
				TRY(db_exec(c, &q_hide, ARGS(id, a, str_z(domain((int)b))), NULL));
		}
	return NULL;
}

SQL(q_limit, "INSERT INTO server_limits (domain, silenced_us, suspended_us) VALUES ($1, $2, $3)");

/* Of every second of those elsewhere their server is silenced or suspended, of the others they are themselves. */
static struct err *write_standing(struct call *c, const struct facts *w, int i, struct account *a)
{
	if (i <= HERE || i % 2) {
		a->suspended_us = w->suspended[i];
		a->silenced_us = w->silenced[i];
		return NULL;
	}
	if (!w->suspended[i] && !w->silenced[i])
		return NULL;
	return db_exec(c, &q_limit, ARGS(a->domain, (int64_t)w->silenced[i], (int64_t)w->suspended[i]), NULL);
}

SQL(q_tag, "INSERT INTO status_tags (status_id, tag_id) VALUES ($1, $2)");

static struct err *write_world(struct call *c, void *arg)
{
	struct fixture *f = arg;

	TRY(sql_script(c, STR("DELETE FROM home_entries; DELETE FROM lists; DELETE FROM status_tags;"
			      "DELETE FROM mentions; DELETE FROM statuses; DELETE FROM status_stats; DELETE FROM users;"
			      "DELETE FROM accounts; DELETE FROM account_stats; DELETE FROM server_limits;")));
	for (int i = 1; i <= PEOPLE; i++) {
		struct account a = { .id = ID(account_id, i), .username = arena_printf(c->arena, "p%d", i), .domain = str_z(domain(i)), .created_us = 1 };
		struct user u = { .account = a.id, .email = a.username, .password_hash = STR("x"), .locale = STR("en"), .approved = true,
				  .last_active_us = c->now_us, .home_built_us = 1 };

		a.uri = arena_printf(c->arena, "https://x.example/p/%d", i);
		TRY(write_standing(c, &f->facts, i, &a));
		TRY(account_add(c, &a, a.username, a.username));
		if (i <= HERE)
			TRY(user_add(c, &u, a.username, STR_NONE));
		for (int l = 0; i <= HERE && l < LISTS; l++) {
			bool made;

			TRY(list_add(c, &(struct list_row){ .id = list_of(i, l), .account = a.id, .title = STR("x") }, LISTS, &made));
		}
	}
	for (int i = 1; i <= POSTS; i++) {
		TRY(status_add(c, &f->facts.post[i]));
		for (int p = 1; p <= PEOPLE; p++)
			if (f->facts.mentions[i][p])
				TRY(mentions_add(c, f->facts.post[i].id, &(struct mention){ .account = ID(account_id, p) }, 1));
		for (int t = 1; t <= TAGS; t++)
			if (f->facts.tagged[i][t])
				TRY(db_exec(c, &q_tag, ARGS(f->facts.post[i].id.v, (int64_t)t), NULL));
	}
	return write_relations(c, f);
}

/* ---- the rules, post by post ---- */

static const struct status *post_of(const struct facts *w, status_id id) { return id.v ? &w->post[id.v - 1000] : NULL; }

/* reader 0: anybody. */
static bool may_see(const struct facts *w, int reader, const struct status *s)
{
	int author = (int)s->account.v;
	struct see_facts f = {
		.is_author = reader == author, .is_follower = w->follows[reader][author].stands, .is_mentioned = w->mentions[s->id.v - 1000][reader],
		.author_blocks_viewer = w->blocks[author][reader], .viewer_blocks_author = w->blocks[reader][author],
		.author_gone = w->suspended[author], .viewer_is_person = reader > 0,
	};

	return rule_may_see(s->visibility, &f);
}

static bool either_blocks(const struct facts *w, int a, int b) { return w->blocks[a][b] || w->blocks[b][a]; }

static struct home_facts home_facts(const struct facts *w, int reader, const struct status *s)
{
	const struct status *o = post_of(w, s->reblog_of);
	int author = (int)s->account.v, original = o ? (int)o->account.v : 0, replied = (int)s->reply_to_account.v;
	const struct follow_fact *fo = &w->follows[reader][author];
	struct home_facts f = {
		.is_own = reader == author, .follows_author = fo->stands, .shows_reblogs = fo->reblogs, .is_reblog = o != NULL,
		.muted_author = w->mutes[reader][author], .blocked_either = either_blocks(w, reader, author),
		.original_muted = w->mutes[reader][original], .original_blocked_either = either_blocks(w, reader, original),
		.is_reply = s->reply_to.v || s->reply_to_uri.n, .reply_to_self_thread = replied && replied == author,
		.reply_to_reader = replied && replied == reader, .follows_replied = w->follows[reader][replied].stands,
		.may_see = may_see(w, reader, s) && (!o || may_see(w, reader, o)), .visibility = s->visibility,
		.mentions_reader = w->mentions[s->id.v - 1000][reader], .author_silenced = w->silenced[author],
	};

	for (int b = HERE + 1; b <= PEOPLE; b++) {
		f.domain_blocked |= original == b && w->hides[reader][b];
		f.author_domain_blocked |= author == b && w->hides[reader][b];
	}
	for (int t = 1; t <= TAGS; t++)
		f.follows_tag |= w->tagged[s->id.v - 1000][t] && w->follows_tag[reader][t];
	for (int l = 0; l < LISTS; l++)
		f.kept_in_list |= w->list[reader][l].exclusive && w->list[reader][l].holds[author];
	f.language_wanted = !fo->languages || !s->language.n || str_contains(str_z(fo->languages), s->language);
	return f;
}

/* l: one of the reader's lists, or HOME. */
enum { HOME = -1 };

static bool admits(const struct facts *w, int reader, int l, const struct status *s)
{
	struct home_facts f = home_facts(w, reader, s);
	const struct list_fact *li = l == HOME ? NULL : &w->list[reader][l];

	if (!li)
		return rule_home_admits(&f);
	return rule_list_admits(&f, &(struct list_facts){ li->holds[s->account.v], li->holds[s->reply_to_account.v], li->replies });
}

/* What a home or a list holds when all posts came in their order: v in that order. */
static size_t expected(const struct facts *w, int reader, int l, int64_t *v)
{
	size_t n = 0;

	for (int i = 1; i <= POSTS; i++) {
		bool seen = false;

		if (!admits(w, reader, l, &w->post[i]))
			continue;
		for (size_t k = n > 40 ? n - 40 : 0; k < n; k++) {
			status_id of = post_of(w, ID(status_id, v[k]))->reblog_of;

			seen |= w->post[i].reblog_of.v && (v[k] == w->post[i].reblog_of.v || of.v == w->post[i].reblog_of.v);
		}
		if (!seen)
			v[n++] = w->post[i].id.v;
	}
	return n;
}

static void equal(const char *what, int reader, const int64_t *got, size_t got_n, const int64_t *want, size_t want_n)
{
	for (size_t i = 0; i < got_n || i < want_n; i++) {
		int64_t g = i < got_n ? got[got_n - 1 - i] : 0, w = i < want_n ? want[i] : 0;

		if (g != w)
			fail_msg("%s of reader %d: entry %zu is %lld, the rules say %lld", what, reader, i, (long long)g, (long long)w);
	}
}

static const struct page whole = { .limit = POSTS + 1 };

static void compare_home(struct fixture *f, int reader, int l, bool once_filled)
{
	int64_t want[POSTS + 1], *got;
	size_t n;

	if (l == HOME)
		ok(timeline_home(&f->call, ID(account_id, reader), &whole, &got, &n));
	else
		ok(timeline_list(&f->call, ID(account_id, reader), list_of(reader, l), &whole, &got, &n));
	if (once_filled)
		equal(l == HOME ? "home" : "list", reader, got, n, want, expected(&f->facts, reader, l, want));
	for (size_t i = 0; i < n; i++)
		assert_true(admits(&f->facts, reader, l, post_of(&f->facts, ID(status_id, got[i]))));
}

static void compare_homes(struct fixture *f, bool once_filled)
{
	for (int reader = 1; reader <= HERE; reader++)
		for (int l = HOME; l < LISTS; l++)
			compare_home(f, reader, l, once_filled);
}

/* Somebody else's list shows nothing. */
static void compare_strangers_lists(struct fixture *f)
{
	int64_t *got;
	size_t n;

	for (int reader = 1; reader <= HERE; reader++) {
		ok(timeline_list(&f->call, ID(account_id, reader), list_of(reader % HERE + 1, 0), &whole, &got, &n));
		assert_int_equal(n, 0);
	}
}

static bool public_admits(const struct facts *w, int reader, const struct status *s)
{
	int author = (int)s->account.v;

	if (s->visibility != VISIBILITY_PUBLIC || s->reblog_of.v || w->silenced[author] || !may_see(w, reader, s))
		return false;
	if ((s->reply_to.v || s->reply_to_uri.n) && !id_eq(s->reply_to_account, s->account))
		return false;
	return !w->blocks[reader][author] && !w->mutes[reader][author] && !w->hides[reader][author];
}

static void compare_publics(struct fixture *f)
{
	for (int reader = 0; reader <= HERE; reader++)
		for (enum timeline_where where = 0; where < WHERE_COUNT; where++) {
			struct timeline_public what = { ID(account_id, reader), where, false };
			int64_t want[POSTS + 1], *got;
			size_t n, want_n = 0;

			for (int i = 1; i <= POSTS; i++)
				if (public_admits(&f->facts, reader, &f->facts.post[i]) &&
				    (where == WHERE_ALL || f->facts.post[i].local == (where == WHERE_LOCAL)))
					want[want_n++] = f->facts.post[i].id.v;
			ok(timeline_public(&f->call, &what, &whole, &got, &n));
			equal("public timeline", reader, got, n, want, want_n);
		}
}

static bool profile_admits(const struct facts *w, int reader, const struct status *s)
{
	const struct status *o = post_of(w, s->reblog_of);
	int original = o ? (int)o->account.v : 0;

	if (!may_see(w, reader, s) || (o && !may_see(w, reader, o)))
		return false;
	return !o || !(either_blocks(w, reader, original) || w->mutes[reader][original] || w->hides[reader][original]);
}

static void compare_profiles(struct fixture *f)
{
	for (int reader = 0; reader <= HERE; reader++)
		for (int author = 1; author <= PEOPLE; author++) {
			struct timeline_account what = { .reader = ID(account_id, reader), .author = ID(account_id, author) };
			int64_t want[POSTS + 1], *got;
			size_t n, want_n = 0;

			for (int i = 1; i <= POSTS; i++)
				if (f->facts.post[i].account.v == author && profile_admits(&f->facts, reader, &f->facts.post[i]))
					want[want_n++] = f->facts.post[i].id.v;
			ok(timeline_account(&f->call, &what, &whole, &got, &n));
			equal("profile", reader, got, n, want, want_n);
		}
}

static void run_job(struct fixture *f, job_fn *fn, int64_t ref)
{
	bool later = false;

	ok(fn(&f->call, &(struct job){ .ref_id = ref }, &later));
}

static void change(struct fixture *f)
{
	int a = 1 + (int)draw(f, PEOPLE), b = 1 + (int)draw(f, PEOPLE);

	if (a == b)
		return;
	switch (draw(f, 7)) {
	case 4:
		f->facts.follows_tag[1 + a % HERE][1 + b % TAGS] = chance(f, 50);
		break;
	case 5:
		f->facts.list[1 + a % HERE][b % LISTS].holds[b] = chance(f, 50);
		break;
	case 6:
		f->facts.list[1 + a % HERE][b % LISTS].exclusive = chance(f, 50);
		break;
	case 0:
		f->facts.follows[a][b].stands = !f->facts.follows[a][b].stands;
		break;
	case 1:
		f->facts.blocks[a][b] = !f->facts.blocks[a][b];
		break;
	case 2:
		f->facts.mutes[a][b] = !f->facts.mutes[a][b];
		break;
	default:
		f->facts.hides[a][b] = b > HERE && !f->facts.hides[a][b];
	}
}

static void the_rule_and_the_query_agree(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	for (uint64_t world = 1; world <= WORLDS; world++) {
		f->seed = world * UINT64_C(0x9E3779B97F4A7C15);
		draw_world(f);
		ok(store_tx(&f->call, write_world, f));
		for (int i = 1; i <= POSTS; i++)
			run_job(f, acts_job_fanout, f->facts.post[i].id.v);
		compare_homes(f, true);
		for (int i = 0; i < CHANGES; i++) {
			change(f);
			ok(store_tx(&f->call, write_relations, f));
			compare_homes(f, false);
		}
		compare_publics(f);
		compare_profiles(f);
		compare_strangers_lists(f);
		for (int reader = 1; reader <= HERE; reader++) {
			run_job(f, acts_job_home_build, reader);
			for (int l = 0; l < LISTS; l++)
				run_job(f, acts_job_list_build, list_of(reader, l).v);
		}
		compare_homes(f, true);
	}
}

static void pages_of_every_kind_meet(void **state)
{
	struct fixture *f = *state;
	struct page up = { .limit = 7 }, down = { .limit = 7 };
	int64_t *all, *part, seen = 0;
	size_t n, k;

	NEED(f);
	f->seed = 4711;
	draw_world(f);
	ok(store_tx(&f->call, write_world, f));
	run_job(f, acts_job_home_build, 1);
	ok(timeline_home(&f->call, ID(account_id, 1), &whole, &all, &n));
	assert_true(n > 14);
	for (k = 1; k; down.max_id = k ? part[k - 1] : 0) {
		ok(timeline_home(&f->call, ID(account_id, 1), &down, &part, &k));
		for (size_t i = 0; i < k; i++)
			assert_int_equal(part[i], all[seen++]);
	}
	assert_int_equal(seen, n);
	up.min_id = all[n - 1];
	ok(timeline_home(&f->call, ID(account_id, 1), &up, &part, &k));
	assert_int_equal(k, 7);
	assert_int_equal(part[6], all[n - 2]);
	ok(timeline_home(&f->call, ID(account_id, 1), &(struct page){ .since_id = all[n - 1], .limit = 7 }, &part, &k));
	assert_int_equal(part[0], all[0]);
}

static void a_home_is_kept_short(void **state)
{
	struct fixture *f = *state;
	int64_t *all;
	size_t n;

	NEED(f);
	f->seed = 99;
	draw_world(f);
	f->facts.suspended[1] = false;
	for (int i = 1; i <= POSTS; i++)
		f->facts.post[i] = (struct status){ .id = f->facts.post[i].id, .uri = f->facts.post[i].uri, .account = ID(account_id, 1), .text = STR("x"),
						    .created_us = 1, .local = true };
	ok(store_tx(&f->call, write_world, f));
	f->conf.home_entries_max = 10;
	for (int i = 1; i <= POSTS; i++)
		run_job(f, acts_job_fanout, f->facts.post[i].id.v);
	ok(timeline_home(&f->call, ID(account_id, 1), &whole, &all, &n));
	f->conf.home_entries_max = 800;
	assert_true(n >= 10 && n <= 26);
	assert_int_equal(all[0], 1000 + POSTS);
}

/* Somebody comes back and listens while a post is on its way: the home is built with it before its own job comes to it. */
static void who_has_a_post_from_a_build_is_told_of_it_all_the_same(void **state)
{
	struct fixture *f = *state;
	struct event *told;
	bool heard = false;
	int64_t *all;
	size_t n;

	NEED(f);
	f->seed = 4711;
	draw_world(f);
	ok(store_tx(&f->call, write_world, f));
	run_job(f, acts_job_home_build, 1);
	ok(timeline_home(&f->call, ID(account_id, 1), &whole, &all, &n));
	run_job(f, acts_job_fanout, all[0]);
	ok(events_after(&f->call, 0, 100, &told, &n));
	for (size_t i = 0; i < n; i++)
		heard |= told[i].kind == EVENT_HOME_ENTRY && told[i].subject_id == all[0] && str_contains(told[i].topics, STR("user:1"));
	assert_true(heard);
}

/* ---- notifications ---- */

static struct err *like(struct call *c, void *arg)
{
	int64_t who = *(int64_t *)arg;

	TRY(sql_script(c, arena_printf(c->arena, "INSERT INTO favourites (id, account_id, status_id, created_us) VALUES (%lld, %lld, 1001, 1);",
				       (long long)who, (long long)who)));
	return acts_notify_add(c, NOTIFICATION_FAVOURITE, ID(account_id, 1), ID(account_id, who), ID(status_id, 1001));
}

static void notify_twice(struct fixture *f, int64_t from)
{
	struct job job = { .ref_id = 1001, .arg = STR("favourite"), .payload = arena_printf(f->arena, "%lld 1", (long long)from) };
	bool later = false;

	ok(store_tx(&f->call, like, &from));
	ok(acts_job_notify(&f->call, &job, &later));
	ok(acts_job_notify(&f->call, &job, &later));
}

static void the_same_cause_notifies_once_and_its_kind_is_one_group(void **state)
{
	struct fixture *f = *state;
	struct notification_choice mine = { .of = { 1 }, .types = NOTIFICATION_TYPES_ALL };
	struct notification *v;
	int64_t now_us, unread;
	size_t n;

	NEED(f);
	f->seed = 5;
	draw_world(f);
	f->facts = (struct facts){ 0 };
	for (int i = 1; i <= POSTS; i++)
		f->facts.post[i] = (struct status){ .id = ID(status_id, 1000 + i), .account = ID(account_id, i == 1 ? 1 : 2), .text = STR("x"),
						    .uri = arena_printf(f->arena, "https://x.example/%d", i) };
	f->facts.blocks[1][4] = true;
	ok(store_tx(&f->call, write_world, f));
	now_us = f->call.now_us;
	for (int64_t from = 1; from <= 6; from++) {
		notify_twice(f, from);
		f->call.now_us += 5 * US_PER_HOUR;
	}
	f->call.now_us = now_us;
	ok(notifications_page(&f->call, &mine, &(struct page){ .limit = 10 }, &v, &n));
	assert_int_equal(n, 4);              /* not one's own, not from whom one blocks */
	assert_int_equal(v[0].from.v, 6);
	assert_true(str_eq(v[3].group_key, v[2].group_key));
	assert_false(str_eq(v[3].group_key, v[0].group_key));
	ok(notifications_unread(&f->call, &mine, 0, 100, true, &unread));
	assert_int_equal(unread, 2);
}

int main(void)
{
#define BOTH(test) \
	cmocka_unit_test_setup_teardown(test, with_sqlite, tear_down), { #test " on PostgreSQL", test, with_pgsql, tear_down, NULL }
	const struct CMUnitTest tests[] = {
		BOTH(the_rule_and_the_query_agree),
		BOTH(pages_of_every_kind_meet),
		BOTH(a_home_is_kept_short),
		BOTH(who_has_a_post_from_a_build_is_told_of_it_all_the_same),
		BOTH(the_same_cause_notifies_once_and_its_kind_is_one_group),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
