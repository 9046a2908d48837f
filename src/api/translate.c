/* Posts in other languages. https://docs.joinmastodon.org/methods/statuses/#translate */
#include "api/api.h"
#include "conf/conf.h"
#include "reach/translate.h"

struct translate_in { struct str lang; };
static const struct param translate_params[] = { PARAM_STR(struct translate_in, lang, "lang", .max = 20) };

/* What was asked for, else what the browser speaks, else what is spoken here. */
static struct str language_of(struct call *c, const struct req *r)
{
	struct str said = ((const struct translate_in *)r->in)->lang, header = req_said(r, "Accept-Language");

	if (said.n)
		return said;
	header = str_trim(str_upto(header, str_find(header, ',')));
	header = str_trim(str_upto(header, str_find(header, ';')));
	if (header.n && header.n <= 20 && header.p[0] != '*')
		return header;
	return c->conf->languages.n ? c->conf->languages.v[0] : STR("en");
}

static struct err *translate(struct call *c, struct req *r)
{
	struct str json;

	TRY(reach_translate(c, &r->viewer, ID(status_id, req_id(r, "id")), language_of(c, r), &json));
	req_json(r, json);
	return NULL;
}

static struct err *languages(struct call *c, struct req *r)
{
	struct str json;

	TRY(reach_translation_languages(c, &json));
	req_header(r, "Cache-Control", STR("public, max-age=86400"));
	req_json(r, json);
	return NULL;
}

const struct endpoint translate_endpoints[] = {
	{ METHOD_POST, "/api/v1/statuses/:id/translate", auth_user, "read:statuses", LIMIT_NONE, LANE_FETCH, translate,
	  PARAMS(struct translate_in, translate_params) },
	{ METHOD_GET, "/api/v1/instance/translation_languages", auth_none, NULL, LIMIT_NONE, LANE_FETCH, languages },
	{ 0 },
};
