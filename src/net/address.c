#include "net/address_priv.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static struct net__ip of_v4(const void *v4)
{
	struct net__ip ip;

	memcpy(ip.b, mapped, sizeof mapped);
	memcpy(ip.b + 12, v4, 4);
	return ip;
}

bool net__ip_parse(struct str text, struct net__ip *ret)
{
	char z[INET6_ADDRSTRLEN];
	uint8_t v4[4];

	if (text.n == 0 || text.n >= sizeof z || memchr(text.p, '\0', text.n))
		return false;
	memcpy(z, text.p, text.n);
	z[text.n] = '\0';
	if (inet_pton(AF_INET, z, v4) == 1) {
		*ret = of_v4(v4);
		return true;
	}
	return inet_pton(AF_INET6, z, ret->b) == 1;
}

bool net__ip_of(const struct sockaddr *sa, struct net__ip *ret)
{
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;

	if (sa->sa_family == AF_INET) {
		memcpy(&in4, sa, sizeof in4);
		*ret = of_v4(&in4.sin_addr);
		return true;
	}
	if (sa->sa_family != AF_INET6)
		return false;
	memcpy(&in6, sa, sizeof in6);
	memcpy(ret->b, &in6.sin6_addr, sizeof ret->b);
	return true;
}

struct str net__ip_text(struct arena *a, const struct net__ip *ip)
{
	char z[INET6_ADDRSTRLEN] = "";

	if (memcmp(ip->b, mapped, sizeof mapped) == 0)
		inet_ntop(AF_INET, ip->b + 12, z, sizeof z);
	else
		inet_ntop(AF_INET6, ip->b, z, sizeof z);
	return arena_dup(a, str_z(z));
}

bool net__ip_within(const struct net__ip *ip, const struct net__block *block)
{
	int whole = block->bits / 8, rest = block->bits % 8;

	if (memcmp(ip->b, block->ip.b, (size_t)whole) != 0)
		return false;
	return rest == 0 || (ip->b[whole] ^ block->ip.b[whole]) >> (8 - rest) == 0;
}

bool net__block_parse(struct str text, struct net__block *ret)
{
	struct str ip, bits;
	bool cut = str_cut(text, '/', &ip, &bits), v4 = !str_contains(ip, STR(":"));
	int64_t n = v4 ? 32 : 128;

	if (!net__ip_parse(ip, &ret->ip) || (cut && !str_i64(bits, &n)) || n < 0 || n > (v4 ? 32 : 128))
		return false;
	ret->bits = (int)n + (v4 ? 96 : 0);
	return true;
}

MUST struct err *net__blocks_parse(struct arena *a, struct str list, struct net__blocks *ret)
{
	VEC(struct net__block) v = { 0 };

	while (list.n > 0) {
		size_t n = 0;
		struct str piece;
		struct net__block b;

		while (n < list.n && list.p[n] != ' ' && list.p[n] != ',' && list.p[n] != '\n' && list.p[n] != '\t')
			n++;
		piece = str_upto(list, n);
		list = str_from(list, n < list.n ? n + 1 : n);
		if (piece.n == 0)
			continue;
		if (!net__block_parse(piece, &b))
			return FAIL(a, ERR_INVALID, "'" STR_FMT "' is not an address or a block of addresses", STR_ARG(piece));
		vec_push(a, &v, b);
	}
	*ret = (struct net__blocks){ v.v, v.n };
	return NULL;
}

bool net__blocks_have(const struct net__blocks *blocks, const struct net__ip *ip)
{
	for (size_t i = 0; i < blocks->n; i++)
		if (net__ip_within(ip, &blocks->v[i]))
			return true;
	return false;
}
