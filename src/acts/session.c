#include "acts/session.h"

#include "acts/acts_user_priv.h"
#include "conf/conf.h"
#include "crypt/digest.h"
#include "crypt/password.h"
#include "crypt/seal.h"
#include "crypt/token.h"
#include "store/account.h"
#include "store/token.h"
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

struct new_session {
	struct web_session session;
	struct user user;
	struct str email_key, fresh_hash;     /* none: the password's hash stays */
};

static struct err *add_session(struct call *c, void *arg)
{
	struct new_session *n = arg;

	if (n->fresh_hash.p) {
		n->user.password_hash = n->fresh_hash;
		TRY(user_put(c, &n->user, n->email_key));
	}
	return session_add(c, &n->session);
}

static struct str begin(struct call *c, struct new_session *n, account_id who, struct str user_agent)
{
	struct str token = token_random(c);

	n->session = (struct web_session){
		.hash = token_hash(c->arena, token), .account = who, .created_us = c->now_us, .seen_us = c->now_us,
		.user_agent = str_utf8_upto(user_agent, 300),
	};
	if (!str_is_utf8(n->session.user_agent))
		n->session.user_agent = STR_NONE;
	return token;
}

struct err *acts_sign_in(struct call *c, const struct sign_in *in, struct str *ret_token, account_id *ret)
{
	struct new_session n = { 0 };
	struct account *a = NULL;
	struct str email;
	bool found, same;

	TRY(acts__limit(c, "sign-in from", in->address, 5 * US_PER_MIN, 25));
	TRY(acts__limit(c, "sign-in as", str_trim(in->name), US_PER_HOUR, 25));
	TRY(find_login(c, in->name, &n.user, &found));
	if (found)
		TRY(account_find(c, n.user.account, &a));
	/* Without a hash the same work is done, so that the time does not tell which names exist. */
	TRY(password_verify(c->arena, found ? n.user.password_hash : STR_NONE, str_upto(in->password, PASSWORD_MAX), &same));
	if (!same || !found || !a || a->deleted_us)
		return FAIL(c->arena, ERR_UNAUTHORIZED, "Invalid e-mail address or password");
	if (n.user.disabled_us)
		return FAIL(c->arena, ERR_FORBIDDEN, "Your login is currently disabled");
	if (!n.user.confirmed_us)
		return FAIL(c->arena, ERR_FORBIDDEN, "Your login is missing a confirmed e-mail address");
	if (!n.user.approved)
		return FAIL(c->arena, ERR_FORBIDDEN, "Your login is currently pending approval");
	if (password_needs_rehash(n.user.password_hash) && acts__email_read(c, n.user.email, &email, &n.email_key))
		TRY(password_hash(c->arena, in->password, &n.fresh_hash));
	*ret_token = begin(c, &n, n.user.account, in->user_agent);
	*ret = n.user.account;
	return store_tx(c, add_session, &n);
}

struct err *acts_session_add(struct call *c, account_id who, struct str user_agent, struct str *ret_token)
{
	struct new_session n = { 0 };

	*ret_token = begin(c, &n, who, user_agent);
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
