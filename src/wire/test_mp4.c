#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "wire/mp4.h"

/* A box around what was written since `from`. */
static struct str box(struct arena *a, const char *type, struct str body)
{
	uint32_t n = (uint32_t)body.n + 8;
	const char head[] = { (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n };

	return arena_concat(a, str_of(head, 4), str_z(type), body);
}

static struct str zeros(struct arena *a, size_t n) { return str_of(arena_alloc(a, n), n); }

static struct str track(struct arena *a, const char *kind, size_t samples)
{
	struct str handler = arena_concat(a, zeros(a, 8), str_z(kind), zeros(a, 13));
	struct str mdia = box(a, "mdia", arena_concat(a, box(a, "mdhd", zeros(a, 24)), box(a, "hdlr", handler), box(a, "minf", zeros(a, samples))));

	return box(a, "trak", arena_concat(a, box(a, "tkhd", zeros(a, 84)), mdia));
}

static struct str tracks(struct arena *a, bool sound)
{
	return box(a, "moov", arena_concat(a, box(a, "mvhd", zeros(a, 100)), track(a, "vide", 5000), sound ? track(a, "soun", 3000) : STR(""),
					   box(a, "udta", box(a, "hdlr", zeros(a, 60)))));
}

/* In pieces of that size; how many were needed, or -1. */
static int read_all(struct str file, size_t piece, struct mp4_tracks *ret)
{
	*ret = (struct mp4_tracks){ 0 };
	for (int n = 1; n < 10000; n++) {
		int64_t before = ret->at;
		enum mp4_said said = mp4_tracks_read(ret, str_upto(str_from(file, (size_t)before), piece));

		if (said != MP4_MORE)
			return said == MP4_DONE ? n : -1;
		assert_true(ret->at > before);
		if ((size_t)ret->at >= file.n)
			return -1;
	}
	fail();
	return -1;
}

static void tracks_are_found_wherever_they_stand_and_however_the_file_is_cut(void **state)
{
	AUTO_ARENA(a);
	struct str type = box(a, "ftyp", STR("isom\0\0\0\0isom")), data = box(a, "mdat", zeros(a, 100000));
	struct mp4_tracks t;

	(void)state;
	for (int sound = 0; sound < 2; sound++) {
		struct str list = tracks(a, sound), first = arena_concat(a, type, list, data);
		struct str last = arena_concat(a, type, box(a, "free", STR("")), data, list);

		for (size_t piece = MP4_PIECE_MIN; piece < 9000; piece += 7) {
			assert_true(read_all(first, piece, &t) > 0 && t.film && t.sound == sound);
			assert_true(read_all(last, piece, &t) > 0 && t.film && t.sound == sound);
		}
		assert_int_equal(read_all(first, 16384, &t), 1);
		assert_int_equal(read_all(last, 16384, &t), 2);
	}
}

static void a_long_size_is_read(void **state)
{
	AUTO_ARENA(a);
	struct str type = box(a, "ftyp", STR("isom\0\0\0\0")), list = tracks(a, false);
	struct str data = arena_concat(a, STR("\0\0\0\1mdat\0\0\0\0\0\0\0\x18"), zeros(a, 8));
	struct mp4_tracks t;

	(void)state;
	assert_true(read_all(arena_concat(a, type, data, list), 64, &t) > 0 && t.film && !t.sound);
}

static void what_is_no_film_is_refused(void **state)
{
	AUTO_ARENA(a);
	struct str type = box(a, "ftyp", STR("isom\0\0\0\0")), list = tracks(a, true);
	struct str bad[] = {
		STR(""), STR("short"), STR("<html><body>no film at all</body></html>"), list, type,
		arena_concat(a, type, STR("\0\0\0\0mdat")), arena_concat(a, type, STR("\0\0\0\7mdat")),
		arena_concat(a, type, STR("\0\0\0\1mdat\377\377\377\377\377\377\377\377")), arena_concat(a, type, box(a, "moov", STR(""))),
		arena_concat(a, type, box(a, "moov", box(a, "hdlr", STR("\0\0\0\0")))), arena_concat(a, type, box(a, "moov", box(a, "trak", STR("")))),
	};
	struct mp4_tracks t;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(read_all(bad[i], 1000, &t), -1);
	for (size_t n = 0; n < type.n + list.n; n += 5)
		(void)read_all(str_upto(arena_concat(a, type, list), n), 100, &t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tracks_are_found_wherever_they_stand_and_however_the_file_is_cut),
		cmocka_unit_test(a_long_size_is_read),
		cmocka_unit_test(what_is_no_film_is_refused),
	};

	return cmocka_run_group_tests_name("wire/mp4", tests, NULL, NULL);
}
