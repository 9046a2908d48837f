/* conf/conf_priv.h: what the room's files share: one value's parser, and the state of one loading. */
#pragma once
#include "conf/load.h"
#include "conf/setting.h"

/* Parses text into the setting's field of into. None: it did; else what is wrong with it, in words for the operator. */
struct str conf__parse(struct arena *a, const struct setting *s, struct str text, struct conf *into);
/* Every setting at its default. */
struct conf *conf__presets(struct arena *a);
static inline void *conf__field(struct conf *conf, const struct setting *s) { return (char *)conf + s->offset; }
static inline const void *conf__field_of(const struct conf *conf, const struct setting *s) { return (const char *)conf + s->offset; }

struct conf_loading {
	struct arena *arena;
	struct conf *conf;
	struct conf_problems *problems;
	bool bad[SETTINGS];           /* had a value that could not be used: no contradictions are looked for */
};
void conf__problem(struct conf_loading *in, struct str where, struct str key, struct str text);
/* Fills what follows from other settings, then looks for contradictions. */
void conf__derive(struct conf_loading *in);
/* "howdah.conf:12", "HOWDAH_LISTEN", "command line", "default" ... */
struct str conf__where(struct arena *a, const struct conf *conf, const struct setting *s);
