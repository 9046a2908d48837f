/* wire/text.h: the text people write: its entities, its length, its HTML, and the folded forms that are compared. Rules are Mastodon 4.6's
 * for local posts. All functions take any bytes; what is not UTF-8 is refused by the reader of the request (wire/form.h), and counts as U+FFFD here.
 * Cost is linear in the text; callers bound it (conf's limits) before they ask. */
#pragma once
#include "base/arena.h"

enum { TEXT_URL_LENGTH = 23, TEXT_URL_COUNTED_MAX = 4096, TEXT_ENTITIES_MAX = 1000 };

enum text_entity_kind { TEXT_MENTION, TEXT_HASHTAG, TEXT_URL };

struct text_entity {
	enum text_entity_kind kind;
	size_t from, to;          /* bytes of the text, from with its '@' or '#', to exclusive */
	struct str name;          /* the user's name, the tag without '#', the whole URL */
	struct str domain;        /* MENTION: as written, none if none */
};

/* In their order, not overlapping; the first TEXT_ENTITIES_MAX. */
size_t text_scan(struct arena *a, struct str text, struct text_entity **ret);
/* Extended grapheme clusters (UAX 29); a URL with "://" counts TEXT_URL_LENGTH (beyond TEXT_URL_COUNTED_MAX
 * bytes what it is), "@user@host" counts "@user". */
size_t text_length(struct arena *a, struct str text);
size_t text_graphemes(struct arena *a, struct str text);      /* without those two rules: names, poll options, descriptions */
/* "@user@domain" becomes "@user" where domain is ours (compared in its one form). */
struct str text_without_domain(struct arena *a, struct str text, struct str domain);
/* One emoji of Unicode and nothing else: a pictograph with what joins and modifies it, a flag, a keycap. */
bool text_is_emoji(struct arena *a, struct str text);
/* The shortcodes of custom emojis (":blobcat:"), each once, without colons. */
size_t text_emojis(struct arena *a, struct str text, struct str **ret);

/* Who a mention is. */
struct text_person {
	struct str url;           /* the profile page */
	struct str name, domain;  /* as shown; domain is none for ours */
};

struct text_format {
	struct str base_url;      /* "https://example.org": hashtags lead to base_url/tags/… */
	bool full_handles;        /* always "@user@host" (profile notes); else only where two people share a name */
	bool rel_me;              /* links may prove who one is (profile fields) */
	bool one_line;            /* no paragraphs (profile fields) */
	/* False: unknown; the mention stays text. NULL: all are unknown. */
	bool (*mention)(void *arg, struct str name, struct str domain, struct text_person *ret);
	void *arg;
};
/* The HTML of a local post, note or field. */
struct str text_to_html(struct arena *a, struct str text, const struct text_format *how);

/* For comparing and for *_key columns: NFKC and full case folding. Folding again changes nothing. */
struct str text_fold(struct arena *a, struct str text);
/* A hashtag's key: NFKC, lower case, Latin accents folded, what cannot be in a tag left out. May be empty. */
struct str text_tag_key(struct arena *a, struct str name);
bool text_tag_ok(struct str name);                            /* whole, without '#', would be scanned as one tag */
/* What makes two posts the same to their author: NFC, white space collapsed. */
struct str text_fingerprint(struct arena *a, struct str text);
/* A name on one line: without control characters, direction overrides and invisible characters that serve to deceive. */
struct str text_display_name(struct arena *a, struct str name);
/* A body: line ends are "\n", no control characters, no white space around it. */
struct str text_tidy(struct arena *a, struct str text);
