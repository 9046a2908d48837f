/* conf/load.h: from a file, the environment and the command line to struct conf, strictly: an unknown key, a typo, a
 * key in the wrong place, a value out of bounds, a key said twice and settings that contradict each other are problems, and all
 * of them are found in one run, each naming file, line, key and what was likely meant.
 *
 * Later wins: default, file, environment, command line. Instance settings come from the database afterwards. */
#pragma once
#include "base/err.h"
#include "conf/conf.h"

struct conf_pair {
	struct str key, value;
};

struct conf_from {
	struct str file;              /* none: no file */
	bool file_optional;           /* its absence is no problem */
	const char *const *environ;   /* NULL: none. NULL-terminated "NAME=value" */
	const struct conf_pair *overrides;    /* from the command line */
	size_t overrides_n;
};

struct conf_problem {
	struct str where;             /* "howdah.conf:12", "HOWDAH_LISTEN", "command line", "database" */
	struct str key;               /* none where a line has no key */
	struct str text;              /* one line: what is wrong and what was likely meant */
};
struct conf_problems {
	VEC(struct conf_problem) list;
};
enum { CONF_PROBLEMS_MAX = 100 };     /* more are not listed */

/* Fails with INVALID where there are problems, and fills *problems; *ret is set only on success. Instance settings have their
 * defaults. Reads the file; opens nothing else. */
MUST struct err *conf_load(struct arena *a, const struct conf_from *from, struct conf **ret, struct conf_problems *problems);
/* "howdah.conf:12: lisen: unknown setting; did you mean 'listen'?" */
struct str conf_problem_text(struct arena *a, const struct conf_problem *p);

/* A copy of boot with the instance settings that the database holds. Rows that do not fit (written by another version) keep their
 * default and are told in *problems, which may be NULL. */
struct conf *conf_with_instance(struct arena *a, const struct conf *boot, const struct conf_pair *rows, size_t n,
	struct conf_problems *problems);
/* Would `config set key value` do? *ret_value is the value as it should be stored. Fails: INVALID, naming what was likely meant. */
MUST struct err *conf_check_instance(struct arena *a, struct str key, struct str value, struct str *ret_value);

/* After SIGHUP: a copy of now with the boot settings of fresh that may change while running. *ret_restart lists the keys that
 * differ but wait for a restart. */
struct conf *conf_reloaded(struct arena *a, const struct conf *now, const struct conf *fresh, struct conf_list *ret_restart);
