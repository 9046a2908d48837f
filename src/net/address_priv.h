/* net/address_priv.h: IP addresses and blocks of them. Every address is kept in 16 bytes, IPv4 in its mapped form (::ffff:a.b.c.d),
 * so that one comparison serves both families and a mapped address cannot pass for another. */
#pragma once
#include "base/err.h"

struct net__ip {
	uint8_t b[16];
};
struct net__block {
	struct net__ip ip;
	int bits;                 /* of the 16-byte form: 96 + n for IPv4 */
};
struct net__blocks {
	const struct net__block *v;
	size_t n;
};

struct sockaddr;

bool net__ip_parse(struct str text, struct net__ip *ret);     /* "192.0.2.1", "2001:db8::1"; no brackets, no port, no zone */
bool net__ip_of(const struct sockaddr *sa, struct net__ip *ret);
struct str net__ip_text(struct arena *a, const struct net__ip *ip); /* IPv4 (mapped too) as dotted, else RFC 5952 */
bool net__ip_within(const struct net__ip *ip, const struct net__block *block);
bool net__block_parse(struct str text, struct net__block *ret); /* "10.0.0.0/8", "::1", "fd00::/8" */
/* Blocks between spaces or commas. Fails: INVALID, naming the piece that is none. */
MUST struct err *net__blocks_parse(struct arena *a, struct str list, struct net__blocks *ret);
bool net__blocks_have(const struct net__blocks *blocks, const struct net__ip *ip);

/* Who the client is: the socket's peer, or, where that is a trusted proxy, the rightmost address of X-Forwarded-For that is
 * not. What stands left of it came from a stranger and is not believed. */
struct net__ip net__proxy_client(const struct net__blocks *trusted, struct net__ip peer, struct str forwarded_for);
