#include "fed/said.h"

#include "fed/fetch.h"
#include "wire/acct.h"
#include "wire/html.h"
#include "wire/link.h"
#include "wire/text.h"
#include "wire/url.h"

enum { LINKS_MAX = 100, SOFTWARE_NAME_MAX = 100 };
#define SCHEMA_OF "http://nodeinfo.diaspora.software/ns/schema/"

struct err *fed_activity_read(struct call *c, struct str body, struct activity_said *ret)
{
	const struct json *type;

	*ret = (struct activity_said){ .doc = NULL };
	if (!str_is_utf8(body))
		return FAIL(c->arena, ERR_BAD_REQUEST, "the activity is not UTF-8");
	TRY(json_parse(c->arena, body, &ret->doc));
	type = json_get(ret->doc, "type");
	ret->id = json_get_s(ret->doc, "id");
	ret->type = json_kind(type) == JSON_ARRAY ? json_str(json_at(type, 0)) : json_str(type);
	ret->actor = fed_id_of(json_get(ret->doc, "actor"));
	ret->object = fed_id_of(json_get(ret->doc, "object"));
	if (json_kind(ret->doc) != JSON_OBJECT || !ret->type.n || ret->type.n > FED_TYPE_MAX || !url_domain(c->arena, ret->actor).n ||
	    ret->actor.n > FED_ID_MAX)
		return FAIL(c->arena, ERR_BAD_REQUEST, "the activity lacks a type or an actor");
	if (ret->id.p && (ret->id.n > FED_ID_MAX || !url_domain(c->arena, ret->id).n))
		return FAIL(c->arena, ERR_BAD_REQUEST, "the activity's id is no address");
	return NULL;
}

/* ---- WebFinger ---- */

static struct str self_of(struct call *c, const struct json *jrd)
{
	const struct json *links = json_get(jrd, "links");

	for (size_t i = 0; json_kind(links) == JSON_ARRAY && i < json_len(links) && i < LINKS_MAX; i++) {
		const struct json *l = json_at(links, i);

		if (str_eqz(json_get_s(l, "rel"), "self") && mime_is_activity(c->arena, json_get_s(l, "type")))
			return json_get_s(l, "href");
	}
	return STR_NONE;
}

struct err *fed_jrd_read(struct call *c, struct str body, struct fed_webfinger *ret)
{
	const struct json *jrd;
	struct str subject;
	struct acct who;

	*ret = (struct fed_webfinger){ .name = STR_NONE };
	if (json_parse(c->arena, body, &jrd))
		return FAIL(c->arena, ERR_INVALID, "what WebFinger says cannot be read");
	subject = json_get_s(jrd, "subject");
	ret->actor_uri = self_of(c, jrd);
	if (!str_has_prefix(subject, STR("acct:")) || !ret->actor_uri.n)
		return FAIL(c->arena, ERR_INVALID, "WebFinger names no actor for '" STR_FMT "'", STR_ARG(str_upto(subject, 200)));
	if (!acct_parse(c->arena, subject, &who) || !who.domain.n)
		return FAIL(c->arena, ERR_INVALID, "WebFinger's subject '" STR_FMT "' is no handle", STR_ARG(str_upto(subject, 200)));
	ret->name = who.name;
	ret->domain = who.domain;
	return NULL;
}

/* The value of an attribute, in quotes of either kind. */
static struct str attribute(struct call *c, struct str tag, struct str name)
{
	size_t at = str_find_str(tag, name);
	struct str rest = str_from(tag, at + name.n);

	if (at == tag.n || rest.n < 2 || (rest.p[0] != '"' && rest.p[0] != '\''))
		return STR_NONE;
	return html_decode(c->arena, str_upto(str_from(rest, 1), str_find(str_from(rest, 1), rest.p[0])));
}

struct str fed_host_meta_read(struct call *c, struct str body, struct str resource)
{
	struct str rest = body, tag, template;
	struct url u;
	size_t at;

	while (str_next(&rest, '<', &tag)) {
		template = attribute(c, tag, STR("template="));
		at = str_find_str(template, STR("{uri}"));
		if (!str_has_prefix(tag, STR("Link")) || !str_contains(tag, STR("lrdd")) || at == template.n)
			continue;
		if (url_parse(c->arena, arena_concat(c->arena, str_upto(template, at), url_encode(c->arena, resource), str_from(template, at + 5)), &u))
			return u.text;
	}
	return STR_NONE;
}

/* ---- NodeInfo ---- */

struct str fed_nodeinfo_read(const struct json *said, struct str origin)
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

/* A word of theirs, to be shown and compared. */
static struct str word_of(struct call *c, const struct json *v, const char *key, size_t max)
{
	struct str s = json_get_s(v, key);

	return s.p ? text_tidy(c->arena, str_utf8_upto(s, max)) : STR("");
}

void fed_software_read(struct call *c, const struct json *info, struct str *ret_name, struct str *ret_version)
{
	const struct json *software = json_get(info, "software");

	*ret_name = arena_lower(c->arena, word_of(c, software, "name", SOFTWARE_NAME_MAX));
	*ret_version = word_of(c, software, "version", FED_SOFTWARE_MAX);
}
