#include "reach/card_read.h"

#include "acts/language.h"
#include "conf/conf.h"
#include "wire/acct.h"
#include "wire/charset.h"
#include "wire/date.h"
#include "wire/html.h"
#include "wire/html_page.h"
#include "wire/link.h"
#include "wire/text.h"

enum { TITLE_MAX = 1000, DESCRIPTION_MAX = 5000, NAME_MAX_N = 500, SIDE_MAX = 10000, FRAME_MAX = 16 * 1024, DATA_DEPTH_MAX = 4 };

/* ---- texts and addresses ---- */

static struct str line(struct call *c, struct str s, size_t max)
{
	return text_display_name(c->arena, str_utf8_upto(str_trim(s), max));
}

static struct str first(struct str a, struct str b) { return a.n ? a : b; }

/* An address that the page names; empty where it is none of http or https. */
static struct str address(struct call *c, const struct url *where, struct str said)
{
	struct url u;

	if (!said.n || str_eqz(said, "null") || !url_resolve(c->arena, where, said, &u) || u.text.n > CARD_URL_MAX)
		return STR("");
	return u.text;
}

static int64_t side(struct str s)
{
	int64_t n;

	return str_i64(s, &n) && n > 0 && n <= SIDE_MAX ? n : 0;
}

struct str card_frame(struct call *c, struct str src, struct str title, int64_t width, int64_t height)
{
	struct buf b = buf_init(c->arena, FRAME_MAX);
	struct url u;

	/* What is framed may run scripts as itself: a page of ours could then act for whoever looks at it. */
	if (!url_parse(c->arena, src, &u) || !str_eqz(u.scheme, "https") || u.text.n > CARD_URL_MAX || url_same_host(u.text, c->conf->base_url))
		return STR("");
	buf_addz(&b, "<iframe src=\"");
	html_escape_into(&b, u.text);
	buf_addz(&b, "\" title=\"");
	html_escape_into(&b, line(c, title, NAME_MAX_N));
	buf_addf(&b, "\" width=\"%lld\" height=\"%lld\" allowfullscreen=\"true\" scrolling=\"no\" frameborder=\"0\"", (long long)width,
		 (long long)height);
	buf_addz(&b, " sandbox=\"allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms\"></iframe>");
	return buf_ok(&b) ? buf_str(&b) : STR("");
}

/* ---- structured data ---- */

static const struct json *first_of(const struct json *v) { return json_kind(v) == JSON_ARRAY ? json_at(v, 0) : v; }

static bool is_article(const struct json *v)
{
	struct str type = json_str(first_of(json_get(v, "@type")));

	return str_eqz(type, "NewsArticle") || str_eqz(type, "WebPage") || str_eqz(type, "Article");
}

/* The first object that describes the page, among those of a list or a graph. */
static const struct json *find_article(const struct json *v, int depth)
{
	struct json_iter it = json_iter(v);
	const struct json *found = NULL;

	if (json_kind(v) == JSON_OBJECT && is_article(v))
		return v;
	if (depth == DATA_DEPTH_MAX)
		return NULL;
	if (json_kind(v) == JSON_OBJECT)
		return find_article(json_get(v, "@graph"), depth + 1);
	while (json_kind(v) == JSON_ARRAY && !found && json_next(&it))
		found = find_article(it.value, depth + 1);
	return found;
}

/* Some wrap it in a comment for browsers of long ago. */
static struct str without_wrapping(struct str s)
{
	struct str open = STR("<![CDATA[");
	size_t from = 0, to, at = str_find_str(s, open);

	if (at < s.n && at < 10) {
		s = str_from(s, at + open.n);
		s = str_upto(s, str_find_str(s, STR("]]>")));
	}
	to = s.n;
	while (from < s.n && s.p[from] != '{' && s.p[from] != '[')
		from++;
	while (to > from && s.p[to - 1] != '}' && s.p[to - 1] != ']')
		to--;
	return str_of(s.p + from, to - from);
}

static const struct json *structured_data(struct call *c, const struct html_page *page)
{
	for (size_t i = 0; i < page->data_n; i++) {
		const struct json *v = NULL;
		struct str text = without_wrapping(page->data[i]);
		struct err *e = text.n ? json_parse(c->arena, text, &v) : NULL;
		const struct json *found = e ? NULL : find_article(v, 0);

		if (found)
			return found;
	}
	return NULL;
}

static struct str data_text(struct call *c, const struct json *v) { return html_decode(c->arena, json_str(first_of(v))); }

static struct str data_name(struct call *c, const struct json *v)
{
	v = first_of(v);
	return json_kind(v) == JSON_OBJECT ? data_text(c, json_get(v, "name")) : data_text(c, v);
}

static struct str data_language(const struct json *data)
{
	const struct json *v = first_of(json_get(data, "inLanguage"));

	if (json_kind(v) == JSON_OBJECT)
		return first(json_get_s(v, "alternateName"), json_get_s(v, "name"));
	return json_str(v);
}

/* ---- the page ---- */

/* "en_US" and "de-AT" name languages too. */
static struct str language_of(struct call *c, const struct html_page *page, const struct json *data)
{
	struct str said = first(data_language(data), first(html_page_meta(page, "og:locale"), page->language));
	struct str main = str_upto(said, str_find(said, '_'));

	main = str_upto(main, str_find(main, '-'));
	return first(acts_language(arena_concat(c->arena, main, STR("-"), str_from(said, main.n + 1))), acts_language(main));
}

/* Its own address, where it names one at the same host. */
static struct str canonical(struct call *c, const struct url *where, const struct html_page *page)
{
	struct str said = address(c, where, first(html_page_link(page, "canonical", NULL), html_page_meta(page, "og:url")));

	return said.n && url_same_host(said, where->text) ? said : where->text;
}

static struct str creator_of(struct call *c, const struct html_page *page)
{
	struct acct who;

	if (!acct_parse(c->arena, html_page_meta(page, "fediverse:creator"), &who) || !who.domain.n)
		return STR_NONE;
	return acct_format(c->arena, who);
}

static void read_player(struct call *c, const struct url *where, const struct html_page *page, struct card *k)
{
	struct str player = address(c, where, html_page_meta(page, "twitter:player"));
	int64_t width = side(html_page_meta(page, "twitter:player:width")), height = side(html_page_meta(page, "twitter:player:height"));

	k->embed_url = address(c, where, html_page_meta(page, "twitter:player:stream"));
	k->html = player.n ? card_frame(c, player, k->title, width, height) : STR("");
	if (!k->html.n)
		return;
	k->type = CARD_VIDEO;
	k->width = width;
	k->height = height;
}

static void read_page(struct call *c, const struct url *where, const struct html_page *page, struct card *k)
{
	const struct json *data = structured_data(c, page), *author = first_of(json_get(data, "author"));
	int64_t published;

	k->url = canonical(c, where, page);
	k->title = line(c, first(data_text(c, json_get(data, "headline")), first(html_page_meta(page, "og:title"), page->title)), TITLE_MAX);
	k->description = text_tidy(c->arena, str_utf8_upto(first(data_text(c, json_get(data, "description")),
								 first(html_page_meta(page, "og:description"), html_page_meta(page, "description"))),
							    DESCRIPTION_MAX));
	k->language = language_of(c, page, data);
	k->author_name = line(c, first(data_name(c, author), first(html_page_meta(page, "og:author"), html_page_meta(page, "og:author:username"))),
			      NAME_MAX_N);
	k->author_url = address(c, where, json_get_s(author, "url"));
	k->provider_name = line(c, first(data_name(c, json_get(data, "publisher")), html_page_meta(page, "og:site_name")), NAME_MAX_N);
	k->provider_url = STR("");
	k->image_url = address(c, where, first(html_page_meta(page, "og:image"), html_page_meta(page, "twitter:image")));
	if (!k->image_url.n)
		k->image_url = STR_NONE;
	k->image_description = line(c, html_page_meta(page, "og:image:alt"), DESCRIPTION_MAX);
	k->creator = creator_of(c, page);
	if (date_parse(first(data_text(c, json_get(data, "datePublished")), html_page_meta(page, "article:published_time")), &published))
		k->published_us = published;
	read_player(c, where, page, k);
}

bool card_read(struct call *c, const struct url *where, struct str content_type, struct str body, struct card *ret, struct str *ret_oembed)
{
	struct html_page page;
	struct mime m;

	*ret = (struct card){ .type = CARD_LINK };
	*ret_oembed = STR_NONE;
	if (!mime_parse(c->arena, content_type, &m) || (!str_eqz(m.type, "text/html") && !str_eqz(m.type, "application/xhtml+xml")))
		return false;
	body = charset_to_utf8(c->arena, str_upto(body, HTML_INPUT_MAX), first(m.charset, html_charset(c->arena, body)), HTML_INPUT_MAX);
	html_page_read(c->arena, body, &page);
	read_page(c, where, &page, ret);
	*ret_oembed = address(c, where, html_page_link(&page, NULL, "application/json+oembed"));
	/* Where the page came safely, what is said of it comes so too. */
	if (str_eqz(where->scheme, "https") && str_has_prefix(*ret_oembed, STR("http://")))
		*ret_oembed = arena_concat(c->arena, STR("https://"), str_from(*ret_oembed, 7));
	return ret->title.n || ret->html.n || ret_oembed->n;
}

/* ---- oEmbed ---- */

static int64_t number(const struct json *v)
{
	int64_t n;

	return json_i64(v, &n) && n > 0 && n <= SIDE_MAX ? n : 0;
}

static void take(struct str *at, struct str said)
{
	if (said.n)
		*at = said;
}

static void take_frame(struct call *c, const struct url *where, const struct json *answer, struct card *k)
{
	int64_t width = number(json_get(answer, "width")), height = number(json_get(answer, "height"));
	struct html_frame frame;
	struct str html;

	if (!html_frame_find(c->arena, json_get_s(answer, "html"), &frame))
		return;
	width = width ? width : frame.width;
	height = height ? height : frame.height;
	html = card_frame(c, address(c, where, frame.src), first(frame.title, k->title), width, height);
	if (!html.n)
		return;
	k->type = CARD_VIDEO;
	k->html = html;
	k->width = width;
	k->height = height;
}

void card_read_oembed(struct call *c, const struct url *where, const struct json *answer, struct card *k)
{
	struct str type = json_get_s(answer, "type"), version = json_get_s(answer, "version"), photo;

	if (!str_eqz(version, "1.0") && json_kind(json_get(answer, "version")) != JSON_NUMBER)
		return;
	take(&k->title, line(c, json_get_s(answer, "title"), TITLE_MAX));
	take(&k->author_name, line(c, json_get_s(answer, "author_name"), NAME_MAX_N));
	take(&k->author_url, address(c, where, json_get_s(answer, "author_url")));
	take(&k->provider_name, line(c, json_get_s(answer, "provider_name"), NAME_MAX_N));
	take(&k->provider_url, address(c, where, json_get_s(answer, "provider_url")));
	photo = address(c, where, json_get_s(answer, "thumbnail_url"));
	if (!k->image_url.n)
		take(&k->image_url, photo);
	if (str_eqz(type, "video"))
		take_frame(c, where, answer, k);
	photo = address(c, where, json_get_s(answer, "url"));
	if (!str_eqz(type, "photo") || !photo.n)
		return;
	k->type = CARD_PHOTO;
	k->embed_url = k->image_url = photo;
	k->width = number(json_get(answer, "width"));
	k->height = number(json_get(answer, "height"));
}
