#include "acts/announcement.h"

#include "acts/compose.h"
#include "conf/conf.h"
#include "model/event.h"
#include "store/announcement.h"
#include "store/event.h"
#include "store/instance.h"
#include "store/job.h"
#include "store/search.h"
#include "store/status.h"
#include "wire/date.h"
#include "wire/json.h"
#include "wire/text.h"

enum { PARTS_JSON_MAX = 256 * 1024 };
/* Every open stream of a person's own. */
static const struct str everyone = STRC("everyone");

struct saying {
	struct announcement row;
	int64_t statuses[ANNOUNCEMENT_STATUSES_MAX];
	size_t statuses_n;
	bool was_seen, was;
};

static struct err *missing(struct call *c) { return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND); }

/* ---- what is said ---- */

static struct str mentions_json(struct call *c, const struct composed *made)
{
	struct buf b = buf_init(c->arena, PARTS_JSON_MAX);
	struct jw w = jw_init(&b);

	jw_arr(&w);
	for (size_t i = 0; i < made->mentions_n; i++) {
		const struct mention *m = &made->mentions[i];

		jw_obj(&w);
		jw_kid(&w, "id", m->account.v);
		jw_kstr(&w, "username", m->username);
		jw_kstr(&w, "url", m->url);
		jw_kstr(&w, "acct", m->domain.n ? arena_concat(c->arena, m->username, STR("@"), m->domain) : m->username);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	return buf_ok(&b) ? buf_str(&b) : STR("[]");
}

static struct str tags_json(struct call *c, const struct composed *made)
{
	struct buf b = buf_init(c->arena, PARTS_JSON_MAX);
	struct jw w = jw_init(&b);

	jw_arr(&w);
	for (size_t i = 0; i < made->tags_n; i++) {
		jw_obj(&w);
		jw_kstr(&w, "name", made->tag_names[i]);
		jw_kstr(&w, "url", arena_concat(c->arena, c->conf->base_url, STR("/tags/"), made->tag_keys[i]));
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	return buf_ok(&b) ? buf_str(&b) : STR("[]");
}

/* The post whose page or id this address is; none: it is another's, or unknown here. */
static struct err *find_by_address(struct call *c, struct str url, status_id *ret)
{
	size_t slash = str_rfind(url, '/');
	struct str last = slash < url.n ? str_from(url, slash + 1) : STR("");
	struct status *s = NULL;
	account_id account;
	int64_t id;

	if (url.p && str_has_prefix(url, c->conf->base_url) && str_i64(last, &id))
		TRY(status_find(c, ID(status_id, id), &s));
	if (s && !str_eq(s->url, url))
		s = NULL;
	if (!s)
		TRY(status_find_uri(c, url, &s));
	*ret = s ? s->id : ID_NONE(status_id);
	return s ? NULL : search_by_url(c, url, &account, ret);
}

/* Posts by their addresses. */
static struct err *take_statuses(struct call *c, struct saying *s)
{
	struct text_entity *v;
	size_t n = text_scan(c->arena, s->row.text, &v);

	for (size_t i = 0; i < n && s->statuses_n < ANNOUNCEMENT_STATUSES_MAX; i++) {
		status_id status = ID_NONE(status_id);

		if (v[i].kind == TEXT_URL)
			TRY(find_by_address(c, v[i].name, &status));
		if (status.v)
			s->statuses[s->statuses_n++] = status.v;
	}
	return NULL;
}

static struct err *read_text(struct call *c, struct saying *s)
{
	struct composed made;

	if (!s->row.text.n)
		return FAIL_FIELD(c->arena, "text", "ERR_BLANK", "can't be blank");
	if (text_graphemes(c->arena, s->row.text) > ANNOUNCEMENT_CHARS_MAX)
		return FAIL_FIELD(c->arena, "text", "ERR_TOO_LONG", "is too long (maximum is %d characters)", ANNOUNCEMENT_CHARS_MAX);
	TRY(acts_compose(c, &(struct compose_in){ .text = s->row.text, .beside = STR("") }, &made));
	s->row.content = made.content;
	s->row.emojis = made.emojis;
	s->row.mentions = mentions_json(c, &made);
	s->row.tags = tags_json(c, &made);
	return take_statuses(c, s);
}

static struct err *read_time(struct call *c, const char *field, struct str s, int64_t *us)
{
	if (!s.p)
		return NULL;
	*us = 0;
	if (s.n && !date_parse(s, us))
		return FAIL_FIELD(c->arena, field, "ERR_INVALID", "is invalid");
	return NULL;
}

static struct err *read_times(struct call *c, const struct announcement_in *in, struct announcement *a)
{
	TRY(read_time(c, "starts_at", in->starts, &a->starts_us));
	TRY(read_time(c, "ends_at", in->ends, &a->ends_us));
	TRY(read_time(c, "scheduled_at", in->at, &a->scheduled_us));
	if (a->ends_us && a->ends_us < a->starts_us)
		return FAIL_FIELD(c->arena, "ends_at", "ERR_INVALID", "must be after the start");
	if (in->all_day >= 0)
		a->all_day = in->all_day > 0;
	a->all_day = a->all_day && a->starts_us && a->ends_us;
	if (a->all_day) {
		a->starts_us -= a->starts_us % US_PER_DAY;
		a->ends_us += US_PER_DAY - a->ends_us % US_PER_DAY - US_PER_S;
	}
	return NULL;
}

/* ---- changing ---- */

static bool is_over(const struct call *c, const struct announcement *a) { return a->ends_us && a->ends_us <= c->now_us; }

static struct err *tell(struct call *c, const struct saying *s)
{
	if (s->row.published_us)
		return store_event_add(c, EVENT_ANNOUNCEMENT, s->row.id, everyone, STR_NONE);
	return s->was_seen ? store_event_add(c, EVENT_ANNOUNCEMENT_DELETED, s->row.id, everyone, STR_NONE) : NULL;
}

static struct err *add_job(struct call *c, const struct announcement *a, int64_t due_us)
{
	struct job_new job = { .kind = JOB_ANNOUNCEMENT, .ref_id = a->id, .due_us = due_us,
			       .once_key = arena_printf(c->arena, "announcement:%lld:%lld", (long long)a->id, (long long)due_us) };

	return due_us > c->now_us ? job_add(c, &job) : NULL;
}

static struct err *put(struct call *c, void *arg)
{
	struct saying *s = arg;

	TRY(announcement_put(c, &s->row, s->statuses, s->statuses_n));
	if (!s->row.published_us)
		TRY(add_job(c, &s->row, s->row.scheduled_us));
	TRY(add_job(c, &s->row, s->row.ends_us));
	return tell(c, s);
}

static struct err *load(struct call *c, int64_t id, struct saying *s)
{
	bool found;

	TRY(announcement_find(c, ID_NONE(account_id), id, &s->row, &found));
	s->was_seen = found && s->row.published_us;
	return found ? NULL : missing(c);
}

struct err *acts_announcement_put(struct call *c, int64_t id, const struct announcement_in *in, int64_t *ret_id)
{
	struct saying s = { .row = { .id = id_next(c), .text = STR(""), .created_us = c->now_us } };

	if (id)
		TRY(load(c, id, &s));
	if (in->text.p)
		s.row.text = str_trim(in->text);
	s.row.updated_us = c->now_us;
	TRY(read_text(c, &s));
	TRY(read_times(c, in, &s.row));
	if (!id && !in->draft && s.row.scheduled_us <= c->now_us && !is_over(c, &s.row))
		s.row.published_us = c->now_us;
	*ret_id = s.row.id;
	return store_tx(c, put, &s);
}

struct err *acts_announcement_publish(struct call *c, int64_t id, bool publish)
{
	struct saying s = { 0 };

	TRY(load(c, id, &s));
	if (publish == s.was_seen)
		return NULL;
	if (publish && is_over(c, &s.row))
		return FAIL(c->arena, ERR_INVALID, "the announcement's time is over");
	s.row.published_us = publish ? c->now_us : 0;
	s.row.scheduled_us = 0;
	TRY(take_statuses(c, &s));
	return store_tx(c, put, &s);
}

static struct err *drop(struct call *c, void *arg)
{
	struct saying *s = arg;

	TRY(announcement_drop(c, s->row.id, &s->was));
	s->row.published_us = 0;
	return s->was ? tell(c, s) : missing(c);
}

struct err *acts_announcement_drop(struct call *c, int64_t id)
{
	struct saying s = { 0 };

	TRY(load(c, id, &s));
	return store_tx(c, drop, &s);
}

struct err *acts_job_announcement(struct call *c, const struct job *job, bool *ret_later)
{
	struct saying s = { 0 };
	bool found, begins;

	(void)ret_later;
	TRY(announcement_find(c, ID_NONE(account_id), job->ref_id, &s.row, &found));
	if (!found)
		return NULL;
	s.was_seen = s.row.published_us > 0;
	/* Another time may have been given, which has a job of its own. */
	begins = !s.was_seen && s.row.scheduled_us && s.row.scheduled_us <= c->now_us && !is_over(c, &s.row);
	if (!begins && !(s.was_seen && is_over(c, &s.row)))
		return NULL;
	s.row.published_us = begins ? c->now_us : 0;
	TRY(take_statuses(c, &s));
	return store_tx(c, put, &s);
}

/* ---- reading and reacting ---- */

struct reacting {
	account_id who;
	int64_t id;
	struct str name, url, static_url;
	bool was, stood;
};

static struct err *see(struct call *c, const struct reacting *r)
{
	struct announcement a;
	bool found;

	TRY(announcement_find(c, r->who, r->id, &a, &found));
	return found && a.published_us ? NULL : missing(c);
}

static struct err *mark(struct call *c, void *arg)
{
	const struct reacting *r = arg;

	return announcement_read(c, r->who, r->id);
}

struct err *acts_announcement_dismiss(struct call *c, account_id who, int64_t id)
{
	struct reacting r = { .who = who, .id = id };

	TRY(see(c, &r));
	return store_tx(c, mark, &r);
}

/* The number of reactions of that name, as streams tell it. */
static struct err *tell_reaction(struct call *c, const struct reacting *r)
{
	struct buf b = buf_init(c->arena, PARTS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct announcement_reaction *v;
	int64_t count = 0;
	size_t n;

	TRY(announcement_reactions_of(c, r->who, &r->id, 1, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].name, r->name))
			count = v[i].count;
	jw_obj(&w);
	jw_kstr(&w, "name", r->name);
	jw_ki64(&w, "count", count);
	if (r->url.n) {
		jw_kstr(&w, "url", r->url);
		jw_kstr(&w, "static_url", r->static_url);
	}
	jw_kid(&w, "announcement_id", r->id);
	jw_obj_end(&w);
	return store_event_add(c, EVENT_ANNOUNCEMENT_REACTION, r->id, everyone, buf_str(&b));
}

static struct err *react(struct call *c, void *arg)
{
	struct reacting *r = arg;

	TRY(announcement_reaction_add(c, r->who, r->id, r->name, &r->was, &r->stood));
	if (!r->was && !r->stood)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: Limit of different reactions reached");
	return r->was ? tell_reaction(c, r) : NULL;
}

static struct err *unreact(struct call *c, void *arg)
{
	struct reacting *r = arg;

	TRY(announcement_reaction_drop(c, r->who, r->id, r->name, &r->was));
	return r->was ? tell_reaction(c, r) : missing(c);
}

static struct err *take_custom(struct call *c, struct reacting *r, bool *ret_known)
{
	struct emoji_row *v;
	size_t n;

	TRY(custom_emojis_named(c, &r->name, 1, &v, &n));
	*ret_known = n > 0;
	if (n) {
		r->url = arena_concat(c->arena, c->conf->base_url, STR("/media/"), v[0].file);
		r->static_url = arena_concat(c->arena, c->conf->base_url, STR("/media/"), v[0].static_file);
	}
	return NULL;
}

struct err *acts_announcement_react(struct call *c, account_id who, int64_t id, struct str name)
{
	struct reacting r = { .who = who, .id = id, .name = name };
	bool known = text_is_emoji(c->arena, name);

	TRY(see(c, &r));
	if (!known)
		TRY(take_custom(c, &r, &known));
	if (!known)
		return FAIL_FIELD(c->arena, "name", "ERR_INVALID", "is not a recognized emoji");
	return store_tx(c, react, &r);
}

struct err *acts_announcement_unreact(struct call *c, account_id who, int64_t id, struct str name)
{
	struct reacting r = { .who = who, .id = id, .name = name };
	bool known;

	TRY(see(c, &r));
	TRY(take_custom(c, &r, &known));
	return store_tx(c, unreact, &r);
}
