/* api/api_priv.h: what the nouns of this room share. */
#pragma once
#include "api/api.h"
#include "view/relation.h"

/* Answers with a page of people and its Link header. */
void api__people(struct call *c, struct req *r, const struct people_page *p);
/* Answers with what the viewer and this account are to each other now. */
MUST struct err *api__relationship(struct call *c, struct req *r, account_id other);
