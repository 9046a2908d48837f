/* view/translation.h: what of a post is translated, and translations that are kept. https://docs.joinmastodon.org/entities/Translation/ */
#pragma once
#include "base/call.h"
#include "model/status.h"
#include "model/viewer.h"

struct translation_source {
	const struct status *status;  /* what is boosted instead of a boost */
	struct str key;               /* which state of it this is */
	const struct poll_option *options;
	size_t options_n;
	const struct media *media;    /* those with a description */
	size_t media_n;
};
/* The language that a person has their pages in; without one, what is spoken here. */
MUST struct err *view_translation_wish(struct call *c, const struct viewer *v, struct str *ret);
/* NOT_FOUND ("Not Found"): unknown or hidden; FORBIDDEN: not public. */
MUST struct err *view_translation_source(struct call *c, const struct viewer *v, status_id id, struct translation_source *ret);
/* The Translation kept of that state; none: none, or it is a day old. */
MUST struct err *view_translation_kept(struct call *c, const struct translation_source *s, struct str language, struct str *ret_json);
/* {"de":["en",…],…}, as the translation server said it; none: not known, or a week old. */
MUST struct err *view_translation_languages(struct call *c, struct str *ret_json);
