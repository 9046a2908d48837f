/* Other servers' custom emoji as they are shown here: by our proxy, at addresses that are the same wherever one is used,
 * so that browsers keep them. */
#include "conf/conf.h"
#include "view/view_priv.h"
#include "wire/url.h"

enum { EMOJIS_JSON_MAX = 128 * 1024 };

/* The last part changes with the picture, for those who keep what they have seen. */
static void write_one(struct call *c, struct str at, const struct json *e, struct jw *w)
{
	struct str shortcode = json_get_s(e, "shortcode"), picture = json_get_s(e, "url"), name;
	int64_t updated_us;

	if (!shortcode.n || !picture.n)
		return;
	if (json_i64(json_get(e, "updated"), &updated_us))
		picture = arena_printf(c->arena, STR_FMT " %lld", STR_ARG(picture), (long long)updated_us);
	name = arena_printf(c->arena, STR_FMT "/" STR_FMT "/%08x", STR_ARG(at), STR_ARG(shortcode), view__short_hash(picture));
	jw_obj(w);
	jw_kstr(w, "shortcode", shortcode);
	jw_kstr(w, "url", arena_concat(c->arena, c->conf->base_url, STR("/media_proxy/emoji/"), name));
	jw_kstr(w, "static_url", arena_concat(c->arena, c->conf->base_url, STR("/media_proxy/emoji_static/"), name));
	jw_kbool(w, "visible_in_picker", true);
	jw_obj_end(w);
}

struct str view__emojis_shown(struct call *c, struct str domain, struct str emojis)
{
	struct buf b = buf_init(c->arena, EMOJIS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct str at = url_encode(c->arena, domain);
	const struct json *list;

	if (!domain.n || emojis.n <= 2)
		return emojis.n ? emojis : STR("[]");
	if (json_parse(c->arena, emojis, &list))
		return STR("[]");
	jw_arr(&w);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		write_one(c, at, it.value, &w);
	jw_arr_end(&w);
	return buf_ok(&b) ? buf_str(&b) : STR("[]");
}
