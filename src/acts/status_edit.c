/* Editing, deleting, and mentions that are found after the post was made. */
#include "acts/conversation_priv.h"
#include "acts/outbound.h"
#include "acts/quote.h"
#include "acts/quote_priv.h"
#include "acts/status_priv.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/media.h"
#include "store/mention.h"
#include "store/poll.h"
#include "store/repeat.h"
#include "store/status.h"
#include "store/user.h"

/* ---- editing ---- */

struct edit {
	const struct status_in *in;
	struct user user;
	struct draft d;
	struct status *old;
	struct status_parts before;
	struct status_whole whole;
	bool poll_differs, poll_same_end, media_differ;
	struct media *changed;        /* rows of media whose description or focus changes */
	size_t changed_n;
};

static bool same_text(struct str a, struct str b) { return str_eq(a, b); }

/* Other options or another way to choose: what was voted no longer counts. */
static bool poll_differs(const struct edit *e)
{
	const struct poll *old = e->before.polls_n ? &e->before.polls[0] : NULL;

	if (!old != !e->d.options_n)
		return true;
	if (!old)
		return false;
	if (old->multiple != e->d.poll.multiple || e->before.options_n != e->d.options_n)
		return true;
	for (size_t i = 0; i < e->d.options_n; i++)
		if (!str_eq(e->before.options[i].title, e->d.options[i].title))
			return true;
	return false;
}

/* A client that changes nothing says the same duration again: the poll then ends when it was to end. */
static bool poll_ends_the_same(const struct edit *e)
{
	const struct poll *old = e->before.polls_n ? &e->before.polls[0] : NULL;
	int64_t start = e->old->created_us;

	if (!old || !e->d.options_n)
		return true;
	return old->expires_us - start == e->in->poll->expires_in_s * US_PER_S;
}

static bool same_words(const struct media *a, const struct media *b)
{
	return same_text(a->description, b->description) && a->has_focus == b->has_focus &&
	       (!a->has_focus || (a->focus_x >= b->focus_x && a->focus_x <= b->focus_x && a->focus_y >= b->focus_y && a->focus_y <= b->focus_y));
}

static struct err *take_media_changes(struct call *c, struct edit *e)
{
	e->changed = arena_array(c->arena, struct media, e->in->media_changes_n * e->d.media_n + 1);
	for (size_t i = 0; i < e->in->media_changes_n; i++)
		for (size_t k = 0; k < e->d.media_n; k++) {
			struct media m = e->d.media[k];

			if (!id_eq(m.id, e->in->media_changes[i].id))
				continue;
			TRY(acts_media_describe(c, &e->in->media_changes[i].words, &m));
			if (m.type != MEDIA_IMAGE)
				acts_media_take_preview(&e->in->media_changes[i].preview, &m);
			if (!same_words(&m, &e->d.media[k]) || !str_eq(m.preview_file, e->d.media[k].preview_file))
				e->changed[e->changed_n++] = m;
		}
	e->media_differ = e->changed_n > 0 || e->before.media_n != e->d.media_n;
	for (size_t k = 0; !e->media_differ && k < e->d.media_n; k++)
		e->media_differ = !id_eq(e->before.media[k].id, e->d.media[k].id);
	return NULL;
}

static bool changes_anything(const struct edit *e)
{
	const struct status *a = e->old, *b = &e->whole.s;
	bool hide = e->before.polls_n && e->d.options_n && e->before.polls[0].hide_totals != e->d.poll.hide_totals;

	return !same_text(a->text, b->text) || a->content_type != b->content_type || !same_text(a->spoiler_text, b->spoiler_text) ||
	       a->sensitive != b->sensitive ||
	       !same_text(a->language, b->language) || e->media_differ || e->poll_differs || !e->poll_same_end || hide;
}

static struct err *save_poll(struct call *c, struct edit *e)
{
	const struct poll *old = e->before.polls_n ? &e->before.polls[0] : NULL;

	if (old && !e->d.options_n)
		return poll_drop(c, old->id);
	if (!old && e->d.options_n)
		return poll_add(c, &e->d.poll, e->d.options, e->d.options_n);
	if (!old)
		return NULL;
	TRY(poll_put(c, &e->d.poll));
	return e->poll_differs ? poll_options_replace(c, old->id, e->d.options, e->d.options_n) : NULL;
}

static struct err *save_edit(struct call *c, void *arg)
{
	struct edit *e = arg;
	struct status *now;

	/* Takes the row, so that a second edit at once finds the first one done. */
	TRY(status_touch(c, e->old->id));
	TRY(status_find(c, e->old->id, &now));
	if (!now || now->edited_us != e->old->edited_us)
		return FAIL_DEFAULT(c->arena, ERR_CONFLICT);
	TRY(acts__statuses_limit(c, e->old->account));
	TRY(fingerprints_forget(c, e->old->account));
	TRY(acts__status_rewrite(c, e->old, &e->whole));
	TRY(save_poll(c, e));
	for (size_t i = 0; i < e->changed_n; i++)
		TRY(media_put(c, &e->changed[i]));
	return acts__draft_jobs(c, &e->d, e->old->id);
}

static void fill_edit(struct call *c, struct edit *e)
{
	struct status *s = &e->whole.s;
	struct draft *d = &e->d;

	e->poll_differs = poll_differs(e);
	e->poll_same_end = poll_ends_the_same(e);
	if (d->options_n) {
		d->poll.id = e->before.polls_n ? e->before.polls[0].id : ID(poll_id, id_next(c));
		d->poll.status = e->old->id;
		if (e->before.polls_n && e->poll_same_end)
			d->poll.expires_us = e->before.polls[0].expires_us;
		if (e->before.polls_n && d->poll.expires_us <= c->now_us)
			d->poll.closed_us = e->before.polls[0].closed_us;
	}
	*s = *e->old;
	s->text = d->made.text;
	s->content_type = d->content_type;
	s->content = d->made.content;
	s->spoiler_text = d->spoiler_text;
	s->sensitive = d->sensitive;
	s->language = d->language.n ? d->language : e->old->language;
	s->emojis = d->made.emojis;
	s->poll = d->options_n ? d->poll.id : ID_NONE(poll_id);
	s->edited_us = c->now_us > e->old->edited_us ? c->now_us : e->old->edited_us + 1;
	e->whole = (struct status_whole){ .s = *s, .author = d->author, .mentions = d->made.mentions, .mentions_n = d->made.mentions_n,
					  .tag_keys = d->made.tag_keys, .tag_names = d->made.tag_names, .tags_n = d->made.tags_n, .media = d->media_ids,
					  .media_n = d->media_n };
}

struct err *acts_status_edit(struct call *c, const struct viewer *v, status_id id, const struct status_in *in)
{
	struct edit e = { .in = in };
	struct status_in said = *in;
	struct account *author;
	bool found;

	TRY(acts__status_own(c, v->account, id, &e.old));
	if (e.old->reblog_of.v)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(account_find(c, v->account, &author));
	TRY(user_find(c, v->account, &e.user, &found));
	if (!author || !found)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	e.d.author = author;
	e.user.default_sensitive = false;     /* an edit says all that is to hold */
	if (!in->language.n)
		said.language = e.old->language;
	TRY(acts__quoted_by(c, e.old, &e.d));
	if (!in->content_type.n)
		said.content_type = str_z(content_type_word(e.old->content_type));
	said.quoted = e.old->quote.v;         /* what it quotes stays, and may stand without a text */
	e.in = &said;
	TRY(acts__draft_texts(c, &said, &e.user, &e.d));
	TRY(acts__draft_media(c, &said, &e.d));
	TRY(acts__draft_media_free(c, &e.d, id));
	TRY(status_parts(c, &id.v, 1, &e.before));
	TRY(acts__draft_compose(c, &e.d));
	TRY(take_media_changes(c, &e));
	fill_edit(c, &e);
	if (in->quote_policy.n)
		TRY(acts__quote_policy(c, in->quote_policy, &e.user, e.old->visibility, &e.whole.s.quote_policy));
	if (changes_anything(&e))
		return store_tx(c, save_edit, &e);
	return in->quote_policy.n ? acts_interaction_policy(c, v, id, in->quote_policy) : NULL;
}

/* ---- deleting ---- */

struct deletion {
	struct status *s;
	bool drop_media;
};

static struct err *save_delete(struct call *c, void *arg)
{
	struct deletion *d = arg;

	if (d->drop_media)
		TRY(media_expire(c, d->s->id));
	return acts__status_remove(c, d->s);
}

struct err *acts_status_delete(struct call *c, const struct viewer *v, status_id id, bool drop_media)
{
	struct deletion d = { .drop_media = drop_media };

	TRY(acts__status_own(c, v->account, id, &d.s));
	return store_tx(c, save_delete, &d);
}

/* ---- a mention found later ---- */

struct found {
	status_id post;
	struct str handle;
	account_id account;
};

/* All of it holds the row: of two found at once the second writes what the first has written. */
static struct err *save_found(struct call *c, void *arg)
{
	const struct found *f = arg;
	struct compose_in how = { .alias = f->handle, .alias_of = f->account };
	struct draft d = { 0 };
	struct composed made;
	struct status *s;

	TRY(status_touch(c, f->post));
	TRY(status_find(c, f->post, &s));
	if (!s || !s->local || s->reblog_of.v)
		return NULL;
	how.author = s->account;
	how.text = s->text;
	how.type = s->content_type;
	how.beside = s->spoiler_text;
	TRY(acts__quoted_by(c, s, &d));
	how.quoted_url = d.quoted ? acts_quoted_url(d.quoted) : STR_NONE;
	TRY(acts_compose(c, &how, &made));
	for (size_t i = 0; i < made.mentions_n; i++) {
		if (!id_eq(made.mentions[i].account, f->account))
			continue;
		s->content = made.content;
		TRY(status_put(c, s));
		TRY(mentions_add(c, s->id, &made.mentions[i], 1));
		TRY(acts__conversation_again(c, s));
		/* Others who have it take the same activity for what they know. */
		return acts_outbound_create(c, s->id);
	}
	return NULL;
}

struct err *acts_mention_resolved(struct call *c, status_id id, struct str handle, account_id account)
{
	struct found f = { id, handle, account };

	return store_tx(c, save_found, &f);
}
