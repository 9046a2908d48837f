#include "acts/proxy.h"

#include "store/job.h"
#include "store/media.h"
#include "store/proxy.h"
#include "store/search_index.h"
#include "store/status.h"

struct adding {
	struct proxy_file row;
	bool moves;
	const struct media *film;
	struct str replaced;
};

static struct err *queue_film(struct call *c, int64_t id)
{
	struct job_new job = { .kind = JOB_GIF, .ref_id = id, .once_key = arena_printf(c->arena, "gif:%lld", (long long)id) };

	return job_add(c, &job);
}

static struct err *become_film(struct call *c, const struct media *m)
{
	bool took;

	/* In the order in which an edit of the post takes them. */
	TRY(status_touch(c, m->status));
	TRY(media_put_gifv(c, m, &took));
	return took ? search_mark(c, m->status) : NULL;
}

static struct err *add(struct call *c, void *arg)
{
	struct adding *a = arg;
	struct proxy_file was;
	bool found;

	TRY(proxy_file_find(c, a->row.kind, a->row.ref_id, &was, &found));
	a->replaced = found ? was.file : STR_NONE;
	TRY(proxy_file_put(c, &a->row));
	if (a->moves)
		TRY(queue_film(c, a->row.ref_id));
	return a->film ? become_film(c, a->film) : NULL;
}

struct err *acts_proxy_add(struct call *c, const struct proxy_copy *copy, struct str *ret_replaced)
{
	struct adding a = { .row = { .kind = copy->kind, .ref_id = copy->id, .source_url = copy->url, .file = copy->file, .mime = copy->mime,
				     .bytes = copy->bytes, .fetched_us = c->now_us - (copy->brief ? PROXY_KEPT_US - PROXY_KEPT_BRIEFLY_US : 0) },
			    .moves = copy->moves, .film = copy->film };

	TRY(store_tx(c, add, &a));
	*ret_replaced = a.replaced;
	return NULL;
}

struct forgetting {
	const struct proxy_file *list;
	size_t n;
	struct str *gone;
	size_t gone_n;
};

static struct err *forget(struct call *c, void *arg)
{
	struct forgetting *f = arg;
	bool took;

	f->gone_n = 0;
	for (size_t i = 0; i < f->n; i++) {
		TRY(proxy_file_drop(c, &f->list[i], &took));
		if (took)
			f->gone[f->gone_n++] = f->list[i].file;
	}
	return NULL;
}

struct err *acts_proxy_forget(struct call *c, int64_t bytes_max, int max, struct str **ret, size_t *ret_n)
{
	struct forgetting f = { 0 };
	struct proxy_file *list;
	int64_t bytes;
	size_t n, take = 0;

	TRY(proxy_files_bytes(c, &bytes));
	TRY(proxy_files_before(c, INT64_MAX, max, &list, &n));
	while (take < n && (bytes > bytes_max || list[take].fetched_us < c->now_us - PROXY_KEPT_US))
		bytes -= list[take++].bytes;
	f = (struct forgetting){ .list = list, .n = take, .gone = arena_array(c->arena, struct str, take + 1) };
	if (take)
		TRY(store_tx(c, forget, &f));
	*ret = f.gone;
	*ret_n = f.gone_n;
	return NULL;
}
