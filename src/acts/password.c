#include "acts/password.h"

#include "acts/acts_user_priv.h"
#include "conf/conf.h"
#include "crypt/digest.h"
#include "crypt/password.h"
#include "store/session.h"
#include "store/user.h"

size_t acts__characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

struct err *acts_password_check(struct call *c, struct str password)
{
	if (!password.n)
		return FAIL_FIELD(c->arena, "password", "ERR_BLANK", "can't be blank");
	if (acts__characters(password) < PASSWORD_CHARS_MIN)
		return FAIL_FIELD(c->arena, "password", "ERR_TOO_SHORT", "is too short (minimum is %d characters)", PASSWORD_CHARS_MIN);
	if (password.n > PASSWORD_BYTES_MAX)
		return FAIL_FIELD(c->arena, "password", "ERR_TOO_LONG", "is too long (maximum is %d characters)", PASSWORD_BYTES_MAX);
	return NULL;
}

static struct err *queue_reset(struct call *c, void *arg)
{
	const account_id *who = arg;

	return acts__mail(c, *who, "password", STR(""));
}

struct err *acts_password_forgot(struct call *c, struct str email)
{
	struct str shown, key;
	struct user u;
	bool found;

	if (!acts__email_read(c, email, &shown, &key))
		return NULL;
	TRY(acts__limit(c, "password", shown, 30 * US_PER_MIN, 5));
	TRY(user_find_email(c, key, &u, &found));
	return found && !u.disabled_us && c->conf->smtp_url.n ? store_tx(c, queue_reset, &u.account) : NULL;
}

struct reset {
	struct str token, hash;
	bool found;
};

static struct err *reset(struct call *c, void *arg)
{
	struct reset *r = arg;
	account_id who;
	struct str email;
	struct user u;

	TRY(mail_token_take(c, r->token, "password", c->now_us - 6 * US_PER_HOUR, &who, &email, &r->found));
	if (r->found)
		TRY(user_find(c, who, &u, &r->found));
	if (!r->found || !str_eq(email, u.email)) {
		r->found = false;
		return NULL;
	}
	TRY(user_password_put(c, who, r->hash));
	TRY(sessions_drop_all(c, who, 0));
	TRY(acts__tokens_revoke_all(c, who));
	return acts__mail(c, who, "password-changed", STR(""));
}

struct err *acts_password_reset(struct call *c, struct str token, struct str password)
{
	struct reset r = { .token = token_hash(c->arena, token) };

	TRY(acts_password_check(c, password));
	TRY(password_hash(c->arena, password, &r.hash));
	TRY(store_tx(c, reset, &r));
	return r.found ? NULL : FAIL(c->arena, ERR_NOT_FOUND, "This link is unknown, was used already, or is too old");
}

struct err *acts_password_is(struct call *c, account_id who, struct str password, struct user *ret)
{
	bool found, same;

	TRY(acts__limit(c, "password of", arena_printf(c->arena, "%lld", (long long)who.v), US_PER_HOUR, 25));
	TRY(user_find(c, who, ret, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	call_reads_end(c);      /* a hash takes longer than all reading */
	TRY(password_verify(c->arena, ret->password_hash, str_upto(password, PASSWORD_MAX), &same));
	return same ? NULL : FAIL_FIELD(c->arena, "current_password", "ERR_INVALID", "is not your password");
}

struct change {
	account_id who;
	const struct password_change *in;
	struct str hash;
};

static struct err *change(struct call *c, void *arg)
{
	const struct change *n = arg;

	TRY(user_password_put(c, n->who, n->hash));
	TRY(sessions_drop_all(c, n->who, n->in->session));
	if (n->in->apps_end)
		TRY(acts__tokens_revoke_all(c, n->who));
	return acts__mail(c, n->who, "password-changed", STR(""));
}

struct err *acts_password_change(struct call *c, account_id who, const struct password_change *in)
{
	struct change n = { .who = who, .in = in };
	struct user u;

	TRY(acts_password_check(c, in->password));
	TRY(acts_password_is(c, who, in->old, &u));
	TRY(password_hash(c->arena, in->password, &n.hash));
	return store_tx(c, change, &n);
}
