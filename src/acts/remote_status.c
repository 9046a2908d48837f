#include "acts/remote_status.h"

#include "acts/notify.h"
#include "acts/outbound.h"
#include "acts/quote_priv.h"
#include "acts/remote_emoji.h"
#include "acts/status_priv.h"
#include "acts/undo_priv.h"
#include "base/log.h"
#include "crypt/digest.h"
#include "store/account.h"
#include "store/featured_collection.h"
#include "store/inbound.h"
#include "store/job.h"
#include "store/media.h"
#include "store/notification.h"
#include "store/poll.h"
#include "store/search_index.h"
#include "store/status.h"
#include "store/store.h"
#include "store/thread.h"
#include "wire/url.h"

struct receive {
	const struct remote_status *in;
	const struct account *author;
	status_id id;
	enum received how;
};

/* ---- a new one ---- */

/* Another id of its own time, whose low bits are chance. */
static struct err *free_id(struct call *c, int64_t created_us, status_id *ret)
{
	struct status *taken;

	for (int i = 0; i < 4; i++) {
		*ret = ID(status_id, id_at(c, created_us));
		TRY(status_find(c, *ret, &taken));
		if (!taken)
			return NULL;
	}
	*ret = ID(status_id, id_next(c));
	return NULL;
}

static struct err *fetch_parent(struct call *c, const struct remote_status *in)
{
	struct job_new job = { .kind = JOB_FETCH_THREAD, .arg = in->reply_to_uri, .host = url_domain(c->arena, in->reply_to_uri),
			       .payload = arena_printf(c->arena, "%d %d " STR_FMT, in->thread_depth + 1, in->quote_depth,
						       STR_ARG(url_domain(c->arena, in->uri))) };

	if (in->thread_depth >= REMOTE_THREAD_MAX)
		return NULL;
	job.once_key = arena_concat(c->arena, STR("thread:"), digest_sha256_hex(c->arena, in->reply_to_uri));
	return job_add(c, &job);
}

static struct err *link_up(struct call *c, const struct remote_status *in, struct status *s)
{
	struct status *parent;
	bool deleted;

	s->thread = s->id;
	if (!in->reply_to_uri.n)
		return NULL;
	TRY(status_find_uri(c, in->reply_to_uri, &parent));
	if (parent) {
		s->reply_to = parent->id;
		s->reply_to_account = parent->account;
		s->thread = parent->thread;
		return NULL;
	}
	s->reply_to_uri = in->reply_to_uri;
	TRY(tombstone_stands(c, in->reply_to_uri, &deleted));
	return deleted ? NULL : fetch_parent(c, in);
}

/* Only the file says whether a film makes a sound. Elsewhere GIFs become films too, so every other one may be one. */
static struct err *ask_for_tracks(struct call *c, const struct media *m)
{
	struct job_new job = { .kind = JOB_FILM_TRACKS, .ref_id = m->id.v, .host = url_domain(c->arena, m->remote_url) };
	bool may_be = m->type == MEDIA_VIDEO && (str_eqz(m->mime, "video/mp4") || str_eqz(m->mime, "video/quicktime"));

	return may_be ? job_add(c, &job) : NULL;
}

static struct err *give_media(struct call *c, const struct receive *r, status_id id, struct status_whole *w)
{
	struct media *m = arena_array(c->arena, struct media, r->in->media_n + 1);

	for (size_t i = 0; i < r->in->media_n; i++) {
		m[i] = r->in->media[i];
		m[i].id = ID(media_id, id_next(c));
		m[i].account = r->in->author;
		m[i].status = id;
		m[i].position = (int)i;
		m[i].state = MEDIA_STATE_READY;
		m[i].created_us = c->now_us;
		TRY(ask_for_tracks(c, &m[i]));
	}
	w->new_media = m;
	w->media_n = r->in->media_n;
	return NULL;
}

static void fill(struct status *s, const struct remote_status *in)
{
	s->url = in->url;
	s->content = in->content;
	s->spoiler_text = in->spoiler_text;
	s->sensitive = in->sensitive;
	s->language = in->language;
	s->emojis = in->emojis;
	s->edited_us = in->edited_us;
}

static struct status_whole whole(const struct receive *r)
{
	return (struct status_whole){ .author = r->author, .mentions = r->in->mentions, .mentions_n = r->in->mentions_n, .tag_keys = r->in->tag_keys,
				      .tag_names = r->in->tag_names, .tags_n = r->in->tags_n, .link = r->in->link,
				      .collection_uris = r->in->collection_uris, .collections_n = r->in->collections_n, .quiet = r->in->quiet };
}

/* The collections of people that it links to, as far as they are not known; the job says who has them asked for. */
static struct err *fetch_collections(struct call *c, const struct remote_status *in)
{
	struct collection *known;
	size_t n;

	TRY(collections_by_uris(c, in->collection_uris, in->collections_n, &known, &n));
	for (size_t i = 0; i < in->collections_n; i++) {
		struct job_new job = { .kind = JOB_FETCH_COLLECTIONS, .arg = in->collection_uris[i],
				       .host = url_domain(c->arena, in->collection_uris[i]), .payload = url_domain(c->arena, in->uri) };
		bool there = false;

		for (size_t k = 0; k < n; k++)
			there = there || str_eq(known[k].uri, job.arg);
		job.once_key = arena_concat(c->arena, STR("collection:"), digest_sha256_hex(c->arena, job.arg));
		if (!there)
			TRY(job_add(c, &job));
	}
	return NULL;
}

static struct err *add(struct call *c, struct receive *r)
{
	const struct remote_status *in = r->in;
	struct status_whole w = whole(r);
	struct poll poll;
	bool quotes;

	w.s.id = r->id;
	fill(&w.s, in);
	w.s.uri = in->uri;
	w.s.account = in->author;
	w.s.visibility = in->visibility;
	w.s.created_us = in->created_us;
	w.s.quote_policy = in->quote_policy;
	TRY(link_up(c, in, &w.s));
	TRY(give_media(c, r, w.s.id, &w));
	if (in->poll) {
		poll = *in->poll;
		poll.id = w.s.poll = ID(poll_id, id_next(c));
		poll.status = w.s.id;
		poll.account = in->author;
		w.poll = &poll;
		w.options = in->options;
		w.options_n = in->options_n;
	}
	TRY(acts__status_write(c, &w));
	TRY(fetch_collections(c, in));
	if (in->poll && poll.expires_us > c->now_us)
		TRY(acts__poll_close_job(c, poll.id, poll.expires_us));
	r->how = RECEIVED_NEW;
	TRY(acts__quote_receive(c, in, &w.s, &quotes));
	if (quotes)
		TRY(status_put(c, &w.s));
	return status_adopt(c, &w.s);
}

/* ---- one that stands ---- */

static struct err *count_votes(struct call *c, const struct receive *r, const struct status *old)
{
	int64_t *votes = arena_array(c->arena, int64_t, r->in->options_n + 1);
	struct poll_option *options;
	struct poll poll;
	bool found, same;
	size_t n;

	if (!r->in->poll || !old->poll.v)
		return NULL;
	TRY(poll_find(c, old->poll, &poll, &options, &n, &found));
	if (!found)
		return NULL;
	same = n == r->in->options_n;
	for (size_t i = 0; i < r->in->options_n; i++) {
		votes[i] = r->in->options[i].votes_count;
		same = same && str_eq(options[i].title, r->in->options[i].title);
	}
	if (!same && r->how == RECEIVED_EDIT)
		TRY(poll_options_replace(c, poll.id, r->in->options, r->in->options_n));
	else if (!same)
		return NULL;
	poll.expires_us = r->in->poll->expires_us;
	poll.multiple = r->in->poll->multiple;
	TRY(poll_put(c, &poll));
	TRY(poll_counts_put(c, poll.id, r->in->poll->voters_count, votes, r->in->options_n));
	return status_touch(c, old->id);
}

/* The same files as before keep their rows, and so their addresses. */
static bool media_same(const struct status_parts *before, const struct remote_status *in)
{
	if (before->media_n != in->media_n)
		return false;
	for (size_t i = 0; i < in->media_n; i++)
		if (!str_eq(before->media[i].remote_url, in->media[i].remote_url) || !str_eq(before->media[i].description, in->media[i].description))
			return false;
	return true;
}

static struct err *edit_media(struct call *c, const struct receive *r, const struct status *old, struct status_whole *w)
{
	media_id *ids = arena_array(c->arena, media_id, r->in->media_n + 1);
	struct status_parts before;

	TRY(status_parts_texts(c, &old->id.v, 1, &before));
	if (media_same(&before, r->in)) {
		for (size_t i = 0; i < before.media_n; i++)
			ids[i] = before.media[i].id;
	} else {
		/* Loose first: the rewriting attaches what it is given. */
		TRY(give_media(c, r, ID_NONE(status_id), w));
		for (size_t i = 0; i < w->media_n; i++) {
			TRY(media_add(c, &w->new_media[i]));
			ids[i] = w->new_media[i].id;
		}
	}
	w->new_media = NULL;
	w->media = ids;
	w->media_n = r->in->media_n;
	return NULL;
}

static struct err *edit(struct call *c, struct receive *r, const struct status *old)
{
	struct status_whole w = whole(r);

	r->how = RECEIVED_EDIT;
	w.s = *old;
	fill(&w.s, r->in);
	if (w.s.edited_us <= old->edited_us)
		w.s.edited_us = c->now_us;
	TRY(edit_media(c, r, old, &w));
	TRY(acts__status_rewrite(c, old, &w));
	TRY(fetch_collections(c, r->in));
	return count_votes(c, r, old);
}

/* It was fetched before it was delivered: now those it concerns are told. Both jobs change nothing where it was delivered twice. */
static struct err *tell_late(struct call *c, const struct receive *r, const struct status *s)
{
	struct job_new fanout = { .kind = JOB_FANOUT, .ref_id = s->id.v };
	const struct remote_status *in = r->in;

	if (in->quiet || in->is_update)
		return NULL;
	TRY(mentions_add(c, s->id, in->mentions, in->mentions_n));
	TRY(search_mark(c, s->id));
	for (size_t i = 0; i < in->mentions_n; i++)
		if (!in->mentions[i].silent && !in->mentions[i].untold && !in->mentions[i].domain.n)
			TRY(acts_notify_add(c, NOTIFICATION_MENTION, in->mentions[i].account, in->author, s->id));
	return job_add(c, &fanout);
}

static bool differs(const struct status *old, const struct remote_status *in)
{
	return !str_eq(old->content, in->content) || !str_eq(old->spoiler_text, in->spoiler_text) || old->sensitive != in->sensitive;
}

/* Consent to a quote, and who may quote, change without an edit. */
static struct err *update_quote(struct call *c, const struct receive *r, struct status *old)
{
	bool changed;

	TRY(acts__quote_receive(c, r->in, old, &changed));
	if (!changed && old->quote_policy == r->in->quote_policy)
		return NULL;
	old->quote_policy = r->in->quote_policy;
	TRY(status_put(c, old));
	return acts__status_event(c, EVENT_STATUS_EDITED, old);
}

static struct err *update(struct call *c, struct receive *r, struct status *old)
{
	const struct remote_status *in = r->in;

	r->id = old->id;
	r->how = RECEIVED_STOOD;
	if (in->retold && in->edited_us <= old->edited_us)
		return NULL;
	if (in->edited_us >= old->edited_us)
		TRY(update_quote(c, r, old));
	if (in->edited_us > old->edited_us && in->edited_us > old->created_us)
		return edit(c, r, old);
	if (in->is_update && !in->edited_us && differs(old, in))
		return edit(c, r, old);
	TRY(count_votes(c, r, old));
	return tell_late(c, r, old);
}

/* ---- passing on ---- */

enum { CONCERNED_MAX = 50 };

/* Of one account, and of all below one registered domain, for accounts cost nothing to make. */
static struct err *may_pass_on(struct call *c, const struct status *s, account_id by, bool *ret)
{
	struct str domain = url_domain(c->arena, s->uri), registered = domain_registered(c->arena, domain);
	int64_t used, used_by_all;

	domain = registered.n ? registered : domain;
	TRY(limit_use(c, arena_printf(c->arena, "forwards:%lld", (long long)by.v), US_PER_HOUR, &used));
	TRY(limit_use(c, arena_concat(c->arena, STR("forwards of:"), domain), US_PER_HOUR, &used_by_all));
	*ret = used <= FORWARDS_MAX && used_by_all <= FORWARDS_DOMAIN_MAX;
	if (!*ret)
		log_warn("forward.too_many", KV("of", domain), KV("account", used > FORWARDS_MAX ? by.v : 0));
	return NULL;
}

/* Who here has to do with it: whose post it answers, if that is for everybody, and who has boosted it. */
static struct err *concerned(struct call *c, const struct status *s, account_id ret[CONCERNED_MAX], size_t *ret_n)
{
	struct status *ours = NULL;
	int64_t *boosters;
	size_t n = 0;

	*ret_n = 0;
	if (s->visibility > VISIBILITY_UNLISTED)
		return NULL;
	if (s->reply_to.v)
		TRY(status_find(c, s->reply_to, &ours));
	if (ours && ours->local && !ours->local_only && ours->visibility <= VISIBILITY_UNLISTED)
		ret[(*ret_n)++] = ours->account;
	if (s->reblogs_count)
		TRY(boosters_here(c, s->id, ID_NONE(account_id), CONCERNED_MAX - 1, &boosters, &n));
	for (size_t i = 0; i < n; i++)
		ret[(*ret_n)++] = ID(account_id, boosters[i]);
	return NULL;
}

/* by: who wrote s. Last in its transaction, for others that pass on of theirs wait for it. */
static struct err *pass_on(struct call *c, const struct status *s, account_id by, struct str said, const account_id *whose, size_t n)
{
	bool may;

	if (n == 0)
		return NULL;
	TRY(may_pass_on(c, s, by, &may));
	return may ? acts_outbound_forward(c, whose, n, by, said) : NULL;
}

/* A new one, or an edit; what has only been fetched so far is new to whoever follows. An edit is one only once. */
static struct err *pass_on_state(struct call *c, const struct receive *r)
{
	account_id whose[CONCERNED_MAX];
	struct status *s;
	bool is_new = true;
	size_t n;

	if (!r->in->forward.n || r->how == RECEIVED_REFUSED || (r->how == RECEIVED_STOOD && r->in->is_update))
		return NULL;
	TRY(status_find(c, r->id, &s));
	if (r->how != RECEIVED_EDIT)
		TRY(activity_note(c, digest_sha256_hex(c->arena, arena_concat(c->arena, STR("forward "), r->in->uri)), &is_new));
	if (!s || !is_new)
		return NULL;
	TRY(concerned(c, s, whose, &n));
	return pass_on(c, s, r->in->author, r->in->forward, whose, n);
}

static struct err *keep(struct call *c, void *arg)
{
	struct receive *r = arg;
	status_id id = ID(status_id, id_at(c, r->in->created_us));
	struct status_place place;
	struct status *old;

	r->id = ID_NONE(status_id);
	r->how = RECEIVED_REFUSED;
	TRY(status_place(c, r->in->uri, id, &place));
	if (place.deleted)
		return NULL;
	if (!place.stands.v) {
		r->id = id;
		if (place.taken)
			TRY(free_id(c, r->in->created_us, &r->id));
		return add(c, r);
	}
	/* Two edits at once: the later one must see what the earlier one wrote, or the older text may stay. */
	TRY(status_lock(c, place.stands));
	TRY(status_find_uri(c, r->in->uri, &old));
	if (!old)
		return NULL;
	if (!id_eq(old->account, r->in->author) || old->reblog_of.v || old->local)
		return NULL;
	return update(c, r, old);
}

static struct err *receive(struct call *c, void *arg)
{
	struct receive *r = arg;

	TRY(keep(c, r));
	return pass_on_state(c, r);
}

struct err *acts_status_receive(struct call *c, const struct remote_status *in, status_id *ret, enum received *ret_how)
{
	struct receive r = { .in = in };
	struct account *author = NULL;
	struct err *e;

	if (!in->by)
		TRY(account_find(c, in->author, &author));
	r.author = in->by ? in->by : author;
	if (!r.author || r.author->local || r.author->deleted_us)
		return FAIL(c->arena, ERR_INVALID, "a post of nobody's");
	TRY(acts_remote_emojis_meet(c, r.author->domain, in->emojis));
	e = store_tx(c, receive, &r);
	if (e && e->code == ERR_CONFLICT)
		e = store_tx(c, receive, &r);     /* another worker was first: now it stands */
	TRY(e);
	*ret = r.id;
	*ret_how = r.how;
	return NULL;
}

/* ---- gone ---- */

struct gone {
	account_id author;
	struct str uri, forward;
	bool was;
};

static struct err *drop(struct call *c, void *arg)
{
	account_id whose[CONCERNED_MAX];
	struct gone *g = arg;
	struct status *s;
	size_t n = 0;

	g->was = false;
	TRY(status_find_uri(c, g->uri, &s));
	if (!s)
		return acts__end_foretold(c, g->uri);
	if (!id_eq(s->account, g->author) || s->local)
		return NULL;
	g->was = true;
	if (g->forward.n)                 /* its boosts go with it */
		TRY(concerned(c, s, whose, &n));
	TRY(acts__status_remove(c, s));
	return pass_on(c, s, g->author, g->forward, whose, n);
}

struct err *acts_status_gone(struct call *c, account_id author, struct str uri, struct str forward, bool *ret_was)
{
	struct gone g = { author, uri, forward, false };
	struct err *e = store_tx(c, drop, &g);

	*ret_was = !e && g.was;
	return e && e->code == ERR_NOT_FOUND ? NULL : e;
}
