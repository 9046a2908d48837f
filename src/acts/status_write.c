/* The rows of a post, written, changed and removed in the transaction of the act: one place for posts of ours and of others. */
#include "acts/conversation_priv.h"
#include "acts/card.h"
#include "acts/collection_priv.h"
#include "acts/home.h"
#include "acts/notify.h"
#include "acts/outbound.h"
#include "acts/quote_priv.h"
#include "acts/status_priv.h"
#include "acts/trends.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/edit.h"
#include "store/event.h"
#include "store/interact.h"
#include "store/job.h"
#include "store/list.h"
#include "store/media.h"
#include "store/mention.h"
#include "store/repeat.h"
#include "store/status.h"
#include "store/tag.h"
#include "wire/json.h"
#include "wire/text.h"

enum { TOPICS_MAX = 16 * 1024, READERS_AT_ONCE = 200, READERS_MAX = 5000, EDIT_JSON_MAX = 128 * 1024 };

struct err *acts__family_limit(struct call *c, const char *family, account_id who, int64_t window_us, int64_t max)
{
	int64_t used, left;

	if (!c->conf->rate_limits)
		return NULL;
	TRY(limit_use(c, arena_printf(c->arena, "%s:%lld", family, (long long)who.v), window_us, &used));
	left = used < max ? max - used : 0;
	if (!c->limit.limit || left < c->limit.left)
		c->limit = (struct limit_note){ max, left, c->now_us - c->now_us % window_us + window_us };
	return used > max ? FAIL_DEFAULT(c->arena, ERR_LIMITED) : NULL;
}

struct err *acts__statuses_limit(struct call *c, account_id who)
{
	return acts__family_limit(c, "statuses", who, 3 * US_PER_HOUR, STATUSES_LIMIT);
}

static bool is_distributable(const struct status *s)
{
	return s->visibility == VISIBILITY_PUBLIC || s->visibility == VISIBILITY_UNLISTED;
}

/* Direct posts are nobody's business, so they do not count; replies count where others can see them. by: 1 or -1. */
static struct err *count_post(struct call *c, const struct status *s, int by)
{
	if (s->visibility == VISIBILITY_DIRECT || s->visibility == VISIBILITY_LIMITED)
		return NULL;
	if (s->reblog_of.v)
		TRY(status_count(c, s->reblog_of, 0, by, 0));
	else if (s->reply_to.v && is_distributable(s))
		TRY(status_count(c, s->reply_to, by, 0, 0));
	return account_count(c, s->account, by, 0, 0, by > 0 ? s->created_us : 0);
}

/* ---- events ---- */

static void add_streams(struct buf *b, const char *what, bool local, bool media)
{
	const char *where = local ? "local" : "remote";

	buf_addf(b, "%s %s:%s ", what, what, where);
	if (media)
		buf_addf(b, "%s:media %s:%s:media ", what, what, where);
}

/* What the topics of an event follow from. */
struct told {
	const struct status *s;
	bool silenced, media;
	const struct str *tag_keys;
	size_t tags_n;
	const struct mention *mentions;
	size_t mentions_n;
};

static void add_public(const struct told *t, struct buf *b)
{
	const struct status *s = t->s;
	bool reply = s->reply_to_account.v ? !id_eq(s->reply_to_account, s->account) : s->reply_to_uri.n > 0;

	if (s->visibility != VISIBILITY_PUBLIC || s->reblog_of.v || t->silenced)
		return;
	if (!reply)
		add_streams(b, "public", s->local, t->media);
	for (size_t i = 0; i < t->tags_n; i++) {
		buf_addf(b, "hashtag:" STR_FMT " ", STR_ARG(t->tag_keys[i]));
		if (s->local)
			buf_addf(b, "hashtag:local:" STR_FMT " ", STR_ARG(t->tag_keys[i]));
	}
}

/* Some of those whose homes, or some of the lists that, may show it, after `after` by their ids. */
typedef struct err *readers_fn(struct call *c, const struct status *s, int64_t after, int64_t **ret, size_t *ret_n);

static struct err *some_homes(struct call *c, const struct status *s, int64_t after, int64_t **ret, size_t *ret_n)
{
	return readers_here(c, s->account, ID(account_id, after), c->now_us - HOME_KEPT_US, READERS_AT_ONCE, ret, ret_n);
}

static struct err *some_homes_by_tag(struct call *c, const struct status *s, int64_t after, int64_t **ret, size_t *ret_n)
{
	return tag_readers_here(c, s->id, ID(account_id, after), c->now_us - HOME_KEPT_US, READERS_AT_ONCE, ret, ret_n);
}

static struct err *some_lists(struct call *c, const struct status *s, int64_t after, int64_t **ret, size_t *ret_n)
{
	return lists_here(c, s->account, ID(list_id, after), c->now_us - HOME_KEPT_US, READERS_AT_ONCE, ret, ret_n);
}

static struct err *tell_readers(struct call *c, enum event_kind kind, const struct status *s, const char *topic, readers_fn *some)
{
	size_t n = READERS_AT_ONCE;
	int64_t *v, after = 0;

	for (int told = 0; n == READERS_AT_ONCE && told < READERS_MAX; told += READERS_AT_ONCE) {
		struct buf b = buf_init(c->arena, TOPICS_MAX);

		TRY(some(c, s, after, &v, &n));
		for (size_t i = 0; i < n; i++)
			buf_addf(&b, "%s:%lld ", topic, (long long)v[i]);
		if (n == 0)
			break;
		after = v[n - 1];
		TRY(store_event_add(c, kind, s->id.v, str_trim(buf_str(&b)), STR_NONE));
	}
	return NULL;
}

static struct err *tell(struct call *c, enum event_kind kind, const struct told *t)
{
	const struct status *s = t->s;
	struct buf b = buf_init(c->arena, TOPICS_MAX);
	bool again = kind != EVENT_STATUS_NEW;

	add_public(t, &b);
	if (again)
		buf_addf(&b, "user:%lld ", (long long)s->account.v);
	for (size_t i = 0; i < t->mentions_n; i++)
		if (!t->mentions[i].domain.n && again)
			buf_addf(&b, "user:%lld ", (long long)t->mentions[i].account.v);
	if (buf_str(&b).n)
		TRY(store_event_add(c, kind, s->id.v, str_trim(buf_str(&b)), STR_NONE));
	if (!again || s->visibility == VISIBILITY_DIRECT)
		return NULL;
	TRY(tell_readers(c, kind, s, "user", some_homes));
	TRY(tell_readers(c, kind, s, "user", some_homes_by_tag));
	return tell_readers(c, kind, s, "list", some_lists);
}

static struct err *tell_new(struct call *c, const struct status_whole *w)
{
	struct told t = { .s = &w->s, .silenced = w->author->silenced_us > 0, .media = w->media_n > 0, .tag_keys = w->tag_keys, .tags_n = w->tags_n,
			  .mentions = w->mentions, .mentions_n = w->mentions_n };

	return tell(c, EVENT_STATUS_NEW, &t);
}

struct err *acts__status_event(struct call *c, enum event_kind kind, const struct status *s)
{
	struct status_parts parts;
	struct account *author;
	struct str *keys;

	TRY(status_parts_texts(c, &s->id.v, 1, &parts));
	TRY(account_find(c, s->account, &author));
	keys = arena_array(c->arena, struct str, parts.tags_n + 1);
	for (size_t i = 0; i < parts.tags_n; i++)
		keys[i] = text_tag_key(c->arena, parts.tags[i].name);
	return tell(c, kind, &(struct told){ .s = s, .silenced = !author || author->silenced_us, .media = parts.media_n > 0, .tag_keys = keys,
					     .tags_n = parts.tags_n, .mentions = parts.mentions, .mentions_n = parts.mentions_n });
}

/* ---- a new post ---- */

static struct err *write_parts(struct call *c, const struct status_whole *w)
{
	tag_id *tags = arena_array(c->arena, tag_id, w->tags_n + 1);
	int64_t took = 0;

	TRY(mentions_add(c, w->s.id, w->mentions, w->mentions_n));
	TRY(tags_put(c, w->tag_keys, w->tag_names, w->tags_n, tags));
	if (w->tags_n) {
		TRY(status_tags_set(c, w->s.id, tags, w->tags_n));
		TRY(featured_tags_count(c, &w->s, 1));
	}
	if (w->quote)
		TRY(acts__quote_add(c, w->quote, w->s.local));
	TRY(acts__trends_used(c, w, tags, w->tags_n));
	if (w->poll)
		TRY(poll_add(c, w->poll, w->options, w->options_n));
	for (size_t i = 0; w->new_media && i < w->media_n; i++)
		TRY(media_add(c, &w->new_media[i]));
	if (w->new_media || !w->media_n)
		return NULL;
	TRY(media_attach(c, w->s.account, w->s.id, w->media, w->media_n, &took));
	if (took != (int64_t)w->media_n)
		return FAIL(c->arena, ERR_INVALID, "Media not found or already attached to another post");
	return NULL;
}

/* Those of ours who are mentioned, and were not before. */
static struct err *tell_mentioned(struct call *c, const struct status_whole *w, const struct status_parts *before)
{
	account_id *to = arena_array(c->arena, account_id, w->mentions_n + 1);
	size_t n = 0;

	for (size_t i = 0; i < w->mentions_n; i++) {
		bool told = w->mentions[i].silent || w->mentions[i].untold || w->mentions[i].domain.n || id_eq(w->mentions[i].account, w->s.account);

		for (size_t k = 0; before && k < before->mentions_n; k++)
			told |= id_eq(before->mentions[k].account, w->mentions[i].account) && !before->mentions[k].silent;
		if (!told)
			to[n++] = w->mentions[i].account;
	}
	return n ? acts_notify_many(c, &(struct notify_many){ NOTIFICATION_MENTION, w->s.account, w->s.id, to, n }) : NULL;
}

struct err *acts__status_write(struct call *c, const struct status_whole *w)
{
	struct job_new fanout = { .kind = JOB_FANOUT, .ref_id = w->s.id.v };
	struct status_whole whole = *w;

	TRY(acts__card_choose(c, w, &whole.s.card));
	w = &whole;
	TRY(status_add(c, &w->s));
	TRY(count_post(c, &w->s, 1));         /* first: the order of locks (docs/developing.md) */
	TRY(write_parts(c, w));
	TRY(acts__collections_link(c, w, false));
	if (w->quiet)
		return NULL;
	TRY(job_add(c, &fanout));
	TRY(tell_mentioned(c, w, NULL));
	if (w->s.local)
		TRY(acts__conversation_add(c, &w->s, w->s.account));
	if (w->s.local)
		TRY(w->s.reblog_of.v ? acts_outbound_announce(c, w->s.id) : acts_outbound_create(c, w->s.id));
	return w->s.reblog_of.v ? NULL : tell_new(c, w);
}

/* ---- an edit ---- */

static struct err *keep_state(struct call *c, const struct status *old, const struct status_parts *parts)
{
	struct buf media = buf_init(c->arena, EDIT_JSON_MAX), poll = buf_init(c->arena, EDIT_JSON_MAX);
	struct jw w = jw_init(&media), o = jw_init(&poll);

	jw_arr(&w);
	for (size_t i = 0; i < parts->media_n; i++) {
		jw_obj(&w);
		jw_kid(&w, "id", parts->media[i].id.v);
		jw_kstr(&w, "description", parts->media[i].description);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	jw_arr(&o);
	for (size_t i = 0; i < parts->options_n; i++) {
		jw_obj(&o);
		jw_kstr(&o, "title", parts->options[i].title);
		jw_obj_end(&o);
	}
	jw_arr_end(&o);
	return status_edit_add(c, &(struct status_edit){
		.status = old->id, .text = old->text, .content_type = old->content_type, .content = old->content,
		.spoiler_text = old->spoiler_text.p ? old->spoiler_text : STR(""),
		.sensitive = old->sensitive, .media = buf_ok(&media) ? buf_str(&media) : STR("[]"),
		.poll = parts->polls_n && buf_ok(&poll) ? buf_str(&poll) : STR_NONE, .emojis = old->emojis.n ? old->emojis : STR("[]"),
		.created_us = old->edited_us ? old->edited_us : old->created_us });
}

/* Who was mentioned before and is no longer stays in the audience. */
static struct err *rewrite_mentions(struct call *c, const struct status_whole *w, const struct status_parts *before)
{
	struct mention *all = arena_array(c->arena, struct mention, w->mentions_n + before->mentions_n + 1);
	size_t n = w->mentions_n;

	for (size_t i = 0; i < n; i++)
		all[i] = w->mentions[i];
	for (size_t k = 0; k < before->mentions_n; k++) {
		bool stays = false;

		for (size_t i = 0; i < w->mentions_n; i++)
			stays |= id_eq(all[i].account, before->mentions[k].account);
		if (!stays) {
			all[n] = before->mentions[k];
			all[n++].silent = true;
		}
	}
	TRY(mentions_drop(c, w->s.id));
	return mentions_add(c, w->s.id, all, n);
}

struct err *acts__status_rewrite(struct call *c, const struct status *old, const struct status_whole *w)
{
	tag_id *tags = arena_array(c->arena, tag_id, w->tags_n + 1);
	struct status_parts before;
	struct status s = w->s;
	int64_t took;

	TRY(status_parts(c, &old->id.v, 1, &before));
	TRY(keep_state(c, old, &before));
	TRY(acts__card_choose(c, w, &s.card));
	TRY(status_put(c, &s));
	TRY(rewrite_mentions(c, w, &before));
	TRY(tags_put(c, w->tag_keys, w->tag_names, w->tags_n, tags));
	TRY(featured_tags_count(c, old, -1));
	TRY(status_tags_set(c, old->id, tags, w->tags_n));
	TRY(featured_tags_count(c, old, 1));
	TRY(acts__collections_link(c, w, old->collections > 0));
	for (size_t i = 0; w->new_media && i < w->media_n; i++)
		TRY(media_add(c, &w->new_media[i]));
	if (!w->new_media) {
		TRY(media_detach_all(c, old->id));
		TRY(media_attach(c, old->account, old->id, w->media, w->media_n, &took));
		if (took != (int64_t)w->media_n)
			return FAIL(c->arena, ERR_INVALID, "Media not found or already attached to another post");
	}
	if (w->quiet)
		return NULL;
	TRY(tell_mentioned(c, w, &before));
	TRY(acts_notify_edited(c, old->account, old->id));
	if (w->s.local)
		TRY(acts_outbound_update_note(c, old->id));
	return acts__status_event(c, EVENT_STATUS_EDITED, &w->s);
}

/* ---- the end of a post ---- */

struct err *acts__status_remove(struct call *c, const struct status *s)
{
	struct status *original = NULL;
	bool gone;

	/* Takes the rows that a boost and a reply take first: whoever has boosted by then is counted down. */
	if (s->reblog_of.v || s->reply_to.v)
		TRY(status_lock(c, s->reblog_of.v ? s->reblog_of : s->reply_to));
	TRY(status_lock(c, s->id));
	if (s->reblog_of.v)
		TRY(status_find(c, s->reblog_of, &original));
	if (original)
		TRY(acts_outbound_undo_announce(c, s, original));
	else if (!s->reblog_of.v)
		TRY(acts_outbound_delete_note(c, s));
	TRY(acts__status_event(c, EVENT_STATUS_DELETED, s));
	TRY(acts__quote_forget(c, s));
	TRY(boosters_uncount(c, s->id));
	if (original)
		TRY(acts_notify_drop(c, NOTIFICATION_REBLOG, original->account, s->account, original->id));
	TRY(fingerprints_forget(c, s->account));
	TRY(featured_tags_count(c, s, -1));
	TRY(status_drop(c, s, &gone));
	/* Somebody else was first: what is counted is counted once. */
	return gone ? count_post(c, s, -1) : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

/* ---- finding ---- */

struct err *acts__status_visible(struct call *c, account_id who, status_id id, struct status **ret, struct see_facts *ret_see)
{
	struct map *sees;
	const struct see_row *row;
	struct status *s;

	TRY(status_find(c, id, &s));
	for (int i = 0; i < 2 && s; i++) {
		TRY(status_see(c, who, &s->id.v, 1, &sees));
		row = map_find_i64(sees, s->id.v);
		if (!row || !rule_may_see(row->visibility, &row->see))
			break;
		if (!s->reblog_of.v) {
			*ret = s;
			if (ret_see)
				*ret_see = row->see;
			return NULL;
		}
		TRY(status_find(c, s->reblog_of, &s));
	}
	return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
}

struct err *acts__status_own(struct call *c, account_id who, status_id id, struct status **ret)
{
	TRY(status_find(c, id, ret));
	if (!*ret || !id_eq((*ret)->account, who))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	return NULL;
}
