#include "acts/signup.h"

#include "acts/acts_user_priv.h"
#include "acts/notify.h"
#include "acts/keys.h"
#include "acts/password.h"
#include "conf/conf.h"
#include "crypt/password.h"
#include "model/rules.h"
#include "store/account.h"
#include "store/invite.h"
#include "store/token.h"
#include "store/user.h"
#include "wire/date.h"
#include "wire/text.h"
#include "wire/url.h"

static bool email_local_ok(struct str local)
{
	/* Without '!' and '%', by which some mailers take a letter on to another host. */
	static const char marks[] = "#$&'*+-/=?^_`{|}~.";

	if (local.n == 0 || local.n > 64 || local.p[0] == '.' || local.p[local.n - 1] == '.' || str_contains(local, STR("..")))
		return false;
	for (size_t i = 0; i < local.n; i++) {
		unsigned char ch = (unsigned char)local.p[i];
		bool plain = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch >= 0x80;

		if (!plain && !(ch && strchr(marks, ch)))
			return false;
	}
	return true;
}

bool acts__email_read(struct call *c, struct str email, struct str *ret_email, struct str *ret_key)
{
	struct str given = str_trim(email), local, domain, host;
	size_t at = str_rfind(given, '@');

	if (given.n > EMAIL_MAX || at == given.n || !str_is_utf8(given))
		return false;
	local = str_upto(given, at);
	domain = str_from(given, at + 1);
	if (!email_local_ok(local) || !domain_normalize(c->arena, domain, &host) || str_find(host, ':') < host.n)
		return false;
	if (str_find(host, '.') == host.n && !conf_is_lab(c->conf))
		return false;
	*ret_email = arena_concat(c->arena, local, STR("@"), host);
	*ret_key = arena_concat(c->arena, text_fold(c->arena, local), STR("@"), host);
	return true;
}

/* Field errors of one request, in their order. */
struct errors {
	struct err *first, **last;
};

static void add_error(struct errors *all, struct err *e)
{
	*all->last = e;
	all->last = &e->next;
}

static struct err *username_check(struct call *c, const struct signup *in)
{
	struct arena *a = c->arena;
	struct str folded = text_fold(a, in->username);

	if (!in->username.n)
		return FAIL_FIELD(a, "username", "ERR_BLANK", "can't be blank");
	if (in->username.n > 30)
		return FAIL_FIELD(a, "username", "ERR_TOO_LONG", "is too long (maximum is 30 characters)");
	if (!rule_username_ok(in->username))
		return FAIL_FIELD(a, "username", "ERR_INVALID", "must contain only letters, numbers and underscores");
	if (in->by_operator)
		return NULL;
	if (in->username.n < (size_t)c->conf->username_min)
		return FAIL_FIELD(a, "username", "ERR_TOO_SHORT", "is too short (minimum is %lld characters)", (long long)c->conf->username_min);
	for (size_t i = 0; i < c->conf->reserved_usernames.n; i++)
		if (str_eq(folded, text_fold(a, c->conf->reserved_usernames.v[i])))
			return FAIL_FIELD(a, "username", "ERR_RESERVED", "is reserved");
	return NULL;
}

static struct err *reason_check(struct call *c, const struct signup *in, bool invited)
{
	if (in->by_operator || invited || c->conf->registrations != REGISTRATIONS_APPROVAL)
		return NULL;
	if (!str_trim(in->reason).n)
		return FAIL_FIELD(c->arena, "reason", "ERR_BLANK", "can't be blank");
	if (acts__characters(in->reason) > REASON_CHARS_MAX)
		return FAIL_FIELD(c->arena, "reason", "ERR_TOO_LONG", "is too long (maximum is %d characters)", REASON_CHARS_MAX);
	return NULL;
}

/* "2001-02-28". Years before 1970 are the point here, so wire's dates are not. */
static bool day_parse(struct str text, struct civil *ret)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t part[3];
	struct str piece;
	bool leap;

	for (int i = 0; i < 3; i++)
		if (!str_next(&text, '-', &piece) || piece.n != (i ? 2 : 4) || piece.p[0] < '0' || piece.p[0] > '9' || !str_i64(piece, &part[i]))
			return false;
	if (text.n || part[0] < 1800 || part[1] < 1 || part[1] > 12)
		return false;
	leap = part[0] % 4 == 0 && (part[0] % 100 != 0 || part[0] % 400 == 0);
	*ret = (struct civil){ .year = (int)part[0], .month = (int)part[1], .day = (int)part[2] };
	return part[2] >= 1 && part[2] <= days[part[1] - 1] + (part[1] == 2 && leap);
}

static struct err *age_check(struct call *c, const struct signup *in)
{
	struct civil today, born;
	bool old;

	if (in->by_operator || !c->conf->min_age)
		return NULL;
	if (!str_trim(in->date_of_birth).n)
		return FAIL_FIELD(c->arena, "date_of_birth", "ERR_BLANK", "can't be blank");
	if (!day_parse(str_trim(in->date_of_birth), &born))
		return FAIL_FIELD(c->arena, "date_of_birth", "ERR_INVALID", "is invalid");
	date_to_civil(c->now_us, &today);
	born.year += (int)c->conf->min_age;
	old = born.year != today.year ? born.year < today.year : born.month != today.month ? born.month < today.month : born.day <= today.day;
	return old ? NULL : FAIL_FIELD(c->arena, "date_of_birth", "ERR_BELOW_LIMIT", "is below the age limit");
}

/* All that the transaction writes. */
struct creation {
	struct account account;
	struct account_key keys[ACTOR_KEYS];
	struct user user;
	struct str username_key, email_key, reason;
	int64_t invite;               /* 0: none */
	bool needs_invite;            /* without it the account could not be, or would wait */
	struct token token;
	bool with_token, with_mail, tell_staff;
};

static struct err *taken(struct call *c, const struct creation *n, struct errors *all)
{
	struct account *other;
	struct user owner;
	bool found;

	TRY(account_find_handle(c, n->username_key, STR(""), &other));
	if (other)
		add_error(all, FAIL_FIELD(c->arena, "username", "ERR_TAKEN", "has already been taken"));
	TRY(user_find_email(c, n->email_key, &owner, &found));
	if (found)
		add_error(all, FAIL_FIELD(c->arena, "email", "ERR_TAKEN", "has already been taken"));
	return NULL;
}

static struct err *blocked(struct call *c, const struct signup *in, const struct creation *n, struct errors *all)
{
	bool is = false;

	if (!in->by_operator)
		TRY(acts__email_blocked(c, n->user.email, in->mail_hosts, &is));
	if (is)
		add_error(all, EMAIL_BLOCKED(c));
	return NULL;
}

static struct err *check(struct call *c, const struct signup *in, struct creation *n)
{
	struct errors all = { NULL, &all.first };
	struct err *e;

	if ((e = username_check(c, in)))
		add_error(&all, e);
	n->username_key = text_fold(c->arena, in->username);
	if (!str_trim(in->email).n)
		add_error(&all, FAIL_FIELD(c->arena, "email", "ERR_BLANK", "can't be blank"));
	else if (!acts__email_read(c, in->email, &n->user.email, &n->email_key))
		add_error(&all, FAIL_FIELD(c->arena, "email", "ERR_INVALID", "is invalid"));
	else
		TRY(blocked(c, in, n, &all));
	if ((e = acts_password_check(c, in->password)))
		add_error(&all, e);
	if (!in->agreement && !in->by_operator)
		add_error(&all, FAIL_FIELD(c->arena, "agreement", "ERR_ACCEPTED", "must be accepted"));
	if ((e = age_check(c, in)))
		add_error(&all, e);
	if ((e = reason_check(c, in, n->invite != 0)))
		add_error(&all, e);
	if (!all.first)
		TRY(taken(c, n, &all));
	return all.first;
}

static void fill_account(struct call *c, const struct signup *in, struct account *a)
{
	a->id = ID(account_id, id_next(c));
	a->username = in->username;
	a->domain = STR("");
	a->actor_type = ACTOR_PERSON;
	acts_account_addresses(c, a);
	a->display_name = a->note = a->note_source = STR("");
	a->fields = a->fields_source = a->emojis = a->also_known_as = STR("[]");
	a->local = true;
	a->created_us = c->now_us;
}

static void fill_user(struct call *c, const struct signup *in, struct creation *n)
{
	struct user *u = &n->user;
	struct str first = c->conf->languages.n ? c->conf->languages.v[0] : STR("en");

	u->account = n->account.id;
	u->role = in->by_operator ? in->role : ROLE_USER;
	u->approved = in->by_operator || n->invite || c->conf->registrations != REGISTRATIONS_APPROVAL;
	u->confirmed_us = in->by_operator || !c->conf->confirm_email ? c->now_us : 0;
	u->locale = in->locale.n ? str_utf8_upto(in->locale, 16) : first;
	u->default_privacy = VISIBILITY_PUBLIC;
	u->created_us = u->last_active_us = c->now_us;
	u->home_built_us = c->now_us;      /* nothing to build: an empty timeline is complete */
	n->reason = in->reason;
	n->tell_staff = !in->by_operator && u->approved && u->confirmed_us;
	n->with_mail = !u->confirmed_us && c->conf->smtp_url.n > 0;
}

static struct err *write(struct call *c, void *arg)
{
	struct creation *n = arg;
	bool used = false;

	TRY(account_add(c, &n->account, n->username_key, STR("")));
	for (int i = 0; i < ACTOR_KEYS; i++)
		TRY(account_key_add(c, &n->keys[i]));
	TRY(user_add(c, &n->user, n->email_key, n->reason));
	if (n->invite)
		TRY(invite_use(c, n->invite, n->user.account, &used));
	if (n->needs_invite && !used)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	if (n->with_token)
		TRY(token_add(c, &n->token));
	if (n->tell_staff)
		TRY(acts_notify_staff(c, NOTIFICATION_ADMIN_SIGN_UP, n->user.account, 0));
	return n->with_mail ? acts__mail(c, n->user.account, "confirm", STR("")) : NULL;
}

static struct err *look_at_invite(struct call *c, const struct signup *in, struct creation *n)
{
	struct invite v;
	bool found = false, good = false;

	if (!in->by_operator && in->invite.n && in->invite.n <= 64 && str_is_utf8(in->invite))
		TRY(invite_find(c, in->invite, &v, &found, &good));
	n->invite = found && good ? v.id : 0;
	n->needs_invite = n->invite && c->conf->registrations != REGISTRATIONS_OPEN;
	if (in->by_operator || conf_signup_possible(c->conf) || (n->invite && conf_signup_confirmable(c->conf)))
		return NULL;
	return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
}

struct err *acts_account_create(struct call *c, const struct signup *in, struct signed_up *ret)
{
	struct creation n = { 0 };
	struct err *e;

	TRY(look_at_invite(c, in, &n));
	TRY(check(c, in, &n));
	call_reads_end(c);      /* a hash takes longer than all reading */
	TRY(password_hash(c->arena, in->password, &n.user.password_hash));
	fill_account(c, in, &n.account);
	fill_user(c, in, &n);
	TRY(acts_keys_make(c, n.account.id, n.account.uri, n.keys));
	n.with_token = in->app.v != 0;
	*ret = (struct signed_up){ .account = n.account.id, .username = n.account.username };
	if (n.with_token)
		ret->token = acts__token_new(c, in->app, n.account.id, in->scopes, &n.token);
	ret->scopes = n.token.scopes;
	e = store_tx(c, write, &n);
	if (e && e->code == ERR_CONFLICT) {
		struct errors all = { NULL, &all.first };

		/* Somebody was faster: say which of the two it was. */
		TRY(taken(c, &n, &all));
		return all.first ? all.first : e;
	}
	return e;
}
