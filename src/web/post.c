/* Posts on pages: made from what the client API shows the same viewer, so that there is one rule of what is seen and one place that
 * writes it. */
#include "conf/conf.h"
#include "web/web_priv.h"
#include "wire/date.h"

enum { MEDIA_SHOWN = 16, OPTIONS_SHOWN = 20 };

static void add_media(struct call *c, const struct json *list, struct tpl_post *ret)
{
	struct tpl_media *media = arena_array(c->arena, struct tpl_media, MEDIA_SHOWN);

	for (struct json_iter it = json_iter(list); json_next(&it) && ret->media_n < MEDIA_SHOWN;) {
		struct str type = json_get_s(it.value, "type"), link = json_get_s(it.value, "url"), preview = json_get_s(it.value, "preview_url");
		struct tpl_media *m = &media[ret->media_n++];

		/* Only what comes from here plays here: a stranger's file would tell him who looks. */
		bool ours = str_has_prefix(link, c->conf->base_url);

		*m = (struct tpl_media){
			.source = link, .film = ours && (str_eqz(type, "video") || str_eqz(type, "gifv")), .sound = ours && str_eqz(type, "audio"),
			.link = link.n ? link : json_get_s(it.value, "remote_url"), .preview = preview, .description = json_get_s(it.value, "description"),
			.kind = str_eqz(type, "video") || str_eqz(type, "gifv") ? STR("Video") : str_eqz(type, "audio") ? STR("Sound") : STR("File"),
			.shown = str_eqz(type, "image") && preview.n,
		};
	}
	ret->media = media;
}

static void add_options(struct call *c, const struct json *poll, struct tpl_post *ret)
{
	struct tpl_option *options = arena_array(c->arena, struct tpl_option, OPTIONS_SHOWN);

	for (struct json_iter it = json_iter(json_get(poll, "options")); json_next(&it) && ret->options_n < OPTIONS_SHOWN;) {
		struct tpl_option *o = &options[ret->options_n++];

		o->title = json_get_s(it.value, "title");
		json_i64(json_get(it.value, "votes_count"), &o->votes);
	}
	ret->options = options;
}

static struct str name_of(const struct json *account)
{
	struct str name = json_get_s(account, "display_name");

	return name.n ? name : json_get_s(account, "username");
}

/* "1 reply", "2 replies". */
static struct str counted(struct call *c, const struct json *status, const char *key, const char *one, const char *many)
{
	int64_t n = 0;

	json_i64(json_get(status, key), &n);
	return arena_printf(c->arena, "%lld %s", (long long)n, n == 1 ? one : many);
}

bool web__post(struct call *c, const struct json *status, bool is_main, struct tpl_post *ret)
{
	const struct json *account, *reblog = json_get(status, "reblog");
	struct str by = STR_NONE, id;
	int64_t us = 0;

	if (json_kind(reblog) == JSON_OBJECT) {
		by = name_of(json_get(status, "account"));
		status = reblog;
	}
	account = json_get(status, "account");
	id = json_get_s(status, "id");
	if (json_kind(account) != JSON_OBJECT || !id.n)
		return false;
	*ret = (struct tpl_post){
		.boosted_by = by, .author_url = json_get_s(account, "url"), .avatar = json_get_s(account, "avatar_static"), .name = name_of(account),
		.acct = json_get_s(account, "acct"), .link = json_get_s(status, "url"), .iso = json_get_s(status, "created_at"),
		.warning = json_get_s(status, "spoiler_text"), .content = safe_html(json_get_s(status, "content")),
		.hide_media = json_bool(json_get(status, "sensitive"), false), .main = is_main,
	};
	if (!ret->link.n)
		ret->link = json_get_s(status, "uri");
	if (date_parse(ret->iso, &us))
		ret->date = web__date(c->arena, us);
	ret->replies = counted(c, status, "replies_count", "reply", "replies");
	ret->boosts = counted(c, status, "reblogs_count", "boost", "boosts");
	ret->likes = counted(c, status, "favourites_count", "favourite", "favourites");
	add_media(c, json_get(status, "media_attachments"), ret);
	add_options(c, json_get(status, "poll"), ret);
	return true;
}

struct err *web__posts_of(struct call *c, const struct json *list, const struct tpl_post **ret, size_t *ret_n)
{
	struct tpl_post *posts = arena_array(c->arena, struct tpl_post, json_len(list) + 1);
	size_t n = 0;

	for (struct json_iter it = json_iter(list); json_next(&it);)
		n += web__post(c, it.value, false, &posts[n]);
	*ret = posts;
	*ret_n = n;
	return NULL;
}

struct err *web__posts(struct call *c, struct str json, const struct tpl_post **ret, size_t *ret_n)
{
	const struct json *list;

	TRY(json_parse(c->arena, json, &list));
	return web__posts_of(c, list, ret, ret_n);
}
