#include "acts/filter.h"

#include "store/event.h"
#include "store/filter.h"
#include "wire/text.h"

enum { TITLE_MAX = 256, KEYWORD_MAX = 512 };

struct changing {
	account_id who;
	struct filter_row row;
	bool is_new;
	const struct filter_keyword_row *keywords;
	const bool *destroy, *add;
	size_t n;
	struct filter_status_row post;
	int64_t part;
	bool was;
};

static struct err *missing(struct call *c) { return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND); }

static struct err *tell(struct call *c, account_id who)
{
	return store_event_add(c, EVENT_FILTERS_CHANGED, who.v, arena_printf(c->arena, "user:%lld", (long long)who.v), STR_NONE);
}

/* Runs fn, which sets was; what is not theirs is not found. */
static struct err *run(struct call *c, sql_tx_fn *fn, struct changing *x)
{
	struct err *e = store_tx(c, fn, x);

	if (e)
		return e;
	return x->was ? NULL : missing(c);
}

/* ---- what is asked for ---- */

static const struct filter_row *find(const struct filter_rows *all, filter_id id)
{
	for (size_t i = 0; i < all->filters_n; i++)
		if (id_eq(all->filters[i].id, id))
			return &all->filters[i];
	return NULL;
}

static const struct filter_keyword_row *find_keyword(const struct filter_rows *all, int64_t id)
{
	for (size_t i = 0; i < all->keywords_n; i++)
		if (all->keywords[i].id == id)
			return &all->keywords[i];
	return NULL;
}

static struct err *read_contexts(struct call *c, const struct filter_change *what, struct filter_row *row)
{
	enum filter_context x;

	if (what->has_contexts)
		row->contexts = 0;
	for (size_t i = 0; i < what->contexts_n; i++) {
		if (!filter_context_parse(what->contexts[i], &x))
			return FAIL_FIELD(c->arena, "context", "ERR_INVALID", "None or invalid context supplied");
		row->contexts |= INT64_C(1) << x;
	}
	if (!row->contexts)
		return FAIL_FIELD(c->arena, "context", "ERR_BLANK", "can't be blank");
	return NULL;
}

static struct err *read_row(struct call *c, const struct filter_change *what, struct filter_row *row)
{
	if (what->title.p)
		row->title = str_trim(what->title);
	if (!row->title.n)
		return FAIL_FIELD(c->arena, "title", "ERR_BLANK", "can't be blank");
	if (text_graphemes(c->arena, row->title) > TITLE_MAX)
		return FAIL_FIELD(c->arena, "title", "ERR_TOO_LONG", "is too long (maximum is %d characters)", TITLE_MAX);
	TRY(read_contexts(c, what, row));
	if (what->action.n && !filter_action_parse(what->action, &row->action))
		return FAIL_FIELD(c->arena, "filter_action", "ERR_INCLUSION", "is not included in the list");
	if (what->has_expiry) {
		/* Mastodon takes any number; a thousand years are never. */
		bool ever = what->expires_in_s > 0 && what->expires_in_s < INT64_C(31536000000);

		row->expires_us = ever ? c->now_us + what->expires_in_s * US_PER_S : 0;
	}
	return NULL;
}

static struct err *read_keyword(struct call *c, const struct filter_keyword_change *what, const struct filter_keyword_row *stands,
				struct filter_keyword_row *ret)
{
	*ret = stands ? *stands : (struct filter_keyword_row){ .id = id_next(c), .keyword = STR(""), .whole_word = true };
	if (what->keyword.p)
		ret->keyword = str_trim(what->keyword);
	if (what->whole_word >= 0)
		ret->whole_word = what->whole_word > 0;
	if (!ret->keyword.n)
		return FAIL_FIELD(c->arena, "keyword", "ERR_BLANK", "can't be blank");
	if (text_graphemes(c->arena, ret->keyword) > KEYWORD_MAX)
		return FAIL_FIELD(c->arena, "keyword", "ERR_TOO_LONG", "is too long (maximum is %d characters)", KEYWORD_MAX);
	return NULL;
}

static struct err *read_keywords(struct call *c, const struct filter_rows *all, const struct filter_change *what, struct changing *x)
{
	struct filter_keyword_row *rows = arena_array(c->arena, struct filter_keyword_row, what->keywords_n + 1);
	bool *destroy = arena_array(c->arena, bool, what->keywords_n + 1), *add = arena_array(c->arena, bool, what->keywords_n + 1);

	for (size_t i = 0; i < what->keywords_n; i++) {
		const struct filter_keyword_change *k = &what->keywords[i];
		const struct filter_keyword_row *stands = k->id ? find_keyword(all, k->id) : NULL;

		if (k->id && (!stands || !id_eq(stands->filter, x->row.id)))
			return missing(c);
		if (!stands && k->destroy)
			continue;
		destroy[x->n] = k->destroy;
		add[x->n] = !stands;
		TRY(read_keyword(c, k, stands, &rows[x->n]));
		rows[x->n++].filter = x->row.id;
	}
	x->keywords = rows;
	x->destroy = destroy;
	x->add = add;
	return NULL;
}

static struct err *check_room(struct call *c, const struct filter_rows *all, size_t more_filters, size_t more_parts)
{
	if (all->filters_n + more_filters > FILTERS_MAX || all->keywords_n + all->statuses_n + more_parts > FILTER_PARTS_MAX)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: There are too many filters already");
	return NULL;
}

/* ---- filters ---- */

static struct err *put(struct call *c, void *arg)
{
	struct changing *x = arg;
	bool was;

	x->was = true;
	if (x->is_new)
		TRY(filter_add(c, &x->row));
	else
		TRY(filter_put(c, &x->row, &x->was));
	for (size_t i = 0; x->was && i < x->n; i++)
		if (x->destroy[i])
			TRY(filter_keyword_drop(c, x->who, x->keywords[i].id, &was));
		else if (x->add[i])
			TRY(filter_keyword_add(c, x->who, &x->keywords[i], &was));
		else
			TRY(filter_keyword_put(c, x->who, &x->keywords[i], &was));
	return x->was ? tell(c, x->who) : NULL;
}

struct err *acts_filter_put(struct call *c, account_id who, filter_id id, const struct filter_change *what, filter_id *ret)
{
	struct changing x = { .who = who, .is_new = id.v == 0 };
	const struct filter_row *stands;
	struct filter_rows all;

	TRY(filters_of(c, who, &all));
	stands = find(&all, id);
	if (!x.is_new && !stands)
		return missing(c);
	x.row = stands ? *stands : (struct filter_row){ .id = ID(filter_id, id_next(c)), .account = who, .title = STR(""), .action = FILTER_WARN };
	TRY(read_row(c, what, &x.row));
	TRY(read_keywords(c, &all, what, &x));
	TRY(check_room(c, &all, x.is_new, x.n));
	TRY(run(c, put, &x));
	*ret = x.row.id;
	return NULL;
}

static struct err *drop(struct call *c, void *arg)
{
	struct changing *x = arg;

	TRY(filter_drop(c, x->who, x->row.id, &x->was));
	return x->was ? tell(c, x->who) : NULL;
}

struct err *acts_filter_drop(struct call *c, account_id who, filter_id id)
{
	return run(c, drop, &(struct changing){ .who = who, .row = { .id = id } });
}

/* ---- their parts ---- */

static struct err *put_keyword(struct call *c, void *arg)
{
	struct changing *x = arg;

	if (x->is_new)
		TRY(filter_keyword_add(c, x->who, x->keywords, &x->was));
	else
		TRY(filter_keyword_put(c, x->who, x->keywords, &x->was));
	return x->was ? tell(c, x->who) : NULL;
}

struct err *acts_filter_keyword_put(struct call *c, account_id who, filter_id of, const struct filter_keyword_change *what, int64_t *ret)
{
	struct changing x = { .who = who, .is_new = what->id == 0 };
	const struct filter_keyword_row *stands;
	struct filter_keyword_row row;
	struct filter_rows all;

	TRY(filters_of(c, who, &all));
	stands = find_keyword(&all, what->id);
	if (x.is_new ? !find(&all, of) : !stands)
		return missing(c);
	TRY(read_keyword(c, what, stands, &row));
	TRY(check_room(c, &all, 0, x.is_new));
	if (x.is_new)
		row.filter = of;
	x.keywords = &row;
	*ret = row.id;
	return run(c, put_keyword, &x);
}

static struct err *drop_keyword(struct call *c, void *arg)
{
	struct changing *x = arg;

	TRY(filter_keyword_drop(c, x->who, x->part, &x->was));
	return x->was ? tell(c, x->who) : NULL;
}

struct err *acts_filter_keyword_drop(struct call *c, account_id who, int64_t id)
{
	return run(c, drop_keyword, &(struct changing){ .who = who, .part = id });
}

static struct err *add_status(struct call *c, void *arg)
{
	struct changing *x = arg;

	TRY(filter_status_add(c, x->who, &x->post, &x->was));
	return x->was ? tell(c, x->who) : NULL;
}

struct err *acts_filter_status_add(struct call *c, account_id who, filter_id of, status_id post, int64_t *ret)
{
	struct changing x = { .who = who, .post = { id_next(c), of, post } };
	struct filter_rows all;
	struct err *e;

	TRY(filters_of(c, who, &all));
	TRY(check_room(c, &all, 0, 1));
	e = run(c, add_status, &x);
	if (e && e->code == ERR_CONFLICT)
		return FAIL_FIELD(c->arena, "status", "ERR_TAKEN", "has already been taken");
	*ret = x.post.id;
	return e;
}

static struct err *drop_status(struct call *c, void *arg)
{
	struct changing *x = arg;

	TRY(filter_status_drop(c, x->who, x->part, &x->was));
	return x->was ? tell(c, x->who) : NULL;
}

struct err *acts_filter_status_drop(struct call *c, account_id who, int64_t id)
{
	return run(c, drop_status, &(struct changing){ .who = who, .part = id });
}

/* ---- the first version ---- */

static struct err *put_single(struct call *c, void *arg)
{
	struct changing *x = arg;
	bool was;

	x->was = true;
	if (x->is_new)
		TRY(filter_add(c, &x->row));
	else if (x->part)
		TRY(filter_put_single(c, &x->row, &x->was));
	if (!x->was)
		return FAIL(c->arena, ERR_INVALID, "These parameters are about other keywords of the filter too: a newer app can change them");
	if (x->is_new)
		TRY(filter_keyword_add(c, x->who, x->keywords, &was));
	else
		TRY(filter_keyword_put(c, x->who, x->keywords, &x->was));
	return x->was ? tell(c, x->who) : NULL;
}

static bool same_row(const struct filter_row *a, const struct filter_row *b)
{
	return str_eq(a->title, b->title) && a->contexts == b->contexts && a->action == b->action && a->expires_us == b->expires_us;
}

struct err *acts_filter_v1_put(struct call *c, account_id who, const struct filter_change *what, int64_t *ret)
{
	struct changing x = { .who = who, .is_new = what->keywords->id == 0, .n = 1 };
	const struct filter_keyword_row *stands;
	const struct filter_row *of = NULL;
	struct filter_keyword_row keyword;
	struct filter_change row = *what;
	struct filter_rows all;

	TRY(filters_of(c, who, &all));
	stands = find_keyword(&all, what->keywords->id);
	if (!x.is_new && stands)
		of = find(&all, stands->filter);
	if (!x.is_new && !of)
		return missing(c);
	x.row = of ? *of : (struct filter_row){ .id = ID(filter_id, id_next(c)), .account = who, .title = STR(""), .action = FILTER_WARN };
	row.title = what->keywords->keyword;
	TRY(read_row(c, &row, &x.row));
	TRY(read_keyword(c, what->keywords, stands, &keyword));
	TRY(check_room(c, &all, x.is_new, x.is_new));
	keyword.filter = x.row.id;
	x.keywords = &keyword;
	x.part = of && !same_row(of, &x.row);
	*ret = keyword.id;
	return run(c, put_single, &x);
}

static struct err *drop_single(struct call *c, void *arg)
{
	struct changing *x = arg;

	TRY(filter_keyword_drop(c, x->who, x->part, &x->was));
	if (!x->was)
		return NULL;
	TRY(filter_drop_empty(c, x->who, x->row.id));
	return tell(c, x->who);
}

struct err *acts_filter_v1_drop(struct call *c, account_id who, int64_t id)
{
	struct changing x = { .who = who, .part = id };
	const struct filter_keyword_row *stands;
	struct filter_rows all;

	TRY(filters_of(c, who, &all));
	stands = find_keyword(&all, id);
	if (!stands)
		return missing(c);
	x.row.id = stands->filter;
	return run(c, drop_single, &x);
}
