/* Reports, for those who run this server. */
#include "app/open.h"
#include "base/buf.h"
#include "store/featured_collection.h"
#include "store/report.h"
#include "wire/date.h"

enum { REPORTS_SHOWN = 100, LIST_TEXT_MAX = 4 * 1024 * 1024 };

static struct err *list(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, LIST_TEXT_MAX);
	struct report_line *v;
	size_t n;

	TRY(reports_newest(c, REPORTS_SHOWN, &v, &n));
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "%lld  " STR_FMT "  @" STR_FMT " about @" STR_FMT ", %s, %lld posts: " STR_FMT "\n", (long long)v[i].report.id,
			 STR_ARG(date_iso_s(cli->arena, v[i].report.created_us)), STR_ARG(v[i].reporter), STR_ARG(v[i].target),
			 report_category_word(v[i].report.category), (long long)v[i].statuses, STR_ARG(v[i].report.comment));
	return cli_print(cli, buf_str(&out));
}

/* As they are now; those that are gone are not. */
static struct err *add_collections(struct call *c, int64_t report, struct buf *out)
{
	struct report_member *members;
	struct map *by_id;
	int64_t *ids;
	size_t n;

	TRY(reports_collection_ids(c, &report, 1, &members, &n));
	ids = arena_array(c->arena, int64_t, n + 1);
	for (size_t i = 0; i < n; i++)
		ids[i] = members[i].id;
	TRY(collections_by_ids(c, ids, n, &by_id));
	for (size_t i = 0; i < n; i++) {
		const struct collection *k = map_find_i64(by_id, ids[i]);

		if (k)
			buf_addf(out, "\n" STR_FMT " (collection)\n" STR_FMT "\n" STR_FMT "\n", STR_ARG(k->uri), STR_ARG(k->name), STR_ARG(k->description));
	}
	return NULL;
}

static struct err *show(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, LIST_TEXT_MAX);
	struct report_status *v;
	struct report r;
	bool found = false;
	int64_t id;
	size_t n;

	if (str_i64(cli->args[0], &id))
		TRY(report_find(c, id, &r, &found));
	if (!found)
		return FAIL(cli->arena, ERR_NOT_FOUND, "there is no report '" STR_FMT "'; report list names them", STR_ARG(cli->args[0]));
	TRY(report_statuses(c, id, &v, &n));
	buf_addf(&out, "%s%s: " STR_FMT "\n", report_category_word(r.category), r.forwarded ? ", forwarded" : "", STR_ARG(r.comment));
	for (size_t i = 0; i < n; i++) {
		buf_addf(&out, "\n" STR_FMT " (%s, " STR_FMT ")\n", STR_ARG(v[i].uri), visibility_word(v[i].visibility),
			 STR_ARG(date_iso_s(cli->arena, v[i].posted_us)));
		if (v[i].spoiler_text.n)
			buf_addf(&out, "warning: " STR_FMT "\n", STR_ARG(v[i].spoiler_text));
		buf_addf(&out, STR_FMT "\n", STR_ARG(v[i].text.p ? v[i].text : v[i].content));
		if (!str_eqz(v[i].media, "[]"))
			buf_addf(&out, "media: " STR_FMT "\n", STR_ARG(v[i].media));
	}
	TRY(add_collections(c, r.id, &out));
	return cli_print(cli, buf_str(&out));
}

struct err *cmd_report_list(struct cli *cli) { return app_with_call(cli, list); }
struct err *cmd_report_show(struct cli *cli) { return app_with_call(cli, show); }
