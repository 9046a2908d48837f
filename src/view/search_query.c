#include "view/search_query.h"

#include "wire/date.h"
#include "wire/words.h"

#define ID_MS_MAX (((int64_t)1 << 47) - 1)

/* One piece between blanks. */
struct piece {
	bool negated, quoted;
	struct str key, value;        /* "has", "media"; no key: words */
};

static bool is_blank(char ch) { return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r'; }

static size_t word_end(struct str s)
{
	size_t n = 0;

	while (n < s.n && !is_blank(s.p[n]))
		n++;
	return n;
}

/* Takes "a phrase" or a word off the front; a quote that is never closed ends with the text. */
static struct str take_value(struct str *rest, bool *ret_quoted)
{
	static const struct str marks[][2] = { { STRC("\""), STRC("\"") }, { STRC("“"), STRC("”") } };
	struct str got;

	*ret_quoted = true;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t end;

		if (!str_has_prefix(*rest, marks[i][0]))
			continue;
		*rest = str_from(*rest, marks[i][0].n);
		end = str_find_str(*rest, marks[i][1]);
		got = str_upto(*rest, end);
		*rest = str_from(*rest, end + marks[i][1].n);
		return got;
	}
	*ret_quoted = false;
	got = str_upto(*rest, word_end(*rest));
	*rest = str_from(*rest, got.n);
	return got;
}

static bool is_key(struct str s)
{
	static const char *const keys[] = { "has", "is", "language", "from", "before", "after", "during", "in" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (str_ieq(s, str_z(keys[i])))
			return true;
	return false;
}

static bool next_piece(struct call *c, struct str *rest, struct piece *ret)
{
	struct str key, value;

	*ret = (struct piece){ 0 };
	while (rest->n && is_blank(rest->p[0]))
		*rest = str_from(*rest, 1);
	if (!rest->n)
		return false;
	if (rest->p[0] == '-' || rest->p[0] == '+') {
		ret->negated = rest->p[0] == '-';
		*rest = str_from(*rest, 1);
	}
	if (str_cut(str_upto(*rest, word_end(*rest)), ':', &key, &value) && is_key(key)) {
		ret->key = arena_lower(c->arena, key);
		*rest = str_from(*rest, key.n + 1);
	}
	ret->value = take_value(rest, &ret->quoted);
	return true;
}

static struct err *add(struct call *c, struct post_query *q, bool negated, struct str phrase)
{
	struct search_ask *ask = &q->ask;

	if (ask->all_n + ask->no_n >= SEARCH_TERMS_MAX)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: The search has more than %d words", SEARCH_TERMS_MAX);
	if (negated)
		ask->no[ask->no_n++] = phrase;
	else
		ask->all[ask->all_n++] = phrase;
	q->empty = false;
	return NULL;
}

static struct err *add_words(struct call *c, struct post_query *q, const struct piece *p)
{
	struct str *phrases;
	size_t n = words_asked(c->arena, p->value, &phrases);

	for (size_t i = 0; i < n; i++)
		TRY(add(c, q, p->negated, phrases[i]));
	return NULL;
}

/* Facts have names of plain letters; what is none is nowhere. */
static struct err *add_fact(struct call *c, struct post_query *q, const struct piece *p, const char *key, struct str value)
{
	struct str name = arena_lower(c->arena, value);

	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] < 'a' || name.p[i] > 'z')
			name = STR("");
	if (!name.n)
		name = STR("0");
	return add(c, q, p->negated, arena_concat(c->arena, str_z(key), STR("="), name));
}

/* The first id of that moment. Ids end in the year 6429. */
static int64_t id_of(int64_t us)
{
	int64_t ms = us / 1000;

	return (ms < ID_MS_MAX ? ms : ID_MS_MAX) << 16;
}

static void not_before(struct post_query *q, int64_t us)
{
	int64_t id = id_of(us) - 1;

	q->ask.after_id = id > q->ask.after_id ? id : q->ask.after_id;
}

static void only_before(struct post_query *q, int64_t us)
{
	int64_t id = id_of(us);

	q->ask.before_id = id < q->ask.before_id ? id : q->ask.before_id;
}

/* Days of UTC, or moments; "after" a day begins when it is over. Ids of posts begin with their time. */
static struct err *add_time(struct call *c, struct post_query *q, const struct piece *p)
{
	int64_t from_us, to_us;
	bool after = str_eqz(p->key, "after"), during = str_eqz(p->key, "during");

	if (!date_parse(p->value, &from_us))
		return FAIL(c->arena, ERR_INVALID, "Validation failed: '" STR_FMT "' is no date", STR_ARG(p->value));
	if (during && p->negated)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: during: cannot be negated");
	to_us = from_us + (str_find(p->value, ':') == p->value.n ? US_PER_DAY : US_PER_MS);
	if (during || (after ? !p->negated : p->negated))
		not_before(q, after ? to_us : from_us);
	if (during || (after ? p->negated : !p->negated))
		only_before(q, during || after ? to_us : from_us);
	q->empty = false;
	return NULL;
}

static struct err *add_from(struct call *c, struct post_query *q, const struct piece *p)
{
	if (q->from_n == QUERY_FROM_MAX)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: The search names more than %d authors", QUERY_FROM_MAX);
	q->from_not[q->from_n] = p->negated;
	q->from[q->from_n++] = p->value;
	q->empty = false;
	return NULL;
}

static void set_place(struct post_query *q, const struct piece *p)
{
	bool library = str_ieq(p->value, STR("library")), public = str_ieq(p->value, STR("public"));

	if (library || public) {
		q->library = library != p->negated;
		q->public = !q->library;
	} else {
		q->library = q->public = true;
	}
}

struct err *view__query_parse(struct call *c, struct str q, struct post_query *ret)
{
	struct piece p;

	*ret = (struct post_query){ .ask = { .before_id = INT64_MAX }, .library = true, .public = true, .empty = true };
	while (next_piece(c, &q, &p)) {
		if (!p.key.n)
			TRY(add_words(c, ret, &p));
		else if (str_eqz(p.key, "has"))
			TRY(add_fact(c, ret, &p, "has", p.value));
		else if (str_eqz(p.key, "is"))
			TRY(add_fact(c, ret, &p, "is", p.value));
		else if (str_eqz(p.key, "language"))
			TRY(add_fact(c, ret, &p, "lang", str_upto(p.value, str_find(p.value, str_find(p.value, '-') < p.value.n ? '-' : '_'))));
		else if (str_eqz(p.key, "from"))
			TRY(add_from(c, ret, &p));
		else if (str_eqz(p.key, "in"))
			set_place(ret, &p);
		else
			TRY(add_time(c, ret, &p));
	}
	return NULL;
}
