/* One value's text into its field. Each parser answers none, or what is wrong in words that can follow "key: ". */
#include <arpa/inet.h>

#include "base/buf.h"
#include "conf/conf_priv.h"
#include "conf/show.h"

#define OK STR_NONE
#define WRONG(...) arena_printf(a, __VA_ARGS__)

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool port_parse(struct str s, int64_t least)
{
	int64_t v;

	return s.n > 0 && s.n <= 5 && is_digit(s.p[0]) && (s.n == 1 || s.p[0] != '0') && str_i64(s, &v) && v >= least && v <= 65535;
}

static bool ip_parse(struct str s, int *ret_bits)
{
	AUTO_ARENA(tmp);
	unsigned char bytes[16];
	const char *z;

	if (s.n == 0 || s.n > 45)
		return false;
	z = arena_strz(tmp, s);
	*ret_bits = inet_pton(AF_INET, z, bytes) == 1 ? 32 : inet_pton(AF_INET6, z, bytes) == 1 ? 128 : 0;
	return *ret_bits > 0;
}

/* Letters, digits and hyphens in labels; lower case, so that comparing needs no folding. */
static bool name_ok(struct str name)
{
	size_t label = 0;

	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool edge = label == 0 || i + 1 == name.n || name.p[i + 1] == '.';

		if (c == '.' ? label == 0 : !((c >= 'a' && c <= 'z') || is_digit(c) || (c == '-' && !edge)))
			return false;
		label = c == '.' ? 0 : label + 1;
		if (label > 63)
			return false;
	}
	return name.n > 0 && name.n <= 253 && label > 0;
}

static struct str host_check(struct arena *a, struct str v)
{
	struct str name, port, lower = arena_lower(a, v);
	bool has_port = str_cut(v, ':', &name, &port);
	size_t scheme = str_find_str(v, STR("://"));

	if (scheme < v.n) {
		struct str rest = str_from(v, scheme + 3), host, path;

		str_cut(rest, '/', &host, &path);
		return WRONG("'" STR_FMT "' is an address, not a name; did you mean '" STR_FMT "'?", STR_ARG(v), STR_ARG(host));
	}
	if (v.n && v.p[0] == '@')
		return WRONG("did you mean '" STR_FMT "', without the '@'?", STR_ARG(str_from(v, 1)));
	if (v.n > 1 && (v.p[v.n - 1] == '/' || v.p[v.n - 1] == '.'))
		return WRONG("did you mean '" STR_FMT "', without the last '%c'?", STR_ARG(str_upto(v, v.n - 1)), v.p[v.n - 1]);
	if (!str_eq(v, lower))
		return WRONG("names are written in lower case; did you mean '" STR_FMT "'?", STR_ARG(lower));
	for (size_t i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] >= 0x80)
			return WRONG("'" STR_FMT "' must be written in its ASCII form (xn--...)", STR_ARG(v));
	if (!name_ok(name))
		return WRONG("'" STR_FMT "' is not a host name", STR_ARG(v));
	if (has_port && !port_parse(port, 1))
		return WRONG("'" STR_FMT "' is not a port (1 to 65535)", STR_ARG(port));
	if (has_port && (str_eqz(port, "443") || str_eqz(port, "80")))
		return WRONG("a port makes this a laboratory; did you mean '" STR_FMT "'?", STR_ARG(name));
	return OK;
}

static struct str address_check(struct arena *a, struct str v)
{
	size_t colon = str_rfind(v, ':');
	struct str host = str_upto(v, colon), port = colon < v.n ? str_from(v, colon + 1) : str_of(v.p, 0);
	int bits;

	if (port_parse(v, 0))
		return WRONG("'" STR_FMT "' lacks the address; did you mean '127.0.0.1:" STR_FMT "'?", STR_ARG(v), STR_ARG(v));
	if (ip_parse(v, &bits) || colon == v.n)
		return WRONG("'" STR_FMT "' lacks the port; an address looks like 127.0.0.1:3000 or [::1]:3000", STR_ARG(v));
	if (!port_parse(port, 0))
		return WRONG("'" STR_FMT "' is not a port (0 to 65535)", STR_ARG(port));
	if (host.n == 0 || str_eqz(host, "*"))
		return WRONG("did you mean '0.0.0.0:" STR_FMT "', which is every address?", STR_ARG(port));
	if (str_ieq(host, STR("localhost")))
		return WRONG("an address is wanted, not a name; did you mean '127.0.0.1:" STR_FMT "'?", STR_ARG(port));
	if (host.p[0] == '[') {
		if (host.n > 2 && host.p[host.n - 1] == ']' && ip_parse(str_of(host.p + 1, host.n - 2), &bits) && bits == 128)
			return OK;
	} else if (ip_parse(host, &bits)) {
		return bits == 32 ? OK : WRONG("did you mean '[" STR_FMT "]:" STR_FMT "'?", STR_ARG(host), STR_ARG(port));
	}
	return WRONG("'" STR_FMT "' is not an address; one looks like 127.0.0.1:3000 or [::1]:3000", STR_ARG(v));
}

/* 10.0.0.0/8, 10.1.2.3, fd00::/8; with ports also 127.0.0.1:8443, 10.0.0.0/8:8443, [::1]:8443, [fd00::]/8:8443. */
static bool network_ok(struct str v, bool ports)
{
	struct str ip = v, rest = str_of(v.p, 0), len;
	int bits;
	int64_t n;

	if (v.n && v.p[0] == '[') {
		if (!ports || !str_cut(str_from(v, 1), ']', &ip, &rest))
			return false;
	} else if (str_find(v, '/') < v.n) {
		ip = str_upto(v, str_find(v, '/'));
		rest = str_from(v, ip.n);
	} else if (ports && str_find(v, ':') == str_rfind(v, ':')) {
		ip = str_upto(v, str_find(v, ':'));
		rest = str_from(v, ip.n);
	}
	if (!ip_parse(ip, &bits))
		return false;
	if (rest.n && rest.p[0] == '/') {
		bool more = str_cut(str_from(rest, 1), ':', &len, &rest);

		if (len.n == 0 || !is_digit(len.p[0]) || !str_i64(len, &n) || n > bits)
			return false;
		return more ? ports && port_parse(rest, 1) : true;
	}
	return rest.n == 0 || (ports && rest.p[0] == ':' && port_parse(str_from(rest, 1), 1));
}

static bool is_gap(char c) { return c == ' ' || c == ',' || (c >= '\t' && c <= '\r'); }

/* The next word of a list whose words are parted by white space and commas. */
static bool word_next(struct str *rest, struct str *ret)
{
	size_t n = 0;

	while (rest->n && is_gap(rest->p[0]))
		*rest = str_from(*rest, 1);
	while (n < rest->n && !is_gap(rest->p[n]))
		n++;
	*ret = str_upto(*rest, n);
	*rest = str_from(*rest, n);
	return n > 0;
}

static struct str count_check(struct arena *a, const struct setting *s, size_t n)
{
	if ((int64_t)n < s->min || (int64_t)n > s->max)
		return WRONG("%zu entries are given, %lld to %lld may be", n, (long long)s->min, (long long)s->max);
	return OK;
}

static struct str parse_networks(struct arena *a, const struct setting *s, struct str v, void *field)
{
	bool ports = s->type == SETTING_PORT_NETWORKS;
	struct buf out = buf_init(a, v.n + 1);
	struct str word;
	size_t n = 0;

	while (word_next(&v, &word)) {
		if (!network_ok(word, ports))
			return WRONG("'" STR_FMT "' is not a network; one looks like %s", STR_ARG(word),
				ports ? "10.0.0.0/8, 127.0.0.1:8443 or [::1]:8443" : "10.0.0.0/8 or ::1/128");
		if (n++)
			buf_addc(&out, ' ');
		buf_add(&out, word);
	}
	*(struct str *)field = buf_str(&out);
	return count_check(a, s, n);
}

/* White space around '=' is taken away first: "peer = 127.0.0.1:8443" is one entry. */
static struct str without_gaps_at_equals(struct arena *a, struct str v)
{
	struct buf out = buf_init(a, v.n + 1);

	for (size_t i = 0; i < v.n; i++) {
		size_t next = i;

		while (next < v.n && is_gap(v.p[next]) && v.p[next] != ',')
			next++;
		if (next > i && next < v.n && v.p[next] == '=')
			i = next;
		buf_addc(&out, v.p[i]);
		while (v.p[i] == '=' && i + 1 < v.n && is_gap(v.p[i + 1]))
			i++;
	}
	return buf_str(&out);
}

static struct str parse_hosts(struct arena *a, const struct setting *s, struct str v, void *field)
{
	struct buf out = buf_init(a, v.n + 1);
	struct str word, name, address, why;
	size_t n = 0;

	v = without_gaps_at_equals(a, v);
	while (word_next(&v, &word)) {
		if (!str_cut(word, '=', &name, &address))
			return WRONG("'" STR_FMT "' lacks an address; an entry looks like peer.test=127.0.0.1:8443", STR_ARG(word));
		if (!name_ok(name))
			return WRONG("'" STR_FMT "' is not a host name in lower case without a port", STR_ARG(name));
		why = address_check(a, address);
		if (why.p)
			return why;
		if (n++)
			buf_addc(&out, ' ');
		buf_add(&out, word);
	}
	*(struct str *)field = buf_str(&out);
	return count_check(a, s, n);
}

static struct str parse_list(struct arena *a, const struct setting *s, struct str v, void *field)
{
	VEC(struct str) list = { 0 };
	struct str piece;

	v = arena_lower(a, v);
	while (word_next(&v, &piece))
		vec_push(a, &list, piece);
	*(struct conf_list *)field = (struct conf_list){ list.v, list.n };
	return count_check(a, s, list.n);
}

static struct str parse_number(struct arena *a, const struct setting *s, struct str v, void *field)
{
	struct str digits = v;
	int64_t n, unit = 1;

	if (s->type == SETTING_SIZE && v.n > 1) {
		static const struct { char c; int64_t unit; } units[] = { { 'k', 1 << 10 }, { 'K', 1 << 10 }, { 'M', 1 << 20 }, { 'G', 1 << 30 } };

		for (size_t i = 0; i < sizeof units / sizeof *units; i++)
			if (v.p[v.n - 1] == units[i].c)
				unit = units[i].unit, digits = str_trim(str_upto(v, v.n - 1));
	}
	if (!str_i64(digits, &n))
		return WRONG("'" STR_FMT "' is not %s", STR_ARG(v), conf_describe(a, s).p);
	if (n < s->min / unit || n > s->max / unit || n * unit < s->min)
		return WRONG(STR_FMT " is out of bounds: it must be %s", STR_ARG(v), conf_describe(a, s).p);
	*(int64_t *)field = n * unit;
	return OK;
}

static struct str parse_bool(struct arena *a, const struct setting *s, struct str v, void *field)
{
	static const char *const words[] = { "off", "on", "false", "true", "no", "yes", "0", "1" };

	(void)s;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_ieq(v, str_z(words[i]))) {
			*(bool *)field = i % 2 == 1;
			return OK;
		}
	return WRONG("'" STR_FMT "' is neither on nor off", STR_ARG(v));
}

static struct str parse_enum(struct arena *a, const struct setting *s, struct str v, void *field)
{
	const char *near = NULL;
	int best = 3;

	for (unsigned i = 0; s->words[i]; i++) {
		int d = str_distance(v, str_z(s->words[i]));

		if (str_eqz(v, s->words[i])) {
			memcpy(field, &i, s->size);
			return OK;
		}
		if (d < best && d < (int)strlen(s->words[i]))
			near = s->words[i], best = d;
	}
	if (near)
		return WRONG("'" STR_FMT "' is not %s; did you mean '%s'?", STR_ARG(v), conf_describe(a, s).p, near);
	return WRONG("'" STR_FMT "' is not %s", STR_ARG(v), conf_describe(a, s).p);
}

static struct str url_check(struct arena *a, struct str v)
{
	struct str rest = str_from(v, str_has_prefix(v, STR("https://")) ? 8 : str_has_prefix(v, STR("http://")) ? 7 : v.n), host, path;

	if (rest.n == 0)
		return WRONG("'" STR_FMT "' is not an address; one looks like https://example.org", STR_ARG(v));
	if (str_cut(rest, '/', &host, &path) || str_find(rest, '?') < rest.n || str_find(rest, '#') < rest.n)
		return WRONG("nothing may follow the host; did you mean '" STR_FMT "'?", STR_ARG(str_upto(v, v.n - rest.n + host.n)));
	return host_check(a, host);
}

static struct str email_check(struct arena *a, struct str v)
{
	struct str name, host;

	if (!str_cut(v, '@', &name, &host) || name.n == 0 || host.n == 0 || str_find(host, '@') < host.n ||
	    str_find(v, ' ') < v.n || str_find(v, '<') < v.n || str_find(v, '>') < v.n)
		return WRONG("'" STR_FMT "' is not a mail address; one looks like desk@example.org", STR_ARG(v));
	return OK;
}

static bool has_control(struct str v)
{
	for (size_t i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] < 0x20 || v.p[i] == 0x7f)
			return true;
	return false;
}

static struct str parse_text(struct arena *a, const struct setting *s, struct str v, void *field)
{
	struct str why = OK;
	bool secret = s->type == SETTING_SECRET || s->type == SETTING_SECRET_URL;

	if ((int64_t)v.n < s->min || (int64_t)v.n > s->max)
		return v.n == 0 ? WRONG("it may not be empty") :
			WRONG("it has %zu bytes, %lld to %lld may be", v.n, (long long)s->min, (long long)s->max);
	if (s->type != SETTING_TEXT && has_control(v))
		return WRONG("it must be one line without control characters");
	if (secret && str_find(v, ' ') < v.n)
		return WRONG("it may not contain a space");
	if (v.n && s->type == SETTING_HOST)
		why = host_check(a, v);
	else if (v.n && s->type == SETTING_URL)
		why = url_check(a, v);
	else if (v.n && s->type == SETTING_ADDRESS)
		why = address_check(a, v);
	else if (v.n && s->type == SETTING_EMAIL)
		why = email_check(a, v);
	if (!why.p)
		*(struct str *)field = arena_dup(a, v);
	return why;
}

struct str conf__parse(struct arena *a, const struct setting *s, struct str text, struct conf *into)
{
	static struct str (*const parsers[])(struct arena *, const struct setting *, struct str, void *) = {
		[SETTING_STR] = parse_text, [SETTING_TEXT] = parse_text, [SETTING_HOST] = parse_text, [SETTING_URL] = parse_text,
		[SETTING_ADDRESS] = parse_text, [SETTING_PATH] = parse_text, [SETTING_EMAIL] = parse_text, [SETTING_SECRET] = parse_text,
		[SETTING_SECRET_URL] = parse_text, [SETTING_NETWORKS] = parse_networks, [SETTING_PORT_NETWORKS] = parse_networks,
		[SETTING_HOSTS] = parse_hosts, [SETTING_WORDS] = parse_list, [SETTING_INT] = parse_number,
		[SETTING_SIZE] = parse_number, [SETTING_BOOL] = parse_bool, [SETTING_ENUM] = parse_enum,
	};
	struct conf tried;
	struct str why;

	if (!str_is_utf8(text))
		return WRONG("it is not valid UTF-8");
	/* A list is built before its length is judged, so it goes to a copy first: a refused value changes nothing. */
	/* What is kept points into a copy: the text may be a row that goes away. */
	why = parsers[s->type](a, s, arena_dup(a, text), conf__field(&tried, s));
	if (!why.p)
		memcpy(conf__field(into, s), conf__field(&tried, s), s->size);
	return why;
}
