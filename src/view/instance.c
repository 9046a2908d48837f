#include "view/instance.h"

#include "conf/conf.h"
#include "model/annual.h"
#include "store/instance.h"
#include "store/usage.h"
#include "view/account.h"
#include "view/instance_text.h"
#include "view/view_priv.h"
#include "wire/html.h"

enum { INSTANCE_JSON_MAX = 1 << 20 };
/* Of icon-512.png, on white. */
static const struct str icon_blurhash = STRC("UMK,51s:4poL9GayxufQ9Gay_Nj[?aj[Rjj[");

struct err *view_instance_counts(struct call *c, struct instance_counts *ret)
{
	struct usage_counts now;

	TRY(usage_counts(c, &now));
	*ret = (struct instance_counts){ .users = now.users, .active_month = now.active_month, .active_halfyear = now.active_half_year,
					 .statuses = now.statuses };
	return peers_count(c, &ret->domains);
}

struct err *view_vapid_key(struct call *c, struct str *ret)
{
	TRY(meta_get(c, "vapid_public", ret));
	return ret->p ? NULL : FAIL(c->arena, ERR_INTERNAL, "the VAPID key has not been made");
}

/* As media/types.c lets them in, by the names that clients give them. */
static void write_mimes(bool films, struct jw *w)
{
	static const char *const pictures[] = { "image/jpeg", "image/png", "image/gif", "image/heic", "image/heif", "image/webp", "image/avif", NULL };
	static const char *const others[] = {
		"video/webm", "video/mp4", "video/quicktime", "video/x-matroska", "video/ogg", "audio/wave", "audio/wav", "audio/x-wav", "audio/x-pn-wave",
		"audio/vnd.wave", "audio/ogg", "audio/vorbis", "audio/opus", "audio/mpeg", "audio/mp3", "audio/webm", "audio/flac", "audio/aac", "audio/m4a",
		"audio/x-m4a", "audio/mp4", NULL,
	};

	jw_key(w, "supported_mime_types");
	jw_arr(w);
	for (const char *const *m = pictures; *m; m++)
		jw_str(w, str_z(*m));
	for (const char *const *m = others; films && *m; m++)
		jw_str(w, str_z(*m));
	jw_arr_end(w);
}

static void write_limits(const struct conf *conf, bool films, bool v2, struct jw *w)
{

	jw_key(w, "accounts");
	jw_obj(w);
	if (v2) {
		jw_ki64(w, "max_display_name_length", conf->display_name_max);
		jw_ki64(w, "max_note_length", conf->note_max);
		jw_ki64(w, "max_avatar_description_length", 150);
		jw_ki64(w, "max_header_description_length", 150);
		jw_ki64(w, "max_profile_fields", conf->profile_fields_max);
		jw_ki64(w, "profile_field_name_limit", 255);
		jw_ki64(w, "profile_field_value_limit", 255);
	}
	jw_ki64(w, "max_pinned_statuses", conf->pinned_max);
	jw_ki64(w, "max_featured_tags", 10);
	jw_obj_end(w);
	jw_key(w, "statuses");
	jw_obj(w);
	jw_ki64(w, "max_characters", conf->status_max_chars);
	jw_ki64(w, "max_media_attachments", conf->media_max);
	jw_ki64(w, "characters_reserved_per_url", 23);
	jw_key(w, "supported_mime_types");
	jw_arr(w);
	for (enum content_type t = 0; t < CONTENT_TYPE_COUNT; t++)
		jw_str(w, str_z(content_type_word(t)));
	jw_arr_end(w);
	jw_obj_end(w);
	jw_key(w, "media_attachments");
	jw_obj(w);
	jw_ki64(w, "description_limit", 10000);
	jw_ki64(w, "image_matrix_limit", 33177600);
	jw_ki64(w, "image_size_limit", conf->image_size_max);
	jw_ki64(w, "video_frame_rate_limit", films ? FILM_RATE_MAX : 0);
	jw_ki64(w, "video_matrix_limit", films ? FILM_AREA_MAX : 0);
	jw_ki64(w, "video_size_limit", films ? FILM_BYTES_MAX : 0);
	write_mimes(films, w);
	jw_obj_end(w);
	jw_key(w, "polls");
	jw_obj(w);
	jw_ki64(w, "max_options", conf->poll_options_max);
	jw_ki64(w, "max_characters_per_option", conf->poll_option_chars);
	jw_ki64(w, "min_expiration", 300);
	jw_ki64(w, "max_expiration", 2629746);
	jw_obj_end(w);
}

static void write_access(const struct conf *conf, struct jw *w)
{
	static const char *const words[] = { "public", "authenticated", "disabled" };
	static const char *const feeds[] = { "live_feeds", "hashtag_feeds", "trending_link_feeds" };

	jw_key(w, "timelines_access");
	jw_obj(w);
	for (size_t i = 0; i < 3; i++) {
		jw_key(w, feeds[i]);
		jw_obj(w);
		jw_kz(w, "local", words[conf->timelines_public]);
		jw_kz(w, "remote", words[conf->timelines_public]);
		jw_obj_end(w);
	}
	jw_obj_end(w);
}

static struct err *write_configuration(struct call *c, struct jw *w)
{
	struct str vapid, terms;
	int64_t since_us;

	TRY(view_vapid_key(c, &vapid));
	TRY(view_terms(c, &terms, &since_us));
	jw_key(w, "configuration");
	jw_obj(w);
	write_limits(c->conf, c->house && c->house->films, true, w);
	jw_key(w, "translation");
	jw_obj(w);
	jw_kbool(w, "enabled", c->conf->translation_url.n > 0);
	jw_obj_end(w);
	write_access(c->conf, w);
	jw_kbool(w, "limited_federation", false);
	jw_key(w, "urls");
	jw_obj(w);
	jw_kstr(w, "streaming", conf_streaming_url(c->arena, c->conf));
	jw_kstr(w, "status", c->conf->status_page.n ? c->conf->status_page : STR_NONE);
	jw_kstr(w, "about", conf_url(c->arena, c->conf, "/about"));
	jw_kstr(w, "privacy_policy", conf_url(c->arena, c->conf, "/privacy-policy"));
	jw_kstr(w, "terms_of_service", terms.n ? conf_url(c->arena, c->conf, "/terms-of-service") : STR_NONE);
	jw_obj_end(w);
	jw_key(w, "vapid");
	jw_obj(w);
	jw_kstr(w, "public_key", vapid);
	jw_obj_end(w);
	jw_obj_end(w);
	return NULL;
}

static struct err *write_contact(struct call *c, struct jw *w)
{
	struct account_page p;
	struct account *a = NULL;

	if (c->conf->contact_account.n) {
		struct err *e = view_account_lookup(c, c->conf->contact_account, &a);

		if (e && e->code != ERR_NOT_FOUND)
			return e;
		if (e)
			a = NULL;      /* the account of that name is gone: the contact is the address alone */
	}
	if (!a) {
		jw_null(w);
		return NULL;
	}
	TRY(view_accounts_load(c, ID_NONE(account_id), &a->id.v, 1, &p));
	view_account_write(c, &p, a->id, w);
	return NULL;
}

static void write_icons(struct call *c, struct jw *w)
{
	static const int sizes[] = { 48, 192, 512 };

	jw_key(w, "icon");
	jw_arr(w);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		jw_obj(w);
		jw_kstr(w, "src", conf_url(c->arena, c->conf, arena_strz(c->arena, arena_printf(c->arena, "/assets/icon-%d.png", sizes[i]))));
		jw_kstr(w, "size", arena_printf(c->arena, "%dx%d", sizes[i], sizes[i]));
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_registrations(struct call *c, struct jw *w)
{
	const struct conf *conf = c->conf;
	bool said = conf->closed_message.n > 0 && !conf_signup_possible(conf);

	jw_key(w, "registrations");
	jw_obj(w);
	jw_kbool(w, "enabled", conf_signup_possible(conf));
	jw_kbool(w, "approval_required", conf->registrations == REGISTRATIONS_APPROVAL);
	jw_kbool(w, "reason_required", conf->registrations == REGISTRATIONS_APPROVAL);
	jw_kstr(w, "message", said ? view_prose(c, conf->closed_message) : STR_NONE);
	if (conf->min_age)
		jw_ki64(w, "min_age", conf->min_age);
	else
		jw_knull(w, "min_age");
	jw_knull(w, "url");
	jw_obj_end(w);
}

static void write_languages(const struct conf *conf, struct jw *w)
{
	jw_key(w, "languages");
	jw_arr(w);
	for (size_t i = 0; i < conf->languages.n; i++)
		jw_str(w, conf->languages.v[i]);
	jw_arr_end(w);
}

static struct str version(struct call *c)
{
	return arena_printf(c->arena, "%s (compatible; Howdah %s)", VIEW_MASTODON_VERSION, HOWDAH_VERSION);
}

/* The year whose reports people may have made now. */
static struct str campaign(struct call *c)
{
	int64_t year = c->conf->annual_reports ? annual_campaign(c->now_us) : 0;

	return year ? arena_printf(c->arena, "%lld", (long long)year) : STR_NONE;
}

struct err *view_instance_json(struct call *c, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, INSTANCE_JSON_MAX);
	struct jw w = jw_init(&b);
	const struct conf *conf = c->conf;
	struct instance_counts n;
	struct str rules;

	TRY(view_instance_counts(c, &n));
	TRY(view_rules_json(c, &rules));
	jw_obj(&w);
	jw_kstr(&w, "domain", conf->domain);
	jw_kstr(&w, "title", conf->title);
	jw_kstr(&w, "version", version(c));
	jw_kstr(&w, "source_url", c->conf->source_url.n ? c->conf->source_url : conf_url(c->arena, c->conf, "/about"));
	jw_kstr(&w, "description", conf->short_description);
	jw_key(&w, "usage");
	jw_raw(&w, arena_printf(c->arena, "{\"users\":{\"active_month\":%lld}}", (long long)n.active_month));
	jw_key(&w, "thumbnail");
	jw_obj(&w);
	jw_kstr(&w, "url", conf_url(c->arena, conf, "/assets/icon-512.png"));
	jw_kstr(&w, "blurhash", icon_blurhash);
	jw_knull(&w, "description");
	jw_obj_end(&w);
	write_icons(c, &w);
	write_languages(conf, &w);
	TRY(write_configuration(c, &w));
	write_registrations(c, &w);
	/* 11: descriptions of pictures in update_credentials; before them collections (10), such descriptions in the profile (9), the profile
	 * and annual reports (8), quotes (7), featured tags and endorsements (6). It rises when all up to a number is in place. */
	jw_kraw(&w, "api_versions", STR("{\"mastodon\":11}"));
	jw_kstr(&w, "wrapstodon", campaign(c));
	jw_key(&w, "contact");
	jw_obj(&w);
	jw_kstr(&w, "email", conf->contact_email.p ? conf->contact_email : STR(""));
	jw_key(&w, "account");
	TRY(write_contact(c, &w));
	jw_obj_end(&w);
	jw_key(&w, "rules");
	jw_raw(&w, rules);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_instance_v1_json(struct call *c, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, INSTANCE_JSON_MAX);
	struct jw w = jw_init(&b);
	const struct conf *conf = c->conf;
	struct instance_counts n;
	struct str rules;

	TRY(view_instance_counts(c, &n));
	TRY(view_rules_json(c, &rules));
	jw_obj(&w);
	jw_kstr(&w, "uri", conf->domain);
	jw_kstr(&w, "title", conf->title);
	jw_kstr(&w, "short_description", conf->short_description);
	jw_kstr(&w, "description", html_escape(c->arena, conf->description.n ? conf->description : conf->short_description));
	jw_kstr(&w, "email", conf->contact_email.p ? conf->contact_email : STR(""));
	jw_kstr(&w, "version", version(c));
	jw_key(&w, "urls");
	jw_obj(&w);
	jw_kstr(&w, "streaming_api", conf_streaming_url(c->arena, conf));
	jw_obj_end(&w);
	jw_key(&w, "stats");
	jw_raw(&w, arena_printf(c->arena, "{\"user_count\":%lld,\"status_count\":%lld,\"domain_count\":%lld}", (long long)n.users,
				(long long)n.statuses, (long long)n.domains));
	jw_kstr(&w, "thumbnail", conf_url(c->arena, conf, "/assets/icon-512.png"));
	write_languages(conf, &w);
	jw_kbool(&w, "registrations", conf_signup_possible(conf));
	jw_kbool(&w, "approval_required", conf->registrations == REGISTRATIONS_APPROVAL);
	jw_kbool(&w, "invites_enabled", conf->invites);
	jw_key(&w, "configuration");
	jw_obj(&w);
	write_limits(conf, c->house && c->house->films, false, &w);
	jw_obj_end(&w);
	jw_key(&w, "contact_account");
	TRY(write_contact(c, &w));
	jw_key(&w, "rules");
	jw_raw(&w, rules);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_custom_emojis_json(struct call *c, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, INSTANCE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct emoji_row *rows;
	size_t n;

	TRY(custom_emojis(c, &rows, &n));
	jw_arr(&w);
	for (size_t i = 0; i < n; i++) {
		jw_obj(&w);
		jw_kstr(&w, "shortcode", rows[i].shortcode);
		jw_kstr(&w, "url", view_media_url(c, rows[i].file));
		jw_kstr(&w, "static_url", view_media_url(c, rows[i].static_file));
		jw_kbool(&w, "visible_in_picker", rows[i].visible);
		jw_kstr(&w, "category", rows[i].category);
		jw_kbool(&w, "featured", false);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	*ret_json = buf_str(&b);
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "the list of custom emoji outgrew its bound");
}
