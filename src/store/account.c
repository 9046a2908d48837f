#include "store/account.h"

#include "store/search_index.h"
#include "store/store_priv.h"
#include "store/usage.h"

#define ACCOUNT_COLUMNS \
	"a.id, a.username, a.domain, a.uri, a.url, a.actor_type, a.inbox_uri, a.shared_inbox_uri, a.outbox_uri, a.followers_uri," \
	" a.following_uri, a.featured_uri, a.display_name, a.note, a.note_source, a.fields, a.fields_source, a.emojis," \
	" a.avatar_file, a.avatar_static_file, a.avatar_remote_url, a.avatar_description," \
	" a.header_file, a.header_static_file, a.header_remote_url, a.header_description," \
	" a.locked, a.bot, a.discoverable, a.indexable, a.hide_collections, a.silenced_us, a.suspended_us, a.deleted_us, a.moved_to_id," \
	" a.also_known_as, a.created_us, a.fetched_us, a.version, s.statuses_count, s.followers_count, s.following_count, s.last_status_us, u.role," \
	" CASE WHEN u.confirmed_us = 0 OR u.approved = 0 THEN 1 ELSE 0 END, a.attribution_domains, m.uri," \
	" coalesce(l.silenced_us, 0), coalesce(l.suspended_us, 0)," \
	" a.hide_media, a.hide_media_replies, a.hide_featured, a.collections_uri, a.feature_policy"
#define ACCOUNT_FROM " FROM accounts a LEFT JOIN account_stats s ON s.account_id = a.id LEFT JOIN users u ON u.account_id = a.id" \
	" LEFT JOIN accounts m ON m.id = a.moved_to_id LEFT JOIN server_limits l ON l.domain = a.domain"

/* What somebody's server is under, they are. */
static void add_limits(struct account *a, int64_t silenced_us, int64_t suspended_us)
{
	if (!a->silenced_us)
		a->silenced_us = silenced_us;
	if (!a->suspended_us)
		a->suspended_us = suspended_us;
}

static struct account *from_row(struct call *c, struct row r)
{
	struct account *a = arena_new(c->arena, struct account);
	struct str *texts1[] = { &a->inbox_uri, &a->shared_inbox_uri, &a->outbox_uri, &a->followers_uri, &a->following_uri, &a->featured_uri,
				 &a->display_name, &a->note, &a->note_source, &a->fields, &a->fields_source, &a->emojis,
				 &a->avatar_file, &a->avatar_static_file, &a->avatar_remote_url, &a->avatar_description,
				 &a->header_file, &a->header_static_file, &a->header_remote_url, &a->header_description };
	size_t i = 0;

	a->id = ID(account_id, row_i64(r, i++));
	a->username = row_str(r, i++);
	a->domain = row_str(r, i++);
	a->local = a->domain.n == 0;
	a->uri = row_str(r, i++);
	a->url = row_str(r, i++);
	a->actor_type = (enum actor_type)row_i64(r, i++);
	for (size_t k = 0; k < sizeof texts1 / sizeof *texts1; k++)
		*texts1[k] = row_str(r, i++);
	a->locked = row_bool(r, i++);
	a->bot = row_bool(r, i++);
	a->discoverable = row_bool(r, i++);
	a->indexable = row_bool(r, i++);
	a->hide_collections = row_bool(r, i++);
	a->silenced_us = row_i64(r, i++);
	a->suspended_us = row_i64(r, i++);
	a->deleted_us = row_i64(r, i++);
	a->moved_to_id = ID(account_id, row_i64(r, i++));
	a->also_known_as = row_str(r, i++);
	a->created_us = row_i64(r, i++);
	a->fetched_us = row_i64(r, i++);
	a->version = row_i64(r, i++);
	a->statuses_count = row_i64(r, i++);
	a->followers_count = row_i64(r, i++);
	a->following_count = row_i64(r, i++);
	a->last_status_us = row_i64(r, i++);
	a->role = (enum role)row_i64(r, i++);
	a->pending = row_bool(r, i++);
	a->attribution_domains = row_str(r, i++);
	a->moved_to_uri = row_str(r, i++);
	add_limits(a, row_i64(r, i), row_i64(r, i + 1));
	i += 2;
	a->hide_media = row_bool(r, i++);
	a->hide_media_replies = row_bool(r, i++);
	a->hide_featured = row_bool(r, i++);
	a->collections_uri = row_str(r, i++);
	a->feature_policy = row_i64(r, i++);
	return a;
}

static struct err *one(struct call *c, const struct sql_text *q, struct sql_args args, struct account **ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, q, args, &r, &found));
	*ret = found ? from_row(c, r) : NULL;
	return NULL;
}

SQL(q_accounts_by_ids, "SELECT " ACCOUNT_COLUMNS ACCOUNT_FROM " WHERE a.id IN (@set)");
SQL(q_accounts_by_uris, "SELECT " ACCOUNT_COLUMNS ACCOUNT_FROM " WHERE a.uri IN (@set)");
SQL(q_account_by_id, "SELECT " ACCOUNT_COLUMNS ACCOUNT_FROM " WHERE a.id = $1");
SQL(q_account_by_handle, "SELECT " ACCOUNT_COLUMNS ACCOUNT_FROM " WHERE a.username_key = $1 AND a.domain = $2");
SQL(q_account_by_uri, "SELECT " ACCOUNT_COLUMNS ACCOUNT_FROM " WHERE a.uri = $1");
enum { KEYS_COLUMNS = 8 };
SQL(q_account_by_key,
    "SELECT k.id, k.account_id, k.uri, k.algorithm, k.public_pem, k.private_sealed, k.created_us, k.retired_us, " ACCOUNT_COLUMNS ACCOUNT_FROM
    " JOIN account_keys k ON k.account_id = a.id WHERE k.uri = $1 AND (k.retired_us = 0 OR k.retired_us > $2)");

struct err *account_key_find_owned(struct call *c, struct str uri, struct account_key *ret, struct account **ret_owner, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_account_by_key, ARGS(uri, c->now_us), &r, ret_found));
	if (!*ret_found)
		return NULL;
	*ret = store__key(r);
	*ret_owner = from_row(c, (struct row){ r.cells + KEYS_COLUMNS, r.columns - KEYS_COLUMNS });
	return NULL;
}

struct err *accounts_by_ids(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_id)
{
	struct sql_rows rows = { 0 };

	*ret_by_id = map_create(c->arena);
	if (n)
		TRY(db_rows(c, &q_accounts_by_ids, ARGS(sql_ids(ids, n)), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		struct account *a = from_row(c, sql_row(&rows, i));

		map_put_i64(*ret_by_id, a->id.v, a);
	}
	return NULL;
}

SQL(q_accounts_marks,
    "SELECT a.id, a.version, a.silenced_us, a.suspended_us, a.deleted_us, a.moved_to_id, s.statuses_count, s.followers_count, s.following_count,"
    " s.last_status_us, a.domain, coalesce(l.silenced_us, 0), coalesce(l.suspended_us, 0) FROM accounts a"
    " LEFT JOIN account_stats s ON s.account_id = a.id LEFT JOIN server_limits l ON l.domain = a.domain WHERE a.id IN (@set)");

struct err *accounts_marks(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_id)
{
	struct sql_rows rows = { 0 };
	struct account *v;

	*ret_by_id = map_create(c->arena);
	if (n)
		TRY(db_rows(c, &q_accounts_marks, ARGS(sql_ids(ids, n)), &rows));
	v = arena_array(c->arena, struct account, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		v[i] = (struct account){ .id = ID(account_id, row_i64(r, 0)), .version = row_i64(r, 1), .silenced_us = row_i64(r, 2),
					 .suspended_us = row_i64(r, 3), .deleted_us = row_i64(r, 4), .moved_to_id = ID(account_id, row_i64(r, 5)),
					 .statuses_count = row_i64(r, 6), .followers_count = row_i64(r, 7), .following_count = row_i64(r, 8),
					 .last_status_us = row_i64(r, 9), .domain = row_str(r, 10) };
		v[i].local = v[i].domain.n == 0;
		add_limits(&v[i], row_i64(r, 11), row_i64(r, 12));
		map_put_i64(*ret_by_id, v[i].id.v, &v[i]);
	}
	return NULL;
}

struct err *accounts_by_uris(struct call *c, const struct str *uris, size_t n, struct map **ret_by_uri)
{
	struct sql_rows rows = { 0 };

	*ret_by_uri = map_create(c->arena);
	if (n)
		TRY(db_rows(c, &q_accounts_by_uris, ARGS(sql_strs(uris, n)), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		struct account *a = from_row(c, sql_row(&rows, i));

		map_put(*ret_by_uri, a->uri, a);
	}
	return NULL;
}

struct err *account_find(struct call *c, account_id id, struct account **ret)
{
	return one(c, &q_account_by_id, ARGS(id.v), ret);
}

struct err *account_find_handle(struct call *c, struct str username_key, struct str domain, struct account **ret)
{
	return one(c, &q_account_by_handle, ARGS(username_key, domain), ret);
}

struct err *account_find_uri(struct call *c, struct str uri, struct account **ret)
{
	return one(c, &q_account_by_uri, ARGS(uri), ret);
}

SQL(q_account_add,
    "INSERT INTO accounts (id, username, username_key, domain, uri, display_name, display_key, note, fields, emojis, actor_type,"
    " locked, bot, discoverable, indexable, hide_collections, silenced_us, suspended_us, deleted_us, also_known_as, created_us, fetched_us, version)"
    " VALUES ($1, $2, $3, $4, $5, '', '', '', '[]', '[]', $6, 0, 0, 0, 0, 0, 0, 0, 0, '[]', $7, 0, 0)");
SQL(q_account_stats_add,
    "INSERT INTO account_stats (account_id, statuses_count, followers_count, following_count, last_status_us) VALUES ($1, $2, $3, $4, $5)");

struct err *account_add(struct call *c, const struct account *a, struct str username_key, struct str display_key)
{
	TRY(db_exec(c, &q_account_add, ARGS(a->id.v, a->username, username_key, a->domain, a->uri, (int64_t)a->actor_type, a->created_us), NULL));
	TRY(db_exec(c, &q_account_stats_add,
		    ARGS(a->id.v, a->statuses_count, a->followers_count, a->following_count, a->last_status_us), NULL));
	if (a->domain.n)
		TRY(peer_add(c, a->domain));
	if (a->silenced_us || a->suspended_us)
		TRY(account_standing_put(c, a->id, a->silenced_us, a->suspended_us));
	return account_put(c, a, display_key);
}

static struct str or_empty(struct str s) { return s.p ? s : STR(""); }
static struct str or_list(struct str s) { return s.n ? s : STR("[]"); }

SQL(q_account_put_texts,
    "UPDATE accounts SET url = $2, actor_type = $3, inbox_uri = $4, shared_inbox_uri = $5, outbox_uri = $6, followers_uri = $7, following_uri = $8,"
    " featured_uri = $9, display_name = $10, display_key = $11, note = $12, note_source = $13, fields = $14, fields_source = $15, emojis = $16,"
    " also_known_as = $17, attribution_domains = $18, version = version + 1 WHERE id = $1");
SQL(q_account_put_facts,
    "UPDATE accounts SET avatar_file = $2, avatar_static_file = $3, avatar_remote_url = $4, avatar_description = $5, header_file = $6,"
    " header_static_file = $7, header_remote_url = $8, header_description = $9, locked = $10, bot = $11, discoverable = $12, indexable = $13,"
    " hide_collections = $14, deleted_us = $15, moved_to_id = $16, fetched_us = $17,"
    " hide_media = $18, hide_media_replies = $19, hide_featured = $20, collections_uri = $21, feature_policy = $22 WHERE id = $1");
SQL(q_account_standing, "UPDATE accounts SET silenced_us = $2, suspended_us = $3, version = version + 1 WHERE id = $1");

struct err *account_put(struct call *c, const struct account *a, struct str display_key)
{
	TRY(search_mark_account(c, a->id, a->indexable));
	TRY(db_exec(c, &q_account_put_texts,
		    ARGS(a->id.v, a->url, (int64_t)a->actor_type, a->inbox_uri, a->shared_inbox_uri, a->outbox_uri, a->followers_uri, a->following_uri,
			 a->featured_uri, or_empty(a->display_name), or_empty(display_key), or_empty(a->note), a->note_source, or_list(a->fields),
			 a->fields_source, or_list(a->emojis), or_list(a->also_known_as), or_list(a->attribution_domains)),
		    NULL));
	return db_exec(c, &q_account_put_facts,
		       ARGS(a->id.v, a->avatar_file, a->avatar_static_file, a->avatar_remote_url, a->avatar_description, a->header_file,
			    a->header_static_file, a->header_remote_url, a->header_description, (int64_t)a->locked, (int64_t)a->bot,
			    (int64_t)a->discoverable, (int64_t)a->indexable, (int64_t)a->hide_collections, a->deleted_us,
			    sql_opt(a->moved_to_id.v), a->fetched_us, (int64_t)a->hide_media, (int64_t)a->hide_media_replies,
			    (int64_t)a->hide_featured, a->collections_uri, a->feature_policy),
		       NULL);
}

struct err *account_standing_put(struct call *c, account_id id, int64_t silenced_us, int64_t suspended_us)
{
	return db_exec(c, &q_account_standing, ARGS(id.v, silenced_us, suspended_us), NULL);
}

SQL(q_account_fields, "UPDATE accounts SET fields = $2, version = version + 1 WHERE id = $1");
SQL(q_account_links, "UPDATE accounts SET links_due_us = $2 WHERE id = $1");
SQL(q_accounts_links_delay, "UPDATE accounts SET links_due_us = $1 WHERE id IN (@set)");
SQL(q_accounts_links, "SELECT id FROM accounts WHERE links_due_us > 0 AND links_due_us <= $1 ORDER BY links_due_us LIMIT $2");

struct err *account_fields_put(struct call *c, account_id id, struct str fields)
{
	return db_exec(c, &q_account_fields, ARGS(id.v, or_list(fields)), NULL);
}

struct err *account_links_due_put(struct call *c, account_id id, int64_t due_us)
{
	return db_exec(c, &q_account_links, ARGS(id.v, due_us), NULL);
}

struct err *accounts_links_delay(struct call *c, const int64_t *ids, size_t n, int64_t due_us)
{
	return db_exec(c, &q_accounts_links_delay, ARGS(due_us, sql_ids(ids, n)), NULL);
}

struct err *accounts_links_due(struct call *c, int64_t now_us, int max, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_accounts_links, ARGS(now_us, (int64_t)max), &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_account_touch, "UPDATE accounts SET version = version + 1 WHERE id = $1");

struct err *account_touch(struct call *c, account_id id)
{
	return db_exec(c, &q_account_touch, ARGS(id.v), NULL);
}

SQL(q_account_release_handle,
    "UPDATE accounts SET username_key = username_key || '~' || CAST(id AS TEXT), version = version + 1 WHERE id = $1 AND domain <> ''");

struct err *account_release_handle(struct call *c, account_id id)
{
	return db_exec(c, &q_account_release_handle, ARGS(id.v), NULL);
}

SQL(q_account_count,
    "UPDATE account_stats SET"
    " statuses_count = CASE WHEN statuses_count + $2 < 0 THEN 0 ELSE statuses_count + $2 END,"
    " followers_count = CASE WHEN followers_count + $3 < 0 THEN 0 ELSE followers_count + $3 END,"
    " following_count = CASE WHEN following_count + $4 < 0 THEN 0 ELSE following_count + $4 END,"
    " last_status_us = CASE WHEN $5 > last_status_us THEN $5 ELSE last_status_us END WHERE account_id = $1");

struct err *account_count(struct call *c, account_id id, int64_t statuses, int64_t followers, int64_t following, int64_t last_status_us)
{
	return db_exec(c, &q_account_count, ARGS(id.v, statuses, followers, following, last_status_us), NULL);
}

struct err *instance_actor_id(struct call *c, account_id *ret)
{
	struct str v;
	int64_t id = 0;

	TRY(meta_get(c, "instance_actor", &v));
	if (!str_i64(v, &id))
		return FAIL(c->arena, ERR_INTERNAL, "the instance actor has not been made");
	*ret = ID(account_id, id);
	return NULL;
}

SQL(q_uri_of_domain, "SELECT uri FROM accounts WHERE domain = $1 ORDER BY id LIMIT 1");

struct err *account_uri_of_domain(struct call *c, struct str domain, struct str *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_uri_of_domain, ARGS(domain), &r, &found));
	*ret = found ? row_str(r, 0) : STR_NONE;
	return NULL;
}
