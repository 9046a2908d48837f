/* conf/setting.h: the rows of settings.def as data, for whoever lists settings (CLI, sample file, admin API). */
#pragma once
#include "conf/conf.h"

enum setting_type {
	SETTING_STR, SETTING_TEXT, SETTING_HOST, SETTING_URL, SETTING_ADDRESS, SETTING_PATH, SETTING_EMAIL, SETTING_SECRET,
	SETTING_SECRET_URL, SETTING_NETWORKS, SETTING_PORT_NETWORKS, SETTING_HOSTS, SETTING_WORDS, SETTING_INT,
	SETTING_SIZE, SETTING_BOOL, SETTING_ENUM
};

struct setting {
	struct str key;
	enum setting_type type;
	const char *const *words;     /* SETTING_ENUM: its words, NULL-terminated; else NULL */
	const char *preset;           /* the default, as it would stand in the file */
	int64_t min, max;
	bool instance;                /* lives in the database */
	bool reload;                  /* boot settings: changes with SIGHUP */
	const char *help;
	size_t offset, size;          /* of its field in struct conf */
};

const struct setting *setting_at(enum setting_id id);
const struct setting *setting_find(struct str key);           /* NULL where there is none */
/* The setting that was likely meant by key: near by edit distance, its case and a leading HOWDAH_ ignored. NULL: nothing is near. */
const struct setting *setting_nearest(struct str key);
struct str setting_env_name(struct arena *a, const struct setting *s);    /* "HOWDAH_DATA_DIR" */
