/* model/import.h: a file that somebody brings along, taken over line by line. */
#pragma once
#include "base/str.h"
#include "model/enums.h"
#include "model/ids.h"

struct import {
	int64_t id;
	account_id account;
	enum data_kind kind;
	bool overwrite;               /* what is not in the file goes */
	enum import_state state;
	struct str file_name;
	int64_t total, done, failed;  /* lines: done counts those that failed, too */
	int64_t created_us, ended_us;
};

struct import_row {
	int64_t position;
	struct str line;
};

/* What a line says; what its kind has no use for is none. */
struct import_line {
	struct str acct, domain, uri, title;
	struct str languages;         /* "de,en" */
	bool boosts, notify;          /* of a follow */
	bool hide_notifications;      /* of a mute */
	struct str contexts, keyword, expires, action;        /* of a filter, title beside them: "home, public", a time or "", "hide" */
	bool whole_word;
};
