#include "base/world.h"
#include "crypt/key.h"
#include "crypt/speed.h"

static struct err *measure(struct arena *a, enum key_kind kind, int ms, double *ret_sign, double *ret_verify)
{
	static const char text[200] = "(request-target): post /inbox";
	struct str bytes = str_of(text, sizeof text), signature = STR_NONE;
	struct key_pair pair;
	const struct key_private *private;
	const struct key_public *public;
	int64_t began, took, n = 0;

	TRY(key_pair_create(a, kind, &pair));
	TRY(key_private_parse(a, pair.private_pem, &private));
	TRY(key_public_parse(a, pair.public_pem, &public));
	began = world_thread_cpu_us();
	do {
		AUTO_ARENA(tmp);
		struct str s;

		TRY(key_sign(tmp, private, bytes, &s));
		if (n++ == 0)
			signature = arena_dup(a, s);
		took = world_thread_cpu_us() - began;
	} while (took < ms * US_PER_MS);
	*ret_sign = (double)n * (double)US_PER_S / (double)took;
	n = 0;
	began = world_thread_cpu_us();
	do {
		if (!key_verify(public, bytes, signature))
			return FAIL(a, ERR_INTERNAL, "a signature just made does not verify");
		n++;
		took = world_thread_cpu_us() - began;
	} while (took < ms * US_PER_MS);
	*ret_verify = (double)n * (double)US_PER_S / (double)took;
	return NULL;
}

struct err *speed_measure(struct arena *a, int ms, struct speed *ret)
{
	struct speed s;

	TRY(measure(a, KEY_RSA, ms, &s.rsa_sign_per_s, &s.rsa_verify_per_s));
	TRY(measure(a, KEY_ED25519, ms, &s.ed25519_sign_per_s, &s.ed25519_verify_per_s));
	*ret = s;
	return NULL;
}
