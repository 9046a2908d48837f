#include "wire/html.h"
#include "wire/text_priv.h"
#include "wire/url.h"
#include "wire/utf8_priv.h"

enum { HTML_MAX = 4 << 20, SHOWN_MAX = 30 };

struct formatter {
	struct arena *arena;
	const struct text_format *how;
	struct buf out;
	const struct text_entity *entities;
	const struct text_person **people;        /* beside entities; NULL: unknown, or no mention */
	size_t n;
};

/* The prefix of n characters. */
static struct str chars_upto(struct str s, size_t n)
{
	size_t i = 0, len;
	uint32_t c;

	for (; n > 0 && i < s.n; n--, i += len) {
		len = wire__utf8_at(s, i, &c);
		if (len == 0)
			break;
	}
	return str_upto(s, i);
}

static struct str url_prefix(struct str url)
{
	size_t n = str_ihas_prefix(url, STR("https://")) ? 8 : str_ihas_prefix(url, STR("http://")) ? 7 : 0;

	if (n == 0)
		return str_upto(url, str_ihas_prefix(url, STR("xmpp:")) ? 5 : 0);
	return str_upto(url, str_ihas_prefix(str_from(url, n), STR("www.")) ? n + 4 : n);
}

static void url_put(struct formatter *f, struct str url)
{
	struct str prefix = url_prefix(url), shown = chars_upto(str_from(url, prefix.n), SHOWN_MAX);
	struct str rest = str_from(url, prefix.n + shown.n);

	/* One character more is shorter than an ellipsis. */
	if (chars_upto(rest, 1).n == rest.n) {
		shown = str_from(url, prefix.n);
		rest = STR("");
	}
	buf_add(&f->out, STR("<a href=\""));
	html_escape_into(&f->out, url);
	buf_addf(&f->out, "\" target=\"_blank\" rel=\"nofollow noopener%s\" translate=\"no\"><span class=\"invisible\">",
	    f->how->rel_me ? " me" : "");
	html_escape_into(&f->out, prefix);
	buf_addf(&f->out, "</span><span class=\"%s\">", rest.n ? "ellipsis" : "");
	html_escape_into(&f->out, shown);
	buf_add(&f->out, STR("</span><span class=\"invisible\">"));
	html_escape_into(&f->out, rest);
	buf_add(&f->out, STR("</span></a>"));
}

/* Somebody else of the same name is mentioned too. */
static bool ambiguous(const struct formatter *f, const struct text_person *who)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->people[i] && str_ieq(f->people[i]->name, who->name) && !str_eq(f->people[i]->url, who->url))
			return true;
	return false;
}

static void person_put(struct formatter *f, const struct text_person *who)
{
	buf_add(&f->out, STR("<span class=\"h-card\" translate=\"no\"><a href=\""));
	html_escape_into(&f->out, who->url);
	buf_add(&f->out, STR("\" class=\"u-url mention\">@<span>"));
	html_escape_into(&f->out, who->name);
	if (who->domain.p && (f->how->full_handles || ambiguous(f, who))) {
		buf_addc(&f->out, '@');
		html_escape_into(&f->out, who->domain);
	}
	buf_add(&f->out, STR("</span></a></span>"));
}

static void tag_put(struct formatter *f, struct str name)
{
	buf_add(&f->out, STR("<a href=\""));
	html_escape_into(&f->out, f->how->base_url);
	buf_add(&f->out, STR("/tags/"));
	buf_add(&f->out, url_encode(f->arena, text_tag_key(f->arena, name)));
	buf_add(&f->out, STR("\" class=\"mention hashtag\" rel=\"tag\">#<span>"));
	html_escape_into(&f->out, name);
	buf_add(&f->out, STR("</span></a>"));
}

/* Plain text between entities: escaped, lines and paragraphs made of line ends. */
static void plain_put(struct formatter *f, struct str s)
{
	while (s.n > 0) {
		size_t at = str_find(s, '\n'), lines = 0;

		html_escape_into(&f->out, str_upto(s, at));
		s = str_from(s, at);
		for (; s.n > 0 && s.p[0] == '\n'; lines++)
			s = str_from(s, 1);
		if (lines > 0)
			buf_add(&f->out, f->how->one_line ? STR(" ") : lines > 1 ? STR("</p><p>") : STR("<br>"));
	}
}

static void people_find(struct formatter *f)
{
	struct text_person p;

	f->people = arena_array(f->arena, const struct text_person *, f->n + 1);
	for (size_t i = 0; f->how->mention && i < f->n; i++) {
		if (f->entities[i].kind != TEXT_MENTION)
			continue;
		p = (struct text_person){ 0 };
		if (f->how->mention(f->how->arg, f->entities[i].name, f->entities[i].domain, &p)) {
			struct text_person *kept = arena_new(f->arena, struct text_person);

			*kept = p;
			f->people[i] = kept;
		}
	}
}

struct str text_to_html(struct arena *a, struct str text, const struct text_format *how)
{
	struct formatter f = { .arena = a, .how = how, .out = buf_init(a, HTML_MAX) };
	struct str s = text_tidy(a, text);
	struct text_entity *entities;
	size_t at = 0;

	if (s.n == 0)
		return STR("");
	f.n = text_scan(a, s, &entities);
	f.entities = entities;
	people_find(&f);
	if (!how->one_line)
		buf_add(&f.out, STR("<p>"));
	for (size_t i = 0; i < f.n; i++) {
		const struct text_entity *e = &entities[i];

		if (e->kind == TEXT_MENTION && !f.people[i])
			continue;
		plain_put(&f, str_of(s.p + at, e->from - at));
		at = e->to;
		if (e->kind == TEXT_URL)
			url_put(&f, e->name);
		else if (e->kind == TEXT_HASHTAG)
			tag_put(&f, e->name);
		else
			person_put(&f, f.people[i]);
	}
	plain_put(&f, str_from(s, at));
	if (!how->one_line)
		buf_add(&f.out, STR("</p>"));
	return buf_str(&f.out);
}
