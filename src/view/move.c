#include "view/move.h"

#include "conf/conf.h"
#include "store/account.h"
#include "store/audience.h"
#include "store/move.h"
#include "view/account.h"
#include "wire/url.h"

enum { ALIASES_SHOWN = 320 };

static struct str full_acct(struct call *c, const struct account *a)
{
	return arena_concat(c->arena, a->username, STR("@"), a->domain.n ? a->domain : c->conf->domain);
}

static struct err *mine(struct call *c, account_id who, struct account **ret)
{
	TRY(account_find(c, who, ret));
	return *ret ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *view_aliases(struct call *c, account_id who, struct alias_view **ret, size_t *ret_n)
{
	const struct json *list = NULL;
	struct account *me;
	struct map *known;
	struct str *uris;
	size_t n = 0;

	TRY(mine(c, who, &me));
	if (me->also_known_as.n)
		TRY(json_parse(c->arena, me->also_known_as, &list));
	uris = arena_array(c->arena, struct str, json_len(list) + 1);
	*ret = arena_array(c->arena, struct alias_view, json_len(list) + 1);
	for (struct json_iter it = json_iter(list); json_next(&it) && n < ALIASES_SHOWN;)
		uris[n++] = json_str(it.value);
	TRY(accounts_by_uris(c, uris, n, &known));
	for (size_t i = 0; i < n; i++) {
		const struct account *a = map_find(known, uris[i]);

		(*ret)[i] = (struct alias_view){ uris[i], a ? full_acct(c, a) : uris[i] };
	}
	*ret_n = n;
	return NULL;
}

struct err *view_move(struct call *c, account_id who, struct move_view *ret)
{
	struct account *me, *there = NULL;
	struct account_move last;
	bool found;

	TRY(mine(c, who, &me));
	TRY(account_move_last(c, who, &last, &found));
	*ret = (struct move_view){ .followers = me->followers_count, .last_us = found ? last.created_us : 0 };
	if (me->moved_to_id.v)
		TRY(account_find(c, me->moved_to_id, &there));
	if (there) {
		ret->acct = full_acct(c, there);
		ret->url = there->url.n ? there->url : there->uri;
	}
	return NULL;
}

/* ---- the ledger ---- */

/* How many still follow the old account, by host: map -> int64_t *. */
static struct err *left_by_host(struct call *c, account_id who, struct map **ret)
{
	struct inbox_followers *v;
	size_t n;

	*ret = map_create(c->arena);
	TRY(audience_followers_counted(c, who, MOVE_HOSTS_MAX, &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct str host = url_domain(c->arena, v[i].inbox);
		int64_t *left = map_find(*ret, host);

		if (!left) {
			left = arena_new(c->arena, int64_t);
			*left = 0;
			map_put(*ret, host, left);
		}
		*left += v[i].n;
	}
	return NULL;
}

struct err *view_move_ledger(struct call *c, account_id who, struct move_ledger *ret)
{
	struct account_move last;
	struct move_host *hosts;
	struct map *left;
	bool found;

	*ret = (struct move_ledger){ 0 };
	TRY(account_move_last(c, who, &last, &found));
	if (!found)
		return NULL;
	TRY(move_hosts_of(c, last.id, &hosts, &ret->n));
	TRY(left_by_host(c, who, &left));
	ret->v = arena_array(c->arena, struct move_ledger_row, ret->n + 1);
	for (size_t i = 0; i < ret->n; i++) {
		const int64_t *still = map_find(left, hosts[i].host);
		int64_t along = hosts[i].followers - (still ? *still : 0);

		ret->v[i] = (struct move_ledger_row){ hosts[i].host, hosts[i].followers, along > 0 ? along : 0, hosts[i].told_us, hosts[i].prompts,
						      hosts[i].waiting };
		ret->followers += hosts[i].followers;
		ret->along += ret->v[i].along;
		ret->waiting += hosts[i].waiting;
		ret->pending += !hosts[i].waiting && ret->v[i].along < hosts[i].followers;
	}
	return NULL;
}
