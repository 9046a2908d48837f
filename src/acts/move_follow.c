/* JOB_MOVE: what people here had with an account that moved, taken over to where it went. Each is a transaction of its own, and doing one
 * twice changes nothing more; a job takes AT_ONCE of them and leaves the rest to the next. */
#include "acts/block.h"
#include "acts/move.h"
#include "acts/mute.h"
#include "acts/notify.h"
#include "acts/outbound.h"
#include "acts/people_priv.h"
#include "base/map.h"
#include "store/account.h"
#include "store/job.h"
#include "store/list.h"
#include "store/move.h"
#include "wire/text.h"

enum { AT_ONCE = 100 };

struct one {
	const struct account *who, *from, *to;
	const struct acquaintance_row *row;
	struct str note;
};

static struct str address(struct call *c, const struct account *a)
{
	return a->local ? a->username : arena_concat(c->arena, a->username, STR("@"), a->domain);
}

/* who follows the new account as they did the old. *ret_settled: they do, or may not be asked to; else the old follow is kept. */
static struct err *follow_too(struct call *c, const struct one *o, const struct follow *old, bool *ret_settled)
{
	struct follow f = *old, now;
	bool hidden;

	TRY(follow_find(c, FOLLOW_STANDING, o->who->id, o->to->id, &now, ret_settled));
	if (*ret_settled)
		return NULL;
	TRY(domain_mute_stands(c, o->who->id, o->to->domain, &hidden));
	if (hidden)
		return NULL;
	f.id = id_next(c);
	f.target = o->to->id;
	f.uri = acts_uri(c, o->who->uri, "follows", f.id);
	f.created_us = c->now_us;
	TRY(follow_add(c, o->to->local ? FOLLOW_STANDING : FOLLOW_REQUESTED, &f, INT64_MAX, ret_settled));
	if (!*ret_settled)
		return NULL;
	if (!o->to->local)
		return acts_outbound_follow(c, o->who->id, o->to->id, f.uri);
	TRY(acts__follow_counted(c, o->who->id, o->to->id, 1));
	TRY(acts__home_fill(c, o->who));
	return o->from->local ? NULL : acts_notify_add(c, NOTIFICATION_FOLLOW, o->to->id, o->who->id, ID_NONE(status_id));
}

/* The lists that hold the old account hold the new one. */
static struct err *lists_too(struct call *c, const struct one *o)
{
	struct list_row *lists;
	int64_t added;
	bool was;
	size_t n;

	TRY(lists_of(c, o->who->id, o->from->id, &lists, &n));
	for (size_t i = 0; i < n; i++) {
		TRY(list_members_add(c, o->who->id, lists[i].id, &o->to->id.v, 1, &added));
		if (added)
			TRY(list_stale(c, o->who->id, lists[i].id, &was));
	}
	return NULL;
}

static struct err *follower_tx(struct call *c, void *arg)
{
	const struct one *o = arg;
	struct follow old;
	bool found, settled, was;

	TRY(relation_lock(c, o->who->id, o->from->id));
	TRY(relation_lock(c, o->who->id, o->to->id));
	TRY(follow_find(c, FOLLOW_STANDING, o->who->id, o->from->id, &old, &found));
	if (!found)
		return NULL;
	TRY(follow_too(c, o, &old, &settled));
	if (settled)
		TRY(lists_too(c, o));
	return settled ? acts__sever(c, o->who, o->from, SEVER_TELL, &was) : NULL;
}

static struct err *put_note(struct call *c, void *arg)
{
	const struct one *o = arg;

	return account_note_put(c, o->who->id, o->to->id, o->note);
}

static struct err *note_over(struct call *c, struct one *o, const struct relation *now)
{
	struct str head = arena_concat(c->arena, STR("This person moved from @"), address(c, o->from), STR("; your note about them there:"));
	struct str all;

	if (str_contains(now->note, head))
		return NULL;
	all = arena_concat(c->arena, head, STR("\n"), o->row->note, now->note.n ? STR("\n\n") : STR(""), now->note);
	if (text_graphemes(c->arena, all) > NOTE_ABOUT_MAX)
		all = now->note.n ? now->note : o->row->note;
	o->note = all;
	return store_tx(c, put_note, o);
}

/* Why somebody is blocked or muted whom one has never met. */
static struct err *note_why(struct call *c, struct one *o, const struct relation *now, const char *what)
{
	if (now->note.n)
		return NULL;
	o->note = arena_printf(c->arena, "This person moved from @" STR_FMT ", whom you had %s.", STR_ARG(address(c, o->from)), what);
	return store_tx(c, put_note, o);
}

static struct err *block_over(struct call *c, struct one *o, const struct relation *now)
{
	if (now->blocking || now->following)
		return NULL;
	TRY(acts_block(c, o->who->id, o->to->id));
	return note_why(c, o, now, "blocked");
}

static struct err *mute_over(struct call *c, struct one *o, const struct relation *now)
{
	int64_t left_s = o->row->expires_us ? (o->row->expires_us - c->now_us) / US_PER_S : 0;

	if (now->muting || now->following || left_s < 0)
		return NULL;
	TRY(acts_mute(c, o->who->id, o->to->id, o->row->hide_notifications, left_s));
	return note_why(c, o, now, "muted");
}

static struct err *take_over(struct call *c, enum acquaintance kind, struct one *o, const struct relation *now)
{
	switch (kind) {
	case ACQUAINTED_FOLLOWER:
		return store_tx(c, follower_tx, o);
	case ACQUAINTED_NOTE:
		return note_over(c, o, now);
	case ACQUAINTED_BLOCK:
		return block_over(c, o, now);
	case ACQUAINTED_MUTE:
		return mute_over(c, o, now);
	case ACQUAINTANCES:
		break;
	}
	return NULL;
}

static struct err *go_on(struct call *c, void *arg) { return job_add(c, arg); }

/* What the new account is to each of these: one question for each, because they are the ones who ask. */
static struct err *some(struct call *c, enum acquaintance kind, struct one *o, const struct acquaintance_row *rows, size_t n)
{
	int64_t *ids = arena_array(c->arena, int64_t, n + 1);
	struct map *people;

	for (size_t i = 0; i < n; i++)
		ids[i] = rows[i].who.v;
	TRY(accounts_by_ids(c, ids, n, &people));
	for (size_t i = 0; i < n; i++) {
		struct map *relations;
		const struct relation *now;

		o->who = map_find_i64(people, rows[i].who.v);
		o->row = &rows[i];
		if (!o->who || o->who->deleted_us || id_eq(o->who->id, o->to->id))
			continue;
		TRY(relations_of(c, o->who->id, &o->to->id.v, 1, &relations));
		now = map_find_i64(relations, o->to->id.v);
		if (now)
			TRY(take_over(c, kind, o, now));
	}
	return NULL;
}

struct err *acts_job_move(struct call *c, const struct job *job, bool *ret_later)
{
	struct job_new next = { .kind = JOB_MOVE, .ref_id = job->ref_id, .arg = job->arg };
	struct str kind_word, before_word;
	struct acquaintance_row *rows;
	struct account *from, *to;
	struct one o = { 0 };
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
	o.from = from;
	o.to = to;
	TRY(acquaintances(c, (enum acquaintance)kind, from->id, before, AT_ONCE, &rows, &n));
	TRY(some(c, (enum acquaintance)kind, &o, rows, n));
	if (n == AT_ONCE)
		next.payload = arena_printf(c->arena, "%lld %lld", (long long)kind, (long long)rows[n - 1].id);
	else if (kind + 1 < ACQUAINTANCES)
		next.payload = arena_printf(c->arena, "%lld %lld", (long long)kind + 1, (long long)INT64_MAX);
	else
		return NULL;
	return store_tx(c, go_on, &next);
}
