/* net/guard.h: may this address be connected to? For every address that a stranger can choose. Pure functions over socket
 * addresses: no names, no sockets. Refused is whatever the special-purpose registries of RFC 6890 (IANA, IPv4 and IPv6) do not call
 * globally reachable, multicast, and every form that hides an IPv4 address in an IPv6 one (mapped, compatible, 6to4, Teredo, NAT64),
 * unless the allowance names it. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

struct guard;
struct sockaddr;

/* The allowance: blocks with or without a port between blanks or commas: "127.0.0.0/8:8443 10.1.2.3 [fd00::]/8:8443 fd00::/8". An IPv4
 * block does not admit the IPv6 forms of its addresses. Fails: INVALID, naming the piece that is none. */
MUST struct err *guard_parse(struct arena *a, struct str allowance, const struct guard **ret);

/* NULL: it may be connected to. Otherwise what kind of address it is, for the log: "a private address". */
const char *guard_refusal(const struct guard *g, const struct sockaddr *sa);
