#include "wire/html_page.h"

#include "wire/html.h"
#include "wire/html_priv.h"
#include "wire/link.h"

enum { CHARSET_AREA = 1024, TITLE_MAX = 4096 };

static struct str attr(struct arena *a, const struct html_token *t, enum html_attr which)
{
	return t->attrs[which].p ? str_trim(html__decode(a, t->attrs[which], true)) : STR_NONE;
}

/* The content of a RAW element, whose start has just been taken off *rest. */
static struct str raw_content(struct str *rest, struct str name)
{
	struct str from = *rest, s;
	size_t end;

	html__skip_raw(rest, name);
	s = str_upto(from, from.n - rest->n);
	for (end = s.n; end > 1 && !(s.p[end - 1] == '/' && s.p[end - 2] == '<');)
		end--;
	return end > 1 ? str_upto(s, end - 2) : s;
}

static void read_meta(struct arena *a, struct html_page *p, const struct html_token *t)
{
	struct str name = t->attrs[HTML_ATTR_PROPERTY].p ? attr(a, t, HTML_ATTR_PROPERTY) : attr(a, t, HTML_ATTR_NAME);

	if (name.n && t->attrs[HTML_ATTR_CONTENT].p && p->metas_n < HTML_METAS_MAX)
		p->metas[p->metas_n++] = (struct html_meta){ name, attr(a, t, HTML_ATTR_CONTENT) };
}

static void read_link(struct arena *a, struct html_page *p, const struct html_token *t)
{
	if (t->attrs[HTML_ATTR_HREF].p && p->links_n < HTML_PAGE_LINKS_MAX)
		p->links[p->links_n++] = (struct html_page_link){ attr(a, t, HTML_ATTR_REL), attr(a, t, HTML_ATTR_HREF), attr(a, t, HTML_ATTR_TYPE) };
}

static void read_raw(struct arena *a, struct html_page *p, const struct html_token *t, struct str *rest)
{
	struct str content = raw_content(rest, t->name);

	if (str_ieq(t->name, STR("title")) && !p->title.p)
		p->title = str_trim(html__decode(a, str_utf8_upto(content, TITLE_MAX), false));
	else if (str_ieq(t->name, STR("script")) && str_ieq(attr(a, t, HTML_ATTR_TYPE), STR("application/ld+json")) && p->data_n < HTML_DATA_MAX)
		p->data[p->data_n++] = str_trim(content);
}

void html_page_read(struct arena *a, struct str html, struct html_page *ret)
{
	struct str rest = html__clean(a, str_utf8_upto(html, HTML_INPUT_MAX));
	struct html_token t;

	*ret = (struct html_page){ .metas = arena_array(a, struct html_meta, HTML_METAS_MAX),
				   .links = arena_array(a, struct html_page_link, HTML_PAGE_LINKS_MAX) };
	for (html__next(&rest, &t); t.kind != HTML_END_OF_INPUT; html__next(&rest, &t)) {
		if (t.kind != HTML_OPEN)
			continue;
		if (t.row && (t.row->flags & HTML_RAW))
			read_raw(a, ret, &t, &rest);
		else if (str_ieq(t.name, STR("meta")))
			read_meta(a, ret, &t);
		else if (str_ieq(t.name, STR("link")))
			read_link(a, ret, &t);
		else if (str_ieq(t.name, STR("html")) && !ret->language.p)
			ret->language = attr(a, &t, HTML_ATTR_LANG);
	}
}

struct str html_page_meta(const struct html_page *p, const char *name)
{
	for (size_t i = 0; i < p->metas_n; i++)
		if (p->metas[i].content.n && str_ieq(p->metas[i].name, str_z(name)))
			return p->metas[i].content;
	return STR_NONE;
}

struct str html_page_link(const struct html_page *p, const char *rel, const char *type)
{
	for (size_t i = 0; i < p->links_n; i++)
		if (rel ? html_has_word(p->links[i].rel, rel) : str_ieq(p->links[i].type, str_z(type)))
			return p->links[i].href;
	return STR_NONE;
}

struct str html_charset(struct arena *a, struct str bytes)
{
	struct str rest = html__clean(a, str_upto(bytes, CHARSET_AREA));
	struct html_token t;
	struct mime m;

	for (html__next(&rest, &t); t.kind != HTML_END_OF_INPUT; html__next(&rest, &t)) {
		if (t.kind != HTML_OPEN || !str_ieq(t.name, STR("meta")))
			continue;
		if (t.attrs[HTML_ATTR_CHARSET].n)
			return attr(a, &t, HTML_ATTR_CHARSET);
		if (mime_parse(a, attr(a, &t, HTML_ATTR_CONTENT), &m) && m.charset.n)
			return m.charset;
	}
	return STR_NONE;
}

static int64_t pixels(struct str s)
{
	int64_t n;

	return str_i64(s, &n) && n > 0 && n <= 10000 ? n : 0;
}

bool html_frame_find(struct arena *a, struct str html, struct html_frame *ret)
{
	struct str rest = html__clean(a, str_utf8_upto(html, HTML_INPUT_MAX));
	struct html_token t;

	for (html__next(&rest, &t); t.kind != HTML_END_OF_INPUT; html__next(&rest, &t)) {
		if (t.kind != HTML_OPEN)
			continue;
		if (str_ieq(t.name, STR("iframe")) && attr(a, &t, HTML_ATTR_SRC).n) {
			*ret = (struct html_frame){ attr(a, &t, HTML_ATTR_SRC), attr(a, &t, HTML_ATTR_TITLE), pixels(attr(a, &t, HTML_ATTR_WIDTH)),
						    pixels(attr(a, &t, HTML_ATTR_HEIGHT)) };
			return true;
		}
		if (t.row && (t.row->flags & HTML_RAW))
			html__skip_raw(&rest, t.name);
	}
	return false;
}
