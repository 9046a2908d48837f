#include "wire/signature.h"

#include "base/buf.h"
#include "base/world.h"
#include "wire/base64.h"
#include "wire/link.h"

#define REFUSE(a, ...) FAIL((a), ERR_BAD_REQUEST, __VA_ARGS__)
#define SECONDS_MAX INT64_C(253402300799)

static bool seconds(struct str s, int64_t *ret_us)
{
	int64_t v;
	/* Some write fractions: created=1402170695.123. */
	struct str whole = str_upto(s, str_find(s, '.'));

	if (!str_i64(whole, &v) || v < 0 || v > SECONDS_MAX)
		return false;
	*ret_us = v * US_PER_S;
	return true;
}

bool signature_covers(const struct signature *s, const char *name)
{
	for (size_t i = 0; i < s->covered_n; i++)
		if (str_eqz(s->covered[i], name))
			return true;
	return false;
}

static struct err *cover(struct arena *a, struct signature *s, struct str name)
{
	name = arena_lower(a, name);
	if (s->covered_n == SIGNATURE_COVERED_MAX)
		return REFUSE(a, "the signature covers more than %d headers", SIGNATURE_COVERED_MAX);
	for (size_t i = 0; i < s->covered_n; i++)
		if (str_eq(s->covered[i], name))
			return REFUSE(a, "the signature covers '" STR_FMT "' twice", STR_ARG(name));
	s->covered[s->covered_n++] = name;
	return NULL;
}

static struct err *cover_list(struct arena *a, struct signature *s, struct str list)
{
	struct str name;

	while (str_next(&list, ' ', &name))
		if (name.n > 0)
			TRY(cover(a, s, name));
	return s->covered_n ? NULL : REFUSE(a, "the signature covers nothing");
}

enum { DRAFT_KEY_ID, DRAFT_ALGORITHM, DRAFT_HEADERS, DRAFT_SIGNATURE, DRAFT_CREATED, DRAFT_EXPIRES, DRAFT_PARAMS };
static const char *const draft_params[DRAFT_PARAMS] = { "keyId", "algorithm", "headers", "signature", "created", "expires" };

/* The header's parameters by their place in draft_params; those that are not in it are skipped, as the draft says. */
static struct err *draft_read(struct arena *a, struct str rest, struct str *values)
{
	struct str name, value;
	bool bad;
	int at;

	while (header_param_next(a, &rest, ',', &name, &value, &bad)) {
		for (at = 0; at < DRAFT_PARAMS && !str_ieq(name, str_z(draft_params[at])); at++)
			;
		if (!value.p)
			return REFUSE(a, "the Signature header cannot be read");
		if (at == DRAFT_PARAMS)
			continue;
		if (values[at].p)
			return REFUSE(a, "the Signature header says '%s' twice", draft_params[at]);
		values[at] = value;
	}
	return bad ? REFUSE(a, "the Signature header cannot be read") : NULL;
}

struct err *signature_parse(struct arena *a, struct str header, struct signature *ret)
{
	struct str v[DRAFT_PARAMS] = { 0 };
	struct signature s = { 0 };
	bool hs2019;

	if (header.n > SIGNATURE_HEADER_MAX || !str_is_utf8(header))
		return REFUSE(a, "the Signature header cannot be read");
	TRY(draft_read(a, header, v));
	if (v[DRAFT_KEY_ID].n == 0 || v[DRAFT_SIGNATURE].n == 0)
		return REFUSE(a, "the Signature header lacks keyId or signature");
	s.key_id = v[DRAFT_KEY_ID];
	s.algorithm = v[DRAFT_ALGORITHM].p ? arena_lower(a, v[DRAFT_ALGORITHM]) : STR("hs2019");
	hs2019 = str_eqz(s.algorithm, "hs2019");
	if (!hs2019 && !str_eqz(s.algorithm, "rsa-sha256"))
		return REFUSE(a, "the signature's algorithm '" STR_FMT "' is not known", STR_ARG(str_upto(s.algorithm, 40)));
	TRY(cover_list(a, &s, v[DRAFT_HEADERS].p ? v[DRAFT_HEADERS] : hs2019 ? STR("(created)") : STR("date")));
	if (!base64_decode(a, v[DRAFT_SIGNATURE], &s.bytes) || s.bytes.n == 0)
		return REFUSE(a, "the signature is not base64");
	s.has_created = v[DRAFT_CREATED].p != NULL;
	s.has_expires = v[DRAFT_EXPIRES].p != NULL;
	if ((s.has_created && !seconds(v[DRAFT_CREATED], &s.created_us)) || (s.has_expires && !seconds(v[DRAFT_EXPIRES], &s.expires_us)))
		return REFUSE(a, "the signature's created or expires is no time");
	if (!hs2019 && (signature_covers(&s, "(created)") || signature_covers(&s, "(expires)")))
		return REFUSE(a, "(created) and (expires) go with the algorithm hs2019 only");
	if ((signature_covers(&s, "(created)") && !s.has_created) || (signature_covers(&s, "(expires)") && !s.has_expires))
		return REFUSE(a, "the signature covers a time that it does not say");
	*ret = s;
	return NULL;
}

/* "label=" at the front of a dictionary (RFC 8941) with one member. */
static bool label_cut(struct str s, struct str *ret_label, struct str *ret_rest)
{
	if (!str_cut(str_trim(s), '=', ret_label, ret_rest) || ret_label->n == 0 || ret_label->n > 64)
		return false;
	for (size_t i = 0; i < ret_label->n; i++) {
		char c = ret_label->p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !(c && strchr("_-.*", c)))
			return false;
	}
	return true;
}

/* ("@method" "content-digest") at the front of *s. */
static struct err *components(struct arena *a, struct str *s, struct signature *sig)
{
	size_t end;

	if (s->n == 0 || s->p[0] != '(')
		return REFUSE(a, "the Signature-Input header cannot be read");
	*s = str_from(*s, 1);
	for (;;) {
		while (s->n && s->p[0] == ' ')
			*s = str_from(*s, 1);
		if (s->n && s->p[0] == ')')
			break;
		if (s->n == 0 || s->p[0] != '"')
			return REFUSE(a, "the Signature-Input header cannot be read");
		*s = str_from(*s, 1);
		end = str_find(*s, '"');
		if (end == 0 || end == s->n || str_find(str_upto(*s, end), '\\') < end)
			return REFUSE(a, "the Signature-Input header cannot be read");
		TRY(cover(a, sig, str_upto(*s, end)));
		*s = str_from(*s, end + 1);
		if (s->n && s->p[0] != ' ' && s->p[0] != ')')
			return REFUSE(a, "parameters of a signature's components are not understood");
	}
	*s = str_from(*s, 1);
	return sig->covered_n ? NULL : REFUSE(a, "the signature covers nothing");
}

static struct err *input_params(struct arena *a, struct str rest, struct signature *s)
{
	struct str name, value, *place;
	bool bad, *has;
	int64_t *us;

	while (header_param_next(a, &rest, ';', &name, &value, &bad)) {
		place = str_eqz(name, "keyid") ? &s->key_id : str_eqz(name, "alg") ? &s->algorithm : NULL;
		has = str_eqz(name, "created") ? &s->has_created : str_eqz(name, "expires") ? &s->has_expires : NULL;
		us = has == &s->has_created ? &s->created_us : &s->expires_us;
		if ((place && place->p) || (has && *has))
			return REFUSE(a, "the Signature-Input header says '" STR_FMT "' twice", STR_ARG(name));
		if (place && !value.p)
			return REFUSE(a, "the Signature-Input header cannot be read");
		if (place)
			*place = value;
		if (has && !seconds(value, us))
			return REFUSE(a, "the signature's created or expires is no time");
		if (has)
			*has = true;
	}
	return bad ? REFUSE(a, "the Signature-Input header cannot be read, or holds more than one signature") : NULL;
}

struct err *signature_parse_rfc9421(struct arena *a, struct str input, struct str header, struct signature *ret)
{
	struct signature s = { .rfc9421 = true };
	struct str label, rest, other, bytes;

	if (input.n > SIGNATURE_HEADER_MAX || header.n > SIGNATURE_HEADER_MAX || !str_is_utf8(input) || !str_is_utf8(header))
		return REFUSE(a, "the Signature headers cannot be read");
	if (!label_cut(input, &label, &rest) || !label_cut(header, &other, &bytes))
		return REFUSE(a, "the Signature headers cannot be read");
	if (!str_eq(label, other))
		return REFUSE(a, "the Signature and Signature-Input headers are not about the same");
	s.params = rest;
	TRY(components(a, &rest, &s));
	TRY(input_params(a, rest, &s));
	if (s.key_id.n == 0)
		return REFUSE(a, "the signature lacks keyid");
	if (bytes.n < 3 || bytes.p[0] != ':' || bytes.p[bytes.n - 1] != ':' ||
	    !base64_decode(a, str_of(bytes.p + 1, bytes.n - 2), &s.bytes) || s.bytes.n == 0)
		return REFUSE(a, "the signature is not base64, or there is more than one");
	*ret = s;
	return NULL;
}

/* What a component stands for; none where it is missing. */
static struct str component(struct arena *a, const struct signature *s, const struct signature_request *r, struct str name)
{
	size_t question = str_find(r->target, '?');

	if (!s->rfc9421) {
		if (str_eqz(name, "(request-target)"))
			return arena_concat(a, arena_lower(a, r->method), STR(" "), r->target);
		if (str_eqz(name, "(created)"))
			return arena_printf(a, "%lld", (long long)(s->created_us / US_PER_S));
		if (str_eqz(name, "(expires)"))
			return arena_printf(a, "%lld", (long long)(s->expires_us / US_PER_S));
		return name.p[0] == '(' ? STR_NONE : str_trim(r->header(r->arg, name));
	}
	if (str_eqz(name, "@method"))
		return r->method;
	if (str_eqz(name, "@target-uri"))
		return arena_concat(a, r->scheme, STR("://"), r->authority, r->target);
	if (str_eqz(name, "@authority"))
		return arena_lower(a, r->authority);
	if (str_eqz(name, "@scheme"))
		return r->scheme;
	if (str_eqz(name, "@request-target"))
		return r->target;
	if (str_eqz(name, "@path"))
		return str_upto(r->target, question);
	if (str_eqz(name, "@query"))
		return question < r->target.n ? str_from(r->target, question) : STR("?");
	return name.p[0] == '@' ? STR_NONE : str_trim(r->header(r->arg, name));
}

struct err *signature_string(struct arena *a, const struct signature *s, const struct signature_request *r, struct str *ret)
{
	struct buf b = buf_init(a, 1 << 20);

	for (size_t i = 0; i < s->covered_n; i++) {
		struct str name = s->covered[i], value = component(a, s, r, name);

		if (!value.p)
			return REFUSE(a, "the signature covers '" STR_FMT "', which the request lacks", STR_ARG(str_upto(name, 60)));
		/* A line end in a value would be a line of the signer's. */
		if (str_find(value, '\n') < value.n || str_find(value, '\r') < value.n)
			return REFUSE(a, "the header '" STR_FMT "' has a line end in it", STR_ARG(str_upto(name, 60)));
		if (s->rfc9421)
			buf_addf(&b, "\"" STR_FMT "\": ", STR_ARG(name));
		else
			buf_addf(&b, "%s" STR_FMT ": ", i ? "\n" : "", STR_ARG(name));
		buf_add(&b, value);
		if (s->rfc9421)
			buf_addc(&b, '\n');
	}
	if (s->rfc9421) {
		buf_add(&b, STR("\"@signature-params\": "));
		buf_add(&b, s->params);
	}
	if (!buf_ok(&b))
		return REFUSE(a, "the signed headers are too large");
	*ret = buf_str(&b);
	return NULL;
}

static void cover_ours(struct signature *s, const char *names)
{
	struct str rest = str_z(names), name;

	while (s->covered_n < SIGNATURE_COVERED_MAX && str_next(&rest, ' ', &name))
		s->covered[s->covered_n++] = name;
}

struct signature signature_draft(struct str key_id, const char *headers)
{
	struct signature s = { .key_id = key_id, .algorithm = STR("rsa-sha256") };

	cover_ours(&s, headers);
	return s;
}

struct signature signature_rfc9421(struct arena *a, struct str key_id, struct str algorithm, int64_t created_us, const char *components)
{
	struct signature s = { .rfc9421 = true, .key_id = key_id, .algorithm = algorithm, .has_created = true, .created_us = created_us };
	struct buf b = buf_init(a, SIGNATURE_HEADER_MAX);

	cover_ours(&s, components);
	for (size_t i = 0; i < s.covered_n; i++)
		buf_addf(&b, "%s\"" STR_FMT "\"", i ? " " : "(", STR_ARG(s.covered[i]));
	buf_addf(&b, ");created=%lld;keyid=\"" STR_FMT "\";alg=\"" STR_FMT "\"", (long long)(created_us / US_PER_S), STR_ARG(key_id),
		 STR_ARG(algorithm));
	s.params = buf_str(&b);
	return s;
}

struct str signature_input_format(struct arena *a, const struct signature *s) { return arena_concat(a, STR("sig1="), s->params); }

struct str signature_format(struct arena *a, const struct signature *s)
{
	struct buf b = buf_init(a, 4 * SIGNATURE_HEADER_MAX);

	if (s->rfc9421)
		return arena_concat(a, STR("sig1=:"), base64_encode(a, s->bytes), STR(":"));
	buf_addf(&b, "keyId=\"" STR_FMT "\",algorithm=\"" STR_FMT "\",headers=\"", STR_ARG(s->key_id), STR_ARG(s->algorithm));
	for (size_t i = 0; i < s->covered_n; i++) {
		if (i)
			buf_addc(&b, ' ');
		buf_add(&b, s->covered[i]);
	}
	buf_add(&b, STR("\""));
	if (s->has_created)
		buf_addf(&b, ",created=%lld", (long long)(s->created_us / US_PER_S));
	if (s->has_expires)
		buf_addf(&b, ",expires=%lld", (long long)(s->expires_us / US_PER_S));
	buf_add(&b, STR(",signature=\""));
	buf_add(&b, base64_encode(a, s->bytes));
	buf_addc(&b, '"');
	return buf_str(&b);
}

struct str digest_format(struct arena *a, struct str sha256) { return arena_concat(a, STR("SHA-256="), base64_encode(a, sha256)); }

bool digest_parse(struct arena *a, struct str header, struct str *ret_sha256)
{
	struct str rest = header, piece, name, value;

	while (str_next(&rest, ',', &piece))
		if (str_cut(str_trim(piece), '=', &name, &value) && str_ieq(name, STR("SHA-256")))
			return base64_decode(a, value, ret_sha256) && ret_sha256->n == 32;
	return false;
}

struct str content_digest_format(struct arena *a, struct str sha256)
{
	return arena_concat(a, STR("sha-256=:"), base64_encode(a, sha256), STR(":"));
}

bool content_digest_parse(struct arena *a, struct str header, struct str *ret_sha256)
{
	struct str rest = header, piece, name, value;

	while (str_next(&rest, ',', &piece))
		if (str_cut(str_trim(piece), '=', &name, &value) && str_eqz(name, "sha-256"))
			return value.n > 2 && value.p[0] == ':' && value.p[value.n - 1] == ':' &&
			       base64_decode(a, str_of(value.p + 1, value.n - 2), ret_sha256) && ret_sha256->n == 32;
	return false;
}
