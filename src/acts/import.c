#include "acts/import_priv.h"

#include "acts/block.h"
#include "acts/follow.h"
#include "acts/interact.h"
#include "acts/list.h"
#include "acts/mute.h"
#include "base/map.h"
#include "conf/conf.h"
#include "store/export.h"
#include "store/import.h"
#include "store/job.h"
#include "store/list.h"

enum { PRUNED_AT_ONCE = 100, FILE_NAME_MAX = 200 };

struct starting {
	struct import i;
	const struct str *lines;
	size_t n;
	bool made;
};

static struct err *queue(struct call *c, int64_t id, struct str place)
{
	return job_add(c, &(struct job_new){ .kind = JOB_IMPORT, .ref_id = id, .payload = place,
					     .once_key = arena_printf(c->arena, "import:%lld", (long long)id) });
}

static struct err *start(struct call *c, void *arg)
{
	struct starting *s = arg;

	TRY(import_add(c, &s->i, s->lines, s->n, &s->made));
	return s->made ? queue(c, s->i.id, STR("0 0")) : NULL;
}

struct err *acts_import_start(struct call *c, account_id who, const struct import_new *in, int64_t *ret)
{
	struct starting s = { .i = { .id = id_next(c), .account = who, .kind = in->kind, .overwrite = in->overwrite,
				     .file_name = in->file_name.p ? str_utf8_upto(in->file_name, FILE_NAME_MAX) : STR(""), .created_us = c->now_us } };
	struct str *lines;

	if (in->text.n > IMPORT_FILE_MAX)
		return FAIL_FIELD(c->arena, "data", "ERR_INVALID", "is too large");
	TRY(acts__import_read(c, in->kind, in->text, &lines, &s.n));
	s.lines = lines;
	TRY(store_tx(c, start, &s));
	*ret = s.i.id;
	return s.made ? NULL : FAIL_FIELD(c->arena, "data", "ERR_INVALID", "has to wait until the last one is done");
}

struct err *acts_import_open(struct call *c, int64_t id, struct import *ret, bool *ret_found)
{
	TRY(import_find(c, id, ret, ret_found));
	*ret_found = *ret_found && ret->state != IMPORT_ENDED;
	return NULL;
}

struct err *acts_import_lines(struct call *c, const struct import *i, int max, struct import_row **ret, size_t *ret_n)
{
	return import_rows_find(c, i->id, IMPORT_ROWS_WAITING, 0, max, ret, ret_n);
}

/* ---- what the file does not name ---- */

/* What a line, or what stands, is compared by. */
static struct str key_of(struct call *c, enum data_kind kind, struct str title, struct str acct, struct str domain, struct str uri)
{
	if (kind == DATA_DOMAINS)
		return arena_lower(c->arena, domain);
	if (kind == DATA_BOOKMARKS)
		return uri;
	if (kind == DATA_LISTS)
		return arena_concat(c->arena, title, STR("\n"), arena_lower(c->arena, acct));
	return arena_lower(c->arena, acct);
}

static struct err *named(struct call *c, const struct import *i, struct map **ret, struct map **ret_titles)
{
	struct import_row *rows;
	size_t n;

	*ret = map_create(c->arena);
	*ret_titles = map_create(c->arena);
	TRY(import_rows_find(c, i->id, IMPORT_ROWS_WAITING, 0, IMPORT_LINES_MAX, &rows, &n));
	for (size_t k = 0; k < n; k++) {
		struct import_line line;

		acts_import_line_read(c, i->kind, rows[k].line, &line);
		if (line.acct.n && str_find(line.acct, '@') == line.acct.n)
			line.acct = arena_concat(c->arena, line.acct, STR("@"), c->conf->domain);
		map_put(*ret, i->kind == DATA_FILTERS ? acts__import_filter_key(c, line.title, line.keyword)
						      : key_of(c, i->kind, line.title, line.acct, line.domain, line.uri), *ret);
		map_put(*ret_titles, line.title, *ret);
	}
	return NULL;
}

static struct err *end_one(struct call *c, const struct import *i, const struct export_row *r, bool list_stays)
{
	switch (i->kind) {
	case DATA_FOLLOWS:
		return acts_unfollow(c, i->account, r->account);
	case DATA_BLOCKS:
		return acts_unblock(c, i->account, r->account);
	case DATA_MUTES:
		return acts_unmute(c, i->account, r->account);
	case DATA_DOMAINS:
		return acts_domain_show(c, i->account, r->domain);
	case DATA_BOOKMARKS:
		return acts_unbookmark(c, i->account, ID(status_id, r->about));
	case DATA_LISTS:
		if (!list_stays)
			return acts_list_drop(c, i->account, ID(list_id, r->about));
		return acts_list_members_drop(c, i->account, ID(list_id, r->about), &r->account.v, 1);
	case DATA_FILTERS:                    /* few enough to be looked through at once */
	case DATA_COUNT:
		break;
	}
	return NULL;
}

struct err *acts_import_prune(struct call *c, const struct import *i, struct str *place)
{
	struct str id_word, second_word;
	struct map *keys, *titles;
	struct export_row *rows;
	int64_t id, second;
	size_t n;

	if (!str_cut(*place, ' ', &id_word, &second_word) || !str_i64(id_word, &id) || !str_i64(second_word, &second))
		return FAIL(c->arena, ERR_INTERNAL, "an IMPORT job of no known shape");
	TRY(named(c, i, &keys, &titles));
	if (i->kind == DATA_FILTERS) {
		*place = STR_NONE;
		return acts__import_filters_prune(c, i, keys, titles);
	}
	TRY(export_rows(c, i->kind, i->account, id, second, PRUNED_AT_ONCE, &rows, &n));
	for (size_t k = 0; k < n; k++) {
		const struct export_row *r = &rows[k];
		struct str acct = arena_concat(c->arena, r->username, STR("@"), r->domain.n ? r->domain : c->conf->domain);
		struct err *e = NULL;

		if (!map_find(keys, key_of(c, i->kind, r->title, acct, r->domain, r->uri)))
			e = end_one(c, i, r, map_find(titles, r->title) != NULL);
		if (e && e->code != ERR_NOT_FOUND)
			return e;
	}
	*place = n == PRUNED_AT_ONCE ? arena_printf(c->arena, "%lld %lld", (long long)rows[n - 1].id, (long long)rows[n - 1].second) : STR_NONE;
	return NULL;
}

/* ---- what a line says ---- */

static struct err *list_named(struct call *c, account_id who, struct str title, list_id *ret)
{
	struct list_row *lists;
	size_t n;

	TRY(lists_of(c, who, ID_NONE(account_id), &lists, &n));
	for (size_t k = 0; k < n; k++)
		if (str_eq(lists[k].title, title)) {
			*ret = lists[k].id;
			return NULL;
		}
	return acts_list_put(c, who, ID_NONE(list_id), &(struct list_change){ .title = title }, ret);
}

static struct err *follow(struct call *c, const struct import *i, const struct import_line *line, account_id whom)
{
	struct follow_options how = { .brought = true };
	enum follow_result result;

	if (i->kind == DATA_FOLLOWS) {
		how.reblogs = line->boosts ? CHOICE_YES : CHOICE_NO;
		how.notify = line->notify ? CHOICE_YES : CHOICE_NO;
		how.has_languages = true;
		how.languages = line->languages;
	}
	return acts_follow(c, i->account, whom, &how, &result);
}

static struct err *into_list(struct call *c, const struct import *i, const struct import_line *line, account_id whom)
{
	struct list_candidate *found;
	list_id list;
	size_t n;

	TRY(list_named(c, i->account, line->title, &list));
	if (!id_eq(whom, i->account))
		TRY(follow(c, i, line, whom));
	TRY(list_candidates(c, i->account, list, &whom.v, 1, &found, &n));
	return n && found[0].member ? NULL : acts_list_members_add(c, i->account, list, &whom.v, 1);
}

struct err *acts_import_line_do(struct call *c, const struct import *i, const struct import_line *line, account_id whom)
{
	switch (i->kind) {
	case DATA_FOLLOWS:
		return follow(c, i, line, whom);
	case DATA_BLOCKS:
		return acts_block(c, i->account, whom);
	case DATA_MUTES:
		return acts_mute(c, i->account, whom, line->hide_notifications, 0);
	case DATA_DOMAINS:
		return acts_domain_hide(c, i->account, line->domain);
	case DATA_LISTS:
		return into_list(c, i, line, whom);
	case DATA_FILTERS:
		return acts__import_filter(c, i, line);
	case DATA_BOOKMARKS:
	case DATA_COUNT:
		break;
	}
	return FAIL_DEFAULT(c->arena, ERR_INTERNAL);
}

/* ---- going on ---- */

struct ending {
	const struct import *i;
	int64_t position;
	bool failed, more;
	struct str place;
};

static struct err *line_end(struct call *c, void *arg)
{
	const struct ending *x = arg;

	return import_row_end(c, x->i->id, x->position, x->failed);
}

struct err *acts_import_line_end(struct call *c, const struct import *i, int64_t position, bool failed)
{
	return store_tx(c, line_end, &(struct ending){ .i = i, .position = position, .failed = failed });
}

static struct err *go_on(struct call *c, void *arg)
{
	const struct ending *x = arg;

	TRY(import_state_put(c, x->i->id, x->more ? IMPORT_RUNNING : IMPORT_ENDED));
	return x->more ? queue(c, x->i->id, x->place) : NULL;
}

struct err *acts_import_go_on(struct call *c, const struct import *i, struct str place, bool more)
{
	return store_tx(c, go_on, &(struct ending){ .i = i, .place = place, .more = more });
}
