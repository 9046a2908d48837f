#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/disk.h"
#include "media/test_scratch_priv.h"

struct fixture {
	char dir[SCRATCH_PATH_MAX];
	struct call call;
	struct storage *disk;
};

static int setup(void **state)
{
	struct arena *a = arena_create();
	struct fixture *f = arena_new(a, struct fixture);

	scratch_make(f->dir);
	f->call = (struct call){ .arena = a, .world = &world_real, .now_us = world_real.now_us(&world_real) };
	assert_null(disk_create(&f->call, a, str_z(f->dir), &f->disk));
	*state = f;
	return 0;
}

static int files;
static int count(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)path, (void)st, (void)at;
	files += type == FTW_F;
	return 0;
}

static int files_under(const char *dir)
{
	files = 0;
	nftw(dir, count, 8, FTW_PHYS);
	return files;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	scratch_remove(f->dir);
	arena_destroy(f->call.arena);
	return 0;
}

static int scratch_with(struct fixture *f, const char *text)
{
	int fd;

	assert_null(disk_scratch(&f->call, f->disk, &fd));
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	return fd;
}

static void what_is_put_can_be_opened_and_dropped(void **state)
{
	struct fixture *f = *state;
	struct str key = storage_key_make(&f->call, FILE_PNG);
	int64_t size;
	char back[16];
	int fd;

	assert_null(storage_put(&f->call, f->disk, key, scratch_with(f, "hello")));
	assert_int_equal(files_under(f->dir), 1);
	assert_null(storage_open(&f->call, f->disk, key, &fd, &size));
	assert_int_equal(size, 5);
	assert_int_equal(read(fd, back, sizeof back), 5);
	assert_memory_equal(back, "hello", 5);
	close(fd);
	assert_null(storage_drop(&f->call, f->disk, key));
	assert_null(storage_drop(&f->call, f->disk, key));
	assert_int_equal(storage_open(&f->call, f->disk, key, &fd, &size)->code, ERR_NOT_FOUND);
	assert_int_equal(files_under(f->dir), 0);
}

static void a_put_replaces_what_was_there(void **state)
{
	struct fixture *f = *state;
	int64_t size;
	int fd;

	assert_null(storage_put(&f->call, f->disk, STR("ab/cd/x.jpg"), scratch_with(f, "old one")));
	assert_null(storage_put(&f->call, f->disk, STR("ab/cd/x.jpg"), scratch_with(f, "new")));
	assert_null(storage_open(&f->call, f->disk, STR("ab/cd/x.jpg"), &fd, &size));
	assert_int_equal(size, 3);
	close(fd);
}

static void a_put_that_fails_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct rlimit was, small = { 4, RLIM_INFINITY };
	struct err *e;
	int fd = scratch_with(f, "more than fits");
	int blind = open("/dev/null", O_WRONLY | O_CLOEXEC);

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	small.rlim_max = was.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	e = storage_put(&f->call, f->disk, STR("ab/cd/x.jpg"), fd);
	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(e->code, ERR_LATER);
	assert_int_equal(files_under(f->dir), 0);
	assert_int_equal(storage_put(&f->call, f->disk, STR("ab/cd/x.jpg"), blind)->code, ERR_LATER);
	assert_int_equal(files_under(f->dir), 0);
	close(blind);
	/* the place is taken by a directory: the rename fails */
	assert_null(storage_put(&f->call, f->disk, STR("ab/cd.png/x.jpg"), fd) ? NULL : "put under a name with a dot");
	assert_int_equal(files_under(f->dir), 0);
}

static void keys_cannot_leave_the_directory(void **state)
{
	static const char *const bad[] = { "", "/", "../x.jpg", "a/../x.jpg", "/etc/x.jpg", "a//x.jpg", "a/x.jpg/", "a/.jpg", "a/x.", "x",
		"a/x.jpg.html", "A/x.jpg", "a/x y.jpg", "a/x\n.jpg", "a\\x.jpg", "./x.jpg", "a.b/x.jpg", "a/x.jpg/y.jpg" };
	struct fixture *f = *state;
	int64_t size;
	int fd;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (storage_key_ok(str_z(bad[i])))
			fail_msg("'%s' passed", bad[i]);
	}
	assert_int_equal(storage_open(&f->call, f->disk, STR("../x.jpg"), &fd, &size)->code, ERR_NOT_FOUND);
	assert_int_equal(storage_put(&f->call, f->disk, STR("../x.jpg"), 0)->code, ERR_INTERNAL);
	assert_int_equal(storage_drop(&f->call, f->disk, STR("../x.jpg"))->code, ERR_INTERNAL);
	assert_true(storage_key_ok(storage_key_make(&f->call, FILE_WEBP)));
	assert_true(storage_key_ok(STR("ab/cd/x.jpg")));
	assert_false(storage_key_ok(str_of("a/x.jpg\0", 8)));
}

static void symbolic_links_and_directories_are_not_served(void **state)
{
	struct fixture *f = *state;
	char path[128];
	int64_t size;
	int fd;

	snprintf(path, sizeof path, "%s/x.jpg", f->dir);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(storage_open(&f->call, f->disk, STR("x.jpg"), &fd, &size)->code, ERR_NOT_FOUND);
	snprintf(path, sizeof path, "%s/y.jpg", f->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(storage_open(&f->call, f->disk, STR("y.jpg"), &fd, &size)->code, ERR_NOT_FOUND);
}

static void what_a_crash_left_is_swept_after_a_day(void **state)
{
	struct fixture *f = *state;
	struct storage *again;
	char path[128];

	snprintf(path, sizeof path, "%s/tmp/0123", f->dir);
	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	assert_null(disk_create(&f->call, f->call.arena, str_z(f->dir), &again));
	assert_int_equal(files_under(f->dir), 1);
	f->call.now_us += 2 * US_PER_DAY;
	assert_null(disk_create(&f->call, f->call.arena, str_z(f->dir), &again));
	assert_int_equal(files_under(f->dir), 0);
}

static void the_faulty_twin_fails_the_call_it_was_told_to(void **state)
{
	struct fixture *f = *state;
	struct storage *s = storage_faulty(f->call.arena, f->disk, 2);
	struct str key = STR("ab/cd/x.jpg");
	int64_t size;
	int fd;

	assert_null(storage_put(&f->call, s, key, scratch_with(f, "hello")));
	assert_int_equal(storage_drop(&f->call, s, key)->code, ERR_LATER);
	assert_int_equal(files_under(f->dir), 1);
	assert_null(storage_open(&f->call, s, key, &fd, &size));
	close(fd);
	assert_null(storage_drop(&f->call, s, key));
}

static void only_types_of_ours_have_a_name(void **state)
{
	enum file_type t;

	(void)state;
	assert_true(file_type_by_name(STR("ab/cd/0123.webp"), &t));
	assert_string_equal(file_type_mime(t), "image/webp");
	assert_false(file_type_by_name(STR("ab/cd/0123.svg"), &t));
	assert_false(file_type_by_name(STR("ab/cd/0123.html"), &t));
	assert_false(file_type_by_name(STR("jpg"), &t));
	assert_false(file_type_sniff(STR("<svg xmlns="), &t));
	assert_false(file_type_sniff(STR("RIFF"), &t));
	assert_true(file_type_sniff(STR("GIF89a"), &t) && t == FILE_GIF);
}

#define GIF_START "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff"
#define GIF_LOOP "!\xff\x0bNETSCAPE2.0\3\1\0\0\0"
#define GIF_PICTURE ",\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
#define GIF_PICTURE_OWN_COLOURS ",\0\0\0\0\1\0\1\0\x80,,,,,,\2\2\x44\1\0"

static void a_gif_of_two_pictures_moves(void **state)
{
	struct str whole = STR(GIF_START GIF_LOOP "!\xf9\4\0\0\0\0\0" GIF_PICTURE_OWN_COLOURS GIF_PICTURE ";");

	(void)state;
	assert_true(file_gif_moves(whole));
	assert_false(file_gif_moves(STR(GIF_START GIF_LOOP GIF_PICTURE_OWN_COLOURS ";" GIF_PICTURE)));
	assert_false(file_gif_moves(STR("GIF89a")));
	assert_false(file_gif_moves(STR("\x89PNG\r\n\x1a\n........................")));
	/* Cut short before the second begins, it does not. */
	for (size_t n = 0; n < whole.n - (sizeof GIF_PICTURE ";" - 1) + 1; n++)
		assert_false(file_gif_moves(str_upto(whole, n)));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_put_can_be_opened_and_dropped),
		CASE(a_put_replaces_what_was_there),
		CASE(a_put_that_fails_leaves_nothing),
		CASE(keys_cannot_leave_the_directory),
		CASE(symbolic_links_and_directories_are_not_served),
		CASE(what_a_crash_left_is_swept_after_a_day),
		CASE(the_faulty_twin_fails_the_call_it_was_told_to),
		cmocka_unit_test(only_types_of_ours_have_a_name),
		cmocka_unit_test(a_gif_of_two_pictures_moves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
