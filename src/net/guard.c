#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/address_priv.h"
#include "net/guard.h"

struct special {
	const char *block, *what;
};

/* IANA's registry of IPv4 special-purpose addresses, and multicast. */
static const struct special special_v4[] = {
	{ "0.0.0.0/8", "an address of this network" },
	{ "10.0.0.0/8", "a private address" },
	{ "100.64.0.0/10", "an address shared by a carrier" },
	{ "127.0.0.0/8", "a loopback address" },
	{ "169.254.0.0/16", "a link-local address" },
	{ "172.16.0.0/12", "a private address" },
	{ "192.0.0.0/24", "an address of protocol assignments" },
	{ "192.0.2.0/24", "a documentation address" },
	{ "192.31.196.0/24", "an AS112 address" },
	{ "192.52.193.0/24", "an AMT address" },
	{ "192.88.99.0/24", "a 6to4 relay's address" },
	{ "192.168.0.0/16", "a private address" },
	{ "192.175.48.0/24", "an AS112 address" },
	{ "198.18.0.0/15", "a benchmarking address" },
	{ "198.51.100.0/24", "a documentation address" },
	{ "203.0.113.0/24", "a documentation address" },
	{ "224.0.0.0/4", "a multicast address" },
	{ "240.0.0.0/4", "a reserved address" },
};

/* IPv6: named first what a log should name; then only 2000::/3 is global unicast, so the rest needs no list to be refused. */
static const struct special special_v6[] = {
	{ "::/128", "the unspecified address" },
	{ "::1/128", "a loopback address" },
	{ "::ffff:0:0/96", "an IPv4-mapped address" },
	{ "::ffff:0:0:0/96", "an IPv4-translated address" },
	{ "::/96", "an IPv4-compatible address" },
	{ "64:ff9b::/96", "a NAT64 address" },
	{ "64:ff9b:1::/48", "a NAT64 address" },
	{ "100::/64", "a discard-only address" },
	{ "2001::/32", "a Teredo address" },
	{ "2001:2::/48", "a benchmarking address" },
	{ "2001::/23", "an address of protocol assignments" },
	{ "2001:db8::/32", "a documentation address" },
	{ "2002::/16", "a 6to4 address" },
	{ "2620:4f:8000::/48", "an AS112 address" },
	{ "3fff::/20", "a documentation address" },
	{ "5f00::/16", "a segment routing address" },
	{ "fc00::/7", "a private address" },
	{ "fe80::/10", "a link-local address" },
	{ "fec0::/10", "a site-local address" },
	{ "ff00::/8", "a multicast address" },
};

enum { SPECIAL_V4 = sizeof special_v4 / sizeof *special_v4, SPECIAL_V6 = sizeof special_v6 / sizeof *special_v6 };

struct allowed {
	struct net__block block;
	bool v4;
	int port;                 /* 0: any */
};

struct guard {
	const struct allowed *allowed;
	size_t n;
	struct net__block v4[SPECIAL_V4], v6[SPECIAL_V6];     /* the tables, parsed */
	struct net__block global_v6;
};

static bool port_parse(struct str s, int *ret)
{
	int64_t n;

	if (s.n == 0 || s.n > 5 || s.p[0] == '+' || !str_i64(s, &n) || n < 1 || n > 65535)
		return false;
	*ret = (int)n;
	return true;
}

/* "10.0.0.0/8", "10.0.0.0/8:80", "10.1.2.3:80", "::1", "[::1]:80", "fd00::/8", "fd00::/8:80", "[fd00::]/8:80". */
static bool allowed_parse(struct arena *a, struct str text, struct allowed *ret)
{
	struct str ip = text, bits = STR(""), port = STR(""), rest;

	*ret = (struct allowed){ .v4 = false };
	if (text.n && text.p[0] == '[') {
		if (!str_cut(str_from(text, 1), ']', &ip, &rest))
			return false;
		if (rest.n && rest.p[0] != '/' && rest.p[0] != ':')
			return false;
	} else {
		size_t slash = str_find(text, '/'), colon = str_find(text, ':');

		/* More than one colon before any slash is an IPv6 address, whose port needs brackets. */
		if (slash == text.n && colon != str_rfind(text, ':'))
			colon = text.n;
		ip = str_upto(text, slash < text.n ? slash : colon);
		rest = str_from(text, ip.n);
	}
	if (rest.n && rest.p[0] == '/') {
		bool has_port = str_cut(str_from(rest, 1), ':', &bits, &port);

		if (bits.n == 0 || bits.p[0] < '0' || bits.p[0] > '9' || (has_port && port.n == 0))
			return false;
	} else if (rest.n) {
		port = str_from(rest, 1);
		if (port.n == 0)
			return false;
	}
	if (port.n && !port_parse(port, &ret->port))
		return false;
	ret->v4 = !str_contains(ip, STR(":"));
	if (str_contains(ip, STR("/")))
		return false;
	return net__block_parse(bits.n ? arena_concat(a, ip, STR("/"), bits) : ip, &ret->block);
}

static bool is_gap(char c)
{
	return c == ' ' || c == ',' || (c >= '\t' && c <= '\r');
}

struct err *guard_parse(struct arena *a, struct str allowance, const struct guard **ret)
{
	struct guard *g = arena_new(a, struct guard);
	VEC(struct allowed) v = { 0 };
	bool ok = net__block_parse(STR("2000::/3"), &g->global_v6);

	for (size_t i = 0; i < SPECIAL_V4; i++)
		ok = ok && net__block_parse(str_z(special_v4[i].block), &g->v4[i]);
	for (size_t i = 0; i < SPECIAL_V6; i++)
		ok = ok && net__block_parse(str_z(special_v6[i].block), &g->v6[i]);
	if (!ok)
		return FAIL(a, ERR_INTERNAL, "the table of special addresses is wrong");
	while (allowance.n > 0) {
		struct allowed one;
		struct str piece;
		size_t n = 0;

		while (n < allowance.n && !is_gap(allowance.p[n]))
			n++;
		piece = str_upto(allowance, n);
		allowance = str_from(allowance, n + 1);
		if (piece.n == 0)
			continue;
		if (!allowed_parse(a, piece, &one))
			return FAIL(a, ERR_INVALID, "'" STR_FMT "' is not an address or a block, with or without a port", STR_ARG(piece));
		vec_push(a, &v, one);
	}
	g->allowed = v.v;
	g->n = v.n;
	*ret = g;
	return NULL;
}

const char *guard_refusal(const struct guard *g, const struct sockaddr *sa)
{
	bool v4 = sa->sa_family == AF_INET;
	struct net__ip ip;
	in_port_t port;

	if (!net__ip_of(sa, &ip))
		return "no internet address";
	/* The port stands at the same place in both families' addresses. */
	memcpy(&port, (const char *)sa + (v4 ? offsetof(struct sockaddr_in, sin_port) : offsetof(struct sockaddr_in6, sin6_port)), sizeof port);
	for (size_t i = 0; i < g->n; i++) {
		const struct allowed *al = &g->allowed[i];

		if (al->v4 == v4 && (al->port == 0 || al->port == ntohs(port)) && net__ip_within(&ip, &al->block))
			return NULL;
	}
	for (size_t i = 0; i < (v4 ? SPECIAL_V4 : SPECIAL_V6); i++) {
		if (net__ip_within(&ip, v4 ? &g->v4[i] : &g->v6[i]))
			return v4 ? special_v4[i].what : special_v6[i].what;
	}
	return v4 || net__ip_within(&ip, &g->global_v6) ? NULL : "an address outside the global ones";
}
