#include "fed/verify.h"

#include "base/log.h"
#include "base/metrics.h"
#include "conf/limits.h"
#include "crypt/digest.h"
#include "crypt/signature.h"
#include "fed/fetch.h"
#include "fed/people.h"
#include "gate/gate.h"
#include "gate/limit.h"
#include "view/federation.h"
#include "wire/acct.h"
#include "wire/date.h"
#include "wire/signature.h"
#include "wire/url.h"

/* Mastodon's window: five minutes, and an hour for clocks that go wrong; at most twelve where the signer names an end. */
#define VALID_US (5 * US_PER_MIN)
#define VALID_MAX_US (12 * US_PER_HOUR)
#define SKEW_US US_PER_HOUR
/* A key that does not verify is fetched anew at most this often, so that forgeries cannot make us ask for it without end. */
#define REFETCH_US (10 * US_PER_S)

#define REFUSE(c, ...) FAIL((c)->arena, ERR_UNAUTHORIZED, __VA_ARGS__)

bool fed_is_signed(const struct req *r) { return request_header(r->http, "Signature").n > 0; }

static bool has_body(const struct req *r) { return r->http->method == METHOD_POST; }

static struct err *parse(struct call *c, const struct req *r, struct signature *ret)
{
	struct str header = request_header(r->http, "Signature"), input = request_header(r->http, "Signature-Input");

	if (!header.n)
		return REFUSE(c, "Request not signed");
	return input.n ? signature_parse_rfc9421(c->arena, input, header, ret) : signature_parse(c->arena, header, ret);
}

/* Some name themselves, and not their key. */
static bool names_a_person(struct str key_id) { return str_has_prefix(key_id, STR("acct:")); }

static struct str host_of_key(struct call *c, struct str key_id)
{
	struct str domain = STR_NONE;

	if (names_a_person(key_id))
		return domain_normalize(c->arena, str_from(key_id, str_rfind(key_id, '@') + 1), &domain) ? domain : STR_NONE;
	return url_domain(c->arena, key_id);
}

struct err *fed_refuse_suspended(struct call *c, const struct req *r)
{
	struct server_limits limits;
	struct signature s;

	if (!fed_is_signed(r) || parse(c, r, &s))
		return NULL;
	limits = conf_limits_of(c->conf, host_of_key(c, s.key_id));
	if (!limits.suspended)
		return NULL;
	metric_add(METRIC_requests_of_suspended_total, STR_NONE, 1);
	/* Not the host: there may be any number of them below a domain, and repeats of one line are counted. */
	log_info("fed.suspended", KV("blocked", limits.by));
	return FAIL(c->arena, ERR_FORBIDDEN, "Public key not found for key " STR_FMT, STR_ARG(str_upto(s.key_id, 200)));
}

/* A time that stands in the header of the draft and is not signed is anybody's: with it, what was kept for long would be of today. */
static bool says(const struct signature *s, bool has, const char *name) { return has && (s->rfc9421 || signature_covers(s, name)); }

static struct err *check_time(struct call *c, const struct req *r, const struct signature *s)
{
	struct str date = request_header(r->http, "Date");
	int64_t created, until;

	if (says(s, s->has_created, "(created)"))
		created = s->created_us;
	else if (s->rfc9421)
		return REFUSE(c, "The signature does not say when it was made");
	else if (!date_http_parse(date, &created))
		return REFUSE(c, "Invalid Date header: '" STR_FMT "'", STR_ARG(str_upto(date, 60)));
	until = created + VALID_US;
	if (says(s, s->has_expires, "(expires)"))
		until = s->expires_us < created + VALID_MAX_US ? s->expires_us : created + VALID_MAX_US;
	if (created > c->now_us + SKEW_US || until + SKEW_US < c->now_us)
		return REFUSE(c, "Signed request date outside acceptable time window");
	return NULL;
}

static struct err *check_covered(struct call *c, const struct req *r, const struct signature *s)
{
	if (s->rfc9421) {
		if (!signature_covers(s, "@method") || !signature_covers(s, "@target-uri"))
			return REFUSE(c, "The signature must cover @method and @target-uri");
		if (has_body(r) && !signature_covers(s, "content-digest"))
			return REFUSE(c, "The signature must cover content-digest");
		return NULL;
	}
	if (!signature_covers(s, "date") && !signature_covers(s, "(created)"))
		return REFUSE(c, "This server requires the Date header or (created) pseudo-header to be signed");
	/* Else it would do for another path, or another server. */
	if (!signature_covers(s, "(request-target)") || !signature_covers(s, "host"))
		return REFUSE(c, "This server requires the Host header and the (request-target) pseudo-header to be signed");
	if (has_body(r) && !signature_covers(s, "digest"))
		return REFUSE(c, "This server requires the Digest header to be signed when doing a POST request");
	return NULL;
}

/* The digest that is signed must be read, and the other, where there is one that can be, must not contradict it. */
static struct err *check_digest(struct call *c, const struct req *r, const struct signature *s)
{
	struct str draft, later, body;
	bool has_draft, has_later;
	uint8_t sha[DIGEST_SHA256_SIZE];

	if (!has_body(r))
		return NULL;
	has_draft = digest_parse(c->arena, request_header(r->http, "Digest"), &draft);
	has_later = content_digest_parse(c->arena, request_header(r->http, "Content-Digest"), &later);
	if (!(s->rfc9421 ? has_later : has_draft))
		return REFUSE(c, "Invalid Digest value. Only SHA-256 is read");
	digest_sha256(r->http->body.p ? r->http->body : STR(""), sha);
	body = str_of((const char *)sha, sizeof sha);
	if ((has_draft && !str_eq(draft, body)) || (has_later && !str_eq(later, body)))
		return REFUSE(c, "Invalid Digest value. Computed SHA-256 digest does not match");
	return NULL;
}

static struct err *check_form(struct call *c, const struct req *r, struct signature *ret)
{
	TRY(parse(c, r, ret));
	if (!fed_is_our_host(c, request_header(r->http, "Host")))
		return REFUSE(c, "The request was signed for another server");
	TRY(check_time(c, r, ret));
	TRY(check_covered(c, r, ret));
	return check_digest(c, r, ret);
}

struct err *fed_verify_form(struct call *c, const struct req *r)
{
	struct signature s;

	return check_form(c, r, &s);
}

/* ---- the signature itself ---- */

static struct str header_of(void *arg, struct str name)
{
	const struct request *http = arg;
	char z[128];

	if (name.n >= sizeof z)
		return STR_NONE;
	memcpy(z, name.p, name.n);
	z[name.n] = 0;
	return request_header(http, z);
}

static struct err *holds(struct call *c, const struct req *r, const struct signature *s, struct str pem, bool with_query)
{
	struct url base = { 0 };
	struct signature_request sr = { .method = str_z(gate_method_name(r->http->method)), .target = r->http->target, .header = header_of,
					.arg = r->http };
	enum signature_algorithm alg;
	struct str text;

	if (!url_parse(c->arena, c->conf->base_url, &base))
		return FAIL(c->arena, ERR_INTERNAL, "base_url is no address");
	sr.scheme = base.scheme;
	sr.authority = request_header(r->http, "Host");
	if (!with_query)
		sr.target = str_upto(sr.target, str_find(sr.target, '?'));
	if (!signature_algorithm_find(s->algorithm, &alg))
		return REFUSE(c, "Unsupported signature algorithm");
	TRY(signature_string(c->arena, s, &sr, &text));
	return signature_verify(c->arena, alg, pem, text, s->bytes);
}

static struct err *try_key(struct call *c, const struct req *r, const struct signature *s, struct str pem)
{
	int64_t began = world_thread_cpu_us();
	struct err *e = holds(c, r, s, pem, true);

	/* Some sign (request-target) without its query. */
	if (e && !s->rfc9421 && r->http->query.n)
		e = holds(c, r, s, pem, false);
	c->spent_us[SPENT_SIGNATURE] += world_thread_cpu_us() - began;
	return e;
}

/* The second run of a request, on the lane that may wait, finds this in http->state. */
static char on_key_lane;

static struct err *run_again(struct req *r, bool *ret_again)
{
	r->http->state = &on_key_lane;
	r->out->again = true;
	r->out->again_on = LANE_KEY;
	*ret_again = true;
	return NULL;
}

/* Ours are not looked up: they sign with their keys. */
static struct err *named_person(struct call *c, struct str key_id, struct account **ret)
{
	struct acct who;

	*ret = NULL;
	if (!acct_parse(c->arena, key_id, &who) || str_eq(who.domain, c->conf->domain) || str_eq(who.domain, c->conf->web_domain))
		return REFUSE(c, "Public key not found for key " STR_FMT, STR_ARG(str_upto(key_id, 200)));
	return view_account_by_handle(c, who.name, who.domain, ret);
}

/* The one of theirs that this signature can be made with. */
static struct err *key_of_person(struct call *c, const struct signature *s, struct actor_key *ret, struct account **ret_owner, bool *ret_found)
{
	enum key_algorithm wanted = str_eqz(s->algorithm, "ed25519") ? KEY_ALGORITHM_ED25519 : KEY_ALGORITHM_RSA_SHA256;
	struct actor_key *keys;
	struct err *e;
	size_t n;

	*ret_found = false;
	TRY(named_person(c, s->key_id, ret_owner));
	if (!*ret_owner)
		return NULL;
	e = view_actor_keys(c, (*ret_owner)->id, &keys, &n);
	if (e)
		return e->code == ERR_NOT_FOUND ? NULL : e;
	for (size_t i = 0; i < n && !*ret_found; i++) {
		*ret = keys[i];
		*ret_found = keys[i].algorithm == wanted;
	}
	return NULL;
}

/* The key, and whose it is. */
static struct err *find_key(struct call *c, const struct signature *s, struct actor_key *ret, struct fed_signed_by *by, bool *ret_found)
{
	bool names = names_a_person(s->key_id);

	TRY(names ? key_of_person(c, s, ret, &by->account, ret_found) : view_key_and_owner(c, s->key_id, ret, &by->account, ret_found));
	by->key_uri = s->key_id;
	if (!*ret_found)
		return NULL;
	if (by->account->deleted_us)
		return FAIL_DEFAULT(c->arena, ERR_GONE);
	/* A name may be of another domain than who has it. */
	if (names && conf_limits_of(c->conf, url_domain(c->arena, by->account->uri)).suspended)
		return FAIL(c->arena, ERR_FORBIDDEN, "Public key not found for key " STR_FMT, STR_ARG(str_upto(s->key_id, 200)));
	return NULL;
}

static struct err *ask_for_key(struct call *c, struct fed_budget *b, struct str key_id)
{
	struct account *known;
	account_id who;

	if (!names_a_person(key_id))
		return fed_key_fetch(c, b, key_id);
	TRY(named_person(c, key_id, &known));
	return known ? fed_person_again(c, b, known->id) : fed_person_named(c, b, key_id, &who);
}

/* Whose name is on the key is not known yet to have anything to do with it: who asks is an address. */
static struct err *fetch_key(struct call *c, const struct req *r, struct str key_uri)
{
	struct fed_budget b = fed_budget(c);
	struct err *e;

	b.blamed = arena_concat(c->arena, STR("from "), limit_network(r->http->peer));
	e = fed_budget_end(c, &b, ask_for_key(c, &b, key_uri));
	if (b.refused)
		return FAIL(c->arena, ERR_LIMITED, "too many keys that are not there were asked for from your address");
	if (e && (e->code == ERR_NOT_FOUND || e->code == ERR_INVALID))
		return REFUSE(c, "Public key not found for key " STR_FMT, STR_ARG(str_upto(key_uri, 200)));
	return e;
}

struct err *fed_verify(struct call *c, struct req *r, struct fed_signed_by *ret, bool *ret_again)
{
	bool may_wait = r->http->state == &on_key_lane, found, fetched = false;
	struct actor_key key;
	struct signature s;
	struct err *e;

	*ret_again = false;
	r->out->again = false;
	TRY(check_form(c, r, &s));
	ret->signature = s.bytes;
	ret->dialect = s.rfc9421 ? DIALECT_RFC9421 : DIALECT_DRAFT;
	TRY(find_key(c, &s, &key, ret, &found));
	if (!found) {
		if (!may_wait)
			return run_again(r, ret_again);
		TRY(fetch_key(c, r, s.key_id));
		fetched = true;
		TRY(find_key(c, &s, &key, ret, &found));
		if (!found)
			return REFUSE(c, "Public key not found for key " STR_FMT, STR_ARG(str_upto(s.key_id, 200)));
	}
	e = try_key(c, r, &s, key.public_pem);
	if (!e)
		return NULL;
	if (e->code != ERR_UNAUTHORIZED || fetched || ret->account->local || ret->account->fetched_us > c->now_us - REFETCH_US)
		return REFUSE(c, "Verification failed for " STR_FMT, STR_ARG(str_upto(s.key_id, 200)));
	/* The key may have been changed over there. */
	if (!may_wait)
		return run_again(r, ret_again);
	TRY(fetch_key(c, r, s.key_id));
	TRY(find_key(c, &s, &key, ret, &found));
	return found && !try_key(c, r, &s, key.public_pem) ? NULL : REFUSE(c, "Verification failed for " STR_FMT, STR_ARG(str_upto(s.key_id, 200)));
}
