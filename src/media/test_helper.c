#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "media/helper.h"
#include "media/walls.h"

struct fixture {
	struct call call;
	struct helper *helper;
	struct helper_job job;
	struct helper_result got;
};

static int setup(void **state)
{
	struct arena *a = arena_create();
	struct fixture *f = arena_new(a, struct fixture);

	unsetenv("HOWDAH_MEDIA_TEST");
	f->call = (struct call){ .arena = a, .world = &world_real };
	f->helper = helper_start(a, &(struct helper_how){ .idle_s = 5 });
	f->job = (struct helper_job){ .in_fd = -1, .out_fd = memfd_create("out", MFD_CLOEXEC), .preview_fd = memfd_create("preview", MFD_CLOEXEC) };
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	helper_stop(f->helper);
	close(f->job.out_fd);
	close(f->job.preview_fd);
	if (f->job.in_fd >= 0)
		close(f->job.in_fd);
	arena_destroy(f->call.arena);
	return 0;
}

static struct err *run(struct fixture *f, enum helper_purpose purpose, const char *name)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s", getenv("HOWDAH_FIXTURES"), name);
	if (f->job.in_fd >= 0)
		close(f->job.in_fd);
	f->job.in_fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(f->job.in_fd >= 0);
	f->job.purpose = purpose;
	return helper_image(&f->call, f->helper, &f->job, &f->got);
}

static void works(struct fixture *f, enum helper_purpose purpose, const char *name)
{
	struct err *e = run(f, purpose, name);

	if (e)
		fail_msg("%s: " STR_FMT, name, STR_ARG(e->text));
}

static void refused(struct fixture *f, const char *name, const char *text)
{
	struct err *e = run(f, HELPER_ATTACHMENT, name);

	if (!e)
		fail_msg("%s was let in", name);
	assert_int_equal(e->code, ERR_INVALID);
	if (!str_eqz(e->text, text))
		fail_msg("%s: " STR_FMT, name, STR_ARG(e->text));
}

static struct str content(struct fixture *f, int fd)
{
	off_t n = lseek(fd, 0, SEEK_END);
	char *p = arena_alloc(f->call.arena, (size_t)n + 1);

	assert_int_equal(pread(fd, p, (size_t)n, 0), n);
	return str_of(p, (size_t)n);
}

static void a_photo_is_turned_upright_and_tells_nothing(void **state)
{
	struct fixture *f = *state;
	struct str out;

	works(f, HELPER_ATTACHMENT, "photo.jpg");
	assert_int_equal(f->got.type, FILE_JPEG);
	assert_int_equal(f->got.width, 120);
	assert_int_equal(f->got.height, 160);
	assert_int_equal(f->got.preview_width, 120);
	assert_false(f->got.animated);
	assert_int_equal(f->got.blurhash.n, 36);
	assert_int_equal(f->got.blurhash.p[0], 'U');
	out = content(f, f->job.out_fd);
	assert_int_equal(out.n, f->got.size);
	assert_false(str_contains(out, STR("Exif")) || str_contains(out, STR("SecretCam")));
	assert_int_equal(content(f, f->job.preview_fd).n, f->got.preview_size);
	assert_false(str_contains(content(f, f->job.preview_fd), STR("Exif")));
}

static void each_type_becomes_what_the_table_says(void **state)
{
	static const struct {
		const char *name;
		enum file_type type;
		int width, height;
	} rows[] = {
		{ "pixel.png", FILE_PNG, 1, 1 },      { "alpha.png", FILE_PNG, 64, 48 },   { "still.webp", FILE_WEBP, 64, 48 },
		{ "still.gif", FILE_PNG, 64, 48 },    { "still.avif", FILE_JPEG, 64, 48 }, { "photo.heic", FILE_JPEG, 64, 48 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		works(f, HELPER_ATTACHMENT, rows[i].name);
		assert_int_equal(f->got.type, rows[i].type);
		assert_int_equal(f->got.width, rows[i].width);
		assert_int_equal(f->got.height, rows[i].height);
		assert_false(f->got.animated);
		assert_false(str_contains(content(f, f->job.out_fd), STR("secret place")));
	}
}

static void what_moves_stays_a_gif_with_a_still_beside_it(void **state)
{
	struct fixture *f = *state;
	struct str out;
	size_t frames = 0;

	works(f, HELPER_ATTACHMENT, "anim.gif");
	assert_int_equal(f->got.type, FILE_GIF);
	assert_true(f->got.animated);
	assert_int_equal(f->got.width, 64);
	assert_int_equal(f->got.height, 48);
	assert_int_equal(f->got.preview_type, FILE_PNG);
	out = content(f, f->job.out_fd);
	for (size_t at; (at = str_find_str(out, STR("\x21\xf9\x04"))) < out.n; out = str_from(out, at + 3))
		frames++;
	assert_int_equal(frames, 5);

	works(f, HELPER_AVATAR, "anim.gif");
	assert_true(f->got.animated);
	assert_int_equal(f->got.width, 400);
	assert_int_equal(f->got.height, 400);
	assert_int_equal(f->got.preview_type, FILE_PNG);
	assert_int_equal(f->got.preview_width, 400);
	works(f, HELPER_EMOJI, "anim.gif");
	assert_true(f->got.animated);
	assert_true(f->got.size <= 256 * 1024);

	/* Each picture of an animated WebP stands in a chunk of its own. */
	works(f, HELPER_EMOJI, "anim.webp");
	assert_true(f->got.animated);
	assert_int_equal(f->got.type, FILE_WEBP);
	assert_int_equal(f->got.preview_type, FILE_WEBP);
	assert_int_equal(f->got.width, 64);
	assert_int_equal(f->got.height, 48);
	out = content(f, f->job.out_fd);
	for (size_t at = frames = 0; (at = str_find_str(out, STR("ANMF"))) < out.n; out = str_from(out, at + 4))
		frames++;
	assert_int_equal(frames, 5);
	assert_int_equal(str_find_str(content(f, f->job.preview_fd), STR("ANMF")), (size_t)f->got.preview_size);
	works(f, HELPER_REMOTE, "anim.webp");
	assert_false(f->got.animated);
}

static void avatars_and_headers_fill_their_box(void **state)
{
	struct fixture *f = *state;

	works(f, HELPER_AVATAR, "photo.jpg");
	assert_int_equal(f->got.width, 400);
	assert_int_equal(f->got.height, 400);
	assert_int_equal(f->got.preview_width, 0);
	works(f, HELPER_HEADER, "still.webp");
	assert_int_equal(f->got.width, 1500);
	assert_int_equal(f->got.height, 500);
	works(f, HELPER_AVATAR, "pixel.png");
	assert_int_equal(f->got.width, 400);
}

static void what_is_no_picture_is_refused(void **state)
{
	static const char *const others[] = { "svg.png", "html.jpg", "zip.png", "tiff.jpg", "README.md" };
	struct fixture *f = *state;
	int empty = memfd_create("empty", MFD_CLOEXEC);

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		refused(f, others[i], "File type of uploaded media could not be verified");
	refused(f, "truncated.jpg", "The image is damaged and could not be read");
	f->job.in_fd = empty;
	assert_int_equal(helper_image(&f->call, f->helper, &f->job, &f->got)->code, ERR_INVALID);
	works(f, HELPER_ATTACHMENT, "photo.jpg");
}

static void a_bomb_is_refused_from_its_header(void **state)
{
	struct fixture *f = *state;
	int64_t before;

	works(f, HELPER_ATTACHMENT, "pixel.png");
	before = world_monotonic_us();
	refused(f, "bomb.png", "30000x30000 images are not supported");
	assert_true(world_monotonic_us() - before < US_PER_S);
}

static void an_animation_without_end_is_refused(void **state)
{
	static const unsigned char head[] = { 'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255 };
	static const unsigned char frame[] = { 0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0 };
	struct fixture *f = *state;
	struct err *e;

	f->job.in_fd = memfd_create("long.gif", MFD_CLOEXEC);
	assert_int_equal(write(f->job.in_fd, head, sizeof head), sizeof head);
	for (int i = 0; i < 1001; i++)
		assert_int_equal(write(f->job.in_fd, frame, sizeof frame), sizeof frame);
	assert_int_equal(write(f->job.in_fd, ";", 1), 1);
	e = helper_image(&f->call, f->helper, &f->job, &f->got);
	assert_non_null(e);
	assert_true(str_eqz(e->text, "Animated images this long or this large are not supported"));
}

#ifdef HOWDAH_FAULTS
/* One job with a helper that does what an intruder would: the job fails, the next one works. */
static void breaks(struct fixture *f, const char *how)
{
	setenv("HOWDAH_MEDIA_TEST", how, 1);
	refused(f, "photo.jpg", "File type of uploaded media could not be verified");
	unsetenv("HOWDAH_MEDIA_TEST");
	works(f, HELPER_ATTACHMENT, "photo.jpg");
	helper_stop(f->helper);
	f->helper = helper_start(f->call.arena, &(struct helper_how){ .idle_s = 5 });
}

static void a_helper_that_crashes_costs_its_job_only(void **state)
{
	struct fixture *f = *state;

	breaks(f, "abort");
	breaks(f, "leave");
	f->job.timeout_ms = 300;
	setenv("HOWDAH_MEDIA_TEST", "sleep", 1);
	refused(f, "photo.jpg", "File type of uploaded media could not be verified");
	f->job.timeout_ms = 0;
	unsetenv("HOWDAH_MEDIA_TEST");
	works(f, HELPER_ATTACHMENT, "photo.jpg");
}

static void the_walls_stand(void **state)
{
	struct fixture *f = *state;

	if (!WALLS)
		skip();
	breaks(f, "socket");
	breaks(f, "exec");
	breaks(f, "fork");
	/* these two get an error and go on */
	setenv("HOWDAH_MEDIA_TEST", "open", 1);
	works(f, HELPER_ATTACHMENT, "photo.jpg");
	helper_stop(f->helper);
	f->helper = helper_start(f->call.arena, &(struct helper_how){ .idle_s = 5 });
	setenv("HOWDAH_MEDIA_TEST", "memory", 1);
	works(f, HELPER_ATTACHMENT, "photo.jpg");
}
#endif

static void a_helper_that_left_is_replaced(void **state)
{
	struct fixture *f = *state;
	const struct timespec pause = { .tv_sec = 1, .tv_nsec = 300000000 };

	f->helper = helper_start(f->call.arena, &(struct helper_how){ .idle_s = 1 });
	works(f, HELPER_ATTACHMENT, "pixel.png");
	nanosleep(&pause, NULL);
	works(f, HELPER_ATTACHMENT, "pixel.png");
}

static void a_helper_that_cannot_start_is_for_later(void **state)
{
	struct fixture *f = *state;

	f->helper = helper_start(f->call.arena, &(struct helper_how){ .bin = STR("/nonexistent/howdah-media") });
	assert_int_equal(run(f, HELPER_ATTACHMENT, "pixel.png")->code, ERR_LATER);
	f->helper = helper_start(f->call.arena, &(struct helper_how){ .bin = STR("/bin/true") });
	assert_int_equal(run(f, HELPER_ATTACHMENT, "pixel.png")->code, ERR_LATER);
	helper_stop(f->helper);
	assert_int_equal(run(f, HELPER_ATTACHMENT, "pixel.png")->code, ERR_LATER);
}

static void *one_job(void *arg)
{
	struct fixture f = { .helper = ((struct fixture *)arg)->helper };

	f.call = (struct call){ .arena = arena_create(), .world = &world_real };
	f.job = (struct helper_job){ .in_fd = -1, .out_fd = memfd_create("out", 0), .preview_fd = memfd_create("preview", 0) };
	works(&f, HELPER_ATTACHMENT, "photo.jpg");
	close(f.job.in_fd);
	close(f.job.out_fd);
	close(f.job.preview_fd);
	arena_destroy(f.call.arena);
	return NULL;
}

static void many_threads_share_the_pool(void **state)
{
	pthread_t t[8];

	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&t[i], NULL, one_job, *state), 0);
	for (size_t i = 0; i < 8; i++)
		pthread_join(t[i], NULL);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_photo_is_turned_upright_and_tells_nothing),
		CASE(each_type_becomes_what_the_table_says),
		CASE(what_moves_stays_a_gif_with_a_still_beside_it),
		CASE(avatars_and_headers_fill_their_box),
		CASE(what_is_no_picture_is_refused),
		CASE(a_bomb_is_refused_from_its_header),
		CASE(an_animation_without_end_is_refused),
#ifdef HOWDAH_FAULTS
		CASE(a_helper_that_crashes_costs_its_job_only),
		CASE(the_walls_stand),
#endif
		CASE(a_helper_that_left_is_replaced),
		CASE(a_helper_that_cannot_start_is_for_later),
		CASE(many_threads_share_the_pool),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
