#include "fed/fetch.h"

#include "acts/host.h"
#include "base/log.h"
#include "base/metrics.h"
#include "conf/conf.h"
#include "fed/sign.h"
#include "net/client.h"
#include "view/federation.h"
#include "view/host.h"
#include "wire/link.h"
#include "wire/url.h"

enum { FETCH_TIMEOUT_MS = 10000, BUDGET_S = 90 };

struct fed_budget fed_budget(struct call *c)
{
	return (struct fed_budget){ .fetches_left = FED_FETCHES_MAX, .host_max = FED_HOST_FETCHES_MAX, .hosts = map_create(c->arena),
				    .bytes_left = FED_BYTES_MAX, .until_us = c->world->now_us(c->world) + BUDGET_S * US_PER_S };
}

struct fed_budget fed_budget_for(struct call *c, struct str uri)
{
	struct fed_budget b = fed_budget(c);

	b.cause = uri;
	return b;
}

void fed_budget_in_vain(struct fed_budget *b) { b->vain = b->made; }

struct err *fed_budget_end(struct call *c, struct fed_budget *b, struct err *e)
{
	struct err *noted = NULL;

	if (b->blamed.n && (b->vain > 0 || (b->counted && b->made > 0)))
		noted = acts_fetches_made(c, b->blamed, b->counted ? b->made : 0, b->vain);
	b->made = b->vain = 0;
	return e ? e : noted;
}

struct str fed_id_of(const struct json *v)
{
	if (json_kind(v) == JSON_ARRAY)
		v = json_at(v, 0);
	if (json_kind(v) == JSON_OBJECT)
		v = json_get(v, "id");
	return json_str(v);
}

bool fed_is_ours(struct call *c, struct str uri) { return url_same_host(uri, c->conf->base_url); }

/* ---- laboratories ---- */

/* What a name with a port stands for here, before any name service is asked. */
static struct str lab_address(struct call *c, struct str host)
{
	struct str rest = c->conf->static_hosts, piece, name, at;

	while (str_next(&rest, ' ', &piece))
		if (str_cut(piece, '=', &name, &at) && str_ieq(name, host))
			return str_upto(at, str_rfind(at, ':'));
	if (str_eqz(host, "localhost"))
		return STR("127.0.0.1");
	return host;
}

bool fed_is_our_host(struct call *c, struct str host)
{
	struct str ours = url_domain(c->arena, c->conf->base_url), normal;
	size_t colon = str_rfind(ours, ':');

	if (!domain_normalize(c->arena, host, &normal))
		return false;
	if (str_eq(normal, ours) || str_eq(normal, c->conf->domain) || str_eq(normal, c->conf->web_domain))
		return true;
	return colon < ours.n && str_eq(normal, arena_concat(c->arena, lab_address(c, str_upto(ours, colon)), str_from(ours, colon)));
}

struct str fed_origin(struct call *c, struct str domain)
{
	size_t colon = str_rfind(domain, ':');
	struct str ip;
	int64_t port;

	if (!domain.p || colon == domain.n || !str_i64(str_from(domain, colon + 1), &port) || port < 1 || port > 65535)
		return arena_concat(c->arena, STR("https://"), domain);
	ip = lab_address(c, str_upto(domain, colon));
	if (c->house->client && client_only_by_allowance(c->house->client, arena_strz(c->arena, ip), (int)port))
		return arena_concat(c->arena, STR("http://"), domain);
	return arena_concat(c->arena, STR("https://"), domain);
}

bool fed_is_plain(struct call *c, struct str url)
{
	return url.p && str_ihas_prefix(url, STR("http://")) && !str_has_prefix(url, fed_origin(c, url_domain(c->arena, url)));
}

/* ---- one exchange ---- */

static int *made_to(struct call *c, struct fed_budget *b, struct str url)
{
	struct str host = url_domain(c->arena, url);
	int *n = map_find(b->hosts, host);

	if (!n) {
		n = arena_new(c->arena, int);
		map_put(b->hosts, host, n);
	}
	return n;
}

static bool may_spend(struct call *c, struct fed_budget *b, struct str url)
{
	return b->fetches_left > 0 && b->bytes_left > 0 && *made_to(c, b, url) < b->host_max && c->world->now_us(c->world) <= b->until_us;
}

/* The registered domain; where there is none, the domain. */
static struct str blamed_for(struct call *c, struct str cause)
{
	struct str domain = url_domain(c->arena, cause), registered;

	if (!cause.n || fed_is_ours(c, cause))
		return STR_NONE;
	if (!domain.n)
		domain = cause;
	registered = domain_registered(c->arena, domain);
	return registered.n ? registered : domain;
}

static struct err *weigh(struct call *c, struct fed_budget *b)
{
	b->weighed = true;
	if (!b->blamed.n)
		b->blamed = blamed_for(c, b->cause);
	if (!b->blamed.n)
		return NULL;
	TRY(view_fetches_spent(c, b->blamed, &b->refused, &b->counted));
	if (!b->refused)
		return NULL;
	b->fetches_left = 0;
	log_warn("fetches.in_vain", KV("for", b->blamed));
	return NULL;
}

static struct err *spend(struct call *c, struct fed_budget *b, struct str url)
{
	if (!b->weighed)
		TRY(weigh(c, b));
	if (!may_spend(c, b, url))
		return FAIL(c->arena, ERR_INVALID, "too much would have to be fetched");
	if (!c->house->client)
		return FAIL(c->arena, ERR_REMOTE, "nothing is fetched from here");
	if (fed_is_plain(c, url))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' would be fetched without TLS", STR_ARG(str_upto(url, 200)));
	if (b->asks_nobody) {
		b->needs = url_domain(c->arena, url);
		return FAIL(c->arena, ERR_LATER, "'" STR_FMT "' has to be asked", STR_ARG(b->needs));
	}
	b->fetches_left--;
	b->made++;
	++*made_to(c, b, url);
	return NULL;
}

static struct err *outcome(struct call *c, const struct fetched *f, struct str url)
{
	static const char *const names[] = { "answered", "refused_address", "timeout", "too_large", "tls", "unreachable", "bad_url" };

	metric_add(METRIC_fetches_total, str_z(names[f->outcome]), 1);
	if (f->outcome != FETCH_REFUSED_ADDRESS && f->outcome != FETCH_BAD_URL) {
		c->remote_host = url_domain(c->arena, url);
		c->remote_failed = (f->outcome != FETCH_ANSWERED && f->outcome != FETCH_TOO_LARGE) || (f->outcome == FETCH_ANSWERED && f->status >= 500);
	}
	if (f->outcome == FETCH_REFUSED_ADDRESS || f->outcome == FETCH_BAD_URL || f->outcome == FETCH_TOO_LARGE)
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' cannot be fetched: " STR_FMT, STR_ARG(str_upto(url, 200)), STR_ARG(f->why));
	if (f->outcome != FETCH_ANSWERED)
		return FAIL(c->arena, ERR_REMOTE, "'" STR_FMT "' could not be fetched: " STR_FMT, STR_ARG(str_upto(url, 200)), STR_ARG(f->why));
	if (f->status == 410)
		return FAIL(c->arena, ERR_GONE, "'" STR_FMT "' is gone", STR_ARG(str_upto(url, 200)));
	if (f->status >= 500 || f->status == 429 || f->status == 408)
		return FAIL(c->arena, ERR_REMOTE, "'" STR_FMT "' answered %d", STR_ARG(str_upto(url, 200)), f->status);
	if (f->status >= 400)
		return FAIL(c->arena, ERR_NOT_FOUND, "'" STR_FMT "' answered %d", STR_ARG(str_upto(url, 200)), f->status);
	return NULL;
}

static struct err *knock(struct call *c, struct fed_budget *b, const struct fed_signer *who, enum dialect dialect, struct str url,
			 struct fetched *ret)
{
	const char *headers[FED_HEADERS_MAX];
	struct fetch f = { .url = url, .headers = headers, .timeout_ms = FETCH_TIMEOUT_MS, .body_max = FED_BODY_MAX };

	TRY(spend(c, b, url));
	TRY(fed_sign(c, who, dialect, url, STR_NONE, headers));
	if (b->bearer.n && url_same_host(url, b->bearer_at))
		fed_header_add(c, headers, arena_concat(c->arena, STR("Authorization: Bearer "), b->bearer));
	b->status = 0;
	TRY(client_fetch(c, c->house->client, &f, ret));
	b->bytes_left -= (int64_t)ret->body.n;
	b->status = ret->outcome == FETCH_ANSWERED ? ret->status : 0;
	return NULL;
}

/* Twice where the first signature is refused and the budget allows it. Only such a refusal teaches us what is read there: most hosts
 * show public documents whatever the signature. */
static struct err *knock_twice(struct call *c, struct fed_budget *b, const struct fed_signer *who, struct str url, struct fetched *ret)
{
	struct str host = url_domain(c->arena, url);
	enum dialect known, first, other;
	struct fetched second;

	TRY(view_host_dialect(c, host, &known));
	first = fed_dialect_first(known);
	other = fed_dialect_other(first);
	TRY(knock(c, b, who, first, url, ret));
	if (ret->outcome != FETCH_ANSWERED || !fed_dialect_refused(ret->status) || !may_spend(c, b, url))
		return NULL;
	TRY(knock(c, b, who, other, url, &second));
	if (second.outcome != FETCH_ANSWERED || fed_dialect_refused(second.status))
		return NULL;
	*ret = second;
	return second.status == 200 ? acts_host_dialect_learned(c, host, other) : NULL;
}

static bool leads_on(const struct fetched *f) { return f->status >= 300 && f->status < 400 && f->status != 304; }

/* Redirects are followed here, because each hop is paid for, and signed anew where it is signed. */
static struct err *next_hop(struct call *c, const struct fetched *f, int hops, struct str *url)
{
	struct url at, next;

	if (hops == FED_REDIRECTS_MAX || !url_parse(c->arena, *url, &at) || !url_resolve(c->arena, &at, f->location, &next) ||
	    (str_eqz(at.scheme, "https") && !str_eqz(next.scheme, "https")))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' leads nowhere", STR_ARG(str_upto(*url, 200)));
	*url = next.text;
	return NULL;
}

/* *ret_url is where the document was. */
static struct err *get_signed(struct call *c, struct fed_budget *b, struct str url, struct fetched *ret, struct str *ret_url)
{
	struct fed_signer who;

	TRY(fed_signer_instance(c, &who));
	for (int hops = 0;; hops++) {
		TRY(knock_twice(c, b, &who, url, ret));
		TRY(outcome(c, ret, url));
		*ret_url = url;
		if (!leads_on(ret))
			return NULL;
		TRY(next_hop(c, ret, hops, &url));
		if (fed_is_ours(c, url))
			return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' leads here", STR_ARG(str_upto(*ret_url, 200)));
	}
}

static struct err *get_document(struct call *c, struct fed_budget *b, struct str uri, const struct json **ret, struct str *ret_url)
{
	struct fetched f;
	struct err *e;

	TRY(get_signed(c, b, uri, &f, ret_url));
	if (f.status != 200 || !mime_is_activity(c->arena, f.content_type))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no ActivityPub document", STR_ARG(str_upto(uri, 200)));
	e = json_parse(c->arena, f.body, ret);
	if (e || json_kind(*ret) != JSON_OBJECT)
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no JSON document", STR_ARG(str_upto(uri, 200)));
	return NULL;
}

/* Both are addresses, and the same but for a fragment. */
static bool same_address(struct call *c, struct str one, struct str other)
{
	struct url a, b;

	return url_parse(c->arena, one, &a) && url_parse(c->arena, other, &b) && str_eq(a.text, b.text);
}

/* Of `before` made until then: what was made since was for nothing where it ended so, but for what is our own trouble. */
static struct err *weighed_up(struct fed_budget *b, int before, struct err *e)
{
	if (e && (e->code == ERR_NOT_FOUND || e->code == ERR_GONE || e->code == ERR_INVALID || e->code == ERR_REMOTE))
		b->vain += b->made - before;
	return e;
}

static struct err *get_at_its_id(struct call *c, struct fed_budget *b, struct str uri, const struct json **ret)
{
	struct url u;
	struct str where, id;

	if (!url_parse(c->arena, uri, &u) || fed_is_ours(c, uri))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is nothing to fetch", STR_ARG(str_upto(uri, 200)));
	TRY(get_document(c, b, u.text, ret, &where));
	id = json_get_s(*ret, "id");
	if (same_address(c, id, where))
		return NULL;
	if (!url_parse(c->arena, id, &u) || fed_is_ours(c, id))
		return FAIL(c->arena, ERR_INVALID, "the document at '" STR_FMT "' has no id of its own", STR_ARG(str_upto(uri, 200)));
	TRY(get_document(c, b, u.text, ret, &where));
	if (!same_address(c, json_get_s(*ret, "id"), where))
		return FAIL(c->arena, ERR_INVALID, "the document at '" STR_FMT "' is another's", STR_ARG(str_upto(id, 200)));
	return NULL;
}

struct err *fed_fetch(struct call *c, struct fed_budget *b, struct str uri, const struct json **ret)
{
	int before = b->made;

	return weighed_up(b, before, get_at_its_id(c, b, uri, ret));
}

static struct err *get_text(struct call *c, struct fed_budget *b, struct str url, const char *accept, struct str *ret_body)
{
	const char *headers[] = { arena_strz(c->arena, arena_concat(c->arena, STR("Accept: "), str_z(accept))), NULL };
	struct fetch f = { .url = url, .headers = headers, .timeout_ms = FETCH_TIMEOUT_MS, .body_max = FED_BODY_MAX / 4 };
	struct fetched got;

	for (int hops = 0;; hops++) {
		TRY(spend(c, b, f.url));
		b->status = 0;
		TRY(client_fetch(c, c->house->client, &f, &got));
		b->bytes_left -= (int64_t)got.body.n;
		b->status = got.outcome == FETCH_ANSWERED ? got.status : 0;
		TRY(outcome(c, &got, f.url));
		if (!leads_on(&got))
			break;
		TRY(next_hop(c, &got, hops, &f.url));
	}
	if (got.status != 200)
		return FAIL(c->arena, ERR_NOT_FOUND, "'" STR_FMT "' answered %d", STR_ARG(str_upto(url, 200)), got.status);
	*ret_body = got.body;
	return NULL;
}

struct err *fed_fetch_text(struct call *c, struct fed_budget *b, struct str url, const char *accept, struct str *ret_body)
{
	int before = b->made;

	return weighed_up(b, before, get_text(c, b, url, accept, ret_body));
}
