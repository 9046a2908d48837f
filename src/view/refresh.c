#include "view/refresh.h"

#include "store/thread.h"
#include "store/user.h"
#include "view/status.h"

#define RUNS_MAX_US (15 * US_PER_MIN)
#define KNOWN_US US_PER_HOUR
#define CONTEXT "context-"

struct str view_home_refresh(struct call *c, const struct viewer *v) { return arena_printf(c->arena, "home-%lld", (long long)v->account.v); }

struct str view_context_refresh(struct call *c, status_id id) { return arena_printf(c->arena, CONTEXT "%lld", (long long)id.v); }

static bool runs(struct call *c, const struct thread_fetch *f) { return f->fetched_us > c->now_us - RUNS_MAX_US && !f->ended_us; }

struct err *view_context_refreshing(struct call *c, status_id id, struct context_refresh *ret)
{
	struct thread_fetch f;

	TRY(thread_fetched(c, id, &f));
	*ret = (struct context_refresh){ runs(c, &f), f.found };
	return NULL;
}

static struct str written(struct call *c, struct str name, bool running, struct str count)
{
	return arena_printf(c->arena, "{\"async_refresh\":{\"id\":\"" STR_FMT "\",\"status\":\"%s\",\"result_count\":" STR_FMT "}}", STR_ARG(name),
			    running ? "running" : "finished", STR_ARG(count));
}

static struct err *context(struct call *c, const struct viewer *v, struct str name, struct str *ret_json)
{
	struct thread_fetch f;
	struct status *s;
	struct err *e;
	int64_t id;

	if (!str_i64(str_from(name, sizeof CONTEXT - 1), &id))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	e = view_status_get(c, v, ID(status_id, id), &s);
	if (e)
		return e->code == ERR_NOT_FOUND ? FAIL_DEFAULT(c->arena, ERR_NOT_FOUND) : e;
	TRY(thread_fetched(c, s->id, &f));
	if (f.fetched_us <= c->now_us - KNOWN_US)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	*ret_json = written(c, view_context_refresh(c, s->id), runs(c, &f), arena_printf(c->arena, "%lld", (long long)f.found));
	return NULL;
}

struct err *view_refresh_json(struct call *c, const struct viewer *v, struct str name, struct str *ret_json)
{
	struct user u = { 0 };
	bool found;

	if (str_has_prefix(name, STR(CONTEXT)))
		return context(c, v, name, ret_json);
	if (!str_eq(name, view_home_refresh(c, v)))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(user_find(c, v->account, &u, &found));
	*ret_json = written(c, name, u.home_built_us <= 0, STR("null"));
	return NULL;
}
