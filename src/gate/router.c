/* Rows are kept by the number of parts in their path, those with fewer arguments first, so that "/accounts/search" goes before
 * "/accounts/:id". At some two hundred rows a bucket holds a few dozen: comparing is cheaper than anything cleverer. */
#include <assert.h>

#include "gate/gate_priv.h"

enum { PARTS_MAX_ROUTE = 12 };

struct route {
	const struct endpoint *endpoint;
	struct str parts[PARTS_MAX_ROUTE];
	size_t n, args, tails;
	bool rest;
};

struct router {
	struct route *routes;     /* in order of preference */
	size_t n;
};

/* "/a/b/" and "/a/b" are the same two parts. */
static size_t split(struct str path, struct str *parts)
{
	struct str part;
	size_t n = 0;

	if (path.n && path.p[0] == '/')
		path = str_from(path, 1);
	if (path.n && path.p[path.n - 1] == '/')
		path.n--;
	if (path.n == 0)
		return 0;
	while (str_next(&path, '/', &part)) {
		if (n == PARTS_MAX_ROUTE)
			return PARTS_MAX_ROUTE + 1;
		parts[n++] = part;
	}
	return n;
}

/* What follows an argument's name in its part: ".rss" of ":name.rss". */
static struct str tail_of(struct str pattern)
{
	struct str named = str_from(pattern, str_find(pattern, ':'));

	return str_from(named, str_find(named, '.'));
}

static bool before(const struct route *a, const struct route *b)
{
	if (a->rest != b->rest)
		return b->rest;
	if (a->args == b->args && a->tails != b->tails)
		return a->tails > b->tails;       /* "/@:name.rss" before "/@:name" */
	return a->args != b->args ? a->args < b->args : str_cmp(str_z(a->endpoint->path), str_z(b->endpoint->path)) < 0;
}

static void place(struct router *rt, struct route r)
{
	size_t i = rt->n++;

	for (; i > 0 && before(&r, &rt->routes[i - 1]); i--)
		rt->routes[i] = rt->routes[i - 1];
	rt->routes[i] = r;
}

struct router *gate__router_create(struct arena *a, const struct endpoint *const *tables)
{
	struct router *rt = arena_new(a, struct router);
	size_t n = 0;

	for (size_t t = 0; tables[t]; t++)
		for (const struct endpoint *e = tables[t]; e->path; e++)
			n++;
	rt->routes = arena_array(a, struct route, n + 1);
	for (size_t t = 0; tables[t]; t++)
		for (const struct endpoint *e = tables[t]; e->path; e++) {
			struct route r = { .endpoint = e };

			r.n = split(str_z(e->path), r.parts);
			for (size_t i = 0; i < r.n; i++) {
				r.rest |= r.parts[i].n && r.parts[i].p[0] == '*';
				r.args += r.parts[i].n && (r.parts[i].p[0] == ':' || r.parts[i].p[0] == '*');
				r.tails += tail_of(r.parts[i]).n > 0;
			}
			assert(r.n <= PARTS_MAX_ROUTE && r.args <= PATH_ARGS && e->handler && e->auth);
			place(rt, r);
		}
	return rt;
}

static bool part_fits(struct str pattern, struct str part, struct str *args, size_t *n_args)
{
	size_t colon = str_find(pattern, ':');
	struct str head = str_upto(pattern, colon), tail = tail_of(pattern);

	if (colon == pattern.n)
		return str_eq(pattern, part);
	if (!str_has_prefix(part, head) || !str_has_suffix(part, tail) || part.n <= head.n + tail.n)
		return false;
	args[(*n_args)++] = str_of(part.p + head.n, part.n - head.n - tail.n);      /* "@:name" takes what follows the "@" */
	return true;
}

static bool fits(const struct route *r, const struct str *parts, size_t n, struct str path, struct str *args)
{
	size_t n_args = 0;

	if (r->rest ? n < r->n : n != r->n)
		return false;
	for (size_t i = 0; i < r->n; i++) {
		if (r->parts[i].n && r->parts[i].p[0] == '*') {
			args[n_args] = str_of(parts[i].p, (size_t)(path.p + path.n - parts[i].p));
			return true;
		}
		if (!part_fits(r->parts[i], parts[i], args, &n_args))
			return false;
	}
	return true;
}

static bool method_fits(enum method row, enum method asked)
{
	return row == asked || (row == METHOD_GET && asked == METHOD_HEAD) || (row == METHOD_PUT && asked == METHOD_PATCH) ||
	       (row == METHOD_PATCH && asked == METHOD_PUT);
}

struct accept_choice {
	unsigned offered;
	enum accept first;
};

const struct endpoint *gate__route(const struct router *rt, struct arena *a, const struct request *http, struct str *args, struct str *ret_allowed)
{
	struct str parts[PARTS_MAX_ROUTE], tmp[PATH_ARGS];
	size_t n = split(http->path, parts), first = rt->n;
	struct accept_choice choice = { 0 };
	enum accept chosen;

	*ret_allowed = STR("");
	if (n > PARTS_MAX_ROUTE)
		return NULL;
	for (size_t i = 0; i < rt->n; i++) {
		const struct route *r = &rt->routes[i];

		if (choice.offered && r->args != rt->routes[first].args)
			continue;         /* a row with more arguments is only for what no row before it takes */
		if (!fits(r, parts, n, http->path, tmp))
			continue;
		if (!method_fits(r->endpoint->method, http->method)) {
			*ret_allowed = arena_concat(a, *ret_allowed, str_z(ret_allowed->n ? ", " : ""), str_z(gate_method_name(r->endpoint->method)));
			continue;
		}
		if (!r->endpoint->accept) {
			memcpy(args, tmp, sizeof tmp);
			return r->endpoint;
		}
		if (first == rt->n)
			first = i;
		choice.offered |= r->endpoint->accept;
		choice.first = choice.first ? choice.first : r->endpoint->accept;
	}
	if (!choice.offered)
		return NULL;
	/* Browsers say text/html; what fits nothing gets the page. */
	if (choice.offered & ACCEPT_HTML)
		choice.first = ACCEPT_HTML;
	chosen = accept_choose(request_header(http, "Accept"), choice.offered, choice.first);
	if (!chosen)
		chosen = choice.first;
	for (size_t i = first; i < rt->n; i++)
		if (rt->routes[i].endpoint->accept == chosen && method_fits(rt->routes[i].endpoint->method, http->method) &&
		    fits(&rt->routes[i], parts, n, http->path, args))
			return rt->routes[i].endpoint;
	return NULL;
}

void gate__routes_each(const struct router *rt, void (*fn)(void *arg, const struct endpoint *e), void *arg)
{
	for (size_t i = 0; i < rt->n; i++)
		fn(arg, rt->routes[i].endpoint);
}

struct str gate__arg_name(const struct endpoint *e, size_t at)
{
	struct str parts[PARTS_MAX_ROUTE];
	size_t n = split(str_z(e->path), parts), seen = 0;

	for (size_t i = 0; i < n; i++) {
		size_t colon = parts[i].n && parts[i].p[0] == '*' ? 0 : str_find(parts[i], ':');

		if (colon < parts[i].n && seen++ == at)
			return str_upto(str_from(parts[i], colon + 1), parts[i].n - colon - 1 - tail_of(parts[i]).n);
	}
	return STR_NONE;
}
