/* api/api_priv.h: what the nouns of this room share. */
#pragma once
#include "acts/choice.h"
#include "api/api.h"
#include "view/relation.h"

static inline enum choice api__choice(enum tri t) { return t == TRI_UNSET ? CHOICE_KEEP : t == TRI_TRUE ? CHOICE_YES : CHOICE_NO; }

/* Answers with a page of people and its Link header. */
void api__people(struct call *c, struct req *r, const struct people_page *p);

/* Answers with what the viewer and this account are to each other now. */
MUST struct err *api__relationship(struct call *c, struct req *r, account_id other);

/* The Token entity. https://docs.joinmastodon.org/entities/Token/ */
struct str api__token_json(struct call *c, struct str token, struct str scopes, int64_t created_us);
