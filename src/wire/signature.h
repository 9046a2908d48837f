/* wire/signature.h: the headers of signed requests, read and written; no cryptography (crypt does that). Two dialects in one
 * struct: draft-cavage-http-signatures-12 (what the fediverse speaks) and HTTP Message Signatures, RFC 9421, with one signature a
 * request. Digests: "Digest: SHA-256=" (RFC 3230) and Content-Digest (RFC 9530). What Mastodon wants of them: its 4.6 documentation,
 * "Security", verified in the order fed and gate say; here only form is judged. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum { SIGNATURE_HEADER_MAX = 8192, SIGNATURE_COVERED_MAX = 32 };

struct signature {
	bool rfc9421;
	struct str key_id;
	struct str algorithm;             /* "rsa-sha256", "hs2019" (draft; the default), "rsa-v1_5-sha256"…; none if a 9421 header says none */
	struct str covered[SIGNATURE_COVERED_MAX]; /* "(request-target)", "date"; "@method", "content-digest": lower case, each once */
	size_t covered_n;
	struct str bytes;                 /* the signature, decoded */
	bool has_created, has_expires;
	int64_t created_us, expires_us;
	struct str params;                /* 9421: what "@signature-params" stands for */
};

/* What the signature is about. header(arg, name) gives a header's value, none where it is missing; names come in lower case. */
struct signature_request {
	struct str method;                /* "POST" */
	struct str target;                /* path and query as on the request line */
	struct str scheme, authority;     /* 9421 only: "https", "example.org" or "localhost:3000" */
	struct str (*header)(void *arg, struct str name);
	void *arg;
};

/* Fail: BAD_REQUEST  unreadable, a parameter twice, none of keyId and signature, an unknown algorithm, (created) with an algorithm
 *                    that is not hs2019; 9421: more than one signature, labels that differ, component parameters. */
MUST struct err *signature_parse(struct arena *a, struct str header, struct signature *ret);
MUST struct err *signature_parse_rfc9421(struct arena *a, struct str input, struct str header, struct signature *ret);
bool signature_covers(const struct signature *s, const char *name);

/* The bytes that are signed. Fails: BAD_REQUEST  a covered header is missing, or a component is unknown. */
MUST struct err *signature_string(struct arena *a, const struct signature *s, const struct signature_request *r, struct str *ret);

/* The value of the header Signature of s, whose bytes are set, and for RFC 9421 that of Signature-Input. */
struct str signature_format(struct arena *a, const struct signature *s);
struct str signature_input_format(struct arena *a, const struct signature *s);
/* A signature's frame over these components (cut by blanks, lower case): a draft one with rsa-sha256, or one of RFC 9421. key_id and
 * algorithm are ours: without quotes and backslashes. */
struct signature signature_draft(struct str key_id, const char *headers);
struct signature signature_rfc9421(struct arena *a, struct str key_id, struct str algorithm, int64_t created_us, const char *components);

/* sha256 is 32 bytes. Parse: false where there is no readable SHA-256. */
struct str digest_format(struct arena *a, struct str sha256);                 /* "SHA-256=…" */
bool digest_parse(struct arena *a, struct str header, struct str *ret_sha256);
struct str content_digest_format(struct arena *a, struct str sha256);         /* "sha-256=:…:" */
bool content_digest_parse(struct arena *a, struct str header, struct str *ret_sha256);
