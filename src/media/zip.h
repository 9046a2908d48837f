/* media/zip.h: a ZIP file being written: texts deflated, files of our storage as they are. It grows in a nameless file of the storage's
 * disk, so a crash leaves nothing; in memory there is some for each entry's name, and no content. An entry has less than 4 GiB, all
 * together may have more. */
#pragma once
#include "base/call.h"

struct zip;

/* Lives in c's arena, and so does what is kept of its entries. Fails: LATER. */
MUST struct err *zip_create(struct call *c, struct zip **ret);
/* A text, in any number of pieces: begin, put…, end. name: "outbox.json". Fail: LATER. */
MUST struct err *zip_text_begin(struct call *c, struct zip *z, const char *name);
MUST struct err *zip_text_put(struct call *c, struct zip *z, struct str text);
MUST struct err *zip_text_end(struct call *c, struct zip *z);
/* A file of our storage, under that name. What is not there (any more) is left out. Fails: LATER. */
MUST struct err *zip_add_stored(struct call *c, struct zip *z, struct str name, struct str key);
/* Ends it, and puts it into storage under key. Fails: LATER; then nothing stands there. */
MUST struct err *zip_finish(struct call *c, struct zip *z, struct str key, int64_t *ret_bytes);
