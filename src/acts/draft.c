/* What somebody typed, checked: the half of posting and editing that comes before any row is written. */
#include "acts/language.h"
#include "acts/status_priv.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "store/job.h"
#include "store/media.h"
#include "store/status.h"
#include "wire/text.h"

static struct err *bad_poll(struct call *c, const char *what)
{
	return FAIL(c->arena, ERR_INVALID, "Validation failed: %s", what);
}

static struct err *check_options(struct call *c, const struct draft *d)
{
	int64_t max = c->conf->poll_options_max, chars = c->conf->poll_option_chars;

	if (d->options_n < 2)
		return bad_poll(c, "Choices must have more than one item");
	if (d->options_n > (size_t)max)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: Choices can't contain more than %lld items", (long long)max);
	for (size_t i = 0; i < d->options_n; i++) {
		if (text_graphemes(c->arena, d->options[i].title) > (size_t)chars)
			return FAIL(c->arena, ERR_INVALID, "Validation failed: Choices cannot be longer than %lld characters each", (long long)chars);
		for (size_t k = 0; k < i; k++)
			if (str_eq(d->options[i].title, d->options[k].title))
				return bad_poll(c, "Choices contain duplicate items");
	}
	return NULL;
}

static struct err *take_poll(struct call *c, const struct poll_in *in, struct draft *d)
{
	if (!in)
		return NULL;
	d->options = arena_array(c->arena, struct poll_option, in->n + 1);
	for (size_t i = 0; i < in->n; i++) {
		struct poll_option *o = &d->options[d->options_n];

		*o = (struct poll_option){ .position = (int)d->options_n, .title = text_display_name(c->arena, in->options[i]) };
		d->options_n += o->title.n > 0;
	}
	TRY(check_options(c, d));
	if (in->expires_in_s <= 0)
		return bad_poll(c, "Deadline can't be blank");
	if (in->expires_in_s < POLL_SOONEST_S)
		return bad_poll(c, "Deadline is too soon");
	if (in->expires_in_s > POLL_LATEST_S)
		return bad_poll(c, "Deadline is too far into the future");
	d->poll = (struct poll){ .account = d->author->id, .expires_us = c->now_us + in->expires_in_s * US_PER_S, .multiple = in->multiple,
				 .hide_totals = in->hide_totals };
	return NULL;
}

/* What was asked for, else what the author writes in, else the server's main language. */
static struct str pick_language(struct call *c, struct str asked, const struct user *u)
{
	struct str language = acts_language(asked);

	if (!language.n)
		language = acts_language(u->default_language);
	if (!language.n && c->conf->languages.n)
		language = acts_language(c->conf->languages.v[0]);
	return language.n ? language : STR_NONE;
}

struct err *acts__draft_texts(struct call *c, const struct status_in *in, const struct user *u, struct draft *d)
{
	size_t max = (size_t)c->conf->status_max_chars;

	if (in->content_type.n && !content_type_parse(in->content_type, &d->content_type))
		return FAIL(c->arena, ERR_INVALID, "Validation failed: Content type is not included in the list");
	d->text = text_tidy(c->arena, in->text);
	d->spoiler_text = text_tidy(c->arena, in->spoiler_text);
	d->sensitive = (in->sensitive < 0 ? u->default_sensitive : in->sensitive > 0) || d->spoiler_text.n;
	if (!d->text.n && d->spoiler_text.n && !in->quoted) {
		d->text = d->spoiler_text;    /* a warning of nothing is the post itself */
		d->spoiler_text = STR("");
	}
	if (!d->text.n && !in->media_n && !in->quoted)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: Text can't be blank");
	if (text_length(c->arena, d->text) + text_length(c->arena, d->spoiler_text) > max)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: Text character limit of %zu exceeded", max);
	d->language = pick_language(c, in->language, u);
	return take_poll(c, in->poll, d);
}

static struct err *media_missing(struct call *c, const struct str *ids, size_t n)
{
	struct buf b = buf_init(c->arena, 1024);

	for (size_t i = 0; i < n; i++) {
		buf_addz(&b, i ? ", " : "");
		buf_add(&b, ids[i]);
	}
	return FAIL(c->arena, ERR_INVALID, "Media " STR_FMT " not found or already attached to another post", STR_ARG(buf_str(&b)));
}

struct err *acts__draft_media(struct call *c, const struct status_in *in, struct draft *d)
{
	struct str *missing;
	size_t missing_n = 0, rows_n = 0;
	struct media *rows = NULL;

	if (in->media_n > (size_t)c->conf->media_max)
		return FAIL(c->arena, ERR_INVALID, "Cannot attach more than %lld files", (long long)c->conf->media_max);
	if (in->media_n == 0)
		return NULL;
	TRY(media_by_ids(c, in->media, in->media_n, &rows, &rows_n));
	d->media = arena_array(c->arena, struct media, in->media_n);
	d->media_ids = arena_array(c->arena, media_id, in->media_n);
	missing = arena_array(c->arena, struct str, in->media_n);
	for (size_t i = 0; i < in->media_n; i++) {
		const struct media *m = NULL;

		for (size_t k = 0; k < rows_n; k++)
			if (rows[k].id.v == in->media[i] && id_eq(rows[k].account, d->author->id))
				m = &rows[k];
		for (size_t k = 0; m && k < d->media_n; k++)
			if (id_eq(d->media[k].id, m->id))
				m = NULL;             /* said twice */
		if (m) {
			d->media_ids[d->media_n] = m->id;
			d->media[d->media_n++] = *m;
		} else {
			missing[missing_n++] = arena_printf(c->arena, "%lld", (long long)in->media[i]);
		}
	}
	return missing_n ? media_missing(c, missing, missing_n) : NULL;
}

struct err *acts__draft_media_free(struct call *c, const struct draft *d, status_id post)
{
	for (size_t i = 0; i < d->media_n; i++) {
		const struct media *m = &d->media[i];
		struct str id = arena_printf(c->arena, "%lld", (long long)m->id.v);

		if (m->status.v && !id_eq(m->status, post))
			return media_missing(c, &id, 1);
		if ((m->type == MEDIA_VIDEO || m->type == MEDIA_AUDIO) && d->media_n > 1)
			return FAIL(c->arena, ERR_INVALID, "Cannot attach a video to a post that already contains images");
		if (m->state != MEDIA_STATE_READY)
			return FAIL(c->arena, ERR_INVALID, "Cannot attach files that have not finished processing. Try again in a moment!");
	}
	return NULL;
}

struct err *acts__draft_compose(struct call *c, struct draft *d)
{
	struct buf beside = buf_init(c->arena, 64 * 1024);

	buf_add(&beside, d->spoiler_text);
	for (size_t i = 0; i < d->options_n; i++) {
		buf_addc(&beside, '\n');
		buf_add(&beside, d->options[i].title);
	}
	return acts_compose(c, &(struct compose_in){ .author = d->author->id, .text = d->text, .type = d->content_type, .beside = buf_str(&beside),
						     .quoted_url = d->quoted ? acts_quoted_url(d->quoted) : STR_NONE }, &d->made);
}

struct err *acts__poll_close_job(struct call *c, poll_id id, int64_t expires_us)
{
	struct job_new job = { .kind = JOB_POLL_CLOSE, .ref_id = id.v, .due_us = expires_us,
			       .once_key = arena_printf(c->arena, "poll:%lld:%lld", (long long)id.v, (long long)expires_us) };

	return job_add(c, &job);
}

struct err *acts__draft_jobs(struct call *c, const struct draft *d, status_id post)
{
	struct job_new *jobs = arena_array(c->arena, struct job_new, d->made.unknown_n + 1);

	for (size_t i = 0; i < d->made.unknown_n; i++) {
		struct str handle = d->made.unknown[i];

		jobs[i] = (struct job_new){ .kind = JOB_RESOLVE, .ref_id = post.v, .arg = handle, .host = str_from(handle, str_find(handle, '@') + 1) };
	}
	TRY(jobs_add(c, jobs, d->made.unknown_n));
	return d->options_n ? acts__poll_close_job(c, d->poll.id, d->poll.expires_us) : NULL;
}
