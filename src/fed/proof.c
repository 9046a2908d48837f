#include "fed/proof.h"

#include "acts/keys.h"
#include "crypt/digest.h"
#include "crypt/seal.h"
#include "crypt/signature.h"
#include "fed/note_read.h"
#include "fed/people.h"
#include "view/federation.h"
#include "wire/date.h"
#include "wire/jcs.h"
#include "wire/multibase.h"
#include "wire/url.h"

/* What a check may cost: one proof of the first few, over a document of this size at most, whose own part in it is small. A larger one is no
 * post that anybody wrote. */
enum { PROOFS_MAX = 10, CONTEXTS_MAX = 100, PROVEN_MAX = 256 * 1024, OPTIONS_MAX = 32 * 1024, SIGNATURE_SIZE = 64 };
#define SKEW_US US_PER_HOUR
/* As for signatures of requests: a key that does not fit is fetched anew at most this often. */
#define REFETCH_US (10 * US_PER_S)

struct proof {
	const struct json *options;
	struct str key_uri, bytes;
};

static bool is_read_here(const struct json *p)
{
	return str_eqz(json_get_s(p, "type"), "DataIntegrityProof") && str_eqz(json_get_s(p, "cryptosuite"), "eddsa-jcs-2022");
}

/* The first proof that can be read; NULL: none. */
static const struct json *pick(const struct json *said)
{
	if (json_kind(said) == JSON_OBJECT)
		return is_read_here(said) ? said : NULL;
	for (size_t i = 0; json_kind(said) == JSON_ARRAY && i < json_len(said) && i < PROOFS_MAX; i++)
		if (is_read_here(json_at(said, i)))
			return json_at(said, i);
	return NULL;
}

static bool in_time(struct call *c, const struct json *options)
{
	struct str created = json_get_s(options, "created"), expires = json_get_s(options, "expires");
	int64_t us;

	if (created.p && (!date_parse(created, &us) || us > c->now_us + SKEW_US))
		return false;
	return !expires.p || (date_parse(expires, &us) && us + SKEW_US >= c->now_us);
}

/* The form, before any key is asked for. */
static bool read_proof(struct call *c, const struct json *options, struct str author, struct proof *ret)
{
	*ret = (struct proof){ .options = options, .key_uri = json_get_s(options, "verificationMethod") };
	return ret->key_uri.n && ret->key_uri.n <= URL_MAX && url_same_host(ret->key_uri, author) &&
	       str_eqz(json_get_s(options, "proofPurpose"), "assertionMethod") && in_time(c, options) &&
	       multibase_decode(c->arena, json_get_s(options, "proofValue"), &ret->bytes) && ret->bytes.n == SIGNATURE_SIZE;
}

static bool same_json(struct call *c, const struct json *one, const struct json *other)
{
	const struct jcs_change small = { .max = OPTIONS_MAX };
	struct str a, b;

	return !jcs_write(c->arena, one, &small, &a) && !jcs_write(c->arena, other, &small, &b) && str_eq(a, b);
}

/* A proof's own context must be how the document's begins. */
static bool context_fits(struct call *c, const struct json *proofs, const struct json *documents)
{
	struct json_iter own = json_iter(proofs), whole = json_iter(documents);

	if (json_kind(proofs) != JSON_ARRAY || json_kind(documents) != JSON_ARRAY)
		return same_json(c, proofs, documents);
	if (json_len(proofs) > CONTEXTS_MAX)
		return false;
	while (json_next(&own))
		if (!json_next(&whole) || !same_json(c, own.value, whole.value))
			return false;
	return true;
}

/* What is signed: the sums of the canonical options and of the canonical document. */
static struct str sums(struct call *c, struct str options, struct str document)
{
	uint8_t *sum = arena_alloc(c->arena, (size_t)2 * DIGEST_SHA256_SIZE);

	digest_sha256(options, sum);
	digest_sha256(document, sum + DIGEST_SHA256_SIZE);
	return str_of((const char *)sum, (size_t)2 * DIGEST_SHA256_SIZE);
}

static bool holds(struct call *c, const struct proof *p, const struct jcs_change *options_change, struct str document, struct str pem)
{
	struct str options;

	return !jcs_write(c->arena, p->options, options_change, &options) &&
	       !signature_verify(c->arena, SIGNATURE_ED25519, pem, sums(c, options, document), p->bytes);
}

/* Where the proof has no context of its own, its maker may have put in the document's (as the specification of 2025 says) or none. */
static bool verify(struct call *c, const struct proof *p, const struct json *doc, struct str pem)
{
	const struct json *own = json_get(p->options, "@context"), *context = json_get(doc, "@context");
	const struct jcs_change document_change = { .without = "proof", .with = own ? "@context" : NULL, .value = own, .max = PROVEN_MAX };
	const struct jcs_change plain = { .without = "proofValue", .max = OPTIONS_MAX };
	const struct jcs_change filled = { .without = "proofValue", .with = "@context", .value = context, .max = OPTIONS_MAX };
	struct str text;

	if ((own && !context_fits(c, own, context)) || jcs_write(c->arena, doc, &document_change, &text))
		return false;
	return holds(c, p, &plain, text, pem) || (!own && context && holds(c, p, &filled, text, pem));
}

static struct err *try_key(struct call *c, const struct proof *p, const struct json *doc, struct str author, bool *ret, struct account **ret_author)
{
	struct actor_key key;
	bool found;

	*ret = false;
	TRY(view_key_by_uri(c, p->key_uri, &key, &found));
	if (!found)
		return NULL;
	TRY(view_account_by_id(c, key.account, ret_author));
	*ret = *ret_author && !(*ret_author)->local && !(*ret_author)->deleted_us && str_eq((*ret_author)->uri, author) &&
	       key.algorithm == KEY_ALGORITHM_ED25519 && verify(c, p, doc, key.public_pem);
	return NULL;
}

/* What fetching the key comes to; only what may be otherwise another time is an error. */
static struct err *fetch_key(struct call *c, struct fed_budget *b, struct str key_uri)
{
	struct err *e = fed_key_fetch(c, b, key_uri);

	return e && (e->code == ERR_NOT_FOUND || e->code == ERR_GONE || e->code == ERR_INVALID) ? NULL : e;
}

struct err *fed_proof_check(struct call *c, struct fed_budget *b, const struct json *doc, struct str author, enum fed_proof *ret,
			    struct account **ret_author)
{
	const struct json *options = pick(json_get(doc, "proof"));
	struct account *known = NULL;
	struct proof p;
	bool good;

	*ret_author = NULL;
	*ret = options ? FED_PROOF_WRONG : FED_PROOF_NONE;
	if (!options || fed_is_ours(c, author) || !read_proof(c, options, author, &p))
		return NULL;
	TRY(try_key(c, &p, doc, author, &good, &known));
	if (!good && (!known || known->fetched_us <= c->now_us - REFETCH_US)) {
		TRY(fetch_key(c, b, p.key_uri));
		TRY(try_key(c, &p, doc, author, &good, &known));
	}
	if (!good)
		return NULL;
	*ret = FED_PROOF_HOLDS;
	*ret_author = known;
	return NULL;
}

/* ---- ours ---- */

enum { PROOF_TEXT_MAX = 8 * 1024 };

static void write_options(struct call *c, const struct actor_key *key, struct jw *w)
{
	jw_kz(w, "type", "DataIntegrityProof");
	jw_kz(w, "cryptosuite", "eddsa-jcs-2022");
	jw_kstr(w, "verificationMethod", key->uri);
	jw_kz(w, "proofPurpose", "assertionMethod");
	jw_kstr(w, "created", date_iso_s(c->arena, c->now_us));
}

/* The proof's object but for its end. The document's context is signed with the options, and not repeated in them. */
static struct err *write_proof(struct call *c, const struct actor_key *key, const struct json *doc, struct jw *w)
{
	const struct jcs_change filled = { .with = "@context", .value = json_get(doc, "@context") };
	struct buf b = buf_init(c->arena, PROOF_TEXT_MAX);
	struct jw options = jw_init(&b);
	struct str document, said, pem, bytes;
	const struct json *v;

	jw_obj(&options);
	write_options(c, key, &options);
	jw_obj_end(&options);
	TRY(json_parse(c->arena, buf_str(&b), &v));
	TRY(jcs_write(c->arena, v, &filled, &said));
	TRY(jcs_write(c->arena, doc, NULL, &document));
	TRY(unseal(c->arena, c->house->ring, acts_key_purpose(c->arena, key->account), key->sealed, &pem));
	TRY(signature_sign(c->arena, SIGNATURE_ED25519, pem, sums(c, said, document), &bytes));
	write_options(c, key, w);
	jw_kstr(w, "proofValue", multibase_encode(c->arena, bytes));
	return NULL;
}

struct err *fed_proof_add(struct call *c, account_id who, struct str body, struct str *ret)
{
	struct buf b = buf_init(c->arena, PROOF_TEXT_MAX);
	struct jw w = jw_init(&b);
	const struct json *doc;
	struct actor_key key;
	struct err *e;

	*ret = body;
	TRY(json_parse(c->arena, body, &doc));
	if (!fed_has_public(json_get(doc, "to")) && !fed_has_public(json_get(doc, "cc")))
		return NULL;
	e = view_actor_key(c, who, KEY_ALGORITHM_ED25519, &key);
	if (e)
		return e->code == ERR_NOT_FOUND ? NULL : e;
	jw_obj(&w);
	TRY(write_proof(c, &key, doc, &w));
	jw_obj_end(&w);
	*ret = arena_concat(c->arena, str_upto(body, body.n - 1), STR(",\"proof\":"), buf_str(&b), STR("}"));
	return NULL;
}
