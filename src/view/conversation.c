#include "view/conversation.h"

#include "store/conversation.h"
#include "view/status.h"
#include "view/view_priv.h"

enum { CONVERSATIONS_JSON_MAX = 32 * 1024 * 1024 };

/* Those who take part in some conversations, as many at once as one query takes. */
struct people {
	int64_t *ids;
	size_t n;
	struct account_page *pages;   /* of VIEW_SET_MAX each */
};

/* ids: room for CONVERSATION_PEOPLE_MAX. One who speaks to nobody else takes part alone. */
static size_t take_part(const struct conversation *v, int64_t *ids)
{
	struct str rest = v->participants, one;
	size_t n = 0;

	while (n < CONVERSATION_PEOPLE_MAX && str_next(&rest, ',', &one))
		if (str_i64(one, &ids[n]))
			n++;
	if (n == 0)
		ids[n++] = v->account.v;
	return n;
}

static struct err *load_people(struct call *c, account_id viewer, const struct conversation *v, size_t n, struct people *ret)
{
	struct map *seen = map_create(c->arena);

	ret->ids = arena_array(c->arena, int64_t, n * CONVERSATION_PEOPLE_MAX + 1);
	for (size_t i = 0; i < n; i++) {
		int64_t ids[CONVERSATION_PEOPLE_MAX];
		size_t many = take_part(&v[i], ids);

		for (size_t k = 0; k < many; k++) {
			if (map_find_i64(seen, ids[k]))
				continue;
			ret->ids[ret->n] = ids[k];
			map_put_i64(seen, ids[k], &ret->ids[ret->n++]);
		}
	}
	ret->pages = arena_array(c->arena, struct account_page, ret->n / VIEW_SET_MAX + 1);
	for (size_t i = 0; i < ret->n; i += VIEW_SET_MAX)
		TRY(view_accounts_load(c, viewer, ret->ids + i, ret->n - i < VIEW_SET_MAX ? ret->n - i : VIEW_SET_MAX, &ret->pages[i / VIEW_SET_MAX]));
	return NULL;
}

static void write_person(struct call *c, const struct people *p, account_id id, struct jw *w)
{
	for (size_t i = 0; i < p->n; i += VIEW_SET_MAX)
		if (view_account_of(&p->pages[i / VIEW_SET_MAX], id)) {
			view_account_write(c, &p->pages[i / VIEW_SET_MAX], id, w);
			return;
		}
}

static void write_one(struct call *c, const struct conversation *v, const struct people *people, const struct status_page *posts, struct jw *w)
{
	int64_t ids[CONVERSATION_PEOPLE_MAX];
	size_t n = take_part(v, ids);

	jw_obj(w);
	jw_kid(w, "id", v->id.v);
	jw_kbool(w, "unread", v->unread);
	jw_key(w, "accounts");
	jw_arr(w);
	for (size_t i = 0; i < n; i++)
		write_person(c, people, ID(account_id, ids[i]), w);
	jw_arr_end(w);
	jw_key(w, "last_status");
	if (!view_status_write(c, posts, v->last, w))
		jw_null(w);
	jw_obj_end(w);
}

static struct err *load(struct call *c, const struct viewer *v, const struct conversation *rows, size_t n, struct people *people,
			struct status_page *posts)
{
	int64_t *ids = arena_array(c->arena, int64_t, n + 1);

	for (size_t i = 0; i < n; i++)
		ids[i] = rows[i].last.v;
	TRY(load_people(c, v->account, rows, n, people));
	return view_statuses_load(c, v, ids, n, 0, CONTEXT_NOTIFICATIONS, posts);
}

struct err *view_conversations(struct call *c, const struct viewer *v, const struct page *p, struct people_page *ret)
{
	struct buf b = buf_init(c->arena, CONVERSATIONS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct people people = { 0 };
	struct status_page posts;
	struct conversation *rows;
	size_t n;

	TRY(conversations_page(c, v->account, p, &rows, &n));
	TRY(load(c, v, rows, n, &people, &posts));
	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		write_one(c, &rows[i], &people, &posts, &w);
	jw_arr_end(&w);
	*ret = (struct people_page){ .json = buf_str(&b), .first = n ? rows[0].last.v : 0, .last = n ? rows[n - 1].last.v : 0,
				     .full = n > 0 && n == (size_t)p->limit };
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a page of conversations outgrew its bound");
}

struct err *view_conversation_json(struct call *c, const struct viewer *v, conversation_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, CONVERSATIONS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct people people = { 0 };
	struct status_page posts;
	struct conversation row;
	bool found;

	TRY(conversation_find(c, v->account, id, &row, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(load(c, v, &row, 1, &people, &posts));
	write_one(c, &row, &people, &posts, &w);
	*ret_json = buf_str(&b);
	return NULL;
}
