/* api/api_priv.h: what the nouns of this room share. */
#pragma once
#include "acts/choice.h"
#include "api/api.h"
#include "model/status.h"
#include "view/relation.h"

static inline enum choice api__choice(enum tri t) { return t == TRI_UNSET ? CHOICE_KEEP : t == TRI_TRUE ? CHOICE_YES : CHOICE_NO; }

/* Answers with a page of people and its Link header. */
void api__people(struct call *c, struct req *r, const struct people_page *p);

/* Answers with what the viewer and this account are to each other now. */
MUST struct err *api__relationship(struct call *c, struct req *r, account_id other);

/* A preview that somebody sends for a film or a sound of theirs: taken into storage before the act that gives it, settled after it, however
 * that ended: of the old and the new one the one that is not used is dropped. made is of no file where nothing was sent, or not for such. */
struct upload;
struct thumbnail {
	struct media before;
	struct media_preview made;
};
MUST struct err *api__thumbnail_take(struct call *c, account_id who, media_id id, const struct upload *file, struct thumbnail *ret);
void api__thumbnail_settle(struct call *c, const struct thumbnail *t);

/* The Token entity. https://docs.joinmastodon.org/entities/Token/ */
struct str api__token_json(struct call *c, struct str token, struct str scopes, int64_t created_us);
