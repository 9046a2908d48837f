#include "view/security.h"

#include "store/account.h"
#include "store/passkey.h"
#include "store/second_factor.h"
#include "store/session.h"
#include "store/user.h"

struct err *view_sessions(struct call *c, account_id who, int64_t here, int64_t since_us, struct session_view **ret, size_t *ret_n)
{
	struct web_session *rows;
	struct str network = STR_NONE;
	size_t n, at = 0;

	TRY(sessions_of(c, who, since_us, SESSIONS_SHOWN_MAX, &rows, &n));
	*ret = arena_array(c->arena, struct session_view, n + 1);
	*ret_n = n;
	for (size_t i = 0; i < n; i++)
		if (rows[i].id == here) {
			at = i;
			network = rows[i].network;
		}
	for (size_t i = 0; i < n; i++) {
		/* The one at `at` goes first, those before it move by one. */
		const struct web_session *s = &rows[i == 0 ? at : i <= at ? i - 1 : i];

		(*ret)[i] = (struct session_view){ s->id, s->user_agent, s->created_us, s->seen_us, s->id == here,
						   network.n && str_eq(s->network, network) };
	}
	return NULL;
}

static struct str join_scopes(struct call *c, struct str all, struct str more)
{
	struct str word;

	while (str_next(&more, ' ', &word)) {
		struct str rest = all, other;
		bool seen = word.n == 0;

		while (!seen && str_next(&rest, ' ', &other))
			seen = str_eq(other, word);
		if (!seen)
			all = all.n ? arena_concat(c->arena, all, STR(" "), word) : word;
	}
	return all;
}

struct err *view_apps_of(struct call *c, account_id who, struct app_use_view **ret, size_t *ret_n)
{
	struct app_use *rows;
	size_t n, shown = 0;

	TRY(tokens_by_app(c, who, APPS_SHOWN_MAX, &rows, &n));
	*ret = arena_array(c->arena, struct app_use_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct app_use_view *a = shown ? &(*ret)[shown - 1] : NULL;

		if (!a || !id_eq(a->app, rows[i].app)) {
			a = &(*ret)[shown++];
			*a = (struct app_use_view){ .app = rows[i].app, .name = rows[i].name, .website = rows[i].website,
						    .created_us = rows[i].created_us };
		}
		a->scopes = join_scopes(c, a->scopes, rows[i].scopes);
		if (rows[i].last_used_us > a->used_us)
			a->used_us = rows[i].last_used_us;
		if (rows[i].created_us < a->created_us)
			a->created_us = rows[i].created_us;
	}
	*ret_n = shown;
	return NULL;
}

struct err *view_security(struct call *c, account_id who, struct security_view *ret)
{
	struct totp_seed seed;
	struct account *a;
	struct user u;
	bool found;

	TRY(user_find(c, who, &u, &found));
	TRY(account_find(c, who, &a));
	if (!found || !a)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	*ret = (struct security_view){ .username = a->username, .email = u.email };
	TRY(totp_find(c, who, &seed, &found));
	ret->totp = found && seed.proven_us > 0;
	if (ret->totp)
		TRY(recovery_codes_count(c, who, &ret->recovery_codes));
	return user_new_email(c, who, &ret->new_email);
}

struct err *view_passkeys(struct call *c, account_id who, struct passkey_view **ret, size_t *ret_n)
{
	struct passkey *rows;

	TRY(passkeys_of(c, who, PASSKEYS_SHOWN_MAX, &rows, ret_n));
	*ret = arena_array(c->arena, struct passkey_view, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] = (struct passkey_view){ rows[i].id, rows[i].name, rows[i].credential, rows[i].created_us, rows[i].used_us };
	return NULL;
}
