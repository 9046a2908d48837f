#define SCHEMA "test_archive"
#include "acts/test_posts_priv.h"

#include "acts/archive.h"
#include "store/archive.h"

static struct own_archive archive_of(struct fixture *f, int64_t who)
{
	struct own_archive a = { 0 };
	bool there;

	ok(archive_find(&f->call, ID(account_id, who), &a, &there));
	assert_true(there);
	return a;
}

/* Asked for, named and ready. */
static struct own_archive made(struct fixture *f, int64_t who, const char *file)
{
	struct own_archive a;
	bool took;

	a = archive_of(f, who);
	ok(acts_archive_name(&f->call, ID(account_id, who), a.asked_us, str_z(file), &took));
	assert_true(took);
	a.file = str_z(file);
	a.bytes = 12;
	a.posts = 3;
	SWEEP(f, acts_archive_ready(&f->call, &a, &took));
	assert_true(took);
	return archive_of(f, who);
}

static void one_is_asked_for_once_in_a_week(void **state)
{
	struct fixture *f = *state;
	account_id alice = ID(account_id, ALICE);
	struct own_archive a, *over;
	size_t n;

	NEED(f);
	f->conf.smtp_url = STR("smtp://mail.example");
	ok(acts_archive_ask(&f->call, ID(account_id, BOB)));
	SWEEP(f, acts_archive_ask(&f->call, alice));
	assert_int_equal(jobs(f, JOB_ARCHIVE, "%"), 2);
	says(acts_archive_ask(&f->call, alice), ERR_INVALID, "Validation failed: Archive can be asked for once in 7 days");
	a = made(f, ALICE, "ab/cd/1");
	assert_true(a.ready_us > 0 && a.bytes == 12 && a.posts == 3);
	assert_int_equal(jobs(f, JOB_MAIL, "archive"), 1);
	f->call.now_us += ARCHIVE_DAYS * US_PER_DAY - 1;
	says(acts_archive_ask(&f->call, alice), ERR_INVALID, "Validation failed: Archive can be asked for once in 7 days");
	ok(acts_archives_over(&f->call, 10, &over, &n));
	assert_int_equal(n, 0);
	f->call.now_us += 1;
	ok(acts_archive_ask(&f->call, alice));
	a = archive_of(f, ALICE);
	assert_int_equal(a.ready_us, 0);
	same(a.file, "ab/cd/1");                      /* whoever makes the next one drops it first */
}

static void what_is_over_goes_but_not_what_was_asked_for_anew(void **state)
{
	struct fixture *f = *state;
	struct own_archive *over;
	bool there;
	size_t n;

	NEED(f);
	ok(acts_archive_ask(&f->call, ID(account_id, ALICE)));
	ok(acts_archive_ask(&f->call, ID(account_id, BOB)));
	f->call.now_us += ARCHIVE_DAYS * US_PER_DAY + 1;
	ok(acts_archives_over(&f->call, 10, &over, &n));
	assert_int_equal(n, 2);
	ok(acts_archive_ask(&f->call, ID(account_id, ALICE)));
	for (size_t i = 0; i < n; i++)
		ok(acts_archive_forget(&f->call, &over[i]));
	assert_int_equal(archive_of(f, ALICE).asked_us, f->call.now_us);
	ok(archive_find(&f->call, ID(account_id, BOB), &over[0], &there));
	assert_false(there);
}

/* Two runs of the job, one of which had been given up: only the file that the row names counts. */
static void only_the_last_run_counts(void **state)
{
	struct fixture *f = *state;
	struct status *s;
	struct own_archive first;
	bool took;

	NEED(f);
	f->conf.smtp_url = STR("smtp://mail.example");
	s = post(f, ALICE, SAYS("kept"));
	assert_non_null(found(f, s->id));
	assert_true(account(f, ALICE)->statuses_count == 1);
	ok(acts_archive_ask(&f->call, ID(account_id, ALICE)));
	first = archive_of(f, ALICE);
	ok(acts_archive_name(&f->call, ID(account_id, ALICE), first.asked_us, STR("ab/cd/1"), &took));
	first.file = STR("ab/cd/1");
	made(f, ALICE, "ab/cd/2");
	ok(acts_archive_ready(&f->call, &first, &took));
	assert_false(took);
	same(archive_of(f, ALICE).file, "ab/cd/2");
	ok(acts_archive_name(&f->call, ID(account_id, ALICE), first.asked_us, STR("ab/cd/3"), &took));
	assert_false(took);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(one_is_asked_for_once_in_a_week),
		BOTH(what_is_over_goes_but_not_what_was_asked_for_anew),
		BOTH(only_the_last_run_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
