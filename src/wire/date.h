/* wire/date.h: points in time as texts, both ways, without the C library's calendar. Times are microseconds since 1970 UTC.
 * ISO 8601 as fediverse servers write it (RFC 3339), HTTP dates (RFC 9110 5.6.7, IMF-fixdate only). Years outside 1970 to 9999
 * are refused when read; when written the time is taken for the nearest that can be said. */
#pragma once
#include "base/arena.h"

struct civil {
	int year, month, day;                                 /* month and day from 1 */
	int hour, minute, second, us;
	int weekday;                                          /* 0 is Sunday; not read by date_from_civil */
};

void date_to_civil(int64_t us, struct civil *ret);
bool date_from_civil(const struct civil *c, int64_t *ret_us); /* false: no such day or hour, or a year out of bounds */

/* "2026-08-01T12:35:00Z", with a fraction (more than six digits are cut), with "+02:00", "+0200" or "+02" instead of "Z", a blank
 * or a small letter instead of "T"; a date alone is its midnight UTC. A leap second is the next minute's first. */
bool date_parse(struct str iso, int64_t *ret_us);
bool date_http_parse(struct str s, int64_t *ret_us);          /* "Sun, 06 Nov 1994 08:49:37 GMT" */

/* xsd:duration without years and months, as ActivityStreams has it: "PT1M2.5S", "P1DT2H". false: none, or ten years and more. */
bool date_duration(struct str s, int64_t *ret_ms);

struct str date_iso_ms(struct arena *a, int64_t us);          /* "2026-08-01T12:35:00.123Z" */
struct str date_iso_s(struct arena *a, int64_t us);           /* "2026-08-01T12:35:00Z" */
struct str date_day(struct arena *a, int64_t us);             /* "2026-08-01" */
struct str date_http(struct arena *a, int64_t us);            /* "Sun, 06 Nov 1994 08:49:37 GMT" */

/* The same without an arena: at most DATE_TEXT_MAX bytes, no NUL; the length is returned. */
enum { DATE_TEXT_MAX = 32 };
size_t date_put_ms(char *out, int64_t us);
size_t date_put_day(char *out, int64_t us);
