#include "acts/proxy.h"

#include "store/proxy.h"

struct adding {
	struct proxy_file row;
	struct str replaced;
};

static struct err *add(struct call *c, void *arg)
{
	struct adding *a = arg;
	struct proxy_file was;
	bool found;

	TRY(proxy_file_find(c, a->row.kind, a->row.ref_id, &was, &found));
	a->replaced = found ? was.file : STR_NONE;
	return proxy_file_put(c, &a->row);
}

struct err *acts_proxy_add(struct call *c, const struct proxy_copy *copy, struct str *ret_replaced)
{
	struct adding a = { .row = { .kind = copy->kind, .ref_id = copy->id, .source_url = copy->url, .file = copy->file, .mime = copy->mime,
				     .bytes = copy->bytes, .fetched_us = c->now_us } };

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
