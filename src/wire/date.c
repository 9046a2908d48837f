#include "wire/date.h"

#include <stdio.h>

#include "base/world.h"

#define YEAR_10000_US (INT64_C(253402300800) * US_PER_S)

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char weekdays[] = "SunMonTueWedThuFriSat";

/* Days since 1970 of a day of the Gregorian calendar, counted in eras of 400 years that begin on 1 March, so that the leap day
 * is the last of its year and needs no case. */
static int64_t days_from_civil(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

void date_to_civil(int64_t us, struct civil *ret)
{
	int64_t days, rest, z, era, of_era, year, of_year, m;

	us = us < 0 ? 0 : us >= YEAR_10000_US ? YEAR_10000_US - 1 : us;
	days = us / US_PER_DAY;
	rest = us % US_PER_DAY;
	z = days + 719468;
	era = z / 146097;
	of_era = z - era * 146097;
	year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * year + year / 4 - year / 100);
	m = (5 * of_year + 2) / 153;
	ret->day = (int)(of_year - (153 * m + 2) / 5 + 1);
	ret->month = (int)(m < 10 ? m + 3 : m - 9);
	ret->year = (int)(year + era * 400 + (ret->month <= 2));
	ret->hour = (int)(rest / US_PER_HOUR);
	ret->minute = (int)(rest / US_PER_MIN % 60);
	ret->second = (int)(rest / US_PER_S % 60);
	ret->us = (int)(rest % US_PER_S);
	ret->weekday = (int)((days + 4) % 7);
}

bool date_from_civil(const struct civil *c, int64_t *ret_us)
{
	if (c->year < 1970 || c->year > 9999 || c->month < 1 || c->month > 12 || c->day < 1 || c->day > days_in_month(c->year, c->month))
		return false;
	if (c->hour < 0 || c->hour > 23 || c->minute < 0 || c->minute > 59 || c->second < 0 || c->second > 60 || c->us < 0 ||
	    c->us >= US_PER_S)
		return false;
	*ret_us = days_from_civil(c->year, c->month, c->day) * US_PER_DAY + c->hour * US_PER_HOUR + c->minute * US_PER_MIN +
		  c->second * US_PER_S + c->us;
	return true;
}

/* Takes exactly n digits off *s. */
static bool digits(struct str *s, size_t n, int *ret)
{
	int v = 0;

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		v = v * 10 + (s->p[i] - '0');
	}
	*s = str_from(*s, n);
	*ret = v;
	return true;
}

static bool skip(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_from(*s, 1);
	return true;
}

static bool fraction(struct str *s, int *ret_us)
{
	int us = 0, unit = 100000;
	size_t n = 0;

	for (; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++, unit /= 10)
		us += (s->p[n] - '0') * unit;
	*s = str_from(*s, n);
	*ret_us = us;
	return n > 0;
}

/* "Z", "+02:00", "+0200", "-02": what to subtract. */
static bool offset(struct str s, int64_t *ret_us)
{
	int hours, minutes = 0, sign;

	if (s.n == 1 && (s.p[0] == 'Z' || s.p[0] == 'z')) {
		*ret_us = 0;
		return true;
	}
	sign = skip(&s, '+') ? 1 : skip(&s, '-') ? -1 : 0;
	if (sign == 0 || !digits(&s, 2, &hours))
		return false;
	if (s.n > 0) {
		skip(&s, ':');
		if (!digits(&s, 2, &minutes))
			return false;
	}
	if (s.n > 0 || hours > 23 || minutes > 59)
		return false;
	*ret_us = sign * (hours * US_PER_HOUR + minutes * US_PER_MIN);
	return true;
}

bool date_parse(struct str s, int64_t *ret_us)
{
	struct civil c = { 0 };
	int64_t us, east = 0;

	if (s.n > 64 || !digits(&s, 4, &c.year) || !skip(&s, '-') || !digits(&s, 2, &c.month) || !skip(&s, '-') ||
	    !digits(&s, 2, &c.day))
		return false;
	if (s.n > 0) {
		if (!skip(&s, 'T') && !skip(&s, 't') && !skip(&s, ' '))
			return false;
		if (!digits(&s, 2, &c.hour) || !skip(&s, ':') || !digits(&s, 2, &c.minute) || !skip(&s, ':') ||
		    !digits(&s, 2, &c.second))
			return false;
		if (skip(&s, '.') && !fraction(&s, &c.us))
			return false;
		if (!offset(s, &east))
			return false;
	}
	if (!date_from_civil(&c, &us))
		return false;
	us -= east;
	if (us < 0 || us >= YEAR_10000_US)
		return false;
	*ret_us = us;
	return true;
}

/* The place of a name of three letters in a row of them, or -1. */
static int name_at(const char *names, struct str s)
{
	for (int i = 0; names[i * 3]; i++)
		if (s.n >= 3 && memcmp(names + (size_t)i * 3, s.p, 3) == 0)
			return i;
	return -1;
}

bool date_http_parse(struct str s, int64_t *ret_us)
{
	struct civil c = { 0 };

	if (s.n != 29 || name_at(weekdays, s) < 0)
		return false;
	s = str_from(s, 3);
	if (!skip(&s, ',') || !skip(&s, ' ') || !digits(&s, 2, &c.day) || !skip(&s, ' '))
		return false;
	c.month = name_at(months, s) + 1;
	s = str_from(s, 3);
	if (!skip(&s, ' ') || !digits(&s, 4, &c.year) || !skip(&s, ' ') || !digits(&s, 2, &c.hour) || !skip(&s, ':') ||
	    !digits(&s, 2, &c.minute) || !skip(&s, ':') || !digits(&s, 2, &c.second))
		return false;
	return str_eq(s, STR(" GMT")) && date_from_civil(&c, ret_us);
}

static char *put(char *out, int v, int width)
{
	for (int i = width; i-- > 0; v /= 10)
		out[i] = (char)('0' + v % 10);
	return out + width;
}

static char *put_day(char *out, const struct civil *c)
{
	out = put(out, c->year, 4);
	*out++ = '-';
	out = put(out, c->month, 2);
	*out++ = '-';
	return put(out, c->day, 2);
}

static char *put_clock(char *out, const struct civil *c)
{
	out = put(out, c->hour, 2);
	*out++ = ':';
	out = put(out, c->minute, 2);
	*out++ = ':';
	return put(out, c->second, 2);
}

size_t date_put_day(char *out, int64_t us)
{
	struct civil c;

	date_to_civil(us, &c);
	return (size_t)(put_day(out, &c) - out);
}

size_t date_put_ms(char *out, int64_t us)
{
	struct civil c;
	char *at;

	date_to_civil(us, &c);
	at = put_day(out, &c);
	*at++ = 'T';
	at = put_clock(at, &c);
	*at++ = '.';
	at = put(at, c.us / 1000, 3);
	*at++ = 'Z';
	return (size_t)(at - out);
}

/* A number and its unit off the front of *s; the fraction of seconds goes to *ret_ms. */
static bool take_part(struct str *s, char *ret_unit, int64_t *ret_n, int64_t *ret_ms)
{
	size_t digits = 0, unit;
	int ms = 0, place = 100;

	while (digits < s->n && s->p[digits] >= '0' && s->p[digits] <= '9')
		digits++;
	unit = digits;
	if (unit < s->n && s->p[unit] == '.')
		for (unit++; unit < s->n && s->p[unit] >= '0' && s->p[unit] <= '9'; unit++, place /= 10)
			ms += (s->p[unit] - '0') * place;
	if (digits > 9 || unit >= s->n || !str_i64(str_upto(*s, digits), ret_n) || (unit > digits && s->p[unit] != 'S'))
		return false;
	*ret_unit = s->p[unit];
	*ret_ms = ms;
	*s = str_from(*s, unit + 1);
	return true;
}

bool date_duration(struct str s, int64_t *ret_ms)
{
	static const struct { char unit; bool clock; int64_t ms; } units[] = {
		{ 'D', false, 86400000 }, { 'H', true, 3600000 }, { 'M', true, 60000 }, { 'S', true, 1000 },
	};
	const int64_t max = 3650 * units[0].ms;
	bool clock = false;
	size_t next = 0, k;
	int64_t all = 0, n, ms;
	char unit;

	if (!s.n || s.p[0] != 'P')
		return false;
	s = str_from(s, 1);
	while (s.n) {
		if (!clock && s.p[0] == 'T') {
			clock = true;
			s = str_from(s, 1);
		}
		if (!take_part(&s, &unit, &n, &ms))
			return false;
		for (k = next; k < sizeof units / sizeof *units && (units[k].unit != unit || units[k].clock != clock); k++)
			;
		if (k == sizeof units / sizeof *units || n > max / units[k].ms)
			return false;
		all += n * units[k].ms + ms;
		next = k + 1;
	}
	*ret_ms = all;
	return next > 0 && all < max;
}

struct str date_iso_ms(struct arena *a, int64_t us)
{
	char text[DATE_TEXT_MAX];

	return arena_dup(a, str_of(text, date_put_ms(text, us)));
}

struct str date_iso_s(struct arena *a, int64_t us)
{
	char text[DATE_TEXT_MAX];
	size_t n = date_put_ms(text, us) - 5;   /* without ".123Z" */

	text[n++] = 'Z';
	return arena_dup(a, str_of(text, n));
}

struct str date_day(struct arena *a, int64_t us)
{
	char text[DATE_TEXT_MAX];

	return arena_dup(a, str_of(text, date_put_day(text, us)));
}

struct str date_http(struct arena *a, int64_t us)
{
	struct civil c;
	char text[DATE_TEXT_MAX], *at = text;

	date_to_civil(us, &c);
	memcpy(at, weekdays + (size_t)c.weekday * 3, 3);
	at[3] = ',', at[4] = ' ';
	at = put(at + 5, c.day, 2);
	*at++ = ' ';
	memcpy(at, months + (size_t)(c.month - 1) * 3, 3);
	at[3] = ' ';
	at = put(at + 4, c.year, 4);
	*at++ = ' ';
	at = put_clock(at, &c);
	memcpy(at, " GMT", 4);
	return arena_dup(a, str_of(text, (size_t)(at + 4 - text)));
}
