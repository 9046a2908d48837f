#define SCHEMA "test_faults"
#include "acts/test_posts_priv.h"

#include <unistd.h>

#include "acts/certificate.h"
#include "acts/email.h"
#include "acts/email_block.h"
#include "acts/invite.h"
#include "acts/letter.h"
#include "acts/media.h"
#include "acts/oauth.h"
#include "acts/passkey.h"
#include "acts/password.h"
#include "acts/rule.h"
#include "acts/server_block.h"
#include "acts/test_schema_priv.h"
#include "crypt/digest.h"
#include "crypt/key.h"
#include "crypt/password.h"
#include "crypt/seal.h"
#include "store/invite.h"
#include "store/job.h"
#include "store/passkey.h"
#include "store/rule.h"
#include "store/session.h"
#include "store/user.h"
#include "wire/base64.h"

/* The n-th database call of an act fails, for every n, and each time all that the database holds is as before: every column of every table, but
 * of the counters of limits, which count what failed, too. */

static const struct str password = STRC("correct horse");

/* Around one test: the texts that read each table, and what its acts hand on to each other. */
struct world_of_acts {
	const struct sql_text **tables;
	size_t n;
	struct house house;
	struct key_pair phone;
	struct str token, challenge, client_id, client_secret;
	int64_t id;
	app_id app;
	struct media film;
};
static struct world_of_acts *w;

static void prepare(struct fixture *f)
{
	char path[] = "/tmp/howdah-ring-XXXXXX";
	struct schema s = read_schema(f);
	int fd = mkstemp(path);
	bool made;

	close(fd);
	unlink(path);
	w = arena_new(f->arena, struct world_of_acts);
	w->tables = arena_array(f->arena, const struct sql_text *, s.n + 1);
	for (size_t i = 0; i < s.n;) {
		struct str table = s.columns[i].table;
		struct buf order = buf_init(f->arena, 1024);
		struct sql_text *t = arena_new(f->arena, struct sql_text);

		for (size_t k = 1; i < s.n && str_eq(s.columns[i].table, table); i++, k++)
			buf_addf(&order, "%s%zu", k > 1 ? ", " : "", k);
		*t = (struct sql_text){ .name = "q_test_table", .sqlite = arena_strz(f->arena, arena_printf(
			f->arena, "SELECT * FROM " STR_FMT " ORDER BY " STR_FMT, STR_ARG(table), STR_ARG(buf_str(&order)))) };
		t->pgsql = t->sqlite;
		if (!str_eqz(table, "limits"))
			w->tables[w->n++] = t;
	}
	assert_true(w->n > 60);
	ok(seal_ring_create_file(f->arena, path, &made));
	ok(seal_ring_load(f->arena, path, &w->house.ring));
	unlink(path);
	f->call.house = &w->house;
	f->conf.smtp_url = STR("smtp://127.0.0.1:25");
	f->conf.invites = true;
	f->conf.rate_limits = false;
	ok(key_pair_create(f->arena, KEY_ED25519, &w->phone));
}

static uint64_t mix(uint64_t h, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * UINT64_C(0x100000001b3);
	return (h ^ (s.p ? 1 : 2)) * UINT64_C(0x100000001b3);
}

static uint64_t all_there_is(struct fixture *f)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < w->n; i++) {
		AUTO_ARENA(a);
		struct call c = f->call;
		struct sql_rows rows;

		c.arena = a;
		ok(db_rows(&c, w->tables[i], ARGS0, &rows));
		h = mix(h, arena_printf(a, "%zu:%zu", i, rows.n));
		for (size_t r = 0; r < rows.n; r++)
			for (size_t k = 0; k < rows.columns; k++)
				h = mix(h, row_str(sql_row(&rows, r), k));
	}
	return h;
}

static account_id who(int64_t n) { return ID(account_id, n); }

/* ---- invitations ---- */

static struct err *invite(struct call *c)
{
	return acts_invite_create(c, &(struct invite_new){ .by = who(ALICE), .role = ROLE_USER, .max_uses = 2 }, &w->token);
}

static void find_invite(struct fixture *f)
{
	struct invite *all;
	size_t n;

	ok(invites_of(&f->call, who(ALICE), 10, &all, &n));
	assert_int_equal(n, 1);
	w->id = all[0].id;
}

static struct err *invite_end_(struct call *c) { return acts_invite_end(c, who(ALICE), w->id); }

/* ---- addresses ---- */

static struct err *email_to(struct call *c, struct str to) { return acts_email_change(c, who(ALICE), password, to, (struct mail_hosts){ 0 }); }
static struct err *email_change(struct call *c) { return email_to(c, STR("new@here.example")); }
static struct err *email_cancel(struct call *c) { return acts_email_change_cancel(c, who(ALICE)); }
static struct err *email_again(struct call *c) { return email_to(c, STR("newer@here.example")); }

/* Passwords are tried so often an hour, and no oftener. */
static void an_hour_later(struct fixture *f) { f->call.now_us += US_PER_HOUR; }

static struct err *another_password(struct call *c)
{
	return acts_password_change(c, who(ALICE), &(struct password_change){ .old = password, .password = STR("battery staple"), .apps_end = true });
}

/* The link that the mail would hold. */
static void read_mail(struct fixture *f)
{
	struct mail_draft d;
	bool wanted;

	ok(acts_mail_draft(&f->call, &(struct job){ .kind = JOB_MAIL, .ref_id = ALICE, .arg = STR("email") }, &d, &wanted));
	assert_true(wanted);
	w->token = str_from(d.link, str_find(d.link, '=') + 1);
}

static struct err *email_confirm(struct call *c) { return acts_email_change_confirm(c, w->token); }

/* ---- sessions and apps ---- */

static void sign_in_thrice(struct fixture *f)
{
	struct caller from = { STR("192.0.2.1"), STR("a browser") };
	struct web_session *all;
	size_t n;

	for (int i = 0; i < 3; i++) {
		f->call.now_us += US_PER_S;
		ok(acts_session_add(&f->call, who(ALICE), &from, &w->token));
	}
	ok(sessions_of(&f->call, who(ALICE), 0, 10, &all, &n));
	assert_int_equal(n, 3);
	w->id = all[0].id;
}

static struct err *others_revoke(struct call *c) { return acts_sessions_revoke_others(c, who(ALICE), w->id); }
static struct err *session_revoke(struct call *c) { return acts_session_revoke(c, who(ALICE), w->id); }
static struct err *session_end(struct call *c) { return acts_session_drop(c, w->token); }

static struct err *app(struct call *c)
{
	struct str back = STR(OAUTH_OOB);
	struct app_made made;

	TRY(acts_app_create(c, &(struct app_new){ .name = STR("App"), .redirect_uris = &back, .redirect_uris_n = 1 }, &made));
	w->app = made.id;
	w->client_id = made.client_id;
	w->client_secret = made.client_secret;
	return NULL;
}

static struct err *token(struct call *c)
{
	struct token_made made;

	TRY(acts_token_create(c, w->app, who(ALICE), STR("read"), &made));
	w->token = made.token;
	return NULL;
}

static struct err *token_revoke_(struct call *c) { return acts_token_revoke(c, w->client_id, w->client_secret, w->token); }
static struct err *app_revoke(struct call *c) { return acts_app_revoke(c, who(ALICE), w->app); }

/* ---- passkeys ---- */

static struct str client_data(struct call *c, const char *type)
{
	struct str challenge = base64url_encode(c->arena, w->challenge);

	return base64url_encode(c->arena, arena_printf(c->arena,
		"{\"type\":\"%s\",\"challenge\":\"" STR_FMT "\",\"origin\":\"https://here.example\"}", type, STR_ARG(challenge)));
}

/* For this site, by somebody it has verified; rest: the credential of a new one. */
static struct str authenticator_data(struct call *c, char flags, struct str rest)
{
	const char head[5] = { flags, 0, 0, 0, 0 };
	uint8_t digest[DIGEST_SHA256_SIZE];

	digest_sha256(STR("here.example"), digest);
	return arena_concat(c->arena, str_of((char *)digest, sizeof digest), str_of(head, sizeof head), rest);
}

/* The body of a PEM is the key in base64, which the page sends as base64url. */
static struct str public_key(struct call *c)
{
	struct buf b = buf_init(c->arena, 200);
	struct str rest = w->phone.public_pem, line, bytes;

	while (str_next(&rest, '\n', &line))
		if (!str_has_prefix(line, STR("-----")))
			buf_add(&b, line);
	assert_true(base64_decode(c->arena, buf_str(&b), &bytes));
	return base64url_encode(c->arena, bytes);
}

static void challenge_new(struct fixture *f) { ok(acts_passkey_begin(&f->call, who(ALICE), password, &w->challenge)); }
static void challenge_use(struct fixture *f) { w->challenge = acts_passkey_challenge(&f->call); }

static struct err *passkey(struct call *c)
{
	struct passkey_new in = { .name = STR("Phone"), .client_data = client_data(c, "webauthn.create"), .public_key = public_key(c) };

	in.authenticator_data = base64url_encode(c->arena, authenticator_data(c, 0x45, str_of("0123456789abcdef\0\4nameCOSE", 26)));
	return acts_passkey_add(c, who(ALICE), &in);
}

static struct err *passkey_enter(struct call *c)
{
	struct passkey_use in = { .credential = base64url_encode(c->arena, STR("name")), .client_data = client_data(c, "webauthn.get"),
				  .from = { STR("192.0.2.1"), STR("a browser") } };
	struct str data = authenticator_data(c, 0x05, STR("")), said, signature;
	const struct key_private *key;
	uint8_t digest[DIGEST_SHA256_SIZE];
	struct signed_in got;

	assert_true(base64url_decode(c->arena, in.client_data, &said));
	digest_sha256(said, digest);
	ok(key_private_parse(c->arena, w->phone.private_pem, &key));
	ok(key_sign(c->arena, key, arena_concat(c->arena, data, str_of((char *)digest, sizeof digest)), &signature));
	in.authenticator_data = base64url_encode(c->arena, data);
	in.signature = base64url_encode(c->arena, signature);
	return acts_passkey_sign_in(c, &in, &got);
}

static void find_passkey(struct fixture *f)
{
	struct passkey *all;
	size_t n;

	ok(passkeys_of(&f->call, who(ALICE), 10, &all, &n));
	assert_int_equal(n, 1);
	w->id = all[0].id;
}

static struct err *passkey_end(struct call *c) { return acts_passkey_drop(c, who(ALICE), password, w->id); }

/* ---- rules and terms ---- */

static struct err *rule(struct call *c) { return acts_rule_put(c, 0, STR("Be kind."), STR("To all."), &w->id); }
static struct err *rule_change(struct call *c) { return acts_rule_put(c, w->id, STR("Be very kind."), STR_NONE, &(int64_t){ 0 }); }
static struct err *rule_words(struct call *c) { return acts_rule_translate(c, w->id, STR("de"), STR("Sei freundlich."), STR("")); }
static struct err *rule_end(struct call *c) { return acts_rule_drop(c, w->id); }
static struct err *terms(struct call *c) { return acts_terms_publish(c, STR("Do no harm."), STR_NONE, NULL); }

/* ---- blocks of servers ---- */

static struct err *server_block(struct call *c)
{
	const enum block_severity suspend = BLOCK_SUSPEND;
	struct server_block_in in = { .domain = STR("Remote.example"), .severity = &suspend, .public_comment = STR("spam"), .by = STR("a test") };

	return acts_server_block_put(c, SERVER_BLOCK_ADD, &in);
}

static struct err *server_block_change(struct call *c)
{
	const enum block_severity silence = BLOCK_SILENCE;

	return acts_server_block_put(c, SERVER_BLOCK_CHANGE, &(struct server_block_in){ .domain = STR("remote.example"), .severity = &silence,
									       .by = STR("a test") });
}

static struct err *server_block_end(struct call *c) { return acts_server_block_drop(c, STR("remote.example"), STR("a test")); }

static struct err *email_block(struct call *c) { return acts_email_block_add(c, STR("@Spam.example."), STR("a test")); }
static struct err *email_block_end(struct call *c) { return acts_email_block_drop(c, STR("spam.example"), STR("a test")); }

/* ---- certificates ---- */

static struct err *certificate_ends(struct call *c)
{
	return acts_certificate_saw(c, &(struct certificate){ .host = STR("here.example"), .from_us = c->now_us - 80 * US_PER_DAY,
							     .until_us = c->now_us + 10 * US_PER_DAY });
}

static struct err *certificate_unseen(struct call *c)
{
	return acts_certificate_saw(c, &(struct certificate){ .host = STR("here.example"), .trouble = STR("it does not answer") });
}

/* ---- films ---- */

static struct err *film(struct call *c)
{
	w->film = (struct media){ .account = who(ALICE), .type = MEDIA_VIDEO, .mime = STR("video/mp4"), .file = STR("ab/cd/1.mp4"),
				  .original = STR("ab/cd/2") };
	return acts_media_add_film(c, STR("moving"), 0, &w->film);
}

static struct err *film_described(struct call *c)
{
	struct media m;

	return acts_media_update(c, who(ALICE), w->film.id, &(struct media_words){ .description = STR("a dog runs") },
				 &(struct media_preview){ 0 }, &m);
}

static struct err *film_converted(struct call *c)
{
	bool took;

	w->film.state = MEDIA_STATE_READY;
	w->film.width = 640;
	w->film.height = 360;
	TRY(acts_media_converted(c, &w->film, &took));
	assert_true(took);
	return NULL;
}

static struct err *film_original_gone(struct call *c) { return acts_media_original_gone(c, w->film.id); }

static struct err *film_deleted(struct call *c)
{
	struct media m;

	return acts_media_delete(c, who(ALICE), w->film.id, &m);
}

/* In this order; before: what has to be there first, or is found out, without failures. */
static const struct {
	const char *name;
	void (*before)(struct fixture *f);
	struct err *(*act)(struct call *c);
} acts[] = {
	{ "invite", NULL, invite }, { "end of an invitation", find_invite, invite_end_ },
	{ "another address", NULL, email_change }, { "no other address", NULL, email_cancel }, { "an address again", NULL, email_again },
	{ "an address confirmed", read_mail, email_confirm },
	{ "end of all other sessions", sign_in_thrice, others_revoke }, { "end of a session", NULL, session_revoke },
	{ "signing out", sign_in_thrice, session_end },
	{ "an app", NULL, app }, { "a token", NULL, token }, { "end of a token", NULL, token_revoke_ }, { "a token again", NULL, token },
	{ "end of an app", NULL, app_revoke },
	{ "a passkey", challenge_new, passkey }, { "signing in with it", challenge_use, passkey_enter },
	{ "end of a passkey", find_passkey, passkey_end },
	{ "a rule", NULL, rule }, { "a rule changed", NULL, rule_change }, { "a rule translated", NULL, rule_words },
	{ "end of a rule", NULL, rule_end },
	{ "terms", NULL, terms },
	{ "a block of a server", NULL, server_block }, { "such a block changed", NULL, server_block_change },
	{ "end of such a block", NULL, server_block_end },
	{ "a block of e-mail", NULL, email_block }, { "end of that", NULL, email_block_end },
	{ "a certificate that ends", NULL, certificate_ends }, { "one that was not seen", NULL, certificate_unseen },
	{ "a film", NULL, film }, { "a film described", NULL, film_described }, { "a film converted", NULL, film_converted },
	{ "its original gone", NULL, film_original_gone }, { "end of a film", NULL, film_deleted },
	{ "another password", an_hour_later, another_password },
};

static struct err *give_password(struct call *c, void *arg) { return user_password_put(c, who(ALICE), *(const struct str *)arg); }

static void a_failing_database_changes_nothing_at_all(void **state)
{
	struct fixture *f = *state;
	struct str hash;

	NEED(f);
	prepare(f);
	ok(password_hash(f->arena, password, &hash));
	ok(store_tx(&f->call, give_password, &hash));
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		uint64_t before;
		int n = 0;
		struct err *e;

		if (acts[i].before)
			acts[i].before(f);
		before = all_there_is(f);
		do {
			sql_fault_arm(f->call.db, ++n);
			e = acts[i].act(&f->call);
			sql_fault_arm(f->call.db, 0);
			if (e && (e->code != ERR_LATER || all_there_is(f) != before))
				fail_msg("%s, call %d: " STR_FMT "%s", acts[i].name, n, STR_ARG(e->text),
					 e->code == ERR_LATER ? ": something is changed" : "");
			assert_true(n < 200);
		} while (e);
		if (n < 3 || all_there_is(f) == before)
			fail_msg("%s: %d calls, and nothing is changed", acts[i].name, n);
	}
}

/* What the digest of the whole database would miss, it would miss everywhere: each kind of change is seen. */
static void every_change_is_seen(void **state)
{
	struct fixture *f = *state;
	uint64_t before;
	struct status *s;

	NEED(f);
	prepare(f);
	before = all_there_is(f);
	s = post(f, BOB, SAYS("something"));
	assert_true(all_there_is(f) != before && jobs(f, JOB_FANOUT, "%") == 1 && found(f, s->id));
	before = all_there_is(f);
	ok(store_tx(&f->call, give_password, &(struct str){ "y", 1 }));
	assert_true(all_there_is(f) != before);
	same(account(f, BOB)->username, "bob");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_failing_database_changes_nothing_at_all),
		BOTH(every_change_is_seen),
	};

	password_cost_for_tests(1, 8192);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
