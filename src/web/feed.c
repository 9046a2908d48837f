/* Feeds of profiles and tags: RSS 2.0 (https://www.rssboard.org/rss-specification) with Media RSS for attachments. They say what the public
 * sees, whoever asks, and are made from what the client API shows anybody. */
#include "conf/conf.h"
#include "view/account.h"
#include "view/media.h"
#include "view/timeline.h"
#include "web/web_priv.h"
#include "wire/date.h"
#include "wire/html.h"
#include "wire/url.h"

enum { ITEMS = 20, ITEMS_MAX = 200, FEED_MAX = 8 << 20, ITEM_MEDIA_MAX = 64 };

struct feed {
	struct str title, description, page, self, image;
	const struct json *posts;
	struct map *media;            /* id.v -> struct media * */
};

/* XML 1.0 has no way to write most control characters: they are left out. */
static void add_text(struct call *c, struct buf *b, struct str s)
{
	char *kept = arena_alloc(c->arena, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= ' ' || s.p[i] == '\n' || s.p[i] == '\t')
			kept[n++] = s.p[i];
	html_escape_into(b, str_of(kept, n));
}

static void add_element(struct call *c, struct buf *b, const char *name, struct str text)
{
	buf_addf(b, "<%s>", name);
	add_text(c, b, text);
	buf_addf(b, "</%s>\n", name);
}

static void add_date(struct call *c, struct buf *b, const char *name, struct str iso)
{
	int64_t us;

	if (date_parse(iso, &us))
		add_element(c, b, name, date_http(c->arena, us));
}

/* The post as HTML: a warning above it, a poll's options below. */
static struct str html_of(struct call *c, const struct json *status)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct str warning = json_get_s(status, "spoiler_text");
	const struct json *poll = json_get(status, "poll");

	if (warning.n) {
		buf_add(&b, STR("<p><strong>"));
		html_escape_into(&b, warning);
		buf_add(&b, STR("</strong></p><hr>"));
	}
	buf_add(&b, json_get_s(status, "content"));
	if (json_kind(poll) == JSON_OBJECT) {
		buf_add(&b, STR("<ul>"));
		for (struct json_iter it = json_iter(json_get(poll, "options")); json_next(&it);) {
			buf_add(&b, STR("<li>"));
			html_escape_into(&b, json_get_s(it.value, "title"));
			buf_add(&b, STR("</li>"));
		}
		buf_add(&b, STR("</ul>"));
	}
	return buf_str(&b);
}

static void add_url(struct call *c, struct buf *b, const char *attribute, struct str url)
{
	buf_addf(b, " %s=\"", attribute);
	add_text(c, b, url);
	buf_addc(b, '"');
}

static const struct media *media_of(const struct feed *f, const struct json *attachment)
{
	int64_t id;

	return str_i64(json_get_s(attachment, "id"), &id) ? map_find_i64(f->media, id) : NULL;
}

/* RSS has one enclosure an item: the first file, which is what players of podcasts look for. All of them are media:content. */
static void add_media(struct call *c, struct buf *b, const struct feed *f, const struct json *status)
{
	bool sensitive = json_bool(json_get(status, "sensitive"), false), first = true;

	for (struct json_iter it = json_iter(json_get(status, "media_attachments")); json_next(&it);) {
		const struct media *m = media_of(f, it.value);
		struct str url = json_get_s(it.value, "url"), type = json_get_s(it.value, "type"), text = json_get_s(it.value, "description");

		if (!m || !url.n || !m->mime.n)
			continue;
		buf_addz(b, first ? "<enclosure" : "");
		if (first) {
			add_url(c, b, "url", url);
			buf_addf(b, " length=\"%lld\" type=\"" STR_FMT "\"/>\n", (long long)m->bytes, STR_ARG(m->mime));
		}
		first = false;
		buf_addz(b, "<media:content");
		add_url(c, b, "url", url);
		buf_addf(b, " type=\"" STR_FMT "\" fileSize=\"%lld\" medium=\"" STR_FMT "\">\n", STR_ARG(m->mime), (long long)m->bytes,
			 STR_ARG(str_eqz(type, "gifv") ? STR("image") : type));
		buf_addf(b, "<media:rating scheme=\"urn:simple\">%s</media:rating>\n", sensitive ? "adult" : "nonadult");
		if (text.n) {
			buf_addz(b, "<media:description type=\"plain\">");
			add_text(c, b, text);
			buf_addz(b, "</media:description>\n");
		}
		buf_addz(b, "</media:content>\n");
	}
}

static void add_item(struct call *c, struct buf *b, const struct feed *f, const struct json *status)
{
	struct str link = json_get_s(status, "url");

	if (!link.n)
		link = json_get_s(status, "uri");
	buf_addz(b, "<item>\n<guid isPermaLink=\"true\">");
	add_text(c, b, link);
	buf_addz(b, "</guid>\n");
	add_element(c, b, "link", link);
	add_date(c, b, "pubDate", json_get_s(status, "created_at"));
	add_element(c, b, "description", html_of(c, status));
	add_media(c, b, f, status);
	for (struct json_iter it = json_iter(json_get(status, "tags")); json_next(&it);)
		add_element(c, b, "category", json_get_s(it.value, "name"));
	buf_addz(b, "</item>\n");
}

static void add_head(struct call *c, struct buf *b, const struct feed *f)
{
	buf_addz(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\""
		    " xmlns:media=\"http://search.yahoo.com/mrss/\">\n<channel>\n");
	add_element(c, b, "title", f->title);
	add_element(c, b, "description", f->description);
	add_element(c, b, "link", f->page);
	buf_addz(b, "<atom:link rel=\"self\" type=\"application/rss+xml\"");
	add_url(c, b, "href", f->self);
	buf_addz(b, "/>\n");
	if (f->image.n) {
		buf_addz(b, "<image>\n");
		add_element(c, b, "url", f->image);
		add_element(c, b, "title", f->title);
		add_element(c, b, "link", f->page);
		buf_addz(b, "</image>\n");
	}
	add_date(c, b, "lastBuildDate", json_get_s(json_at(f->posts, 0), "created_at"));
	add_element(c, b, "generator", STR("Howdah " HOWDAH_VERSION));
}

/* The files of all its posts, in one query. */
static struct err *load_media(struct call *c, struct feed *f)
{
	VEC(int64_t) ids = { 0 };
	int64_t id;

	for (struct json_iter post = json_iter(f->posts); json_next(&post);)
		for (struct json_iter it = json_iter(json_get(post.value, "media_attachments")); json_next(&it);)
			if (ids.n < VIEW_MEDIA_MAX && str_i64(json_get_s(it.value, "id"), &id))
				vec_push(c->arena, &ids, id);
	return view_media_rows(c, ids.v, ids.n, &f->media);
}

/* FNV-1a: the same on every node, unlike str_hash(). */
static uint64_t digest(struct str s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return h;
}

static struct err *answer(struct call *c, struct req *r, struct feed *f, struct str json)
{
	struct buf b = buf_init(c->arena, FEED_MAX);
	struct str etag;

	TRY(json_parse(c->arena, json, &f->posts));
	TRY(load_media(c, f));
	add_head(c, &b, f);
	for (struct json_iter it = json_iter(f->posts); json_next(&it);)
		add_item(c, &b, f, it.value);
	buf_addz(&b, "</channel>\n</rss>\n");
	etag = arena_printf(c->arena, "W/\"%016llx\"", (unsigned long long)digest(buf_str(&b)));
	req_header(r, "Cache-Control", STR("public, max-age=60, stale-while-revalidate=300"));
	req_header(r, "ETag", etag);
	req_body(r, "application/rss+xml; charset=utf-8", buf_str(&b));
	if (str_eq(req_said(r, "If-None-Match"), etag)) {
		req_status(r, 304);
		r->out->body = STR("");
	}
	return NULL;
}

/* what: which of somebody's posts; below: where that stands under their page. Never boosts, nor what is for few. */
static struct err *feed_of(struct call *c, struct req *r, struct account_feed what, struct str below)
{
	struct page p = req_page(r, ITEMS, ITEMS_MAX);
	struct timeline_json posts;
	struct account *a;
	struct feed f;

	TRY(view_account_lookup(c, params_get(r->params, "name"), &a));
	if (!a->local || a->actor_type == ACTOR_APPLICATION)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (a->suspended_us)
		return FAIL(c->arena, ERR_GONE, "This account is gone");
	what.author = a->id;
	what.exclude_reblogs = what.exclude_direct = true;
	f = (struct feed){
		.title = a->display_name.n ? a->display_name : a->username, .page = a->url, .image = view_avatar_url(c, a),
		.description = arena_concat(c->arena, STR("Public posts from @"), a->username, STR("@"), c->conf->domain),
		.self = arena_concat(c->arena, c->conf->base_url, STR("/@"), a->username, below, STR(".rss")),
	};
	TRY(view_account_feed(c, &VIEWER_ANYBODY, &what, &p, &posts));
	return answer(c, r, &f, posts.json);
}

static struct err *profile_feed(struct call *c, struct req *r) { return feed_of(c, r, (struct account_feed){ .exclude_replies = true }, STR("")); }
static struct err *replies_feed(struct call *c, struct req *r) { return feed_of(c, r, (struct account_feed){ 0 }, STR("/with_replies")); }

static struct err *media_feed(struct call *c, struct req *r)
{
	return feed_of(c, r, (struct account_feed){ .exclude_replies = true, .only_media = true }, STR("/media"));
}

static struct err *tagged_feed(struct call *c, struct req *r)
{
	struct str tag = params_get(r->params, "tag");

	return feed_of(c, r, (struct account_feed){ .exclude_replies = true, .tagged = tag },
		       arena_concat(c->arena, STR("/tagged/"), url_encode(c->arena, tag)));
}

static struct err *tag_feed(struct call *c, struct req *r)
{
	struct page p = req_page(r, ITEMS, ITEMS_MAX);
	struct tag_names what = { .name = params_get(r->params, "tag") };
	struct str path = url_encode(c->arena, what.name);
	struct timeline_json posts;
	struct feed f = {
		.title = arena_concat(c->arena, STR("#"), what.name), .page = arena_concat(c->arena, c->conf->base_url, STR("/tags/"), path),
		.description = arena_concat(c->arena, STR("Public posts tagged #"), what.name),
		.self = arena_concat(c->arena, c->conf->base_url, STR("/tags/"), path, STR(".rss")),
	};

	if (c->conf->timelines_public != TIMELINES_PUBLIC)
		return FAIL(c->arena, ERR_FORBIDDEN, "This list is for people who are signed in");
	TRY(view_tag(c, &VIEWER_ANYBODY, &what, &p, &posts));
	return answer(c, r, &f, posts.json);
}

static struct err *old_address(struct call *c, struct req *r)
{
	req_redirect(r, 301, arena_concat(c->arena, STR("/@"), url_encode(c->arena, params_get(r->params, "name")), STR(".rss")));
	return NULL;
}

#define FEED .method = METHOD_GET, .lane = LANE_DB, .auth = auth_none, .limit = LIMIT_PAGES
const struct endpoint feed_endpoints[] = {
	{ FEED, .path = "/@:name.rss", .handler = profile_feed },
	{ FEED, .path = "/@:name/with_replies.rss", .handler = replies_feed },
	{ FEED, .path = "/@:name/media.rss", .handler = media_feed },
	{ FEED, .path = "/@:name/tagged/:tag.rss", .handler = tagged_feed },
	{ FEED, .path = "/users/:name.rss", .handler = old_address },
	{ FEED, .path = "/tags/:tag.rss", .handler = tag_feed },
	{ 0 },
};
