#include "net/address_priv.h"

/* An element of X-Forwarded-For: an address, or one with a port as some proxies write it ("192.0.2.1:80", "[2001:db8::1]:80"). */
static bool element_parse(struct str e, struct net__ip *ret)
{
	struct str head, tail;

	e = str_trim(e);
	if (net__ip_parse(e, ret))
		return true;
	if (e.n > 0 && e.p[0] == '[' && str_cut(str_from(e, 1), ']', &head, &tail))
		return net__ip_parse(head, ret);
	return str_cut(e, ':', &head, &tail) && net__ip_parse(head, ret);
}

struct net__ip net__proxy_client(const struct net__blocks *trusted, struct net__ip peer, struct str forwarded_for)
{
	struct net__ip client = peer, ip;

	while (forwarded_for.n > 0 && net__blocks_have(trusted, &client)) {
		size_t comma = str_rfind(forwarded_for, ',');
		bool last = comma == forwarded_for.n;

		if (!element_parse(last ? forwarded_for : str_from(forwarded_for, comma + 1), &ip))
			break;
		client = ip;
		forwarded_for = str_upto(forwarded_for, last ? 0 : comma);
	}
	return client;
}
