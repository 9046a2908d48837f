/* The files: which columns they have, and what a line of them says. Mastodon's own, and lists of addresses without a head. */
#include "acts/import_priv.h"

#include "wire/csv.h"
#include "wire/text.h"

enum column { COLUMN_ACCT, COLUMN_BOOSTS, COLUMN_NOTIFY, COLUMN_LANGUAGES, COLUMN_HIDE, COLUMN_DOMAIN, COLUMN_URI, COLUMN_TITLE,
	      COLUMN_FILTER, COLUMN_CONTEXTS, COLUMN_KEYWORD, COLUMN_WHOLE_WORD, COLUMN_EXPIRES, COLUMN_ACTION, COLUMNS };
enum { FIELDS_MAX = 16, KEPT_MAX = 6, LINE_MAX_BYTES = 8192 };

static const char *const names[COLUMNS] = {
	[COLUMN_ACCT] = "Account address", [COLUMN_BOOSTS] = "Show boosts", [COLUMN_NOTIFY] = "Notify on new posts", [COLUMN_LANGUAGES] = "Languages",
	[COLUMN_HIDE] = "Hide notifications", [COLUMN_DOMAIN] = "#domain", [COLUMN_URI] = "#uri", [COLUMN_TITLE] = "List name",
	[COLUMN_FILTER] = "Filter title", [COLUMN_CONTEXTS] = "Filter contexts", [COLUMN_KEYWORD] = "Filter keyword",
	[COLUMN_WHOLE_WORD] = "Whole word", [COLUMN_EXPIRES] = "Filter expires", [COLUMN_ACTION] = "Filter action",
};
/* What each kind keeps, in the order of its lines; the first `needed` must be there. */
static const struct { enum column columns[KEPT_MAX]; size_t n, needed; } kinds[DATA_COUNT] = {
	[DATA_FOLLOWS] = { { COLUMN_ACCT, COLUMN_BOOSTS, COLUMN_NOTIFY, COLUMN_LANGUAGES }, 4, 1 },
	[DATA_BLOCKS] = { { COLUMN_ACCT }, 1, 1 },
	[DATA_MUTES] = { { COLUMN_ACCT, COLUMN_HIDE }, 2, 1 },
	[DATA_DOMAINS] = { { COLUMN_DOMAIN }, 1, 1 },
	[DATA_BOOKMARKS] = { { COLUMN_URI }, 1, 1 },
	[DATA_LISTS] = { { COLUMN_TITLE, COLUMN_ACCT }, 2, 2 },
	[DATA_FILTERS] = { { COLUMN_FILTER, COLUMN_CONTEXTS, COLUMN_KEYWORD, COLUMN_WHOLE_WORD, COLUMN_EXPIRES, COLUMN_ACTION }, 6, 2 },
};

/* The first record names columns where any of its fields is such a name. */
static bool is_head(const struct str *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < COLUMNS; k++)
			if (str_ieq(str_trim(fields[i]), str_z(names[k])))
				return true;
	return false;
}

static struct err *wrong(struct call *c, const char *why) { return FAIL_FIELD(c->arena, "data", "ERR_INVALID", "%s", why); }

/* Where in a record each kept column stands; -1: nowhere. Without a head they stand as in the lines. */
static struct err *find_columns(struct call *c, enum data_kind kind, const struct str *head, size_t n, int *ret)
{
	for (size_t i = 0; i < kinds[kind].n; i++) {
		ret[i] = head ? -1 : (int)i;
		for (size_t k = 0; head && k < n; k++)
			if (str_ieq(str_trim(head[k]), str_z(names[kinds[kind].columns[i]])))
				ret[i] = (int)k;
		if (i < kinds[kind].needed && ret[i] < 0)
			return wrong(c, "is a file of another kind");
	}
	return NULL;
}

/* The record as a line of this kind; none where what is needed is empty. */
static struct str line_of(struct call *c, enum data_kind kind, const int *where, const struct str *fields, size_t n)
{
	struct buf b = buf_init(c->arena, LINE_MAX_BYTES);
	struct str kept[KEPT_MAX];

	for (size_t i = 0; i < kinds[kind].n; i++) {
		kept[i] = where[i] >= 0 && (size_t)where[i] < n ? str_trim(fields[where[i]]) : STR("");
		if (!kept[i].n && i < kinds[kind].needed)
			return STR_NONE;
	}
	csv_put(&b, kept, kinds[kind].n);
	return buf_ok(&b) ? str_trim(buf_str(&b)) : STR_NONE;
}

struct err *acts__import_read(struct call *c, enum data_kind kind, struct str text, struct str **ret, size_t *ret_n)
{
	struct str rest = str_has_prefix(text, STR("\xef\xbb\xbf")) ? str_from(text, 3) : text, fields[FIELDS_MAX];
	int where[KEPT_MAX];
	size_t n;
	bool head;

	*ret_n = 0;
	if (!str_is_utf8(text))
		return wrong(c, "is no text in UTF-8");
	if (kind == DATA_FILTERS && str_has_prefix(str_trim(rest), STR("{")))
		TRY(acts__import_filters_json(c, rest, &rest));
	if (!csv_next(c->arena, &rest, fields, FIELDS_MAX, &n))
		return wrong(c, "is empty");
	head = is_head(fields, n);
	TRY(find_columns(c, kind, head ? fields : NULL, n, where));
	*ret = arena_array(c->arena, struct str, IMPORT_LINES_MAX + 1);
	if (head && !csv_next(c->arena, &rest, fields, FIELDS_MAX, &n))
		return wrong(c, "is empty");
	do {
		struct str line = line_of(c, kind, where, fields, n);

		if (line.n && *ret_n == IMPORT_LINES_MAX)
			return FAIL_FIELD(c->arena, "data", "ERR_INVALID", "has more than %d lines", IMPORT_LINES_MAX);
		if (line.n)
			(*ret)[(*ret_n)++] = line;
	} while (csv_next(c->arena, &rest, fields, FIELDS_MAX, &n));
	return *ret_n ? NULL : wrong(c, "is empty");
}

static bool yes(struct str s, bool otherwise)
{
	if (!s.n)
		return otherwise;
	return !str_ieq(s, STR("false")) && !str_ieq(s, STR("f")) && !str_ieq(s, STR("0")) && !str_ieq(s, STR("off")) && !str_ieq(s, STR("no"));
}

/* "de, en" as a follow keeps it. */
static struct str languages(struct call *c, struct str s)
{
	struct buf b = buf_init(c->arena, 400);
	struct str one;

	while (str_next(&s, ',', &one)) {
		one = str_trim(one);
		if (one.n < 2 || one.n > 8)
			continue;
		buf_addz(&b, b.n ? "," : "");
		buf_add(&b, one);
	}
	return buf_ok(&b) ? buf_str(&b) : STR("");
}

static struct str address(struct str s) { return s.n && s.p[0] == '@' ? str_from(s, 1) : s; }

void acts_import_line_read(struct call *c, enum data_kind kind, struct str line, struct import_line *ret)
{
	struct str f[KEPT_MAX] = { STRC(""), STRC(""), STRC(""), STRC(""), STRC(""), STRC("") };
	size_t n;

	csv_next(c->arena, &line, f, KEPT_MAX, &n);
	*ret = (struct import_line){ .boosts = true, .hide_notifications = true };
	switch (kind) {
	case DATA_FOLLOWS:
		ret->boosts = yes(f[1], true);
		ret->notify = yes(f[2], false);
		ret->languages = languages(c, f[3]);
		ret->acct = address(f[0]);
		break;
	case DATA_MUTES:
		ret->hide_notifications = yes(f[1], true);
		ret->acct = address(f[0]);
		break;
	case DATA_BLOCKS:
		ret->acct = address(f[0]);
		break;
	case DATA_DOMAINS:
		ret->domain = f[0];
		break;
	case DATA_BOOKMARKS:
		ret->uri = f[0];
		break;
	case DATA_LISTS:
		ret->title = f[0];
		ret->acct = address(f[1]);
		break;
	case DATA_FILTERS:
		ret->title = f[0];
		ret->contexts = f[1];
		ret->keyword = f[2];
		ret->whole_word = yes(f[3], true);
		ret->expires = f[4];
		ret->action = f[5];
		break;
	case DATA_COUNT:
		break;
	}
}
