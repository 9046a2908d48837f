/* acts/compose.h: from what somebody typed to what is stored: the text in its kept form, its HTML, who is mentioned, its hashtags and
 * emoji. Nothing is fetched: who is not known here stays text, and is named in `unknown`. Mastodon 4.6's rules (wire/text.h). */
#pragma once
#include "base/call.h"
#include "model/status.h"

enum { COMPOSE_MENTIONS_MAX = 100, COMPOSE_TAGS_MAX = 100, COMPOSE_UNKNOWN_MAX = 20 };

struct compose_in {
	account_id author;
	struct str text;              /* tidied */
	enum content_type type;
	struct str beside;            /* other texts whose emoji count: warning, options */
	struct str alias;             /* "name@domain" as typed that means `alias_of`, whatever that one is called; none if none */
	account_id alias_of;
	struct str quoted_url;        /* of what it quotes: named for readers who see no quotes; none if it quotes nothing */
};

struct composed {
	struct str text;              /* handles of ours without their domain */
	struct str content;           /* HTML */
	struct str emojis;            /* JSON, as in struct status */
	struct mention *mentions;     /* each account once */
	size_t mentions_n;
	struct str *unknown;          /* "name@domain" in one form, each once */
	size_t unknown_n;
	struct str *tag_keys, *tag_names;
	size_t tags_n;
};
/* The page of a post, or its id where it has none. */
struct str acts_quoted_url(const struct status *quoted);
/* Two queries at most. */
MUST struct err *acts_compose(struct call *c, const struct compose_in *in, struct composed *ret);
