#include "fed/test_world_priv.h"

#include "acts/host.h"
#include "acts/remote_account.h"
#include "crypt/digest.h"
#include "crypt/key.h"
#include "crypt/signature.h"
#include "fed/document.h"
#include "fed/jobs.h"
#include "fed/sign.h"
#include "store/relation.h"
#include "view/host.h"
#include "wire/base64.h"
#include "wire/signature.h"

/* Bob of remote.example, whose key the test has. */
struct bob {
	account_id id;
	struct str uri, key_uri;
	struct key_pair key;
};

static struct bob bob_of(struct fixture *f)
{
	struct call *c = &f->call;
	struct bob b = { .uri = STR("https://remote.example/users/bob"), .key_uri = STR("https://remote.example/users/bob#main-key") };
	struct remote_key key = { b.key_uri, STR_NONE, KEY_ALGORITHM_RSA_SHA256 };
	struct remote_account r = { .a = { .uri = b.uri, .url = b.uri, .username = STR("bob"), .domain = STR("remote.example"),
					   .inbox_uri = STR("https://remote.example/users/bob/inbox"),
					   .shared_inbox_uri = STR("https://remote.example/inbox"),
					   .followers_uri = STR("https://remote.example/users/bob/followers"), .created_us = c->now_us },
				    .keys = &key, .keys_n = 1 };

	ok(key_pair_create(c->arena, KEY_RSA, &b.key));
	key.public_pem = b.key.public_pem;
	ok(acts_remote_account_put(c, &r, &b.id));
	return b;
}

static struct str header_value(const char *line) { return str_from(str_z(line), str_find(str_z(line), ':') + 2); }

/* POST of an activity, signed with bob's key. */
static int post(struct fixture *f, const struct bob *b, const char *path, struct str body)
{
	const struct fed_signer who = { b->key_uri, b->key.private_pem };
	const char *lines[FED_HEADERS_MAX];
	struct header h[FED_HEADERS_MAX];
	struct asked q = { .http = { .method = METHOD_POST, .target = str_z(path), .body = body, .headers = h } };
	size_t n = 0;

	ok(fed_sign(&f->call, &who, DIALECT_DRAFT, arena_concat(f->arena, STR("https://howdah.example"), str_z(path)), body, lines));
	for (; lines[n]; n++)
		h[n] = (struct header){ str_upto(str_z(lines[n]), str_find(str_z(lines[n]), ':')), header_value(lines[n]) };
	h[n++] = (struct header){ STR("Host"), STR("howdah.example") };
	q.http.headers_n = n;
	return ask(f, &q);
}

/* Runs what was accepted, as the queue would. */
static int run_inbound(struct fixture *f)
{
	struct job_lease how = { .lane = JOB_LANE_INGRESS, .node = 1, .max = 20, .lease_us = US_PER_MIN };
	struct job *jobs;
	bool later = false;
	size_t n;

	f->call.now_us = world_real.now_us(&world_real);
	ok(jobs_lease(&f->call, &how, &jobs, &n));
	for (size_t i = 0; i < n; i++) {
		struct err *e = fed_job_inbound(&f->call, &jobs[i], &later);

		/* Nothing can be fetched in these tests. */
		if (e && e->code != ERR_REMOTE)
			ok(e);
		ok(jobs_done(&f->call, &jobs[i].id.v, 1));
	}
	return (int)n;
}

static struct str note(struct fixture *f, const char *number, const char *more)
{
	return arena_printf(f->arena,
			    "{\"id\":\"https://remote.example/notes/%s\",\"type\":\"Note\",\"attributedTo\":\"https://remote.example/users/bob\","
			    "\"to\":[\"" FED_PUBLIC "\"],\"cc\":[\"" STR_FMT "\"],\"published\":\"2026-01-02T03:04:05Z\","
			    "\"tag\":[{\"type\":\"Mention\",\"href\":\"" STR_FMT "\"},{\"type\":\"Hashtag\",\"name\":\"#Cats\"}],"
			    "\"content\":\"<p>hi<script>alert(1)</script></p>\"%s}", number, STR_ARG(f->alice->uri), STR_ARG(f->alice->uri), more);
}

static struct str activity(struct fixture *f, const char *id, const char *type, struct str object)
{
	return arena_printf(f->arena, "{\"id\":\"https://remote.example/activities/%s\",\"type\":\"%s\",\"actor\":\"https://remote.example/users/bob\","
			    "\"object\":" STR_FMT "}", id, type, STR_ARG(object));
}

static struct str quoted(struct fixture *f, struct str s) { return arena_concat(f->arena, STR("\""), s, STR("\"")); }

static void a_signed_post_is_stored_once(void **state)
{
	struct fixture *f = *state;
	struct status_parts parts;
	struct status *s;
	struct bob b;

	NEED(f);
	b = bob_of(f);
	assert_int_equal(post(f, &b, "/inbox", activity(f, "1", "Create", note(f, "1", ""))), 202);
	assert_int_equal(post(f, &b, "/inbox", activity(f, "1", "Create", note(f, "1", ""))), 202);
	assert_int_equal(run_inbound(f), 1);
	assert_int_equal(post(f, &b, "/inbox", activity(f, "2", "Create", note(f, "1", ""))), 202);
	assert_int_equal(run_inbound(f), 1);
	ok(status_find_uri(&f->call, STR("https://remote.example/notes/1"), &s));
	assert_non_null(s);
	same(s->content, "<p>hi</p>");
	assert_int_equal(s->visibility, VISIBILITY_PUBLIC);
	assert_int_equal(s->created_us, INT64_C(1767323045) * US_PER_S);
	ok(status_parts(&f->call, &s->id.v, 1, &parts));
	assert_int_equal(parts.mentions_n, 1);
	assert_int_equal(parts.tags_n, 1);
}

static void what_is_badly_signed_is_refused(void **state)
{
	struct fixture *f = *state;
	struct asked unsigned_post;
	struct header type = { STR("Content-Type"), STR("application/activity+json") };
	struct bob b, mallory;

	NEED(f);
	b = mallory = bob_of(f);
	ok(key_pair_create(f->arena, KEY_RSA, &mallory.key));
	assert_int_equal(post(f, &mallory, "/inbox", activity(f, "1", "Create", note(f, "1", ""))), 401);
	assert_int_equal(post(f, &b, "/inbox", STR("{\"type\":\"Create\"")), 400);
	assert_int_equal(post(f, &b, "/inbox", STR("{\"type\":\"Create\",\"actor\":7}")), 400);
	assert_int_equal(post(f, &b, "/inbox", STR("[[[[]]]]")), 400);
	assert_int_equal(post(f, &b, "/ap/users/77/inbox", activity(f, "1", "Create", note(f, "1", ""))), 404);
	unsigned_post = (struct asked){ .http = { .method = METHOD_POST, .target = STR("/inbox"), .headers = &type, .headers_n = 1,
						  .body = activity(f, "1", "Create", note(f, "1", "")) } };
	assert_int_equal(ask(f, &unsigned_post), 401);
	f->call.now_us -= 3 * US_PER_HOUR;
	assert_int_equal(post(f, &b, "/inbox", activity(f, "1", "Create", note(f, "1", ""))), 401);
	assert_int_equal(run_inbound(f), 0);
}

static void a_stranger_who_says_goodbye_is_not_asked_for_a_key(void **state)
{
	struct fixture *f = *state;
	struct bob b = { .uri = STR("https://gone.example/u"), .key_uri = STR("https://gone.example/u#k") };

	NEED(f);
	ok(key_pair_create(f->arena, KEY_RSA, &b.key));
	assert_int_equal(post(f, &b, "/inbox", STR("{\"id\":\"https://gone.example/d\",\"type\":\"Delete\",\"actor\":\"https://gone.example/u\","
						   "\"object\":\"https://gone.example/u\"}")), 202);
	assert_int_equal(run_inbound(f), 0);
}

static void a_follow_makes_a_follower_and_is_answered_again(void **state)
{
	struct fixture *f = *state;
	struct follow got;
	struct bob b;
	bool found;

	NEED(f);
	b = bob_of(f);
	assert_int_equal(post(f, &b, "/inbox", activity(f, "f", "Follow", quoted(f, f->alice->uri))), 202);
	assert_int_equal(run_inbound(f), 1);
	f->call.now_us += US_PER_MIN;     /* another request, not the same one again */
	assert_int_equal(post(f, &b, "/inbox", activity(f, "f", "Follow", quoted(f, f->alice->uri))), 202);
	assert_int_equal(run_inbound(f), 1);
	ok(follow_find(&f->call, FOLLOW_STANDING, b.id, f->alice->id, &got, &found));
	assert_true(found);
	same(got.uri, "https://remote.example/activities/f");
	assert_int_equal(post(f, &b, "/inbox", activity(f, "u", "Undo", activity(f, "f", "Follow", quoted(f, f->alice->uri)))), 202);
	assert_int_equal(run_inbound(f), 1);
	ok(follow_find(&f->call, FOLLOW_STANDING, b.id, f->alice->id, &got, &found));
	assert_false(found);
}

static void a_delete_may_overtake_its_create(void **state)
{
	struct fixture *f = *state;
	struct status *s;
	struct bob b;

	NEED(f);
	b = bob_of(f);
	assert_int_equal(post(f, &b, "/inbox", activity(f, "d", "Delete", STR("\"https://remote.example/notes/1\""))), 202);
	assert_int_equal(post(f, &b, "/inbox", activity(f, "1", "Create", note(f, "1", ""))), 202);
	assert_int_equal(run_inbound(f), 2);
	ok(status_find_uri(&f->call, STR("https://remote.example/notes/1"), &s));
	assert_null(s);
	/* Another server's post is not his to delete, nor to make. */
	assert_int_equal(post(f, &b, "/inbox", activity(f, "e", "Delete", quoted(f, f->alice->uri))), 202);
	assert_int_equal(run_inbound(f), 1);
	ok(account_find(&f->call, f->alice->id, &f->alice));
	assert_int_equal(f->alice->deleted_us, 0);
}

static void an_edit_is_kept_and_an_older_one_is_not(void **state)
{
	struct fixture *f = *state;
	struct status *s;
	struct bob b;

	NEED(f);
	b = bob_of(f);
	post(f, &b, "/inbox", activity(f, "1", "Create", note(f, "1", "")));
	post(f, &b, "/inbox", activity(f, "3", "Update", note(f, "1", ",\"updated\":\"2026-01-04T00:00:00Z\",\"summary\":\"new\"")));
	post(f, &b, "/inbox", activity(f, "2", "Update", note(f, "1", ",\"updated\":\"2026-01-03T00:00:00Z\",\"summary\":\"old\"")));
	assert_int_equal(run_inbound(f), 3);
	ok(status_find_uri(&f->call, STR("https://remote.example/notes/1"), &s));
	assert_non_null(s);
	same(s->spoiler_text, "new");
	assert_true(s->edited_us > s->created_us);
}

static void a_reply_may_come_before_what_it_answers(void **state)
{
	struct fixture *f = *state;
	struct status *parent, *reply;
	struct bob b;

	NEED(f);
	b = bob_of(f);
	post(f, &b, "/inbox", activity(f, "2", "Create", note(f, "2", ",\"inReplyTo\":\"https://remote.example/notes/1\"")));
	assert_int_equal(run_inbound(f), 1);
	post(f, &b, "/inbox", activity(f, "1", "Create", note(f, "1", "")));
	assert_int_equal(run_inbound(f), 1);
	ok(status_find_uri(&f->call, STR("https://remote.example/notes/1"), &parent));
	ok(status_find_uri(&f->call, STR("https://remote.example/notes/2"), &reply));
	assert_true(parent && reply);
	assert_true(id_eq(reply->reply_to, parent->id) && id_eq(reply->thread, parent->id));
	assert_int_equal(parent->replies_count, 1);
}

static void a_post_that_concerns_nobody_here_is_let_go(void **state)
{
	struct fixture *f = *state;
	struct status *s;
	struct bob b;

	NEED(f);
	b = bob_of(f);
	post(f, &b, "/inbox", activity(f, "9", "Create",
		STR("{\"id\":\"https://remote.example/notes/9\",\"type\":\"Note\",\"attributedTo\":\"https://remote.example/users/bob\","
		    "\"to\":\"" FED_PUBLIC "\",\"content\":\"x\"}")));
	/* An id at another server than its author's is nobody's. */
	post(f, &b, "/inbox", activity(f, "10", "Create",
		arena_printf(f->arena, "{\"id\":\"https://other.example/notes/9\",\"type\":\"Note\",\"attributedTo\":\"https://remote.example/users/bob\","
			     "\"to\":[\"" FED_PUBLIC "\",\"" STR_FMT "\"],\"content\":\"x\"}", STR_ARG(f->alice->uri))));
	run_inbound(f);
	ok(status_find_uri(&f->call, STR("https://remote.example/notes/9"), &s));
	assert_null(s);
	ok(status_find_uri(&f->call, STR("https://other.example/notes/9"), &s));
	assert_null(s);
}

/* The same in the newer dialect, RFC 9421. */
static int post_9421(struct fixture *f, const struct bob *b, struct str body, struct str covered)
{
	uint8_t sha[DIGEST_SHA256_SIZE];
	struct header h[5] = { { STR("Host"), STR("howdah.example") }, { STR("Content-Type"), STR("application/activity+json") } };
	struct asked q = { .http = { .method = METHOD_POST, .target = STR("/inbox"), .body = body, .headers = h, .headers_n = 5 } };
	struct str params = arena_printf(f->arena, "(" STR_FMT ");created=%lld;keyid=\"" STR_FMT "\"", STR_ARG(covered),
					 (long long)(f->call.now_us / US_PER_S), STR_ARG(b->key_uri)), text, bytes;

	digest_sha256(body, sha);
	h[2] = (struct header){ STR("Content-Digest"), content_digest_format(f->arena, str_of((const char *)sha, sizeof sha)) };
	text = arena_printf(f->arena, "\"@method\": POST\n\"@target-uri\": https://howdah.example/inbox\n\"content-digest\": " STR_FMT
			    "\n\"@signature-params\": " STR_FMT, STR_ARG(h[2].value), STR_ARG(params));
	ok(signature_sign(f->arena, SIGNATURE_RSA_V1_5_SHA256, b->key.private_pem, text, &bytes));
	h[3] = (struct header){ STR("Signature-Input"), arena_concat(f->arena, STR("sig1="), params) };
	h[4] = (struct header){ STR("Signature"), arena_concat(f->arena, STR("sig1=:"), base64_encode(f->arena, bytes), STR(":")) };
	return ask(f, &q);
}

static void both_dialects_of_signatures_are_read(void **state)
{
	struct fixture *f = *state;
	struct bob b;

	NEED(f);
	b = bob_of(f);
	assert_int_equal(post_9421(f, &b, activity(f, "1", "Create", note(f, "1", "")), STR("\"@method\" \"@target-uri\" \"content-digest\"")), 202);
	assert_int_equal(post_9421(f, &b, activity(f, "2", "Create", note(f, "1", "")), STR("\"@method\" \"@target-uri\"")), 401);
	assert_int_equal(post_9421(f, &b, activity(f, "3", "Create", note(f, "1", "")), STR("\"@method\" \"content-digest\" \"@target-uri\"")), 401);
	assert_int_equal(run_inbound(f), 1);
}

SQL(q_counts,
    "SELECT (SELECT count(*) FROM statuses), (SELECT count(*) FROM follows), (SELECT count(*) FROM favourites), (SELECT count(*) FROM mentions),"
    " (SELECT sum(replies_count) FROM status_stats), (SELECT sum(reblogs_count) FROM status_stats), (SELECT sum(favourites_count) FROM status_stats),"
    " (SELECT sum(followers_count) FROM account_stats), (SELECT sum(statuses_count) FROM account_stats), (SELECT count(*) FROM status_tags),"
    " (SELECT count(*) FROM status_edits), (SELECT count(*) FROM media), (SELECT count(*) FROM tombstones)");
enum { COUNTS = 13 };

static void counts(struct fixture *f, int64_t out[COUNTS])
{
	struct row r;
	bool found;

	ok(db_one(&f->call, &q_counts, ARGS0, &r, &found));
	for (size_t i = 0; i < COUNTS; i++)
		out[i] = row_i64(r, i);
}

static struct err *add_post(struct call *c, void *arg) { return status_add(c, arg); }

/* What two people may say without one being the other's cause. */
static void the_same_twice_in_any_order_ends_the_same(void **state)
{
	struct fixture *f = *state;
	struct status s;
	struct str all[7];
	int64_t first[COUNTS], now[COUNTS];
	struct bob b;

	NEED(f);
	b = bob_of(f);
	s = (struct status){ .id = ID(status_id, id_next(&f->call)), .account = f->alice->id, .content = STR("<p>x</p>"), .local = true,
			     .created_us = f->call.now_us };
	s.uri = arena_printf(f->arena, STR_FMT "/statuses/%lld", STR_ARG(f->alice->uri), (long long)s.id.v);
	ok(store_tx(&f->call, add_post, &s));
	all[0] = activity(f, "follow", "Follow", quoted(f, f->alice->uri));
	all[1] = activity(f, "root", "Create", note(f, "root", ",\"attachment\":[{\"type\":\"Document\",\"mediaType\":\"image/png\","
							    "\"url\":\"https://remote.example/a.png\"}]"));
	all[2] = activity(f, "reply", "Create", note(f, "reply", ",\"inReplyTo\":\"https://remote.example/notes/root\""));
	all[3] = activity(f, "leaf", "Create", note(f, "leaf", ",\"inReplyTo\":\"https://remote.example/notes/reply\""));
	all[4] = activity(f, "like", "Like", quoted(f, s.uri));
	all[5] = activity(f, "boost", "Announce", quoted(f, s.uri));
	all[6] = activity(f, "gone", "Delete", STR("\"https://remote.example/notes/gone\""));
	for (int round = 0; round < 12; round++) {
		unsigned char at[14];

		call_random(&f->call, at, sizeof at);
		for (size_t i = 0; i < sizeof at; i++) {
			bool later = false;
			struct job job = { .id = ID(job_id, id_next(&f->call)), .kind = JOB_INBOUND, .ref_id = b.id.v, .arg = STR(""),
					   .payload = all[round == 0 ? i % 7 : at[i] % 7] };

			ok(fed_job_inbound(&f->call, &job, &later));
		}
		if (round == 0)
			counts(f, first);
		counts(f, now);
		assert_memory_equal(first, now, sizeof now);
	}
	assert_int_equal(first[0], 5);       /* alice's, three of bob's, his boost */
	assert_int_equal(first[4], 2);
}

static void a_thread_in_any_order_is_one_thread(void **state)
{
	static const char *const orders[] = { "012", "021", "102", "120", "201", "210" };
	struct fixture *f = *state;
	struct status *s[3];
	struct bob b;

	NEED(f);
	b = bob_of(f);
	for (size_t k = 0; k < 6; k++) {
		for (size_t i = 0; i < 3; i++) {
			int at = orders[k][i] - '0';
			char name[32], more[128] = "";
			bool later = false;
			struct job job = { .id = ID(job_id, id_next(&f->call)), .kind = JOB_INBOUND, .ref_id = b.id.v, .arg = STR("") };

			snprintf(name, sizeof name, "%zu-%d", k, at);
			if (at)
				snprintf(more, sizeof more, ",\"inReplyTo\":\"https://remote.example/notes/%zu-%d\"", k, at - 1);
			job.payload = activity(f, name, "Create", note(f, name, more));
			ok(fed_job_inbound(&f->call, &job, &later));
		}
		for (int at = 0; at < 3; at++)
			ok(status_find_uri(&f->call, arena_printf(f->arena, "https://remote.example/notes/%zu-%d", k, at), &s[at]));
		assert_true(s[0] && s[1] && s[2]);
		assert_true(id_eq(s[1]->reply_to, s[0]->id) && id_eq(s[2]->reply_to, s[1]->id));
		assert_true(id_eq(s[0]->thread, s[0]->id) && id_eq(s[1]->thread, s[0]->id) && id_eq(s[2]->thread, s[0]->id));
		assert_true(s[0]->replies_count == 1 && s[1]->replies_count == 1 && s[2]->replies_count == 0);
	}
}

static void the_nth_call_fails_and_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	static const char *const types[] = { "Create", "Update", "Like", "Announce", "Delete" };
	int64_t before[COUNTS], after[COUNTS];
	struct bob b;

	NEED(f);
	b = bob_of(f);
	for (size_t i = 0; i < 5; i++)
		for (int n = 1;; n++) {
			bool later = false;
			struct job job = { .id = ID(job_id, id_next(&f->call)), .kind = JOB_INBOUND, .ref_id = b.id.v, .arg = STR("") };
			struct err *e;

			job.payload = activity(f, types[i], types[i], i == 4 ? STR("\"https://remote.example/notes/1\"") :
					       note(f, "1", i == 1 ? ",\"updated\":\"2026-02-02T00:00:00Z\"" : ""));
			counts(f, before);
			sql_fault_arm(f->call.db, n);
			e = fed_job_inbound(&f->call, &job, &later);
			sql_fault_arm(f->call.db, 0);
			counts(f, after);
			if (!e)
				break;
			assert_int_equal(e->code, ERR_LATER);
			assert_memory_equal(before, after, sizeof before);
			assert_true(n < 200);
		}
}

static void an_actor_that_deletes_itself_is_emptied(void **state)
{
	struct fixture *f = *state;
	struct account *a;
	struct status *s;
	struct bob b;

	NEED(f);
	b = bob_of(f);
	post(f, &b, "/inbox", activity(f, "1", "Create", note(f, "1", "")));
	post(f, &b, "/inbox", activity(f, "f", "Follow", quoted(f, f->alice->uri)));
	post(f, &b, "/inbox", activity(f, "d", "Delete", quoted(f, b.uri)));
	assert_int_equal(run_inbound(f), 3);
	ok(account_find(&f->call, b.id, &a));
	assert_true(a->deleted_us > 0);
	ok(status_find_uri(&f->call, STR("https://remote.example/notes/1"), &s));
	assert_null(s);
	ok(account_find(&f->call, f->alice->id, &a));
	assert_int_equal(a->followers_count, 0);
	/* Its key went with it, and its server cannot be asked. */
	assert_int_equal(post(f, &b, "/inbox", activity(f, "2", "Create", note(f, "2", ""))), 503);
}

static void who_is_asked_for_in_vain(struct fixture *f, const char *who, int made, int vain, bool want)
{
	bool spent, close;

	ok(acts_fetches_made(&f->call, str_z(who), made, vain));
	ok(view_fetches_spent(&f->call, str_z(who), &spent, &close));
	assert_int_equal(spent, want);
	assert_int_equal(close, vain >= 200);
}

/* Below the bound what is of use is not counted; past it all is. */
static void who_makes_us_ask_in_vain_is_not_followed_without_end(void **state)
{
	struct fixture *f = *state;
	bool spent, close;

	NEED(f);
	who_is_asked_for_in_vain(f, "few.example", 0, 199, false);
	who_is_asked_for_in_vain(f, "soon.example", 99, 200 + 99, false);
	who_is_asked_for_in_vain(f, "hostile.example", 100, 200 + 76, true);
	who_is_asked_for_in_vain(f, "unlucky.example", 100, 200 + 75, false);
	/* One in ten of a hundred thousand. */
	who_is_asked_for_in_vain(f, "large.example", 100000, 200 + 10000, false);
	f->call.now_us += US_PER_HOUR;
	ok(view_fetches_spent(&f->call, STR("hostile.example"), &spent, &close));
	assert_false(spent);
	f->call.now_us -= US_PER_HOUR;
	f->conf.vain_hour_max = 0;
	ok(view_fetches_spent(&f->call, STR("hostile.example"), &spent, &close));
	assert_false(spent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_signed_post_is_stored_once),
		BOTH(what_is_badly_signed_is_refused),
		BOTH(a_stranger_who_says_goodbye_is_not_asked_for_a_key),
		BOTH(a_follow_makes_a_follower_and_is_answered_again),
		BOTH(a_delete_may_overtake_its_create),
		BOTH(an_edit_is_kept_and_an_older_one_is_not),
		BOTH(a_reply_may_come_before_what_it_answers),
		BOTH(a_post_that_concerns_nobody_here_is_let_go),
		BOTH(both_dialects_of_signatures_are_read),
		BOTH(the_same_twice_in_any_order_ends_the_same),
		BOTH(a_thread_in_any_order_is_one_thread),
		BOTH(the_nth_call_fails_and_leaves_nothing),
		BOTH(an_actor_that_deletes_itself_is_emptied),
		BOTH(who_makes_us_ask_in_vain_is_not_followed_without_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
