#include "store/conversation.h"

#include "base/buf.h"

enum { PARTICIPANTS_MAX = 64 * 1024 };

static struct err *changed(struct call *c, const struct sql_text *q, struct sql_args args, bool *ret)
{
	int64_t n;

	TRY(db_exec(c, q, args, &n));
	*ret = n > 0;
	return NULL;
}

/* ---- a post comes ---- */

SQL(q_conversation_people,
    "SELECT account_id FROM mentions WHERE status_id = $1 AND silent = 0 UNION SELECT CAST($2 AS BIGINT) ORDER BY account_id");

static struct err *participants(struct call *c, const struct status *s, account_id but, struct str *ret)
{
	struct buf b = buf_init(c->arena, PARTICIPANTS_MAX);
	struct sql_rows rows;

	TRY(db_rows(c, &q_conversation_people, ARGS(s->id.v, s->account.v), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		int64_t id = row_i64(sql_row(&rows, i), 0);

		if (id != but.v)
			buf_addf(&b, "%s%lld", b.n ? "," : "", (long long)id);
	}
	*ret = buf_str(&b);
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INVALID, "a direct post to too many people");
}

SQL(q_conversation_put,
    "INSERT INTO conversations (id, account_id, thread_id, participants, last_status_id, unread) VALUES ($1, $2, $3, $4, 0, 0)"
    " ON CONFLICT (account_id, thread_id, participants) DO UPDATE SET unread = conversations.unread RETURNING id");
SQL(q_conversation_post, "INSERT INTO conversation_posts (account_id, status_id, conversation_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
SQL(q_conversation_newer,
    "UPDATE conversations SET last_status_id = CASE WHEN last_status_id < $2 THEN $2 ELSE last_status_id END, unread = $3 WHERE id = $1");
SQL(q_conversation_empty, "DELETE FROM conversations WHERE id = $1 AND last_status_id = 0");

struct err *conversation_post(struct call *c, const struct status *s, account_id of, conversation_id *ret)
{
	struct str people;
	struct row r;
	bool found, is_new;

	TRY(participants(c, s, of, &people));
	TRY(db_one(c, &q_conversation_put, ARGS(id_next(c), of.v, s->thread.v, people), &r, &found));
	*ret = ID(conversation_id, row_i64(r, 0));
	TRY(changed(c, &q_conversation_post, ARGS(of.v, s->id.v, ret->v), &is_new));
	if (is_new)
		return db_exec(c, &q_conversation_newer, ARGS(ret->v, s->id.v, (int64_t)!id_eq(s->account, of)), NULL);
	TRY(db_exec(c, &q_conversation_empty, ARGS(ret->v), NULL));
	*ret = ID_NONE(conversation_id);
	return NULL;
}

/* ---- what changes ---- */

#define HOLDING "(SELECT h.conversation_id FROM conversation_posts h WHERE h.status_id = $1)"
SQL(q_conversations_older,
    "UPDATE conversations SET last_status_id = (SELECT coalesce(max(p.status_id), 0) FROM conversation_posts p"
    " WHERE p.conversation_id = conversations.id AND p.status_id <> $1) WHERE id IN " HOLDING);
SQL(q_conversations_empty, "DELETE FROM conversations WHERE last_status_id = 0 AND id IN " HOLDING);

struct err *conversations_forget(struct call *c, status_id post)
{
	TRY(db_exec(c, &q_conversations_older, ARGS(post.v), NULL));
	return db_exec(c, &q_conversations_empty, ARGS(post.v), NULL);
}

SQL(q_conversation_owners, "SELECT account_id FROM conversation_posts WHERE status_id = $1 ORDER BY account_id");
SQL(q_conversation_posts_drop, "DELETE FROM conversation_posts WHERE status_id = $1");

struct err *conversations_take_out(struct call *c, status_id post, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_conversation_owners, ARGS(post.v), &rows));
	TRY(conversations_forget(c, post));
	TRY(db_exec(c, &q_conversation_posts_drop, ARGS(post.v), NULL));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_conversation_threads,
    "SELECT DISTINCT o.thread_id FROM statuses s JOIN conversation_posts p ON p.status_id = s.id JOIN conversations o ON o.id = p.conversation_id"
    " WHERE s.thread_id = $1 AND o.thread_id <> $1 ORDER BY o.thread_id");
/* $1 the thread that goes into $2: what the same people said there is one conversation with what they said here. */
#define THERE "(SELECT n.id FROM conversations n WHERE n.account_id = o.account_id AND n.participants = o.participants AND n.thread_id = $2)"
SQL(q_conversation_posts_move,
    "UPDATE conversation_posts SET conversation_id = (SELECT " THERE " FROM conversations o WHERE o.id = conversation_posts.conversation_id)"
    " WHERE conversation_id IN (SELECT o.id FROM conversations o WHERE o.thread_id = $1 AND EXISTS " THERE ")");
SQL(q_conversations_gone, "DELETE FROM conversations WHERE thread_id = $1 AND NOT EXISTS"
    " (SELECT 1 FROM conversation_posts p WHERE p.conversation_id = conversations.id)");
SQL(q_conversations_move, "UPDATE conversations SET thread_id = $2 WHERE thread_id = $1");
SQL(q_conversations_newest,
    "UPDATE conversations SET last_status_id = (SELECT max(p.status_id) FROM conversation_posts p WHERE p.conversation_id = conversations.id)"
    " WHERE thread_id = $1");

struct err *conversations_join(struct call *c, status_id thread)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_conversation_threads, ARGS(thread.v), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		int64_t from = row_i64(sql_row(&rows, i), 0);

		TRY(db_exec(c, &q_conversation_posts_move, ARGS(from, thread.v), NULL));
		TRY(db_exec(c, &q_conversations_gone, ARGS(from), NULL));
		TRY(db_exec(c, &q_conversations_move, ARGS(from, thread.v), NULL));
	}
	return rows.n ? db_exec(c, &q_conversations_newest, ARGS(thread.v), NULL) : NULL;
}

SQL(q_conversation_mark, "UPDATE conversations SET unread = $3 WHERE id = $2 AND account_id = $1");
SQL(q_conversation_drop, "DELETE FROM conversations WHERE id = $2 AND account_id = $1");
SQL(q_conversations_drop_with, "DELETE FROM conversations WHERE account_id = $1 AND ',' || participants || ',' LIKE $2 ESCAPE '\\'");

struct err *conversation_mark(struct call *c, account_id of, conversation_id id, bool unread, bool *ret_was)
{
	return changed(c, &q_conversation_mark, ARGS(of.v, id.v, (int64_t)unread), ret_was);
}

struct err *conversation_drop(struct call *c, account_id of, conversation_id id, bool *ret_was)
{
	return changed(c, &q_conversation_drop, ARGS(of.v, id.v), ret_was);
}

struct err *conversations_drop_with(struct call *c, account_id of, account_id whom)
{
	return db_exec(c, &q_conversations_drop_with, ARGS(of.v, arena_printf(c->arena, "%%,%lld,%%", (long long)whom.v)), NULL);
}

/* ---- reading ---- */

#define COLUMNS "SELECT id, account_id, participants, last_status_id, unread FROM conversations WHERE account_id = $1"
SQL(q_conversations_down, COLUMNS " AND last_status_id < $2 AND last_status_id > $3 ORDER BY last_status_id DESC LIMIT $4");
SQL(q_conversations_up, COLUMNS " AND last_status_id < $2 AND last_status_id > $3 ORDER BY last_status_id LIMIT $4");
SQL(q_conversation_find, COLUMNS " AND id = $2");

static struct conversation from_row(struct row r)
{
	return (struct conversation){ ID(conversation_id, row_i64(r, 0)), ID(account_id, row_i64(r, 1)), row_str(r, 2), ID(status_id, row_i64(r, 3)),
				      row_bool(r, 4) };
}

struct err *conversations_page(struct call *c, account_id of, const struct page *p, struct conversation **ret, size_t *ret_n)
{
	int64_t below = p->max_id ? p->max_id : INT64_MAX, above = p->min_id ? p->min_id : p->since_id;
	struct sql_rows rows;

	TRY(db_rows(c, p->min_id ? &q_conversations_up : &q_conversations_down, ARGS(of.v, below, above, (int64_t)p->limit), &rows));
	*ret = arena_array(c->arena, struct conversation, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, p->min_id ? rows.n - 1 - i : i));
	return NULL;
}

struct err *conversation_find(struct call *c, account_id of, conversation_id id, struct conversation *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_conversation_find, ARGS(of.v, id.v), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}
