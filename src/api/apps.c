/* Applications. https://docs.joinmastodon.org/methods/apps/ */
#include "acts/oauth.h"
#include "api/api.h"
#include "view/app.h"

struct create_in {
	struct str client_name, scopes, website;
	const struct param_value *redirect_uris;
};
static const struct param create_params[] = {
	PARAM_STR(struct create_in, client_name, "client_name"),
	PARAM_STR(struct create_in, scopes, "scopes", .max = 2000),
	PARAM_STR(struct create_in, website, "website", .max = APP_URI_MAX),
	PARAM_NODE(struct create_in, redirect_uris, "redirect_uris"),
};

/* One text with an address a line, or a list. */
static size_t redirect_uris(struct call *c, const struct param_value *given, struct str *ret)
{
	const struct param_value **items;
	size_t n = param_list(c->arena, given, &items), got = 0;

	for (size_t i = 0; i < n; i++) {
		struct str rest = param_text(items[i]), line;

		while (str_next(&rest, '\n', &line)) {
			line = str_trim(line);
			if (line.n && got <= APP_URIS_MAX)
				ret[got++] = line;
		}
	}
	return got;
}

static struct err *create(struct call *c, struct req *r)
{
	const struct create_in *in = r->in;
	struct str uris[APP_URIS_MAX + 1], json;
	struct app_new app = { .name = in->client_name, .scopes = in->scopes, .website = in->website, .redirect_uris = uris };
	struct app_made made;

	app.redirect_uris_n = redirect_uris(c, in->redirect_uris, uris);
	TRY(acts_app_create(c, &app, &made));
	TRY(view_app_secret_json(c, made.id, made.client_id, made.client_secret, &json));
	req_json(r, json);
	return NULL;
}

static struct err *verify(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_app_json(c, r->viewer.app, &json));
	req_json(r, json);
	return NULL;
}

const struct endpoint apps_endpoints[] = {
	{ METHOD_POST, "/api/v1/apps", auth_none, NULL, LIMIT_APPS, LANE_DB, create, PARAMS(struct create_in, create_params) },
	{ METHOD_GET, "/api/v1/apps/verify_credentials", auth_token, NULL, LIMIT_NONE, LANE_DB, verify },
	{ 0 },
};
