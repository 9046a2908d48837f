#include "view/oembed.h"

#include "conf/conf.h"
#include "view/status.h"
#include "wire/date.h"
#include "wire/html.h"
#include "wire/url.h"

enum { OEMBED_JSON_MAX = 1 << 20, WIDTH_DEFAULT = 400, CACHE_AGE_S = 86400 };

/* The post's id in ".../@alice/123", ".../@alice/123/embed" or ".../statuses/123"; 0 where it is none of ours. */
static int64_t id_of(struct call *c, struct str url)
{
	struct url u;
	int64_t id;

	if (!url_parse(c->arena, url, &u) || !url_same_host(u.text, c->conf->base_url))
		return 0;
	if (str_has_suffix(u.path, STR("/embed")))
		u.path.n -= 6;
	return str_i64(str_from(u.path, str_rfind(u.path, '/') + 1), &id) && id > 0 ? id : 0;
}

static struct str quotation(struct call *c, const struct status *s, struct str name, struct str acct)
{
	struct buf b = buf_init(c->arena, OEMBED_JSON_MAX);

	buf_addz(&b, "<blockquote class=\"mastodon-embed\" cite=\"");
	html_escape_into(&b, s->url);
	buf_addz(&b, "\">");
	if (s->spoiler_text.n) {
		buf_addz(&b, "<p>");
		html_escape_into(&b, s->spoiler_text);
		buf_addz(&b, "</p>");
	} else {
		buf_add(&b, s->content);
	}
	buf_addz(&b, "<p>\xe2\x80\x94 ");
	html_escape_into(&b, name);
	buf_addz(&b, " (@");
	html_escape_into(&b, acct);
	buf_addz(&b, ") <a href=\"");
	html_escape_into(&b, s->url);
	buf_addz(&b, "\" target=\"_blank\" rel=\"noopener\">");
	buf_add(&b, date_day(c->arena, s->created_us));
	buf_addz(&b, "</a></p></blockquote>");
	return buf_ok(&b) ? buf_str(&b) : STR("");
}

struct err *view_oembed_json(struct call *c, struct str url, int64_t maxwidth, int64_t maxheight, struct str *ret_json)
{
	const struct viewer anybody = { .kind = VIEWER_PUBLIC };
	struct buf b = buf_init(c->arena, 2 * OEMBED_JSON_MAX);
	struct jw w = jw_init(&b);
	struct account_page accounts;
	const struct account *a = NULL;
	struct status *s = NULL;
	struct str name;
	int64_t id = id_of(c, url);
	struct err *e = id ? view_status_get(c, &anybody, ID(status_id, id), &s) : NULL;

	if (!id || e || !s->local || s->reblog_of.v)
		return !e || e->code == ERR_NOT_FOUND ? FAIL_DEFAULT(c->arena, ERR_NOT_FOUND) : e;
	TRY(view_accounts_load(c, ID_NONE(account_id), &s->account.v, 1, &accounts));
	a = view_account_of(&accounts, s->account);
	if (!a)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	name = a->display_name.n ? a->display_name : a->username;
	jw_obj(&w);
	jw_kz(&w, "type", "rich");
	jw_kz(&w, "version", "1.0");
	jw_kstr(&w, "title", arena_concat(c->arena, STR("New status by "), a->username));
	jw_kstr(&w, "author_name", name);
	jw_kstr(&w, "author_url", a->url);
	jw_kstr(&w, "provider_name", c->conf->domain);
	jw_kstr(&w, "provider_url", conf_url(c->arena, c->conf, "/"));
	jw_ki64(&w, "cache_age", CACHE_AGE_S);
	jw_kstr(&w, "html", quotation(c, s, name, arena_concat(c->arena, a->username, STR("@"), c->conf->domain)));
	jw_ki64(&w, "width", maxwidth > 0 && maxwidth < WIDTH_DEFAULT ? maxwidth : WIDTH_DEFAULT);
	jw_key(&w, "height");
	if (maxheight > 0)
		jw_i64(&w, maxheight);
	else
		jw_null(&w);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}
