#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypt/crypt_priv.h"
#include "crypt/digest.h"
#include "crypt/seal.h"
#include "wire/base64.h"

enum {
	KEY_SIZE = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
	NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	ID_SIZE = 8,
	FILE_MAX = 8192,
	SEALED_MAX = (SEAL_SECRET_MAX + NONCE_SIZE + TAG_SIZE) * 4 / 3 + 64,
};

struct ring_key {
	uint8_t key[KEY_SIZE];    /* seals */
	uint8_t mac_key[DIGEST_SHA256_SIZE];
	char id[ID_SIZE + 1];
};

struct seal_ring {
	struct ring_key keys[SEAL_KEYS_MAX];
	size_t n;                 /* at least 1; keys[0] is the current one */
};

static void derive(const struct ring_key *k, struct str what, uint8_t ret[DIGEST_SHA256_SIZE])
{
	digest_hmac_sha256(str_of((const char *)k->key, KEY_SIZE), what, ret);
}

/* Decodes straight into the ring, which is wiped: no copy of a key stays elsewhere. */
static bool ring_add(struct seal_ring *ring, struct str line)
{
	struct ring_key *k = &ring->keys[ring->n];
	uint8_t id[DIGEST_SHA256_SIZE];
	size_t n;

	if (sodium_base642bin(k->key, KEY_SIZE, line.p, line.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 || n != KEY_SIZE)
		return false;
	derive(k, STR("howdah key id"), id);
	derive(k, STR("howdah mac"), k->mac_key);
	sodium_bin2hex(k->id, sizeof k->id, id, ID_SIZE / 2);
	for (size_t i = 0; i < ring->n; i++) {
		if (memcmp(ring->keys[i].id, k->id, ID_SIZE) == 0)
			return false;
	}
	ring->n++;
	return true;
}

static struct err *file_judge(struct arena *a, const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return FAIL(a, ERR_INTERNAL, "secret key file '%s': %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return FAIL(a, ERR_INVALID, "secret key file '%s' is not a file", path);
	if (st.st_uid != geteuid())
		return FAIL(a, ERR_INVALID, "secret key file '%s' belongs to another user (%u, not %u)", path, (unsigned)st.st_uid,
			    (unsigned)geteuid());
	if (st.st_mode & 077)
		return FAIL(a, ERR_INVALID, "secret key file '%s' is open to others (mode %03o): chmod 600 it", path, (unsigned)st.st_mode & 0777);
	if (st.st_size > FILE_MAX)
		return FAIL(a, ERR_INVALID, "secret key file '%s' is too large", path);
	return NULL;
}

/* The file's text in an arena that ends with its reader. */
static struct err *file_read(struct arena *tmp, const char *path, struct str *ret)
{
	char *text = crypt__alloc_secret(tmp, FILE_MAX);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	ssize_t got;
	struct err *e;

	if (fd < 0)
		return FAIL(tmp, errno == ENOENT ? ERR_NOT_FOUND : ERR_INVALID, "secret key file '%s': %s", path, strerror(errno));
	e = file_judge(tmp, path, fd);
	while (!e && n < FILE_MAX && (got = read(fd, text + n, FILE_MAX - n)) != 0) {
		if (got > 0)
			n += (size_t)got;
		else if (errno != EINTR)
			e = FAIL(tmp, ERR_INTERNAL, "secret key file '%s': %s", path, strerror(errno));
	}
	close(fd);
	*ret = str_of(text, n);
	return e;
}

struct err *seal_ring_load(struct arena *a, const char *path, const struct seal_ring **ret)
{
	AUTO_ARENA(tmp);
	struct seal_ring *ring = crypt__alloc_secret(a, sizeof *ring);
	struct str text, line;
	int number = 0;
	struct err *e;

	crypt__ready();
	e = file_read(tmp, path, &text);
	if (e)
		return FAIL(a, e->code, STR_FMT, STR_ARG(e->text));
	while (str_next(&text, '\n', &line)) {
		number++;
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (ring->n == SEAL_KEYS_MAX)
			return FAIL(a, ERR_INVALID, "secret key file '%s': more than %d keys", path, SEAL_KEYS_MAX);
		if (!ring_add(ring, line))
			return FAIL(a, ERR_INVALID, "secret key file '%s', line %d: not a key (32 bytes in base64), or one that stands above",
				    path, number);
	}
	if (ring->n == 0)
		return FAIL(a, ERR_INVALID, "secret key file '%s' holds no key", path);
	*ret = ring;
	return NULL;
}

static bool write_all(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s = str_from(s, (size_t)n);
	}
	return true;
}

/* The name of a new file must be on disk too. */
static bool sync_folder(struct arena *a, const char *path)
{
	struct str p = str_z(path);
	size_t slash = str_rfind(p, '/');
	const char *folder = slash == p.n ? "." : slash == 0 ? "/" : arena_strz(a, str_upto(p, slash));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

struct err *seal_ring_create_file(struct arena *a, const char *path, bool *ret_made)
{
	uint8_t key[KEY_SIZE], nonce[8];
	char line[sodium_base64_ENCODED_LEN(KEY_SIZE, sodium_base64_VARIANT_ORIGINAL)];
	const char *part;
	struct err *e = NULL;
	bool made = true;
	int fd;

	crypt__ready();
	if (access(path, F_OK) == 0) {
		*ret_made = false;
		return NULL;
	}
	/* Written whole under another name, then linked: link() fails where the name exists, so nobody reads half a file and of two
	 * processes one wins. */
	randombytes_buf(nonce, sizeof nonce);
	part = arena_strz(a, arena_printf(a, "%s." STR_FMT, path, STR_ARG(hex_encode(a, str_of((char *)nonce, sizeof nonce)))));
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return FAIL(a, ERR_INTERNAL, "secret key file '%s' cannot be made: %s", path, strerror(errno));
	randombytes_buf(key, sizeof key);
	sodium_bin2base64(line, sizeof line, key, sizeof key, sodium_base64_VARIANT_ORIGINAL);
	line[sizeof line - 1] = '\n'; /* in the place of its NUL */
	if (!write_all(fd, str_of(line, sizeof line)) || fsync(fd) != 0)
		e = FAIL(a, ERR_INTERNAL, "secret key file '%s' cannot be written: %s", path, strerror(errno));
	else if (link(part, path) != 0) {
		made = false;
		if (errno != EEXIST)
			e = FAIL(a, ERR_INTERNAL, "secret key file '%s' cannot be made: %s", path, strerror(errno));
	}
	close(fd);
	unlink(part);
	sodium_memzero(key, sizeof key);
	sodium_memzero(line, sizeof line);
	if (!e && !sync_folder(a, path))
		e = FAIL(a, ERR_INTERNAL, "the folder of '%s' cannot be written to disk: %s", path, strerror(errno));
	if (!e)
		*ret_made = made;
	return e;
}

static const struct ring_key *ring_find(const struct seal_ring *ring, struct str id)
{
	for (size_t i = 0; i < ring->n; i++) {
		if (str_eqz(id, ring->keys[i].id))
			return &ring->keys[i];
	}
	return NULL;
}

static struct str associated(struct arena *a, const struct ring_key *k, struct str purpose)
{
	return arena_printf(a, "v1:%s:" STR_FMT, k->id, STR_ARG(purpose));
}

struct err *seal(struct arena *a, const struct seal_ring *ring, struct str purpose, struct str secret, struct str *ret)
{
	const struct ring_key *k = &ring->keys[0];
	struct str ad = associated(a, k, purpose);
	unsigned char *out;
	unsigned long long n = 0;

	if (secret.n > SEAL_SECRET_MAX)
		return FAIL(a, ERR_TOO_LARGE, "a secret of %zu bytes is too long to seal", secret.n);
	out = arena_alloc(a, NONCE_SIZE + secret.n + TAG_SIZE);
	randombytes_buf(out, NONCE_SIZE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_SIZE, &n, (const unsigned char *)secret.p, secret.n, (const unsigned char *)ad.p, ad.n,
						   NULL, out, k->key);
	*ret = arena_printf(a, "v1:%s:" STR_FMT, k->id, STR_ARG(base64_encode(a, str_of((char *)out, NONCE_SIZE + n))));
	return NULL;
}

/* "v1:<id>:<base64>" to its parts. */
static bool sealed_split(struct str sealed, struct str *ret_id, struct str *ret_text)
{
	struct str version, rest;

	return sealed.n <= SEALED_MAX && str_cut(sealed, ':', &version, &rest) && str_eqz(version, "v1") &&
	       str_cut(rest, ':', ret_id, ret_text);
}

struct err *unseal(struct arena *a, const struct seal_ring *ring, struct str purpose, struct str sealed, struct str *ret)
{
	AUTO_ARENA(tmp);
	struct str id, text, bytes, ad;
	const struct ring_key *k;
	unsigned char *out;
	unsigned long long n = 0;

	if (!sealed_split(sealed, &id, &text))
		return FAIL(a, ERR_INTERNAL, "what is stored for '" STR_FMT "' is not a sealed text", STR_ARG(purpose));
	k = ring_find(ring, id);
	if (!k)
		return FAIL(a, ERR_INTERNAL, "'" STR_FMT "' was sealed with key " STR_FMT ", which the secret key file does not hold",
			    STR_ARG(purpose), STR_ARG(id));
	if (!base64_decode(tmp, text, &bytes) || bytes.n < NONCE_SIZE + TAG_SIZE)
		return FAIL(a, ERR_INTERNAL, "the sealed text for '" STR_FMT "' is damaged", STR_ARG(purpose));
	ad = associated(tmp, k, purpose);
	out = crypt__alloc_secret(a, bytes.n);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, &n, NULL, (const unsigned char *)bytes.p + NONCE_SIZE, bytes.n - NONCE_SIZE,
						       (const unsigned char *)ad.p, ad.n, (const unsigned char *)bytes.p, k->key) != 0)
		return FAIL(a, ERR_INTERNAL, "the sealed text for '" STR_FMT "' is damaged, or was not sealed for this", STR_ARG(purpose));
	*ret = str_of((char *)out, (size_t)n);
	return NULL;
}

bool seal_needs_reseal(const struct seal_ring *ring, struct str sealed)
{
	struct str id, text;

	return !sealed_split(sealed, &id, &text) || !str_eqz(id, ring->keys[0].id);
}

bool seal__mac(const struct seal_ring *ring, struct str id, struct str data, uint8_t ret[32], struct str *ret_id)
{
	const struct ring_key *k = id.p ? ring_find(ring, id) : &ring->keys[0];

	if (!k)
		return false;
	digest_hmac_sha256(str_of((const char *)k->mac_key, sizeof k->mac_key), data, ret);
	*ret_id = str_of(k->id, ID_SIZE);
	return true;
}

struct str seal_digest(struct arena *a, const struct seal_ring *ring, struct str purpose, struct str data)
{
	uint8_t d[DIGEST_SHA256_SIZE];
	struct str id;

	seal__mac(ring, STR_NONE, arena_printf(a, "digest %zu " STR_FMT " " STR_FMT, purpose.n, STR_ARG(purpose), STR_ARG(data)), d, &id);
	return hex_encode(a, str_of((const char *)d, sizeof d));
}
