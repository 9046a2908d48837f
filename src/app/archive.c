/* JOB_ARCHIVE: fed writes the documents, media keeps the files, and neither knows of the other: so it is put together here. However much
 * somebody has, no more than a page of it is in memory. A run that breaks off is begun anew by the next one. */
#include "acts/archive.h"
#include "app/jobs.h"
#include "base/fault.h"
#include "fed/archive.h"
#include "media/storage.h"
#include "media/zip.h"
#include "view/archive.h"
#include "view/collection_told.h"

/* However long the whole takes. */
#define PAGE_DEADLINE_US (10 * US_PER_MIN)

struct making {
	const struct account *who;
	struct zip *zip;
	int64_t posts;
};

/* A page is a unit of work of its own; what went wrong outlives it. */
typedef struct err *page_fn(struct call *page, struct making *m, int64_t *place, int64_t *total);

static struct err *each_page(struct call *c, struct making *m, page_fn *fn, int64_t *ret_total)
{
	int64_t place = 0;

	*ret_total = 0;
	do {
		AUTO_ARENA(a);
		struct call page = *c;
		struct err *e;

		if (atomic_load(&c->house->stopping))
			return FAIL(c->arena, ERR_LATER, "an archive breaks off, because the server ends");
		page.arena = a;
		page.deadline_us = c->world->now_us(c->world) + PAGE_DEADLINE_US;
		e = fn(&page, m, &place, ret_total);
		if (e)
			return FAIL(c->arena, e->code, STR_FMT, STR_ARG(e->text));
	} while (place);
	return NULL;
}

static struct err *posts(struct call *page, struct making *m, int64_t *place, int64_t *total)
{
	struct note *notes;
	struct str text;
	size_t n;

	TRY(view_own_notes(page, m->who, *place, &notes, &n, place));
	TRY(fed_archive_notes(page, notes, n, *total == 0, &text));
	*total += (int64_t)n;
	return zip_text_put(page, m->zip, text);
}

static struct err *marks(struct call *page, struct making *m, bool likes, int64_t *place, int64_t *total)
{
	struct uri_page uris;
	bool first = *total == 0;

	TRY(view_own_marks(page, m->who->id, likes, *place, &uris));
	*place = uris.last;
	*total += (int64_t)uris.n;
	return zip_text_put(page, m->zip, fed_archive_uris(page, uris.v, uris.n, first));
}

static struct err *likes(struct call *page, struct making *m, int64_t *place, int64_t *total) { return marks(page, m, true, place, total); }
static struct err *bookmarks(struct call *page, struct making *m, int64_t *place, int64_t *total) { return marks(page, m, false, place, total); }

/* They are few: one page. */
static struct err *people(struct call *page, struct making *m, int64_t *place, int64_t *total)
{
	struct collection_told *told;
	struct str text;
	size_t n, all;

	TRY(view_collections_told(page, m->who, 0, COLLECTIONS_MAX, &told, &n, &all));
	TRY(fed_archive_collections(page, told, n, &text));
	*place = 0;
	*total += (int64_t)n;
	return zip_text_put(page, m->zip, text);
}

static struct err *files(struct call *page, struct making *m, int64_t *place, int64_t *total)
{
	struct str *keys;
	size_t n;

	TRY(view_own_files(page, m->who->id, *place, &keys, &n, place));
	for (size_t i = 0; i < n; i++) {
		AUTO_ARENA(a);
		struct call one = *page;
		struct err *e;

		one.arena = a;
		e = zip_add_stored(&one, m->zip, fed_archive_path(a, keys[i]), keys[i]);
		if (e)
			return FAIL(page->arena, e->code, STR_FMT, STR_ARG(e->text));
	}
	*total += (int64_t)n;
	return NULL;
}

static struct err *collection(struct call *c, struct making *m, const char *name, page_fn *fn, int64_t *ret_total)
{
	struct str head;

	TRY(fed_archive_head(c, name, &head));
	TRY(zip_text_begin(c, m->zip, name));
	TRY(zip_text_put(c, m->zip, head));
	TRY(each_page(c, m, fn, ret_total));
	TRY(zip_text_put(c, m->zip, fed_archive_tail(c->arena, *ret_total)));
	return zip_text_end(c, m->zip);
}

static struct err *picture(struct call *c, struct making *m, const char *what, struct str file)
{
	return file.n ? zip_add_stored(c, m->zip, fed_archive_picture(c->arena, what, file), file) : NULL;
}

static struct err *make(struct call *c, struct making *m)
{
	struct str actor;
	int64_t n;

	TRY(zip_create(c, &m->zip));
	TRY(fed_archive_actor(c, m->who, &actor));
	TRY(zip_text_begin(c, m->zip, "actor.json"));
	TRY(zip_text_put(c, m->zip, actor));
	TRY(zip_text_end(c, m->zip));
	TRY(collection(c, m, "outbox.json", posts, &m->posts));
	TRY(collection(c, m, "likes.json", likes, &n));
	TRY(collection(c, m, "bookmarks.json", bookmarks, &n));
	TRY(collection(c, m, "collections.json", people, &n));
	TRY(picture(c, m, "avatar", m->who->avatar_file));
	TRY(picture(c, m, "header", m->who->header_file));
	return each_page(c, m, files, &n);
}

static struct err *run(struct call *c, account_id id, struct own_archive *archive)
{
	struct making m = { 0 };
	struct account *who;
	bool wanted;

	/* The one of a week ago, or what a run left that broke off. */
	if (archive->file.n)
		TRY(storage_drop(c, c->house->storage, archive->file));
	TRY(view_actor(c, id, &who));
	if (who->suspended_us)
		return NULL;
	archive->file = storage_key_make_hidden(c);
	TRY(acts_archive_name(c, id, archive->asked_us, archive->file, &wanted));
	if (!wanted)
		return NULL;
	m.who = who;
	TRY(make(c, &m));
	FAULT_POINT("archive.written");
	TRY(zip_finish(c, m.zip, archive->file, &archive->bytes));
	FAULT_POINT("archive.stored");
	archive->posts = m.posts;
	c->deadline_us = c->world->now_us(c->world) + PAGE_DEADLINE_US;
	TRY(acts_archive_ready(c, archive, &wanted));
	return wanted ? NULL : storage_drop(c, c->house->storage, archive->file);
}

struct err *app_job_archive(struct call *c, const struct job *job, bool *ret_later)
{
	account_id id = ID(account_id, job->ref_id);
	struct own_archive archive;
	struct err *e, *after;
	bool wanted;

	(void)ret_later;
	TRY(view_archive(c, id, &archive, &wanted));
	if (!wanted || archive.ready_us)
		return NULL;
	e = run(c, id, &archive);
	if (!e || job->tries + 1 < job_tries_max(JOB_ARCHIVE))
		return e;
	/* It will not be tried again: whoever wants it may ask anew, at once. */
	c->deadline_us = c->world->now_us(c->world) + PAGE_DEADLINE_US;
	after = archive.file.n ? storage_drop(c, c->house->storage, archive.file) : NULL;
	if (!after)
		after = acts_archive_forget(c, &archive);
	return after ? after : e;
}
