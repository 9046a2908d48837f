#include "view/instance_text.h"

#include "conf/conf.h"
#include "store/rule.h"
#include "store/terms.h"
#include "store/usage.h"
#include "view/view_priv.h"
#include "wire/date.h"
#include "wire/markdown.h"
#include "wire/text.h"
#include "wire/url.h"

enum { TEXT_JSON_MAX = 8 * 1024 * 1024, PROSE_BYTES_MAX = 2 * 1024 * 1024, PEERS_FOUND_MAX = 10 };

struct str view_prose(struct call *c, struct str text)
{
	if (!str_trim(text).n)
		return STR("");
	return markdown_to_html(c->arena, text, &(struct text_format){ .base_url = c->conf->base_url }, PROSE_BYTES_MAX);
}

static struct err *finish(struct call *c, const struct buf *b, struct str *ret)
{
	*ret = buf_str(b);
	return buf_ok(b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a text of the instance outgrew its bound");
}

/* ---- rules ---- */

struct err *view_rules(struct call *c, struct str language, struct rule_view **ret, size_t *ret_n)
{
	struct rules all;

	TRY(rules_all(c, &all));
	*ret = arena_array(c->arena, struct rule_view, all.n + 1);
	*ret_n = all.n;
	for (size_t i = 0; i < all.n; i++)
		(*ret)[i] = (struct rule_view){ all.v[i].id, all.v[i].text, all.v[i].hint };
	for (size_t k = 0; k < all.translations_n; k++)
		for (size_t i = 0; i < all.n; i++)
			if (all.translations[k].rule == all.v[i].id && str_ieq(all.translations[k].language, language))
				(*ret)[i] = (struct rule_view){ all.v[i].id, all.translations[k].text, all.translations[k].hint };
	return NULL;
}

static void write_translations(const struct rules *all, int64_t rule, struct jw *w)
{
	jw_obj(w);
	for (size_t i = 0; i < all->translations_n; i++) {
		const struct rule_translation *t = &all->translations[i];

		if (t->rule != rule)
			continue;
		jw_key_str(w, t->language);
		jw_obj(w);
		jw_kstr(w, "text", t->text);
		jw_kstr(w, "hint", t->hint);
		jw_obj_end(w);
	}
	jw_obj_end(w);
}

struct err *view_rules_json(struct call *c, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, TEXT_JSON_MAX);
	struct jw w = jw_init(&b);
	struct rules all;

	TRY(rules_all(c, &all));
	jw_arr(&w);
	for (size_t i = 0; i < all.n; i++) {
		jw_obj(&w);
		jw_kid(&w, "id", all.v[i].id);
		jw_kstr(&w, "text", all.v[i].text);
		jw_kstr(&w, "hint", all.v[i].hint);
		jw_key(&w, "translations");
		write_translations(&all, all.v[i].id, &w);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	return finish(c, &b, ret_json);
}

/* ---- texts ---- */

static struct err *setting_text(struct call *c, const char *key, struct str text, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, TEXT_JSON_MAX);
	struct jw w = jw_init(&b);
	int64_t changed_us;

	TRY(setting_changed(c, str_z(key), &changed_us));
	jw_obj(&w);
	jw_ktime(&w, "updated_at", changed_us);
	jw_kstr(&w, "content", view_prose(c, text));
	jw_obj_end(&w);
	return finish(c, &b, ret_json);
}

struct err *view_extended_description_json(struct call *c, struct str *ret_json)
{
	return setting_text(c, "description", c->conf->description, ret_json);
}

struct err *view_privacy_policy_json(struct call *c, struct str *ret_json)
{
	return setting_text(c, "privacy_policy", view_privacy_policy(c), ret_json);
}

struct err *view_terms_json(struct call *c, struct str day, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, TEXT_JSON_MAX);
	struct jw w = jw_init(&b);
	struct terms t;
	int64_t us = c->now_us;
	bool found = false;

	if (!day.p)
		TRY(terms_at(c, us, &t, &found));
	else if (day.n == 10 && date_parse(day, &us))
		TRY(terms_of(c, us, &t, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	jw_obj(&w);
	jw_kstr(&w, "effective_date", date_day(c->arena, t.effective_us));
	jw_kbool(&w, "effective", t.effective_us <= c->now_us);
	jw_kstr(&w, "content", view_prose(c, t.text));
	jw_kstr(&w, "succeeded_by", t.succeeded_us ? date_day(c->arena, t.succeeded_us) : STR_NONE);
	jw_obj_end(&w);
	return finish(c, &b, ret_json);
}

struct err *view_terms(struct call *c, struct str *ret_text, int64_t *ret_effective_us)
{
	struct terms t = { 0 };
	bool found;

	TRY(terms_at(c, c->now_us, &t, &found));
	*ret_text = found ? t.text : STR_NONE;
	*ret_effective_us = t.effective_us;
	return NULL;
}

/* ---- lists ---- */

static struct err *names(struct call *c, const struct str *v, size_t n, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, TEXT_JSON_MAX);
	struct jw w = jw_init(&b);

	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		jw_str(&w, v[i]);
	jw_arr_end(&w);
	return finish(c, &b, ret_json);
}

struct err *view_peers_json(struct call *c, struct str *ret_json)
{
	struct str *v;
	size_t n;

	*ret_json = STR_NONE;
	if (!c->conf->peers_public)
		return NULL;
	TRY(peers_all(c, &v, &n));
	return names(c, v, n, ret_json);
}

struct err *view_peers_search_json(struct call *c, struct str q, struct str *ret_json)
{
	struct str *v = NULL, domain;
	size_t n = 0;

	*ret_json = STR_NONE;
	if (!c->conf->peers_public)
		return NULL;
	/* The beginning of a name need not be one. */
	if (!domain_normalize(c->arena, str_trim(q), &domain))
		domain = arena_lower(c->arena, str_trim(q));
	if (domain.n)
		TRY(peers_begin(c, domain, PEERS_FOUND_MAX, &v, &n));
	return names(c, v, n, ret_json);
}

static void write_number(struct call *c, struct jw *w, const char *key, int64_t v)
{
	jw_kstr(w, key, arena_printf(c->arena, "%lld", (long long)v));
}

struct err *view_activity_json(struct call *c, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, TEXT_JSON_MAX);
	struct jw w = jw_init(&b);
	/* 1970 began on a Thursday; weeks begin on Mondays. */
	int64_t this_week = c->now_us - (c->now_us + 3 * US_PER_DAY) % (7 * US_PER_DAY);
	struct usage_week *v;
	size_t n;

	*ret_json = STR_NONE;
	if (!c->conf->activity_public)
		return NULL;
	TRY(usage_weeks(c, this_week - 7 * (USAGE_WEEKS - 1) * US_PER_DAY, &v, &n));
	jw_arr(&w);
	for (int64_t i = 0; i < USAGE_WEEKS; i++) {
		struct usage_week week = { .week_us = this_week - i * 7 * US_PER_DAY };

		for (size_t k = 0; k < n; k++)
			if (v[k].week_us == week.week_us)
				week = v[k];
		jw_obj(&w);
		write_number(c, &w, "week", week.week_us / US_PER_S);
		write_number(c, &w, "statuses", week.statuses);
		write_number(c, &w, "logins", week.logins);
		write_number(c, &w, "registrations", week.registrations);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	return finish(c, &b, ret_json);
}

struct str view_languages_json(struct call *c)
{
	static const char *const known[][2] = {
#define LANGUAGE(code, name) { code, name },
#include "model/languages.def"
	};
	struct buf b = buf_init(c->arena, TEXT_JSON_MAX);
	struct jw w = jw_init(&b);

	jw_arr(&w);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		jw_obj(&w);
		jw_kz(&w, "code", known[i][0]);
		jw_kz(&w, "name", known[i][1]);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	return buf_str(&b);
}
