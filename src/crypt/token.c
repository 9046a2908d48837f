/* A signed token is "<key id>.<expiry in seconds>.<base64url value>.<base64url HMAC>"; the HMAC covers the purpose and all before it. */
#include <assert.h>

#include "crypt/crypt_priv.h"
#include "crypt/digest.h"
#include "crypt/seal.h"
#include "crypt/token.h"
#include "wire/base64.h"

struct str token_random(struct call *c)
{
	char bytes[32];

	call_random(c, bytes, sizeof bytes);
	return base64url_encode(c->arena, str_of(bytes, sizeof bytes));
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
}

bool token_pkce_is_challenge(struct str challenge)
{
	if (challenge.n != TOKEN_SIZE)
		return false;
	for (size_t i = 0; i < challenge.n; i++) {
		if (!is_unreserved(challenge.p[i]) || challenge.p[i] == '.' || challenge.p[i] == '~')
			return false;
	}
	return true;
}

bool token_pkce_ok(struct str verifier, struct str challenge)
{
	AUTO_ARENA(tmp);
	uint8_t d[DIGEST_SHA256_SIZE];

	if (verifier.n < 43 || verifier.n > 128)
		return false;
	for (size_t i = 0; i < verifier.n; i++) {
		if (!is_unreserved(verifier.p[i]))
			return false;
	}
	digest_sha256(verifier, d);
	return str_eq_secret(base64url_encode(tmp, str_of((char *)d, sizeof d)), challenge);
}

struct str token_csrf(struct arena *a, struct str session_token, struct str purpose)
{
	uint8_t d[DIGEST_SHA256_SIZE];

	digest_hmac_sha256(session_token, arena_concat(a, STR("csrf "), purpose), d);
	return base64url_encode(a, str_of((char *)d, sizeof d));
}

bool token_csrf_ok(struct str session_token, struct str purpose, struct str given)
{
	AUTO_ARENA(tmp);

	return session_token.n > 0 && given.n == TOKEN_SIZE && str_eq_secret(token_csrf(tmp, session_token, purpose), given);
}

/* The length before the purpose keeps "ab" + "c" and "a" + "bc" apart. */
static struct str covered(struct arena *a, struct str purpose, struct str head)
{
	return arena_printf(a, "token %zu " STR_FMT " " STR_FMT, purpose.n, STR_ARG(purpose), STR_ARG(head));
}

struct str token_sign(struct arena *a, const struct seal_ring *ring, struct str purpose, struct str value, int64_t expires_us)
{
	uint8_t d[DIGEST_SHA256_SIZE];
	struct str id, head;

	assert(value.n <= TOKEN_VALUE_MAX);
	/* The id is part of what is covered, and known only from the ring: ask for it first. */
	seal__mac(ring, STR_NONE, STR(""), d, &id);
	head = arena_printf(a, STR_FMT ".%lld." STR_FMT, STR_ARG(id), (long long)(expires_us / US_PER_S), STR_ARG(base64url_encode(a, value)));
	seal__mac(ring, id, covered(a, purpose, head), d, &id);
	return arena_concat(a, head, STR("."), base64url_encode(a, str_of((char *)d, sizeof d)));
}

enum token_state token_open(struct call *c, const struct seal_ring *ring, struct str purpose, struct str token, struct str *ret_value)
{
	struct arena *a = c->arena;
	size_t dot = str_rfind(token, '.');
	struct str head = str_upto(token, dot), rest = head, id, expiry, text, value;
	uint8_t d[DIGEST_SHA256_SIZE];
	int64_t expires_s;

	if (token.n > TOKEN_VALUE_MAX * 2 || dot == token.n)
		return TOKEN_FORGED;
	if (!str_cut(rest, '.', &id, &rest) || !str_cut(rest, '.', &expiry, &text) || id.n == 0)
		return TOKEN_FORGED;
	if (!seal__mac(ring, id, covered(a, purpose, head), d, &id) ||
	    !str_eq_secret(base64url_encode(a, str_of((char *)d, sizeof d)), str_from(token, dot + 1)))
		return TOKEN_FORGED;
	if (!str_i64(expiry, &expires_s) || !base64url_decode(a, text, &value))
		return TOKEN_FORGED;
	if (c->now_us / US_PER_S >= expires_s)
		return TOKEN_EXPIRED;
	*ret_value = value;
	return TOKEN_GOOD;
}
