#include "wire/url.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <libpsl.h>

#include "base/buf.h"

static bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* Labels of letters, digits, '-' and '_' (which hosts in the wild have), 63 bytes each. */
static bool labels_ok(struct str host)
{
	struct str rest = host, label;

	while (str_next(&rest, '.', &label)) {
		if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
			return false;
		for (size_t i = 0; i < label.n; i++)
			if (!is_alnum(label.p[i]) && label.p[i] != '-' && label.p[i] != '_')
				return false;
	}
	return true;
}

/* Resolvers read "127.1", "2130706433" and "0x7f.0.0.1" as addresses: what ends in a number must be a plain dotted quad. */
static bool number_ok(struct arena *a, struct str host)
{
	size_t dot = str_rfind(host, '.');
	struct str last = dot < host.n ? str_from(host, dot + 1) : host;
	struct in_addr addr;
	bool number = true;

	for (size_t i = 0; i < last.n; i++)
		number = number && is_digit(last.p[i]);
	if (!number && !str_has_prefix(last, STR("0x")))
		return true;
	return inet_pton(AF_INET, arena_strz(a, host), &addr) == 1;
}

static bool host_v6(struct arena *a, struct str host, struct str *ret)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr addr;

	if (host.n < 4 || host.p[host.n - 1] != ']')
		return false;
	if (inet_pton(AF_INET6, arena_strz(a, str_of(host.p + 1, host.n - 2)), &addr) != 1 ||
	    !inet_ntop(AF_INET6, &addr, text, sizeof text))
		return false;
	*ret = arena_printf(a, "[%s]", text);
	return true;
}

static bool to_ascii(struct arena *a, struct str host, struct str *ret)
{
	uint8_t *out = NULL;
	bool ok = host.n <= 4 * DOMAIN_MAX && str_is_utf8(host) &&
		  idn2_lookup_u8((const uint8_t *)arena_strz(a, host), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK;

	if (ok)
		*ret = arena_dup(a, str_z((const char *)out));
	idn2_free(out);
	return ok;
}

static bool host_normalize(struct arena *a, struct str host, struct str *ret)
{
	if (host.n == 0)
		return false;
	if (host.p[0] == '[')
		return host_v6(a, host, ret);
	if (!is_ascii(host) && !to_ascii(a, host, &host))
		return false;
	host = arena_lower(a, host);
	if (host.n > 1 && host.p[host.n - 1] == '.')
		host.n--;
	if (host.n > DOMAIN_MAX || !labels_ok(host) || !number_ok(a, host))
		return false;
	*ret = host;
	return true;
}

/* "host:port" in two; port is none where there is no colon behind the host. */
static bool authority_cut(struct str authority, struct str *ret_host, struct str *ret_port)
{
	size_t colon = str_rfind(authority, ':'), bracket = str_rfind(authority, ']');

	*ret_host = authority;
	*ret_port = STR_NONE;
	if (colon == authority.n || (bracket < authority.n && colon < bracket))
		return true;
	*ret_host = str_upto(authority, colon);
	*ret_port = str_from(authority, colon + 1);
	return ret_port->n <= 5;
}

static bool port_parse(struct str s, int *ret)
{
	int64_t v;

	if (s.n == 0 || !is_digit(s.p[0]) || !str_i64(s, &v) || v < 1 || v > 65535)
		return false;
	*ret = (int)v;
	return true;
}

/* Drops "." and resolves ".." (RFC 3986 5.2.4) of a path that begins with '/'. A "%2e" counts as a dot, as in browsers and curl. */
static struct str without_dots(struct arena *a, struct str path)
{
	struct buf b = buf_init(a, path.n + 1);
	struct str rest = str_from(path, 1), piece;

	while (str_next(&rest, '/', &piece)) {
		bool last = rest.p == NULL;
		int dots = 0;

		for (size_t i = 0; i < piece.n && dots >= 0;) {
			bool encoded = str_ihas_prefix(str_from(piece, i), STR("%2e"));

			dots = encoded || piece.p[i] == '.' ? dots + 1 : -3;
			i += encoded ? 3 : 1;
		}
		if (dots == 1 || dots == 2) {
			if (dots == 2)
				b.n = b.n ? str_rfind(buf_str(&b), '/') : 0;
			if (last)
				buf_addc(&b, '/');
			continue;
		}
		buf_addc(&b, '/');
		buf_add(&b, piece);
	}
	if (b.n == 0)
		buf_addc(&b, '/');
	return buf_str(&b);
}

/* Percent-encodes what may not stand in a URL. Refuses blanks, control characters and backslashes: addresses that need guessing. */
static bool clean(struct arena *a, struct str s, struct str *ret)
{
	struct buf b = buf_init(a, 3 * URL_MAX);

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c == 0x7f || c == '\\')
			return false;
		if (c >= 0x80 || strchr("\"<>`{}|^", c))
			buf_addf(&b, "%%%02X", c);
		else
			buf_addc(&b, (char)c);
	}
	*ret = buf_str(&b);
	return buf_ok(&b);
}

/* Everything behind the authority. */
static bool tail_parse(struct arena *a, struct str s, struct url *u)
{
	size_t at;

	if (!clean(a, s, &s))
		return false;
	u->fragment = u->query = STR_NONE;
	at = str_find(s, '#');
	if (at < s.n)
		u->fragment = str_from(s, at + 1);
	s = str_upto(s, at);
	at = str_find(s, '?');
	if (at < s.n)
		u->query = str_from(s, at + 1);
	u->path = at == 0 ? STR("/") : without_dots(a, str_upto(s, at));
	u->target = u->query.p ? arena_concat(a, u->path, STR("?"), u->query) : u->path;
	return true;
}

bool url_parse(struct arena *a, struct str text, struct url *ret)
{
	struct url u = { 0 };
	struct str rest, host, port;
	size_t end = 0;
	int own;

	if (text.n > URL_MAX || !str_is_utf8(text))
		return false;
	if (str_ihas_prefix(text, STR("https://")))
		u.scheme = STR("https"), own = 443;
	else if (str_ihas_prefix(text, STR("http://")))
		u.scheme = STR("http"), own = 80;
	else
		return false;
	rest = str_from(text, u.scheme.n + 3);
	while (end < rest.n && !strchr("/?#", rest.p[end]))
		end++;
	u.port = own;
	if (!authority_cut(str_upto(rest, end), &host, &port) || (port.p && !port_parse(port, &u.port)) ||
	    !host_normalize(a, host, &u.host) || !tail_parse(a, str_from(rest, end), &u))
		return false;
	u.domain = u.port == own ? u.host : arena_printf(a, STR_FMT ":%d", STR_ARG(u.host), u.port);
	u.text = arena_concat(a, u.scheme, STR("://"), u.domain, u.target);
	*ret = u;
	return true;
}

/* "scheme:" at the front: then the address is absolute, whatever the scheme. */
static bool has_scheme(struct str s)
{
	size_t i = 0;

	while (i < s.n && (is_alnum(s.p[i]) || strchr("+-.", s.p[i])))
		i++;
	return i > 0 && i < s.n && s.p[i] == ':' && !is_digit(s.p[0]);
}

bool url_resolve(struct arena *a, const struct url *base, struct str location, struct url *ret)
{
	struct str root = arena_concat(a, base->scheme, STR("://"), base->domain);
	struct str dir = str_upto(base->path, str_rfind(base->path, '/') + 1);

	if (location.n > URL_MAX)
		return false;
	if (has_scheme(location))
		return url_parse(a, location, ret);
	if (str_has_prefix(location, STR("//")))
		return url_parse(a, arena_concat(a, base->scheme, STR(":"), location), ret);
	if (location.n == 0 || location.p[0] == '#')
		return url_parse(a, arena_concat(a, base->text, location), ret);
	if (location.p[0] == '/')
		return url_parse(a, arena_concat(a, root, location), ret);
	if (location.p[0] == '?')
		return url_parse(a, arena_concat(a, root, base->path, location), ret);
	return url_parse(a, arena_concat(a, root, dir, location), ret);
}

struct str url_domain(struct arena *a, struct str text)
{
	struct url u;

	return url_parse(a, text, &u) ? u.domain : STR_NONE;
}

bool url_same_host(struct str one, struct str other)
{
	AUTO_ARENA(tmp);
	struct str a = url_domain(tmp, one), b = url_domain(tmp, other);

	return a.p && b.p && str_eq(a, b);
}

bool domain_normalize(struct arena *a, struct str domain, struct str *ret)
{
	struct str host, port;
	int number = 443;

	if (!authority_cut(domain, &host, &port) || (port.p && !port_parse(port, &number)) || !host_normalize(a, host, &host))
		return false;
	*ret = number == 443 ? host : arena_printf(a, STR_FMT ":%d", STR_ARG(host), number);
	return true;
}

bool domain_is_public_suffix(struct arena *a, struct str domain)
{
	const psl_ctx_t *list = psl_builtin();

	if (str_find(domain, '.') == domain.n)
		return true;
	return list && psl_is_public_suffix2(list, arena_strz(a, domain), PSL_TYPE_ICANN) != 0;
}

struct str domain_registered(struct arena *a, struct str domain)
{
	struct str wider;
	int64_t number;

	if (str_rfind(domain, ':') < domain.n)
		domain = str_wider_domain(domain);
	wider = str_from(domain, str_rfind(domain, '.') + 1);
	if (!domain.n || domain.p[0] == '[' || str_i64(wider, &number) || domain_is_public_suffix(a, domain))
		return STR_NONE;
	for (wider = str_wider_domain(domain); !domain_is_public_suffix(a, wider); wider = str_wider_domain(wider))
		domain = wider;
	return domain;
}

bool domain_is_within(struct str domain, struct str parent)
{
	if (str_eq(domain, parent))
		return true;
	return parent.n > 0 && domain.n > parent.n && str_has_suffix(domain, parent) && domain.p[domain.n - parent.n - 1] == '.';
}

struct str url_encode(struct arena *a, struct str s)
{
	struct buf b = buf_init(a, 3 * s.n + 1);

	for (size_t i = 0; i < s.n; i++) {
		if (is_alnum(s.p[i]) || (s.p[i] && strchr("-._~", s.p[i])))
			buf_addc(&b, s.p[i]);
		else
			buf_addf(&b, "%%%02X", (unsigned char)s.p[i]);
	}
	return buf_str(&b);
}

bool url_decode(struct arena *a, struct str s, bool plus, struct str *ret)
{
	struct buf b;
	int high, low;

	if (str_find(s, '%') == s.n && (!plus || str_find(s, '+') == s.n)) {
		*ret = s;
		return true;
	}
	b = buf_init(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%') {
			if (s.n - i < 3 || (high = hex_value(s.p[i + 1])) < 0 || (low = hex_value(s.p[i + 2])) < 0)
				return false;
			buf_addc(&b, (char)(high << 4 | low));
			i += 2;
		} else {
			buf_addc(&b, plus && s.p[i] == '+' ? ' ' : s.p[i]);
		}
	}
	*ret = buf_str(&b);
	return true;
}
