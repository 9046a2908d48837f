#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>

#include "base/world.h"
#include "crypt/password.h"

static void a_password_verifies_against_its_own_hash_only(void **state)
{
	AUTO_ARENA(a);
	struct str hash, other;
	bool same;

	(void)state;
	assert_null(password_hash(a, STR("correct horse"), &hash));
	assert_null(password_hash(a, STR("correct horse"), &other));
	assert_false(str_eq(hash, other));
	assert_true(str_has_prefix(hash, STR("$argon2id$v=19$m=32768,t=6,p=1$")));
	assert_null(password_verify(a, hash, STR("correct horse"), &same));
	assert_true(same);
	assert_null(password_verify(a, hash, STR("correct horse "), &same));
	assert_false(same);
	assert_null(password_verify(a, hash, STR(""), &same));
	assert_false(same);
	assert_false(password_needs_rehash(hash));
	assert_non_null(password_hash(a, STR(""), &hash));
	assert_non_null(password_hash(a, str_of(arena_alloc(a, PASSWORD_MAX + 1), PASSWORD_MAX + 1), &hash));
}

static void an_imported_bcrypt_hash_verifies_and_wants_rehashing(void **state)
{
	AUTO_ARENA(a);
	/* From the test vectors of the bcrypt authors: "U*U" and others. */
	struct str a2 = STR("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW");
	struct str y2 = STR("$2y$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e");
	bool same;

	(void)state;
	assert_null(password_verify(a, a2, STR("U*U"), &same));
	assert_true(same);
	assert_null(password_verify(a, a2, STR("U*U*"), &same));
	assert_false(same);
	assert_null(password_verify(a, a2, STR("U*U\0"), &same));
	assert_false(same);
	assert_null(password_verify(a, y2, STR("\xff\xff\xa3"), &same));
	assert_true(same);
	assert_true(password_needs_rehash(a2));
}

static void without_a_hash_the_answer_is_no_after_the_same_work(void **state)
{
	AUTO_ARENA(a);
	bool same = true;
	int64_t began = world_thread_cpu_us();

	(void)state;
	assert_null(password_verify(a, STR_NONE, STR("correct horse"), &same));
	assert_false(same);
	assert_true(world_thread_cpu_us() - began > 5 * US_PER_MS);
}

static void a_stored_hash_cannot_ask_for_more_than_the_server_gives(void **state)
{
	AUTO_ARENA(a);
	const char *refused[] = {
		"$argon2id$v=19$m=4194304,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=8192,t=400000,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$",
		"$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"$1$abcdefgh$0123456789012345678901",
		"plain",
	};
	bool same = true;

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		assert_int_equal(password_verify(a, str_z(refused[i]), STR("x"), &same)->code, ERR_INTERNAL);
		assert_false(same);
	}
}

static void *sign_in(void *arg)
{
	AUTO_ARENA(a);
	struct str hash;
	struct err *e = password_hash(a, STR("x"), &hash);

	(void)arg;
	return (void *)(intptr_t)(e ? (int)e->code : -1);
}

static void a_flood_waits_or_is_told_to_come_back(void **state)
{
	enum { FLOOD = PASSWORD_SEATS + PASSWORD_WAITING + 30 };
	pthread_t t[FLOOD];
	int done = 0, busy = 0;
	void *got;

	(void)state;
	for (int i = 0; i < FLOOD; i++)
		assert_int_equal(pthread_create(&t[i], NULL, sign_in, NULL), 0);
	for (int i = 0; i < FLOOD; i++) {
		pthread_join(t[i], &got);
		done += (intptr_t)got == -1;
		busy += (intptr_t)got == ERR_BUSY;
	}
	assert_int_equal(done + busy, FLOOD);
	assert_true(done >= PASSWORD_SEATS && busy > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_verifies_against_its_own_hash_only),
		cmocka_unit_test(an_imported_bcrypt_hash_verifies_and_wants_rehashing),
		cmocka_unit_test(without_a_hash_the_answer_is_no_after_the_same_work),
		cmocka_unit_test(a_stored_hash_cannot_ask_for_more_than_the_server_gives),
		cmocka_unit_test(a_flood_waits_or_is_told_to_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
