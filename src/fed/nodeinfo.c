/* HOST_SOFTWARE: what a server says that it runs: NodeInfo 1.0 to 2.1, as FEP-f1d5 has it found. Where a domain has none of its own, that
 * of the server its people are at is read. */
#include "acts/software.h"
#include "fed/fetch.h"
#include "fed/inbound_priv.h"
#include "fed/jobs.h"
#include "view/federation.h"
#include "wire/text.h"
#include "wire/url.h"

enum { LINKS_MAX = 20, NAME_MAX_BYTES = 100, VERSION_MAX_BYTES = 200 };
#define SCHEMA_OF "http://nodeinfo.diaspora.software/ns/schema/"

/* The newest of its documents; only at its own site. */
static struct str document_of(const struct json *said, struct str origin)
{
	const struct json *links = json_get(said, "links");
	struct str best = STR_NONE, version = STR("");

	for (size_t i = 0; json_kind(links) == JSON_ARRAY && i < json_len(links) && i < LINKS_MAX; i++) {
		struct str rel = json_get_s(json_at(links, i), "rel"), href = json_get_s(json_at(links, i), "href");
		struct str schema = str_from(rel, sizeof SCHEMA_OF - 1);

		if (!rel.p || !str_has_prefix(rel, STR(SCHEMA_OF)) || !url_same_host(href, origin) || str_cmp(schema, version) <= 0)
			continue;
		best = href;
		version = schema;
	}
	return best;
}

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
	at = document_of(links, origin);
	if (!at.n)
		return FAIL(c->arena, ERR_NOT_FOUND, "'" STR_FMT "' has no NodeInfo", STR_ARG(domain));
	return read_json(c, b, at, ret);
}

/* A word of theirs, to be shown and compared. */
static struct str word_of(struct call *c, const struct json *v, const char *key, size_t max)
{
	struct str s = json_get_s(v, key);

	return s.p ? text_tidy(c->arena, str_utf8_upto(s, max)) : STR("");
}

struct err *fed_job_host_software(struct call *c, const struct job *job, bool *ret_later)
{
	struct fed_budget b = fed_budget(c);
	const struct json *info = NULL, *software;
	struct str at;
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
	software = json_get(info, "software");
	return acts_host_software_put(c, job->arg, arena_lower(c->arena, word_of(c, software, "name", NAME_MAX_BYTES)),
				      word_of(c, software, "version", VERSION_MAX_BYTES));
}
