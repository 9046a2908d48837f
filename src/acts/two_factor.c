#include "acts/two_factor.h"

#include "acts/acts_user_priv.h"
#include "acts/password.h"
#include "conf/conf.h"
#include "crypt/digest.h"
#include "crypt/seal.h"
#include "crypt/token.h"
#include "crypt/totp.h"
#include "store/account.h"
#include "store/second_factor.h"
#include "store/user.h"

enum { PENDING_LIVES_MIN = 10 };

struct str acts__totp_purpose(struct arena *a, account_id who)
{
	return arena_printf(a, "account %lld totp", (long long)who.v);
}

static struct err *told(struct call *c, account_id who, struct str seed, struct totp_setup *ret)
{
	struct account *a;

	TRY(account_find(c, who, &a));
	if (!a)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	*ret = (struct totp_setup){ seed, totp_uri(c->arena, seed, c->conf->domain, a->username) };
	return NULL;
}

struct plan {
	account_id who;
	struct str sealed;
	int64_t step;
	struct str hashes[RECOVERY_CODES];
	const char *mail;
	bool was;
};

static struct err *put(struct call *c, void *arg)
{
	struct plan *p = arg;

	return totp_put(c, p->who, p->sealed, &p->was);
}

struct err *acts_totp_begin(struct call *c, account_id who, struct str password, struct totp_setup *ret)
{
	struct plan p = { .who = who };
	struct str seed;
	struct user u;

	TRY(acts_password_is(c, who, password, &u));
	seed = totp_seed_random(c);
	TRY(seal(c->arena, c->house->ring, acts__totp_purpose(c->arena, who), seed, &p.sealed));
	TRY(store_tx(c, put, &p));
	if (!p.was)
		return FAIL(c->arena, ERR_CONFLICT, "Two-factor sign-in is on already");
	return told(c, who, seed, ret);
}

static struct err *open_seed(struct call *c, account_id who, bool proven, struct str *ret)
{
	struct totp_seed seed;
	bool found;

	TRY(totp_find(c, who, &seed, &found));
	if (!found || (seed.proven_us > 0) != proven)
		return FAIL(c->arena, ERR_NOT_FOUND, "There is no such seed");
	return unseal(c->arena, c->house->ring, acts__totp_purpose(c->arena, who), seed.sealed, ret);
}

struct err *acts_totp_waiting(struct call *c, account_id who, struct totp_setup *ret)
{
	struct str seed;

	TRY(open_seed(c, who, false, &seed));
	return told(c, who, seed, ret);
}

static void make_codes(struct call *c, struct plan *p, struct str ret[RECOVERY_CODES])
{
	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		ret[i] = totp_recovery_random(c);
		p->hashes[i] = token_hash(c->arena, totp_recovery_key(c->arena, ret[i]));
	}
}

static struct err *wrong_code(struct call *c)
{
	return FAIL_FIELD(c->arena, "code", "ERR_INVALID", "is not right, or was used already");
}

static struct err *count_try(struct call *c, account_id who)
{
	return acts__limit(c, "second factor of", arena_printf(c->arena, "%lld", (long long)who.v), US_PER_HOUR, 25);
}

static struct err *prove(struct call *c, void *arg)
{
	struct plan *p = arg;

	TRY(totp_prove(c, p->who, p->step, &p->was));
	if (!p->was)
		return NULL;
	TRY(recovery_codes_put(c, p->who, p->hashes, RECOVERY_CODES));
	return acts__mail(c, p->who, "two-factor-on", STR(""));
}

struct err *acts_totp_prove(struct call *c, account_id who, struct str code, struct str ret_recovery[RECOVERY_CODES])
{
	struct plan p = { .who = who };
	struct str seed;

	TRY(count_try(c, who));
	TRY(open_seed(c, who, false, &seed));
	if (!totp_step_of(seed, code, c->now_us, &p.step))
		return wrong_code(c);
	make_codes(c, &p, ret_recovery);
	TRY(store_tx(c, prove, &p));
	return p.was ? NULL : FAIL(c->arena, ERR_CONFLICT, "Two-factor sign-in is on already");
}

static struct err *drop(struct call *c, void *arg)
{
	struct plan *p = arg;

	TRY(totp_drop(c, p->who, &p->was));
	return p->was ? acts__mail(c, p->who, "two-factor-off", STR("")) : NULL;
}

struct err *acts_totp_drop(struct call *c, account_id who, struct str password)
{
	struct plan p = { .who = who };
	struct user u;

	TRY(acts_password_is(c, who, password, &u));
	return store_tx(c, drop, &p);
}

static struct err *renew(struct call *c, void *arg)
{
	struct plan *p = arg;

	TRY(recovery_codes_put(c, p->who, p->hashes, RECOVERY_CODES));
	return acts__mail(c, p->who, "recovery-codes", STR(""));
}

struct err *acts_recovery_codes_make(struct call *c, account_id who, struct str password, struct str ret_recovery[RECOVERY_CODES])
{
	struct plan p = { .who = who };
	struct str seed;
	struct user u;

	TRY(acts_password_is(c, who, password, &u));
	TRY(open_seed(c, who, true, &seed));
	make_codes(c, &p, ret_recovery);
	return store_tx(c, renew, &p);
}

/* Bound to the password it was given for: a change of that ends it. */
static struct str pending_value(struct call *c, const struct user *u)
{
	return arena_printf(c->arena, "%lld " STR_FMT, (long long)u->account.v, STR_ARG(str_upto(token_hash(c->arena, u->password_hash), 32)));
}

struct err *acts__pending(struct call *c, const struct user *u, struct str *ret)
{
	struct totp_seed seed;
	bool found;

	*ret = STR_NONE;
	TRY(totp_find(c, u->account, &seed, &found));
	if (found && seed.proven_us)
		*ret = token_sign(c->arena, c->house->ring, STR("second factor"), pending_value(c, u), c->now_us + PENDING_LIVES_MIN * US_PER_MIN);
	return NULL;
}

static struct err *pending_owner(struct call *c, struct str pending, struct user *ret)
{
	struct str value, id, rest;
	account_id who = ID_NONE(account_id);
	bool found = false;

	if (token_open(c, c->house->ring, STR("second factor"), pending, &value) == TOKEN_GOOD && str_cut(value, ' ', &id, &rest) &&
	    str_i64(id, &who.v))
		TRY(user_find(c, who, ret, &found));
	if (!found || !str_eq_secret(value, pending_value(c, ret)))
		return FAIL(c->arena, ERR_UNAUTHORIZED, "That took too long. Please sign in again");
	return acts__may_sign_in(c, ret);
}

struct second {
	struct new_session *session;
	int64_t step;                 /* 0: a recovery code */
	struct str recovery;          /* its hash */
	bool good;
};

static struct err *use(struct call *c, void *arg)
{
	struct second *s = arg;
	account_id who = s->session->session.account;

	if (s->step)
		TRY(totp_use(c, who, s->step, &s->good));
	else
		TRY(recovery_code_use(c, who, s->recovery, &s->good));
	return s->good ? acts__session_write(c, s->session) : NULL;
}

struct err *acts_sign_in_second(struct call *c, const struct second_factor *in, struct signed_in *ret)
{
	struct new_session n = { .tell = true };
	struct second s = { .session = &n };
	struct str seed;
	struct user u;
	struct err *e;

	TRY(acts__limit(c, "sign-in from", in->from.address, 5 * US_PER_MIN, 25));
	TRY(pending_owner(c, in->pending, &u));
	TRY(count_try(c, u.account));
	TRY(open_seed(c, u.account, true, &seed));
	if (!totp_step_of(seed, in->code, c->now_us, &s.step))
		s.recovery = token_hash(c->arena, totp_recovery_key(c->arena, in->code));
	*ret = (struct signed_in){ .account = u.account, .token = acts__session_begin(c, &n, u.account, &in->from) };
	TRY(store_tx(c, use, &s));
	if (s.good)
		return NULL;
	e = wrong_code(c);
	e->code = ERR_UNAUTHORIZED;
	return e;
}
