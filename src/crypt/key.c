/* Parsed keys: a cache is KEY_SHARDS shards of a fixed number of slots; a key's digest chooses its shard. A slot in use holds
 * one reference to its EVP_PKEY, every handle in an arena another, so making room never pulls a key from under its user. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "crypt/crypt_priv.h"
#include "crypt/digest.h"
#include "crypt/key.h"

enum { KEY_SHARDS = 32, SLOTS_PUBLIC = KEY_CACHE_PUBLIC / KEY_SHARDS, SLOTS_PRIVATE = KEY_CACHE_PRIVATE / KEY_SHARDS };

struct key_public {
	EVP_PKEY *pkey;
	enum key_kind kind;
};
struct key_private {
	EVP_PKEY *pkey;
	enum key_kind kind;
};

struct slot {
	uint8_t id[DIGEST_SHA256_SIZE];
	EVP_PKEY *pkey;           /* NULL: free */
	uint64_t used;            /* the shard's tick at the last use */
};

struct shard {
	pthread_mutex_t lock;     /* guards ticks and the slots */
	uint64_t ticks;
	struct slot *slots;
	size_t slots_n;
};

static struct slot slots_public[KEY_SHARDS][SLOTS_PUBLIC], slots_private[KEY_SHARDS][SLOTS_PRIVATE];
static struct shard shards_public[KEY_SHARDS], shards_private[KEY_SHARDS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void shards_init(void)
{
	for (int i = 0; i < KEY_SHARDS; i++) {
		shards_public[i] = (struct shard){ .lock = PTHREAD_MUTEX_INITIALIZER, .slots = slots_public[i], .slots_n = SLOTS_PUBLIC };
		shards_private[i] = (struct shard){ .lock = PTHREAD_MUTEX_INITIALIZER, .slots = slots_private[i], .slots_n = SLOTS_PRIVATE };
	}
}

/* The cached key with one more reference, or NULL. */
static EVP_PKEY *cache_find(struct shard *s, const uint8_t id[DIGEST_SHA256_SIZE])
{
	EVP_PKEY *found = NULL;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->slots_n && !found; i++) {
		struct slot *slot = &s->slots[i];

		if (slot->pkey && memcmp(slot->id, id, sizeof slot->id) == 0 && EVP_PKEY_up_ref(slot->pkey) == 1) {
			slot->used = ++s->ticks;
			found = slot->pkey;
		}
	}
	pthread_mutex_unlock(&s->lock);
	return found;
}

static void cache_put(struct shard *s, const uint8_t id[DIGEST_SHA256_SIZE], EVP_PKEY *pkey)
{
	struct slot *oldest = &s->slots[0];
	EVP_PKEY *evicted = NULL;

	if (EVP_PKEY_up_ref(pkey) != 1)
		return;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->slots_n && oldest; i++) {
		struct slot *slot = &s->slots[i];

		/* Two threads may have parsed the same key at once: the first one's stays. */
		if (slot->pkey && memcmp(slot->id, id, sizeof slot->id) == 0)
			oldest = NULL;
		else if (oldest->pkey && (!slot->pkey || slot->used < oldest->used))
			oldest = slot;
	}
	evicted = oldest ? oldest->pkey : pkey;
	if (oldest) {
		memcpy(oldest->id, id, sizeof oldest->id);
		oldest->pkey = pkey;
		oldest->used = ++s->ticks;
	}
	pthread_mutex_unlock(&s->lock);
	EVP_PKEY_free(evicted);
}

/* Whether the exponent is one that real keys have: odd, more than 1, at most 64 bits. A huge one is a way to make every
 * verification slow. */
static bool exponent_ok(const EVP_PKEY *pkey)
{
	BIGNUM *e = NULL;
	bool ok = EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) == 1 && BN_is_odd(e) && !BN_is_one(e) && BN_num_bits(e) <= 64;

	BN_free(e);
	return ok;
}

static struct err *judge(struct arena *a, const EVP_PKEY *pkey)
{
	if (EVP_PKEY_is_a(pkey, "ED25519"))
		return NULL;
	if (!EVP_PKEY_is_a(pkey, "RSA"))
		return FAIL(a, ERR_INVALID, "the key is neither RSA nor Ed25519");
	if (EVP_PKEY_get_bits(pkey) < KEY_RSA_BITS_MIN || EVP_PKEY_get_bits(pkey) > KEY_RSA_BITS_MAX)
		return FAIL(a, ERR_INVALID, "an RSA key of %d bits is not accepted (%d to %d are)", EVP_PKEY_get_bits(pkey), KEY_RSA_BITS_MIN,
			    KEY_RSA_BITS_MAX);
	if (!exponent_ok(pkey))
		return FAIL(a, ERR_INVALID, "the RSA key's public exponent is not accepted");
	return NULL;
}

static enum key_kind kind_of(const EVP_PKEY *pkey)
{
	return EVP_PKEY_is_a(pkey, "RSA") ? KEY_RSA : KEY_ED25519;
}

/* One PEM block to a key; NULL where it is none. Encrypted blocks are not opened: nobody is there to ask for a password. */
static EVP_PKEY *pem_read(struct str pem, bool private)
{
	BIO *in = BIO_new_mem_buf(pem.p, (int)pem.n);
	char *name = NULL, *header = NULL;
	unsigned char *der = NULL;
	const unsigned char *p;
	long n = 0;
	EVP_PKEY *pkey = NULL;

	if (in && PEM_read_bio(in, &name, &header, &der, &n) == 1 && header[0] == 0) {
		p = der;
		if (private && (str_eqz(str_z(name), PEM_STRING_PKCS8INF) || str_eqz(str_z(name), PEM_STRING_RSA)))
			pkey = d2i_AutoPrivateKey(NULL, &p, n);
		else if (!private && str_eqz(str_z(name), PEM_STRING_PUBLIC))
			pkey = d2i_PUBKEY(NULL, &p, n);
		else if (!private && str_eqz(str_z(name), PEM_STRING_RSA_PUBLIC))
			pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, n);
	}
	if (der)
		OPENSSL_cleanse(der, (size_t)n);
	OPENSSL_free(der);
	OPENSSL_free(name);
	OPENSSL_free(header);
	BIO_free(in);
	return pkey;
}

static void free_pkey(void *pkey)
{
	EVP_PKEY_free(pkey);
}

/* The parsed key, referenced until the arena ends. */
static struct err *key_load(struct arena *a, struct str pem, bool private, EVP_PKEY **ret)
{
	uint8_t id[DIGEST_SHA256_SIZE];
	struct shard *s;
	EVP_PKEY *pkey;

	if (pem.n == 0 || pem.n > KEY_PEM_MAX)
		return FAIL(a, ERR_INVALID, "a PEM key of %zu bytes is not accepted", pem.n);
	pthread_once(&once, shards_init);
	digest_sha256(pem, id);
	s = &(private ? shards_private : shards_public)[id[0] % KEY_SHARDS];
	pkey = cache_find(s, id);
	if (!pkey) {
		struct err *e;

		pkey = pem_read(pem, private);
		if (!pkey)
			return crypt__fail(a, ERR_INVALID, private ? "not a private key in PEM" : "not a public key in PEM");
		e = judge(a, pkey);
		if (e) {
			EVP_PKEY_free(pkey);
			ERR_clear_error();
			return e;
		}
		cache_put(s, id, pkey);
	}
	arena_defer(a, free_pkey, pkey);
	*ret = pkey;
	return NULL;
}

struct err *key_public_parse(struct arena *a, struct str pem, const struct key_public **ret)
{
	struct key_public *k = arena_new(a, struct key_public);

	TRY(key_load(a, pem, false, &k->pkey));
	k->kind = kind_of(k->pkey);
	*ret = k;
	return NULL;
}

struct err *key_private_parse(struct arena *a, struct str pem, const struct key_private **ret)
{
	struct key_private *k = arena_new(a, struct key_private);

	TRY(key_load(a, pem, true, &k->pkey));
	k->kind = kind_of(k->pkey);
	*ret = k;
	return NULL;
}

enum key_kind key_public_kind(const struct key_public *k)
{
	return k->kind;
}

enum key_kind key_private_kind(const struct key_private *k)
{
	return k->kind;
}

/* The BIO's text, copied to the arena; a secret one is wiped when the arena ends. */
static struct str bio_text(struct arena *a, BIO *out, bool secret)
{
	char *p = NULL;
	long n = BIO_get_mem_data(out, &p);
	char *copy = secret ? crypt__alloc_secret(a, (size_t)n) : arena_alloc(a, (size_t)n);

	memcpy(copy, p, (size_t)n);
	return str_of(copy, (size_t)n);
}

static struct err *pem_write_public(struct arena *a, EVP_PKEY *pkey, struct str *ret)
{
	BIO *out = BIO_new(BIO_s_mem());

	if (!out || PEM_write_bio_PUBKEY(out, pkey) != 1) {
		BIO_free(out);
		return crypt__fail(a, ERR_INTERNAL, "the public key could not be written");
	}
	*ret = bio_text(a, out, false);
	BIO_free(out);
	return NULL;
}

static struct err *pem_write_private(struct arena *a, EVP_PKEY *pkey, struct str *ret)
{
	BIO *out = BIO_new(BIO_s_secmem());

	if (!out || PEM_write_bio_PKCS8PrivateKey(out, pkey, NULL, NULL, 0, NULL, NULL) != 1) {
		BIO_free(out);
		return crypt__fail(a, ERR_INTERNAL, "the private key could not be written");
	}
	*ret = bio_text(a, out, true);
	BIO_free(out);
	return NULL;
}

/* Set before there are threads. */
static const char *pool;
static unsigned pool_n;
static atomic_uint pool_next;

void key_pool_for_tests(const char *folder, unsigned n)
{
	unsigned first = 0;

	(void)RAND_bytes((unsigned char *)&first, sizeof first);
	pool = folder;
	pool_n = n;
	atomic_store(&pool_next, first % n);
}

static EVP_PKEY *rsa_pair(struct arena *a)
{
	EVP_PKEY *pkey = NULL;
	FILE *f;

	if (!pool)
		return EVP_RSA_gen(KEY_RSA_BITS);
	f = fopen(arena_strz(a, arena_printf(a, "%s/%u.pem", pool, atomic_fetch_add(&pool_next, 1) % pool_n)), "re");
	if (f) {
		pkey = PEM_read_PrivateKey(f, NULL, NULL, NULL);
		fclose(f);
	}
	return pkey;
}

struct err *key_pair_create(struct arena *a, enum key_kind kind, struct key_pair *ret)
{
	EVP_PKEY *pkey = kind == KEY_RSA ? rsa_pair(a) : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	if (!pkey)
		return crypt__fail(a, ERR_INTERNAL, "no key pair could be made");
	arena_defer(a, free_pkey, pkey);
	TRY(pem_write_public(a, pkey, &ret->public_pem));
	return pem_write_private(a, pkey, &ret->private_pem);
}

struct err *key_private_public(struct arena *a, const struct key_private *k, struct str *ret_pem)
{
	return pem_write_public(a, k->pkey, ret_pem);
}

/* ---- Multikeys ---- */

static const char codec_ed25519[] = "\xed\x01", codec_rsa[] = "\x85\x24";
enum { CODEC_SIZE = 2, ED25519_SIZE = 32 };

static EVP_PKEY *multikey_read(struct str bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.p + CODEC_SIZE;
	size_t n = bytes.n - CODEC_SIZE;

	if (memcmp(bytes.p, codec_ed25519, CODEC_SIZE) == 0)
		return n == ED25519_SIZE ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, p, n) : NULL;
	return memcmp(bytes.p, codec_rsa, CODEC_SIZE) == 0 ? d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)n) : NULL;
}

struct err *key_public_from_multikey(struct arena *a, struct str bytes, struct str *ret_pem)
{
	EVP_PKEY *pkey = bytes.n > CODEC_SIZE && bytes.n < KEY_PEM_MAX / 2 ? multikey_read(bytes) : NULL;

	if (!pkey)
		return crypt__fail(a, ERR_INVALID, "not a Multikey");
	arena_defer(a, free_pkey, pkey);
	TRY(judge(a, pkey));
	return pem_write_public(a, pkey, ret_pem);
}

struct err *key_public_multikey(struct arena *a, struct str pem, struct str *ret_bytes)
{
	unsigned char raw[ED25519_SIZE], *der = NULL;
	const struct key_public *k;
	size_t n = sizeof raw;
	int der_n;

	TRY(key_public_parse(a, pem, &k));
	if (k->kind == KEY_ED25519) {
		if (EVP_PKEY_get_raw_public_key(k->pkey, raw, &n) != 1)
			return crypt__fail(a, ERR_INVALID, "the key has no bytes");
		*ret_bytes = arena_concat(a, str_of(codec_ed25519, CODEC_SIZE), str_of((char *)raw, n));
		return NULL;
	}
	der_n = i2d_PublicKey(k->pkey, &der);
	if (der_n <= 0)
		return crypt__fail(a, ERR_INVALID, "the key has no bytes");
	*ret_bytes = arena_concat(a, str_of(codec_rsa, CODEC_SIZE), str_of((char *)der, (size_t)der_n));
	OPENSSL_free(der);
	return NULL;
}

struct err *key_sign(struct arena *a, const struct key_private *k, struct str bytes, struct str *ret_signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = (size_t)EVP_PKEY_get_size(k->pkey);
	unsigned char *out = arena_alloc(a, n);
	bool ok = ctx && EVP_DigestSignInit(ctx, NULL, k->kind == KEY_RSA ? crypt__sha256() : NULL, NULL, k->pkey) == 1 &&
		  EVP_DigestSign(ctx, out, &n, (const unsigned char *)bytes.p, bytes.n) == 1;

	EVP_MD_CTX_free(ctx);
	if (!ok)
		return crypt__fail(a, ERR_INTERNAL, "signing failed");
	*ret_signature = str_of((char *)out, n);
	return NULL;
}

bool key_verify(const struct key_public *k, struct str bytes, struct str signature)
{
	EVP_MD_CTX *ctx;
	bool ok;

	if (signature.n != (size_t)EVP_PKEY_get_size(k->pkey))
		return false;
	ctx = EVP_MD_CTX_new();
	ok = ctx && EVP_DigestVerifyInit(ctx, NULL, k->kind == KEY_RSA ? crypt__sha256() : NULL, NULL, k->pkey) == 1 &&
	     EVP_DigestVerify(ctx, (const unsigned char *)signature.p, signature.n, (const unsigned char *)bytes.p, bytes.n) == 1;
	EVP_MD_CTX_free(ctx);
	if (!ok)
		ERR_clear_error();
	return ok;
}
