/* conf/conf.h: the settings, parsed: one immutable struct with a field for each row of settings.def. Loaded by
 * conf/load.h; texts and lists live in the arena they were loaded into. */
#pragma once
#include "base/arena.h"

/* Lists are parsed once. */
struct conf_list {
	const struct str *v;
	size_t n;
};

/* Enums: every value once, V(NAME, "word in the file"). */
#define CONF_ENUM_log_format(V) V(LOG_FORMAT_LOGFMT, "logfmt") V(LOG_FORMAT_JSON, "json")
#define CONF_ENUM_log_level(V) \
	V(CONF_LOG_DEBUG, "debug") V(CONF_LOG_INFO, "info") V(CONF_LOG_WARN, "warn") V(CONF_LOG_ERROR, "error")
#define CONF_ENUM_registrations(V) \
	V(REGISTRATIONS_OPEN, "open") V(REGISTRATIONS_APPROVAL, "approval") V(REGISTRATIONS_CLOSED, "closed")
#define CONF_ENUM_timelines_public(V) \
	V(TIMELINES_PUBLIC, "public") V(TIMELINES_AUTHENTICATED, "authenticated") V(TIMELINES_DISABLED, "disabled")
#define CONF_ENUM_shown_to(V) V(SHOWN_TO_ALL, "all") V(SHOWN_TO_USERS, "users") V(SHOWN_TO_NOBODY, "disabled")
#define CONF_ENUM_translation_api(V) V(TRANSLATION_LIBRE, "libretranslate") V(TRANSLATION_DEEPL, "deepl")
#define CONF_ENUM_duplicate_post_guard(V) V(DUPLICATE_OFF, "off") V(DUPLICATE_SLOW, "slow") V(DUPLICATE_ALWAYS, "always")

#define CONF_ENUMERATOR(NAME, word) NAME,
enum conf_log_format { CONF_ENUM_log_format(CONF_ENUMERATOR) };
enum conf_log_level { CONF_ENUM_log_level(CONF_ENUMERATOR) };
enum conf_registrations { CONF_ENUM_registrations(CONF_ENUMERATOR) };
enum conf_timelines_public { CONF_ENUM_timelines_public(CONF_ENUMERATOR) };
enum conf_shown_to { CONF_ENUM_shown_to(CONF_ENUMERATOR) };
enum conf_translation_api { CONF_ENUM_translation_api(CONF_ENUMERATOR) };
enum conf_duplicate_post_guard { CONF_ENUM_duplicate_post_guard(CONF_ENUMERATOR) };

/* The types of settings.def and the fields they make. */
#define CONF_FIELD_STR struct str             /* one line */
#define CONF_FIELD_TEXT struct str            /* many lines */
#define CONF_FIELD_HOST struct str            /* name or name:port, lower case */
#define CONF_FIELD_URL struct str             /* http(s)://host, nothing after it */
#define CONF_FIELD_ADDRESS struct str         /* 127.0.0.1:3000, [::1]:3000 */
#define CONF_FIELD_PATH struct str
#define CONF_FIELD_EMAIL struct str
#define CONF_FIELD_SECRET struct str          /* never shown */
#define CONF_FIELD_SECRET_URL struct str      /* shown without its password */
#define CONF_FIELD_NETWORKS struct str        /* CIDRs with one space between them */
#define CONF_FIELD_PORT_NETWORKS struct str   /* CIDR[:port], likewise */
#define CONF_FIELD_HOSTS struct str           /* name=address:port, likewise */
#define CONF_FIELD_WORDS struct conf_list     /* separated by spaces or commas, lower case */
#define CONF_FIELD_INT int64_t
#define CONF_FIELD_SIZE int64_t               /* bytes */
#define CONF_FIELD_BOOL bool
#define CONF_FIELD_ENUM(name) enum conf_##name

enum setting_id {
#define BOOT(key, ...) SETTING_##key,
#define INSTANCE(key, ...) SETTING_##key,
#include "conf/settings.def"
	SETTINGS
};

/* Where a value came from. */
enum conf_origin_kind { CONF_DEFAULT, CONF_FILE, CONF_ENVIRONMENT, CONF_COMMAND_LINE, CONF_DATABASE, CONF_DERIVED };
struct conf_origin {
	enum conf_origin_kind kind;
	struct str file;              /* CONF_FILE */
	int line;
};

struct conf {
#define BOOT(key, type, ...) CONF_FIELD_##type key;
#define INSTANCE(key, type, ...) CONF_FIELD_##type key;
#include "conf/settings.def"
	struct conf_origin origin[SETTINGS];
	const struct conf_limits *limits;     /* conf/limits.h; NULL: none */
};

/* A laboratory: domain carries a port, everything is plain http. */
bool conf_is_lab(const struct conf *conf);
/* "/about" -> "https://example.org/about". */
struct str conf_url(struct arena *a, const struct conf *conf, const char *path);
/* "wss://example.org" ("ws://localhost:3000"), as /api/v2/instance says it. */
struct str conf_streaming_url(struct arena *a, const struct conf *conf);
/* The embedded database's file in data_dir. */
struct str conf_sqlite_path(struct arena *a, const struct conf *conf);
/* Can a new account be confirmed? Not where that takes a mail and none can be sent. */
bool conf_signup_confirmable(const struct conf *conf);
/* May a stranger sign up now, without an invitation? */
bool conf_signup_possible(const struct conf *conf);
