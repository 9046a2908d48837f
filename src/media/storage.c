#include <stdatomic.h>

#include "media/storage.h"

bool storage_key_ok(struct str key)
{
	struct str rest = key, segment, name = STR_NONE, ext;

	if (key.n > STORAGE_KEY_MAX)
		return false;
	for (size_t i = 0; i < key.n; i++) {
		char ch = key.p[i];

		if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '.' || ch == '/'))
			return false;
	}
	while (str_next(&rest, '/', &segment)) {
		if (segment.n == 0 || (name.p && str_find(name, '.') < name.n))
			return false;
		name = segment;
	}
	return key.n > 0 && key.p[key.n - 1] != '/' && str_cut(name, '.', &name, &ext) && name.n > 0 && ext.n > 0 && str_find(ext, '.') == ext.n;
}

struct str storage_key_make(struct call *c, enum file_type type)
{
	struct str hex = call_random_hex(c, 16);

	return arena_printf(c->arena, "%.2s/%.2s/" STR_FMT ".%s", hex.p, hex.p + 2, STR_ARG(hex), file_type_ext(type));
}

struct str storage_key_make_hidden(struct call *c)
{
	struct str hex = call_random_hex(c, 16);

	return arena_printf(c->arena, "%.2s/%.2s/" STR_FMT ".original", hex.p, hex.p + 2, STR_ARG(hex));
}

struct err *storage_put(struct call *c, struct storage *s, struct str key, int from_fd)
{
	if (!storage_key_ok(key))
		return FAIL(c->arena, ERR_INTERNAL, "'" STR_FMT "' is no storage key", STR_ARG(str_upto(key, STORAGE_KEY_MAX)));
	return s->put(c, s, key, from_fd);
}

struct err *storage_open(struct call *c, struct storage *s, struct str key, int *ret_fd, int64_t *ret_size)
{
	if (!storage_key_ok(key))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	return s->open(c, s, key, ret_fd, ret_size);
}

struct err *storage_drop(struct call *c, struct storage *s, struct str key)
{
	if (!storage_key_ok(key))
		return FAIL(c->arena, ERR_INTERNAL, "'" STR_FMT "' is no storage key", STR_ARG(str_upto(key, STORAGE_KEY_MAX)));
	return s->drop(c, s, key);
}

struct faulty {
	struct storage face;
	struct storage *inner;
	_Atomic int left;             /* calls before the one that fails; below 0 once it has */
};

static struct err *fails(struct call *c, struct storage *s)
{
	struct faulty *f = (struct faulty *)s;

	return atomic_fetch_sub(&f->left, 1) == 1 ? FAIL(c->arena, ERR_LATER, "storage failed, as the test asked") : NULL;
}

static struct err *faulty_put(struct call *c, struct storage *s, struct str key, int from_fd)
{
	TRY(fails(c, s));
	return storage_put(c, ((struct faulty *)s)->inner, key, from_fd);
}

static struct err *faulty_open(struct call *c, struct storage *s, struct str key, int *ret_fd, int64_t *ret_size)
{
	TRY(fails(c, s));
	return storage_open(c, ((struct faulty *)s)->inner, key, ret_fd, ret_size);
}

static struct err *faulty_drop(struct call *c, struct storage *s, struct str key)
{
	TRY(fails(c, s));
	return storage_drop(c, ((struct faulty *)s)->inner, key);
}

struct storage *storage_faulty(struct arena *a, struct storage *inner, int fail_at)
{
	struct faulty *f = arena_new(a, struct faulty);

	f->face = (struct storage){ .name = "faulty", .put = faulty_put, .open = faulty_open, .drop = faulty_drop };
	f->inner = inner;
	f->left = fail_at;
	return &f->face;
}
