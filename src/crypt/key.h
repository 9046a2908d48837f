/* crypt/key.h: signature keys of actors: RSA (2048 to 8192 bits) and Ed25519, as PEM text. Nothing else is accepted: a
 * larger modulus or exponent would let a stranger's key eat a core.
 *
 * Parsing costs as much as several verifications, so parsed keys are kept by their text's SHA-256 in caches of
 * KEY_CACHE_PUBLIC and KEY_CACHE_PRIVATE keys; the one used longest ago makes room. Safe from any thread. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum { KEY_RSA_BITS = 2048, KEY_RSA_BITS_MIN = 2048, KEY_RSA_BITS_MAX = 8192, KEY_PEM_MAX = 16 * 1024 };
enum { KEY_CACHE_PUBLIC = 2048, KEY_CACHE_PRIVATE = 512 };
enum key_kind { KEY_RSA, KEY_ED25519 };

struct key_public;
struct key_private;

struct key_pair {
	struct str public_pem;    /* SubjectPublicKeyInfo, "BEGIN PUBLIC KEY" */
	struct str private_pem;   /* PKCS #8, "BEGIN PRIVATE KEY"; wiped when its arena ends. Seal it before storing */
};
/* A new pair; RSA takes some 100 ms. Fails: INTERNAL. */
MUST struct err *key_pair_create(struct arena *a, enum key_kind kind, struct key_pair *ret);
/* For tests whose subject is no key: RSA pairs come out of folder, the files 0.pem to n-1.pem in turn: of n pairs no two
 * are alike. folder must live on. Call it before there are threads. */
void key_pool_for_tests(const char *folder, unsigned n);

/* A handle that lives as long as the arena. Public keys may also be PKCS #1 ("BEGIN RSA PUBLIC KEY"), private ones too.
 * Fails: INVALID, saying why the key is not accepted. */
MUST struct err *key_public_parse(struct arena *a, struct str pem, const struct key_public **ret);
MUST struct err *key_private_parse(struct arena *a, struct str pem, const struct key_private **ret);
enum key_kind key_public_kind(const struct key_public *k);
enum key_kind key_private_kind(const struct key_private *k);
/* The public half's PEM. */
MUST struct err *key_private_public(struct arena *a, const struct key_private *k, struct str *ret_pem);

/* A public key as a Multikey's bytes (FEP-521a): the multicodec ed25519-pub and 32 bytes, or rsa-pub and a PKCS #1 key.
 * Fail: INVALID  not such bytes, or a key that is not accepted. */
MUST struct err *key_public_from_multikey(struct arena *a, struct str bytes, struct str *ret_pem);
MUST struct err *key_public_multikey(struct arena *a, struct str pem, struct str *ret_bytes);

/* RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017), or Ed25519 (RFC 8032), as the key's kind says. The signature is raw bytes.
 * Fails: INTERNAL. */
MUST struct err *key_sign(struct arena *a, const struct key_private *k, struct str bytes, struct str *ret_signature);
bool key_verify(const struct key_public *k, struct str bytes, struct str signature);
