/* multipart/form-data (RFC 7578) over a body that is whole in memory: parts are slices of it.
 *
 *   preamble --B CRLF head CRLF CRLF data CRLF --B CRLF head CRLF CRLF data CRLF --B-- epilogue */
#include "base/buf.h"
#include "wire/form_priv.h"
#include "wire/link.h"
#include "wire/url.h"

struct part {
	struct str name, filename, content_type;
	bool is_file;
};

/* Browsers write %22, %0D and %0A in names for what may not stand there (HTML, multipart/form-data encoding). */
static struct str plain_name(struct arena *a, struct str s)
{
	struct buf b = buf_init(a, s.n + 1);

	if (str_find(s, '%') == s.n)
		return s;
	for (size_t i = 0; i < s.n; i++) {
		struct str three = str_upto(str_from(s, i), 3);

		if (str_eq(three, STR("%22")) || str_ieq(three, STR("%0d")) || str_ieq(three, STR("%0a"))) {
			buf_addc(&b, three.p[1] == '2' ? '"' : ' ');
			i += 2;
		} else {
			buf_addc(&b, s.p[i]);
		}
	}
	return buf_str(&b);
}

/* filename*=UTF-8''na%C3%AFve.png (RFC 8187) */
static struct str extended_name(struct arena *a, struct str s)
{
	struct str charset, language, rest;

	if (!str_cut(s, '\'', &charset, &rest) || !str_cut(rest, '\'', &language, &rest) || !str_ieq(charset, STR("UTF-8")) ||
	    !url_decode(a, rest, false, &rest))
		return STR_NONE;
	return rest;
}

static bool disposition(struct arena *a, struct str value, struct part *ret)
{
	struct str name, text, kind, extended = STR_NONE;
	bool bad;

	str_cut(value, ';', &kind, &value);
	if (!str_ieq(str_trim(kind), STR("form-data")))
		return false;
	while (header_param_next(a, &value, ';', &name, &text, &bad)) {
		if (str_ieq(name, STR("name")))
			ret->name = plain_name(a, text);
		else if (str_ieq(name, STR("filename")))
			ret->filename = plain_name(a, text), ret->is_file = true;
		else if (str_ieq(name, STR("filename*")))
			extended = extended_name(a, text), ret->is_file = true;
	}
	if (extended.p)
		ret->filename = extended;
	return !bad && ret->name.p;
}

static struct err *head_parse(struct arena *a, struct str head, struct part *ret)
{
	struct str line, name, value;
	bool found = false;

	*ret = (struct part){ 0 };
	while (head.n > 0) {
		size_t end = str_find_str(head, STR("\r\n"));

		line = str_upto(head, end);
		head = str_from(head, end + 2);
		if (!str_cut(line, ':', &name, &value))
			return FAIL(a, ERR_BAD_REQUEST, "a header in the multipart body cannot be read");
		value = str_trim(value);
		if (str_ieq(name, STR("Content-Disposition")))
			found = disposition(a, value, ret);
		else if (str_ieq(name, STR("Content-Type")))
			ret->content_type = value;
	}
	if (!found)
		return FAIL(a, ERR_BAD_REQUEST, "a part of the multipart body has no name");
	if (!str_is_utf8(ret->name) || !str_is_utf8(ret->filename) || !str_is_utf8(ret->content_type))
		return FAIL(a, ERR_BAD_REQUEST, "a name in the multipart body is not valid UTF-8");
	return NULL;
}

static struct err *part_put(struct form_source *s, const struct part *part, struct str data)
{
	struct param_value *v = form__text(s, data);

	if (part->is_file) {
		/* A file field that was left empty: there is no such parameter. */
		if (part->filename.n == 0 && data.n == 0)
			return NULL;
		v->kind = PARAM_FILE;
		v->text = STR_NONE;
		v->file = (struct upload){ .filename = part->filename, .content_type = part->content_type, .data = data };
	} else if (!str_is_utf8(data)) {
		return FAIL(s->arena, ERR_BAD_REQUEST, "the parameter '" STR_FMT "' is not valid UTF-8", STR_ARG(str_upto(part->name, 64)));
	}
	return form__put(s, part->name, v);
}

/* What follows a delimiter: "--" ends the body, blanks and a line end begin a part. */
static bool after_delimiter(struct str *rest, bool *ret_end)
{
	*ret_end = str_has_prefix(*rest, STR("--"));
	if (*ret_end)
		return true;
	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t'))
		*rest = str_from(*rest, 1);
	if (!str_has_prefix(*rest, STR("\r\n")))
		return false;
	*rest = str_from(*rest, 2);
	return true;
}

struct err *form__multipart(struct form_source *s, struct str boundary, struct str body)
{
	struct str first = arena_concat(s->arena, STR("--"), boundary), delimiter = arena_concat(s->arena, STR("\r\n--"), boundary);
	struct str rest = body;
	struct part part;
	size_t at, parts = 0;
	bool end;

	if (boundary.n < 1 || boundary.n > 200)
		return FAIL(s->arena, ERR_BAD_REQUEST, "the multipart body has no boundary");
	if (str_has_prefix(body, first)) {
		rest = str_from(body, first.n);
	} else {
		at = str_find_str(body, delimiter);
		if (at == body.n)
			return FAIL(s->arena, ERR_BAD_REQUEST, "the multipart body does not begin with its boundary");
		rest = str_from(body, at + delimiter.n);
	}
	for (;;) {
		if (!after_delimiter(&rest, &end))
			return FAIL(s->arena, ERR_BAD_REQUEST, "the multipart body is malformed");
		if (end)
			return NULL;
		if (parts++ == PARTS_MAX)
			return FAIL(s->arena, ERR_TOO_LARGE, "the multipart body has more than %d parts", PARTS_MAX);
		at = str_find_str(str_upto(rest, PART_HEAD_MAX), STR("\r\n\r\n"));
		if (at >= rest.n || at >= PART_HEAD_MAX)
			return FAIL(s->arena, ERR_BAD_REQUEST, "a part of the multipart body has no end of its headers in the first %d bytes",
			    PART_HEAD_MAX);
		TRY(head_parse(s->arena, str_upto(rest, at), &part));
		rest = str_from(rest, at + 4);
		at = str_find_str(rest, delimiter);
		if (at == rest.n)
			return FAIL(s->arena, ERR_BAD_REQUEST, "the multipart body is cut short");
		TRY(part_put(s, &part, str_upto(rest, at)));
		rest = str_from(rest, at + delimiter.n);
	}
}
