#include "view/list.h"

#include "store/account.h"
#include "store/list.h"
#include "view/view_priv.h"

enum { LISTS_JSON_MAX = 1024 * 1024, MEMBERS_JSON_MAX = 48 * 1024 * 1024 };

static void write_list(const struct list_row *l, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", l->id.v);
	jw_kstr(w, "title", l->title);
	jw_kz(w, "replies_policy", list_replies_word(l->replies));
	jw_kbool(w, "exclusive", l->exclusive);
	jw_obj_end(w);
}

struct err *view_lists_json(struct call *c, account_id me, account_id with, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, LISTS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct account *a = NULL;
	struct list_row *v;
	size_t n;

	if (with.v)
		TRY(account_find(c, with, &a));
	if (with.v && (!a || a->deleted_us))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(lists_of(c, me, with, &v, &n));
	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		write_list(&v[i], &w);
	jw_arr_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

static struct err *find(struct call *c, account_id me, list_id id, struct list_row *ret)
{
	bool found;

	TRY(list_find(c, me, id, ret, &found));
	return found ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *view_list_json(struct call *c, account_id me, list_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, LISTS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct list_row l;

	TRY(find(c, me, id, &l));
	write_list(&l, &w);
	*ret_json = buf_str(&b);
	return NULL;
}

/* So many at a time as one query takes. */
static struct err *write_members(struct call *c, account_id me, const int64_t *ids, size_t n, struct jw *w)
{
	for (size_t i = 0; i < n; i += VIEW_SET_MAX) {
		size_t some = n - i < VIEW_SET_MAX ? n - i : VIEW_SET_MAX;
		struct account_page accounts;

		TRY(view_accounts_load_rendered(c, me, ids + i, some, &accounts));
		for (size_t k = i; k < i + some; k++)
			view_account_write(c, &accounts, ID(account_id, ids[k]), w);
	}
	return NULL;
}

struct err *view_list_members(struct call *c, account_id me, list_id id, const struct page *p, struct people_page *ret)
{
	struct buf b = buf_init(c->arena, MEMBERS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct page all = { .limit = INT32_MAX };
	struct list_row l;
	int64_t *ids;
	size_t n;

	TRY(find(c, me, id, &l));
	TRY(list_members(c, me, id, p->limit ? p : &all, &ids, &n));
	jw_arr(&w);
	TRY(write_members(c, me, ids, n, &w));
	jw_arr_end(&w);
	*ret = (struct people_page){ .json = buf_str(&b), .first = n ? ids[0] : 0, .last = n ? ids[n - 1] : 0, .full = n > 0 && n == (size_t)p->limit };
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a list of people outgrew its bound");
}

struct err *view_list_is_own(struct call *c, account_id me, list_id id, bool *ret)
{
	struct list_row l;

	return list_find(c, me, id, &l, ret);
}
