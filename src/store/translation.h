/* store/translation.h: translations that were had, and may be shown again while the post stays as it is. */
#pragma once
#include "model/ids.h"
#include "store/store.h"

/* source_key: which state of the post it was made of. *ret_body: none where there is none of that state. */
MUST struct err *translation_find(struct call *c, status_id of, struct str language, struct str source_key, struct str *ret_body);
MUST struct err *translation_put(struct call *c, status_id of, struct str language, struct str source_key, struct str body);
/* Removes at most max of those made before then. */
MUST struct err *translations_drop(struct call *c, int64_t before_us, int max, int64_t *ret_n);
