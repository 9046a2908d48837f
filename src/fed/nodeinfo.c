/* HOST_SOFTWARE: what a server says that it runs: NodeInfo 1.0 to 2.1, as FEP-f1d5 has it found. Where a domain has none of its own, that
 * of the server its people are at is read. */
#include "acts/software.h"
#include "fed/fetch.h"
#include "fed/inbound_priv.h"
#include "fed/jobs.h"
#include "fed/said.h"
#include "view/federation.h"

static struct err *read_json(struct call *c, struct fed_budget *b, struct str url, const struct json **ret)
{
	struct str body;
	struct err *e;

	TRY(fed_fetch_text(c, b, url, "application/json", &body));
	e = json_parse(c->arena, body, ret);
	return e ? FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no JSON", STR_ARG(str_upto(url, 200))) : NULL;
}

static struct err *ask(struct call *c, struct fed_budget *b, struct str domain, const struct json **ret)
{
	struct str origin = fed_origin(c, domain), at;
	const struct json *links;

	TRY(read_json(c, b, arena_concat(c->arena, origin, STR("/.well-known/nodeinfo")), &links));
	at = fed_nodeinfo_read(links, origin);
	if (!at.n)
		return FAIL(c->arena, ERR_NOT_FOUND, "'" STR_FMT "' has no NodeInfo", STR_ARG(domain));
	return read_json(c, b, at, ret);
}

struct err *fed_job_host_software(struct call *c, const struct job *job, bool *ret_later)
{
	struct fed_budget b = fed_budget(c);
	const struct json *info = NULL;
	struct str at, name, version;
	struct err *e = ask(c, &b, job->arg, &info);

	(void)ret_later;
	if (e && e->code != ERR_REMOTE) {
		TRY(fed__settle(e));
		TRY(view_host_of_domain(c, job->arg, &at));
		e = at.n && !str_eq(at, job->arg) ? ask(c, &b, at, &info) : e;
	}
	if (e && e->code == ERR_REMOTE)
		return e;
	TRY(fed__settle(e));
	fed_software_read(c, info, &name, &version);
	return acts_host_software_put(c, job->arg, name, version);
}
