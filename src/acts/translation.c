#include "acts/translation.h"

#include "store/store.h"
#include "store/translation.h"

enum { CLEAN_BATCH = 1000, CLEAN_BATCHES_MAX = 100 };

struct putting {
	status_id of;
	struct str language, source_key, body;
};

static struct err *put(struct call *c, void *arg)
{
	const struct putting *p = arg;

	return translation_put(c, p->of, p->language, p->source_key, p->body);
}

struct err *acts_translation_put(struct call *c, status_id of, struct str language, struct str source_key, struct str body)
{
	struct putting p = { of, language, source_key, body };

	return store_tx(c, put, &p);
}

static struct err *put_languages(struct call *c, void *arg)
{
	const struct putting *p = arg;

	return meta_put(c, "translation_languages", p->body);
}

struct err *acts_translation_languages_put(struct call *c, struct str languages)
{
	struct putting p = { .body = arena_printf(c->arena, "%lld " STR_FMT, (long long)c->now_us, STR_ARG(languages)) };

	return store_tx(c, put_languages, &p);
}

struct sweep {
	int64_t n;
};

static struct err *drop(struct call *c, void *arg)
{
	struct sweep *s = arg;

	return translations_drop(c, c->now_us - TRANSLATION_KEPT_S * US_PER_S, CLEAN_BATCH, &s->n);
}

struct err *acts_clean_translations(struct call *c)
{
	struct sweep s = { CLEAN_BATCH };

	for (int i = 0; i < CLEAN_BATCHES_MAX && s.n == CLEAN_BATCH; i++)
		TRY(store_tx(c, drop, &s));
	return NULL;
}
