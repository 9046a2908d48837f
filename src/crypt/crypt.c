#include <openssl/err.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "crypt/crypt_priv.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *sha256;

static void make_ready(void)
{
	/* Neither fails on a sound system; without entropy or SHA-256 nothing here may go on. */
	if (sodium_init() < 0 || !(sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL)))
		abort();
}

void crypt__ready(void)
{
	pthread_once(&once, make_ready);
}

const EVP_MD *crypt__sha256(void)
{
	crypt__ready();
	return sha256;
}

struct wipe {
	void *p;
	size_t n;
};

static void wipe(void *arg)
{
	struct wipe *w = arg;

	sodium_memzero(w->p, w->n);
}

void *crypt__alloc_secret(struct arena *a, size_t n)
{
	struct wipe *w = arena_new(a, struct wipe);

	*w = (struct wipe){ arena_alloc(a, n), n };
	arena_defer(a, wipe, w);
	return w->p;
}

struct err *crypt__fail(struct arena *a, enum err_code code, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	struct err *e = reason ? FAIL(a, code, "%s: %s", what, reason) : FAIL(a, code, "%s", what);

	ERR_clear_error();
	return e;
}
