/* What a post quotes, as its viewer may see it, and whether the viewer may quote it. https://docs.joinmastodon.org/entities/Quote/ */
#include "store/quote.h"
#include "store/status.h"
#include "view/status.h"
#include "view/view_priv.h"

/* ---- loading ---- */

/* The quotes of these posts; the posts they may show are added to *ret_quoted. */
static struct err *load(struct call *c, struct status_page *p, const struct id_set *posts, struct id_set *ret_quoted)
{
	struct id_set quoting = { 0 };
	struct map *found;

	for (size_t i = 0; i < posts->n; i++) {
		const struct status *s = map_find_i64(p->statuses, posts->v[i]);

		if (s && s->quote.v)
			view__set_add(c, &quoting, s->id.v);
	}
	if (quoting.n == 0)
		return NULL;
	TRY(quotes_of_statuses(c, quoting.v, quoting.n, &found));
	for (size_t i = 0; i < quoting.n; i++) {
		struct quote *q = map_find_i64(found, quoting.v[i]);

		if (!q)
			continue;
		map_put_i64(p->quotes, q->status.v, q);
		if (q->state == QUOTE_STATE_ACCEPTED && q->quoted.v)
			view__set_add(c, ret_quoted, q->quoted.v);
	}
	return NULL;
}

struct err *view__quotes_load(struct call *c, struct status_page *p, const struct id_set *posts, struct id_set *ret_quoted,
			      struct id_set *ret_deep)
{
	p->quotes = map_create(c->arena);
	TRY(load(c, p, posts, ret_quoted));
	TRY(view__statuses_more(c, p, ret_quoted));
	return load(c, p, ret_quoted, ret_deep);
}

/* ---- judging ---- */

/* A quote may be agreed to and still not be for this viewer. */
static enum quote_state state_for(const struct status_page *p, const struct quote *q)
{
	const struct see_row *row = q->quoted.v && p->sees ? map_find_i64(p->sees, q->quoted.v) : NULL;
	const struct status *s = map_find_i64(p->statuses, q->quoted.v);
	const struct account *author = s ? view_account_of(&p->accounts, s->account) : NULL;

	if (q->state != QUOTE_STATE_ACCEPTED)
		return q->state;
	if (!row)
		return QUOTE_STATE_DELETED;
	if (!rule_may_see(row->visibility, &row->see))
		return QUOTE_STATE_UNAUTHORIZED;
	if (row->see.is_author)
		return QUOTE_STATE_ACCEPTED;
	if (author && author->silenced_us && !row->see.is_follower)
		return QUOTE_STATE_UNAUTHORIZED;
	if (row->see.viewer_blocks_author)
		return QUOTE_STATE_BLOCKED_ACCOUNT;
	if (row->viewer_mutes_domain)
		return QUOTE_STATE_BLOCKED_DOMAIN;
	return row->viewer_mutes_author ? QUOTE_STATE_MUTED_ACCOUNT : QUOTE_STATE_ACCEPTED;
}

/* Clients may offer to show what the viewer's own blocks and mutes hide. */
static bool carries_post(enum quote_state state)
{
	return state == QUOTE_STATE_ACCEPTED || state == QUOTE_STATE_BLOCKED_ACCOUNT || state == QUOTE_STATE_BLOCKED_DOMAIN ||
	       state == QUOTE_STATE_MUTED_ACCOUNT;
}

/* ---- writing ---- */

void view__quote_write(struct call *c, const struct status_page *p, const struct status *s, bool shallow, struct jw *w)
{
	const struct quote *q = s->quote.v ? map_find_i64(p->quotes, s->id.v) : NULL;
	const struct status *quoted;
	enum quote_state state;

	jw_key(w, "quote");
	if (!q || (q->legacy && q->state != QUOTE_STATE_ACCEPTED)) {
		jw_null(w);
		return;
	}
	state = state_for(p, q);
	quoted = carries_post(state) ? map_find_i64(p->statuses, q->quoted.v) : NULL;
	jw_obj(w);
	jw_kz(w, "state", quote_state_word(state));
	if (shallow) {
		jw_kid(w, "quoted_status_id", carries_post(state) ? q->quoted.v : 0);
	} else {
		jw_key(w, "quoted_status");
		if (quoted)
			view__status_write(c, p, quoted, true, w);
		else
			jw_null(w);
	}
	jw_obj_end(w);
}

void view__policy_people(const char *key, int64_t people, struct jw *w)
{
	static const struct { enum quote_people bit; const char *word; } words[] = {
		{ QUOTE_UNSUPPORTED, "unsupported_policy" }, { QUOTE_PUBLIC, "public" }, { QUOTE_FOLLOWERS, "followers" }, { QUOTE_FOLLOWING, "following" },
	};

	jw_key(w, key);
	jw_arr(w);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (people & words[i].bit)
			jw_str(w, str_z(words[i].word));
	jw_arr_end(w);
}

void view__quote_approval_write(const struct status_page *p, const struct status *s, struct jw *w)
{
	const struct status_facts *f = p->facts ? map_find_i64(p->facts, s->id.v) : NULL;
	struct quote_facts facts = { .is_person = p->viewer.account.v != 0, .is_author = id_eq(p->viewer.account, s->account),
				     .follows_author = f && f->follows_author, .followed_by_author = f && f->followed_by_author };

	jw_key(w, "quote_approval");
	jw_obj(w);
	view__policy_people("automatic", quote_policy_automatic(s->quote_policy), w);
	view__policy_people("manual", quote_policy_manual(s->quote_policy), w);
	jw_kz(w, "current_user", quote_right_word(rule_quote(s->visibility, s->quote_policy, &facts)));
	jw_obj_end(w);
}
