#include "acts/letter.h"

#include "acts/acts_user_priv.h"
#include "conf/conf.h"
#include "crypt/digest.h"
#include "crypt/token.h"
#include "store/account.h"
#include "store/job.h"
#include "store/token.h"
#include "store/user.h"

/* Where their link leads. One with a token proves that whoever opens it reads that address. */
static const struct {
	const char *purpose, *path;
	bool token;
} letters[] = {
	{ "confirm", "/auth/confirm", true },
	{ "password", "/auth/password/edit", true },
	{ "email", "/auth/confirm_email", true },
	{ "email-changed", "/settings/security", false },
	{ "password-changed", "/settings/security", false },
	{ "sign-in", "/settings/security", false },
	{ "two-factor-on", "/settings/security", false },
	{ "two-factor-off", "/settings/security", false },
	{ "recovery-codes", "/settings/security", false },
	{ "passkey-added", "/settings/security", false },
	{ "passkey-removed", "/settings/security", false },
	{ "archive", "/settings/export", false },
	{ "scheduled", "/", false },
	{ "certificate", "/", false },
};

struct err *acts__mail(struct call *c, account_id who, const char *purpose, struct str payload)
{
	struct job_new job = {
		.kind = JOB_MAIL, .ref_id = who.v, .arg = str_z(purpose), .payload = payload,
		.once_key = arena_printf(c->arena, "mail:%s:%lld:" STR_FMT, purpose, (long long)who.v,
					 STR_ARG(payload.n ? digest_sha256_hex(c->arena, payload) : STR(""))),
	};

	return c->conf->smtp_url.n ? job_add(c, &job) : NULL;
}

struct link {
	struct str hash, email;
	account_id who;
	const char *purpose;
};

static struct err *add_link(struct call *c, void *arg)
{
	const struct link *l = arg;

	return mail_token_add(c, l->hash, l->who, l->purpose, l->email);
}

/* The address a letter goes to; none: it is not wanted any more. */
static struct err *recipient(struct call *c, const struct user *u, const struct job *job, struct str *ret)
{
	*ret = u->email;
	if (str_eqz(job->arg, "confirm") && u->confirmed_us)
		*ret = STR_NONE;
	if (str_eqz(job->arg, "email"))
		return user_new_email(c, u->account, ret);
	if (str_eqz(job->arg, "email-changed"))
		*ret = job->payload;
	return NULL;
}

struct err *acts_mail_draft(struct call *c, const struct job *job, struct mail_draft *ret, bool *ret_wanted)
{
	struct link l = { .who = ID(account_id, job->ref_id) };
	const char *path = "";
	bool with_token = false;
	struct account *a;
	struct user u;
	struct str token;

	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (str_eqz(job->arg, letters[i].purpose)) {
			l.purpose = letters[i].purpose;
			path = letters[i].path;
			with_token = letters[i].token;
		}
	TRY(user_find(c, l.who, &u, ret_wanted));
	TRY(account_find(c, l.who, &a));
	*ret_wanted = *ret_wanted && a && !a->deleted_us && l.purpose;
	if (*ret_wanted)
		TRY(recipient(c, &u, job, &l.email));
	*ret_wanted = *ret_wanted && l.email.n;
	if (!*ret_wanted)
		return NULL;
	*ret = (struct mail_draft){ .to = l.email, .username = a->username, .locale = u.locale, .about = job->payload,
				    .link = conf_url(c->arena, c->conf, path) };
	if (!with_token)
		return NULL;
	token = token_random(c);
	l.hash = token_hash(c->arena, token);
	ret->link = arena_concat(c->arena, ret->link, STR("?token="), token);
	return store_tx(c, add_link, &l);
}
