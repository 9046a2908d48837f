/* acts/translation.h: what the translation server said, kept for a day (its languages too: view asks how old they are). */
#pragma once
#include "base/call.h"
#include "model/ids.h"

enum { TRANSLATION_KEPT_S = 86400 };

MUST struct err *acts_translation_put(struct call *c, status_id of, struct str language, struct str source_key, struct str body);
/* JSON: which language can be made which. */
MUST struct err *acts_translation_languages_put(struct call *c, struct str languages);
/* Recurring. */
MUST struct err *acts_clean_translations(struct call *c);
