#include "store/featured_collection.h"

#include "store/standing_priv.h"

/* Numbers of collection_item_state: 0 pending, 1 accepted. */
#define COLUMNS \
	"k.id, k.account_id, k.local, k.uri, k.url, k.name, k.description, k.language, k.tag_id, t.name, k.sensitive, k.discoverable," \
	" k.claimed_items, k.created_us, k.updated_us, k.fetched_us, k.version, CASE WHEN " SQL_GONE("o") " THEN 1 ELSE 0 END," \
	" (SELECT count(*) FROM collection_items n WHERE n.collection_id = k.id AND n.state = 1)"
#define FROM " FROM collections k JOIN accounts o ON o.id = k.account_id LEFT JOIN tags t ON t.id = k.tag_id"

static struct collection from_row(struct row r)
{
	return (struct collection){
		.id = ID(collection_id, row_i64(r, 0)), .account = ID(account_id, row_i64(r, 1)), .local = row_bool(r, 2), .uri = row_str(r, 3),
		.url = row_str(r, 4), .name = row_str(r, 5), .description = row_str(r, 6), .language = row_str(r, 7),
		.tag = ID(tag_id, row_i64(r, 8)), .tag_name = row_str(r, 9), .sensitive = row_bool(r, 10), .discoverable = row_bool(r, 11),
		.claimed_items = row_i64(r, 12), .created_us = row_i64(r, 13), .updated_us = row_i64(r, 14), .fetched_us = row_i64(r, 15),
		.version = row_i64(r, 16), .gone = row_bool(r, 17), .items = row_i64(r, 18),
	};
}

static struct err *one(struct call *c, const struct sql_text *q, struct sql_args args, struct collection *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, q, args, &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

static struct err *some(struct call *c, const struct sql_text *q, struct sql_args args, struct collection **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, struct collection, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

SQL(q_collection_find, "SELECT " COLUMNS FROM " WHERE k.id = $1");
SQL(q_collection_find_uri, "SELECT " COLUMNS FROM " WHERE k.uri = $1 OR k.url = $1 ORDER BY CASE WHEN k.uri = $1 THEN 0 ELSE 1 END, k.id LIMIT 1");
SQL(q_collections_by_ids, "SELECT " COLUMNS FROM " WHERE k.id IN (@set)");

struct err *collection_find(struct call *c, collection_id id, struct collection *ret, bool *ret_found)
{
	return one(c, &q_collection_find, ARGS(id.v), ret, ret_found);
}

struct err *collection_find_uri(struct call *c, struct str uri, struct collection *ret, bool *ret_found)
{
	return one(c, &q_collection_find_uri, ARGS(uri), ret, ret_found);
}

struct err *collections_by_ids(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_id)
{
	struct collection *v;
	size_t found;

	*ret_by_id = map_create(c->arena);
	if (n == 0)
		return NULL;
	TRY(some(c, &q_collections_by_ids, ARGS(sql_ids(ids, n)), &v, &found));
	for (size_t i = 0; i < found; i++)
		map_put_i64(*ret_by_id, v[i].id.v, &v[i]);
	return NULL;
}

SQL(q_collections_by_uris, "SELECT " COLUMNS FROM " WHERE k.uri IN (@set)");
SQL(q_collections_by_urls, "SELECT " COLUMNS FROM " WHERE k.url IN (@set)");

struct err *collections_by_uris(struct call *c, const struct str *uris, size_t n, struct collection **ret, size_t *ret_n)
{
	struct collection *by_url, *all;
	size_t by_url_n;

	*ret_n = 0;
	if (n == 0)
		return NULL;
	TRY(some(c, &q_collections_by_uris, ARGS(sql_strs(uris, n)), ret, ret_n));
	TRY(some(c, &q_collections_by_urls, ARGS(sql_strs(uris, n)), &by_url, &by_url_n));
	all = arena_array(c->arena, struct collection, *ret_n + by_url_n + 1);
	for (size_t i = 0; i < *ret_n; i++)
		all[i] = (*ret)[i];
	for (size_t i = 0; i < by_url_n; i++)
		all[*ret_n + i] = by_url[i];
	*ret = all;
	*ret_n += by_url_n;
	return NULL;
}

SQL(q_collections_of,
    "SELECT " COLUMNS FROM " WHERE k.account_id = $1 AND (k.discoverable = 1 OR CAST($2 AS BIGINT) = 1) ORDER BY k.id DESC LIMIT $3 OFFSET $4");
SQL(q_collections_with,
    "SELECT " COLUMNS FROM " JOIN collection_items i ON i.collection_id = k.id WHERE i.account_id = $1 AND i.state = 1 AND " SQL_STANDS("o")
    " ORDER BY i.id DESC LIMIT $2 OFFSET $3");

struct err *collections_of(struct call *c, account_id owner, bool hidden, int64_t offset, int limit, struct collection **ret, size_t *ret_n)
{
	return some(c, &q_collections_of, ARGS(owner.v, (int64_t)hidden, (int64_t)limit, offset), ret, ret_n);
}

struct err *collections_with(struct call *c, account_id whom, int64_t offset, int limit, struct collection **ret, size_t *ret_n)
{
	return some(c, &q_collections_with, ARGS(whom.v, (int64_t)limit, offset), ret, ret_n);
}

/* Whoever makes a collection waits for others of the same account, so that the count holds. */
SQL(q_collections_lock, "UPDATE account_stats SET statuses_count = statuses_count WHERE account_id = $1");
SQL(q_collections_count, "SELECT count(*) FROM collections WHERE account_id = $1");
SQL(q_collection_add,
    "INSERT INTO collections (id, account_id, local, uri, url, name, description, language, tag_id, sensitive, discoverable, claimed_items,"
    " created_us, updated_us, fetched_us, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0)");

struct err *collection_add(struct call *c, const struct collection *k, int64_t max, bool *ret_full)
{
	struct row r;
	bool found;

	*ret_full = false;
	if (max) {
		TRY(db_exec(c, &q_collections_lock, ARGS(k->account.v), NULL));
		TRY(db_one(c, &q_collections_count, ARGS(k->account.v), &r, &found));
		*ret_full = row_i64(r, 0) >= max;
	}
	if (*ret_full)
		return NULL;
	return db_exec(c, &q_collection_add,
		       ARGS(k->id.v, k->account.v, (int64_t)k->local, k->uri, k->url, k->name, k->description, k->language, sql_opt(k->tag.v),
			    (int64_t)k->sensitive, (int64_t)k->discoverable, k->claimed_items, k->created_us, k->updated_us, k->fetched_us),
		       NULL);
}

SQL(q_collection_lock, "UPDATE collections SET version = version WHERE id = $1");
SQL(q_collection_put,
    "UPDATE collections SET url = $2, name = $3, description = $4, language = $5, tag_id = $6, sensitive = $7, discoverable = $8,"
    " claimed_items = $9, updated_us = $10, fetched_us = $11, version = version + 1 WHERE id = $1 AND version = $12");
SQL(q_collection_drop, "DELETE FROM collections WHERE id = $1");
SQL(q_collection_unlink, "UPDATE status_collections SET collection_id = NULL WHERE collection_id = $1");

static struct err *changed(struct call *c, const struct sql_text *q, struct sql_args args, bool *ret)
{
	int64_t n;

	TRY(db_exec(c, q, args, &n));
	*ret = n > 0;
	return NULL;
}

struct err *collection_lock(struct call *c, collection_id id, bool *ret_there)
{
	return changed(c, &q_collection_lock, ARGS(id.v), ret_there);
}

struct err *collection_put(struct call *c, const struct collection *k, bool *ret_took)
{
	return changed(c, &q_collection_put,
		       ARGS(k->id.v, k->url, k->name, k->description, k->language, sql_opt(k->tag.v), (int64_t)k->sensitive, (int64_t)k->discoverable,
			    k->claimed_items, k->updated_us, k->fetched_us, k->version),
		       ret_took);
}

struct err *collection_drop(struct call *c, collection_id id)
{
	TRY(db_exec(c, &q_collection_unlink, ARGS(id.v), NULL));
	return db_exec(c, &q_collection_drop, ARGS(id.v), NULL);
}

/* ---- who is in them ---- */

#define ITEM \
	"i.id, i.collection_id, i.account_id, i.position, i.state, i.uri, i.object_uri, i.request_uri, i.approval_uri, i.created_us, i.updated_us," \
	" i.due_us, i.version"

static struct collection_item item_from_row(struct row r)
{
	return (struct collection_item){
		.id = ID(collection_item_id, row_i64(r, 0)), .collection = ID(collection_id, row_i64(r, 1)), .account = ID(account_id, row_i64(r, 2)),
		.position = row_i64(r, 3), .state = (enum collection_item_state)row_i64(r, 4), .uri = row_str(r, 5), .object_uri = row_str(r, 6),
		.request_uri = row_str(r, 7), .approval_uri = row_str(r, 8), .created_us = row_i64(r, 9), .updated_us = row_i64(r, 10),
		.due_us = row_i64(r, 11), .version = row_i64(r, 12),
	};
}

static struct err *one_item(struct call *c, const struct sql_text *q, struct sql_args args, struct collection_item *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, q, args, &r, ret_found));
	if (*ret_found)
		*ret = item_from_row(r);
	return NULL;
}

static struct err *some_items(struct call *c, const struct sql_text *q, struct sql_args args, struct collection_item **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, struct collection_item, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = item_from_row(sql_row(&rows, i));
	return NULL;
}

SQL(q_collection_items_of,
    "SELECT " ITEM " FROM collection_items i JOIN collections k ON k.id = i.collection_id JOIN accounts a ON a.id = i.account_id"
    " WHERE (i.state = 1 OR (i.state = 0 AND k.account_id = $1)) AND " SQL_STANDS("a")
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = $1 AND b.target_id = i.account_id)"
    " AND i.collection_id IN (@set) ORDER BY i.collection_id, i.position, i.id");
SQL(q_collection_items_all, "SELECT " ITEM " FROM collection_items i WHERE i.collection_id = $1 ORDER BY i.position, i.id");
SQL(q_collection_item_find, "SELECT " ITEM " FROM collection_items i WHERE i.id = $1");
SQL(q_collection_item_with, "SELECT " ITEM " FROM collection_items i WHERE i.collection_id = $1 AND i.object_uri = $2");
SQL(q_collection_item_find_uri, "SELECT " ITEM " FROM collection_items i WHERE i.uri = $1 ORDER BY i.id LIMIT 1");
SQL(q_collection_item_find_request, "SELECT " ITEM " FROM collection_items i WHERE i.request_uri = $1 ORDER BY i.id LIMIT 1");
SQL(q_collection_items_approved_by,
    "SELECT " ITEM " FROM collection_items i WHERE i.approval_uri = $1 AND (CAST($2 AS BIGINT) = 0 OR i.account_id = $2) ORDER BY i.id LIMIT $3");
SQL(q_collection_items_held, "SELECT " ITEM " FROM collection_items i WHERE i.account_id = $1 ORDER BY i.id LIMIT $2");
SQL(q_collection_items_between,
    "SELECT " ITEM " FROM collection_items i JOIN collections k ON k.id = i.collection_id WHERE i.account_id = $2 AND k.account_id = $1"
    " ORDER BY i.collection_id LIMIT $3");

struct err *collection_items_of(struct call *c, const int64_t *ids, size_t n, account_id viewer, struct collection_item **ret, size_t *ret_n)
{
	*ret_n = 0;
	return n ? some_items(c, &q_collection_items_of, ARGS(viewer.v, sql_ids(ids, n)), ret, ret_n) : NULL;
}

struct err *collection_items_all(struct call *c, collection_id id, struct collection_item **ret, size_t *ret_n)
{
	return some_items(c, &q_collection_items_all, ARGS(id.v), ret, ret_n);
}

struct err *collection_item_find(struct call *c, collection_item_id id, struct collection_item *ret, bool *ret_found)
{
	return one_item(c, &q_collection_item_find, ARGS(id.v), ret, ret_found);
}

struct err *collection_item_with(struct call *c, collection_id id, struct str object_uri, struct collection_item *ret, bool *ret_found)
{
	return one_item(c, &q_collection_item_with, ARGS(id.v, object_uri), ret, ret_found);
}

struct err *collection_item_find_uri(struct call *c, struct str uri, struct collection_item *ret, bool *ret_found)
{
	return one_item(c, &q_collection_item_find_uri, ARGS(uri), ret, ret_found);
}

struct err *collection_item_find_request(struct call *c, struct str request_uri, struct collection_item *ret, bool *ret_found)
{
	return one_item(c, &q_collection_item_find_request, ARGS(request_uri), ret, ret_found);
}

struct err *collection_items_approved_by(struct call *c, struct str approval_uri, account_id whom, int max, struct collection_item **ret,
					 size_t *ret_n)
{
	return some_items(c, &q_collection_items_approved_by, ARGS(approval_uri, whom.v, (int64_t)max), ret, ret_n);
}

struct err *collection_items_held(struct call *c, account_id whom, int max, struct collection_item **ret, size_t *ret_n)
{
	return some_items(c, &q_collection_items_held, ARGS(whom.v, (int64_t)max), ret, ret_n);
}

struct err *collection_items_between(struct call *c, account_id owner, account_id whom, int max, struct collection_item **ret, size_t *ret_n)
{
	return some_items(c, &q_collection_items_between, ARGS(owner.v, whom.v, (int64_t)max), ret, ret_n);
}

SQL(q_collections_due,
    "SELECT " COLUMNS FROM " WHERE k.id IN (SELECT collection_id FROM collection_items WHERE due_us > 0 AND due_us <= $1) LIMIT $2");

struct err *collections_due(struct call *c, int max, struct collection **ret, size_t *ret_n)
{
	return some(c, &q_collections_due, ARGS(c->now_us, (int64_t)max), ret, ret_n);
}

SQL(q_collection_item_add,
    "INSERT INTO collection_items (id, collection_id, account_id, position, state, uri, object_uri, request_uri, approval_uri, created_us,"
    " updated_us, due_us, version) SELECT CAST($1 AS BIGINT), k.id, CAST($3 AS BIGINT), CASE WHEN CAST($4 AS BIGINT) > 0 THEN CAST($4 AS BIGINT) ELSE"
    " (SELECT coalesce(max(p.position), 0) + 1 FROM collection_items p WHERE p.collection_id = k.id) END, CAST($5 AS BIGINT), CAST($6 AS TEXT),"
    " CAST($7 AS TEXT), CAST($8 AS TEXT), CAST($9 AS TEXT), CAST($10 AS BIGINT), CAST($11 AS BIGINT), CAST($12 AS BIGINT), 0 FROM collections k"
    " WHERE k.id = $2 AND (SELECT count(*) FROM collection_items n WHERE n.collection_id = k.id AND n.state < 2) < $13"
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE (b.account_id = k.account_id AND b.target_id = $3)"
    " OR (b.account_id = $3 AND b.target_id = k.account_id))"
    " AND (CAST($5 AS BIGINT) <> 1 OR NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = $3 AND a.domain = '' AND a.discoverable = 0))"
    " ON CONFLICT DO NOTHING");

struct err *collection_item_add(struct call *c, const struct collection_item *i, int64_t max, bool *ret_new)
{
	return changed(c, &q_collection_item_add,
		       ARGS(i->id.v, i->collection.v, sql_opt(i->account.v), i->position, (int64_t)i->state, i->uri, i->object_uri, i->request_uri,
			    i->approval_uri, i->created_us, i->updated_us, i->due_us, max),
		       ret_new);
}

SQL(q_collection_item_put,
    "UPDATE collection_items SET account_id = $2, position = $3, state = $4, uri = $5, request_uri = $6, approval_uri = $7, updated_us = $8,"
    " due_us = $9, version = version + 1 WHERE id = $1 AND version = $10");
SQL(q_collection_item_drop, "DELETE FROM collection_items WHERE id = $1");

struct err *collection_item_put(struct call *c, const struct collection_item *i, bool *ret_took)
{
	return changed(c, &q_collection_item_put,
		       ARGS(i->id.v, sql_opt(i->account.v), i->position, (int64_t)i->state, i->uri, i->request_uri, i->approval_uri, i->updated_us,
			    i->due_us, i->version),
		       ret_took);
}

struct err *collection_item_drop(struct call *c, collection_item_id id, bool *ret_was)
{
	return changed(c, &q_collection_item_drop, ARGS(id.v), ret_was);
}

/* ---- posts that link to one ---- */

SQL(q_status_collections_of,
    "SELECT s.status_id, s.uri, s.collection_id FROM status_collections s WHERE s.status_id IN (@set) ORDER BY s.status_id, s.position");

struct err *status_collections_of(struct call *c, const int64_t *ids, size_t n, struct status_collection **ret, size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_status_collections_of, ARGS(sql_ids(ids, n)), &rows));
	*ret = arena_array(c->arena, struct status_collection, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct status_collection){ ID(status_id, row_i64(r, 0)), row_str(r, 1), ID(collection_id, row_i64(r, 2)) };
	}
	return NULL;
}

SQL(q_status_collections_drop, "DELETE FROM status_collections WHERE status_id = $1");
SQL(q_status_collections_add,
    "INSERT INTO status_collections (status_id, uri, collection_id, position) VALUES @rows ON CONFLICT DO NOTHING");
SQL(q_status_collections_count,
    "UPDATE statuses SET collections = (SELECT count(*) FROM status_collections s WHERE s.status_id = $1) WHERE id = $1");

struct err *status_collections_set(struct call *c, status_id id, const struct status_collection *links, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, n * 4 + 1);

	TRY(db_exec(c, &q_status_collections_drop, ARGS(id.v), NULL));
	for (size_t i = 0; i < n; i++) {
		v[4 * i] = sql_arg_i64(id.v);
		v[4 * i + 1] = sql_arg_str(links[i].uri);
		v[4 * i + 2] = sql_opt(links[i].collection.v);
		v[4 * i + 3] = sql_arg_i64((int64_t)i);
	}
	if (n)
		TRY(db_insert_rows(c, &q_status_collections_add, 4, v, n));
	return db_exec(c, &q_status_collections_count, ARGS(id.v), NULL);
}

SQL(q_status_collections_link, "UPDATE status_collections SET collection_id = $2 WHERE uri = $1 AND collection_id IS NULL");

struct err *status_collections_link(struct call *c, struct str uri, collection_id id)
{
	return db_exec(c, &q_status_collections_link, ARGS(uri, id.v), NULL);
}
