/* reach/translate.h: posts in other languages, through the server that conf.translation_url names: LibreTranslate's API
 * (https://docs.libretranslate.com/) or DeepL's (https://developers.deepl.com/). It asks that server, so it is for rows of lane FETCH. */
#pragma once
#include "base/call.h"
#include "model/ids.h"
#include "model/viewer.h"

/* The Translation entity of a public or unlisted post. What comes back is sanitised as any stranger's HTML. Kept for a
 * day, while the post stays as it is.
 * Fails: NOT_FOUND  ("Not Found") no server is set, or the post is unknown or hidden;
 *        FORBIDDEN  the post is not public, or its language cannot be made this one;
 *        REMOTE     the server does not answer, or not so that it can be read, or wants to be left alone for a while. */
MUST struct err *reach_translate(struct call *c, const struct viewer *v, status_id id, struct str language, struct str *ret_json);
/* {"de":["en",…],…}: which language can be made which; "und" where none is said. "{}" where no server is set. */
MUST struct err *reach_translation_languages(struct call *c, struct str *ret_json);
