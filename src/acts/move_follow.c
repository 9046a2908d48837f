/* JOB_MOVE: what people here had with an account that moved, taken over to where it went: AT_ONCE of them a job, the rest to the next. Doing it
 * twice changes nothing more. Followers and notes are taken over in sets, one transaction a job, whose statements are as many for a hundred as
 * for ten; blocks and mutes, of which there are few, are acts of their own. */
#include "acts/block.h"
#include "acts/move.h"
#include "acts/mute.h"
#include "acts/notify.h"
#include "acts/outbound.h"
#include "acts/people_priv.h"
#include "base/map.h"
#include "store/account.h"
#include "store/job.h"
#include "store/move.h"
#include "wire/text.h"

enum { AT_ONCE = 100, JOBS_EACH = 4 };

struct moving {
	const struct account *from, *to;
	const struct acquaintance_row *rows;
	struct map *people;           /* id -> struct account *: whose rows they are */
	size_t n;
};

static struct str address(struct call *c, const struct account *a)
{
	return a->local ? a->username : arena_concat(c->arena, a->username, STR("@"), a->domain);
}

static const struct account *person(const struct moving *m, account_id id)
{
	const struct account *a = map_find_i64(m->people, id.v);

	return a && !a->deleted_us && !id_eq(id, m->to->id) ? a : NULL;
}

/* ---- followers ---- */

struct set {
	int64_t *ids;
	size_t n;
};

static void put(struct set *s, account_id id) { s->ids[s->n++] = id.v; }

/* What has to be done about one whose follow was taken over. began: the new follow, where this began it. */
static void jobs_of(struct call *c, const struct moving *m, const struct follow *old, const struct follow *began, struct job_new *jobs, size_t *n)
{
	jobs[(*n)++] = (struct job_new){ .kind = JOB_ACCOUNT_CLEAN, .ref_id = old->account.v,
					 .arg = arena_printf(c->arena, "author:%lld", (long long)m->from->id.v) };
	if (!m->from->local)
		jobs[(*n)++] = acts_outbound_follow_job(c, OUTBOUND_UNDO_FOLLOW, old->account, m->from->id, old->uri);
	if (!began)
		return;
	if (!m->to->local) {
		jobs[(*n)++] = acts_outbound_follow_job(c, OUTBOUND_FOLLOW, old->account, m->to->id, began->uri);
		return;
	}
	jobs[(*n)++] = (struct job_new){ .kind = JOB_HOME_BUILD, .ref_id = old->account.v,
					 .once_key = arena_printf(c->arena, "home:%lld", (long long)old->account.v) };
	if (!m->from->local)
		jobs[(*n)++] = acts_notify_job(c, &(struct notify_many){ NOTIFICATION_FOLLOW, old->account, ID_NONE(status_id), &m->to->id, 1 });
}

static struct follow anew(struct call *c, const struct moving *m, const struct follow *old)
{
	struct follow f = *old;

	f.id = id_next(c);
	f.target = m->to->id;
	f.uri = acts_uri(c, person(m, old->account)->uri, "follows", f.id);
	f.created_us = c->now_us;
	return f;
}

/* Those who end one follow and begin another follow as many as before, where nobody has to say yes to it first. */
static struct err *count(struct call *c, const struct moving *m, size_t ended, size_t begun, const struct set *less)
{
	bool stand = m->to->local;

	TRY(account_count(c, m->from->id, 0, -(int64_t)ended, 0, 0));
	if (stand)
		TRY(account_count(c, m->to->id, 0, (int64_t)begun, 0, 0));
	return movers_count(c, less->ids, less->n);
}

static struct err *followers_tx(struct call *c, void *arg)
{
	const struct moving *m = arg;
	struct set who = { arena_array(c->arena, int64_t, m->n + 1), 0 }, ended = who, less = who;
	struct follow *begun = arena_array(c->arena, struct follow, m->n + 1);
	struct job_new *jobs = arena_array(c->arena, struct job_new, JOBS_EACH * m->n + 1);
	size_t movers_n, begun_n = 0, jobs_n = 0;
	struct mover *all;

	ended.ids = arena_array(c->arena, int64_t, m->n + 1);
	less.ids = arena_array(c->arena, int64_t, m->n + 1);
	for (size_t i = 0; i < m->n; i++)
		if (person(m, m->rows[i].who))
			put(&who, m->rows[i].who);
	TRY(relations_lock(c, m->from->id, m->to->id, who.ids, who.n));
	TRY(movers(c, m->from->id, m->to, who.ids, who.n, &all, &movers_n));
	for (size_t i = 0; i < movers_n; i++) {
		const struct follow *old = &all[i].old;
		bool begins = !all[i].follows_new && !all[i].hidden;

		/* Who may not follow the new account keeps the old one. */
		if (!begins && !all[i].follows_new)
			continue;
		if (begins)
			begun[begun_n++] = anew(c, m, old);
		if (!begins || !m->to->local)
			put(&less, old->account);
		put(&ended, old->account);
		jobs_of(c, m, old, begins ? &begun[begun_n - 1] : NULL, jobs, &jobs_n);
	}
	if (!ended.n)
		return NULL;
	TRY(movers_follow(c, m->to->local ? FOLLOW_STANDING : FOLLOW_REQUESTED, begun, begun_n));
	TRY(movers_lists(c, m->from->id, m->to->id, ended.ids, ended.n));
	TRY(movers_unfollow(c, m->from->id, ended.ids, ended.n));
	TRY(count(c, m, ended.n, begun_n, &less));
	return jobs_add(c, jobs, jobs_n);
}

/* ---- notes, and why somebody is blocked or muted ---- */

struct noting {
	account_id about;
	struct note_row *notes;
	size_t n;
};

static struct err *notes_tx(struct call *c, void *arg)
{
	const struct noting *x = arg;

	return account_notes_put(c, x->about, x->notes, x->n);
}

static void note(struct noting *x, account_id who, struct str text) { x->notes[x->n++] = (struct note_row){ who, text }; }

static void note_over(struct call *c, const struct moving *m, const struct acquaintance_row *row, struct noting *x)
{
	struct str head = arena_concat(c->arena, STR("This person moved from @"), address(c, m->from), STR("; your note about them there:"));
	struct str all;

	if (str_contains(row->note_new, head))
		return;
	all = arena_concat(c->arena, head, STR("\n"), row->note, row->note_new.n ? STR("\n\n") : STR(""), row->note_new);
	if (text_graphemes(c->arena, all) > NOTE_ABOUT_MAX)
		all = row->note_new.n ? row->note_new : row->note;
	note(x, row->who, all);
}

/* Why somebody is blocked or muted whom one has never met. */
static void note_why(struct call *c, const struct moving *m, const struct acquaintance_row *row, const char *what, struct noting *x)
{
	if (!row->note_new.n)
		note(x, row->who, arena_printf(c->arena, "This person moved from @" STR_FMT ", whom you had %s.", STR_ARG(address(c, m->from)), what));
}

static struct err *block_over(struct call *c, const struct moving *m, const struct acquaintance_row *row, struct noting *x)
{
	if (row->blocks_new || row->follows_new)
		return NULL;
	TRY(acts_block(c, row->who, m->to->id));
	note_why(c, m, row, "blocked", x);
	return NULL;
}

static struct err *mute_over(struct call *c, const struct moving *m, const struct acquaintance_row *row, struct noting *x)
{
	int64_t left_s = row->expires_us ? (row->expires_us - c->now_us) / US_PER_S : 0;

	if (row->mutes_new || row->follows_new || left_s < 0)
		return NULL;
	TRY(acts_mute(c, row->who, m->to->id, row->hide_notifications, left_s));
	note_why(c, m, row, "muted", x);
	return NULL;
}

static struct err *others(struct call *c, enum acquaintance kind, const struct moving *m)
{
	struct noting x = { .about = m->to->id, .notes = arena_array(c->arena, struct note_row, m->n + 1) };

	for (size_t i = 0; i < m->n; i++) {
		const struct acquaintance_row *row = &m->rows[i];

		if (!person(m, row->who))
			continue;
		if (kind == ACQUAINTED_NOTE)
			note_over(c, m, row, &x);
		else if (kind == ACQUAINTED_BLOCK)
			TRY(block_over(c, m, row, &x));
		else if (kind == ACQUAINTED_MUTE)
			TRY(mute_over(c, m, row, &x));
	}
	return x.n ? store_tx(c, notes_tx, &x) : NULL;
}

static struct err *go_on(struct call *c, void *arg) { return job_add(c, arg); }

static struct err *some(struct call *c, enum acquaintance kind, struct moving *m)
{
	int64_t *ids = arena_array(c->arena, int64_t, m->n + 1);

	for (size_t i = 0; i < m->n; i++)
		ids[i] = m->rows[i].who.v;
	TRY(accounts_by_ids(c, ids, m->n, &m->people));
	return kind == ACQUAINTED_FOLLOWER ? store_tx(c, followers_tx, m) : others(c, kind, m);
}

struct err *acts_job_move(struct call *c, const struct job *job, bool *ret_later)
{
	struct job_new next = { .kind = JOB_MOVE, .ref_id = job->ref_id, .arg = job->arg };
	struct str kind_word, before_word;
	struct acquaintance_row *rows;
	struct account *from, *to;
	struct moving m = { 0 };
	int64_t kind, before, target;
	size_t n;

	(void)ret_later;
	if (!str_cut(job->payload, ' ', &kind_word, &before_word) || !str_i64(kind_word, &kind) || !str_i64(before_word, &before) ||
	    !str_i64(job->arg, &target) || kind < 0 || kind >= ACQUAINTANCES)
		return FAIL(c->arena, ERR_INTERNAL, "a MOVE job of no known shape");
	TRY(account_find(c, ID(account_id, job->ref_id), &from));
	TRY(account_find(c, ID(account_id, target), &to));
	/* Whoever has come back, or moved on, in the meantime takes nobody along. */
	if (!from || !to || !id_eq(from->moved_to_id, to->id) || to->deleted_us || to->suspended_us)
		return NULL;
	m.from = from;
	m.to = to;
	TRY(acquaintances(c, (enum acquaintance)kind, from->id, to->id, before, AT_ONCE, &rows, &n));
	m.rows = rows;
	m.n = n;
	TRY(some(c, (enum acquaintance)kind, &m));
	if (n == AT_ONCE)
		next.payload = arena_printf(c->arena, "%lld %lld", (long long)kind, (long long)rows[n - 1].id);
	else if (kind + 1 < ACQUAINTANCES)
		next.payload = arena_printf(c->arena, "%lld %lld", (long long)kind + 1, (long long)INT64_MAX);
	else
		return NULL;
	return store_tx(c, go_on, &next);
}
