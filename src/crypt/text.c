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

struct str crypt__hex(struct arena *a, const void *p, size_t n)
{
	char *out = arena_alloc(a, n * 2 + 1);

	sodium_bin2hex(out, n * 2 + 1, p, n);
	return str_of(out, n * 2);
}

static struct str b64_write(struct arena *a, struct str bytes, int variant)
{
	size_t size = sodium_base64_ENCODED_LEN(bytes.n, variant);
	char *out = arena_alloc(a, size);

	sodium_bin2base64(out, size, (const unsigned char *)bytes.p, bytes.n, variant);
	return str_z(out);
}

struct str crypt__b64(struct arena *a, struct str bytes)
{
	return b64_write(a, bytes, sodium_base64_VARIANT_ORIGINAL);
}

struct str crypt__b64url(struct arena *a, struct str bytes)
{
	return b64_write(a, bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static bool b64_read(struct arena *a, struct str text, int variant, struct str *ret)
{
	unsigned char *out = arena_alloc(a, text.n / 4 * 3 + 4);
	size_t n;

	if (sodium_base642bin(out, text.n / 4 * 3 + 4, text.p, text.n, NULL, &n, NULL, variant) != 0)
		return false;
	*ret = str_of((char *)out, n);
	return true;
}

bool crypt__b64_read(struct arena *a, struct str text, struct str *ret)
{
	return b64_read(a, text, sodium_base64_VARIANT_ORIGINAL, ret);
}

bool crypt__b64url_read(struct arena *a, struct str text, struct str *ret)
{
	char *copy = arena_alloc(a, text.n + 1);
	size_t n = text.n;

	for (int pads = 0; pads < 2 && n > 0 && text.p[n - 1] == '='; pads++)
		n--;
	for (size_t i = 0; i < n; i++)
		copy[i] = text.p[i] == '+' ? '-' : text.p[i] == '/' ? '_' : text.p[i];
	return b64_read(a, str_of(copy, n), sodium_base64_VARIANT_URLSAFE_NO_PADDING, ret);
}

struct err *crypt__fail(struct arena *a, enum err_code code, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	struct err *e = reason ? FAIL(a, code, "%s: %s", what, reason) : FAIL(a, code, "%s", what);

	ERR_clear_error();
	return e;
}
