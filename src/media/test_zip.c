/* Read back by its directory, as readers do. Whole archives are opened by Python's zipfile in tests/web/test_archive.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "media/disk.h"
#include "media/test_scratch_priv.h"
#include "media/zip.h"

struct fixture {
	char dir[SCRATCH_PATH_MAX];
	struct call call;
	struct house house;
};

static int setup(void **state)
{
	struct arena *a = arena_create();
	struct fixture *f = arena_new(a, struct fixture);

	scratch_make(f->dir);
	f->call = (struct call){ .arena = a, .world = &world_real, .now_us = INT64_C(1767225598) * US_PER_S, .house = &f->house };
	assert_null(disk_create(&f->call, a, str_z(f->dir), &f->house.storage));
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	scratch_remove(f->dir);
	arena_destroy(f->call.arena);
	return 0;
}

static uint64_t number(const char *p, int bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < bytes; i++)
		v |= (uint64_t)(uint8_t)p[i] << 8 * i;
	return v;
}

static struct str finished(struct fixture *f, struct zip *z)
{
	struct str key = STR("ab/cd/x.zip");
	int64_t said, size;
	char *p;
	int fd;

	assert_null(zip_finish(&f->call, z, key, &said));
	assert_null(storage_open(&f->call, f->house.storage, key, &fd, &size));
	assert_int_equal(said, size);
	p = arena_alloc(f->call.arena, (size_t)size);
	assert_int_equal(read(fd, p, (size_t)size), size);
	close(fd);
	return str_of(p, (size_t)size);
}

static void text(struct fixture *f, struct zip *z, const char *name, struct str piece, int times)
{
	assert_null(zip_text_begin(&f->call, z, name));
	for (int i = 0; i < times; i++)
		assert_null(zip_text_put(&f->call, z, piece));
	assert_null(zip_text_end(&f->call, z));
}

/* What the entry of this place in the directory holds; *ret_next: the place of the next. */
static struct str content(struct fixture *f, struct str all, size_t at, const char *name, size_t *ret_next)
{
	const char *d = all.p + at, *local = all.p + number(d + 42, 4), *data;
	size_t packed = number(d + 20, 4), size = number(d + 24, 4), name_n = number(d + 28, 2);
	char *p = arena_alloc(f->call.arena, size + 1);
	z_stream s = { .avail_in = (uInt)packed, .next_out = (Bytef *)p, .avail_out = (uInt)size + 1 };

	assert_int_equal(number(d, 4), 0x02014b50);
	assert_int_equal(number(local, 4), 0x04034b50);
	assert_memory_equal(d + 6, local + 4, 24);                      /* both say the same */
	assert_int_equal(number(d + 12, 4), 0x5b9fbf7d);               /* 2025-12-31 23:59:58 */
	assert_true(str_eqz(str_of(d + 46, name_n), name) && str_eqz(str_of(local + 30, name_n), name));
	data = local + 30 + name_n + number(local + 28, 2);
	if (number(d + 10, 2) == 8) {
		s.next_in = (Bytef *)(uintptr_t)data;
		assert_int_equal(inflateInit2(&s, -MAX_WBITS), Z_OK);
		assert_int_equal(inflate(&s, Z_FINISH), Z_STREAM_END);
		assert_int_equal(s.total_out, size);
		inflateEnd(&s);
	} else {
		assert_int_equal(packed, size);
		memcpy(p, data, size);
	}
	assert_int_equal(crc32(0, (const Bytef *)p, (uInt)size), number(d + 16, 4));
	*ret_next = at + 46 + name_n + number(d + 30, 2);
	return str_of(p, size);
}

static void what_goes_in_comes_out(void **state)
{
	struct fixture *f = *state;
	struct str key = STR("ab/cd/x.png"), all, got;
	size_t at;
	struct zip *z;
	int fd;

	assert_null(disk_scratch(&f->call, f->house.storage, &fd));
	assert_int_equal(write(fd, "a picture", 9), 9);
	assert_null(storage_put(&f->call, f->house.storage, key, fd));
	assert_null(zip_create(&f->call, &z));
	text(f, z, "outbox.json", STR("the same again and again, "), 20000);
	text(f, z, "empty.json", STR(""), 1);
	assert_null(zip_add_stored(&f->call, z, STR("media/\xc3\xa9.png"), key));
	assert_null(zip_add_stored(&f->call, z, STR("media/gone.png"), STR("ab/cd/gone.png")));
	all = finished(f, z);
	assert_int_equal(number(all.p + all.n - 22, 4), 0x06054b50);
	assert_int_equal(number(all.p + all.n - 12, 2), 3);             /* what is not there is left out */
	assert_true(all.n < 20000);
	at = number(all.p + all.n - 6, 4);
	got = content(f, all, at, "outbox.json", &at);
	assert_int_equal(got.n, 20000 * 26);
	for (size_t i = 0; i < got.n; i += 26)
		assert_true(str_has_prefix(str_from(got, i), STR("the same again and again, ")));
	assert_int_equal(content(f, all, at, "empty.json", &at).n, 0);
	assert_true(str_eqz(content(f, all, at, "media/\xc3\xa9.png", &at), "a picture"));
	assert_int_equal(at, all.n - 22);
}

static void more_entries_than_two_bytes_count_stand_in_the_longer_record(void **state)
{
	struct fixture *f = *state;
	enum { MANY = 65535 };
	struct str all;
	struct zip *z;
	const char *end;
	size_t at;

	assert_null(zip_create(&f->call, &z));
	for (int i = 0; i < MANY; i++)
		text(f, z, "n", STR(""), 0);
	all = finished(f, z);
	end = all.p + all.n - 22;
	assert_int_equal(number(end + 10, 2), 0xffff);
	assert_int_equal(number(end - 20, 4), 0x07064b50);
	at = number(end - 12, 8);
	assert_int_equal(at, all.n - 22 - 20 - 56);
	assert_int_equal(number(all.p + at, 4), 0x06064b50);
	assert_int_equal(number(all.p + at + 32, 8), MANY);
	assert_int_equal(number(all.p + at + 40, 8) + number(all.p + at + 48, 8), at);
	content(f, all, number(all.p + at + 48, 8), "n", &at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_goes_in_comes_out, setup, teardown),
		cmocka_unit_test_setup_teardown(more_entries_than_two_bytes_count_stand_in_the_longer_record, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
