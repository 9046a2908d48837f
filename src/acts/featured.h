/* acts/featured.h: what people of other servers feature on their profiles: pinned posts and tags, as they tell of it one by one (Add, Remove)
 * or as their collections list it. Doing one twice changes nothing more. What is past the bounds is left out. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

enum { REMOTE_PINS_MAX = 20, REMOTE_FEATURED_TAGS_MAX = 20 };

/* The post must be their own, and no boost; else nothing happens. */
MUST struct err *acts_featured_add(struct call *c, account_id who, status_id post);
MUST struct err *acts_featured_remove(struct call *c, account_id who, status_id post);
/* Exactly these are pinned from now on. */
MUST struct err *acts_featured_put(struct call *c, account_id who, const int64_t *posts, size_t n);

/* A name that no tag can have changes nothing. */
MUST struct err *acts_featured_tag_add(struct call *c, account_id who, struct str name);
MUST struct err *acts_featured_tag_remove(struct call *c, account_id who, struct str name);
MUST struct err *acts_featured_tags_put(struct call *c, account_id who, const struct str *names, size_t n);
