/* acts/archive.h: the archive of one's account (model/archive.h), asked for by its owner, made by JOB_ARCHIVE (app/archive.c).
 *
 *   asked ──named──▶ being written under that name ──ready──▶ ARCHIVE_DAYS later dropped
 *
 * The row has the file's name before anything stands under it: a job that broke off is begun anew, and drops what it finds. */
#pragma once
#include "base/call.h"
#include "model/archive.h"

/* Fails: INVALID  field "archive": one was asked for within ARCHIVE_DAYS. */
MUST struct err *acts_archive_ask(struct call *c, account_id who);
/* *ret_took: false where it is not asked for any more. */
MUST struct err *acts_archive_name(struct call *c, account_id who, int64_t asked_us, struct str file, bool *ret_took);
/* It stands in storage; its owner is told by mail. *ret_took: false where nobody wants it any more, and the caller drops the file. */
MUST struct err *acts_archive_ready(struct call *c, struct own_archive *a, bool *ret_took);
/* For the cleaner: those whose time is over, at most max; and the row, once its file is gone. */
MUST struct err *acts_archives_over(struct call *c, int max, struct own_archive **ret, size_t *ret_n);
MUST struct err *acts_archive_forget(struct call *c, const struct own_archive *a);
