#include "acts/session.h"

#include "acts/acts_user_priv.h"
#include "conf/conf.h"
#include "crypt/digest.h"
#include "crypt/password.h"
#include "crypt/seal.h"
#include "crypt/token.h"
#include "store/account.h"
#include "store/user.h"
#include "wire/text.h"

struct use {
	struct str key;
	int64_t window_us, used;
};

static struct err *count(struct call *c, void *arg)
{
	struct use *u = arg;

	return limit_use(c, u->key, u->window_us, &u->used);
}

struct err *acts__limit(struct call *c, const char *name, struct str subject, int64_t window_us, int64_t max)
{
	struct use u = { .window_us = window_us };

	if (!c->conf->rate_limits)
		return NULL;
	u.key = arena_concat(c->arena, str_z(name), STR(":"), seal_digest(c->arena, c->house->ring, str_z(name), text_fold(c->arena, subject)));
	TRY(store_tx(c, count, &u));
	if (u.used <= max)
		return NULL;
	struct err *e = FAIL_DEFAULT(c->arena, ERR_LIMITED);

	e->retry_after_s = (window_us - c->now_us % window_us) / US_PER_S + 1;
	return e;
}

static struct err *find_login(struct call *c, struct str name, struct user *ret, bool *ret_found)
{
	struct str email, key;
	struct account *a;

	if (acts__email_read(c, name, &email, &key))
		return user_find_email(c, key, ret, ret_found);
	TRY(account_find_handle(c, text_fold(c->arena, str_trim(name)), STR(""), &a));
	*ret_found = false;
	return a ? user_find(c, a->id, ret, ret_found) : NULL;
}

struct err *acts__session_write(struct call *c, struct new_session *n)
{
	bool new_network, first;

	TRY(session_add(c, &n->session));
	if (!n->session.network.p)
		return NULL;
	TRY(sign_in_network_add(c, n->session.account, n->session.network, &new_network, &first));
	return n->tell && new_network && !first ? acts__mail(c, n->session.account, "sign-in", n->session.user_agent) : NULL;
}

static struct err *add_session(struct call *c, void *arg) { return acts__session_write(c, arg); }

/* The network somebody calls from: wide enough that a phone on its way does not look like a stranger (IPv4 /16, IPv6 /64). */
static struct str network_of(struct str address)
{
	bool v6 = str_find(address, ':') < address.n;
	int marks = 0;

	for (size_t i = 0; i < address.n; i++)
		if (address.p[i] == (v6 ? ':' : '.') && (++marks == (v6 ? 4 : 2) || (v6 && i && address.p[i - 1] == ':')))
			return str_upto(address, i);
	return address;
}

struct str acts__session_begin(struct call *c, struct new_session *n, account_id who, const struct caller *from)
{
	struct str token = token_random(c);

	n->session = (struct web_session){
		.id = id_next(c), .hash = token_hash(c->arena, token), .account = who, .created_us = c->now_us, .seen_us = c->now_us,
		.user_agent = str_utf8_upto(from->user_agent, 300),
	};
	if (!str_is_utf8(n->session.user_agent))
		n->session.user_agent = STR_NONE;
	if (from->address.n)
		n->session.network = seal_digest(c->arena, c->house->ring, STR("sign-in network"), network_of(from->address));
	return token;
}

struct err *acts__may_sign_in(struct call *c, const struct user *u)
{
	if (u->disabled_us)
		return FAIL(c->arena, ERR_FORBIDDEN, "Your login is currently disabled");
	if (!u->confirmed_us)
		return FAIL(c->arena, ERR_FORBIDDEN, "Your login is missing a confirmed e-mail address");
	if (!u->approved)
		return FAIL(c->arena, ERR_FORBIDDEN, "Your login is currently pending approval");
	return NULL;
}

static struct err *save_hash(struct call *c, void *arg)
{
	const struct user *u = arg;

	return user_password_put(c, u->account, u->password_hash);
}

/* The password was right: nobody else's hash is worked on. */
static struct err *renew_hash(struct call *c, struct user *u, struct str password)
{
	if (!password_needs_rehash(u->password_hash))
		return NULL;
	TRY(password_hash(c->arena, password, &u->password_hash));
	return store_tx(c, save_hash, u);
}

struct err *acts_sign_in(struct call *c, const struct sign_in *in, struct signed_in *ret)
{
	struct new_session n = { .tell = true };
	struct account *a = NULL;
	struct user u;
	bool found, same;

	*ret = (struct signed_in){ 0 };
	TRY(acts__limit(c, "sign-in from", in->from.address, 5 * US_PER_MIN, 25));
	TRY(acts__limit(c, "sign-in as", str_trim(in->name), US_PER_HOUR, 25));
	TRY(find_login(c, in->name, &u, &found));
	if (found)
		TRY(account_find(c, u.account, &a));
	call_reads_end(c);      /* a hash takes longer than all reading */
	/* Without a hash the same work is done, so that the time does not tell which names exist. */
	TRY(password_verify(c->arena, found ? u.password_hash : STR_NONE, str_upto(in->password, PASSWORD_MAX), &same));
	if (!same || !found || !a || a->deleted_us)
		return FAIL(c->arena, ERR_UNAUTHORIZED, "Invalid e-mail address or password");
	TRY(acts__may_sign_in(c, &u));
	TRY(renew_hash(c, &u, in->password));
	ret->account = u.account;
	TRY(acts__pending(c, &u, &ret->pending));
	if (ret->pending.n)
		return NULL;
	ret->token = acts__session_begin(c, &n, u.account, &in->from);
	return store_tx(c, add_session, &n);
}

struct err *acts_session_add(struct call *c, account_id who, const struct caller *from, struct str *ret_token)
{
	struct new_session n = { 0 };

	*ret_token = acts__session_begin(c, &n, who, from);
	return store_tx(c, add_session, &n);
}

static struct err *drop(struct call *c, void *arg)
{
	const struct str *hash = arg;

	return session_drop(c, *hash);
}

struct err *acts_session_drop(struct call *c, struct str token)
{
	struct str hash = token_hash(c->arena, token);

	return store_tx(c, drop, &hash);
}

static struct err *seen(struct call *c, void *arg)
{
	const struct str *hash = arg;

	return session_seen(c, *hash);
}

struct err *acts_session_seen(struct call *c, struct str token)
{
	struct str hash = token_hash(c->arena, token);

	return store_tx(c, seen, &hash);
}

struct drop_of {
	account_id who;
	int64_t id;
	bool was;
};

static struct err *drop_one(struct call *c, void *arg)
{
	struct drop_of *d = arg;

	return session_drop_id(c, d->who, d->id, &d->was);
}

struct err *acts_session_revoke(struct call *c, account_id who, int64_t id)
{
	return store_tx(c, drop_one, &(struct drop_of){ .who = who, .id = id });
}

static struct err *drop_others(struct call *c, void *arg)
{
	const struct drop_of *d = arg;

	return sessions_drop_all(c, d->who, d->id);
}

struct err *acts_sessions_revoke_others(struct call *c, account_id who, int64_t but)
{
	return store_tx(c, drop_others, &(struct drop_of){ .who = who, .id = but });
}
