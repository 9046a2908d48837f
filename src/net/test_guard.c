#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/guard.h"

static const char *refusal(struct str allowance, const char *ip, int port)
{
	AUTO_ARENA(a);
	const struct guard *g;
	struct sockaddr_in in4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };

	assert_null(guard_parse(a, allowance, &g));
	if (inet_pton(AF_INET, ip, &in4.sin_addr) == 1)
		return guard_refusal(g, (struct sockaddr *)&in4);
	assert_int_equal(inet_pton(AF_INET6, ip, &in6.sin6_addr), 1);
	return guard_refusal(g, (struct sockaddr *)&in6);
}

static void public_addresses_are_allowed(void **state)
{
	const char *allowed[] = {
		"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255",
		"169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
		"223.255.255.255", "2001:200::1", "2003::1", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "3ffe:ffff::1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
		if (refusal(STR_NONE, allowed[i], 443))
			fail_msg("%s was refused", allowed[i]);
	}
}

static void special_addresses_are_refused_at_both_ends_of_their_blocks(void **state)
{
	const struct { const char *ip, *what; } refused[] = {
		{ "0.0.0.0", "this network" }, { "0.255.255.255", "this network" },
		{ "10.0.0.0", "private" }, { "10.255.255.255", "private" },
		{ "100.64.0.0", "carrier" }, { "100.127.255.255", "carrier" },
		{ "127.0.0.1", "loopback" }, { "127.255.255.255", "loopback" },
		{ "169.254.169.254", "link-local" },
		{ "172.16.0.0", "private" }, { "172.31.255.255", "private" },
		{ "192.0.0.8", "assignments" }, { "192.0.2.1", "documentation" }, { "192.31.196.1", "AS112" }, { "192.52.193.1", "AMT" },
		{ "192.88.99.1", "6to4" }, { "192.168.0.0", "private" }, { "192.168.255.255", "private" }, { "192.175.48.1", "AS112" },
		{ "198.18.0.0", "benchmarking" }, { "198.19.255.255", "benchmarking" },
		{ "198.51.100.7", "documentation" }, { "203.0.113.7", "documentation" },
		{ "224.0.0.1", "multicast" }, { "239.255.255.255", "multicast" },
		{ "240.0.0.0", "reserved" }, { "255.255.255.255", "reserved" },
		{ "::", "unspecified" }, { "::1", "loopback" },
		{ "::ffff:127.0.0.1", "mapped" }, { "::ffff:1.1.1.1", "mapped" },
		{ "::ffff:0:127.0.0.1", "translated" },
		{ "::127.0.0.1", "compatible" }, { "::1.1.1.1", "compatible" },
		{ "64:ff9b::127.0.0.1", "NAT64" }, { "64:ff9b::1.1.1.1", "NAT64" }, { "64:ff9b:1::10.0.0.1", "NAT64" },
		{ "64:ff9b:2::1", "outside" }, { "100::1", "discard" },
		{ "2001:0:7f00:1::1", "Teredo" }, { "2001:2::1", "benchmarking" }, { "2001:10::1", "assignments" }, { "2001:1ff::1", "assignments" },
		{ "2001:db8::1", "documentation" }, { "2002:7f00:1::1", "6to4" }, { "2620:4f:8000::1", "AS112" }, { "3fff::1", "documentation" },
		{ "5f00::1", "segment" }, { "fc00::1", "private" }, { "fdff::1", "private" }, { "fe80::1", "link-local" },
		{ "febf::1", "link-local" }, { "fec0::1", "site-local" }, { "ff02::1", "multicast" }, { "4000::1", "outside" },
		{ "1000::1", "outside" }, { "e000::1", "outside" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		const char *what = refusal(STR_NONE, refused[i].ip, 443);

		if (!what || !str_contains(str_z(what), str_z(refused[i].what)))
			fail_msg("%s: %s", refused[i].ip, what ? what : "was allowed");
	}
}

static void what_is_no_internet_address_is_refused(void **state)
{
	AUTO_ARENA(a);
	const struct guard *g;
	struct sockaddr_storage unix_socket = { .ss_family = AF_UNIX };

	(void)state;
	assert_null(guard_parse(a, STR("0.0.0.0/0 ::/0"), &g));
	assert_non_null(guard_refusal(g, (struct sockaddr *)&unix_socket));
}

static void the_allowance_admits_its_blocks_and_ports_only(void **state)
{
	struct str list = STR("127.0.0.0/8:8443, 10.1.2.3\tfd00::/8 [::1]:9000 [fe80::]/10:80 192.168.0.0/16 172.16.0.1:80");

	(void)state;
	assert_null(refusal(list, "127.0.0.1", 8443));
	assert_null(refusal(list, "127.9.9.9", 8443));
	assert_non_null(refusal(list, "127.0.0.1", 8444));
	assert_null(refusal(list, "10.1.2.3", 1));
	assert_non_null(refusal(list, "10.1.2.4", 1));
	assert_null(refusal(list, "fd12::3", 443));
	assert_non_null(refusal(list, "fc12::3", 443));
	assert_null(refusal(list, "::1", 9000));
	assert_non_null(refusal(list, "::1", 443));
	assert_null(refusal(list, "fe80::1", 80));
	assert_null(refusal(list, "192.168.7.7", 5));
	assert_null(refusal(list, "172.16.0.1", 80));
	assert_non_null(refusal(list, "172.16.0.1", 81));
	/* The hidden forms stay refused until they are named themselves. */
	assert_non_null(refusal(list, "::ffff:127.0.0.1", 8443));
	assert_non_null(refusal(STR("0.0.0.0/0"), "::ffff:10.1.2.3", 443));
	assert_null(refusal(STR("::ffff:0:0/96"), "::ffff:10.1.2.3", 443));
	assert_null(refusal(STR("64:ff9b::/96"), "64:ff9b::1.1.1.1", 443));
	assert_non_null(refusal(STR("::/0"), "127.0.0.1", 443));
}

static void an_allowance_that_is_none_is_named(void **state)
{
	AUTO_ARENA(a);
	const char *bad[] = { "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8:", "10.0.0.1:0", "10.0.0.1:65536", "10.0.0.1:x", "[::1", "[::1]x",
			      "::1/129", "10.0.0.0/-1", "10.0.0.0/8/8", "[10.0.0.0/8]/8", ":80", "[]:80", "10.0.0.0/8:+80" };
	const struct guard *g;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err *e = guard_parse(a, arena_printf(a, "127.0.0.1 %s", bad[i]), &g);

		if (!e || e->code != ERR_INVALID || !str_contains(e->text, str_z(bad[i])))
			fail_msg("'%s' was taken for an allowance", bad[i]);
	}
	assert_null(guard_parse(a, STR(" , \n"), &g));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_addresses_are_allowed),
		cmocka_unit_test(special_addresses_are_refused_at_both_ends_of_their_blocks),
		cmocka_unit_test(what_is_no_internet_address_is_refused),
		cmocka_unit_test(the_allowance_admits_its_blocks_and_ports_only),
		cmocka_unit_test(an_allowance_that_is_none_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
