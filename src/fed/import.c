/* JOB_IMPORT: some lines of a file that somebody brought along. Here and not in acts, because most lines name people or posts that have to
 * be looked up at their own servers first. */
#include "acts/import.h"
#include "acts/interact.h"
#include "fed/inbound_priv.h"
#include "fed/jobs.h"
#include "fed/resolve.h"
#include "view/account.h"

enum { LINES_AT_ONCE = 20, LINES_FOR_US = 20 };

/* Known people are taken as they are: nobody's profile is read again for a line. */
static struct err *person(struct call *c, struct str acct, account_id *ret)
{
	struct account *a;
	struct err *e = view_account_lookup(c, acct, &a);

	if (e && e->code == ERR_NOT_FOUND)
		return fed_resolve_handle(c, acct, ret);
	if (!e)
		*ret = a->id;
	return e;
}

static struct err *bookmark(struct call *c, const struct import *i, struct str uri)
{
	enum fed_found kind;
	int64_t id;

	TRY(fed_resolve_uri(c, uri, &kind, &id));
	if (kind != FED_FOUND_STATUS)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	return acts_bookmark(c, i->account, ID(status_id, id));
}

static struct err *take(struct call *c, const struct import *i, struct str text)
{
	struct import_line line;
	account_id whom = ID_NONE(account_id);

	acts_import_line_read(c, i->kind, text, &line);
	if (i->kind == DATA_BOOKMARKS)
		return bookmark(c, i, line.uri);
	if (line.acct.n)
		TRY(person(c, line.acct, &whom));
	return acts_import_line_do(c, i, &line, whom);
}

/* Is it our database that fails, rather than the line? */
static bool is_ours(const struct err *e) { return e->code == ERR_LATER || e->code == ERR_BUSY || e->code == ERR_INTERNAL; }

static struct err *take_some(struct call *c, const struct import *i, bool *ret_more)
{
	struct import_row *rows;
	int64_t until = c->world->now_us(c->world) + LINES_FOR_US * US_PER_S;
	size_t n, k = 0;

	TRY(acts_import_lines(c, i, LINES_AT_ONCE, &rows, &n));
	for (; k < n && c->world->now_us(c->world) < until; k++) {
		struct err *e = take(c, i, rows[k].line);

		if (e && is_ours(e))
			return e;
		TRY(acts_import_line_end(c, i, rows[k].position, e != NULL));
	}
	*ret_more = k < n || n == LINES_AT_ONCE;
	return NULL;
}

struct err *fed_job_import(struct call *c, const struct job *job, bool *ret_later)
{
	struct str place = job->payload;
	struct import i;
	bool found, more = true;

	(void)ret_later;
	TRY(acts_import_open(c, job->ref_id, &i, &found));
	if (!found)
		return NULL;
	if (i.overwrite && place.n)
		TRY(acts_import_prune(c, &i, &place));
	else
		TRY(take_some(c, &i, &more));
	if (!i.overwrite)
		place = STR_NONE;
	return acts_import_go_on(c, &i, place, more);
}
