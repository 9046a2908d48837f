/* fed/note_read.h: what a post's document says, judged: its id, its author, its audience, its HTML, its parts; bounded. Pure. */
#pragma once
#include "acts/remote_status.h"
#include "model/account.h"
#include "wire/json.h"

enum { NOTE_MENTIONS_MAX = 100, NOTE_AUDIENCE_MAX = 1000, NOTE_TAGS_MAX = 60, NOTE_MEDIA_MAX = 4, NOTE_OPTIONS_MAX = 500,
       NOTE_COLLECTIONS_MAX = 4 };

struct note_said {
	struct remote_status status;      /* without author, mentions; visibility LIMITED is for the reader to find */
	const struct str *mentioned;      /* URIs of Mention tags */
	const struct str *audience;       /* URIs of to and cc, without the public */
	size_t mentioned_n, audience_n;
	struct str vote;                  /* a name without content: an option that somebody chose; none: it is none */
};
bool fed_is_post(const struct json *doc);
struct str fed_note_author(const struct json *doc);           /* attributedTo's first */
/* followers_uri: of its author; none: unknown. Fails: INVALID, saying what is wrong. */
MUST struct err *fed_note_read(struct call *c, const struct json *doc, struct str followers_uri, struct note_said *ret);
/* Is this address, or any of this list's, the public? */
bool fed_has_public(const struct json *list);
