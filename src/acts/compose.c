#include "acts/compose.h"

#include "conf/conf.h"
#include "store/account.h"
#include "store/instance.h"
#include "store/mention.h"
#include "wire/html.h"
#include "wire/json.h"
#include "wire/markdown.h"
#include "wire/text.h"
#include "wire/url.h"

enum { EMOJIS_JSON_MAX = 64 * 1024, EMOJIS_MAX = 100, CONTENT_MAX = 4 << 20 };

/* What is known of the handles of one text. */
struct people {
	struct call *c;
	const struct compose_in *in;
	struct mention_row *v;
	size_t n;
};

/* "alice@" for ours, "bob@example.org"; none where the domain is none. */
static struct str handle_of(struct call *c, struct str name, struct str domain)
{
	struct str normal = STR("");

	if (domain.n && !domain_normalize(c->arena, domain, &normal))
		return STR_NONE;
	if (str_eq(normal, c->conf->domain) || str_eq(normal, c->conf->web_domain))
		normal = STR("");
	return arena_concat(c->arena, text_fold(c->arena, name), STR("@"), normal);
}

static bool contains(const struct str *v, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i], s))
			return true;
	return false;
}

static const struct mention_row *person_of(const struct people *p, struct str handle)
{
	for (size_t i = 0; handle.n && i < p->n; i++)
		if (str_eq(p->v[i].handle, handle))
			return &p->v[i];
	return NULL;
}

static bool show_mention(void *arg, struct str name, struct str domain, struct text_person *ret)
{
	struct people *p = arg;
	const struct mention_row *m = person_of(p, handle_of(p->c, name, domain));

	if (!m || m->blocked)
		return false;
	*ret = (struct text_person){ .url = m->url, .name = m->username, .domain = m->local ? STR_NONE : m->domain };
	return true;
}

/* The account that a lookup found under another name than the one typed. */
static struct err *add_alias(struct call *c, const struct compose_in *in, struct people *p)
{
	struct account *a;

	if (!in->alias_of.v || person_of(p, in->alias))
		return NULL;
	TRY(account_find(c, in->alias_of, &a));
	if (a && !a->suspended_us && !a->deleted_us)
		p->v[p->n++] = (struct mention_row){ .id = a->id, .username = a->username, .domain = a->domain, .url = a->url.n ? a->url : a->uri,
						     .handle = in->alias, .local = a->local };
	return NULL;
}

static void take_mentions(struct call *c, const struct people *p, const struct str *handles, size_t n, struct composed *ret)
{
	ret->mentions = arena_array(c->arena, struct mention, n + 1);
	ret->unknown = arena_array(c->arena, struct str, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct mention_row *m = person_of(p, handles[i]);
		bool there = false;

		if (!m && !str_has_suffix(handles[i], STR("@")) && ret->unknown_n < COMPOSE_UNKNOWN_MAX)
			ret->unknown[ret->unknown_n++] = handles[i];
		for (size_t k = 0; m && k < ret->mentions_n; k++)
			there |= id_eq(ret->mentions[k].account, m->id);
		if (m && !m->blocked && !there)
			ret->mentions[ret->mentions_n++] = (struct mention){ .account = m->id, .username = m->username, .domain = m->domain, .url = m->url };
	}
}

static void take_tags(struct call *c, const struct text_entity *v, size_t n, struct composed *ret)
{
	ret->tag_keys = arena_array(c->arena, struct str, n + 1);
	ret->tag_names = arena_array(c->arena, struct str, n + 1);
	for (size_t i = 0; i < n && ret->tags_n < COMPOSE_TAGS_MAX; i++) {
		struct str key = v[i].kind == TEXT_HASHTAG ? text_tag_key(c->arena, v[i].name) : STR_NONE;

		if (!key.n || contains(ret->tag_keys, ret->tags_n, key))
			continue;
		ret->tag_keys[ret->tags_n] = key;
		ret->tag_names[ret->tags_n++] = v[i].name;
	}
}

static struct err *take_emojis(struct call *c, const struct compose_in *in, struct composed *ret)
{
	struct buf b = buf_init(c->arena, EMOJIS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct emoji_row *v = NULL;
	struct str *codes;
	size_t n, found = 0;

	n = text_emojis(c->arena, arena_concat(c->arena, in->text, STR("\n"), in->beside), &codes);
	if (n)
		TRY(custom_emojis_named(c, codes, n < EMOJIS_MAX ? n : EMOJIS_MAX, &v, &found));
	jw_arr(&w);
	for (size_t i = 0; i < found; i++) {
		jw_obj(&w);
		jw_kstr(&w, "shortcode", v[i].shortcode);
		jw_kstr(&w, "url", arena_concat(c->arena, c->conf->base_url, STR("/media/"), v[i].file));
		jw_kstr(&w, "static_url", arena_concat(c->arena, c->conf->base_url, STR("/media/"), v[i].static_file));
		jw_kbool(&w, "visible_in_picker", v[i].visible);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	ret->emojis = buf_ok(&b) ? buf_str(&b) : STR("[]");
	return NULL;
}

struct str acts_quoted_url(const struct status *quoted) { return quoted->url.n ? quoted->url : quoted->uri; }

/* Clients that show quotes leave out what is of this class. */
static struct str with_quoted(struct call *c, const struct compose_in *in, struct str html)
{
	struct text_format how = { .base_url = c->conf->base_url, .one_line = true };
	struct str at = html_escape(c->arena, in->quoted_url);

	if (!in->quoted_url.n || str_find_str(html, at) < html.n)
		return html;
	return arena_concat(c->arena, STR("<p class=\"quote-inline\">RE: "), text_to_html(c->arena, in->quoted_url, &how), STR("</p>"), html);
}

struct err *acts_compose(struct call *c, const struct compose_in *in, struct composed *ret)
{
	struct people p = { .c = c, .in = in };
	struct text_format how = { .base_url = c->conf->base_url, .mention = show_mention, .arg = &p };
	struct text_entity *v;
	struct str *handles;
	size_t n, handles_n = 0;
	bool markdown = in->type == CONTENT_TYPE_MARKDOWN;

	*ret = (struct composed){ .text = text_without_domain(c->arena, text_without_domain(c->arena, in->text, c->conf->domain), c->conf->web_domain) };
	n = markdown ? markdown_scan(c->arena, ret->text, &v) : text_scan(c->arena, ret->text, &v);
	handles = arena_array(c->arena, struct str, n + 1);
	for (size_t i = 0; i < n && handles_n < COMPOSE_MENTIONS_MAX; i++) {
		struct str handle = v[i].kind == TEXT_MENTION ? handle_of(c, v[i].name, v[i].domain) : STR_NONE;

		if (handle.n && !contains(handles, handles_n, handle))
			handles[handles_n++] = handle;
	}
	TRY(mentions_resolve(c, in->author, handles, handles_n, &p.v, &p.n));
	TRY(add_alias(c, in, &p));
	take_mentions(c, &p, handles, handles_n, ret);
	take_tags(c, v, n, ret);
	ret->content = with_quoted(c, in, markdown ? markdown_to_html(c->arena, ret->text, &how, CONTENT_MAX) : text_to_html(c->arena, ret->text, &how));
	return take_emojis(c, in, ret);
}
