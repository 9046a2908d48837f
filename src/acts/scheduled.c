#include "acts/scheduled.h"

#include "acts/acts_user_priv.h"
#include "acts/status_priv.h"
#include "base/log.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/job.h"
#include "store/repeat.h"
#include "store/scheduled.h"
#include "wire/date.h"
#include "wire/json.h"

/* A post's text and warning, a poll; as JSON. */
enum { PARAMS_MAX_BYTES = 4 * 1024 * 1024, TOLD_MAX_BYTES = 20000 };

/* ---- what the client said, as the entity's params ---- */

static void write_poll(const struct poll_in *p, struct jw *w)
{
	jw_obj(w);
	jw_key(w, "options");
	jw_arr(w);
	for (size_t i = 0; i < p->n; i++)
		jw_str(w, p->options[i]);
	jw_arr_end(w);
	jw_ki64(w, "expires_in", p->expires_in_s);
	jw_kbool(w, "multiple", p->multiple);
	jw_kbool(w, "hide_totals", p->hide_totals);
	jw_obj_end(w);
}

static void write_media(const struct status_in *in, struct jw *w)
{
	jw_key(w, "media_ids");
	if (!in->media_n) {
		jw_null(w);
		return;
	}
	jw_arr(w);
	for (size_t i = 0; i < in->media_n; i++)
		jw_id(w, in->media[i]);
	jw_arr_end(w);
}

static struct err *write_params(struct call *c, const struct status_in *in, app_id app, struct str *ret)
{
	struct buf b = buf_init(c->arena, PARAMS_MAX_BYTES);
	struct jw w = jw_init(&b);

	jw_obj(&w);
	jw_kstr(&w, "text", in->text.p ? in->text : STR(""));
	jw_kstr(&w, "spoiler_text", in->spoiler_text);
	jw_kstr(&w, "visibility", in->visibility.n ? in->visibility : STR_NONE);
	jw_kstr(&w, "language", in->language.n ? in->language : STR_NONE);
	jw_key(&w, "sensitive");
	if (in->sensitive < 0)
		jw_null(&w);
	else
		jw_bool(&w, in->sensitive > 0);
	jw_key(&w, "in_reply_to_id");
	if (in->in_reply_to > 0)
		jw_i64(&w, in->in_reply_to);
	else
		jw_null(&w);
	jw_key(&w, "quoted_status_id");
	jw_id(&w, in->quoted > 0 ? in->quoted : 0);
	if (in->quote_policy.n)           /* no null: Mastodon's schema has none here */
		jw_kstr(&w, "quote_approval_policy", in->quote_policy);
	jw_kstr(&w, "content_type", in->content_type.n ? in->content_type : STR_NONE);
	jw_kbool(&w, "local_only", in->local_only);
	write_media(in, &w);
	jw_key(&w, "poll");
	if (in->poll)
		write_poll(in->poll, &w);
	else
		jw_null(&w);
	jw_ki64(&w, "application_id", app.v);
	jw_knull(&w, "scheduled_at");
	jw_knull(&w, "idempotency");
	jw_kbool(&w, "with_rate_limit", false);
	jw_obj_end(&w);
	*ret = buf_str(&b);
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INVALID, "Validation failed: Text is too long to be kept");
}

static const struct poll_in *read_poll(struct call *c, const struct json *v)
{
	struct poll_in *p = arena_new(c->arena, struct poll_in);
	const struct json *options = json_get(v, "options");
	struct str *each = arena_array(c->arena, struct str, json_len(options) + 1);

	if (json_kind(v) != JSON_OBJECT)
		return NULL;
	for (; p->n < json_len(options); p->n++)
		each[p->n] = json_str(json_at(options, p->n));
	p->options = each;
	if (!json_i64(json_get(v, "expires_in"), &p->expires_in_s))
		p->expires_in_s = 0;
	p->multiple = json_bool(json_get(v, "multiple"), false);
	p->hide_totals = json_bool(json_get(v, "hide_totals"), false);
	return p;
}

static struct err *read_params(struct call *c, struct str params, struct status_in *ret)
{
	const struct json *v, *sensitive, *media;
	int64_t *ids;

	TRY(json_parse(c->arena, params, &v));
	sensitive = json_get(v, "sensitive");
	media = json_get(v, "media_ids");
	ids = arena_array(c->arena, int64_t, json_len(media) + 1);
	*ret = (struct status_in){
		.text = json_get_s(v, "text"), .spoiler_text = json_get_s(v, "spoiler_text"), .visibility = json_get_s(v, "visibility"),
		.language = json_get_s(v, "language"), .poll = read_poll(c, json_get(v, "poll")), .media = ids,
		.sensitive = json_kind(sensitive) == JSON_BOOL ? json_bool(sensitive, false) : -1,
		.quote_policy = json_get_s(v, "quote_approval_policy"), .content_type = json_get_s(v, "content_type"),
		.local_only = json_bool(json_get(v, "local_only"), false),
	};
	for (; ret->media_n < json_len(media); ret->media_n++)
		if (!json_i64(json_at(media, ret->media_n), &ids[ret->media_n]))
			ids[ret->media_n] = -1;
	if (!json_i64(json_get(v, "in_reply_to_id"), &ret->in_reply_to))
		ret->in_reply_to = 0;
	if (!json_i64(json_get(v, "quoted_status_id"), &ret->quoted))
		ret->quoted = 0;
	return NULL;
}

/* ---- keeping and moving ---- */

struct later {
	struct scheduled row;
	const struct draft *d;
	const struct once *once;
	bool was;
	status_id repeat;
	scheduled_id repeat_later;
};

static struct err *check_time(struct call *c, int64_t at_us)
{
	if (at_us <= c->now_us + SCHEDULED_SOONEST_S * US_PER_S)
		return FAIL_FIELD(c->arena, "scheduled_at", "ERR_INVALID", "The scheduled date must be in the future");
	return NULL;
}

/* In a transaction that holds the author's row. */
static struct err *check_room(struct call *c, const struct scheduled *s, bool is_new)
{
	int64_t day = s->scheduled_us - s->scheduled_us % US_PER_DAY, all, within;

	TRY(scheduled_counts(c, s->account, s->id, day, day + US_PER_DAY, &all, &within));
	if (is_new && all >= SCHEDULED_TOTAL_MAX)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: You have exceeded the limit of %d scheduled posts", SCHEDULED_TOTAL_MAX);
	if (within >= SCHEDULED_DAY_MAX)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: You have exceeded the limit of %d scheduled posts for today", SCHEDULED_DAY_MAX);
	return NULL;
}

static struct err *add_job(struct call *c, const struct scheduled *s)
{
	struct job_new job = { .kind = JOB_SCHEDULED, .ref_id = s->id.v, .due_us = s->scheduled_us,
			       .once_key = arena_printf(c->arena, "scheduled:%lld:%lld", (long long)s->id.v, (long long)s->scheduled_us) };

	return job_add(c, &job);
}

static struct err *keep(struct call *c, void *arg)
{
	struct later *l = arg;
	bool taken = false;
	int64_t held;

	l->repeat = ID_NONE(status_id);
	l->repeat_later = ID_NONE(scheduled_id);
	/* Takes the author's row, so that two at once are counted one after another. */
	TRY(account_count(c, l->row.account, 0, 0, 0, 0));
	if (l->once->key.n)
		TRY(idempotency_claim(c, l->row.account, l->once->key, l->row.id.v, acts__keys_since(c), &taken));
	if (taken)
		TRY(idempotency_find(c, l->row.account, l->once->key, acts__keys_since(c), &l->repeat, &l->repeat_later));
	else
		TRY(acts__pressed_before(c, l->row.account, l->once, &l->repeat, &l->repeat_later));
	if (taken || l->repeat.v || l->repeat_later.v)
		return FAIL_DEFAULT(c->arena, ERR_CONFLICT);
	if (l->once->fingerprint.n)
		TRY(fingerprint_add(c, l->row.account, l->once->fingerprint, l->row.id.v));
	TRY(check_room(c, &l->row, true));
	TRY(scheduled_add(c, &l->row));
	TRY(scheduled_media_hold(c, l->row.id, l->d->media_ids, l->d->media_n, &held));
	if (held != (int64_t)l->d->media_n)
		return FAIL(c->arena, ERR_INVALID, "Media not found or already attached to another post");
	return add_job(c, &l->row);
}

struct err *acts__schedule(struct call *c, const struct viewer *v, const struct status_in *in, const struct draft *d, int64_t at_us,
			   const struct once *once, struct status_posted *ret)
{
	struct later l = { .row = { .id = ID(scheduled_id, id_next(c)), .account = v->account, .app = v->app, .scheduled_us = at_us }, .d = d,
			   .once = once };
	struct err *e;

	TRY(check_time(c, at_us));
	TRY(write_params(c, in, v->app, &l.row.params));
	e = store_tx(c, keep, &l);
	if (e && (l.repeat.v || l.repeat_later.v)) {
		*ret = (struct status_posted){ .id = l.repeat, .later = l.repeat_later, .repeated = true };
		return NULL;
	}
	*ret = (struct status_posted){ .later = l.row.id, .note = { once->fingerprint.n ? l.row.id.v : 0, v->account } };
	return e;
}

static struct err *move(struct call *c, void *arg)
{
	struct later *l = arg;

	TRY(account_count(c, l->row.account, 0, 0, 0, 0));
	TRY(check_room(c, &l->row, false));
	TRY(fingerprints_forget(c, l->row.account));
	TRY(scheduled_move(c, l->row.account, l->row.id, l->row.scheduled_us, &l->was));
	return l->was ? add_job(c, &l->row) : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *acts_scheduled_move(struct call *c, account_id who, scheduled_id id, struct str at)
{
	struct later l = { 0 };

	TRY(scheduled_find(c, who, id, &l.row, &l.was));
	if (!l.was)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (!date_parse(at, &l.row.scheduled_us))
		return FAIL_FIELD(c->arena, "scheduled_at", "ERR_INVALID", "is invalid");
	TRY(check_time(c, l.row.scheduled_us));
	return store_tx(c, move, &l);
}

static struct err *drop(struct call *c, void *arg)
{
	struct later *l = arg;

	TRY(fingerprints_forget(c, l->row.account));
	TRY(scheduled_drop(c, l->row.account, l->row.id, &l->was));
	return l->was ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *acts_scheduled_drop(struct call *c, account_id who, scheduled_id id)
{
	return store_tx(c, drop, &(struct later){ .row = { .id = id, .account = who } });
}

/* ---- publishing ---- */

struct given_up {
	const struct scheduled *row;
	struct str about;
	bool was;
};

/* The end of one that nobody was told of: its job names it so. */
static const char at_end[] = "end";

static struct err *give_up(struct call *c, void *arg)
{
	struct given_up *g = arg;
	struct job_new end = { .kind = JOB_SCHEDULED, .ref_id = g->row->id.v, .arg = str_z(at_end), .due_us = g->row->scheduled_us + SCHEDULED_KEPT_US };

	if (!c->conf->smtp_url.n && c->now_us < end.due_us)
		return job_add(c, &end);
	TRY(scheduled_drop(c, g->row->account, g->row->id, &g->was));
	return g->was ? acts__mail(c, g->row->account, "scheduled", g->about) : NULL;
}

/* What it answers or quotes is gone, its author may not post: it never will be published, and its author gets it back by mail. */
static struct err *tell_author(struct call *c, const struct scheduled *s, const struct status_in *in, const struct err *why)
{
	struct given_up g = { .row = s };

	g.about = arena_concat(c->arena, why->text, STR("\n\nIt said:\n\n"), str_utf8_upto(in->text, TOLD_MAX_BYTES));
	TRY(store_tx(c, give_up, &g));
	log_info("scheduled.given_up", KV("account", s->account.v), KV("why", why->text));
	return NULL;
}

struct err *acts_job_scheduled(struct call *c, const struct job *job, bool *ret_later)
{
	struct status_posted posted;
	struct scheduled s;
	struct status_in in;
	struct viewer v;
	struct err *e;
	bool found;

	(void)ret_later;
	TRY(scheduled_find(c, ID_NONE(account_id), ID(scheduled_id, job->ref_id), &s, &found));
	/* It may have been given another time, which has a job of its own. */
	if (!found || s.scheduled_us > c->now_us)
		return NULL;
	TRY(read_params(c, s.params, &in));
	if (str_eqz(job->arg, at_end))
		return c->now_us < s.scheduled_us + SCHEDULED_KEPT_US ? NULL : tell_author(c, &s, &in, FAIL_DEFAULT(c->arena, ERR_GONE));
	v = (struct viewer){ .kind = VIEWER_PERSON, .account = s.account, .app = s.app };
	e = acts__status_publish(c, &v, &in, s.id, &posted);
	if (!e || e->code == ERR_GONE)
		return NULL;
	return err_retry(e->code) == ERR_RETRY_DROP || job->tries + 1 >= job_tries_max(job->kind) ? tell_author(c, &s, &in, e) : e;
}
