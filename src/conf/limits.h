/* conf/limits.h: which servers this one has silenced or suspended, as this process knows them: a part of the settings in force, which follow
 * the database within a second. Asking costs a few look-ups in memory. */
#pragma once
#include "conf/conf.h"

struct server_limits {
	bool silenced, suspended, rejects_media, rejects_reports;
	struct str by;                /* the blocked domain; lives with the settings. None: nothing is said of the server */
};
struct server_limit {
	struct str domain;            /* normalized; stands for all below it */
	struct server_limits is;
};

/* In a; v is copied, its texts are not. */
const struct conf_limits *conf_limits_create(struct arena *a, const struct server_limit *v, size_t n);
/* What the longest domain that holds this one is under; nothing where there is none, or conf is NULL. A port counts only where a block has one. */
struct server_limits conf_limits_of(const struct conf *conf, struct str domain);
/* Are there any whose media are rejected? Else whoever renders many posts need not look at each. */
bool conf_limits_of_media(const struct conf *conf);
