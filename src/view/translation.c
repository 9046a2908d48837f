#include "view/translation.h"

#include "conf/conf.h"
#include "store/status.h"
#include "store/translation.h"
#include "store/user.h"
#include "view/status.h"

#define LANGUAGES_KEPT_US (7 * US_PER_DAY)

struct err *view_translation_wish(struct call *c, const struct viewer *v, struct str *ret)
{
	struct user u = { 0 };
	bool found;

	TRY(user_find(c, v->account, &u, &found));
	*ret = u.locale.n ? u.locale : c->conf->languages.n ? c->conf->languages.v[0] : STR("en");
	return NULL;
}

struct err *view_translation_source(struct call *c, const struct viewer *v, status_id id, struct translation_source *ret)
{
	struct status_parts parts, polls = { 0 };
	struct media *described;
	struct status *s;

	TRY(view_status_get(c, v, id, &s));
	if (s->reblog_of.v)
		TRY(view_status_get(c, v, s->reblog_of, &s));
	if (s->visibility != VISIBILITY_PUBLIC && s->visibility != VISIBILITY_UNLISTED)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(status_parts_texts(c, &s->id.v, 1, &parts));
	if (s->poll.v)
		TRY(polls_of(c, &s->id.v, 1, &polls));
	described = arena_array(c->arena, struct media, parts.media_n + 1);
	*ret = (struct translation_source){ .status = s, .key = arena_printf(c->arena, "%lld", (long long)s->version), .options = polls.options,
					    .options_n = polls.options_n, .media = described };
	for (size_t i = 0; i < parts.media_n; i++)
		if (parts.media[i].description.n)
			described[ret->media_n++] = parts.media[i];
	return NULL;
}

struct err *view_translation_kept(struct call *c, const struct translation_source *s, struct str language, struct str *ret_json)
{
	return translation_find(c, s->status->id, language, s->key, ret_json);
}

struct err *view_translation_languages(struct call *c, struct str *ret_json)
{
	struct str kept, when, rest;
	int64_t us;

	*ret_json = STR_NONE;
	TRY(meta_get(c, "translation_languages", &kept));
	if (kept.n && str_cut(kept, ' ', &when, &rest) && str_i64(when, &us) && us > c->now_us - LANGUAGES_KEPT_US)
		*ret_json = rest;
	return NULL;
}
