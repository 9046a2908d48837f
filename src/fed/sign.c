#include "fed/sign.h"

#include "acts/keys.h"
#include "crypt/digest.h"
#include "crypt/seal.h"
#include "crypt/signature.h"
#include "view/federation.h"
#include "wire/date.h"
#include "wire/signature.h"
#include "wire/url.h"

struct err *fed_signer_open(struct call *c, account_id who, struct str key_uri, struct str key_sealed, struct fed_signer *ret)
{
	ret->key_uri = key_uri;
	return unseal(c->arena, c->house->ring, acts_key_purpose(c->arena, who), key_sealed, &ret->private_pem);
}

struct err *fed_signer_get(struct call *c, account_id who, struct fed_signer *ret)
{
	struct actor_key key;

	TRY(view_actor_key(c, who, KEY_ALGORITHM_RSA_SHA256, &key));
	return fed_signer_open(c, who, key.uri, key.sealed, ret);
}

struct err *fed_signer_instance(struct call *c, struct fed_signer *ret)
{
	struct account *a;

	TRY(view_instance_actor(c, &a));
	return fed_signer_get(c, a->id, ret);
}

enum dialect fed_dialect_first(enum dialect known) { return known == DIALECT_RFC9421 ? DIALECT_RFC9421 : DIALECT_DRAFT; }
enum dialect fed_dialect_other(enum dialect first) { return first == DIALECT_RFC9421 ? DIALECT_DRAFT : DIALECT_RFC9421; }
bool fed_dialect_refused(int status) { return status == 400 || status == 401; }

struct signed_values {
	struct str host, date, type;
	struct str digest, content_digest;        /* one of them, where there is a body */
};

static struct str value_of(void *arg, struct str name)
{
	const struct signed_values *v = arg;

	return str_eqz(name, "host") ? v->host : str_eqz(name, "date") ? v->date : str_eqz(name, "digest") ? v->digest :
	       str_eqz(name, "content-digest") ? v->content_digest : str_eqz(name, "content-type") ? v->type : STR_NONE;
}

static struct signature frame(struct call *c, const struct fed_signer *who, enum dialect dialect, bool body)
{
	if (dialect != DIALECT_RFC9421)
		return signature_draft(who->key_uri, body ? "(request-target) host date digest content-type" : "(request-target) host date");
	return signature_rfc9421(c->arena, who->key_uri, str_z(signature_algorithm_name(SIGNATURE_RSA_V1_5_SHA256)), c->now_us,
				 body ? "@method @target-uri content-digest content-type" : "@method @target-uri");
}

static void add(struct call *c, const char **ret, size_t *n, const char *name, struct str value)
{
	ret[(*n)++] = arena_strz(c->arena, arena_concat(c->arena, str_z(name), STR(": "), value));
}

static void digest_body(struct call *c, enum dialect dialect, struct str body, struct signed_values *v)
{
	uint8_t sha[DIGEST_SHA256_SIZE];
	struct str sum = str_of((const char *)sha, sizeof sha);

	digest_sha256(body, sha);
	if (dialect == DIALECT_RFC9421)
		v->content_digest = content_digest_format(c->arena, sum);
	else
		v->digest = digest_format(c->arena, sum);
}

struct err *fed_sign(struct call *c, const struct fed_signer *who, enum dialect dialect, struct str url, struct str body,
		     const char *ret[FED_HEADERS_MAX])
{
	struct signature s = frame(c, who, dialect, body.p != NULL);
	struct signed_values v = { .date = date_http(c->arena, c->now_us), .type = STR("application/activity+json") };
	struct signature_request r = { .method = body.p ? STR("POST") : STR("GET"), .header = value_of, .arg = &v };
	struct str text;
	struct url u;
	size_t n = 0;

	if (!url_parse(c->arena, url, &u))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no address", STR_ARG(str_upto(url, 200)));
	v.host = r.authority = u.domain;
	r.scheme = u.scheme;
	r.target = u.target;
	if (body.p)
		digest_body(c, dialect, body, &v);
	TRY(signature_string(c->arena, &s, &r, &text));
	TRY(signature_sign(c->arena, s.rfc9421 ? SIGNATURE_RSA_V1_5_SHA256 : SIGNATURE_RSA_SHA256, who->private_pem, text, &s.bytes));
	if (v.digest.n)
		add(c, ret, &n, "Digest", v.digest);
	if (v.content_digest.n)
		add(c, ret, &n, "Content-Digest", v.content_digest);
	if (body.p)
		add(c, ret, &n, "Content-Type", v.type);
	else
		add(c, ret, &n, "Accept", STR(FED_ACCEPT));
	add(c, ret, &n, "Date", v.date);
	if (s.rfc9421)
		add(c, ret, &n, "Signature-Input", signature_input_format(c->arena, &s));
	add(c, ret, &n, "Signature", signature_format(c->arena, &s));
	ret[n] = NULL;
	return NULL;
}

void fed_header_add(struct call *c, const char *headers[FED_HEADERS_MAX], struct str line)
{
	size_t n = 0;

	while (headers[n])
		n++;
	if (line.n && n + 1 < FED_HEADERS_MAX) {
		headers[n++] = arena_strz(c->arena, line);
		headers[n] = NULL;
	}
}
