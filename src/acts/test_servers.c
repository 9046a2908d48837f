#define SCHEMA "test_servers"
#include "acts/test_posts_priv.h"

#include "acts/inbound.h"
#include "acts/move.h"
#include "acts/relay.h"
#include "acts/remote_emoji.h"
#include "acts/remote_status.h"
#include "acts/software.h"
#include "acts/synchronize.h"
#include "acts/thread.h"
#include "acts/undo_priv.h"
#include "store/audience.h"
#include "store/host_software.h"
#include "store/job.h"
#include "store/move.h"
#include "store/relation.h"
#include "store/relay.h"
#include "store/remote_emoji.h"
#include "store/thread.h"

/* What is kept of other servers: what they run, what they were told of a move, which relays there are, their emoji. */

SQL(q_test_jobs_drop, "DELETE FROM jobs");
SQL(q_test_emojis, "SELECT count(*) FROM remote_emojis");
SQL(q_test_emojis_many,
    "INSERT INTO remote_emojis (id, domain, shortcode, url, updated_us, used_us, failed_us)"
    " WITH RECURSIVE n (i) AS (SELECT CAST($2 AS BIGINT) UNION ALL"
    " SELECT i - 1 FROM n WHERE i > 1) SELECT i + $3, $1, 'n' || i, 'http://x/', 0, i + $3, 0 FROM n");
SQL(q_test_inboxes, "UPDATE accounts SET inbox_uri = uri || '/inbox', shared_inbox_uri = 'https://' || domain || '/inbox' WHERE domain <> ''");

static account_id id_of(int64_t i) { return ID(account_id, i); }

static struct err *meet(struct call *c, void *arg) { return acts__host_meet(c, *(struct str *)arg); }

static void what_needs_a_server_is_handed_on_to_those_who_wait_for_it(void **state)
{
	struct fixture *f = *state;
	struct job job = { .id = ID(job_id, 7), .kind = JOB_INBOUND, .ref_id = BOB, .arg = STR("3"), .payload = STR("{}") }, *leased;
	struct job_lease how = { .lane = JOB_LANE_LOOKUP, .node = 1, .max = 9, .host_max = 4, .lease_us = US_PER_MIN };
	size_t n;

	NEED(f);
	ok(acts_inbound_hand_on(&f->call, &job, STR("remote.example")));
	ok(acts_inbound_hand_on(&f->call, &job, STR("remote.example")));      /* the node ended in between */
	ok(jobs_lease(&f->call, &how, &leased, &n));
	assert_int_equal(n, 1);
	assert_int_equal(leased->kind, JOB_INBOUND_LOOKUP);
	assert_int_equal(leased->ref_id, BOB);
	assert_true(str_eqz(leased->arg, "3") && str_eqz(leased->payload, "{}") && str_eqz(leased->host, "remote.example"));
}

static void a_server_is_asked_when_it_is_met_and_each_week(void **state)
{
	struct fixture *f = *state;
	struct str host = STR("remote.example");
	struct host_software *v;
	size_t n;

	NEED(f);
	for (int i = 0; i < 2; i++)
		ok(store_tx(&f->call, meet, &host));
	assert_int_equal(jobs(f, JOB_HOST_SOFTWARE, "remote.example"), 1);
	ok(acts_host_software_put(&f->call, STR("remote.example"), STR("mastodon"), STR("4.6.0")));
	ok(acts_host_software_put(&f->call, STR("stranger.example"), STR("mastodon"), STR("4.6.0")));
	ok(host_software_page(&f->call, STR("mastodon"), STR(""), 10, &v, &n));
	assert_int_equal(n, 1);
	same(v[0].version, "4.6.0");
	ok(db_exec(&f->call, &q_test_jobs_drop, ARGS0, NULL));
	ok(acts_hosts_ask(&f->call));
	assert_int_equal(jobs(f, JOB_HOST_SOFTWARE, "%"), 0);
	f->call.now_us += 8 * US_PER_DAY;
	SWEEP(f, acts_hosts_ask(&f->call));
	ok(acts_hosts_ask(&f->call));
	assert_int_equal(jobs(f, JOB_HOST_SOFTWARE, "%"), 1);
}

/* alice, whom zed from elsewhere follows, has moved to bob. */
static struct err *moved(struct call *c, void *arg)
{
	struct account_move m = { .id = 7, .account = id_of(ALICE), .target = id_of(BOB), .followers = 1, .created_us = c->now_us };
	struct follow follow = { .id = 5, .account = id_of(REMOTE), .target = id_of(ALICE), .created_us = c->now_us };
	bool made;

	(void)arg;
	TRY(db_exec(c, &q_test_inboxes, ARGS0, NULL));
	TRY(follow_add(c, FOLLOW_STANDING, &follow, INT64_MAX, &made));
	TRY(account_move_add(c, &m));
	return account_moved_put(c, m.account, m.target);
}

static struct move_host *ledger(struct fixture *f)
{
	struct move_host *v;
	size_t n;

	ok(move_hosts_of(&f->call, 7, &v, &n));
	assert_int_equal(n, 1);
	return v;
}

static struct err *gone_along(struct call *c, void *arg)
{
	struct follow was;
	bool did;

	(void)arg;
	return follow_drop(c, FOLLOW_STANDING, id_of(REMOTE), id_of(ALICE), &was, &did);
}

static void a_move_is_told_again_until_they_have_gone_along(void **state)
{
	struct fixture *f = *state;
	const struct str hosts[] = { STR("remote.example"), STR("other.example") };
	const struct job_new waiting = { .kind = JOB_DELIVER, .ref_id = 70, .host = STR("remote.example") };

	NEED(f);
	ok(store_tx(&f->call, moved, NULL));
	SWEEP(f, acts_move_told(&f->call, id_of(ALICE), 70, hosts, 2));
	assert_int_equal(ledger(f)->followers, 1);
	assert_false(ledger(f)->waiting);
	ok(acts_moves_prompt(&f->call));
	assert_int_equal(jobs(f, JOB_PLAN, "Move"), 0);
	f->call.now_us += 2 * US_PER_DAY;
	SWEEP(f, acts_moves_prompt(&f->call));
	assert_int_equal(jobs(f, JOB_PLAN, "Move"), 1);
	assert_int_equal(ledger(f)->prompts, 1);
	ok(acts_moves_prompt(&f->call));
	assert_int_equal(jobs(f, JOB_PLAN, "Move"), 1);
	ok(jobs_add(&f->call, &waiting, 1));
	ok(acts_move_prompt(&f->call, id_of(ALICE)));      /* the last is still on its way */
	assert_true(ledger(f)->waiting);
	assert_int_equal(jobs(f, JOB_PLAN, "Move"), 1);
	ok(db_exec(&f->call, &q_test_jobs_drop, ARGS0, NULL));
	ok(store_tx(&f->call, gone_along, NULL));
	ok(acts_move_prompt(&f->call, id_of(ALICE)));
	assert_int_equal(jobs(f, JOB_PLAN, "Move"), 0);
	assert_int_equal(ledger(f)->due_us, 0);
	says(acts_move_prompt(&f->call, id_of(CAROL)), ERR_NOT_FOUND, "Record not found");
}

static struct err *add_relay(struct call *c, void *arg)
{
	struct relay *r = arg;
	bool made;

	return relay_add(c, r, &made);
}

/* Any account of ours will do for the server's own. */
static struct err *be_the_server(struct call *c, void *arg)
{
	(void)arg;
	return meta_put(c, "instance_actor", arena_printf(c->arena, "%d", (int)ALICE));
}

static void a_relay_is_asked_and_left_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	const struct str inbox = STR("https://relay.example/inbox");
	struct relay *v;
	size_t n;

	NEED(f);
	ok(store_tx(&f->call, be_the_server, NULL));
	SWEEP(f, acts_relay_add(&f->call, inbox, STR("a test")));
	ok(acts_relay_add(&f->call, inbox, STR("a test")));          /* once more changes nothing */
	ok(relays_all(&f->call, &v, &n));
	assert_int_equal(n, 1);
	assert_int_equal(jobs(f, JOB_PLAN, "%"), 1);
	ok(db_exec(&f->call, &q_test_jobs_drop, ARGS0, NULL));
	SWEEP(f, acts_relay_remove(&f->call, inbox, STR("a test")));
	ok(relays_all(&f->call, &v, &n));
	assert_int_equal(n, 0);
	assert_int_equal(jobs(f, JOB_PLAN, "%"), 1);
	assert_int_equal(acts_relay_remove(&f->call, inbox, STR("a test"))->code, ERR_NOT_FOUND);
}

static void a_relay_answers_from_where_it_was_asked(void **state)
{
	struct fixture *f = *state;
	struct relay r = { .id = 9, .inbox_uri = STR("https://relay.example/inbox"), .follow_uri = STR("https://here.example/actor#follows/9") };
	bool was;

	NEED(f);
	ok(store_tx(&f->call, add_relay, &r));
	ok(relay_is(&f->call, r.inbox_uri, STR_NONE, &was));
	assert_false(was);
	ok(relay_answer(&f->call, r.follow_uri, STR("https://relay.example.evil/"), RELAY_ACCEPTED, &was));
	assert_false(was);
	ok(relay_answer(&f->call, r.follow_uri, STR("https://relay.example/"), RELAY_ACCEPTED, &was));
	assert_true(was);
	ok(relay_is(&f->call, STR("https://x.example/"), r.inbox_uri, &was));
	assert_true(was);
}

static struct err *add_remote_post(struct call *c, void *arg) { return status_add(c, arg); }

static void a_thread_that_is_opened_is_fetched_once_in_a_while(void **state)
{
	struct fixture *f = *state;
	struct status old = { .id = ID(status_id, 88), .account = id_of(REMOTE), .content = STR("<p>far</p>"),
			      .uri = STR("https://remote.example/s/88") };
	struct status young = old, *mine;
	struct thread_fetch last;
	bool begun;

	NEED(f);
	old.created_us = f->call.now_us - US_PER_HOUR;
	young.id = ID(status_id, 89);
	young.uri = STR("https://remote.example/s/89");
	young.created_us = f->call.now_us;
	ok(store_tx(&f->call, add_remote_post, &old));
	ok(store_tx(&f->call, add_remote_post, &young));
	assert_non_null(found(f, young.id));
	mine = post(f, ALICE, SAYS("hello"));
	ok(acts_thread_opened(&f->call, young.id, &begun));
	ok(acts_thread_opened(&f->call, mine->id, &begun));
	ok(acts_thread_opened(&f->call, ID(status_id, 5), &begun));
	assert_int_equal(jobs(f, JOB_FETCH_REPLIES, "%"), 0);
	assert_false(begun);
	SWEEP(f, acts_thread_opened(&f->call, old.id, &begun));
	assert_true(begun);
	ok(acts_thread_fetched(&f->call, old.id, 3, false));
	ok(thread_fetched(&f->call, old.id, &last));
	assert_true(last.fetched_us == f->call.now_us && last.found == 3 && !last.ended_us);
	ok(acts_thread_fetched(&f->call, old.id, 4, true));
	f->call.now_us += 14 * US_PER_MIN;
	ok(acts_thread_opened(&f->call, old.id, &begun));
	assert_int_equal(jobs(f, JOB_FETCH_REPLIES, "%"), 1);
	ok(db_exec(&f->call, &q_test_jobs_drop, ARGS0, NULL));
	f->call.now_us += 2 * US_PER_MIN;
	ok(acts_thread_opened(&f->call, old.id, &begun));
	assert_int_equal(jobs(f, JOB_FETCH_REPLIES, "%"), 1);
	ok(thread_fetched(&f->call, old.id, &last));
	assert_true(last.fetched_us == f->call.now_us && !last.found && !last.ended_us);
}

static struct err *follow(struct call *c, void *arg)
{
	struct follow f = { .id = 11, .account = id_of(ALICE), .target = id_of(REMOTE), .created_us = c->now_us };
	bool made;

	(void)arg;
	TRY(follow_add(c, FOLLOW_STANDING, &f, INT64_MAX, &made));
	TRY(account_count(c, id_of(ALICE), 0, 0, 1, 0));
	return account_count(c, id_of(REMOTE), 0, 1, 0, 0);
}

static void followers_are_those_that_their_server_says(void **state)
{
	struct fixture *f = *state;
	const account_id said[] = { id_of(BOB), id_of(REMOTE) };

	NEED(f);
	ok(store_tx(&f->call, follow, NULL));
	ok(acts_followers_synchronize(&f->call, id_of(REMOTE), said, 0, f->call.now_us));        /* asked before she followed */
	assert_int_equal(account(f, ALICE)->following_count, 1);
	ok(acts_followers_synchronize(&f->call, id_of(REMOTE), said, 2, f->call.now_us + 1));
	assert_int_equal(account(f, ALICE)->following_count, 0);
	assert_int_equal(account(f, REMOTE)->followers_count, 0);
	assert_int_equal(jobs(f, JOB_PLAN, "Undo Follow"), 2);       /* of hers, and of bob's, who never did */
}

static void followers_are_synchronized_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	const account_id said[] = { id_of(BOB), id_of(REMOTE) };

	NEED(f);
	ok(store_tx(&f->call, follow, NULL));
	SWEEP(f, acts_followers_synchronize(&f->call, id_of(REMOTE), said, 0, f->call.now_us + 1));
	assert_int_equal(account(f, ALICE)->following_count, 0);
	assert_int_equal(jobs(f, JOB_PLAN, "Undo Follow"), 1);
	SWEEP(f, acts_followers_synchronize(&f->call, id_of(REMOTE), said, 1, f->call.now_us + 1));
	assert_int_equal(jobs(f, JOB_PLAN, "Undo Follow"), 2);
	/* Several are several transactions: what has been done stays, and the next run does the rest. */
	ok(db_exec(&f->call, &q_test_jobs_drop, ARGS0, NULL));
	ok(store_tx(&f->call, follow, NULL));
	for (int nth = 1;; nth++) {
		struct err *e;

		sql_fault_arm(f->call.db, nth);
		e = acts_followers_synchronize(&f->call, id_of(REMOTE), said, 2, f->call.now_us + 1);
		sql_fault_arm(f->call.db, 0);
		if (!e)
			break;
		assert_int_equal(e->code, ERR_LATER);
		assert_int_equal(jobs(f, JOB_PLAN, "Undo Follow"), 1 - account(f, ALICE)->following_count);
	}
	assert_int_equal(account(f, ALICE)->following_count, 0);
	assert_int_equal(account(f, REMOTE)->followers_count, 0);
	assert_int_equal(jobs(f, JOB_PLAN, "Undo Follow"), 2);
}

SQL(q_test_tombstones, "SELECT count(*) FROM tombstones");
SQL(q_test_ends, "INSERT INTO limits (key, window_us, used) VALUES ('ends:flood.example', $1, $2)"
    " ON CONFLICT (key, window_us) DO UPDATE SET used = excluded.used");

static struct err *foretell(struct call *c, void *arg)
{
	const struct str *uri = arg;

	return acts__end_foretold(c, *uri);
}

/* Of names below one domain together; who has ended little is not counted with them. */
static void of_one_domain_so_many_ends_are_foretold(void **state)
{
	struct fixture *f = *state;
	struct str uris[] = { STRC("https://a.flood.example/1"), STRC("https://b.flood.example/2"), STRC("https://remote.example/3") };

	NEED(f);
	ok(store_tx(&f->call, foretell, &uris[0]));
	assert_int_equal(number(f, &q_test_tombstones, ARGS0), 1);
	ok(db_exec(&f->call, &q_test_ends, ARGS(f->call.now_us - f->call.now_us % US_PER_DAY, (int64_t)ENDS_DAY_MAX / 16), NULL));
	for (size_t i = 1; i < 3; i++)
		ok(store_tx(&f->call, foretell, &uris[i]));
	assert_int_equal(number(f, &q_test_tombstones, ARGS0), 2);
	f->call.now_us += US_PER_DAY;
	ok(store_tx(&f->call, foretell, &uris[1]));
	assert_int_equal(number(f, &q_test_tombstones, ARGS0), 3);
}

static struct remote_status answering(struct fixture *f, const struct status *to)
{
	struct str uri = STR("https://remote.example/notes/1");

	return (struct remote_status){ .uri = uri, .url = uri, .author = id_of(REMOTE), .content = STR("<p>yes</p>"), .created_us = f->call.now_us,
				       .reply_to_uri = to->uri, .forward = STR("{\"as\": \"it came\"}") };
}

static void an_answer_is_passed_on_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	struct remote_status in;
	enum received how;
	status_id id;
	bool was;

	NEED(f);
	in = answering(f, post(f, ALICE, SAYS("who knows?")));
	SWEEP(f, acts_status_receive(&f->call, &in, &id, &how));
	assert_int_equal(how, RECEIVED_NEW);
	assert_int_equal(jobs(f, JOB_PLAN, "Forward"), 1);
	ok(acts_status_receive(&f->call, &in, &id, &how));
	assert_int_equal(jobs(f, JOB_PLAN, "Forward"), 1);
	in.edited_us = f->call.now_us + US_PER_S;
	in.content = STR("<p>no</p>");
	in.is_update = true;
	SWEEP(f, acts_status_receive(&f->call, &in, &id, &how));
	assert_int_equal(how, RECEIVED_EDIT);
	ok(acts_status_receive(&f->call, &in, &id, &how));
	assert_int_equal(jobs(f, JOB_PLAN, "Forward"), 2);
	SWEEP(f, acts_status_gone(&f->call, in.author, in.uri, in.forward, &was));
	assert_true(was);
	ok(acts_status_gone(&f->call, in.author, in.uri, in.forward, &was));
	assert_int_equal(jobs(f, JOB_PLAN, "Forward"), 3);
}

static void what_was_fetched_is_passed_on_when_it_is_delivered(void **state)
{
	struct fixture *f = *state;
	struct remote_status in, delivered;
	enum received how;
	status_id id;

	NEED(f);
	delivered = in = answering(f, post(f, ALICE, SAYS("who knows?")));
	in.quiet = true;
	in.forward = STR_NONE;
	ok(acts_status_receive(&f->call, &in, &id, &how));
	assert_int_equal(jobs(f, JOB_PLAN, "Forward"), 0);
	for (int i = 0; i < 2; i++)
		ok(acts_status_receive(&f->call, &delivered, &id, &how));
	assert_int_equal(how, RECEIVED_STOOD);
	assert_int_equal(jobs(f, JOB_PLAN, "Forward"), 1);
	/* To few, or to a post for few, or to another's. */
	delivered.uri = STR("https://remote.example/notes/2");
	delivered.visibility = VISIBILITY_PRIVATE;
	ok(acts_status_receive(&f->call, &delivered, &id, &how));
	delivered = answering(f, post(f, ALICE, SAYS("and who not?", .visibility = STR("private"))));
	delivered.uri = STR("https://remote.example/notes/3");
	ok(acts_status_receive(&f->call, &delivered, &id, &how));
	delivered.uri = STR("https://remote.example/notes/4");
	delivered.reply_to_uri = STR("https://remote.example/notes/1");
	ok(acts_status_receive(&f->call, &delivered, &id, &how));
	assert_int_equal(jobs(f, JOB_PLAN, "Forward"), 1);
}

static struct remote_emoji emoji(struct fixture *f, const char *shortcode)
{
	struct str name = str_z(shortcode);
	struct remote_emoji *v;
	size_t n;

	ok(remote_emojis_named(&f->call, STR("remote.example"), &name, 1, &v, &n));
	return n ? v[0] : (struct remote_emoji){ .url = STR("") };
}

#define MEETS(f, json) acts_remote_emojis_meet(&(f)->call, STR("remote.example"), STR(json))

static void of_two_that_say_something_else_of_an_emoji_the_later_counts(void **state)
{
	struct fixture *f = *state;
	int64_t id, queries;

	NEED(f);
	SWEEP(f, MEETS(f, "[{\"shortcode\":\"b\",\"url\":\"https://x.example/1\",\"updated\":5},{\"shortcode\":\"a\",\"url\":\"https://x.example/a\"},"
			  "{\"shortcode\":\"b\",\"url\":\"https://x.example/1\",\"updated\":5},{\"url\":\"https://x.example/c\"},7]"));
	assert_int_equal(number(f, &q_test_emojis, ARGS0), 2);
	id = emoji(f, "b").id;
	/* Nothing new costs one query. */
	queries = f->call.queries;
	ok(MEETS(f, "[{\"shortcode\":\"b\",\"url\":\"https://x.example/1\",\"updated\":5},{\"shortcode\":\"a\",\"url\":\"https://x.example/a\"}]"));
	assert_int_equal(f->call.queries, queries + 1);
	ok(MEETS(f, "[{\"shortcode\":\"b\",\"url\":\"https://x.example/0\",\"updated\":4}]"));
	same(emoji(f, "b").url, "https://x.example/1");
	assert_int_equal(emoji(f, "b").id, id);
	ok(MEETS(f, "[{\"shortcode\":\"b\",\"url\":\"https://x.example/1\",\"updated\":6}]"));
	assert_int_not_equal(emoji(f, "b").id, id);
	ok(acts_remote_emoji_fetched(&f->call, emoji(f, "a").id, false));
	assert_int_equal(emoji(f, "a").failed_us, f->call.now_us);
	ok(MEETS(f, "[{\"shortcode\":\"a\",\"url\":\"https://x.example/a2\"}]"));
	assert_int_equal(emoji(f, "a").failed_us, 0);
	/* When it was used is known to the week. */
	f->call.now_us += 6 * US_PER_DAY;
	ok(MEETS(f, "[{\"shortcode\":\"a\",\"url\":\"https://x.example/a2\"}]"));
	assert_int_equal(emoji(f, "a").used_us, f->call.now_us - 6 * US_PER_DAY);
	f->call.now_us += 2 * US_PER_DAY;
	id = emoji(f, "a").id;
	ok(MEETS(f, "[{\"shortcode\":\"a\",\"url\":\"https://x.example/a2\"}]"));
	assert_int_equal(emoji(f, "a").used_us, f->call.now_us);
	assert_int_equal(emoji(f, "a").id, id);
}

static struct err *keep_three(struct call *c, void *arg)
{
	int64_t n = 0;

	(void)arg;
	TRY(remote_emojis_trim(c, 3, REMOTE_EMOJIS_DOMAIN_MAX, &n));
	assert_int_equal(n, REMOTE_EMOJIS_DOMAIN_MAX - 3);
	return NULL;
}

static void emoji_have_an_end(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	ok(db_exec(&f->call, &q_test_emojis_many, ARGS(STR("remote.example"), (int64_t)REMOTE_EMOJIS_DOMAIN_MAX, (int64_t)0), NULL));
	ok(MEETS(f, "[{\"shortcode\":\"new\",\"url\":\"https://x.example/1\"},{\"shortcode\":\"newer\",\"url\":\"https://x.example/2\"}]"));
	assert_int_equal(number(f, &q_test_emojis, ARGS0), REMOTE_EMOJIS_DOMAIN_MAX);
	same(emoji(f, "new").url, "https://x.example/1");
	same(emoji(f, "n1").url, "");                /* they were used in this order */
	same(emoji(f, "n2").url, "");
	same(emoji(f, "n3").url, "http://x/");
	ok(acts_clean_remote_emojis(&f->call));      /* there is room for more domains */
	assert_int_equal(number(f, &q_test_emojis, ARGS0), REMOTE_EMOJIS_DOMAIN_MAX);
	ok(store_tx(&f->call, keep_three, NULL));
	assert_int_equal(number(f, &q_test_emojis, ARGS0), 3);
	same(emoji(f, "new").url, "https://x.example/1");
	same(emoji(f, "n10000").url, "http://x/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(what_needs_a_server_is_handed_on_to_those_who_wait_for_it),
		BOTH(a_server_is_asked_when_it_is_met_and_each_week),
		BOTH(a_move_is_told_again_until_they_have_gone_along),
		BOTH(a_relay_is_asked_and_left_whole_or_not_at_all),
		BOTH(a_relay_answers_from_where_it_was_asked),
		BOTH(a_thread_that_is_opened_is_fetched_once_in_a_while),
		BOTH(followers_are_those_that_their_server_says),
		BOTH(followers_are_synchronized_whole_or_not_at_all),
		BOTH(an_answer_is_passed_on_whole_or_not_at_all),
		BOTH(of_one_domain_so_many_ends_are_foretold),
		BOTH(what_was_fetched_is_passed_on_when_it_is_delivered),
		BOTH(of_two_that_say_something_else_of_an_emoji_the_later_counts),
		BOTH(emoji_have_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
