#include "crypt/key.h"
#include "crypt/signature.h"

static const struct {
	const char *name;
	bool rsa, ed25519;        /* kinds of key it stands for */
} algorithms[] = {
	[SIGNATURE_HS2019] = { "hs2019", true, true },
	[SIGNATURE_RSA_SHA256] = { "rsa-sha256", true, false },
	[SIGNATURE_RSA_V1_5_SHA256] = { "rsa-v1_5-sha256", true, false },
	[SIGNATURE_ED25519] = { "ed25519", false, true },
};

bool signature_algorithm_find(struct str name, enum signature_algorithm *ret)
{
	if (name.n == 0) {
		*ret = SIGNATURE_HS2019;
		return true;
	}
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
		if (str_ieq(name, str_z(algorithms[i].name))) {
			*ret = (enum signature_algorithm)i;
			return true;
		}
	}
	return false;
}

const char *signature_algorithm_name(enum signature_algorithm alg)
{
	return algorithms[alg].name;
}

static struct err *suits(struct arena *a, enum signature_algorithm alg, enum key_kind kind)
{
	if (kind == KEY_RSA ? algorithms[alg].rsa : algorithms[alg].ed25519)
		return NULL;
	return FAIL(a, ERR_INVALID, "the key is not one for '%s'", algorithms[alg].name);
}

struct err *signature_sign(struct arena *a, enum signature_algorithm alg, struct str private_pem, struct str bytes, struct str *ret)
{
	const struct key_private *k;

	TRY(key_private_parse(a, private_pem, &k));
	TRY(suits(a, alg, key_private_kind(k)));
	return key_sign(a, k, bytes, ret);
}

struct err *signature_verify(struct arena *a, enum signature_algorithm alg, struct str public_pem, struct str bytes, struct str signature)
{
	const struct key_public *k;

	TRY(key_public_parse(a, public_pem, &k));
	TRY(suits(a, alg, key_public_kind(k)));
	if (!key_verify(k, bytes, signature))
		return FAIL(a, ERR_UNAUTHORIZED, "the signature does not fit the key and what was signed");
	return NULL;
}
