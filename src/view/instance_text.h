/* view/instance_text.h: the texts and lists of the server as a whole. https://docs.joinmastodon.org/methods/instance/ */
#pragma once
#include "base/call.h"

/* What somebody who runs this server wrote in Markdown, as HTML; empty where nothing was. */
struct str view_prose(struct call *c, struct str text);

struct rule_view { int64_t id; struct str text, hint; };
/* The rules in the language that is asked for, where they are translated; STR_NONE: as they were written. */
MUST struct err *view_rules(struct call *c, struct str language, struct rule_view **ret, size_t *ret_n);
MUST struct err *view_rules_json(struct call *c, struct str *ret_json);

MUST struct err *view_extended_description_json(struct call *c, struct str *ret_json);
/* What was written, or else what is true of the program, in Markdown. */
struct str view_privacy_policy(const struct call *c);
MUST struct err *view_privacy_policy_json(struct call *c, struct str *ret_json);
/* day: "2026-12-24"; none: what is in force, or else what will be. NOT_FOUND: there is none. */
MUST struct err *view_terms_json(struct call *c, struct str day, struct str *ret_json);
/* The text of what is in force, and since when; none: there is none. */
MUST struct err *view_terms(struct call *c, struct str *ret_text, int64_t *ret_effective_us);

/* None where the setting says that it is not told (peers_public, activity_public). */
MUST struct err *view_peers_json(struct call *c, struct str *ret_json);
MUST struct err *view_peers_search_json(struct call *c, struct str q, struct str *ret_json);
MUST struct err *view_activity_json(struct call *c, struct str *ret_json);

struct str view_languages_json(struct call *c);
