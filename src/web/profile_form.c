/* /settings/profile: one's own profile, changed by the acts that the client API calls. */
#include "conf/conf.h"
#include "media/profile.h"
#include "view/credential.h"
#include "view/security.h"
#include "web/web_priv.h"

enum { PICTURES_BODY_MAX = 36 << 20, ROWS_MAX = 20, SITES_MAX = ATTRIBUTION_MAX + 1 };

struct profile_in {
	struct str display_name, note, avatar_description, header_description, attribution;
	enum tri locked, bot, discoverable, indexable, hide_collections, no_avatar, no_header;
	const struct param_value *fields;
	const struct upload *avatar, *header;
};
static const struct param profile_params[] = {
	PARAM_STR(struct profile_in, display_name, "display_name", .max = 4000),
	PARAM_STR(struct profile_in, note, "note", .max = 100000),
	PARAM_STR(struct profile_in, avatar_description, "avatar_description", .max = 4000),
	PARAM_STR(struct profile_in, header_description, "header_description", .max = 4000),
	PARAM_STR(struct profile_in, attribution, "attribution"),
	PARAM_TRI(struct profile_in, locked, "locked"),
	PARAM_TRI(struct profile_in, bot, "bot"),
	PARAM_TRI(struct profile_in, discoverable, "discoverable"),
	PARAM_TRI(struct profile_in, indexable, "indexable"),
	PARAM_TRI(struct profile_in, hide_collections, "hide_collections"),
	PARAM_TRI(struct profile_in, no_avatar, "no_avatar"),
	PARAM_TRI(struct profile_in, no_header, "no_header"),
	PARAM_NODE(struct profile_in, fields, "fields_attributes"),
	PARAM_FILE(struct profile_in, avatar, "avatar"),
	PARAM_FILE(struct profile_in, header, "header"),
};

static const struct done_text done[] = { { "saved", "Your profile is saved." } };

static void fill_rows(struct call *c, const struct json *stored, struct tpl_profile_form *page)
{
	size_t n = json_len(stored) > (size_t)c->conf->profile_fields_max ? json_len(stored) : (size_t)c->conf->profile_fields_max;
	struct tpl_profile_row *rows = arena_array(c->arena, struct tpl_profile_row, n + 1);

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct tpl_profile_row){ arena_printf(c->arena, "%zu", i + 1), json_get_s(json_at(stored, i), "name"),
						    json_get_s(json_at(stored, i), "value") };
	page->fields = rows;
	page->fields_n = n;
}

static struct str lines(struct call *c, const struct json *list)
{
	struct str all = STR("");

	for (size_t i = 0; i < json_len(list); i++)
		all = arena_concat(c->arena, all, json_str(json_at(list, i)), STR("\n"));
	return all;
}

static void fill(struct call *c, const struct json *v, struct tpl_profile_form *page)
{
	page->display_name = json_get_s(v, "display_name");
	page->note = json_get_s(v, "note");
	page->has_avatar = json_get_s(v, "avatar").n > 0;
	page->avatar = page->has_avatar ? json_get_s(v, "avatar") : conf_url(c->arena, c->conf, "/avatars/original/missing.png");
	page->avatar_description = json_get_s(v, "avatar_description");
	page->header = json_get_s(v, "header");
	page->has_header = page->header.n > 0;
	page->header_description = json_get_s(v, "header_description");
	page->locked = json_bool(json_get(v, "locked"), false);
	page->bot = json_bool(json_get(v, "bot"), false);
	page->discoverable = json_bool(json_get(v, "discoverable"), false);
	page->indexable = json_bool(json_get(v, "indexable"), false);
	page->hide_collections = json_bool(json_get(v, "hide_collections"), false);
	page->attribution = lines(c, json_get(v, "attribution_domains"));
	fill_rows(c, json_get(v, "fields"), page);
}

/* What was typed and refused, to be mended; but pictures, which no page can put back into their field. */
static void fill_typed(struct call *c, const struct profile_in *in, struct tpl_profile_form *page)
{
	const struct param_value **items;
	size_t n = param_list(c->arena, in->fields, &items);
	struct tpl_profile_row *rows = arena_array(c->arena, struct tpl_profile_row, page->fields_n + 1);

	page->display_name = in->display_name;
	page->note = in->note;
	page->avatar_description = in->avatar_description;
	page->header_description = in->header_description;
	page->locked = in->locked == TRI_TRUE;
	page->bot = in->bot == TRI_TRUE;
	page->discoverable = in->discoverable == TRI_TRUE;
	page->indexable = in->indexable == TRI_TRUE;
	page->hide_collections = in->hide_collections == TRI_TRUE;
	page->attribution = in->attribution;
	for (size_t i = 0; i < page->fields_n; i++) {
		const struct param_value *row = i < n ? items[i] : NULL;

		rows[i] = (struct tpl_profile_row){ page->fields[i].id, param_text(param_at(row, "name")), param_text(param_at(row, "value")) };
	}
	page->fields = rows;
}

static struct err *show(struct call *c, struct req *r, const struct err *e)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_profile_form page = { .csrf = web__settings_csrf(c, r) };
	struct security_view me;
	const struct json *v;
	struct str json;

	if (e)
		req_status(r, err_http(e->code));
	TRY(view_security(c, r->viewer.account, &me));
	TRY(view_profile_json(c, r->viewer.account, &json));
	TRY(json_parse(c->arena, json, &v));
	fill(c, v, &page);
	if (e)
		fill_typed(c, r->in, &page);
	page.page = arena_concat(c->arena, c->conf->base_url, STR("/@"), me.username);
	page.name_error = web__fault(e, "display_name");
	page.note_error = web__fault(e, "note");
	page.fields_error = web__fault(e, "fields");
	page.avatar_error = web__fault(e, "avatar");
	page.header_error = web__fault(e, "header");
	page.attribution_error = web__fault(e, "attribution_domains");
	tpl_profile_form(&b, &page);
	web__settings(c, r, &(struct settings_how){ .path = "/settings/profile", .heading = "Profile", .notice = e ? STR_NONE : web__done(r, done, 1) },
		      &b);
	return NULL;
}

static struct err *profile(struct call *c, struct req *r) { return show(c, r, NULL); }

static void take_rows(struct call *c, const struct param_value *given, struct profile_edit *edit)
{
	const struct param_value **items;
	size_t n = param_list(c->arena, given, &items);
	struct profile_field *fields = arena_array(c->arena, struct profile_field, n + 1);

	edit->has_fields = true;
	edit->fields = fields;
	for (size_t i = 0; i < n && edit->fields_n < ROWS_MAX; i++) {
		struct profile_field f = { param_text(param_at(items[i], "name")), param_text(param_at(items[i], "value")) };

		if (str_trim(f.name).n || str_trim(f.value).n)
			fields[edit->fields_n++] = f;
	}
}

static void take_sites(struct call *c, struct str text, struct profile_edit *edit)
{
	struct str *sites = arena_array(c->arena, struct str, SITES_MAX);
	struct str line;

	edit->has_attribution = true;
	edit->attribution = sites;
	while (str_next(&text, '\n', &line))
		if (str_trim(line).n && edit->attribution_n < SITES_MAX)
			sites[edit->attribution_n++] = str_trim(line);
}

static struct str or_empty(struct str s) { return s.p ? s : STR(""); }
static struct str bytes_of(const struct upload *up) { return up ? up->data : STR_NONE; }

static struct err *change(struct call *c, struct req *r)
{
	const struct profile_in *in = r->in;
	struct profile_edit edit = {
		.display_name = or_empty(in->display_name), .note = or_empty(in->note), .avatar_description = or_empty(in->avatar_description),
		.header_description = or_empty(in->header_description), .locked = web__choice(in->locked), .bot = web__choice(in->bot),
		.discoverable = web__choice(in->discoverable), .indexable = web__choice(in->indexable),
		.hide_collections = web__choice(in->hide_collections), .avatar.set = in->no_avatar == TRI_TRUE, .header.set = in->no_header == TRI_TRUE,
	};
	struct err *e;

	TRY(web__settings_check(c, r));
	take_rows(c, in->fields, &edit);
	take_sites(c, in->attribution, &edit);
	e = profile_change(c, r->viewer.account, &edit, bytes_of(in->avatar), bytes_of(in->header));
	if (e && e->field.n)
		return show(c, r, e);
	TRY(e);
	req_redirect(r, 303, STR("/settings/profile?done=saved"));
	return NULL;
}

#define PAGE .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES
const struct endpoint profile_form_endpoints[] = {
	{ METHOD_GET, "/settings/profile", PAGE, .lane = LANE_DB, .handler = profile },
	{ METHOD_POST, "/settings/profile", PAGE, .lane = LANE_UPLOAD, .handler = change, PARAMS(struct profile_in, profile_params),
	  .body_max = PICTURES_BODY_MAX },
	{ 0 },
};
