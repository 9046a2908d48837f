/* base/log.h: one line a unit of work, to standard error: time, level, event, then pairs; as logfmt or JSON.
 * Rooms below the edges do not log, they return errors. A line that repeats within a minute is written once and
 * counted; the count follows when it changes or the minute is over. error means that a person must act.
 * Safe from any thread. */
#pragma once
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct kv {
	const char *key;
	struct str s;
	int64_t i;
	bool is_num;
};

#define KV(k, v) _Generic((v), \
	struct str: kv_str_, char *: kv_z_, const char *: kv_z_, default: kv_i64_)((k), (v))
struct kv kv_str_(const char *key, struct str v);
struct kv kv_z_(const char *key, const char *v);
struct kv kv_i64_(const char *key, int64_t v);

void log_line_(enum log_level level, const char *event, const struct kv *kv, size_t n);
#define log_at(level, event, ...) \
	log_line_((level), (event), (const struct kv[]){ __VA_ARGS__ }, sizeof((const struct kv[]){ __VA_ARGS__ }) / sizeof(struct kv))
#define log_debug(event, ...) log_at(LOG_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...) log_at(LOG_INFO, event, __VA_ARGS__)
#define log_warn(event, ...) log_at(LOG_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_at(LOG_ERROR, event, __VA_ARGS__)

void log_setup(bool json, enum log_level least);              /* at any time; default: logfmt, info */
void log_flush(void);                                         /* writes the counts that are still held back */
