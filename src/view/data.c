#include "view/data.h"

#include "conf/conf.h"
#include "store/export.h"
#include "store/filter.h"
#include "store/import.h"
#include "wire/csv.h"
#include "wire/date.h"

enum { ROWS_AT_ONCE = 1000, IMPORTS_SHOWN = 10, FAILURES_MAX = 20000 };

/* The first lines of the files that have one. Of imports' failures all have, so that they are read as what they are. */
static const struct { const char *names[6]; size_t n; bool exported; } heads[DATA_COUNT] = {
	[DATA_FOLLOWS] = { { "Account address", "Show boosts", "Notify on new posts", "Languages" }, 4, true },
	[DATA_BLOCKS] = { { "Account address" }, 1, false },
	[DATA_MUTES] = { { "Account address", "Hide notifications" }, 2, true },
	[DATA_DOMAINS] = { { "#domain" }, 1, false },
	[DATA_BOOKMARKS] = { { "#uri" }, 1, false },
	[DATA_LISTS] = { { "List name", "Account address" }, 2, false },
	[DATA_FILTERS] = { { "Filter title", "Filter contexts", "Filter keyword", "Whole word", "Filter expires", "Filter action" }, 6, true },
};

static void put_head(struct buf *b, enum data_kind kind)
{
	struct str names[6];

	for (size_t i = 0; i < heads[kind].n; i++)
		names[i] = str_z(heads[kind].names[i]);
	csv_put(b, names, heads[kind].n);
}

struct err *view_export_counts(struct call *c, account_id who, int64_t ret[DATA_COUNT])
{
	for (int kind = 0; kind < DATA_COUNT; kind++)
		TRY(export_count(c, (enum data_kind)kind, who, &ret[kind]));
	return NULL;
}

static struct str truth(bool b) { return b ? STR("true") : STR("false"); }

/* "de,en" as "de, en". */
static struct str spaced(struct call *c, struct str languages)
{
	struct buf b = buf_init(c->arena, 2 * languages.n + 1);

	for (size_t i = 0; i < languages.n; i++) {
		buf_addc(&b, languages.p[i]);
		buf_addz(&b, languages.p[i] == ',' ? " " : "");
	}
	return buf_str(&b);
}

static void put_row(struct call *c, struct buf *b, enum data_kind kind, const struct export_row *r)
{
	struct str acct = arena_concat(c->arena, r->username, STR("@"), r->domain.n ? r->domain : c->conf->domain), fields[4] = { acct };
	size_t n = 1;

	switch (kind) {
	case DATA_FOLLOWS:
		fields[n++] = truth(r->first);
		fields[n++] = truth(r->second_flag);
		fields[n++] = spaced(c, r->languages);
		break;
	case DATA_MUTES:
		fields[n++] = truth(r->first);
		break;
	case DATA_DOMAINS:
		fields[0] = r->domain;
		break;
	case DATA_BOOKMARKS:
		fields[0] = r->uri;
		break;
	case DATA_LISTS:
		fields[0] = r->title;
		fields[n++] = acct;
		break;
	case DATA_BLOCKS:
	case DATA_FILTERS:
	case DATA_COUNT:
		break;
	}
	csv_put(b, fields, n);
}

static struct str contexts(struct call *c, int64_t bits)
{
	struct buf b = buf_init(c->arena, 200);

	for (int k = 0; k < CONTEXT_COUNT; k++)
		if (bits & INT64_C(1) << k)
			buf_addf(&b, "%s%s", b.n ? ", " : "", filter_context_word((enum filter_context)k));
	return buf_str(&b);
}

/* A line for each keyword; a filter without any has one of its own. */
static struct err *put_filters(struct call *c, account_id who, struct buf *b)
{
	struct filter_rows all;

	TRY(filters_of(c, who, &all));
	for (size_t i = 0; i < all.filters_n; i++) {
		const struct filter_row *f = &all.filters[i];
		struct str fields[6] = { f->title, contexts(c, f->contexts), STR(""), STR("true"),
					 f->expires_us ? date_iso_s(c->arena, f->expires_us) : STR(""), str_z(filter_action_word(f->action)) };
		size_t lines = 0;

		for (size_t k = 0; k < all.keywords_n; k++) {
			if (!id_eq(all.keywords[k].filter, f->id))
				continue;
			fields[2] = all.keywords[k].keyword;
			fields[3] = truth(all.keywords[k].whole_word);
			csv_put(b, fields, 6);
			lines++;
		}
		if (!lines)
			csv_put(b, fields, 6);
	}
	return NULL;
}

struct err *view_export(struct call *c, account_id who, enum data_kind kind, struct str *ret)
{
	struct buf b = buf_init(c->arena, VIEW_EXPORT_BYTES);
	int64_t id = 0, second = 0;
	size_t n = ROWS_AT_ONCE;

	if (heads[kind].exported)
		put_head(&b, kind);
	if (kind == DATA_FILTERS)
		TRY(put_filters(c, who, &b));
	for (size_t all = 0; n == ROWS_AT_ONCE && all < VIEW_EXPORT_MAX; all += n) {
		struct export_row *rows;

		TRY(export_rows(c, kind, who, id, second, ROWS_AT_ONCE, &rows, &n));
		for (size_t i = 0; i < n; i++) {
			put_row(c, &b, kind, &rows[i]);
			id = rows[i].id;
			second = rows[i].second;
		}
	}
	*ret = buf_str(&b);
	return NULL;
}

struct err *view_imports(struct call *c, account_id who, struct import **ret, size_t *ret_n)
{
	return imports_of(c, who, IMPORTS_SHOWN, ret, ret_n);
}

struct err *view_import_failures(struct call *c, account_id who, int64_t id, struct str *ret)
{
	struct buf b = buf_init(c->arena, VIEW_EXPORT_BYTES);
	struct import_row *rows;
	struct import i;
	bool found;
	size_t n;

	TRY(import_find(c, id, &i, &found));
	if (!found || !id_eq(i.account, who))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	put_head(&b, i.kind);
	TRY(import_rows_find(c, id, IMPORT_ROWS_FAILED, 0, FAILURES_MAX, &rows, &n));
	for (size_t k = 0; k < n; k++) {
		buf_add(&b, rows[k].line);
		buf_addc(&b, '\n');
	}
	*ret = buf_str(&b);
	return NULL;
}
