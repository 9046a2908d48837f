#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/landlock.h>

#include "media/film_priv.h"
#include "media/walls.h"

enum { WAIT_S = 120, TEXT_MAX = 4096 };

struct fixture {
	struct arena *arena;
	char dir[64];
	struct helper *helper;
	int in, out;
};

/* A nameless file on a disk, as disk_scratch() makes them. */
static int scratch(void)
{
	char name[] = "/tmp/howdah-test-XXXXXX";
	int fd = mkostemp(name, O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(unlink(name), 0);
	return fd;
}

static int setup(void **state)
{
	struct arena *a = arena_create();
	struct fixture *f = arena_new(a, struct fixture);

	f->arena = a;
	snprintf(f->dir, sizeof f->dir, "/tmp/howdah-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->in = scratch();
	f->out = scratch();
	assert_int_equal(write(f->in, "what it is", 10), 10);
	*state = f;
	return 0;
}

static const char *path_of(struct fixture *f, const char *name)
{
	return arena_strz(f->arena, arena_concat(f->arena, str_z(f->dir), STR("/"), str_z(name)));
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(path_of(f, "ffmpeg"));
	unlink(path_of(f, "ffprobe"));
	rmdir(f->dir);
	close(f->in);
	close(f->out);
	arena_destroy(f->arena);
	return 0;
}

/* An ffmpeg that does as this script says: what an intruder would, who has taken over the real one. */
static void plays(struct fixture *f, const char *script)
{
	const char *const names[] = { "ffmpeg", "ffprobe" };

	for (size_t i = 0; i < 2; i++) {
		FILE *to = fopen(path_of(f, names[i]), "w");

		assert_non_null(to);
		fprintf(to, "#!/usr/bin/python3 -IS\n%s", script);
		assert_int_equal(fclose(to), 0);
		assert_int_equal(chmod(path_of(f, names[i]), 0755), 0);
	}
	f->helper = helper_start(f->arena, &(struct helper_how){ .ffmpeg_dir = str_z(f->dir) });
	assert_true(helper_has_films(f->helper));
}

static enum media__film_end step(struct fixture *f, int64_t s)
{
	return media__film_step(f->helper, "probe", "mov", f->in, f->out, world_monotonic_us() + s * US_PER_S);
}

static const char *said(struct fixture *f)
{
	char *text = arena_alloc(f->arena, TEXT_MAX);
	ssize_t n = pread(f->out, text, TEXT_MAX - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* Each thing is tried; what succeeds is said. */
static void the_cage_holds(void **state)
{
	struct fixture *f = *state;

	plays(f, "import os\n"
		 "def tried(name, do):\n"
		 "    try:\n"
		 "        do()\n"
		 "        print(name, flush=True)\n"
		 "    except OSError:\n"
		 "        pass\n"
		 "import _socket, resource\n"
		 "tried('input', lambda: open('/proc/self/fd/3', 'rb').read())\n"
		 "tried('output', lambda: open('/proc/self/fd/4', 'r+b').close())\n"
		 "tried('socket', lambda: _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM))\n"
		 "tried('unix', lambda: _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM))\n"
		 "tried('fork', lambda: os.fork() or os._exit(0))\n"
		 "tried('exec', lambda: os.execve('/bin/true', ['true'], {}))\n"
		 "tried('kill', lambda: os.kill(os.getppid(), 0))\n"
		 "tried('write input', lambda: os.write(os.open('/proc/self/fd/3', os.O_WRONLY), b'x'))\n"
		 "tried('make', lambda: open('/tmp/howdah-test-made', 'w'))\n"
		 "tried('passwd', lambda: open('/etc/passwd'))\n"
		 "tried('chdir', lambda: os.chroot('/tmp'))\n"
		 "tried('limit', lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 1)))\n"
		 "print(len(os.environ), flush=True)\n");
	assert_int_equal(step(f, WAIT_S), MEDIA__FILM_DONE);
	/* The one word of the environment, LC_CTYPE, is python's own doing. Without Landlock files open as they do for our user. */
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0)
		assert_string_equal(said(f), "input\noutput\n1\n");
	else
		assert_string_equal(said(f), "input\noutput\nwrite input\nmake\npasswd\n1\n");
}

static void what_ends_badly_is_a_bad_file(void **state)
{
	struct fixture *f = *state;

	plays(f, "pass\n");
	assert_int_equal(step(f, WAIT_S), MEDIA__FILM_DONE);
	plays(f, "raise SystemExit(1)\n");
	assert_int_equal(step(f, WAIT_S), MEDIA__FILM_BAD);
	plays(f, "import os\nos.abort()\n");
	assert_int_equal(step(f, WAIT_S), MEDIA__FILM_BAD);
	plays(f, "x = bytes(2 << 30)\n");
	assert_int_equal(step(f, WAIT_S), WALLS ? MEDIA__FILM_BAD : MEDIA__FILM_DONE);
}

static void nobody_waits_longer_than_is_said(void **state)
{
	struct fixture *f = *state;
	int64_t before = world_monotonic_us();

	plays(f, "import time\ntime.sleep(60)\n");
	assert_int_equal(step(f, 1), MEDIA__FILM_TIMED_OUT);
	assert_true(world_monotonic_us() - before < 30 * US_PER_S);
	helper_films_end(f->helper);
	assert_int_equal(step(f, WAIT_S), MEDIA__FILM_NOT_NOW);
}

static void where_there_is_no_ffmpeg_there_are_no_films(void **state)
{
	struct fixture *f = *state;

	f->helper = helper_start(f->arena, &(struct helper_how){ .ffmpeg_dir = STR("/nonexistent") });
	assert_false(helper_has_films(f->helper));
}

static void a_file_is_judged_by_its_first_bytes(void **state)
{
	static const struct {
		struct str head;
		const char *demuxer;
	} rows[] = {
		{ STRC("\0\0\0\x20" "ftypisom"), "mov" },   { STRC("\0\0\0\x20" "ftypqt  "), "mov" },     { STRC("\0\0\0\x20" "ftypheic"), NULL },
		{ STRC("\0\0\0\x20" "ftypavif"), NULL },    { STRC("\x1a\x45\xdf\xa3"), "matroska" },     { STRC("OggS"), "ogg" },
		{ STRC("fLaC"), "flac" },                   { STRC("RIFF\0\0\0\0WAVE"), "wav" },          { STRC("RIFF\0\0\0\0WEBP"), NULL },
		{ STRC("RIFF\0\0\0\0AVI "), NULL },         { STRC("ID3\x04"), "mp3" },                   { STRC("\xff\xfb\x90"), "mp3" },
		{ STRC("\xff\xf1\x50"), "aac" },            { STRC("\xff\xd8\xff\xe0"), NULL },           { STRC("#EXTM3U\n"), NULL },
		{ STRC("ffconcat version 1.0"), NULL },     { STRC("<?xml version"), NULL },              { STRC(""), NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *got = file_demuxer(rows[i].head);

		if (!rows[i].demuxer)
			assert_null(got);
		else
			assert_string_equal(got ? got : "none", rows[i].demuxer);
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_cage_holds),
		CASE(what_ends_badly_is_a_bad_file),
		CASE(nobody_waits_longer_than_is_said),
		CASE(where_there_is_no_ffmpeg_there_are_no_films),
		cmocka_unit_test(a_file_is_judged_by_its_first_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
