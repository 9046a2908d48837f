/* What belongs to a status: media, mentions, tags, polls. */
#include "store/media.h"
#include "store/status.h"

SQL(q_mentions_of,
    "SELECT m.status_id, m.account_id, m.silent, a.username, a.domain, coalesce(a.url, a.uri) FROM mentions m JOIN accounts a ON a.id = m.account_id"
    " WHERE m.status_id IN (@set) ORDER BY m.status_id, m.account_id");
SQL(q_tags_of,
    "SELECT st.status_id, st.tag_id, t.name FROM status_tags st JOIN tags t ON t.id = st.tag_id WHERE st.status_id IN (@set)"
    " ORDER BY st.status_id, st.tag_id");
SQL(q_polls_of,
    "SELECT p.id, p.status_id, p.account_id, p.expires_us, p.multiple, p.hide_totals, p.votes_count, p.voters_count, p.closed_us"
    " FROM polls p WHERE p.status_id IN (@set)");
SQL(q_options_of,
    "SELECT o.poll_id, o.position, o.title, o.votes_count FROM poll_options o JOIN polls p ON p.id = o.poll_id WHERE p.status_id IN (@set)"
    " ORDER BY o.poll_id, o.position");

#define TAKE(list, count, T, ...) \
	do { \
		(list) = arena_array(c->arena, T, rows.n ? rows.n : 1); \
		(count) = rows.n; \
		for (size_t i = 0; i < rows.n; i++) { \
			struct row r = sql_row(&rows, i); \
			(list)[i] = (T){ __VA_ARGS__ }; \
		} \
	} while (0)

struct err *polls_of(struct call *c, const int64_t *ids, size_t n, struct status_parts *ret)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_polls_of, ARGS(sql_ids(ids, n)), &rows));
	TAKE(ret->polls, ret->polls_n, struct poll, ID(poll_id, row_i64(r, 0)), ID(status_id, row_i64(r, 1)), ID(account_id, row_i64(r, 2)),
	     row_i64(r, 3), row_bool(r, 4), row_bool(r, 5), row_i64(r, 6), row_i64(r, 7), row_i64(r, 8));
	ret->options_n = 0;
	if (rows.n == 0)
		return NULL;
	TRY(db_rows(c, &q_options_of, ARGS(sql_ids(ids, n)), &rows));
	TAKE(ret->options, ret->options_n, struct poll_option, ID(poll_id, row_i64(r, 0)), (int)row_i64(r, 1), row_str(r, 2), row_i64(r, 3));
	return NULL;
}

struct err *status_parts_texts(struct call *c, const int64_t *ids, size_t n, struct status_parts *ret)
{
	struct sql_rows rows;

	*ret = (struct status_parts){ 0 };
	if (n == 0)
		return NULL;
	TRY(media_of_statuses(c, ids, n, &ret->media, &ret->media_n));
	TRY(db_rows(c, &q_mentions_of, ARGS(sql_ids(ids, n)), &rows));
	TAKE(ret->mentions, ret->mentions_n, struct mention, ID(status_id, row_i64(r, 0)), ID(account_id, row_i64(r, 1)), row_bool(r, 2),
	     row_str(r, 3), row_str(r, 4), row_str(r, 5));
	TRY(db_rows(c, &q_tags_of, ARGS(sql_ids(ids, n)), &rows));
	TAKE(ret->tags, ret->tags_n, struct status_tag, ID(status_id, row_i64(r, 0)), ID(tag_id, row_i64(r, 1)), row_str(r, 2));
	return NULL;
}

struct err *status_parts(struct call *c, const int64_t *ids, size_t n, struct status_parts *ret)
{
	TRY(status_parts_texts(c, ids, n, ret));
	return n ? polls_of(c, ids, n, ret) : NULL;
}

SQL(q_mentions_add, "INSERT INTO mentions (status_id, account_id, silent) VALUES @rows ON CONFLICT DO NOTHING");
SQL(q_mentions_drop, "DELETE FROM mentions WHERE status_id = $1");

struct err *mentions_add(struct call *c, status_id id, const struct mention *m, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, n * 3 + 1);

	for (size_t i = 0; i < n; i++) {
		v[3 * i] = sql_arg_i64(id.v);
		v[3 * i + 1] = sql_arg_i64(m[i].account.v);
		v[3 * i + 2] = sql_arg_i64(m[i].silent);
	}
	return n ? db_insert_rows(c, &q_mentions_add, 3, v, n) : NULL;
}

struct err *mentions_drop(struct call *c, status_id id)
{
	return db_exec(c, &q_mentions_drop, ARGS(id.v), NULL);
}

SQL(q_tags_add, "INSERT INTO tags (id, name_key, name, created_us) VALUES @rows ON CONFLICT DO NOTHING");
SQL(q_tags_by_keys, "SELECT id, name_key FROM tags WHERE name_key IN (@set)");

struct err *tags_put(struct call *c, const struct str *keys, const struct str *names, size_t n, tag_id *ret_ids)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, n * 4 + 1);
	struct sql_rows rows;

	if (n == 0)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		v[4 * i] = sql_arg_i64(id_next(c));
		v[4 * i + 1] = sql_arg_str(keys[i]);
		v[4 * i + 2] = sql_arg_str(names[i]);
		v[4 * i + 3] = sql_arg_i64(c->now_us);
	}
	TRY(db_insert_rows(c, &q_tags_add, 4, v, n));
	TRY(db_rows(c, &q_tags_by_keys, ARGS(sql_strs(keys, n)), &rows));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rows.n; k++)
			if (str_eq(row_str(sql_row(&rows, k), 1), keys[i]))
				ret_ids[i] = ID(tag_id, row_i64(sql_row(&rows, k), 0));
	return NULL;
}

SQL(q_status_tags_drop, "DELETE FROM status_tags WHERE status_id = $1");
SQL(q_status_tags_add, "INSERT INTO status_tags (status_id, tag_id) VALUES @rows ON CONFLICT DO NOTHING");

struct err *status_tags_set(struct call *c, status_id id, const tag_id *tags, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, n * 2 + 1);

	TRY(db_exec(c, &q_status_tags_drop, ARGS(id.v), NULL));
	for (size_t i = 0; i < n; i++) {
		v[2 * i] = sql_arg_i64(id.v);
		v[2 * i + 1] = sql_arg_i64(tags[i].v);
	}
	return n ? db_insert_rows(c, &q_status_tags_add, 2, v, n) : NULL;
}

SQL(q_tag_find, "SELECT id, name FROM tags WHERE name_key = $1");

struct err *tag_find(struct call *c, struct str key, tag_id *ret, struct str *ret_name, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_tag_find, ARGS(key), &r, ret_found));
	if (*ret_found) {
		*ret = ID(tag_id, row_i64(r, 0));
		*ret_name = row_str(r, 1);
	}
	return NULL;
}

SQL(q_poll_add,
    "INSERT INTO polls (id, status_id, account_id, expires_us, multiple, hide_totals, votes_count, voters_count, closed_us)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
SQL(q_options_add, "INSERT INTO poll_options (poll_id, position, title, votes_count) VALUES @rows");

struct err *poll_add(struct call *c, const struct poll *p, const struct poll_option *o, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, n * 4 + 1);

	TRY(db_exec(c, &q_poll_add,
		    ARGS(p->id.v, p->status.v, p->account.v, p->expires_us, (int64_t)p->multiple, (int64_t)p->hide_totals, p->votes_count,
			 p->voters_count, p->closed_us),
		    NULL));
	for (size_t i = 0; i < n; i++) {
		v[4 * i] = sql_arg_i64(p->id.v);
		v[4 * i + 1] = sql_arg_i64((int64_t)i);
		v[4 * i + 2] = sql_arg_str(o[i].title);
		v[4 * i + 3] = sql_arg_i64(o[i].votes_count);
	}
	return n ? db_insert_rows(c, &q_options_add, 4, v, n) : NULL;
}
