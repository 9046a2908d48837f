#include "acts/search.h"

#include "base/buf.h"
#include "base/metrics.h"
#include "store/account.h"
#include "store/card.h"
#include "store/job.h"
#include "store/search_index.h"
#include "store/status.h"
#include "wire/html.h"
#include "wire/words.h"

enum { CHANGES_AT_ONCE = 100, MARKS_AT_ONCE = 300, TEXT_MAX = 256 * 1024, WORDS_MAX = 4000, FINDERS_OF_ONE = 1000, FACTS_MAX = 64 * 1024 };
#define RUN_US (5 * US_PER_S)
#define ALARM_US (5 * US_PER_MIN)

/* ---- a post's words and facts ---- */

/* What belongs to the posts at hand. */
struct batch {
	struct map *statuses, *authors, *cards;
	struct status_parts parts;
	struct search_finder *finders;
	size_t finders_n;
};

static void add_text(struct buf *b, struct str text)
{
	if (text.n) {
		buf_add(b, text);
		buf_addc(b, '\n');
	}
}

/* What a reader sees of it: warning, text, choices, descriptions of pictures. */
static struct str text_of(struct call *c, const struct batch *batch, const struct status *s)
{
	const struct status_parts *p = &batch->parts;
	struct buf b = buf_init(c->arena, TEXT_MAX);

	add_text(&b, s->spoiler_text);
	add_text(&b, html_to_text(c->arena, s->content));
	for (size_t i = 0; i < p->options_n; i++)
		if (id_eq(p->options[i].poll, s->poll))
			add_text(&b, p->options[i].title);
	for (size_t i = 0; i < p->media_n; i++)
		if (id_eq(p->media[i].status, s->id))
			add_text(&b, p->media[i].description);
	return buf_str(&b);
}

static const char *media_fact(enum media_type type)
{
	switch (type) {
	case MEDIA_IMAGE: return " has=image";
	case MEDIA_VIDEO:
	case MEDIA_GIFV: return " has=video";
	case MEDIA_AUDIO: return " has=audio";
	case MEDIA_UNKNOWN:
	case MEDIA_COUNT:
	default: return "";
	}
}

/* A link to somewhere: not to who is mentioned, nor to a tag. */
static bool has_link(struct call *c, const struct status *s)
{
	struct html_link *links;
	size_t n = html_links(c->arena, s->content, &links);

	for (size_t i = 0; i < n; i++)
		if (links[i].href.n && !html_has_word(links[i].classes, "mention") && !html_has_word(links[i].classes, "hashtag"))
			return true;
	return false;
}

static void put_facts(struct call *c, const struct batch *batch, const struct status *s, struct buf *b)
{
	const struct status_parts *p = &batch->parts;
	const struct card *card = s->card.v ? map_find_i64(batch->cards, s->card.v) : NULL;
	struct str language = str_upto(s->language, str_find(s->language, '-'));
	bool media = false;

	buf_addf(b, " by=%lld", (long long)s->account.v);
	for (size_t i = 0; i < p->media_n; i++) {
		if (!id_eq(p->media[i].status, s->id))
			continue;
		media = true;
		buf_addz(b, media_fact(p->media[i].type));
	}
	if (media)
		buf_addz(b, " has=media");
	if (s->poll.v)
		buf_addz(b, " has=poll");
	if (card || has_link(c, s))
		buf_addz(b, " has=link");
	if (card && card->html.n)
		buf_addz(b, " has=embed");
	if (s->sensitive)
		buf_addz(b, " is=sensitive");
	if (s->reply_to.v || s->reply_to_account.v || s->reply_to_uri.n)
		buf_addz(b, " is=reply");
	for (size_t i = 0; i < language.n; i++)
		if (!((language.p[i] | 0x20) >= 'a' && (language.p[i] | 0x20) <= 'z'))
			language.n = 0;
	if (language.n)
		buf_addf(b, " lang=" STR_FMT, STR_ARG(arena_lower(c->arena, language)));
}

/* "" where nobody may find it. */
static struct str words_of_post(struct call *c, const struct batch *batch, const struct status *s)
{
	const struct account *author = map_find_i64(batch->authors, s->account.v);
	struct buf b = buf_init(c->arena, TEXT_MAX * 4), finders = buf_init(c->arena, FACTS_MAX);
	size_t n = 0;

	if (!author || s->reblog_of.v)
		return STR("");
	if (s->visibility == VISIBILITY_PUBLIC && author->indexable)
		buf_addz(&finders, " in=public");
	for (size_t i = 0; i < batch->finders_n && n < FINDERS_OF_ONE; i++)
		if (id_eq(batch->finders[i].status, s->id)) {
			buf_addf(&finders, " for=%lld", (long long)batch->finders[i].account.v);
			n++;
		}
	if (!finders.n)
		return STR("");
	buf_add(&b, words_of(c->arena, text_of(c, batch, s), WORDS_MAX));
	put_facts(c, batch, s, &b);
	buf_add(&b, buf_str(&finders));
	return buf_ok(&b) ? str_trim(buf_str(&b)) : STR("");
}

static struct err *gather(struct call *c, const int64_t *ids, size_t n, struct batch *ret)
{
	int64_t *authors = arena_array(c->arena, int64_t, n + 1), *cards = arena_array(c->arena, int64_t, n + 1);
	size_t authors_n = 0, cards_n = 0;

	TRY(statuses_by_ids(c, ids, n, &ret->statuses));
	for (size_t i = 0; i < n; i++) {
		const struct status *s = map_find_i64(ret->statuses, ids[i]);

		if (s)
			authors[authors_n++] = s->account.v;
		if (s && s->card.v)
			cards[cards_n++] = s->card.v;
	}
	TRY(cards_by_ids(c, cards, cards_n, &ret->cards));
	TRY(accounts_by_ids(c, authors, authors_n, &ret->authors));
	TRY(status_parts(c, ids, n, &ret->parts));
	return search_finders(c, ids, n, &ret->finders, &ret->finders_n);
}

/* ---- working off ---- */

struct work {
	struct search_changes changes;
	struct search_doc *docs;      /* one a status */
	bool ours;
};

static struct err *write_docs(struct call *c, void *arg)
{
	struct work *w = arg;

	TRY(search_take(c, &w->changes, &w->ours));
	return w->ours ? search_docs_put(c, w->docs, w->changes.statuses_n) : NULL;
}

/* What is read after the marks is at least as new as they are: whoever changes a post after that leaves another mark. *ret_more: not all marks
 * were read, or another job was first, which may have read fewer. Whoever leaves a mark from here on sees to a job that begins later: to
 * look again at once would take up each post by itself. */
static struct err *work_off(struct call *c, bool *ret_more)
{
	struct work w = { 0 };
	struct batch batch;
	const int64_t *ids;
	size_t n;

	TRY(search_changes(c, CHANGES_AT_ONCE, &w.changes));
	ids = w.changes.statuses;
	n = w.changes.statuses_n;
	*ret_more = false;
	if (!n)
		return NULL;
	w.docs = arena_array(c->arena, struct search_doc, n);
	TRY(gather(c, ids, n, &batch));
	for (size_t i = 0; i < n; i++) {
		const struct status *s = map_find_i64(batch.statuses, ids[i]);

		w.docs[i] = (struct search_doc){ ID(status_id, ids[i]), s ? words_of_post(c, &batch, s) : STR("") };
	}
	TRY(store_tx(c, write_docs, &w));
	metric_add(METRIC_search_posts_indexed_total, STR_NONE, w.ours ? (int64_t)n : 0);
	*ret_more = !w.ours || w.changes.marks_n == CHANGES_AT_ONCE;
	return NULL;
}

static struct err *mark_more(struct call *c, void *arg)
{
	bool *more = arg;

	return search_mark_more(c, MARKS_AT_ONCE, more);
}

/* One step, in memory of its own. */
static struct err *step(struct call *c, bool *ret_more)
{
	AUTO_ARENA(tmp);
	struct call inner = *c;
	struct err *e;

	inner.arena = tmp;
	e = work_off(&inner, ret_more);
	if (!e && !*ret_more)
		e = store_tx(&inner, mark_more, ret_more);
	return e ? FAIL(c->arena, e->code, STR_FMT, STR_ARG(e->text)) : NULL;
}

static struct err *go_on(struct call *c, void *arg)
{
	(void)arg;
	return job_add(c, &(struct job_new){ .kind = JOB_SEARCH, .once_key = STR("search") });
}

struct err *acts_job_search(struct call *c, const struct job *job, bool *ret_later)
{
	int64_t until_us = c->world->now_us(c->world) + RUN_US;
	bool more = true;

	(void)job;
	(void)ret_later;
	while (more && c->world->now_us(c->world) < until_us)
		TRY(step(c, &more));
	return more ? store_tx(c, go_on, NULL) : NULL;
}

/* ---- watching ---- */

struct err *acts_search_watch(struct call *c)
{
	struct search_state state;

	TRY(search_state(c, &state));
	metric_set(METRIC_search_behind_seconds, STR_NONE, state.behind_us / US_PER_S);
	if (state.behind_us || state.rebuilding)
		TRY(store_tx(c, go_on, NULL));
	if (state.behind_us > ALARM_US)
		return FAIL(c->arena, ERR_LATER, "the index of posts is %lld s behind", (long long)(state.behind_us / US_PER_S));
	return NULL;
}

static struct err *rebuild(struct call *c, void *arg)
{
	(void)arg;
	return search_rebuild_begin(c);
}

struct err *acts_search_rebuild(struct call *c)
{
	return store_tx(c, rebuild, NULL);
}
