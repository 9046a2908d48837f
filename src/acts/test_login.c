#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "acts/keys.h"
#include "acts/email.h"
#include "acts/invite.h"
#include "acts/letter.h"
#include "acts/oauth.h"
#include "acts/password.h"
#include "acts/session.h"
#include "acts/setting.h"
#include "acts/signup.h"
#include "acts/two_factor.h"
#include "conf/load.h"
#include "crypt/digest.h"
#include "crypt/password.h"
#include "crypt/seal.h"
#include "crypt/test_secrets.h"
#include "crypt/totp.h"
#include "store/account.h"
#include "store/job.h"
#include "store/session.h"
#include "store/test_database.h"
#include "store/user.h"
#include "wire/base64.h"

/* One engine, a fresh schema, a server's settings, an application. */
struct fixture {
	struct arena *arena;
	struct call call;
	struct conf conf;
	struct house house;
	struct app_made app;
};

#define NEED(f) do { if (!(f)) skip(); } while (0)
#define ok(expr) do { struct err *e_ = (expr); if (e_) fail_msg("%.*s", (int)e_->text.n, e_->text.p); } while (0)
#define refused(expr, want) do { struct err *e_ = (expr); assert_non_null(e_); assert_int_equal(e_->code, want); } while (0)
#define refused_as(expr, want) do { struct err *e_ = (expr); assert_non_null(e_); assert_string_equal(e_->detail, want); } while (0)

static struct err *begin(struct fixture *f, struct str url)
{
	char path[] = "/tmp/howdah-ring-XXXXXX";
	struct call *c = &f->call;
	struct conf *conf;
	struct conf_problems problems = { 0 };
	const char *const env[] = { "HOWDAH_DOMAIN=howdah.example", "HOWDAH_SMTP_URL=smtp://127.0.0.1:25", NULL };
	struct str callback = STR("https://app.example/callback");
	bool made;
	int fd = mkstemp(path);

	close(fd);
	unlink(path);
	*c = (struct call){ .arena = f->arena, .world = &world_real, .now_us = world_real.now_us(&world_real), .house = &f->house, .conf = &f->conf };
	c->ids = ids_create(f->arena, 1);
	TRY(conf_load(f->arena, &(struct conf_from){ .environ = env }, &conf, &problems));
	f->conf = *conf;
	TRY(seal_ring_create_file(f->arena, path, &made));
	TRY(seal_ring_load(f->arena, path, &f->house.ring));
	unlink(path);
	TRY(sql_open(f->arena, &(struct sql_open){ .url = url, .path = STR(":memory:"), .connections = 4 }, &c->db));
	test_secrets_cheap();
	TRY(test_database(c));
	return acts_app_create(c, &(struct app_new){ .name = STR("Test"), .scopes = STR("read write follow"), .redirect_uris = &callback,
						     .redirect_uris_n = 1 }, &f->app);
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
		printf("%.*s\n", (int)e->text.n, e->text.p);
	return e ? -1 : 0;
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

static const struct signup alice = {
	.username = STRC("Alice"), .email = STRC("Alice@Example.org"), .password = STRC("correct horse"), .agreement = true, .locale = STRC("en"),
};

static struct signed_up join(struct fixture *f, const struct signup *in)
{
	struct signed_up got;

	ok(acts_account_create(&f->call, in, &got));
	return got;
}

static struct err *draft_of(struct fixture *f, account_id who, const char *purpose, struct mail_draft *ret, bool *ret_wanted)
{
	return acts_mail_draft(&f->call, &(struct job){ .kind = JOB_MAIL, .ref_id = who.v, .arg = str_z(purpose) }, ret, ret_wanted);
}

static int64_t waiting_mails(struct fixture *f)
{
	struct job_lane_state lanes[JOB_LANES];

	ok(jobs_state(&f->call, lanes));
	return lanes[JOB_LANE_MAIL].due;
}

static void a_new_account_waits_for_its_mail(void **state)
{
	struct fixture *f = *state;
	struct account_key *keys;
	struct signed_up got;
	struct account *a;
	struct user u;
	size_t n;
	bool found;

	NEED(f);
	got = join(f, &alice);
	ok(account_find(&f->call, got.account, &a));
	assert_true(str_eqz(a->username, "Alice"));
	assert_true(str_eqz(a->url, "https://howdah.example/@Alice"));
	assert_true(str_eq(a->uri, arena_printf(f->arena, "https://howdah.example/ap/users/%lld", (long long)got.account.v)));
	assert_true(str_eqz(a->shared_inbox_uri, "https://howdah.example/inbox"));
	ok(account_keys(&f->call, got.account, &keys, &n));
	assert_int_equal(n, 2);
	assert_true(str_has_prefix(keys[0].private_sealed, STR("v1:")) && str_has_prefix(keys[1].private_sealed, STR("v1:")));
	ok(user_find(&f->call, got.account, &u, &found));
	assert_true(found && !u.confirmed_us && u.approved);
	assert_true(str_eqz(u.email, "Alice@example.org"));
	assert_int_equal(waiting_mails(f), 1);
}

static void the_link_of_the_mail_confirms_once(void **state)
{
	struct fixture *f = *state;
	struct signed_up got;
	struct mail_draft mail;
	struct str token;
	account_id who;
	struct user u;
	bool wanted, found;

	NEED(f);
	got = join(f, &alice);
	ok(draft_of(f, got.account, "confirm", &mail, &wanted));
	assert_true(wanted && str_eqz(mail.to, "Alice@example.org"));
	token = str_from(mail.link, str_find(mail.link, '=') + 1);
	refused(acts_email_confirm(&f->call, STR("guessed"), &who), ERR_NOT_FOUND);
	ok(acts_email_confirm(&f->call, token, &who));
	assert_true(id_eq(who, got.account));
	ok(user_find(&f->call, got.account, &u, &found));
	assert_true(u.confirmed_us > 0);
	refused(acts_email_confirm(&f->call, token, &who), ERR_NOT_FOUND);
	ok(draft_of(f, got.account, "confirm", &mail, &wanted));
	assert_false(wanted);
	refused(acts_confirmation_resend(&f->call, got.account, STR_NONE, (struct mail_hosts){ 0 }), ERR_FORBIDDEN);
}

static void a_link_to_an_address_since_changed_proves_nothing(void **state)
{
	struct fixture *f = *state;
	struct signed_up got;
	struct mail_draft mail;
	account_id who;
	bool wanted;

	NEED(f);
	got = join(f, &alice);
	ok(draft_of(f, got.account, "confirm", &mail, &wanted));
	ok(acts_confirmation_resend(&f->call, got.account, STR("other@example.org"), (struct mail_hosts){ 0 }));
	refused(acts_email_confirm(&f->call, str_from(mail.link, str_find(mail.link, '=') + 1), &who), ERR_NOT_FOUND);
}

static account_id confirm_by_mail(struct fixture *f, struct str name)
{
	struct mail_draft mail;
	struct account *a;
	account_id who;
	bool wanted;

	ok(account_find_handle(&f->call, name, STR(""), &a));
	ok(draft_of(f, a->id, "confirm", &mail, &wanted));
	ok(acts_email_confirm(&f->call, str_from(mail.link, str_find(mail.link, '=') + 1), &who));
	return who;
}

static void all_fields_at_fault_are_named_at_once(void **state)
{
	struct fixture *f = *state;
	struct signup bad = { .username = STR("a b"), .email = STR("nobody"), .password = STR("short") };
	const char *const fields[] = { "username", "email", "password", "agreement" };
	const char *const codes[] = { "ERR_INVALID", "ERR_INVALID", "ERR_TOO_SHORT", "ERR_ACCEPTED" };
	struct signed_up got;
	struct err *e;

	NEED(f);
	e = acts_account_create(&f->call, &bad, &got);
	for (size_t i = 0; i < 4; i++, e = e->next) {
		assert_non_null(e);
		assert_true(str_eqz(e->field, fields[i]));
		assert_string_equal(e->detail, codes[i]);
	}
	assert_null(e);
}

static void names_and_addresses_are_taken_once_whatever_their_case(void **state)
{
	struct fixture *f = *state;
	struct signup again = alice;
	struct signed_up got;
	struct err *e;

	NEED(f);
	join(f, &alice);
	again.username = STR("ALICE");
	again.email = STR("ALICE@EXAMPLE.ORG");
	e = acts_account_create(&f->call, &again, &got);
	assert_non_null(e);
	assert_string_equal(e->detail, "ERR_TAKEN");
	assert_true(str_eqz(e->text, "Validation failed: Username has already been taken"));
	assert_non_null(e->next);
	assert_true(str_eqz(e->next->field, "email"));
	again.username = STR("Admin");
	refused_as(acts_account_create(&f->call, &again, &got), "ERR_RESERVED");
	again.by_operator = true;
	again.email = STR("root@example.org");
	join(f, &again);
}

static void nobody_joins_where_registrations_are_closed(void **state)
{
	struct fixture *f = *state;
	struct signed_up got;

	NEED(f);
	f->conf.registrations = REGISTRATIONS_CLOSED;
	refused(acts_account_create(&f->call, &alice, &got), ERR_FORBIDDEN);
	f->conf.registrations = REGISTRATIONS_APPROVAL;
	refused_as(acts_account_create(&f->call, &alice, &got), "ERR_BLANK");
}

static void people_sign_in_by_address_or_name(void **state)
{
	struct fixture *f = *state;
	struct sign_in in = { STR("alice@example.org"), STR("correct horse"), { STR("192.0.2.1"), STR("Browser") } };
	struct web_session s;
	struct signed_in got_in;
	struct user u;
	bool found;

	NEED(f);
	join(f, &alice);
	refused(acts_sign_in(&f->call, &in, &got_in), ERR_FORBIDDEN);
	ok(user_find(&f->call, confirm_by_mail(f, STR("alice")), &u, &found));
	assert_true(found && u.confirmed_us > 0);
	ok(acts_sign_in(&f->call, &in, &got_in));
	ok(session_find(&f->call, token_hash(f->arena, got_in.token), &s, &found));
	assert_true(found && id_eq(s.account, got_in.account));
	in.name = STR("aLiCe");
	ok(acts_sign_in(&f->call, &in, &got_in));
	ok(acts_session_drop(&f->call, got_in.token));
	ok(session_find(&f->call, token_hash(f->arena, got_in.token), &s, &found));
	assert_false(found);
	in.password = STR("wrong horse");
	refused(acts_sign_in(&f->call, &in, &got_in), ERR_UNAUTHORIZED);
	in.name = STR("nobody");
	refused(acts_sign_in(&f->call, &in, &got_in), ERR_UNAUTHORIZED);
}

SQL(q_limits_plain, "SELECT count(*) FILTER (WHERE key LIKE '%192.0%' OR key LIKE '%nobody%' OR key LIKE '%somebody%'), count(*) FROM limits");

static void guessing_is_slowed_down(void **state)
{
	struct fixture *f = *state;
	struct row r;
	bool found;
	struct sign_in in = { STR("nobody"), STR("guess"), { STR("192.0.2.1"), STR("") } };
	struct signed_in got_in;
	struct err *e = NULL;

	NEED(f);
	f->call.now_us -= f->call.now_us % US_PER_HOUR;
	/* Only the counting matters here: an empty password is refused before any hash. */
	for (int i = 0; i < 26; i++) {
		in.from.address = arena_printf(f->arena, "192.0.2.%d", i);
		e = acts_sign_in(&f->call, &in, &got_in);
	}
	assert_int_equal(e->code, ERR_LIMITED);
	assert_true(e->retry_after_s > 0 && e->retry_after_s <= 3601);
	in.name = STR("somebody else");
	refused(acts_sign_in(&f->call, &in, &got_in), ERR_UNAUTHORIZED);
	/* Nothing tells whom it was about. */
	ok(db_one(&f->call, &q_limits_plain, ARGS0, &r, &found));
	assert_int_equal(row_i64(r, 0), 0);
	assert_true(row_i64(r, 1) >= 27);
}

static void a_forgotten_password_is_replaced_and_ends_sessions(void **state)
{
	struct fixture *f = *state;
	struct sign_in in = { STR("alice"), STR("correct horse"), { STR("192.0.2.1"), STR("") } };
	struct signed_up got;
	struct token_owner owner;
	struct token_made made;
	struct mail_draft mail;
	struct web_session s;
	struct signed_in got_in;
	struct str token;
	bool wanted, found;

	NEED(f);
	f->conf.confirm_email = false;
	got = join(f, &alice);
	ok(acts_sign_in(&f->call, &in, &got_in));
	ok(acts_password_forgot(&f->call, STR("nobody@example.org")));
	assert_int_equal(waiting_mails(f), 0);
	ok(acts_password_forgot(&f->call, STR("alice@example.org")));
	assert_int_equal(waiting_mails(f), 1);
	ok(draft_of(f, got.account, "password", &mail, &wanted));
	token = str_from(mail.link, str_find(mail.link, '=') + 1);
	refused_as(acts_password_reset(&f->call, token, STR("short")), "ERR_TOO_SHORT");
	ok(acts_token_create(&f->call, f->app.id, got.account, STR("read"), &made));
	ok(acts_password_reset(&f->call, token, STR("battery staple")));
	refused(acts_password_reset(&f->call, token, STR("battery staple")), ERR_NOT_FOUND);
	ok(session_find(&f->call, token_hash(f->arena, got_in.token), &s, &found));
	assert_false(found);
	ok(token_find(&f->call, token_hash(f->arena, made.token), &owner, &found));
	assert_false(found);
	refused(acts_sign_in(&f->call, &in, &got_in), ERR_UNAUTHORIZED);
	in.password = STR("battery staple");
	ok(acts_sign_in(&f->call, &in, &got_in));
}

static void an_imported_hash_is_renewed_at_sign_in(void **state)
{
	struct fixture *f = *state;
	struct sign_in in = { STR("alice"), STR("U*U"), { STR("192.0.2.1"), STR("") } };
	struct signed_in got_in;
	struct signed_up got;
	struct user u;
	bool found;

	NEED(f);
	f->conf.confirm_email = false;
	got = join(f, &alice);
	ok(user_password_put(&f->call, got.account, STR("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")));
	in.password = STR("U*U*");
	refused(acts_sign_in(&f->call, &in, &got_in), ERR_UNAUTHORIZED);
	in.password = STR("U*U");
	ok(acts_sign_in(&f->call, &in, &got_in));
	ok(user_find(&f->call, got.account, &u, &found));
	assert_true(found && str_has_prefix(u.password_hash, STR("$argon2id$")));
	ok(acts_sign_in(&f->call, &in, &got_in));
}

static struct str code_now(struct fixture *f, struct str seed) { return totp_code(f->arena, seed, f->call.now_us); }

static void a_code_of_the_app_is_wanted_and_counts_once(void **state)
{
	struct fixture *f = *state;
	struct sign_in in = { STR("alice"), alice.password, { STR("192.0.2.1"), STR("") } };
	struct second_factor second = { .from = in.from };
	struct str recovery[RECOVERY_CODES], fresh[RECOVERY_CODES];
	struct totp_setup setup;
	struct signed_in got_in;
	account_id who;

	NEED(f);
	f->conf.confirm_email = false;
	who = join(f, &alice).account;
	refused(acts_totp_begin(&f->call, who, STR("wrong horse"), &setup), ERR_INVALID);
	ok(acts_totp_begin(&f->call, who, alice.password, &setup));
	ok(acts_sign_in(&f->call, &in, &got_in));
	assert_true(got_in.token.n > 0);
	refused(acts_totp_prove(&f->call, who, STR("12345"), recovery), ERR_INVALID);
	second.code = code_now(f, setup.seed);
	ok(acts_totp_prove(&f->call, who, second.code, recovery));
	refused(acts_totp_begin(&f->call, who, alice.password, &setup), ERR_CONFLICT);

	ok(acts_sign_in(&f->call, &in, &got_in));
	assert_true(got_in.token.n == 0 && got_in.pending.n > 0);
	second.pending = got_in.pending;
	refused(acts_sign_in_second(&f->call, &second, &got_in), ERR_UNAUTHORIZED);      /* the code that switched it on */
	f->call.now_us += 30 * US_PER_S;
	second.code = code_now(f, setup.seed);
	ok(acts_sign_in_second(&f->call, &second, &got_in));
	assert_true(got_in.token.n > 0 && id_eq(got_in.account, who));
	refused(acts_sign_in_second(&f->call, &second, &got_in), ERR_UNAUTHORIZED);
	second.code = recovery[3];
	ok(acts_sign_in_second(&f->call, &second, &got_in));
	refused(acts_sign_in_second(&f->call, &second, &got_in), ERR_UNAUTHORIZED);
	ok(acts_recovery_codes_make(&f->call, who, alice.password, fresh));
	second.code = recovery[4];
	refused(acts_sign_in_second(&f->call, &second, &got_in), ERR_UNAUTHORIZED);
	second.code = fresh[4];
	f->call.now_us += 11 * US_PER_MIN;
	refused(acts_sign_in_second(&f->call, &second, &got_in), ERR_UNAUTHORIZED);
	refused(acts_totp_drop(&f->call, who, STR("wrong horse")), ERR_INVALID);
	ok(acts_totp_drop(&f->call, who, alice.password));
	ok(acts_sign_in(&f->call, &in, &got_in));
	assert_true(got_in.token.n > 0);
}

SQL(q_secrets, "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM recovery_codes) + (SELECT count(*) FROM sign_in_networks)"
	       " + (SELECT coalesce(sum(last_step), 0) FROM totp_seeds)");

static int64_t secrets_now(struct fixture *f)
{
	struct row r;
	bool found;

	ok(db_one(&f->call, &q_secrets, ARGS0, &r, &found));
	return row_i64(r, 0);
}

static void a_failing_database_does_not_use_up_a_code(void **state)
{
	struct fixture *f = *state;
	struct sign_in in = { STR("alice"), alice.password, { STR("192.0.2.1"), STR("") } };
	struct second_factor second = { .from = in.from };
	struct str recovery[RECOVERY_CODES];
	struct totp_setup setup;
	struct signed_in got_in;
	int64_t before;
	int failures = 0;
	account_id who;

	NEED(f);
	f->conf.confirm_email = false;
	f->conf.rate_limits = false;
	who = join(f, &alice).account;
	ok(acts_totp_begin(&f->call, who, alice.password, &setup));
	ok(acts_totp_prove(&f->call, who, code_now(f, setup.seed), recovery));
	ok(acts_sign_in(&f->call, &in, &got_in));
	second.pending = got_in.pending;
	second.code = recovery[0];
	before = secrets_now(f);
	for (int n = 1;; n++, failures++) {
		struct err *e;

		sql_fault_arm(f->call.db, n);
		e = acts_sign_in_second(&f->call, &second, &got_in);
		sql_fault_arm(f->call.db, 0);
		if (!e)
			break;
		assert_int_equal(e->code, ERR_LATER);
		assert_int_equal(secrets_now(f), before);
	}
	assert_true(failures >= 6);
}

/* A code for an account that agreed to it, and the request that fits it. */
static struct token_request code_for(struct fixture *f, account_id who, struct str challenge)
{
	struct grant g = { f->app.id, who, STR("read write"), STR("https://app.example/callback"), challenge };
	struct token_request in = { .grant_type = STR("authorization_code"), .client_id = f->app.client_id, .client_secret = f->app.client_secret,
				    .redirect_uri = g.redirect_uri };

	ok(acts_code_issue(&f->call, &g, &in.code));
	return in;
}

static void a_code_becomes_a_token_once(void **state)
{
	struct fixture *f = *state;
	struct signed_up got;
	struct token_request in, other;
	struct token_owner owner;
	struct token_made made;
	bool found;

	NEED(f);
	got = join(f, &alice);
	in = other = code_for(f, got.account, STR_NONE);
	other.redirect_uri = STR("https://evil.example/");
	refused_as(acts_token_request(&f->call, &other, &made), "invalid_grant");
	other.client_secret = STR("wrong");
	refused(acts_token_request(&f->call, &other, &made), ERR_UNAUTHORIZED);
	ok(acts_token_request(&f->call, &in, &made));
	assert_true(str_eqz(made.scopes, "read write"));
	ok(token_find(&f->call, token_hash(f->arena, made.token), &owner, &found));
	assert_true(found && id_eq(owner.token.account, got.account) && id_eq(owner.token.app, f->app.id));
	refused_as(acts_token_request(&f->call, &in, &made), "invalid_grant");
	in = code_for(f, got.account, STR_NONE);
	f->call.now_us += (CODE_LIVES_S + 1) * US_PER_S;
	refused_as(acts_token_request(&f->call, &in, &made), "invalid_grant");
}

static void a_challenge_wants_its_verifier(void **state)
{
	struct fixture *f = *state;
	struct str verifier = STR("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
	struct token_made made;
	struct token_request in;

	NEED(f);
	in = code_for(f, join(f, &alice).account, STR("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
	refused_as(acts_token_request(&f->call, &in, &made), "invalid_grant");
	in.verifier = verifier;
	ok(acts_token_request(&f->call, &in, &made));
}

static void an_application_gets_a_token_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct token_request in = { .grant_type = STR("client_credentials") };
	struct token_made made;

	NEED(f);
	in.client_id = f->app.client_id;
	in.client_secret = f->app.client_secret;
	ok(acts_token_request(&f->call, &in, &made));
	assert_true(str_eqz(made.scopes, "read"));
	in.scopes = STR("admin:read");
	refused_as(acts_token_request(&f->call, &in, &made), "invalid_scope");
	in.grant_type = STR("password");
	refused_as(acts_token_request(&f->call, &in, &made), "unsupported_grant_type");
}

static void only_its_application_revokes_a_token(void **state)
{
	struct fixture *f = *state;
	struct str callback = STR("urn:ietf:wg:oauth:2.0:oob");
	struct token_owner owner;
	struct token_made made;
	struct app_made other;
	bool found;

	NEED(f);
	ok(acts_app_create(&f->call, &(struct app_new){ .name = STR("Other"), .redirect_uris = &callback, .redirect_uris_n = 1 }, &other));
	ok(acts_token_create(&f->call, f->app.id, join(f, &alice).account, STR("read"), &made));
	refused_as(acts_token_revoke(&f->call, other.client_id, other.client_secret, made.token), "unauthorized_client");
	ok(acts_token_revoke(&f->call, f->app.client_id, f->app.client_secret, made.token));
	ok(acts_token_revoke(&f->call, f->app.client_id, f->app.client_secret, made.token));
	ok(token_find(&f->call, token_hash(f->arena, made.token), &owner, &found));
	assert_false(found);
}

static void an_application_must_be_one(void **state)
{
	struct fixture *f = *state;
	struct str uri = STR("https://app.example/");
	struct app_new in = { .name = STR("Test"), .redirect_uris = &uri, .redirect_uris_n = 1 };
	static const char *const bad[] = { "javascript:alert(1)", "DATA:text/html,x", "nothing", "https://", "https://a b/", "http://x/#frag", ":x" };
	static const char *const good[] = { "icecubes://", "myapp:/callback", "http://localhost:1234/x?y=z", OAUTH_OOB };
	struct app_made made;

	NEED(f);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		uri = str_z(bad[i]);
		refused(acts_app_create(&f->call, &in, &made), ERR_INVALID);
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		uri = str_z(good[i]);
		ok(acts_app_create(&f->call, &in, &made));
	}
	in.scopes = STR("read everything");
	refused(acts_app_create(&f->call, &in, &made), ERR_INVALID);
}

static void settings_are_checked_and_keep_their_history(void **state)
{
	struct fixture *f = *state;
	struct setting_row *rows;
	size_t n;

	NEED(f);
	ok(acts_setting_put(&f->call, STR("title"), STR("Here"), STR("command line")));
	refused(acts_setting_put(&f->call, STR("status_max_chars"), STR("1"), STR("command line")), ERR_INVALID);
	refused(acts_setting_put(&f->call, STR("domain"), STR("x.example"), STR("command line")), ERR_INVALID);
	ok(settings_all(&f->call, &rows, &n));
	assert_int_equal(n, 1);
	ok(acts_setting_put(&f->call, STR("title"), STR_NONE, STR("command line")));
	ok(settings_all(&f->call, &rows, &n));
	assert_int_equal(n, 0);
}

SQL(q_rows, "SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM account_stats) + (SELECT count(*) FROM account_keys)"
	    " + (SELECT count(*) FROM users) + (SELECT count(*) FROM tokens) + (SELECT count(*) FROM jobs)"
	    " + (SELECT count(*) FROM account_keys WHERE retired_us > 0)"
	    " + (SELECT count(*) FROM oauth_codes WHERE used_us > 0) + (SELECT coalesce(sum(uses), 0) FROM invites)");

static int64_t rows_now(struct fixture *f)
{
	struct row r;
	bool found;

	ok(db_one(&f->call, &q_rows, ARGS0, &r, &found));
	return row_i64(r, 0);
}

static void a_failing_database_leaves_nothing_of_an_account(void **state)
{
	struct fixture *f = *state;
	struct signup in = alice;
	struct signed_up got;
	int64_t before;
	int failures = 0;

	NEED(f);
	in.app = f->app.id;
	in.scopes = STR("read");
	ok(acts_invite_create(&f->call, &(struct invite_new){ .max_uses = 1 }, &in.invite));
	before = rows_now(f);
	for (int n = 1;; n++, failures++) {
		struct err *e;

		sql_fault_arm(f->call.db, n);
		e = acts_account_create(&f->call, &in, &got);
		sql_fault_arm(f->call.db, 0);
		if (!e)
			break;
		assert_int_equal(e->code, ERR_LATER);
		assert_int_equal(rows_now(f), before);
	}
	assert_true(failures >= 8);
	assert_true(got.token.n > 0);
}

static void a_failing_database_leaves_the_keys_as_they_were(void **state)
{
	struct fixture *f = *state;
	account_id who;
	int64_t before;
	int failures = 0;

	NEED(f);
	who = join(f, &alice).account;
	before = rows_now(f);
	for (int n = 1;; n++, failures++) {
		struct err *e;

		sql_fault_arm(f->call.db, n);
		e = acts_keys_rotate(&f->call, who, false);
		sql_fault_arm(f->call.db, 0);
		if (!e)
			break;
		assert_int_equal(e->code, ERR_LATER);
		assert_int_equal(rows_now(f), before);
	}
	assert_true(failures >= 4);
	assert_true(rows_now(f) > before);
}

SQL(q_drop_ed25519, "DELETE FROM account_keys WHERE account_id = $1 AND algorithm = 1");

static void keys_that_are_missing_are_made_and_old_ones_go(void **state)
{
	struct fixture *f = *state;
	struct account_key *keys;
	account_id who;
	int64_t now;
	size_t n;

	NEED(f);
	who = join(f, &alice).account;
	ok(db_exec(&f->call, &q_drop_ed25519, ARGS(who.v), NULL));
	ok(acts_keys_tend(&f->call));
	ok(acts_keys_tend(&f->call));
	ok(account_keys(&f->call, who, &keys, &n));
	assert_int_equal(n, 2);
	assert_int_equal(keys[1].algorithm, KEY_ALGORITHM_ED25519);
	ok(acts_keys_rotate(&f->call, who, false));
	ok(acts_keys_tend(&f->call));
	ok(account_keys(&f->call, who, &keys, &n));
	assert_int_equal(n, 4);
	assert_false(keys[0].private_sealed.n || keys[1].private_sealed.n);
	assert_true(keys[2].private_sealed.n && keys[3].private_sealed.n);
	now = f->call.now_us;
	f->call.now_us += KEYS_OVERLAP_US;
	ok(acts_keys_tend(&f->call));
	f->call.now_us = now;
	ok(account_keys(&f->call, who, &keys, &n));
	assert_int_equal(n, 2);
}

static void a_failing_database_leaves_a_code_as_it_was(void **state)
{
	struct fixture *f = *state;
	struct token_request in;
	struct token_made made;
	int64_t before;
	int failures = 0;

	NEED(f);
	in = code_for(f, join(f, &alice).account, STR_NONE);
	before = rows_now(f);
	for (int n = 1;; n++, failures++) {
		struct err *e;

		sql_fault_arm(f->call.db, n);
		e = acts_token_request(&f->call, &in, &made);
		sql_fault_arm(f->call.db, 0);
		if (!e)
			break;
		assert_int_equal(e->code, ERR_LATER);
		assert_int_equal(rows_now(f), before);
	}
	assert_true(failures >= 4);
}

#define BOTH(test) \
	cmocka_unit_test_setup_teardown(test, with_sqlite, tear_down), cmocka_unit_test_setup_teardown(test, with_pgsql, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_new_account_waits_for_its_mail),
		BOTH(the_link_of_the_mail_confirms_once),
		BOTH(a_link_to_an_address_since_changed_proves_nothing),
		BOTH(all_fields_at_fault_are_named_at_once),
		BOTH(names_and_addresses_are_taken_once_whatever_their_case),
		BOTH(nobody_joins_where_registrations_are_closed),
		BOTH(people_sign_in_by_address_or_name),
		BOTH(guessing_is_slowed_down),
		BOTH(a_forgotten_password_is_replaced_and_ends_sessions),
		BOTH(an_imported_hash_is_renewed_at_sign_in),
		BOTH(a_code_of_the_app_is_wanted_and_counts_once),
		BOTH(a_failing_database_does_not_use_up_a_code),
		BOTH(a_code_becomes_a_token_once),
		BOTH(a_challenge_wants_its_verifier),
		BOTH(an_application_gets_a_token_of_its_own),
		BOTH(only_its_application_revokes_a_token),
		BOTH(an_application_must_be_one),
		BOTH(settings_are_checked_and_keep_their_history),
		BOTH(a_failing_database_leaves_nothing_of_an_account),
		BOTH(a_failing_database_leaves_the_keys_as_they_were),
		BOTH(keys_that_are_missing_are_made_and_old_ones_go),
		BOTH(a_failing_database_leaves_a_code_as_it_was),
	};

	password_cost_for_tests(1, 8192);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
