#include "fed/note_read.h"

#include "fed/actor_read.h"
#include "fed/document.h"
#include "fed/fetch.h"
#include "wire/date.h"
#include "wire/html.h"
#include "wire/link.h"
#include "wire/text.h"
#include "wire/url.h"

enum { CONTENT_MAX = 1 << 18, SUMMARY_MAX = 20 * 1024, ALT_MAX = 10000, OPTION_MAX = 2000, TAG_MAX = 400, LANGUAGE_MAX = 12, URI_MAX = 2048,
       BLURHASH_MAX = 200 };
#define SIZE_MAX_PX 100000
#define VOTES_MAX 1000000000      /* of an option: their sum is a number all the same */

static const char *const native[] = { "Note", "Question" };
static const char *const converted[] = { "Article", "Page", "Image", "Audio", "Video", "Event" };

static bool type_in(const struct json *doc, const char *const *types, size_t n)
{
	struct str type = fed_text_of(json_get(doc, "type"));

	for (size_t i = 0; i < n; i++)
		if (str_eqz(type, types[i]))
			return true;
	return false;
}

static bool is_converted(const struct json *doc) { return type_in(doc, converted, sizeof converted / sizeof *converted); }
bool fed_is_post(const struct json *doc) { return type_in(doc, native, sizeof native / sizeof *native) || is_converted(doc); }

struct str fed_note_author(const struct json *doc)
{
	const struct json *by = json_get(doc, "attributedTo");

	/* Some name a person and a group; the first is the person. */
	return fed_id_of(by);
}

/* ---- who it is for ---- */

static bool is_public(struct str uri) { return str_eqz(uri, FED_PUBLIC) || str_eqz(uri, "as:Public") || str_eqz(uri, "Public"); }

bool fed_has_public(const struct json *list)
{
	for (size_t i = 0; json_kind(list) == JSON_ARRAY && i < json_len(list) && i < NOTE_AUDIENCE_MAX; i++)
		if (is_public(fed_id_of(json_at(list, i))))
			return true;
	return json_kind(list) != JSON_ARRAY && is_public(fed_id_of(list));
}

static void read_audience(const struct json *list, struct str *v, size_t *n)
{
	struct str one;

	if (json_kind(list) != JSON_ARRAY) {
		one = fed_id_of(list);
		if (one.n && !is_public(one) && *n < NOTE_AUDIENCE_MAX)
			v[(*n)++] = one;
		return;
	}
	for (struct json_iter it = json_iter(list); *n < NOTE_AUDIENCE_MAX && json_next(&it);) {
		one = fed_id_of(it.value);
		if (one.n && !is_public(one))
			v[(*n)++] = one;
	}
}

static enum visibility visibility_of(const struct json *doc, const struct note_said *said, struct str followers_uri)
{
	if (fed_has_public(json_get(doc, "to")))
		return VISIBILITY_PUBLIC;
	if (fed_has_public(json_get(doc, "cc")))
		return VISIBILITY_UNLISTED;
	for (size_t i = 0; followers_uri.n && i < said->audience_n; i++)
		if (str_eq(said->audience[i], followers_uri))
			return VISIBILITY_PRIVATE;
	return VISIBILITY_DIRECT;
}

/* ---- texts ---- */

static bool language_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= 'A' && s.p[i] <= 'Z') && s.p[i] != '-')
			return false;
	return s.n >= 2 && s.n <= LANGUAGE_MAX;
}

/* The text under `key`, or the first of its map, whose key is the language. */
static struct str text_or_map(const struct json *doc, const char *key, const char *map_key, struct str *ret_language)
{
	struct json_iter it = json_iter(json_get(doc, map_key));
	struct str text = fed_text_of(json_get(doc, key));

	if (json_kind(json_get(doc, map_key)) == JSON_OBJECT && json_next(&it)) {
		if (language_ok(it.key) && ret_language)
			*ret_language = it.key;
		if (!text.n)
			text = json_str(it.value);
	}
	return text;
}

/* The first page that is attached: what a Page of a group is about, or what a Note wants shown. */
static struct str linked(struct call *c, const struct json *doc)
{
	const struct json *list = json_get(doc, "attachment");

	if (json_kind(list) == JSON_OBJECT)
		return json_kind(json_get(list, "href")) == JSON_STRING ? fed_url_of(c, list) : STR_NONE;
	for (size_t i = 0; json_kind(list) == JSON_ARRAY && i < json_len(list) && i < 100; i++) {
		struct str href = json_kind(json_get(json_at(list, i), "href")) == JSON_STRING ? fed_url_of(c, json_at(list, i)) : STR_NONE;

		if (href.n)
			return href;
	}
	return STR_NONE;
}

/* Before anything else, so that those who only read the text see it too. */
static struct str shown_link(struct call *c, struct str href)
{
	struct str shown = html_escape(c->arena, href);

	return href.n ? arena_concat(c->arena, STR("<p><a href=\""), shown, STR("\">"), shown, STR("</a></p>")) : STR("");
}

/* Where it can be seen: of several addresses, as films have them, the page. */
static const struct json *page_among(const struct json *url)
{
	for (size_t i = 0; json_kind(url) == JSON_ARRAY && i < json_len(url) && i < 50; i++)
		if (str_eqz(json_get_s(json_at(url, i), "mediaType"), "text/html"))
			return json_at(url, i);
	return url;
}

static void read_texts(struct call *c, const struct json *doc, struct note_said *said)
{
	struct remote_status *s = &said->status;
	struct str content = text_or_map(doc, "content", "contentMap", &s->language), name = text_or_map(doc, "name", "nameMap", NULL);
	struct str summary = text_or_map(doc, "summary", "summaryMap", NULL);

	s->link = linked(c, doc);
	if (is_converted(doc)) {
		struct str title = html_escape(c->arena, str_utf8_upto(name, SUMMARY_MAX)), at = html_escape(c->arena, s->url);

		content = arena_concat(c->arena, STR("<h2>"), title, STR("</h2>"), shown_link(c, s->link),
				       content.n ? str_upto(content, CONTENT_MAX) : summary, STR("<p><a href=\""), at, STR("\">"), at, STR("</a></p>"));
		summary = STR_NONE;
	} else if (name.n && !content.n) {
		said->vote = name;
	}
	s->content = html_sanitize(c->arena, content, CONTENT_MAX);
	s->spoiler_text = summary.n ? text_tidy(c->arena, str_utf8_upto(html_to_text(c->arena, str_upto(summary, SUMMARY_MAX)), SUMMARY_MAX)) : STR("");
	s->sensitive = json_bool(json_get(doc, "sensitive"), false) || s->spoiler_text.n > 0;
}

static void read_times(struct call *c, const struct json *doc, struct remote_status *s)
{
	int64_t us;

	s->created_us = date_parse(json_get_s(doc, "published"), &us) && us > 0 && us < c->now_us ? us : c->now_us;
	if (date_parse(json_get_s(doc, "updated"), &us) && us > s->created_us)
		s->edited_us = us < c->now_us ? us : c->now_us;
}

/* ---- what it quotes ---- */

static bool is_address(struct call *c, struct str uri) { return uri.n && uri.n <= URI_MAX && url_domain(c->arena, uri).n; }

/* "quote" is FEP-044f's; the others say only that it quotes. */
static void read_quote(struct call *c, const struct json *doc, struct remote_status *s)
{
	static const char *const older[] = { "quoteUri", "quoteUrl", "_misskey_quote" };
	const struct json *quote = json_get(doc, "quote");

	s->quote_gone = str_eqz(fed_text_of(json_get(quote, "type")), "Tombstone");
	s->quote_uri = s->quote_gone ? STR_NONE : fed_id_of(quote);
	for (size_t i = 0; i < sizeof older / sizeof *older && !s->quote_uri.n && !s->quote_gone; i++) {
		s->quote_uri = fed_id_of(json_get(doc, older[i]));
		s->quote_legacy = s->quote_uri.n > 0;
	}
	if (!is_address(c, s->quote_uri) || str_eq(s->quote_uri, s->uri))
		s->quote_uri = STR_NONE;
	s->quote_approval_uri = fed_id_of(json_get(doc, "quoteAuthorization"));
	if (!is_address(c, s->quote_approval_uri) || !s->quote_uri.n)
		s->quote_approval_uri = STR_NONE;
}

/* ---- parts ---- */

static void read_tag(struct call *c, const struct json *tag, struct note_said *said, struct str *mentioned, struct str *keys, struct str *names)
{
	struct str type = fed_text_of(json_get(tag, "type")), name = json_get_s(tag, "name"), href = fed_id_of(json_get(tag, "href")), key;

	if (str_eqz(type, "Mention") && href.n && href.n <= URI_MAX && said->mentioned_n < NOTE_MENTIONS_MAX) {
		mentioned[said->mentioned_n++] = href;
		return;
	}
	if (!str_eqz(type, "Hashtag") || said->status.tags_n >= NOTE_TAGS_MAX || name.n > TAG_MAX)
		return;
	if (name.n && name.p[0] == '#')
		name = str_from(name, 1);
	key = text_tag_key(c->arena, name);
	if (!key.n)
		return;
	for (size_t i = 0; i < said->status.tags_n; i++)
		if (str_eq(keys[i], key))
			return;
	keys[said->status.tags_n] = key;
	names[said->status.tags_n++] = name;
}

static void read_collections(struct call *c, const struct json *tags, struct remote_status *s)
{
	struct str *uris = arena_array(c->arena, struct str, NOTE_COLLECTIONS_MAX);
	struct json_iter it = json_iter(json_kind(tags) == JSON_ARRAY ? tags : NULL);

	for (size_t i = 0; i < 1000 && s->collections_n < NOTE_COLLECTIONS_MAX && json_next(&it); i++) {
		struct str uri = fed_id_of(it.value);

		if (str_eqz(fed_text_of(json_get(it.value, "type")), "FeaturedCollection") && is_address(c, uri))
			uris[s->collections_n++] = uri;
	}
	s->collection_uris = uris;
}

static void read_tags(struct call *c, const struct json *doc, struct note_said *said)
{
	const struct json *tags = json_get(doc, "tag");
	struct str *mentioned = arena_array(c->arena, struct str, NOTE_MENTIONS_MAX);
	struct str *keys = arena_array(c->arena, struct str, NOTE_TAGS_MAX), *names = arena_array(c->arena, struct str, NOTE_TAGS_MAX);

	if (json_kind(tags) == JSON_OBJECT)
		read_tag(c, tags, said, mentioned, keys, names);
	for (size_t i = 0; json_kind(tags) == JSON_ARRAY && i < json_len(tags) && i < 1000; i++)
		read_tag(c, json_at(tags, i), said, mentioned, keys, names);
	said->mentioned = mentioned;
	said->status.tag_keys = keys;
	said->status.tag_names = names;
	said->status.emojis = fed_emojis_read(c, tags);
	read_collections(c, tags, &said->status);
}

static enum media_type media_type_of(struct call *c, const struct json *a)
{
	struct str type = fed_text_of(json_get(a, "type"));
	struct mime m = { 0 };

	if (!mime_parse(c->arena, json_get_s(a, "mediaType"), &m))
		return str_eqz(type, "Image") ? MEDIA_IMAGE : str_eqz(type, "Video") ? MEDIA_VIDEO : str_eqz(type, "Audio") ? MEDIA_AUDIO : MEDIA_UNKNOWN;
	if (str_eqz(m.type, "image/svg+xml"))
		return MEDIA_UNKNOWN;
	return str_has_prefix(m.type, STR("image/")) ? MEDIA_IMAGE : str_has_prefix(m.type, STR("video/")) ? MEDIA_VIDEO :
	       str_has_prefix(m.type, STR("audio/")) ? MEDIA_AUDIO : MEDIA_UNKNOWN;
}

static void read_focus(const struct json *a, struct media *m)
{
	const struct json *focus = json_get(a, "focalPoint");
	double x, y;

	if (json_f64(json_at(focus, 0), &x) && json_f64(json_at(focus, 1), &y) && x >= -1 && x <= 1 && y >= -1 && y <= 1) {
		m->focus_x = x;
		m->focus_y = y;
		m->has_focus = true;
	}
}

static int64_t size_of(const struct json *v)
{
	int64_t n;

	return json_i64(v, &n) && n > 0 && n < SIZE_MAX_PX ? n : 0;
}

static void read_attachment(struct call *c, const struct json *a, struct media *list, size_t *n)
{
	struct str url = fed_url_of(c, json_get(a, "url")), alt = json_get_s(a, "name"), hash = json_get_s(a, "blurhash");
	struct mime mime = { 0 };
	struct media m = { .type = media_type_of(c, a) };
	int64_t duration_ms;

	if (!url.n || *n >= NOTE_MEDIA_MAX)
		return;
	m.remote_url = url;
	m.remote_preview_url = fed_url_of(c, json_get(a, "icon"));
	m.mime = mime_parse(c->arena, json_get_s(a, "mediaType"), &mime) ? mime.type : STR_NONE;
	m.description = alt.n ? text_tidy(c->arena, str_utf8_upto(alt, ALT_MAX)) : STR_NONE;
	m.blurhash = hash.n <= BLURHASH_MAX ? hash : STR_NONE;
	m.width = size_of(json_get(a, "width"));
	m.height = size_of(json_get(a, "height"));
	if ((m.type == MEDIA_VIDEO || m.type == MEDIA_AUDIO) && date_duration(json_get_s(a, "duration"), &duration_ms))
		m.duration_ms = duration_ms;
	read_focus(a, &m);
	list[(*n)++] = m;
}

static void read_media(struct call *c, const struct json *doc, struct remote_status *s)
{
	const struct json *said = json_get(doc, "attachment");
	struct media *list = arena_array(c->arena, struct media, NOTE_MEDIA_MAX);

	if (json_kind(said) == JSON_OBJECT)
		read_attachment(c, said, list, &s->media_n);
	for (size_t i = 0; json_kind(said) == JSON_ARRAY && i < json_len(said) && i < 100; i++)
		read_attachment(c, json_at(said, i), list, &s->media_n);
	s->media = list;
}

static int64_t count_of(const struct json *v)
{
	int64_t n;

	if (!json_i64(v, &n) || n < 0)
		return 0;
	return n < VOTES_MAX ? n : VOTES_MAX;
}

static void read_poll(struct call *c, const struct json *doc, struct remote_status *s)
{
	const struct json *many = json_get(doc, "anyOf"), *list = json_kind(many) == JSON_ARRAY ? many : json_get(doc, "oneOf");
	struct poll_option *options = arena_array(c->arena, struct poll_option, NOTE_OPTIONS_MAX);
	struct poll *p = arena_new(c->arena, struct poll);
	int64_t us;

	if (!str_eqz(fed_text_of(json_get(doc, "type")), "Question") || json_kind(list) != JSON_ARRAY)
		return;
	for (struct json_iter it = json_iter(list); s->options_n < NOTE_OPTIONS_MAX && json_next(&it);) {
		struct str title = json_get_s(it.value, "name");
		struct poll_option *o = &options[s->options_n];

		if (!title.n)
			continue;
		o->title = text_tidy(c->arena, str_utf8_upto(title, OPTION_MAX));
		o->votes_count = count_of(json_get(json_get(it.value, "replies"), "totalItems"));
		o->position = (int)s->options_n++;
		p->votes_count += o->votes_count;
	}
	if (s->options_n == 0)
		return;
	p->multiple = list == many;
	p->voters_count = json_get(doc, "votersCount") ? count_of(json_get(doc, "votersCount")) : p->multiple ? -1 : p->votes_count;
	if (date_parse(json_get_s(doc, "closed"), &us) || date_parse(json_get_s(doc, "endTime"), &us))
		p->expires_us = us;
	else if (json_bool(json_get(doc, "closed"), false))
		p->expires_us = c->now_us;
	s->poll = p;
	s->options = options;
}

/* ---- the whole ---- */

struct err *fed_note_read(struct call *c, const struct json *doc, struct str followers_uri, struct note_said *ret)
{
	struct str *audience = arena_array(c->arena, struct str, NOTE_AUDIENCE_MAX);
	struct remote_status *s = &ret->status;

	*ret = (struct note_said){ .status = { .uri = json_get_s(doc, "id"), .reply_to_uri = fed_id_of(json_get(doc, "inReplyTo")) } };
	if (!fed_is_post(doc))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no post", STR_ARG(str_upto(s->uri, 200)));
	if (s->uri.n > URI_MAX || !url_domain(c->arena, s->uri).n)
		return FAIL(c->arena, ERR_INVALID, "a post without an id");
	if (s->reply_to_uri.n > URI_MAX || !url_domain(c->arena, s->reply_to_uri).n)
		s->reply_to_uri = STR_NONE;
	s->url = fed_page_of(c, page_among(json_get(doc, "url")), s->uri);
	read_audience(json_get(doc, "to"), audience, &ret->audience_n);
	read_audience(json_get(doc, "cc"), audience, &ret->audience_n);
	ret->audience = audience;
	s->visibility = visibility_of(doc, ret, followers_uri);
	read_texts(c, doc, ret);
	read_times(c, doc, s);
	read_tags(c, doc, ret);
	read_media(c, doc, s);
	read_poll(c, doc, s);
	read_quote(c, doc, s);
	return NULL;
}
