/* media/archive.h: the files of archives (acts/archive.h), and their end. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* Drops the file of somebody's archive, whose row goes with the account; nothing where there is none. Fails: LATER. */
MUST struct err *media_archive_drop(struct call *c, account_id who);
/* Recurring: drops archives whose time is over, files first. */
MUST struct err *media_clean_archives(struct call *c);
