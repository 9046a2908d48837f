/* The ledger of moves: who was told, who came along, who is told again. */
#include "acts/move.h"
#include "acts/outbound.h"
#include "base/map.h"
#include "store/account.h"
#include "store/audience.h"
#include "store/move.h"
#include "wire/url.h"

enum { PROMPT_AT_ONCE = 500, INBOXES_A_JOB = 500 };

/* Days until the next, by how often it has been told again; then it is left. */
static const int64_t pauses[] = { 1, 2, 4, 7, 14 };
enum { PROMPTS = sizeof pauses / sizeof *pauses };
#define WAITING_US US_PER_DAY

struct at_host {
	struct str host, inbox;       /* one of its inboxes is as good as another */
	int64_t followers;
};

/* Followers by the host of their inbox: map host -> struct at_host *. */
static struct err *followers_by_host(struct call *c, account_id of, struct map **ret)
{
	struct inbox_followers *v;
	size_t n;

	*ret = map_create(c->arena);
	TRY(audience_followers_counted(c, of, MOVE_HOSTS_MAX, &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct str host = url_domain(c->arena, v[i].inbox);
		struct at_host *h = host.n ? map_find(*ret, host) : NULL;

		if (!h && host.n) {
			h = arena_new(c->arena, struct at_host);
			*h = (struct at_host){ host, v[i].inbox, 0 };
			map_put(*ret, host, h);
		}
		if (h)
			h->followers += v[i].n;
	}
	return NULL;
}

/* ---- told ---- */

struct telling {
	struct move_host *v;
	size_t n;
};

static struct err *save_told(struct call *c, void *arg)
{
	const struct telling *t = arg;

	for (size_t i = 0; i < t->n; i++)
		TRY(move_host_told(c, &t->v[i]));
	return NULL;
}

struct err *acts_move_told(struct call *c, account_id who, int64_t body, const struct str *hosts, size_t n)
{
	struct telling t = { arena_array(c->arena, struct move_host, n + 1), 0 };
	struct account_move last;
	struct map *followers;
	bool found;

	TRY(account_move_last(c, who, &last, &found));
	if (!found)
		return NULL;
	TRY(followers_by_host(c, who, &followers));
	for (size_t i = 0; i < n && t.n < MOVE_HOSTS_MAX; i++) {
		const struct at_host *h = map_find(followers, hosts[i]);

		if (h && (i == 0 || !str_eq(hosts[i], hosts[i - 1])))
			t.v[t.n++] = (struct move_host){ .move = last.id, .host = hosts[i], .followers = h->followers, .body = body,
							 .due_us = c->now_us + pauses[0] * US_PER_DAY };
	}
	return store_tx(c, save_told, &t);
}

/* ---- told again ---- */

struct prompting {
	const struct account_move *move;
	const struct account *from;
	const struct move_host *due;
	size_t n;
	struct map *followers;
};

static struct err *put_off(struct call *c, const struct prompting *p, const struct move_host *h, struct str *inboxes, size_t *inboxes_n)
{
	const struct at_host *left = map_find(p->followers, h->host);

	if (!left || h->prompts >= PROMPTS)
		return move_host_put_off(c, h, 0, 0);
	/* What was last told is still on its way: saying it twice does not make it faster. */
	if (h->waiting)
		return move_host_put_off(c, h, 0, c->now_us + WAITING_US);
	inboxes[(*inboxes_n)++] = left->inbox;
	return move_host_put_off(c, h, 1, h->prompts + 1 < PROMPTS ? c->now_us + pauses[h->prompts + 1] * US_PER_DAY : 0);
}

static struct err *prompt_tx(struct call *c, void *arg)
{
	const struct prompting *p = arg;
	bool stands = p->from && !p->from->deleted_us && id_eq(p->from->moved_to_id, p->move->target);
	struct str *inboxes = arena_array(c->arena, struct str, p->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		TRY(stands ? put_off(c, p, &p->due[i], inboxes, &n) : move_host_put_off(c, &p->due[i], 0, 0));
	if (n == 0)
		return NULL;
	return acts_outbound_move_again(c, p->from->id, p->move->target, acts_uri(c, p->from->uri, "moves", id_next(c)), inboxes, n);
}

static struct err *prompt_one(struct call *c, const struct move_host *due, size_t n)
{
	struct prompting p = { .due = due, .n = n };
	struct account_move move;
	struct account *from;
	bool found;

	TRY(account_move_find(c, due->move, &move, &found));
	if (!found)
		return NULL;
	TRY(account_find(c, move.account, &from));
	TRY(followers_by_host(c, move.account, &p.followers));
	p.move = &move;
	p.from = from;
	return store_tx(c, prompt_tx, &p);
}

struct err *acts_moves_prompt(struct call *c)
{
	struct move_host *due;
	size_t n;

	TRY(move_hosts_due(c, PROMPT_AT_ONCE, &due, &n));
	for (size_t from = 0, many; from < n; from += many) {
		for (many = 1; from + many < n && many < INBOXES_A_JOB && due[from + many].move == due[from].move; many++)
			;
		TRY(prompt_one(c, due + from, many));
	}
	return NULL;
}

static struct err *hurry(struct call *c, void *arg)
{
	const struct account_move *m = arg;

	return move_hosts_hurry(c, m->id);
}

struct err *acts_move_prompt(struct call *c, account_id who)
{
	struct account_move last;
	bool found;

	TRY(account_move_last(c, who, &last, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(store_tx(c, hurry, &last));
	return acts_moves_prompt(c);
}
