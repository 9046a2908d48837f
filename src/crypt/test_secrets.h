/* crypt/test_secrets.h: for tests of other rooms whose subject is no secret: passwords and keys that cost nothing. */
#pragma once
#include <stdlib.h>

#include "crypt/key.h"
#include "crypt/password.h"

/* Keys out of the pool that tools/with_database.py names, where it does. */
static inline void test_secrets_cheap(void)
{
	password_cost_for_tests(1, 64 << 10);
	if (getenv("HOWDAH_TEST_KEYS"))
		key_pool_for_tests(getenv("HOWDAH_TEST_KEYS"), 32);
}
