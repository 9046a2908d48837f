#include "base/buf.h"
#include "reach/translate_priv.h"
#include "wire/json.h"

enum { MARKED_MAX = 2 << 20, CODE_MAX = 200 };

/* ---- languages ---- */

static struct str main_of(struct str code) { return str_upto(code, str_find(code, '-')); }

/* Chinese is told apart by its writing by some and by its country by others. */
static struct str chinese(struct str code)
{
	static const char *const traditional[] = { "zh-TW", "zh-HK", "zh-MO", "zh-Hant" };

	for (size_t i = 0; i < sizeof traditional / sizeof *traditional; i++)
		if (str_ieq(code, str_z(traditional[i])))
			return STR("zh-Hant");
	return STR("zh-Hans");
}

static const struct str *same(const struct str *list, size_t n, struct str code)
{
	for (size_t i = 0; i < n; i++)
		if (str_ieq(list[i], code))
			return &list[i];
	return NULL;
}

struct str reach__language_among(struct call *c, const struct str *list, size_t n, struct str wanted)
{
	const struct str *found = same(list, n, wanted);
	struct str language = arena_lower(c->arena, main_of(wanted));

	if (!found)
		found = same(list, n, str_eqz(language, "zh") ? chinese(wanted) : language);
	if (!found)
		found = same(list, n, language);
	return found ? *found : STR_NONE;
}

/* ---- emojis ---- */

static const struct str open_mark = STRC("<span translate=\"no\">"), close_mark = STRC("</span>");

static bool is_code(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/* ":blobcat:" at the beginning of s, with its colons; none: there is none. */
static struct str shortcode_at(struct str s)
{
	size_t n = 1;

	if (!s.n || s.p[0] != ':')
		return STR_NONE;
	while (n < s.n && n <= CODE_MAX && is_code(s.p[n]))
		n++;
	return n > 1 && n < s.n && s.p[n] == ':' ? str_upto(s, n + 1) : STR_NONE;
}

static bool is_known(const struct json *emojis, struct str code)
{
	for (struct json_iter it = json_iter(emojis); json_next(&it);)
		if (str_eq(json_get_s(it.value, "shortcode"), str_of(code.p + 1, code.n - 2)))
			return true;
	return false;
}

struct str reach__emojis_mark(struct call *c, struct str html, struct str emojis)
{
	struct buf b = buf_init(c->arena, MARKED_MAX);
	const struct json *known = NULL;
	bool in_tag = false;

	if (!emojis.n || json_parse(c->arena, emojis, &known) || !json_len(known))
		return html;
	for (size_t i = 0; i < html.n;) {
		struct str code = in_tag ? STR_NONE : shortcode_at(str_from(html, i));

		if (code.n && is_known(known, code)) {
			buf_add(&b, open_mark);
			buf_add(&b, code);
			buf_add(&b, close_mark);
			i += code.n;
			continue;
		}
		in_tag = html.p[i] == '<' || (in_tag && html.p[i] != '>');
		buf_addc(&b, html.p[i++]);
	}
	return buf_ok(&b) ? buf_str(&b) : html;
}

struct str reach__emojis_unmark(struct call *c, struct str html)
{
	struct buf b = buf_init(c->arena, MARKED_MAX);
	size_t at;

	while ((at = str_find_str(html, open_mark)) < html.n) {
		struct str rest = str_from(html, at + open_mark.n), code = shortcode_at(rest);

		buf_add(&b, str_upto(html, at));
		if (code.n && str_has_prefix(str_from(rest, code.n), close_mark)) {
			buf_add(&b, code);
			html = str_from(rest, code.n + close_mark.n);
		} else {
			buf_add(&b, open_mark);
			html = rest;
		}
	}
	buf_add(&b, html);
	return buf_ok(&b) ? buf_str(&b) : html;
}
