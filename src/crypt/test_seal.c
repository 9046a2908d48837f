#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "crypt/seal.h"

struct fixture {
	char folder[64];
	char path[96];
};

static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .folder = "test_seal.XXXXXX" };
	*state = &f;
	if (!mkdtemp(f.folder))
		return 1;
	return snprintf(f.path, sizeof f.path, "%s/secret.key", f.folder) < 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	return rmdir(f->folder); /* fails where something was left behind */
}

static void file_write(struct fixture *f, const char *text)
{
	FILE *out = fopen(f->path, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(f->path, 0600), 0);
}

#define KEY_A "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
#define KEY_B "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI="

static void a_new_file_holds_one_key_for_its_owner_only(void **state)
{
	AUTO_ARENA(a);
	struct fixture *f = *state;
	const struct seal_ring *ring, *again;
	struct str sealed, secret;
	struct stat st;
	bool made;

	assert_null(seal_ring_create_file(a, f->path, &made));
	assert_true(made);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_null(seal_ring_load(a, f->path, &ring));
	assert_null(seal_ring_create_file(a, f->path, &made));
	assert_false(made);
	assert_null(seal_ring_load(a, f->path, &again));
	assert_null(seal(a, ring, STR("vapid"), STR("secret"), &sealed));
	assert_null(unseal(a, again, STR("vapid"), sealed, &secret));
	assert_true(str_eqz(secret, "secret"));
}

static void a_file_that_others_may_read_is_refused(void **state)
{
	AUTO_ARENA(a);
	struct fixture *f = *state;
	const struct seal_ring *ring;
	struct err *e = seal_ring_load(a, f->path, &ring);

	assert_int_equal(e->code, ERR_NOT_FOUND);
	file_write(f, KEY_A "\n");
	assert_int_equal(chmod(f->path, 0640), 0);
	e = seal_ring_load(a, f->path, &ring);
	assert_int_equal(e->code, ERR_INVALID);
	assert_true(str_contains(e->text, STR("chmod 600")));
	assert_int_equal(chmod(f->path, 0604), 0);
	assert_non_null(seal_ring_load(a, f->path, &ring));
	if (geteuid() == 0) {
		assert_int_equal(chmod(f->path, 0600), 0);
		assert_int_equal(chown(f->path, 65534, (gid_t)-1), 0);
		e = seal_ring_load(a, f->path, &ring);
		assert_true(str_contains(e->text, STR("another user")));
	}
}

static void a_bad_line_is_named(void **state)
{
	AUTO_ARENA(a);
	struct fixture *f = *state;
	const struct seal_ring *ring;
	const char *bad[] = { "", "# only a comment\n", "# ours\n" KEY_A "\nshort=\n", KEY_A "\n\n" KEY_A "\n", "QUFB\n", KEY_A "QUFB\n" };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err *e;

		file_write(f, bad[i]);
		e = seal_ring_load(a, f->path, &ring);
		assert_non_null(e);
		assert_int_equal(e->code, ERR_INVALID);
		if (i == 2 || i == 3)
			assert_true(str_contains(e->text, STR("line 3")));
	}
}

static void a_rotated_ring_opens_old_seals_and_says_which_they_are(void **state)
{
	AUTO_ARENA(a);
	struct fixture *f = *state;
	const struct seal_ring *before, *after, *dropped;
	struct str old, new, secret;

	file_write(f, KEY_A "\n");
	assert_null(seal_ring_load(a, f->path, &before));
	assert_null(seal(a, before, STR("p"), STR("x"), &old));
	assert_false(seal_needs_reseal(before, old));
	file_write(f, "# new\r\n" KEY_B "\r\n" KEY_A);
	assert_null(seal_ring_load(a, f->path, &after));
	assert_true(seal_needs_reseal(after, old));
	assert_null(unseal(a, after, STR("p"), old, &secret));
	assert_true(str_eqz(secret, "x"));
	assert_null(seal(a, after, STR("p"), STR("x"), &new));
	assert_false(seal_needs_reseal(after, new));
	file_write(f, KEY_B "\n");
	assert_null(seal_ring_load(a, f->path, &dropped));
	assert_null(unseal(a, dropped, STR("p"), new, &secret));
	assert_int_equal(unseal(a, dropped, STR("p"), old, &secret)->code, ERR_INTERNAL);
}

static void a_bent_or_moved_seal_does_not_open(void **state)
{
	AUTO_ARENA(a);
	struct fixture *f = *state;
	const struct seal_ring *ring;
	struct str sealed, secret = STR("untouched"), again;

	file_write(f, KEY_A "\n" KEY_B "\n");
	assert_null(seal_ring_load(a, f->path, &ring));
	assert_null(seal(a, ring, STR("account 1"), STR("a secret"), &sealed));
	assert_null(seal(a, ring, STR("account 1"), STR("a secret"), &again));
	assert_false(str_eq(sealed, again));
	assert_non_null(unseal(a, ring, STR("account 2"), sealed, &secret));
	for (size_t i = 0; i < sealed.n; i++) {
		char *bent = arena_alloc(a, sealed.n);

		memcpy(bent, sealed.p, sealed.n);
		bent[i] = bent[i] == 'B' ? 'C' : 'B';
		assert_non_null(unseal(a, ring, STR("account 1"), str_of(bent, sealed.n), &secret));
		assert_non_null(unseal(a, ring, STR("account 1"), str_upto(sealed, i), &secret));
	}
	assert_non_null(unseal(a, ring, STR("account 1"), STR_NONE, &secret));
	assert_true(str_eqz(secret, "untouched"));
	assert_null(seal(a, ring, STR("p"), STR(""), &sealed));
	assert_null(unseal(a, ring, STR("p"), sealed, &secret));
	assert_int_equal(secret.n, 0);
	assert_int_equal(seal(a, ring, STR("p"), str_of(arena_alloc(a, SEAL_SECRET_MAX + 1), SEAL_SECRET_MAX + 1), &sealed)->code, ERR_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_new_file_holds_one_key_for_its_owner_only, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_that_others_may_read_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bad_line_is_named, setup, teardown),
		cmocka_unit_test_setup_teardown(a_rotated_ring_opens_old_seals_and_says_which_they_are, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bent_or_moved_seal_does_not_open, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
