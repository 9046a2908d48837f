/* crypt/signature.h: signs and checks the signing string that wire built from a request (draft-cavage-http-signatures-12;
 * RFC 9421 for the newer names). Signatures are raw bytes here; wire writes them as base64. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

/* hs2019 says nothing: the key's own kind decides, as every fediverse server reads it. */
enum signature_algorithm { SIGNATURE_HS2019, SIGNATURE_RSA_SHA256, SIGNATURE_RSA_V1_5_SHA256, SIGNATURE_ED25519 };

/* "rsa-sha256", "hs2019", "rsa-v1_5-sha256", "ed25519", without regard to case; none or empty is hs2019. False: another one,
 * whose signatures are refused. */
bool signature_algorithm_find(struct str name, enum signature_algorithm *ret);
const char *signature_algorithm_name(enum signature_algorithm alg);

/* Fails: INVALID  the key is not one (key.h), or not one for this algorithm; INTERNAL  signing failed. */
MUST struct err *signature_sign(struct arena *a, enum signature_algorithm alg, struct str private_pem, struct str bytes, struct str *ret);
/* Fails: INVALID  the key is not accepted, or not one for this algorithm; UNAUTHORIZED  the signature is not this key's over these bytes. */
MUST struct err *signature_verify(struct arena *a, enum signature_algorithm alg, struct str public_pem, struct str bytes, struct str signature);
