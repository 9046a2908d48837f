#include "fed/sign.h"

#include "acts/keys.h"
#include "crypt/digest.h"
#include "crypt/seal.h"
#include "crypt/signature.h"
#include "view/federation.h"
#include "wire/date.h"
#include "wire/signature.h"
#include "wire/url.h"

struct err *fed_signer_get(struct call *c, account_id who, struct fed_signer *ret)
{
	struct actor_key key;

	TRY(view_actor_key(c, who, &key));
	ret->key_uri = key.uri;
	return unseal(c->arena, c->house->ring, acts_key_purpose(c->arena, who), key.sealed, &ret->private_pem);
}

struct err *fed_signer_instance(struct call *c, struct fed_signer *ret)
{
	struct account *a;

	TRY(view_instance_actor(c, &a));
	return fed_signer_get(c, a->id, ret);
}

struct signed_values {
	struct str host, date, digest, type;
};

static struct str value_of(void *arg, struct str name)
{
	const struct signed_values *v = arg;

	return str_eqz(name, "host") ? v->host : str_eqz(name, "date") ? v->date : str_eqz(name, "digest") ? v->digest :
	       str_eqz(name, "content-type") ? v->type : STR_NONE;
}

struct err *fed_sign(struct call *c, const struct fed_signer *who, struct str url, struct str body, const char *ret[FED_HEADERS_MAX])
{
	struct signature s = signature_draft(who->key_uri, body.p ? "(request-target) host date digest content-type" : "(request-target) host date");
	struct signed_values v = { .date = date_http(c->arena, c->now_us), .type = STR("application/activity+json") };
	struct signature_request r = { .method = body.p ? STR("POST") : STR("GET"), .header = value_of, .arg = &v };
	struct str text;
	struct url u;
	uint8_t sha[DIGEST_SHA256_SIZE];
	size_t n = 0;

	if (!url_parse(c->arena, url, &u))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no address", STR_ARG(str_upto(url, 200)));
	v.host = u.domain;
	r.target = u.target;
	if (body.p) {
		digest_sha256(body, sha);
		v.digest = digest_format(c->arena, str_of((const char *)sha, sizeof sha));
		ret[n++] = arena_strz(c->arena, arena_concat(c->arena, STR("Digest: "), v.digest));
		ret[n++] = arena_strz(c->arena, arena_concat(c->arena, STR("Content-Type: "), v.type));
	} else {
		ret[n++] = "Accept: " FED_ACCEPT;
	}
	TRY(signature_string(c->arena, &s, &r, &text));
	TRY(signature_sign(c->arena, SIGNATURE_RSA_SHA256, who->private_pem, text, &s.bytes));
	ret[n++] = arena_strz(c->arena, arena_concat(c->arena, STR("Date: "), v.date));
	ret[n++] = arena_strz(c->arena, arena_concat(c->arena, STR("Signature: "), signature_format(c->arena, &s)));
	ret[n] = NULL;
	return NULL;
}
