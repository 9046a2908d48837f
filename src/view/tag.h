/* view/tag.h: hashtags as the client API shows them. https://docs.joinmastodon.org/entities/Tag/ and .../entities/FeaturedTag/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"
#include "model/viewer.h"
#include "view/relation.h"
#include "wire/json.h"

struct account;
struct tag;

/* An array of Tag, with the uses of the last seven days; for a person also whether it is followed and featured. At most 320; two queries. */
MUST struct err *view_tags_write(struct call *c, const struct viewer *v, const struct tag *tags, size_t n, struct jw *w);
MUST struct err *view_tags_json(struct call *c, const struct viewer *v, const struct tag *tags, size_t n, struct str *ret_json);

/* One by its name; a tag that nobody used has the id "" and no uses. NOT_FOUND: no tag can be called so. */
MUST struct err *view_tag_json(struct call *c, const struct viewer *v, struct str name, struct str *ret_json);
/* A page of those the viewer follows; the cursors are those of the follows. */
MUST struct err *view_followed_tags(struct call *c, const struct viewer *v, const struct page *p, struct people_page *ret);

/* An array of FeaturedTag of somebody's profile, those used most first. NOT_FOUND: no such account. */
MUST struct err *view_featured_tags_json(struct call *c, account_id of, struct str *ret_json);
/* Their names, for other servers: none of an account that is suspended. */
MUST struct err *view_featured_tags(struct call *c, const struct account *of, struct str **ret_names, size_t *ret_n);
/* One of them. NOT_FOUND: it is not featured. */
MUST struct err *view_featured_tag_json(struct call *c, account_id of, tag_id tag, struct str *ret_json);
/* An array of Tag: ten of the viewer's own that they might feature. */
MUST struct err *view_featured_tags_suggested(struct call *c, const struct viewer *v, struct str *ret_json);
