#include "wire/words.h"

#include <stdlib.h>
#include <uninorm.h>

#include "base/buf.h"
#include "base/map.h"
#include "wire/text_priv.h"
#include "wire/utf8_priv.h"

enum { COMBINING_FIRST = 0x300, COMBINING_LAST = 0x36f };

static const struct { uint32_t from, to; } unspaced[] = {
	{ 0xe00, 0xeff },                     /* Thai, Lao */
	{ 0x1000, 0x109f },                   /* Burmese */
	{ 0x1780, 0x17ff },                   /* Khmer */
	{ 0x3005, 0x3007 }, { 0x3040, 0x30ff }, { 0x31f0, 0x31ff },   /* Japanese */
	{ 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xf900, 0xfaff }, { 0x20000, 0x3ffff },   /* Han */
	{ 0xac00, 0xd7a3 },                   /* Korean */
};

static bool is_unspaced(uint32_t c)
{
	for (size_t i = 0; i < sizeof unspaced / sizeof *unspaced; i++)
		if (c >= unspaced[i].from && c <= unspaced[i].to)
			return true;
	return false;
}

static bool takes_accents(uint32_t c)
{
	return c < 0x250 || (c >= 0x370 && c <= 0x3ff) || (c >= 0x1e00 && c <= 0x1fff);
}

/* Folded, and Latin and Greek letters bare. Marks of other scripts are letters of their own right there, and stay. */
static struct str bare(struct arena *a, struct str text)
{
	struct str s = text_fold(a, text);
	struct buf b;
	uint8_t *p;
	size_t n = 0, step;
	uint32_t base = 0, c;
	bool ascii = true;

	for (size_t i = 0; i < s.n && ascii; i++)
		ascii = (unsigned char)s.p[i] < 0x80;
	if (ascii)
		return s;
	p = u8_normalize(UNINORM_NFD, (const uint8_t *)s.p, s.n, NULL, &n);
	if (!p)
		return s;
	s = arena_dup(a, str_of((const char *)p, n));
	free(p);
	b = buf_init(a, s.n + 1);
	for (size_t i = 0; i < s.n; i += step) {
		step = wire__utf8_at(s, i, &c);
		if (step == 0)
			break;
		if (c < COMBINING_FIRST || c > COMBINING_LAST)
			base = c;
		else if (takes_accents(base))
			continue;
		if (text__unaccented(c))
			buf_addc(&b, text__unaccented(c));
		else
			buf_add(&b, str_of(s.p + i, step));
	}
	s = buf_str(&b);
	p = u8_normalize(UNINORM_NFC, (const uint8_t *)s.p, s.n, NULL, &n);
	if (!p)
		return s;
	s = arena_dup(a, str_of((const char *)p, n));
	free(p);
	return s;
}

/* A stretch of one kind: a word, or characters that are taken in pairs. */
struct run {
	struct str s;
	bool pairs;
};

static bool next_run(struct str s, size_t *at, struct run *ret)
{
	size_t from = 0, step;
	bool in = false;
	uint32_t c;

	for (; *at < s.n && (step = wire__utf8_at(s, *at, &c)) > 0; *at += step) {
		bool word = text__is_word(c) && c != '_';

		if (in && (!word || is_unspaced(c) != ret->pairs))
			break;
		if (!word || in)
			continue;
		in = true;
		from = *at;
		ret->pairs = is_unspaced(c);
	}
	ret->s = str_of(s.p + from, *at - from);
	return in;
}

static size_t char_size(struct str s, size_t at)
{
	uint32_t c;
	size_t n = wire__utf8_at(s, at, &c);

	return n ? n : 1;
}

static void put(struct buf *b, struct str word, size_t *n)
{
	if (b->n)
		buf_addc(b, ' ');
	buf_add(b, word);
	++*n;
}

/* "abc" is "ab bc"; one character alone is itself. */
static void put_pairs(struct buf *b, struct str run, size_t *n, size_t max)
{
	size_t first = char_size(run, 0), at = 0;

	if (first == run.n && *n < max)
		put(b, run, n);
	while (at + first < run.n && *n < max) {
		size_t second = char_size(run, at + first);

		put(b, str_of(run.p + at, first + second), n);
		at += first;
		first = second;
	}
}

/* Each character of such runs once, so that one alone is found as quickly as a word. */
static void put_singles(struct arena *a, struct buf *b, struct str s, size_t *n, size_t max)
{
	struct map *seen = map_create(a);
	struct run r;

	for (size_t at = 0; *n < max && next_run(s, &at, &r);) {
		size_t step = char_size(r.s, 0);

		if (!r.pairs || step == r.s.n)
			continue;
		for (size_t i = 0; i < r.s.n && *n < max; i += step) {
			struct str one;

			step = char_size(r.s, i);
			one = str_of(r.s.p + i, step);
			if (map_find(seen, one))
				continue;
			map_put(seen, one, seen);
			put(b, one, n);
		}
	}
}

struct str words_of(struct arena *a, struct str text, size_t max)
{
	struct str s = bare(a, text);
	struct buf b = buf_init(a, s.n * 4 + 16);     /* of a character of three bytes: seven in a pair and four alone */
	struct run r;
	size_t n = 0;

	for (size_t at = 0; n < max && next_run(s, &at, &r);) {
		if (r.pairs)
			put_pairs(&b, r.s, &n, max);
		else
			put(&b, str_utf8_upto(r.s, WORD_BYTES_MAX), &n);
	}
	put_singles(a, &b, s, &n, max);
	return buf_str(&b);
}

size_t words_asked(struct arena *a, struct str text, struct str **ret)
{
	struct str s = bare(a, text);
	struct buf words = buf_init(a, s.n * 4 + 16);
	size_t n = 0, in_words = 0;
	struct run r;

	*ret = arena_array(a, struct str, WORDS_PHRASES_MAX);
	for (size_t at = 0; n + 1 < WORDS_PHRASES_MAX && next_run(s, &at, &r);) {
		struct buf pairs;
		size_t in_pairs = 0;

		if (!r.pairs) {
			put(&words, str_utf8_upto(r.s, WORD_BYTES_MAX), &in_words);
			continue;
		}
		pairs = buf_init(a, r.s.n * 4 + 16);
		put_pairs(&pairs, r.s, &in_pairs, SIZE_MAX);
		(*ret)[n++] = buf_str(&pairs);
	}
	if (in_words)
		(*ret)[n++] = buf_str(&words);
	return n;
}
