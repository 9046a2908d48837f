/* acts/tag.h: tags that a person follows, and those featured on their profile. https://docs.joinmastodon.org/methods/tags/ and
 * https://docs.joinmastodon.org/methods/featured_tags/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"

enum { TAG_FOLLOWS_MAX = 1000, FEATURED_TAGS_MAX = 10 };

/* Their public posts come home from now on, and those there are. Done twice it changes nothing. A tag that nobody used yet is made.
 * NOT_FOUND: no tag can be called so. INVALID: TAG_FOLLOWS_MAX are followed. LIMITED: too many follows of the day. */
MUST struct err *acts_tag_follow(struct call *c, account_id who, struct str name);
MUST struct err *acts_tag_unfollow(struct call *c, account_id who, struct str name);
/* *ret_id: of what is featured, now or before. NOT_FOUND: no tag can be called so. INVALID: FEATURED_TAGS_MAX are. */
MUST struct err *acts_tag_feature(struct call *c, account_id who, struct str name, tag_id *ret);
MUST struct err *acts_tag_unfeature(struct call *c, account_id who, struct str name);
/* By the id of the row. NOT_FOUND: it is not theirs. */
MUST struct err *acts_featured_tag_drop(struct call *c, account_id who, int64_t id);
