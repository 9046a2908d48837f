/* /settings/export and /settings/import: an archive and files to take along, and files that one brings. */
#include "acts/archive.h"
#include "acts/import.h"
#include "media/storage.h"
#include "view/archive.h"
#include "view/data.h"
#include "web/web_priv.h"
#include "wire/date.h"

/* The files' names are Mastodon's, so that they are taken for what they are elsewhere. */
static const struct { const char *title, *file; } kinds[DATA_COUNT] = {
	[DATA_FOLLOWS] = { "Whom you follow", "following_accounts.csv" },
	[DATA_LISTS] = { "Lists", "lists.csv" },
	[DATA_BLOCKS] = { "Whom you block", "blocked_accounts.csv" },
	[DATA_MUTES] = { "Whom you mute", "muted_accounts.csv" },
	[DATA_DOMAINS] = { "Domains you hide", "blocked_domains.csv" },
	[DATA_BOOKMARKS] = { "Bookmarks", "bookmarks.csv" },
	[DATA_FILTERS] = { "Filters", "filters.csv" },
};

static const struct done_text asked[] = {
	{ "asked", "Your archive is being made. A mail says when it is ready, where this server sends mails; this page does, too." },
};

static struct str size_text(struct arena *a, int64_t bytes)
{
	int64_t tenths = bytes / (1 << 20) * 10 + bytes % (1 << 20) * 10 / (1 << 20);

	if (bytes < 1 << 20)
		return arena_printf(a, "%lld KB", (long long)(bytes + 1023) / 1024);
	return arena_printf(a, "%lld.%lld MB", (long long)tenths / 10, (long long)tenths % 10);
}

static void put_archive(struct call *c, const struct own_archive *a, struct tpl_export *page)
{
	page->made = a->ready_us > 0;
	page->making = !page->made;
	page->asked = web__date(c->arena, a->asked_us);
	page->kept = web__date(c->arena, a->asked_us + ARCHIVE_DAYS * US_PER_DAY);
	page->size = size_text(c->arena, a->bytes);
	page->posts = a->posts;
}

static struct err *export_show(struct call *c, struct req *r, const struct err *e)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_export_file files[DATA_COUNT];
	struct tpl_export page = { .csrf = web__settings_csrf(c, r), .error = web__fault(e, "archive"), .files = files, .files_n = DATA_COUNT };
	int64_t counts[DATA_COUNT];
	struct own_archive archive;
	bool found;

	if (e)
		req_status(r, 422);
	TRY(view_export_counts(c, r->viewer.account, counts));
	TRY(view_archive(c, r->viewer.account, &archive, &found));
	for (int k = 0; k < DATA_COUNT; k++)
		files[k] = (struct tpl_export_file){
			.title = str_z(kinds[k].title), .count = counts[k],
			.path = arena_printf(c->arena, "/settings/exports/%s.csv", data_kind_word((enum data_kind)k)),
		};
	page.ask = !found || archive.asked_us <= c->now_us - ARCHIVE_DAYS * US_PER_DAY;
	if (!page.ask)
		put_archive(c, &archive, &page);
	tpl_export(&b, &page);
	web__settings(c, r, &(struct settings_how){ .path = "/settings/export", .heading = "Export",
						    .notice = web__done(r, asked, sizeof asked / sizeof *asked) }, &b);
	return NULL;
}

static struct err *export_page(struct call *c, struct req *r) { return export_show(c, r, NULL); }

static struct err *ask_archive(struct call *c, struct req *r)
{
	struct err *e;

	TRY(web__settings_check(c, r));
	e = acts_archive_ask(c, r->viewer.account);
	if (e && e->field.n)
		return export_show(c, r, e);
	TRY(e);
	req_redirect(r, 303, STR("/settings/export?done=asked"));
	return NULL;
}

/* Under a path without a name in it: whoever is signed in gets their own, and nobody another's. */
static struct err *archive_file(struct call *c, struct req *r)
{
	struct req_file f = { .content_type = "application/zip" };
	struct own_archive a;
	bool found;

	TRY(view_archive(c, r->viewer.account, &a, &found));
	if (!found || !a.ready_us)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(storage_open(c, c->house->storage, a.file, &f.fd, &f.size));
	f.etag = arena_printf(c->arena, "\"%lld\"", (long long)a.ready_us);
	req_header(r, "Content-Disposition", arena_printf(c->arena, "attachment; filename=\"archive-" STR_FMT ".zip\"",
							   STR_ARG(date_day(c->arena, a.ready_us))));
	req_header(r, "Cache-Control", STR("private, no-store"));
	req_file(r, &f);
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
	{ METHOD_POST, "/settings/export", PAGE, .lane = LANE_DB, .handler = ask_archive },
	{ METHOD_GET, "/settings/archive", FILE_OUT, .handler = archive_file },
	{ METHOD_GET, "/settings/exports/:kind.csv", FILE_OUT, .handler = export_file },
	{ METHOD_GET, "/settings/import", PAGE, .lane = LANE_DB, .handler = import, FIELDS },
	{ METHOD_POST, "/settings/import", PAGE, .lane = LANE_UPLOAD, .handler = do_import, FIELDS, .body_max = IMPORT_FILE_MAX + (1 << 20) },
	{ METHOD_GET, "/settings/imports/:id/failures.csv", FILE_OUT, .handler = failures },
	{ 0 },
};
