#include "acts/status.h"

#include "acts/quote_priv.h"
#include "acts/status_priv.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "crypt/digest.h"
#include "store/account.h"
#include "store/repeat.h"
#include "store/scheduled.h"
#include "store/status.h"
#include "store/user.h"
#include "wire/date.h"
#include "wire/text.h"

enum { FINGERPRINT_MAX = 1 << 20 };

/* One act of posting, as its transaction sees it. */
struct post {
	const struct status_in *in;
	struct user user;
	struct draft d;
	enum visibility visibility;
	const struct status *parent;
	int64_t quote_policy;
	struct quote quote;           /* filled where it quotes */
	struct status_whole whole;
	struct once once;
	status_id repeat;             /* what stood already */
	scheduled_id repeat_later, was; /* what waits already; what this has been while it waited */
	int64_t scheduled_us;         /* 0: now */
};

/* ---- has it been said before? ---- */

static void put_part(struct buf *b, struct str s)
{
	buf_addf(b, "%zu:", s.n);
	buf_add(b, s);
	buf_addc(b, ';');
}

static bool stays_home(const struct post *p)
{
	return p->in->local_only || (p->parent && p->parent->local_only) || (p->d.quoted && p->d.quoted->local_only);
}

/* What makes two posts the same to their author. Media are named by what they show, so that a file uploaded twice is one. */
static struct str fingerprint_of(struct call *c, const struct post *p)
{
	struct buf b = buf_init(c->arena, FINGERPRINT_MAX);
	const struct draft *d = &p->d;

	put_part(&b, text_fingerprint(c->arena, d->text));
	put_part(&b, text_fingerprint(c->arena, d->spoiler_text));
	buf_addf(&b, "%s, reply %lld;", visibility_word(p->visibility), (long long)p->in->in_reply_to);
	if (p->scheduled_us)
		buf_addf(&b, "at %lld;", (long long)p->scheduled_us);
	if (d->quoted)
		buf_addf(&b, "quote %lld;", (long long)d->quoted->id.v);
	if (d->content_type != CONTENT_TYPE_PLAIN)
		buf_addz(&b, content_type_word(d->content_type));
	if (stays_home(p))
		buf_addz(&b, "stays here;");
	for (size_t i = 0; i < d->options_n; i++)
		put_part(&b, d->options[i].title);
	if (d->options_n)
		buf_addf(&b, "poll %lld %d %d;", (long long)p->in->poll->expires_in_s, d->poll.multiple, d->poll.hide_totals);
	for (size_t i = 0; i < d->media_n; i++)
		put_part(&b, d->media[i].content_hash.n ? d->media[i].content_hash : arena_printf(c->arena, "%lld", (long long)d->media[i].id.v));
	return digest_sha256_hex(c->arena, buf_str(&b));
}

struct err *acts__pressed_before(struct call *c, account_id who, const struct once *o, status_id *ret, scheduled_id *ret_later)
{
	if (!o->fingerprint.n || o->key.n)
		return NULL;      /* a key of its own says that it is meant */
	return fingerprint_find(c, who, o->fingerprint, c->now_us - GUARD_KEPT_S * US_PER_S,
				c->conf->duplicate_post_guard == DUPLICATE_SLOW, ret, ret_later);
}

int64_t acts__keys_since(const struct call *c) { return c->now_us - IDEMPOTENCY_KEPT_S * US_PER_S; }

/* ---- checks ---- */

static struct err *pick_visibility(struct call *c, struct post *p)
{
	enum visibility *v = &p->visibility;

	*v = p->user.default_privacy;
	if (p->in->visibility.n && (!visibility_parse(p->in->visibility, v) || *v == VISIBILITY_LIMITED))
		return FAIL(c->arena, ERR_INVALID, "Validation failed: Visibility is not included in the list");
	if (*v == VISIBILITY_PUBLIC && p->d.author->silenced_us)
		*v = VISIBILITY_UNLISTED;
	return NULL;
}

static struct err *find_parent(struct call *c, struct post *p)
{
	struct status *s;
	struct err *e;

	if (p->in->in_reply_to == 0)
		return NULL;
	e = acts__status_visible(c, p->d.author->id, ID(status_id, p->in->in_reply_to), &s, NULL);
	if (e && e->code == ERR_NOT_FOUND)
		return FAIL(c->arena, ERR_NOT_FOUND, "The post you are trying to reply to does not appear to exist.");
	p->parent = s;
	return e;
}

/* What is not there, may not be seen or may not be quoted looks the same. */
static struct err *find_quoted(struct call *c, struct post *p)
{
	struct account *author;
	struct status *s;
	bool may = false;
	struct err *e;

	if (p->in->quoted == 0)
		return NULL;
	e = acts__status_visible(c, p->d.author->id, ID(status_id, p->in->quoted), &s, NULL);
	if (!e)
		e = acts__quote_allowed(c, p->d.author->id, s, &may);
	if ((e && e->code == ERR_NOT_FOUND) || (!e && !may))
		return FAIL(c->arena, ERR_NOT_FOUND, "The post you are trying to quote does not appear to exist.");
	TRY(e);
	TRY(account_find(c, s->account, &author));
	p->d.quoted = s;
	p->d.quoted_author = author;
	return author ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

/* What only followers may read is passed on to no more. */
static void narrow_visibility(struct post *p)
{
	if (p->d.quoted && p->d.quoted->visibility == VISIBILITY_PRIVATE && p->visibility < VISIBILITY_PRIVATE)
		p->visibility = VISIBILITY_PRIVATE;
}

static struct err *load_author(struct call *c, account_id id, struct post *p)
{
	struct account *a;
	bool found;

	TRY(account_find(c, id, &a));
	if (!a || a->suspended_us || a->deleted_us)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	p->d.author = a;
	TRY(user_find(c, id, &p->user, &found));
	return found ? NULL : FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
}

/* A direct post shows what it quotes only to its author's knowledge. */
static struct err *quoted_is_addressed(struct call *c, const struct post *p)
{
	bool there = !p->d.quoted || p->visibility != VISIBILITY_DIRECT || id_eq(p->d.quoted->account, p->d.author->id);

	for (size_t i = 0; i < p->d.made.mentions_n && !there; i++)
		there = id_eq(p->d.made.mentions[i].account, p->d.quoted->account);
	return there ? NULL : FAIL(c->arena, ERR_INVALID, "Validation failed: Cannot quote a non-mentioned user in a Private Mention post.");
}

/* Whom the text reaches beside those the client expects. */
static bool reaches_others(struct call *c, const struct post *p, struct status_posted *ret)
{
	int64_t *others = arena_array(c->arena, int64_t, p->d.made.mentions_n + 1);

	for (size_t i = 0; p->in->only_allowed && i < p->d.made.mentions_n; i++) {
		bool allowed = false;

		for (size_t k = 0; k < p->in->allowed_n; k++)
			allowed |= p->in->allowed[k] == p->d.made.mentions[i].account.v;
		if (!allowed)
			others[ret->unexpected_n++] = p->d.made.mentions[i].account.v;
	}
	ret->unexpected = others;
	return ret->unexpected_n > 0;
}

/* ---- the rows ---- */

static void fill(struct call *c, struct post *p, const struct viewer *v)
{
	struct draft *d = &p->d;
	const struct account *a = d->author;
	struct status *s = &p->whole.s;

	*s = (struct status){ .id = ID(status_id, id_next(c)), .account = a->id, .visibility = p->visibility,
			      .text = d->made.text, .content = d->made.content, .spoiler_text = d->spoiler_text,
			      .sensitive = d->sensitive, .language = d->language, .emojis = d->made.emojis,
			      .app = v->app, .local = true, .quote_policy = p->quote_policy, .local_only = stays_home(p),
			      .content_type = d->content_type, .created_us = c->now_us };
	s->uri = arena_printf(c->arena, STR_FMT "/statuses/%lld", STR_ARG(a->uri), (long long)s->id.v);
	s->url = arena_printf(c->arena, STR_FMT "/@" STR_FMT "/%lld", STR_ARG(c->conf->base_url), STR_ARG(a->username), (long long)s->id.v);
	s->thread = s->id;
	if (p->parent) {
		/* Who goes on with an answer of their own still answers the same person. */
		bool goes_on = id_eq(p->parent->account, a->id) && p->parent->reply_to_account.v;

		s->reply_to = p->parent->id;
		s->reply_to_account = goes_on ? p->parent->reply_to_account : p->parent->account;
		s->thread = p->parent->thread;
	}
	if (d->quoted)
		s->quote = ID(quote_id, id_next(c));
	if (d->options_n) {
		d->poll.id = s->poll = ID(poll_id, id_next(c));
		d->poll.status = s->id;
	}
	p->whole = (struct status_whole){ .s = *s, .author = a, .mentions = d->made.mentions, .mentions_n = d->made.mentions_n,
					  .tag_keys = d->made.tag_keys, .tag_names = d->made.tag_names, .tags_n = d->made.tags_n,
					  .poll = d->options_n ? &d->poll : NULL, .options = d->options, .options_n = d->options_n,
					  .media = d->media_ids, .media_n = d->media_n };
	if (d->quoted)
		acts__quote_fill(c, d, &p->whole, &p->quote);
}

static bool is_repeat(const struct post *p) { return p->repeat.v || p->repeat_later.v; }

static struct err *save(struct call *c, void *arg)
{
	struct post *p = arg;
	account_id who = p->d.author->id;
	status_id id = p->whole.s.id;
	bool taken = false, waited = true;

	p->repeat = ID_NONE(status_id);
	p->repeat_later = ID_NONE(scheduled_id);
	if (p->whole.s.reply_to.v)
		TRY(status_lock(c, p->whole.s.reply_to));
	/* Takes the author's row: two posts of one author happen one after another, so that the second sees the first. */
	TRY(account_count(c, who, 0, 0, 0, 0));
	if (p->once.key.n)
		TRY(idempotency_claim(c, who, p->once.key, id.v, acts__keys_since(c), &taken));
	if (taken)
		TRY(idempotency_find(c, who, p->once.key, acts__keys_since(c), &p->repeat, &p->repeat_later));
	else
		TRY(acts__pressed_before(c, who, &p->once, &p->repeat, &p->repeat_later));
	if (taken || is_repeat(p))
		return FAIL_DEFAULT(c->arena, ERR_CONFLICT);
	if (p->was.v) {
		TRY(scheduled_drop(c, who, p->was, &waited));
		TRY(idempotency_published(c, who, p->was, id));
	} else {
		TRY(acts__statuses_limit(c, who));
	}
	if (!waited)
		return FAIL_DEFAULT(c->arena, ERR_GONE);
	TRY(acts__status_write(c, &p->whole));
	if (p->once.fingerprint.n)
		TRY(fingerprint_add(c, who, p->once.fingerprint, id.v));
	return acts__draft_jobs(c, &p->d, id);
}

/* How this answer goes is not noted: what counts is how the first one went. */
static struct err *repeated(const struct post *p, struct status_posted *ret)
{
	*ret = (struct status_posted){ .id = p->repeat, .later = p->repeat_later, .repeated = true };
	return NULL;
}

/* A time that has passed by now says nothing. */
static struct err *read_time(struct call *c, struct post *p)
{
	if (!p->in->scheduled_at.n)
		return NULL;
	if (!date_parse(p->in->scheduled_at, &p->scheduled_us))
		return FAIL_FIELD(c->arena, "scheduled_at", "ERR_INVALID", "is invalid");
	if (p->scheduled_us <= c->now_us)
		p->scheduled_us = 0;
	return NULL;
}

static struct err *prepare(struct call *c, struct post *p)
{
	TRY(read_time(c, p));
	TRY(acts__draft_texts(c, p->in, &p->user, &p->d));
	TRY(pick_visibility(c, p));
	TRY(find_parent(c, p));
	TRY(find_quoted(c, p));
	narrow_visibility(p);
	TRY(acts__quote_policy(c, p->in->quote_policy, &p->user, p->visibility, &p->quote_policy));
	TRY(acts__draft_media(c, p->in, &p->d));
	if (c->conf->duplicate_post_guard != DUPLICATE_OFF && !p->was.v)
		p->once.fingerprint = fingerprint_of(c, p);
	if (c->conf->duplicate_post_guard == DUPLICATE_SLOW)
		TRY(acts_answers_flush(c, p->d.author->id));
	return acts__pressed_before(c, p->d.author->id, &p->once, &p->repeat, &p->repeat_later);
}

static struct err *run(struct call *c, const struct viewer *v, struct post *p, struct status_posted *ret)
{
	struct limit_note before = c->limit;
	struct err *e;

	TRY(prepare(c, p));
	if (is_repeat(p))
		return repeated(p, ret);
	if (!p->was.v)
		TRY(acts__draft_media_free(c, &p->d, ID_NONE(status_id)));
	TRY(acts__draft_compose(c, &p->d));
	TRY(quoted_is_addressed(c, p));
	if (reaches_others(c, p, ret))
		return NULL;
	if (p->scheduled_us)
		return acts__schedule(c, v, p->in, &p->d, p->scheduled_us, &p->once, ret);
	fill(c, p, v);
	e = store_tx(c, save, p);
	if (e && is_repeat(p)) {
		c->limit = before;
		return repeated(p, ret);
	}
	if (!e)
		*ret = (struct status_posted){ .id = p->whole.s.id, .note = { p->once.fingerprint.n ? p->whole.s.id.v : 0, v->account } };
	return e;
}

struct err *acts_status_post(struct call *c, const struct viewer *v, const struct status_in *in, struct status_posted *ret)
{
	struct post p = { .in = in };

	*ret = (struct status_posted){ 0 };
	TRY(load_author(c, v->account, &p));
	if (in->key.n) {
		p.once.key = digest_sha256_hex(c->arena, in->key);
		TRY(idempotency_find(c, v->account, p.once.key, acts__keys_since(c), &p.repeat, &p.repeat_later));
	}
	return is_repeat(&p) ? repeated(&p, ret) : run(c, v, &p, ret);
}

struct err *acts__status_publish(struct call *c, const struct viewer *v, const struct status_in *in, scheduled_id was, struct status_posted *ret)
{
	struct post p = { .in = in, .was = was };

	*ret = (struct status_posted){ 0 };
	TRY(load_author(c, v->account, &p));
	return run(c, v, &p, ret);
}
