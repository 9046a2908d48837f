#include "store/poll.h"
#include "store/status.h"
#include "view/status.h"
#include "view/view_priv.h"

struct err *view__polls_gather(struct call *c, const struct viewer *v, const struct status_parts *parts, struct map *ret_by_poll)
{
	struct poll_vote *votes = NULL;
	size_t votes_n = 0;
	struct id_set ids = { 0 };

	for (size_t i = 0; i < parts->polls_n; i++)
		view__set_add(c, &ids, parts->polls[i].id.v);
	if (v->kind == VIEWER_PERSON && ids.n)
		TRY(poll_votes_of(c, v->account, ids.v, ids.n, &votes, &votes_n));
	for (size_t i = 0; i < parts->polls_n; i++) {
		struct poll_view *p = arena_new(c->arena, struct poll_view);

		p->poll = parts->polls[i];
		p->known_voter = v->kind == VIEWER_PERSON;
		p->options = arena_array(c->arena, struct poll_option, parts->options_n + 1);
		p->own = arena_array(c->arena, int64_t, votes_n + 1);
		for (size_t k = 0; k < parts->options_n; k++)
			if (id_eq(parts->options[k].poll, p->poll.id))
				p->options[p->n++] = parts->options[k];
		for (size_t k = 0; k < votes_n; k++)
			if (id_eq(votes[k].poll, p->poll.id))
				p->own[p->own_n++] = votes[k].position;
		p->voted = p->own_n > 0 || (p->known_voter && id_eq(p->poll.account, v->account));
		map_put_i64(ret_by_poll, p->poll.id.v, p);
	}
	return NULL;
}

void view_poll_write(struct call *c, const struct poll_view *p, struct str emojis, struct jw *w)
{
	bool expired = p->poll.expires_us && p->poll.expires_us <= c->now_us;
	bool hidden = p->poll.hide_totals && !expired;

	jw_obj(w);
	jw_kid(w, "id", p->poll.id.v);
	jw_ktime(w, "expires_at", p->poll.expires_us);
	jw_kbool(w, "expired", expired);
	jw_kbool(w, "multiple", p->poll.multiple);
	jw_ki64(w, "votes_count", p->poll.votes_count);
	jw_key(w, "voters_count");
	if (p->poll.voters_count < 0)
		jw_null(w);
	else
		jw_i64(w, p->poll.voters_count);
	if (p->known_voter) {
		jw_kbool(w, "voted", p->voted);
		jw_key(w, "own_votes");
		jw_arr(w);
		for (size_t i = 0; i < p->own_n; i++)
			jw_i64(w, p->own[i]);
		jw_arr_end(w);
	}
	jw_key(w, "options");
	jw_arr(w);
	for (size_t i = 0; i < p->n; i++) {
		jw_obj(w);
		jw_kstr(w, "title", p->options[i].title);
		jw_key(w, "votes_count");
		if (hidden)
			jw_null(w);
		else
			jw_i64(w, p->options[i].votes_count);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kraw(w, "emojis", emojis.n ? emojis : STR("[]"));
	jw_obj_end(w);
}

struct err *view_poll_json(struct call *c, const struct viewer *v, poll_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, 64 * 1024);
	struct jw w = jw_init(&b);
	struct status_page p;
	const struct status *s;
	status_id of;
	bool found;

	TRY(poll_status(c, id, &of, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(view_statuses_load(c, v, &of.v, 1, 0, CONTEXT_COUNT, &p));
	s = map_find_i64(p.statuses, of.v);
	if (!view_status_visible(&p, of) || !map_find_i64(p.polls, id.v))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	view_poll_write(c, map_find_i64(p.polls, id.v), view__emojis_of(c, &p.accounts, s, s->emojis), &w);
	*ret_json = buf_str(&b);
	return NULL;
}
