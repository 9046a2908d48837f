#include "view/archive.h"

#include "base/map.h"
#include "store/account.h"
#include "store/archive.h"
#include "store/quote.h"
#include "store/status.h"

enum { PEOPLE_AT_ONCE = 320 };

struct err *view_archive(struct call *c, account_id who, struct own_archive *ret, bool *ret_found)
{
	return archive_find(c, who, ret, ret_found);
}

/* ---- posts ---- */

struct loaded {
	struct map *posts, *others;   /* their posts; what those boost or answer */
	struct map *authors;          /* of what is boosted */
	struct map *mentioned;
	struct map *quotes;
	struct status_parts parts;
};

static struct err *load_others(struct call *c, const int64_t *ids, size_t n, struct loaded *l)
{
	int64_t *others = arena_array(c->arena, int64_t, 2 * n + 1), *authors = arena_array(c->arena, int64_t, n + 1);
	size_t others_n = 0, authors_n = 0;

	for (size_t i = 0; i < n; i++) {
		const struct status *s = map_find_i64(l->posts, ids[i]);

		if (s && s->reblog_of.v)
			others[others_n++] = s->reblog_of.v;
		if (s && s->reply_to.v)
			others[others_n++] = s->reply_to.v;
	}
	TRY(statuses_by_ids(c, others, others_n, &l->others));
	for (size_t i = 0; i < n; i++) {
		const struct status *s = map_find_i64(l->posts, ids[i]);
		const struct status *boosted = s && s->reblog_of.v ? map_find_i64(l->others, s->reblog_of.v) : NULL;

		if (boosted)
			authors[authors_n++] = boosted->account.v;
	}
	return accounts_by_ids(c, authors, authors_n, &l->authors);
}

static struct err *load_mentioned(struct call *c, struct loaded *l)
{
	int64_t *ids = arena_array(c->arena, int64_t, l->parts.mentions_n + 1);
	struct map *seen = map_create(c->arena);
	size_t n = 0;

	l->mentioned = map_create(c->arena);
	for (size_t i = 0; i < l->parts.mentions_n; i++) {
		int64_t id = l->parts.mentions[i].account.v;

		if (!map_find_i64(seen, id))
			ids[n++] = id;
		map_put_i64(seen, id, seen);
	}
	for (size_t at = 0; at < n; at += PEOPLE_AT_ONCE) {
		size_t some = n - at < PEOPLE_AT_ONCE ? n - at : PEOPLE_AT_ONCE;
		struct map *people;

		TRY(accounts_by_ids(c, ids + at, some, &people));
		for (size_t i = at; i < at + some; i++)
			map_put_i64(l->mentioned, ids[i], map_find_i64(people, ids[i]));
	}
	return NULL;
}

/* The rows of one post stand side by side in each list of parts. */
#define PART(list, count, key, of, into, into_n) \
	for (size_t k_ = 0; k_ < (count); k_++) \
		if ((list)[k_].key.v == (of)) { \
			(into) = (into_n) ? (into) : &(list)[k_]; \
			(into_n)++; \
		}

static void put_mentioned(struct call *c, const struct loaded *l, struct note *n)
{
	const struct mention *own = NULL;
	const struct account **people;
	bool *silently;
	size_t own_n = 0;

	PART(l->parts.mentions, l->parts.mentions_n, status, n->status->id.v, own, own_n);
	people = arena_array(c->arena, const struct account *, own_n + 1);
	silently = arena_array(c->arena, bool, own_n + 1);
	for (size_t i = 0; i < own_n; i++) {
		const struct account *a = map_find_i64(l->mentioned, own[i].account.v);

		if (!a)
			continue;
		silently[n->mentioned_n] = own[i].silent;
		people[n->mentioned_n++] = a;
	}
	n->mentioned = people;
	n->silently = silently;
}

static void put_parts(struct call *c, const struct loaded *l, struct note *n)
{
	const struct status *s = n->status, *answered = s->reply_to.v ? map_find_i64(l->others, s->reply_to.v) : NULL;
	size_t polls_n = 0;

	n->reply_to_uri = answered ? answered->uri : s->reply_to.v ? STR_NONE : s->reply_to_uri;
	n->quote = map_find_i64(l->quotes, s->id.v);
	PART(l->parts.media, l->parts.media_n, status, s->id.v, n->media, n->media_n);
	PART(l->parts.tags, l->parts.tags_n, status, s->id.v, n->tags, n->tags_n);
	PART(l->parts.polls, l->parts.polls_n, status, s->id.v, n->poll, polls_n);
	if (n->poll)
		PART(l->parts.options, l->parts.options_n, poll, n->poll->id.v, n->options, n->options_n);
	put_mentioned(c, l, n);
}

struct err *view_own_notes(struct call *c, const struct account *who, int64_t after, struct note **ret, size_t *ret_n, int64_t *ret_last)
{
	struct loaded l;
	int64_t *ids;
	size_t n;

	TRY(archive_posts(c, who->id, after, VIEW_ARCHIVE_POSTS, &ids, &n));
	*ret = arena_array(c->arena, struct note, n + 1);
	*ret_n = 0;
	*ret_last = n == VIEW_ARCHIVE_POSTS ? ids[n - 1] : 0;
	TRY(statuses_by_ids(c, ids, n, &l.posts));
	TRY(load_others(c, ids, n, &l));
	TRY(quotes_of_statuses(c, ids, n, &l.quotes));
	TRY(status_parts(c, ids, n, &l.parts));
	TRY(load_mentioned(c, &l));
	for (size_t i = 0; i < n; i++) {
		struct note note = { .status = map_find_i64(l.posts, ids[i]), .author = who };

		if (!note.status)
			continue;
		if (note.status->reblog_of.v) {
			note.boosted = map_find_i64(l.others, note.status->reblog_of.v);
			note.boosted_author = note.boosted ? map_find_i64(l.authors, note.boosted->account.v) : NULL;
			if (!note.boosted)
				continue;
		} else {
			put_parts(c, &l, &note);
		}
		(*ret)[(*ret_n)++] = note;
	}
	return NULL;
}

/* ---- files and marks ---- */

struct err *view_own_files(struct call *c, account_id who, int64_t after, struct str **ret, size_t *ret_n, int64_t *ret_last)
{
	struct archive_file *files;

	TRY(archive_files(c, who, after, VIEW_ARCHIVE_ROWS, &files, ret_n));
	*ret = arena_array(c->arena, struct str, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] = files[i].file;
	*ret_last = *ret_n == VIEW_ARCHIVE_ROWS ? files[*ret_n - 1].id : 0;
	return NULL;
}

struct err *view_own_marks(struct call *c, account_id who, bool likes, int64_t after, struct uri_page *ret)
{
	struct archive_mark *marks;

	TRY(archive_marks(c, who, likes, after, VIEW_ARCHIVE_ROWS, &marks, &ret->n));
	ret->v = arena_array(c->arena, struct str, ret->n + 1);
	for (size_t i = 0; i < ret->n; i++)
		ret->v[i] = marks[i].uri;
	ret->last = ret->n == VIEW_ARCHIVE_ROWS ? marks[ret->n - 1].id : 0;
	return NULL;
}
