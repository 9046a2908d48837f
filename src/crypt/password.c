#include <crypt.h>
#include <pthread.h>
#include <sodium.h>

#include "crypt/crypt_priv.h"
#include "crypt/password.h"

/* 32 MiB and 6 passes: 60 ms on the machine this was chosen on, and two seats stay within 64 MiB. */
static unsigned long long passes_wanted = 6;
static size_t memory_wanted = 32 << 20;
/* What a stored hash may ask for: an imported row must not be able to stop the server. */
enum { PASSES_MAX = 16, MEMORY_KIB_MAX = 65536, BCRYPT_COST_MAX = 14, BCRYPT_SIZE = 60 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t seat_free = PTHREAD_COND_INITIALIZER;
static int seated, waiting;       /* guarded by lock */

static struct err *seat_take(struct arena *a)
{
	struct err *e = NULL;

	pthread_mutex_lock(&lock);
	if (seated >= PASSWORD_SEATS && waiting >= PASSWORD_WAITING) {
		e = FAIL_DEFAULT(a, ERR_BUSY);
	} else {
		waiting++;
		while (seated >= PASSWORD_SEATS)
			pthread_cond_wait(&seat_free, &lock);
		waiting--;
		seated++;
	}
	pthread_mutex_unlock(&lock);
	return e;
}

static void seat_leave(void)
{
	pthread_mutex_lock(&lock);
	seated--;
	pthread_cond_signal(&seat_free);
	pthread_mutex_unlock(&lock);
}

struct err *password_hash(struct arena *a, struct str password, struct str *ret_hash)
{
	char out[crypto_pwhash_STRBYTES];
	int failed;

	if (password.n == 0 || password.n > PASSWORD_MAX)
		return FAIL(a, ERR_INVALID, "a password of %zu bytes is not accepted", password.n);
	crypt__ready();
	TRY(seat_take(a));
	failed = crypto_pwhash_str(out, password.p, password.n, passes_wanted, memory_wanted);
	seat_leave();
	if (failed)
		return FAIL(a, ERR_BUSY, "there is no memory to hash a password");
	*ret_hash = arena_dup(a, str_z(out));
	return NULL;
}

void password_cost_for_tests(int passes, size_t memory)
{
	passes_wanted = (unsigned long long)passes;
	memory_wanted = memory;
}

/* The number after "m=" or "t=" in "$argon2id$v=19$m=32768,t=6,p=1$...". */
static bool argon2_number(struct str hash, struct str name, int64_t *ret)
{
	struct str tail = str_from(hash, str_find_str(hash, name) + name.n);
	size_t n = 0;

	while (n < tail.n && tail.p[n] >= '0' && tail.p[n] <= '9')
		n++;
	return str_i64(str_upto(tail, n), ret);
}

static struct err *verify_argon2(struct arena *a, struct str hash, struct str password, bool *ret_same)
{
	const char *z = arena_strz(a, hash);
	int64_t memory_kib, passes;

	if (hash.n >= crypto_pwhash_STRBYTES || !argon2_number(hash, STR("$m="), &memory_kib) || !argon2_number(hash, STR(",t="), &passes) ||
	    memory_kib > MEMORY_KIB_MAX || passes > PASSES_MAX)
		return FAIL(a, ERR_INTERNAL, "a stored password hash asks for more than this server gives");
	TRY(seat_take(a));
	*ret_same = crypto_pwhash_str_verify(z, password.p, password.n) == 0;
	seat_leave();
	return NULL;
}

static bool is_bcrypt(struct str hash)
{
	return hash.n == BCRYPT_SIZE && (str_has_prefix(hash, STR("$2a$")) || str_has_prefix(hash, STR("$2b$")) || str_has_prefix(hash, STR("$2y$")));
}

static struct err *verify_bcrypt(struct arena *a, struct str hash, struct str password, bool *ret_same)
{
	AUTO_ARENA(tmp);
	struct crypt_data *data = arena_new(tmp, struct crypt_data);
	const char *got;
	int64_t cost;

	if (!str_i64(str_upto(str_from(hash, 4), 2), &cost) || cost > BCRYPT_COST_MAX)
		return FAIL(a, ERR_INTERNAL, "a stored password hash asks for more than this server gives");
	if (memchr(password.p, 0, password.n)) {
		*ret_same = false;
		return NULL;
	}
	TRY(seat_take(a));
	got = crypt_rn(arena_strz(tmp, password), arena_strz(tmp, hash), data, (int)sizeof *data);
	seat_leave();
	*ret_same = got && str_eq_secret(str_z(got), hash);
	sodium_memzero(data, sizeof *data);
	return NULL;
}

struct err *password_verify(struct arena *a, struct str hash, struct str password, bool *ret_same)
{
	crypt__ready();
	*ret_same = false;
	if (password.n == 0 || password.n > PASSWORD_MAX)
		return NULL;
	if (hash.n == 0) {
		struct str thrown_away;

		return password_hash(a, password, &thrown_away);
	}
	if (is_bcrypt(hash))
		return verify_bcrypt(a, hash, password, ret_same);
	if (str_has_prefix(hash, STR("$argon2id$")))
		return verify_argon2(a, hash, password, ret_same);
	return FAIL(a, ERR_INTERNAL, "a stored password hash is of no known kind");
}

bool password_needs_rehash(struct str hash)
{
	AUTO_ARENA(tmp);

	crypt__ready();
	return hash.n >= crypto_pwhash_STRBYTES || crypto_pwhash_str_needs_rehash(arena_strz(tmp, hash), passes_wanted, memory_wanted) != 0;
}
