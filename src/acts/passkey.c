#include "acts/passkey.h"

#include "acts/acts_user_priv.h"
#include "acts/password.h"
#include "conf/conf.h"
#include "crypt/digest.h"
#include "crypt/seal.h"
#include "crypt/token.h"
#include "crypt/webauthn.h"
#include "store/passkey.h"
#include "store/user.h"
#include "wire/url.h"

enum { CHALLENGE_LIVES_MIN = 5 };

static struct str purpose_of(struct call *c, account_id who)
{
	return arena_printf(c->arena, "passkey %lld", (long long)who.v);
}

/* Signed, so that nothing is stored until a reply comes; the time it was made at names its row then. */
static struct str challenge_for(struct call *c, account_id who)
{
	struct str value = arena_printf(c->arena, "%lld " STR_FMT, (long long)c->now_us, STR_ARG(call_random_hex(c, 16)));

	return token_sign(c->arena, c->house->ring, purpose_of(c, who), value, c->now_us + CHALLENGE_LIVES_MIN * US_PER_MIN);
}

struct str acts_passkey_challenge(struct call *c) { return challenge_for(c, ID_NONE(account_id)); }

struct err *acts_passkey_begin(struct call *c, account_id who, struct str password, struct str *ret_challenge)
{
	struct user u;

	TRY(acts_password_is(c, who, password, &u));
	*ret_challenge = challenge_for(c, who);
	return NULL;
}

static bool challenge_good(struct call *c, account_id who, struct str client_data, int64_t *ret_made_us)
{
	struct str value, made, rest;

	return token_open(c, c->house->ring, purpose_of(c, who), webauthn_challenge(c->arena, client_data), &value) == TOKEN_GOOD &&
	       str_cut(value, ' ', &made, &rest) && str_i64(made, ret_made_us);
}

static struct webauthn_site site_of(struct call *c)
{
	struct url url;

	if (!url_parse(c->arena, c->conf->base_url, &url))
		return (struct webauthn_site){ STR(""), c->conf->base_url };
	return (struct webauthn_site){ str_upto(url.domain, str_rfind(url.domain, ':')), c->conf->base_url };
}

struct attempt {
	struct str challenge_key;
	int64_t made_us;
	struct passkey key;
	struct new_session session;
	struct str name;
	bool fresh, good;
};

static struct err *add(struct call *c, void *arg)
{
	struct attempt *t = arg;
	struct passkey *have;
	size_t n;

	TRY(limit_once(c, t->challenge_key, t->made_us, &t->fresh));
	TRY(passkeys_of(c, t->key.account, PASSKEYS_MAX, &have, &n));
	t->good = n < PASSKEYS_MAX;
	if (!t->fresh || !t->good)
		return NULL;
	TRY(passkey_add(c, &t->key));
	return acts__mail(c, t->key.account, "passkey-added", t->key.name);
}

struct err *acts_passkey_add(struct call *c, account_id who, const struct passkey_new *in)
{
	struct webauthn_site site = site_of(c);
	struct str name = str_trim(str_utf8_upto(in->name, PASSKEY_NAME_MAX));
	struct webauthn_made made;
	struct attempt t = { 0 };
	struct err *e;

	if (!challenge_good(c, who, in->client_data, &t.made_us))
		return FAIL(c->arena, ERR_INVALID, "That took too long. Please begin again");
	TRY(webauthn_check_new(c->arena, &site, in->client_data, in->authenticator_data, in->public_key, &made));
	t.challenge_key = arena_concat(c->arena, STR("passkey:"), token_hash(c->arena, webauthn_challenge(c->arena, in->client_data)));
	t.key = (struct passkey){ .id = id_next(c), .account = who, .credential = made.credential, .public_key = made.public_key,
				  .sign_count = made.sign_count, .name = name.n ? name : STR("Passkey"), .created_us = c->now_us };
	e = store_tx(c, add, &t);
	if ((e && e->code == ERR_CONFLICT) || (!e && !t.fresh))
		return FAIL(c->arena, ERR_INVALID, "This passkey is known here already");
	TRY(e);
	return t.good ? NULL : FAIL(c->arena, ERR_INVALID, "There are %d passkeys already; remove one first", PASSKEYS_MAX);
}

static struct err *drop(struct call *c, void *arg)
{
	struct attempt *t = arg;

	TRY(passkey_drop(c, t->key.account, t->key.id, &t->name, &t->good));
	return t->good ? acts__mail(c, t->key.account, "passkey-removed", t->name) : NULL;
}

struct err *acts_passkey_drop(struct call *c, account_id who, struct str password, int64_t id)
{
	struct attempt t = { .key = { .id = id, .account = who } };
	struct user u;

	TRY(acts_password_is(c, who, password, &u));
	TRY(store_tx(c, drop, &t));
	return t.good ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

static struct err *enter(struct call *c, void *arg)
{
	struct attempt *t = arg;

	TRY(limit_once(c, t->challenge_key, t->made_us, &t->fresh));
	if (t->fresh)
		TRY(passkey_use(c, t->key.id, t->key.sign_count, &t->good));
	return t->fresh && t->good ? acts__session_write(c, &t->session) : NULL;
}

static struct err *unknown(struct call *c)
{
	return FAIL(c->arena, ERR_UNAUTHORIZED, "This passkey does not open anything here. Please try again");
}

struct err *acts_passkey_sign_in(struct call *c, const struct passkey_use *in, struct signed_in *ret)
{
	struct attempt t = { .session.tell = true };
	struct webauthn_site site = site_of(c);
	bool found = false;
	struct user u;
	struct err *e;

	TRY(acts__limit(c, "sign-in from", in->from.address, 5 * US_PER_MIN, 25));
	if (!challenge_good(c, ID_NONE(account_id), in->client_data, &t.made_us))
		return FAIL(c->arena, ERR_UNAUTHORIZED, "That took too long. Please try again");
	if (in->credential.n && str_is_utf8(in->credential))
		TRY(passkey_find(c, in->credential, &t.key, &found));
	if (found)
		TRY(user_find(c, t.key.account, &u, &found));
	if (!found)
		return unknown(c);
	e = webauthn_check_use(c->arena, &site, in->client_data, in->authenticator_data, in->signature, t.key.public_key, &t.key.sign_count);
	if (e)
		return e->code == ERR_INVALID ? unknown(c) : e;
	TRY(acts__may_sign_in(c, &u));
	t.challenge_key = arena_concat(c->arena, STR("passkey:"), token_hash(c->arena, webauthn_challenge(c->arena, in->client_data)));
	*ret = (struct signed_in){ .account = u.account, .token = acts__session_begin(c, &t.session, u.account, &in->from) };
	TRY(store_tx(c, enter, &t));
	return t.fresh && t.good ? NULL : unknown(c);
}
