/* /settings/export and /settings/import: files to take along, and files that one brings. */
#include "acts/import.h"
#include "view/data.h"
#include "web/web_priv.h"

/* The files' names are Mastodon's, so that they are taken for what they are elsewhere. */
static const struct { const char *title, *file; } kinds[DATA_COUNT] = {
	[DATA_FOLLOWS] = { "Whom you follow", "following_accounts.csv" },
	[DATA_LISTS] = { "Lists", "lists.csv" },
	[DATA_BLOCKS] = { "Whom you block", "blocked_accounts.csv" },
	[DATA_MUTES] = { "Whom you mute", "muted_accounts.csv" },
	[DATA_DOMAINS] = { "Domains you hide", "blocked_domains.csv" },
	[DATA_BOOKMARKS] = { "Bookmarks", "bookmarks.csv" },
};

static struct err *export_page(struct call *c, struct req *r)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_export_file files[DATA_COUNT];
	int64_t counts[DATA_COUNT];

	TRY(view_export_counts(c, r->viewer.account, counts));
	for (int k = 0; k < DATA_COUNT; k++)
		files[k] = (struct tpl_export_file){
			.title = str_z(kinds[k].title), .count = counts[k],
			.path = arena_printf(c->arena, "/settings/exports/%s.csv", data_kind_word((enum data_kind)k)),
		};
	tpl_export(&b, &(struct tpl_export){ .files = files, .files_n = DATA_COUNT });
	web__settings(c, r, &(struct settings_how){ .path = "/settings/export", .heading = "Export" }, &b);
	return NULL;
}

static void answer_csv(struct call *c, struct req *r, const char *name, struct str text)
{
	req_header(r, "Content-Disposition", arena_printf(c->arena, "attachment; filename=\"%s\"", name));
	req_header(r, "Cache-Control", STR("private, no-store"));
	req_body(r, "text/csv; charset=utf-8", text);
}

static struct err *export_file(struct call *c, struct req *r)
{
	enum data_kind kind;
	struct str text;

	if (!data_kind_parse(params_get(r->params, "kind"), &kind))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(view_export(c, r->viewer.account, kind, &text));
	answer_csv(c, r, kinds[kind].file, text);
	return NULL;
}

struct import_in {
	const struct upload *data;
	struct str type, mode;
};
static const struct param import_params[] = {
	PARAM_FILE(struct import_in, data, "data"),
	PARAM_STR(struct import_in, type, "type", .max = 40),
	PARAM_STR(struct import_in, mode, "mode", .max = 20),
};

static const struct done_text done[] = {
	{ "begun", "The file is here, and is being taken over. This page says how far it is." },
};

static struct err *import_page(struct call *c, struct req *r, const struct err *e)
{
	const struct import_in *in = r->in;
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_import_kind options[DATA_COUNT];
	struct tpl_import page = { .csrf = web__settings_csrf(c, r), .error = web__fault(e, "data"), .kinds = options, .kinds_n = DATA_COUNT };
	struct tpl_import_row *rows;
	struct import *all;

	if (e)
		req_status(r, 422);
	for (int k = 0; k < DATA_COUNT; k++) {
		const char *word = data_kind_word((enum data_kind)k);

		options[k] = (struct tpl_import_kind){ str_z(word), str_z(kinds[k].title), str_eqz(in->type, word) };
	}
	TRY(view_imports(c, r->viewer.account, &all, &page.imports_n));
	rows = arena_array(c->arena, struct tpl_import_row, page.imports_n + 1);
	for (size_t i = 0; i < page.imports_n; i++)
		rows[i] = (struct tpl_import_row){
			.title = str_z(kinds[all[i].kind].title), .file = all[i].file_name, .date = web__date(c->arena, all[i].created_us),
			.done = all[i].done, .total = all[i].total, .failed = all[i].failed, .ended = all[i].state == IMPORT_ENDED,
			.failures = arena_printf(c->arena, "/settings/imports/%lld/failures.csv", (long long)all[i].id),
		};
	page.imports = rows;
	tpl_import(&b, &page);
	web__settings(c, r, &(struct settings_how){ .path = "/settings/import", .heading = "Import",
						    .notice = web__done(r, done, sizeof done / sizeof *done) }, &b);
	return NULL;
}

static struct err *import(struct call *c, struct req *r) { return import_page(c, r, NULL); }

static struct err *do_import(struct call *c, struct req *r)
{
	const struct import_in *in = r->in;
	struct import_new new = { .overwrite = str_eqz(in->mode, "overwrite") };
	struct err *e = NULL;
	int64_t id;

	TRY(web__settings_check(c, r));
	if (!data_kind_parse(in->type, &new.kind))
		e = FAIL_FIELD(c->arena, "data", "ERR_INVALID", "is of no kind that is known");
	else if (!in->data)
		e = FAIL_FIELD(c->arena, "data", "ERR_BLANK", "is missing");
	if (!e) {
		new.file_name = in->data->filename;
		new.text = in->data->data;
		e = acts_import_start(c, r->viewer.account, &new, &id);
	}
	if (e && e->field.n)
		return import_page(c, r, e);
	TRY(e);
	req_redirect(r, 303, STR("/settings/import?done=begun"));
	return NULL;
}

static struct err *failures(struct call *c, struct req *r)
{
	struct str text;

	TRY(view_import_failures(c, r->viewer.account, req_id(r, "id"), &text));
	answer_csv(c, r, "failures.csv", text);
	return NULL;
}

#define PAGE .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES
#define FILE_OUT .lane = LANE_DB, .auth = auth_session, .limit = LIMIT_PAGES
#define FIELDS PARAMS(struct import_in, import_params)
const struct endpoint data_endpoints[] = {
	{ METHOD_GET, "/settings/export", PAGE, .lane = LANE_DB, .handler = export_page },
	{ METHOD_GET, "/settings/exports/:kind.csv", FILE_OUT, .handler = export_file },
	{ METHOD_GET, "/settings/import", PAGE, .lane = LANE_DB, .handler = import, FIELDS },
	{ METHOD_POST, "/settings/import", PAGE, .lane = LANE_UPLOAD, .handler = do_import, FIELDS, .body_max = IMPORT_FILE_MAX + (1 << 20) },
	{ METHOD_GET, "/settings/imports/:id/failures.csv", FILE_OUT, .handler = failures },
	{ 0 },
};
