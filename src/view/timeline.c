#include "view/timeline.h"

#include "store/account.h"
#include "store/status.h"
#include "store/timeline.h"
#include "store/user.h"
#include "view/status.h"
#include "wire/text.h"

static struct err *write_page(struct call *c, const struct viewer *v, enum filter_context context, const int64_t *ids, size_t n,
			      struct timeline_json *ret)
{
	*ret = (struct timeline_json){ .first = n ? ids[0] : 0, .last = n ? ids[n - 1] : 0 };
	return view_statuses_json(c, v, ids, n, VIEW_JUDGED, context, &ret->json);
}

static enum timeline_where place(const struct feed_options *how)
{
	return how->local && !how->remote ? WHERE_LOCAL : how->remote && !how->local ? WHERE_REMOTE : WHERE_ALL;
}

struct err *view_home(struct call *c, const struct viewer *v, const struct page *p, struct timeline_json *ret)
{
	int64_t *ids;
	size_t n;

	TRY(timeline_home(c, v->account, p, &ids, &n));
	return write_page(c, v, CONTEXT_HOME, ids, n, ret);
}

struct err *view_list(struct call *c, const struct viewer *v, list_id id, const struct page *p, struct timeline_json *ret)
{
	int64_t *ids;
	size_t n;

	TRY(timeline_list(c, v->account, id, p, &ids, &n));
	return write_page(c, v, CONTEXT_HOME, ids, n, ret);
}

struct err *view_direct(struct call *c, const struct viewer *v, const struct page *p, struct timeline_json *ret)
{
	int64_t *ids;
	size_t n;

	TRY(timeline_direct(c, v->account, p, &ids, &n));
	return write_page(c, v, CONTEXT_NOTIFICATIONS, ids, n, ret);
}

struct err *view_public(struct call *c, const struct viewer *v, const struct feed_options *how, const struct page *p, struct timeline_json *ret)
{
	struct timeline_public what = { v->account, place(how), how->only_media };
	int64_t *ids;
	size_t n;

	TRY(timeline_public(c, &what, p, &ids, &n));
	return write_page(c, v, CONTEXT_PUBLIC, ids, n, ret);
}

/* Tags that nobody ever used are left out; *ret_known says how many were there. */
static struct err *find_tags(struct call *c, const struct str *names, size_t n, tag_id *ret, size_t *ret_known)
{
	*ret_known = 0;
	for (size_t i = 0; i < n && i < TIMELINE_TAGS_MAX; i++) {
		struct str name;
		bool found;

		TRY(tag_find(c, text_tag_key(c->arena, names[i]), &ret[*ret_known], &name, &found));
		*ret_known += found;
	}
	if (*ret_known < TIMELINE_TAGS_MAX)
		ret[*ret_known] = ID_NONE(tag_id);
	return NULL;
}

struct err *view_tag(struct call *c, const struct viewer *v, const struct tag_names *what, const struct page *p, struct timeline_json *ret)
{
	struct timeline_tag q = { .reader = v->account, .where = place(&what->how), .only_media = what->how.only_media };
	size_t any, main_tag, all, none, all_asked = what->all_n < TIMELINE_TAGS_MAX ? what->all_n : TIMELINE_TAGS_MAX;
	tag_id name[TIMELINE_TAGS_MAX];
	int64_t *ids = NULL;
	size_t n = 0;

	TRY(find_tags(c, what->any, what->any_n, q.any, &any));
	TRY(find_tags(c, &what->name, 1, name, &main_tag));
	TRY(find_tags(c, what->all, what->all_n, q.all, &all));
	TRY(find_tags(c, what->none, what->none_n, q.none, &none));
	if (main_tag)
		q.any[any++] = name[0];
	if (any && all == all_asked)
		TRY(timeline_tag(c, &q, p, &ids, &n));
	return write_page(c, v, CONTEXT_PUBLIC, ids, n, ret);
}

struct err *view_account_feed(struct call *c, const struct viewer *v, const struct account_feed *what, const struct page *p,
			      struct timeline_json *ret)
{
	struct timeline_account q = { .reader = v->account, .author = what->author, .pinned = what->pinned, .only_media = what->only_media,
				      .exclude_replies = what->exclude_replies, .exclude_reblogs = what->exclude_reblogs,
				      .exclude_direct = what->exclude_direct };
	struct account *a;
	int64_t *ids = NULL;
	bool found = true;
	struct str name;
	size_t n = 0;

	TRY(account_find(c, what->author, &a));
	if (!a || a->deleted_us)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (what->tagged.n)
		TRY(tag_find(c, text_tag_key(c->arena, what->tagged), &q.tagged, &name, &found));
	if (found)
		TRY(timeline_account(c, &q, p, &ids, &n));
	return write_page(c, v, CONTEXT_ACCOUNT, ids, n, ret);
}
