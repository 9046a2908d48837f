#include <openssl/hmac.h>
#include <stdlib.h>

#include "crypt/crypt_priv.h"
#include "crypt/digest.h"
#include "wire/base64.h"

void digest_sha256(struct str data, uint8_t ret[DIGEST_SHA256_SIZE])
{
	/* Fails only where memory has run out. */
	if (EVP_Digest(data.p ? data.p : "", data.n, ret, NULL, crypt__sha256(), NULL) != 1)
		abort();
}

struct str digest_sha256_hex(struct arena *a, struct str data)
{
	uint8_t d[DIGEST_SHA256_SIZE];

	digest_sha256(data, d);
	return hex_encode(a, str_of((char *)d, sizeof d));
}

struct str digest_sha256_base64(struct arena *a, struct str data)
{
	uint8_t d[DIGEST_SHA256_SIZE];

	digest_sha256(data, d);
	return base64_encode(a, str_of((char *)d, sizeof d));
}

void digest_hmac_sha256(struct str key, struct str data, uint8_t ret[DIGEST_SHA256_SIZE])
{
	const void *k = key.p ? key.p : "";

	if (!HMAC(crypt__sha256(), k, (int)key.n, (const unsigned char *)(data.p ? data.p : ""), data.n, ret, NULL))
		abort();
}

struct str token_hash(struct arena *a, struct str token)
{
	return digest_sha256_hex(a, token);
}
