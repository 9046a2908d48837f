/* Posts in other languages. https://docs.joinmastodon.org/methods/statuses/#translate */
#include "api/api.h"
#include "reach/translate.h"
#include "view/translation.h"

struct translate_in { struct str lang; };
static const struct param translate_params[] = { PARAM_STR(struct translate_in, lang, "lang", .max = 20) };

/* What was asked for, else what the device speaks, else what the person gave when they came. */
static struct err *language_of(struct call *c, const struct req *r, struct str *ret)
{
	struct str header = req_said(r, "Accept-Language");

	*ret = ((const struct translate_in *)r->in)->lang;
	if (ret->n)
		return NULL;
	header = str_trim(str_upto(header, str_find(header, ',')));
	*ret = str_trim(str_upto(header, str_find(header, ';')));
	return ret->n && ret->n <= 20 && ret->p[0] != '*' ? NULL : view_translation_wish(c, &r->viewer, ret);
}

static struct err *translate(struct call *c, struct req *r)
{
	struct str language, json;

	TRY(language_of(c, r, &language));
	TRY(reach_translate(c, &r->viewer, ID(status_id, req_id(r, "id")), language, &json));
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
