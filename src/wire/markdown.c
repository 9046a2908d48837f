#include "wire/markdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>
#include <pthread.h>

#include "base/arena.h"
#include "wire/html.h"

enum { NODES_MAX = 20000 };

struct nodes {
	cmark_node **v;
	size_t n, cap;
};

/* ---- reading ---- */

static cmark_node *parse(struct str text)
{
	static pthread_once_t registered = PTHREAD_ONCE_INIT;
	cmark_parser *parser;
	cmark_node *root;

	pthread_once(&registered, cmark_gfm_core_extensions_ensure_registered);
	parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE);
	cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("strikethrough"));
	cmark_parser_feed(parser, text.p ? text.p : "", text.n);
	root = cmark_parser_finish(parser);
	cmark_parser_free(parser);
	return root;
}

static struct nodes nodes_of(struct arena *a, cmark_node *root, cmark_node_type one, cmark_node_type other)
{
	cmark_iter *it = cmark_iter_new(root);
	struct nodes list = { 0 };
	cmark_event_type event;

	while ((event = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(it);
		cmark_node_type type = cmark_node_get_type(node);

		if (event == CMARK_EVENT_ENTER && (type == one || type == other) && list.n < NODES_MAX)
			vec_push(a, &list, node);
	}
	cmark_iter_free(it);
	return list;
}

static bool in_link(cmark_node *node)
{
	for (node = cmark_node_parent(node); node; node = cmark_node_parent(node))
		if (cmark_node_get_type(node) == CMARK_NODE_LINK)
			return true;
	return false;
}

/* ---- making it ours ---- */

/* What stands where `old` stood. */
static void put_instead(cmark_node *old, cmark_node *with)
{
	cmark_node_replace(old, with);
	cmark_node_free(old);
}

/* Nobody's HTML gets through, but nothing that was typed is lost. */
static void tags_to_text(struct arena *a, cmark_node *root)
{
	struct nodes tags = nodes_of(a, root, CMARK_NODE_HTML_BLOCK, CMARK_NODE_HTML_INLINE);

	for (size_t i = 0; i < tags.n; i++) {
		cmark_node *text = cmark_node_new(CMARK_NODE_TEXT), *paragraph;
		struct str literal = str_trim(str_z(cmark_node_get_literal(tags.v[i])));

		cmark_node_set_literal(text, arena_strz(a, literal));
		if (cmark_node_get_type(tags.v[i]) == CMARK_NODE_HTML_INLINE) {
			put_instead(tags.v[i], text);
			continue;
		}
		paragraph = cmark_node_new(CMARK_NODE_PARAGRAPH);
		cmark_node_append_child(paragraph, text);
		put_instead(tags.v[i], paragraph);
	}
}

/* A picture becomes a link with its description for a text; in a link, the text alone. */
static void pictures_to_links(struct arena *a, cmark_node *root)
{
	struct nodes pictures = nodes_of(a, root, CMARK_NODE_IMAGE, CMARK_NODE_IMAGE);

	for (size_t i = 0; i < pictures.n; i++) {
		bool linked = in_link(pictures.v[i]);
		cmark_node *link = linked ? NULL : cmark_node_new(CMARK_NODE_LINK), *child;

		if (link)
			cmark_node_set_url(link, cmark_node_get_url(pictures.v[i]));
		while ((child = cmark_node_first_child(pictures.v[i]))) {
			if (link)
				cmark_node_append_child(link, child);
			else
				cmark_node_insert_before(pictures.v[i], child);
		}
		if (link)
			put_instead(pictures.v[i], link);
		else
			cmark_node_free(pictures.v[i]);
	}
}

static cmark_node *read_tree(struct arena *a, struct str text, struct nodes *ret_texts)
{
	cmark_node *root = parse(text);

	tags_to_text(a, root);
	pictures_to_links(a, root);
	cmark_consolidate_text_nodes(root);
	*ret_texts = nodes_of(a, root, CMARK_NODE_TEXT, CMARK_NODE_TEXT);
	return root;
}

static size_t scan_texts(struct arena *a, const struct nodes *texts, struct text_entity **ret)
{
	struct text_entity *all = arena_array(a, struct text_entity, TEXT_ENTITIES_MAX), *some;
	size_t n = 0;

	for (size_t i = 0; i < texts->n && n < TEXT_ENTITIES_MAX; i++) {
		size_t found = in_link(texts->v[i]) ? 0 : text_scan(a, arena_dup(a, str_z(cmark_node_get_literal(texts->v[i]))), &some);

		for (size_t k = 0; k < found && n < TEXT_ENTITIES_MAX; k++)
			all[n++] = some[k];
	}
	*ret = all;
	return n;
}

size_t markdown_scan(struct arena *a, struct str text, struct text_entity **ret)
{
	struct nodes texts;
	cmark_node *root = read_tree(a, text, &texts);
	size_t n = scan_texts(a, &texts, ret);

	cmark_node_free(root);
	return n;
}

/* ---- writing ---- */

/* Two people of one name, so that each is shown with a domain. */
static bool names_clash(const struct text_entity *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			if (v[i].kind == TEXT_MENTION && v[k].kind == TEXT_MENTION && str_ieq(v[i].name, v[k].name) && !str_ieq(v[i].domain, v[k].domain))
				return true;
	return false;
}

/* The white space around a piece of a line belongs to the line. */
static struct str with_space(struct arena *a, struct str was, struct str html)
{
	struct str inner = str_trim(was);
	size_t before = inner.n ? (size_t)(inner.p - was.p) : was.n;

	return arena_concat(a, str_upto(was, before), html, inner.n ? str_from(was, before + inner.n) : STR(""));
}

static void write_entities(struct arena *a, cmark_node *node, const struct text_format *how)
{
	struct str text = arena_dup(a, str_z(cmark_node_get_literal(node)));
	struct text_entity *v;
	cmark_node *made;

	if (in_link(node) || text_scan(a, text, &v) == 0)
		return;
	made = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
	cmark_node_set_on_enter(made, arena_strz(a, with_space(a, text, text_to_html(a, text, how))));
	put_instead(node, made);
}

struct str markdown_to_html(struct arena *a, struct str text, const struct text_format *how, size_t max)
{
	struct text_format each = *how;
	struct text_entity *entities;
	struct nodes texts;
	cmark_node *root = read_tree(a, text, &texts);
	struct str html;
	char *made;
	size_t n;

	each.one_line = true;
	n = scan_texts(a, &texts, &entities);
	each.full_handles |= names_clash(entities, n);
	for (size_t i = 0; i < texts.n; i++)
		write_entities(a, texts.v[i], &each);
	made = cmark_render_html(root, CMARK_OPT_HARDBREAKS, NULL);
	html = html_sanitize(a, str_trim(str_z(made)), max);
	cmark_get_default_mem_allocator()->free(made);
	cmark_node_free(root);
	return html;
}
