#include "net/mx.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>

#include "wire/url.h"

/* "192.0.2.53:53"; other forms are left to the system's servers. */
static void use_server(struct __res_state *state, struct arena *a, struct str server)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	size_t colon = str_rfind(server, ':');
	int64_t port;

	if (colon == server.n || !str_i64(str_from(server, colon + 1), &port) ||
	    inet_pton(AF_INET, arena_strz(a, str_upto(server, colon)), &to.sin_addr) != 1)
		return;
	to.sin_port = htons((uint16_t)port);
	state->nscount = 1;
	state->nsaddr_list[0] = to;
}

static size_t read_hosts(struct arena *a, const unsigned char *answer, int size, struct str ret[MX_HOSTS_MAX])
{
	char name[NS_MAXDNAME];
	ns_msg message;
	size_t n = 0;
	ns_rr rr;

	if (ns_initparse(answer, size, &message) != 0)
		return 0;
	for (int i = 0; i < ns_msg_count(message, ns_s_an) && n < MX_HOSTS_MAX; i++) {
		if (ns_parserr(&message, ns_s_an, i, &rr) != 0)
			break;
		/* Two bytes of preference, then the name. */
		if (ns_rr_type(rr) != ns_t_mx || ns_rr_rdlen(rr) < 3)
			continue;
		if (ns_name_uncompress(ns_msg_base(message), ns_msg_end(message), ns_rr_rdata(rr) + NS_INT16SZ, name, sizeof name) < 0)
			continue;
		ret[n++] = arena_dup(a, str_z(name));
	}
	return n;
}

size_t mx_hosts(struct arena *a, struct str server, struct str domain, struct str ret[MX_HOSTS_MAX])
{
	unsigned char answer[4096];
	struct __res_state state = { 0 };
	int size;
	size_t n = 0;

	if (domain.n == 0 || domain.n > DOMAIN_MAX || res_ninit(&state) != 0)
		return 0;
	state.retry = 1;
	state.retrans = MX_WAIT_S;
	state.nscount = state.nscount > 1 ? 1 : state.nscount;
	state.options |= RES_NOALIASES;
	if (server.n)
		use_server(&state, a, server);
	size = res_nquery(&state, arena_strz(a, domain), ns_c_in, ns_t_mx, answer, sizeof answer);
	if (size > 0)
		n = read_hosts(a, answer, size < (int)sizeof answer ? size : (int)sizeof answer, ret);
	res_nclose(&state);
	return n;
}
