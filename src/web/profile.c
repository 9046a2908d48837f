/* Profiles, posts with their conversation, tags: what a link from elsewhere leads to. */
#include "conf/conf.h"
#include "view/account.h"
#include "view/collection.h"
#include "view/status.h"
#include "view/tag.h"
#include "view/thread.h"
#include "view/timeline.h"
#include "web/web_priv.h"
#include "wire/date.h"
#include "wire/url.h"

enum { POSTS_A_PAGE = 20, DESCRIPTION_MAX = 200, LATEST = 10, COLLECTIONS = 10 };

struct err *web__latest(struct call *c, struct req *r, const struct tpl_post **ret, size_t *ret_n)
{
	struct timeline_json t;

	TRY(view_public(c, &r->viewer, &(struct feed_options){ .local = true }, &(struct page){ .limit = LATEST }, &t));
	return web__posts(c, t.json, ret, ret_n);
}

/* The same page in the other language: what servers follow. */
static void link_document(struct call *c, struct req *r, struct str uri)
{
	req_header(r, "Link", arena_concat(c->arena, STR("<"), uri, STR(">; rel=\"alternate\"; type=\"application/activity+json\"")));
}

static struct safe_html head(struct call *c, const struct tpl_profile_head *h)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);

	tpl_profile_head(&b, h);
	return safe_html(buf_str(&b));
}

static struct str short_text(struct call *c, struct str html)
{
	struct str text = html_to_text(c->arena, html), cut = str_utf8_upto(text, DESCRIPTION_MAX);

	return cut.n < text.n ? arena_concat(c->arena, cut, STR("…")) : text;
}

/* Somebody of ours who still is here. Others' profiles are at their own servers. */
static struct err *find(struct call *c, struct req *r, struct account **ret)
{
	struct str name = params_get(r->params, "name");

	TRY(view_account_lookup(c, name, ret));
	if (!(*ret)->local && (*ret)->url.n && str_find(name, '@') < name.n)
		return NULL;
	if (!(*ret)->local)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if ((*ret)->deleted_us || (*ret)->suspended_us)
		return FAIL(c->arena, ERR_GONE, "This account is gone");
	return NULL;
}

static void add_fields(struct call *c, struct str json, struct tpl_profile *page)
{
	const struct json *list;
	struct tpl_field *fields;

	if (!json.n || json_parse(c->arena, json, &list))
		return;
	fields = arena_array(c->arena, struct tpl_field, json_len(list) + 1);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		fields[page->fields_n++] = (struct tpl_field){
			.name = json_get_s(it.value, "name"), .value = safe_html(json_get_s(it.value, "value")),
			.proven = json_get_s(it.value, "verified_at").n > 0,
		};
	page->fields = fields;
}

static struct str tag_page(struct call *c, struct str home, struct str tag)
{
	return arena_concat(c->arena, home, STR("/tagged/"), url_encode(c->arena, tag));
}

/* Unless they leave that part of their profile out. */
static struct err *add_tags(struct call *c, const struct account *a, struct str home, struct tpl_profile *page)
{
	struct tpl_featured_tag *tags;
	struct str *names;
	size_t n = 0;

	if (!a->hide_featured)
		TRY(view_featured_tags(c, a, &names, &n));
	tags = arena_array(c->arena, struct tpl_featured_tag, n + 1);
	for (size_t i = 0; i < n; i++)
		tags[i] = (struct tpl_featured_tag){ .name = names[i], .page = tag_page(c, home, names[i]) };
	page->tags = tags;
	page->tags_n = n;
	return NULL;
}

/* The same; and of them only what may be found, to their owner as well. */
static struct err *add_collections(struct call *c, struct req *r, const struct account *a, struct tpl_profile *page)
{
	struct collections_page found = { 0 };
	struct tpl_featured_collection *list;
	const struct json *all;

	if (a->hide_featured)
		return NULL;
	TRY(view_collections_of(c, &r->viewer, a->id, 0, COLLECTIONS, &found));
	TRY(json_parse(c->arena, found.json, &all));
	all = json_get(all, "collections");
	list = arena_array(c->arena, struct tpl_featured_collection, json_len(all) + 1);
	for (struct json_iter it = json_iter(all); json_next(&it);) {
		int64_t people = 0;

		(void)json_i64(json_get(it.value, "item_count"), &people);
		if (json_bool(json_get(it.value, "discoverable"), false))
			list[page->collections_n++] = (struct tpl_featured_collection){ json_get_s(it.value, "name"), json_get_s(it.value, "url"), people,
											people == 1 };
	}
	page->collections = list;
	return NULL;
}

/* Paging by the API's cursors. */
static struct str page_link(struct call *c, struct str path, const char *cursor, int64_t id)
{
	return arena_printf(c->arena, STR_FMT "?%s=%lld", STR_ARG(path), cursor, (long long)id);
}

/* Nobody is sent to another server unasked: whoever opens an address of ours sees where it leads first. */
/* tag: only posts with it. */
static struct err *add_posts(struct call *c, struct req *r, const struct account *a, struct str path, struct str tag, struct tpl_profile *page)
{
	struct account_feed what = { .author = a->id, .exclude_replies = true, .exclude_direct = true, .tagged = tag };
	struct page p = req_page(r, POSTS_A_PAGE, POSTS_A_PAGE);
	struct timeline_json feed;

	p.limit = POSTS_A_PAGE;
	TRY(view_account_feed(c, &r->viewer, &what, &p, &feed));
	TRY(web__posts(c, feed.json, &page->list, &page->list_n));
	if (page->list_n == POSTS_A_PAGE)
		page->older = page_link(c, path, "max_id", feed.last);
	if (p.max_id && feed.first)
		page->newer = page_link(c, path, "min_id", feed.first);
	return NULL;
}

static struct err *write_profile(struct call *c, struct req *r, const struct account *a, struct str tag)
{
	struct str home = arena_concat(c->arena, STR("/@"), a->username), path = tag.n ? tag_page(c, home, tag) : home;
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_profile_head h;
	struct tpl_profile page = {
		.header = view_header_url(c, a), .avatar = view_avatar_url(c, a), .name = a->display_name.n ? a->display_name : a->username,
		.acct = a->username, .domain = c->conf->domain, .note = safe_html(a->note), .bot = a->bot, .locked = a->locked,
		.posts = a->statuses_count, .one_post = a->statuses_count == 1, .following = a->following_count, .followers = a->followers_count,
		.one_follower = a->followers_count == 1, .since = date_day(c->arena, a->created_us),
		.tag = tag, .all = home,
	};

	TRY(add_posts(c, r, a, path, tag, &page));
	add_fields(c, a->fields, &page);
	TRY(add_tags(c, a, home, &page));
	if (!tag.n)
		TRY(add_collections(c, r, a, &page));
	h = (struct tpl_profile_head){
		.title = arena_printf(c->arena, STR_FMT " (@" STR_FMT "@" STR_FMT ")", STR_ARG(page.name), STR_ARG(a->username), STR_ARG(c->conf->domain)),
		.description = short_text(c, a->note), .image = page.avatar, .page = tag.n ? tag_page(c, a->url, tag) : a->url, .kind = STR("profile"),
		.feed = arena_concat(c->arena, c->conf->base_url, path, STR(".rss")), .noindex = !a->indexable,
	};
	if (tag.n) {
		h.title = arena_concat(c->arena, STR("#"), tag, STR(": "), h.title);
	} else {
		h.document = a->uri;
		link_document(c, r, a->uri);
	}
	tpl_profile(&b, &page);
	web__page(c, r, &(struct page_how){ .title = h.title, .head = head(c, &h) }, &b);
	return NULL;
}

static struct err *profile(struct call *c, struct req *r, struct str tag)
{
	struct account *a;

	TRY(find(c, r, &a));
	if (a->local)
		return write_profile(c, r, a, tag);
	web__leads_away(c, r, a->url);
	return NULL;
}

static struct err *show_profile(struct call *c, struct req *r) { return profile(c, r, STR_NONE); }
static struct err *show_tagged(struct call *c, struct req *r) { return profile(c, r, params_get(r->params, "tag")); }

static struct err *show_post(struct call *c, struct req *r)
{
	status_id id = ID(status_id, req_id(r, "id"));
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	const struct json *status, *context;
	struct tpl_post *main = arena_new(c->arena, struct tpl_post);
	struct tpl_thread page = { .main = main, .main_n = 1 };
	struct tpl_profile_head h;
	struct str json, around;
	struct account *a;
	struct status *s;

	TRY(find(c, r, &a));
	TRY(view_status_get(c, &r->viewer, id, &s));
	if (!id_eq(s->account, a->id) || s->reblog_of.v)
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	if (!a->local) {
		web__leads_away(c, r, s->url.n ? s->url : s->uri);
		return NULL;
	}
	TRY(view_status_json(c, &r->viewer, id, 0, &json));
	TRY(view_context_json(c, &r->viewer, id, &around));
	TRY(json_parse(c->arena, json, &status));
	TRY(json_parse(c->arena, around, &context));
	page.main_n = web__post(c, status, true, main);
	TRY(web__posts_of(c, json_get(context, "ancestors"), &page.before, &page.before_n));
	TRY(web__posts_of(c, json_get(context, "descendants"), &page.after, &page.after_n));
	h = (struct tpl_profile_head){
		.title = arena_concat(c->arena, main->name, STR(" (@"), a->username, STR(")")),
		.description = main->warning.n ? main->warning : short_text(c, s->content),
		.image = main->media_n && main->media[0].shown && !main->hide_media ? main->media[0].preview : main->avatar,
		.page = s->url, .kind = STR("article"), .document = s->uri,
		.oembed = arena_concat(c->arena, conf_url(c->arena, c->conf, "/api/oembed?url="), url_encode(c->arena, s->url)),
		.noindex = !a->indexable || s->visibility != VISIBILITY_PUBLIC,
	};
	tpl_thread(&b, &page);
	link_document(c, r, s->uri);
	web__page(c, r, &(struct page_how){ .title = h.title, .head = head(c, &h) }, &b);
	return NULL;
}

static struct err *show_tag(struct call *c, struct req *r)
{
	struct page p = req_page(r, POSTS_A_PAGE, POSTS_A_PAGE);
	struct tag_names what = { .name = params_get(r->params, "tag") };
	struct str path = arena_concat(c->arena, STR("/tags/"), url_encode(c->arena, what.name));
	struct tpl_profile_head h;
	struct tpl_tag page = { .name = what.name, .closed = !web__timelines_open(c, r) };
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct timeline_json feed;

	p.limit = POSTS_A_PAGE;
	if (!page.closed) {
		TRY(view_tag(c, &r->viewer, &what, &p, &feed));
		TRY(web__posts(c, feed.json, &page.list, &page.list_n));
		if (page.list_n == POSTS_A_PAGE)
			page.older = page_link(c, path, "max_id", feed.last);
	}
	h = (struct tpl_profile_head){
		.title = arena_concat(c->arena, STR("#"), what.name), .description = arena_concat(c->arena, STR("Posts tagged #"), what.name),
		.page = arena_concat(c->arena, c->conf->base_url, path), .kind = STR("website"),
	};
	if (c->conf->timelines_public == TIMELINES_PUBLIC)
		h.feed = arena_concat(c->arena, h.page, STR(".rss"));
	tpl_tag(&b, &page);
	web__page(c, r, &(struct page_how){ .title = h.title, .head = head(c, &h) }, &b);
	return NULL;
}

#define PAGE .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session_optional, .limit = LIMIT_PAGES
const struct endpoint profile_page_endpoints[] = {
	{ METHOD_GET, "/@:name", PAGE, .handler = show_profile },
	{ METHOD_GET, "/@:name/tagged/:tag", PAGE, .handler = show_tagged },
	{ METHOD_GET, "/@:name/:id", PAGE, .handler = show_post },
	{ METHOD_GET, "/tags/:tag", PAGE, .handler = show_tag },
	{ 0 },
};
