/* /settings/preferences: what new posts are like, and what reading is like. */
#include "acts/profile.h"
#include "acts/reading.h"
#include "view/credential.h"
#include "web/web_priv.h"

struct preferences_in {
	struct str privacy, language, quotes, media;
	enum tri sensitive, spoilers, gifs;
};
static const struct param preferences_params[] = {
	PARAM_STR(struct preferences_in, privacy, "privacy", .max = 100),
	PARAM_STR(struct preferences_in, language, "language", .max = 100),
	PARAM_STR(struct preferences_in, quotes, "quotes", .max = 100),
	PARAM_STR(struct preferences_in, media, "media", .max = 100),
	PARAM_TRI(struct preferences_in, sensitive, "sensitive"),
	PARAM_TRI(struct preferences_in, spoilers, "spoilers"),
	PARAM_TRI(struct preferences_in, gifs, "gifs"),
};

static const struct done_text done[] = { { "saved", "Your preferences are saved." } };

struct word { const char *value, *text; };

static const struct tpl_choice *choices(struct call *c, const struct word *words, size_t n, struct str current)
{
	struct tpl_choice *v = arena_array(c->arena, struct tpl_choice, n);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct tpl_choice){ str_z(words[i].value), str_z(words[i].text), str_eqz(current, words[i].value) };
	return v;
}

static struct err *show(struct call *c, struct req *r, const struct err *e)
{
	static const struct word privacy[] = { { "public", "Everybody, everywhere" }, { "unlisted", "Everybody, but not in timelines of all" },
					       { "private", "My followers" }, { "direct", "Only whom I mention" } };
	static const struct word quotes[] = { { "public", "Everybody" }, { "followers", "My followers" }, { "nobody", "Nobody but me" } };
	static const struct word media[] = { { "default", "Show all but sensitive ones" }, { "show_all", "Show all" }, { "hide_all", "Hide all" } };
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_preferences page = { .csrf = web__settings_csrf(c, r), .privacy_error = web__fault(e, "privacy"),
					.quotes_error = web__fault(e, "quote_policy"), .language_error = web__fault(e, "language") };
	const struct json *v;
	struct str json;

	if (e)
		req_status(r, 422);
	TRY(view_preferences_json(c, r->viewer.account, &json));
	TRY(json_parse(c->arena, json, &v));
	page.privacy_n = sizeof privacy / sizeof *privacy;
	page.privacy = choices(c, privacy, page.privacy_n, json_get_s(v, "posting:default:visibility"));
	page.language = json_get_s(v, "posting:default:language");
	page.quotes_n = sizeof quotes / sizeof *quotes;
	page.quotes = choices(c, quotes, page.quotes_n, json_get_s(v, "posting:default:quote_policy"));
	page.sensitive = json_bool(json_get(v, "posting:default:sensitive"), false);
	page.media_n = sizeof media / sizeof *media;
	page.media = choices(c, media, page.media_n, json_get_s(v, "reading:expand:media"));
	page.spoilers = json_bool(json_get(v, "reading:expand:spoilers"), false);
	page.gifs = json_bool(json_get(v, "reading:autoplay:gifs"), false);
	tpl_preferences(&b, &page);
	web__settings(c, r, &(struct settings_how){ .path = "/settings/preferences", .heading = "Posting and reading",
						    .notice = e ? STR_NONE : web__done(r, done, 1) }, &b);
	return NULL;
}

static struct err *preferences(struct call *c, struct req *r) { return show(c, r, NULL); }

static struct err *change(struct call *c, struct req *r)
{
	const struct preferences_in *in = r->in;
	struct profile_edit edit = { .privacy = in->privacy, .language = in->language.p ? in->language : STR(""),
				     .quote_policy = in->quotes, .sensitive = web__choice(in->sensitive) };
	struct reading reading = { .expand_spoilers = in->spoilers == TRI_TRUE, .autoplay_gifs = in->gifs == TRI_TRUE };
	struct profile_files unused;
	struct err *e;

	TRY(web__settings_check(c, r));
	if (!expand_media_parse(in->media, &reading.media))
		return FAIL(c->arena, ERR_INVALID, "There is no such way to show pictures");
	e = acts_profile_update(c, r->viewer.account, &edit, &unused);
	if (e && e->field.n)
		return show(c, r, e);
	TRY(e);
	TRY(acts_reading_change(c, r->viewer.account, &reading));
	req_redirect(r, 303, STR("/settings/preferences?done=saved"));
	return NULL;
}

#define PAGE .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES
const struct endpoint preferences_page_endpoints[] = {
	{ METHOD_GET, "/settings/preferences", PAGE, .handler = preferences },
	{ METHOD_POST, "/settings/preferences", PAGE, .handler = change, PARAMS(struct preferences_in, preferences_params) },
	{ 0 },
};
