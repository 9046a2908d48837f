#include "acts/email.h"

#include "acts/acts_user_priv.h"
#include "acts/notify.h"
#include "acts/password.h"
#include "conf/conf.h"
#include "crypt/digest.h"
#include "store/token.h"
#include "store/user.h"

struct confirmation {
	struct str token;             /* its hash */
	account_id account;
	bool found;
};

static struct err *confirm(struct call *c, void *arg)
{
	struct confirmation *k = arg;
	struct str email, shown, key;
	struct user u;

	TRY(mail_token_take(c, k->token, "confirm", c->now_us - 7 * US_PER_DAY, &k->account, &email, &k->found));
	if (!k->found)
		return NULL;
	TRY(user_find(c, k->account, &u, &k->found));
	/* The address may have been changed since: only the one that the mail went to is proven. */
	if (!k->found || !acts__email_read(c, u.email, &shown, &key) || !str_eq(email, u.email)) {
		k->found = false;
		return NULL;
	}
	if (u.confirmed_us)
		return NULL;
	u.confirmed_us = c->now_us;
	if (u.approved)
		TRY(acts_notify_staff(c, NOTIFICATION_ADMIN_SIGN_UP, k->account, 0));
	return user_put(c, &u, key);
}

struct err *acts_email_confirm(struct call *c, struct str token, account_id *ret)
{
	struct confirmation k = { .token = token_hash(c->arena, token) };

	TRY(store_tx(c, confirm, &k));
	if (!k.found)
		return FAIL(c->arena, ERR_NOT_FOUND, "This link is unknown, was used already, or is too old");
	*ret = k.account;
	return NULL;
}

struct resend {
	struct user user;
	struct str key;
	bool changed;
};

static struct err *resend(struct call *c, void *arg)
{
	struct resend *r = arg;

	if (r->changed)
		TRY(user_put(c, &r->user, r->key));
	return c->conf->smtp_url.n ? acts__mail(c, r->user.account, "confirm", STR("")) : NULL;
}

struct err *acts_confirmation_resend(struct call *c, account_id who, struct str email, struct mail_hosts hosts)
{
	struct resend r = { 0 };
	struct str shown;
	struct user other;
	bool found, blocked;

	TRY(user_find(c, who, &r.user, &found));
	if (!found || r.user.confirmed_us)
		return FAIL(c->arena, ERR_FORBIDDEN, "This method is only available while the e-mail is awaiting confirmation");
	if (email.n) {
		if (!acts__email_read(c, email, &shown, &r.key))
			return FAIL_FIELD(c->arena, "email", "ERR_INVALID", "is invalid");
		TRY(user_find_email(c, r.key, &other, &found));
		if (found && !id_eq(other.account, who))
			return FAIL_FIELD(c->arena, "email", "ERR_TAKEN", "has already been taken");
		TRY(acts__email_blocked(c, shown, hosts, &blocked));
		if (blocked)
			return EMAIL_BLOCKED(c);
		r.changed = !str_eq(shown, r.user.email);
		r.user.email = shown;
	}
	TRY(acts__limit(c, "confirm", r.user.email, 30 * US_PER_MIN, 5));
	return store_tx(c, resend, &r);
}

struct err *acts_confirmation_resend_to(struct call *c, struct str email)
{
	struct resend r = { 0 };
	struct str shown;
	bool found;

	if (!acts__email_read(c, email, &shown, &r.key))
		return NULL;
	TRY(acts__limit(c, "confirm", shown, 30 * US_PER_MIN, 5));
	TRY(user_find_email(c, r.key, &r.user, &found));
	return found && !r.user.confirmed_us ? store_tx(c, resend, &r) : NULL;
}

struct change {
	account_id who;
	struct str wanted, token /* its hash */, old;
	bool done;
};

static struct err *want(struct call *c, void *arg)
{
	const struct change *n = arg;

	TRY(user_new_email_put(c, n->who, n->wanted));
	return n->wanted.n ? acts__mail(c, n->who, "email", STR("")) : NULL;
}

struct err *acts_email_change(struct call *c, account_id who, struct str password, struct str email, struct mail_hosts hosts)
{
	struct change n = { .who = who };
	struct str key;
	struct user u, other;
	bool found, blocked;

	TRY(acts_password_is(c, who, password, &u));
	if (!acts__email_read(c, email, &n.wanted, &key))
		return FAIL_FIELD(c->arena, "email", "ERR_INVALID", "is invalid");
	TRY(user_find_email(c, key, &other, &found));
	if (found)
		return FAIL_FIELD(c->arena, "email", "ERR_TAKEN", "has already been taken");
	TRY(acts__email_blocked(c, n.wanted, hosts, &blocked));
	if (blocked)
		return EMAIL_BLOCKED(c);
	if (!c->conf->smtp_url.n)
		return FAIL(c->arena, ERR_FORBIDDEN, "This server sends no mail, so it cannot prove a new address");
	TRY(acts__limit(c, "confirm", n.wanted, 30 * US_PER_MIN, 5));
	return store_tx(c, want, &n);
}

struct err *acts_email_change_cancel(struct call *c, account_id who)
{
	return store_tx(c, want, &(struct change){ .who = who });
}

static struct err *take(struct call *c, void *arg)
{
	struct change *n = arg;
	struct str email, shown, key;
	struct user u;
	bool blocked = false;

	TRY(mail_token_take(c, n->token, "email", c->now_us - 7 * US_PER_DAY, &n->who, &email, &n->done));
	if (n->done)
		TRY(user_find(c, n->who, &u, &n->done));
	n->done = n->done && acts__email_read(c, email, &shown, &key);
	if (n->done)
		TRY(acts__email_blocked(c, shown, (struct mail_hosts){ 0 }, &blocked));
	if (!n->done || blocked) {
		n->done = false;
		return NULL;
	}
	TRY(user_new_email_take(c, n->who, email, key, &n->done));
	return n->done ? acts__mail(c, n->who, "email-changed", u.email) : NULL;
}

struct err *acts_email_change_confirm(struct call *c, struct str token)
{
	struct change n = { .token = token_hash(c->arena, token) };
	struct err *e = store_tx(c, take, &n);

	if (e && e->code == ERR_CONFLICT)
		return FAIL(c->arena, ERR_NOT_FOUND, "This address belongs to another account by now");
	TRY(e);
	return n.done ? NULL : FAIL(c->arena, ERR_NOT_FOUND, "This link is unknown, was used already, or is too old");
}
