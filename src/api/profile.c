/* One's own account. https://docs.joinmastodon.org/methods/accounts/#verify_credentials, .../profile/ and .../preferences/ */
#include "api/api_priv.h"

#include "acts/profile.h"
#include "media/profile.h"
#include "view/credential.h"

enum { PICTURES_BODY_MAX = 36 << 20, FIELDS_MAX = 20 };

static struct err *credential(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_credential_json(c, r->viewer.account, &json));
	req_json(r, json);
	return NULL;
}

static struct err *profile(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_profile_json(c, r->viewer.account, &json));
	req_json(r, json);
	return NULL;
}

static struct err *preferences(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_preferences_json(c, r->viewer.account, &json));
	req_json(r, json);
	return NULL;
}

struct update_in {
	struct str display_name, note, avatar_description, header_description, privacy, language, quote_policy;
	enum tri locked, bot, discoverable, indexable, hide_collections, sensitive, show_media, show_media_replies, show_featured;
	const struct param_value *fields, *attribution_given;
	struct str_list attribution;
	const struct upload *avatar, *header;
};
static const struct param update_params[] = {
	PARAM_STR(struct update_in, display_name, "display_name", .max = 4000),
	PARAM_STR(struct update_in, note, "note", .max = 100000),
	PARAM_STR(struct update_in, avatar_description, "avatar_description", .max = 4000),
	PARAM_STR(struct update_in, header_description, "header_description", .max = 4000),
	PARAM_STR(struct update_in, privacy, "source[privacy]", .max = 100),
	PARAM_STR(struct update_in, language, "source[language]", .max = 100),
	PARAM_STR(struct update_in, quote_policy, "source[quote_policy]", .max = 100),
	PARAM_TRI(struct update_in, sensitive, "source[sensitive]"),
	PARAM_TRI(struct update_in, locked, "locked"),
	PARAM_TRI(struct update_in, bot, "bot"),
	PARAM_TRI(struct update_in, discoverable, "discoverable"),
	PARAM_TRI(struct update_in, indexable, "indexable"),
	PARAM_TRI(struct update_in, hide_collections, "hide_collections"),
	PARAM_TRI(struct update_in, show_media, "show_media"),
	PARAM_TRI(struct update_in, show_media_replies, "show_media_replies"),
	PARAM_TRI(struct update_in, show_featured, "show_featured"),
	PARAM_NODE(struct update_in, fields, "fields_attributes"),
	PARAM_NODE(struct update_in, attribution_given, "attribution_domains"),
	PARAM_STRS(struct update_in, attribution, "attribution_domains", .max = 200),
	PARAM_FILE(struct update_in, avatar, "avatar"),
	PARAM_FILE(struct update_in, header, "header"),
};

/* A list, or a hash with numbers for keys; rows without name and value are how clients remove one. */
static void take_fields(struct call *c, const struct param_value *v, struct profile_edit *edit)
{
	const struct param_value **items;
	size_t n = param_list(c->arena, v, &items);
	struct profile_field *fields = arena_array(c->arena, struct profile_field, n + 1);

	edit->has_fields = v != NULL;
	edit->fields = fields;
	for (size_t i = 0; i < n && edit->fields_n < FIELDS_MAX; i++) {
		struct profile_field f = { param_text(param_at(items[i], "name")), param_text(param_at(items[i], "value")) };

		if (str_trim(f.name).n || str_trim(f.value).n)
			fields[edit->fields_n++] = f;
	}
}

/* Lines without anything are how a form says an empty list. */
static void take_attribution(struct call *c, const struct update_in *in, struct profile_edit *edit)
{
	struct str *v = arena_array(c->arena, struct str, in->attribution.n + 1);

	edit->has_attribution = in->attribution_given != NULL;
	edit->attribution = v;
	for (size_t i = 0; i < in->attribution.n; i++)
		if (str_trim(in->attribution.v[i]).n)
			v[edit->attribution_n++] = str_trim(in->attribution.v[i]);
}

static struct profile_edit edit_of(struct call *c, const struct update_in *in)
{
	struct profile_edit edit = {
		.display_name = in->display_name, .note = in->note, .avatar_description = in->avatar_description,
		.header_description = in->header_description, .privacy = in->privacy, .language = in->language,
		.quote_policy = in->quote_policy,
		.locked = api__choice(in->locked), .bot = api__choice(in->bot), .discoverable = api__choice(in->discoverable),
		.indexable = api__choice(in->indexable), .hide_collections = api__choice(in->hide_collections),
		.sensitive = api__choice(in->sensitive), .show_media = api__choice(in->show_media),
		.show_media_replies = api__choice(in->show_media_replies), .show_featured = api__choice(in->show_featured),
	};

	take_fields(c, in->fields, &edit);
	take_attribution(c, in, &edit);
	return edit;
}

static struct str bytes_of(const struct upload *up) { return up ? up->data : STR_NONE; }

static struct err *change(struct call *c, struct req *r)
{
	const struct update_in *in = r->in;
	struct profile_edit edit = edit_of(c, in);

	return profile_change(c, r->viewer.account, &edit, bytes_of(in->avatar), bytes_of(in->header));
}

static struct err *update(struct call *c, struct req *r)
{
	TRY(change(c, r));
	return credential(c, r);
}

static struct err *update_profile(struct call *c, struct req *r)
{
	TRY(change(c, r));
	return profile(c, r);
}

static struct err *drop_picture(struct call *c, struct req *r, const struct profile_edit *edit)
{
	TRY(profile_change(c, r->viewer.account, edit, STR_NONE, STR_NONE));
	return credential(c, r);
}

static struct err *drop_avatar(struct call *c, struct req *r)
{
	return drop_picture(c, r, &(struct profile_edit){ .avatar.set = true, .avatar_description = STRC("") });
}

static struct err *drop_header(struct call *c, struct req *r)
{
	return drop_picture(c, r, &(struct profile_edit){ .header.set = true, .header_description = STRC("") });
}

#define UPDATE(fn) auth_user, "write:accounts", LIMIT_NONE, LANE_UPLOAD, fn, PARAMS(struct update_in, update_params), .body_max = PICTURES_BODY_MAX

const struct endpoint profile_endpoints[] = {
	{ METHOD_GET, "/api/v1/accounts/verify_credentials", auth_user, "read:accounts|profile", LIMIT_NONE, LANE_DB, credential },
	{ METHOD_PATCH, "/api/v1/accounts/update_credentials", UPDATE(update) },
	{ METHOD_GET, "/api/v1/profile", auth_user, "read:accounts|profile", LIMIT_NONE, LANE_DB, profile },
	{ METHOD_PATCH, "/api/v1/profile", UPDATE(update_profile) },
	{ METHOD_DELETE, "/api/v1/profile/avatar", auth_user, "write:accounts", LIMIT_NONE, LANE_DB, drop_avatar },
	{ METHOD_DELETE, "/api/v1/profile/header", auth_user, "write:accounts", LIMIT_NONE, LANE_DB, drop_header },
	{ METHOD_GET, "/api/v1/preferences", auth_user, "read:accounts", LIMIT_NONE, LANE_DB, preferences },
	{ 0 },
};
