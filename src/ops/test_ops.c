#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acts/certificate.h"
#include "base/metrics.h"
#include "conf/conf.h"
#include "ops/ops.h"

extern const struct endpoint metrics_endpoints[];

static struct str ask(struct arena *a, struct str address, const char *path)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)strtol(address.p + str_rfind(address, ':') + 1, NULL, 10)) };
	struct str request = arena_printf(a, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path);
	struct buf out = buf_init(a, 1 << 20);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char piece[4096];
	ssize_t n;

	assert_int_equal(inet_pton(AF_INET, "127.0.0.1", &to.sin_addr), 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	assert_int_equal(write(fd, request.p, request.n), (ssize_t)request.n);
	while ((n = read(fd, piece, sizeof piece)) > 0)
		buf_add(&out, str_of(piece, (size_t)n));
	close(fd);
	return buf_str(&out);
}

static void the_listener_of_its_own_needs_no_token(void **state)
{
	AUTO_ARENA(a);
	struct server *s;
	struct str address;

	(void)state;
	metric_add(METRIC_jobs_done_total, STR("MAIL"), 3);
	assert_null(ops_listen(a, STR("127.0.0.1:0"), &s));
	address = arena_dup(a, server_address(s));
	assert_true(str_contains(ask(a, address, "/metrics"), STR("howdah_jobs_done_total{kind=\"MAIL\"} 3\n")));
	assert_true(str_has_suffix(ask(a, address, "/health"), STR("\r\n\r\nOK")));
	assert_true(str_has_prefix(ask(a, address, "/api/v1/instance"), STR("HTTP/1.1 404 ")));
	server_stop(s, 1000);
}

/* The error's code, or ERR_CODES where the metrics came. */
static enum err_code metrics_with(struct arena *a, const char *token, const char *authorization)
{
	struct conf conf = { .metrics_token = str_z(token) };
	struct call c = { .arena = a, .conf = &conf };
	struct header h = { STR("Authorization"), str_z(authorization) };
	struct request http = { .arena = a, .headers = &h, .headers_n = *authorization ? 1 : 0 };
	struct reply out = { .arena = a, .fd = -1 };
	struct req r = { .http = &http, .endpoint = &metrics_endpoints[0], .out = &out };
	struct err *e = metrics_endpoints[0].handler(&c, &r);

	assert_true(e || str_has_prefix(out.body, STR("# HELP howdah_")));
	return e ? e->code : ERR_CODES;
}

static void the_main_address_wants_the_token_and_has_nothing_without_one(void **state)
{
	AUTO_ARENA(a);

	(void)state;
	metric_add(METRIC_jobs_done_total, STR("MAIL"), 1);
	assert_int_equal(metrics_with(a, "", "Bearer "), ERR_NOT_FOUND);
	assert_int_equal(metrics_with(a, "secret", ""), ERR_UNAUTHORIZED);
	assert_int_equal(metrics_with(a, "secret", "Bearer secret2"), ERR_UNAUTHORIZED);
	assert_int_equal(metrics_with(a, "secret", "Basic secret"), ERR_UNAUTHORIZED);
	assert_int_equal(metrics_with(a, "secret", "bearer secret"), ERR_CODES);
}

static void a_certificate_is_warned_of_by_the_time_it_is_good_for(void **state)
{
	static const struct {
		double whole, left;       /* days */
		enum certificate_age age;
		int64_t days;
	} cases[] = {
		{ 90, 60, CERTIFICATE_GOOD, 60 },     { 90, 21.1, CERTIFICATE_GOOD, 21 },       { 90, 20.9, CERTIFICATE_ENDS_SOON, 20 },
		{ 90, 14.1, CERTIFICATE_ENDS_SOON, 14 }, { 90, 13.9, CERTIFICATE_ENDS, 13 },    { 90, 0.1, CERTIFICATE_ENDS, 0 },
		{ 90, -0.1, CERTIFICATE_OVER, -1 },   { 3650, 22, CERTIFICATE_GOOD, 22 },       { 3650, 15, CERTIFICATE_ENDS_SOON, 15 },
		{ 6, 5, CERTIFICATE_GOOD, 5 },        { 6, 1.6, CERTIFICATE_GOOD, 1 },          { 6, 1.2, CERTIFICATE_ENDS_SOON, 1 },
		{ 6, 0.9, CERTIFICATE_ENDS, 0 },      { 0.5, 0.25, CERTIFICATE_GOOD, 0 },
	};
	const int64_t now = 20000 * US_PER_DAY;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct certificate of = { .until_us = now + (int64_t)(cases[i].left * US_PER_DAY) };

		of.from_us = of.until_us - (int64_t)(cases[i].whole * US_PER_DAY);
		if (acts_certificate_age(&of, now) != cases[i].age || acts_certificate_days_left(&of, now) != cases[i].days)
			fail_msg("%g of %g days: age %d, %lld days", cases[i].left, cases[i].whole, (int)acts_certificate_age(&of, now),
				 (long long)acts_certificate_days_left(&of, now));
	}
	assert_int_equal(acts_certificate_age(&(struct certificate){ 0 }, now), CERTIFICATE_GOOD);      /* it was never seen */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_is_warned_of_by_the_time_it_is_good_for),
		cmocka_unit_test(the_listener_of_its_own_needs_no_token),
		cmocka_unit_test(the_main_address_wants_the_token_and_has_nothing_without_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
