#include "acts/rule.h"

#include "acts/language.h"
#include "store/rule.h"
#include "store/terms.h"
#include "wire/date.h"
#include "wire/text.h"

enum { TERMS_BYTES_MAX = 100000 };

struct rule_change {
	struct rule row;
	struct rule_translation words;
	bool was, drop;
};

static struct err *missing(struct call *c) { return FAIL(c->arena, ERR_NOT_FOUND, "there is no such rule"); }

static struct err *check_words(struct call *c, struct str text, struct str hint)
{
	if (!text.n)
		return FAIL(c->arena, ERR_INVALID, "a rule needs a text");
	if (text_graphemes(c->arena, text) > RULE_CHARS_MAX)
		return FAIL(c->arena, ERR_INVALID, "a rule has at most %d characters; its hint may say more", RULE_CHARS_MAX);
	if (text_graphemes(c->arena, hint) > RULE_HINT_CHARS_MAX)
		return FAIL(c->arena, ERR_INVALID, "a hint has at most %d characters", RULE_HINT_CHARS_MAX);
	return NULL;
}

static const struct rule *find(const struct rules *all, int64_t id)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].id == id)
			return &all->v[i];
	return NULL;
}

static struct err *put(struct call *c, void *arg) { return rule_put(c, &((struct rule_change *)arg)->row); }

struct err *acts_rule_put(struct call *c, int64_t id, struct str text, struct str hint, int64_t *ret_id)
{
	struct rule_change ch = { .row = { .id = id_next(c), .text = STR(""), .hint = STR("") } };
	const struct rule *stands;
	struct rules all;

	TRY(rules_all(c, &all));
	stands = find(&all, id);
	if (id && !stands)
		return missing(c);
	if (!id && all.n >= RULES_MAX)
		return FAIL(c->arena, ERR_INVALID, "there are %d rules already", RULES_MAX);
	if (stands)
		ch.row = *stands;
	else
		ch.row.position = all.n ? all.v[all.n - 1].position + 1 : 1;
	if (text.p)
		ch.row.text = str_trim(text);
	if (hint.p)
		ch.row.hint = str_trim(hint);
	TRY(check_words(c, ch.row.text, ch.row.hint));
	*ret_id = ch.row.id;
	return store_tx(c, put, &ch);
}

static struct err *drop(struct call *c, void *arg)
{
	struct rule_change *ch = arg;

	return rule_drop(c, ch->row.id, &ch->was);
}

struct err *acts_rule_drop(struct call *c, int64_t id)
{
	struct rule_change ch = { .row = { .id = id } };

	TRY(store_tx(c, drop, &ch));
	return ch.was ? NULL : missing(c);
}

static struct err *translate(struct call *c, void *arg)
{
	struct rule_change *ch = arg;

	ch->was = true;
	if (ch->drop)
		return rule_translation_drop(c, ch->words.rule, ch->words.language, &ch->was);
	return rule_translation_put(c, &ch->words);
}

struct err *acts_rule_translate(struct call *c, int64_t id, struct str language, struct str text, struct str hint)
{
	struct rule_change ch = { .words = { id, acts_language(language), str_trim(text), hint.n ? str_trim(hint) : STR("") }, .drop = !text.p };
	struct rules all;

	TRY(rules_all(c, &all));
	if (!find(&all, id))
		return missing(c);
	if (!ch.words.language.n)
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no language that is known here", STR_ARG(language));
	if (!ch.drop)
		TRY(check_words(c, ch.words.text, ch.words.hint));
	TRY(store_tx(c, translate, &ch));
	return ch.was ? NULL : FAIL(c->arena, ERR_NOT_FOUND, "there is no such translation");
}

/* ---- terms of service ---- */

struct publishing { struct terms row; bool added; };

static struct err *publish(struct call *c, void *arg)
{
	struct publishing *p = arg;

	return terms_add(c, &p->row, &p->added);
}

struct err *acts_terms_publish(struct call *c, struct str text, struct str day, struct str *ret_day)
{
	int64_t today = c->now_us - c->now_us % US_PER_DAY;
	struct publishing p = { .row = { .effective_us = today, .published_us = c->now_us, .text = str_trim(text) } };

	if (!p.row.text.n || p.row.text.n > TERMS_BYTES_MAX)
		return FAIL(c->arena, ERR_INVALID, "the terms of service have 1 to %d bytes", TERMS_BYTES_MAX);
	if (day.p && (day.n != 10 || !date_parse(day, &p.row.effective_us)))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no day, as in 2026-12-24", STR_ARG(day));
	if (p.row.effective_us < today)
		return FAIL(c->arena, ERR_INVALID, "terms of service cannot take effect on a day that is past");
	TRY(store_tx(c, publish, &p));
	if (!p.added)
		return FAIL(c->arena, ERR_INVALID, "there is a version that takes effect on that day");
	if (ret_day)
		*ret_day = date_day(c->arena, p.row.effective_us);
	return NULL;
}
