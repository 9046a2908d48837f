#include "acts/list.h"

#include "acts/home.h"
#include "store/list.h"
#include "wire/text.h"

enum { TITLE_MAX = 256 };

struct changing {
	struct list_row row;
	bool is_new, was;
	bool home_differs;            /* whose posts stay out of home */
	const int64_t *accounts;
	size_t n;
};

static struct err *missing(struct call *c) { return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND); }

/* Runs fn, which sets was; what is not theirs is not found. */
static struct err *run(struct call *c, sql_tx_fn *fn, struct changing *x)
{
	TRY(store_tx(c, fn, x));
	return x->was ? NULL : missing(c);
}

static struct err *find(struct call *c, account_id who, list_id id, struct changing *x)
{
	bool found;

	TRY(list_find(c, who, id, &x->row, &found));
	return found ? NULL : missing(c);
}

/* ---- the list ---- */

static struct err *read_row(struct call *c, const struct list_change *what, struct list_row *row)
{
	if (what->title.p)
		row->title = str_trim(what->title);
	if (!row->title.n)
		return FAIL_FIELD(c->arena, "title", "ERR_BLANK", "can't be blank");
	if (text_graphemes(c->arena, row->title) > TITLE_MAX)
		return FAIL_FIELD(c->arena, "title", "ERR_TOO_LONG", "is too long (maximum is %d characters)", TITLE_MAX);
	if (what->replies.n && !list_replies_parse(what->replies, &row->replies))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is not a valid replies_policy", STR_ARG(what->replies));
	if (what->has_exclusive)
		row->exclusive = what->exclusive;
	return NULL;
}

static struct err *put(struct call *c, void *arg)
{
	struct changing *x = arg;

	if (x->is_new)
		return list_add(c, &x->row, LISTS_MAX, &x->was);
	TRY(list_put(c, &x->row, &x->was));
	return x->was && x->home_differs ? acts_home_refill(c, x->row.account) : NULL;
}

struct err *acts_list_put(struct call *c, account_id who, list_id id, const struct list_change *what, list_id *ret)
{
	struct changing x = { .row = { .id = id, .account = who, .title = STR(""), .replies = LIST_REPLIES_LIST }, .is_new = id.v == 0 };
	bool exclusive;

	if (x.is_new)
		x.row.id.v = id_next(c);
	else
		TRY(find(c, who, id, &x));
	exclusive = x.row.exclusive;
	TRY(read_row(c, what, &x.row));
	x.home_differs = exclusive != x.row.exclusive;
	TRY(store_tx(c, put, &x));
	*ret = x.row.id;
	if (!x.was && x.is_new)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: You have reached the maximum number of lists");
	return x.was ? NULL : missing(c);
}

static struct err *drop(struct call *c, void *arg)
{
	struct changing *x = arg;

	TRY(list_drop(c, x->row.account, x->row.id, &x->was));
	return x->was && x->row.exclusive ? acts_home_refill(c, x->row.account) : NULL;
}

struct err *acts_list_drop(struct call *c, account_id who, list_id id)
{
	struct changing x = { 0 };

	TRY(find(c, who, id, &x));
	return run(c, drop, &x);
}

/* ---- who is in it ---- */

static int64_t *each_once(struct call *c, const int64_t *ids, size_t n, size_t *ret_n)
{
	int64_t *v = arena_array(c->arena, int64_t, n + 1);
	size_t k, m = 0;

	for (size_t i = 0; i < n; i++) {
		for (k = 0; k < m && v[k] != ids[i]; k++)
			;
		if (k == m)
			v[m++] = ids[i];
	}
	*ret_n = m;
	return v;
}

/* Why these cannot all be put in. */
static struct err *check(struct call *c, const struct changing *x)
{
	struct list_candidate *found;
	size_t n;

	TRY(list_candidates(c, x->row.account, x->row.id, x->accounts, x->n, &found, &n));
	if (n != x->n)
		return missing(c);
	for (size_t i = 0; i < n; i++) {
		if (found[i].member)
			return FAIL(c->arena, ERR_INVALID, "Validation failed: Account has already been taken");
		if (!found[i].related)
			return FAIL(c->arena, ERR_INVALID, "Validation failed: Account follow relationship missing");
	}
	return NULL;
}

static struct err *touch(struct call *c, struct changing *x)
{
	TRY(list_stale(c, x->row.account, x->row.id, &x->was));
	return x->was && x->row.exclusive ? acts_home_refill(c, x->row.account) : NULL;
}

static struct err *add(struct call *c, void *arg)
{
	struct changing *x = arg;
	int64_t members, added;

	TRY(touch(c, x));
	if (!x->was)
		return NULL;
	TRY(list_members_count(c, x->row.id, &members));
	if (members + (int64_t)x->n > LIST_MEMBERS_MAX)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: A list holds at most %d accounts", LIST_MEMBERS_MAX);
	TRY(list_members_add(c, x->row.account, x->row.id, x->accounts, x->n, &added));
	return added == (int64_t)x->n ? NULL : FAIL_DEFAULT(c->arena, ERR_CONFLICT);
}

struct err *acts_list_members_add(struct call *c, account_id who, list_id id, const int64_t *accounts, size_t n)
{
	struct changing x = { 0 };

	TRY(find(c, who, id, &x));
	if (n > LIST_MEMBERS_AT_ONCE)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: At most %d accounts are taken at once", LIST_MEMBERS_AT_ONCE);
	x.accounts = each_once(c, accounts, n, &x.n);
	TRY(check(c, &x));
	return run(c, add, &x);
}

static struct err *take_out(struct call *c, void *arg)
{
	struct changing *x = arg;

	TRY(touch(c, x));
	return list_members_drop(c, x->row.account, x->row.id, x->accounts, x->n);
}

struct err *acts_list_members_drop(struct call *c, account_id who, list_id id, const int64_t *accounts, size_t n)
{
	struct changing x = { .accounts = accounts, .n = n };

	TRY(find(c, who, id, &x));
	if (n > LIST_MEMBERS_AT_ONCE)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: At most %d accounts are taken at once", LIST_MEMBERS_AT_ONCE);
	return run(c, take_out, &x);
}
