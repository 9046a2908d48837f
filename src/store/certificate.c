#include "store/certificate.h"

#define COLUMNS "host, from_us, until_us, trusted, trouble, looked_us, told_us"
SQL(q_certificates_all, "SELECT " COLUMNS " FROM certificates ORDER BY host LIMIT 100");
SQL(q_certificate_find, "SELECT " COLUMNS " FROM certificates WHERE host = $1");
SQL(q_certificate_put,
    "INSERT INTO certificates (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (host) DO UPDATE SET from_us = excluded.from_us,"
    " until_us = excluded.until_us, trusted = excluded.trusted, trouble = excluded.trouble, looked_us = excluded.looked_us,"
    " told_us = excluded.told_us");

static struct certificate certificate_from(struct row r)
{
	return (struct certificate){ row_str(r, 0), row_i64(r, 1), row_i64(r, 2), row_bool(r, 3), row_str(r, 4), row_i64(r, 5), row_i64(r, 6) };
}

struct err *certificates_all(struct call *c, struct certificate **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_certificates_all, ARGS0, &rows));
	*ret = arena_array(c->arena, struct certificate, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = certificate_from(sql_row(&rows, i));
	return NULL;
}

struct err *certificate_find(struct call *c, struct str host, struct certificate *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_certificate_find, ARGS(host), &r, ret_found));
	*ret = *ret_found ? certificate_from(r) : (struct certificate){ 0 };
	return NULL;
}

struct err *certificate_put(struct call *c, const struct certificate *seen)
{
	return db_exec(c, &q_certificate_put, ARGS(seen->host, seen->from_us, seen->until_us, (int64_t)seen->trusted, seen->trouble, seen->looked_us,
						   seen->told_us), NULL);
}
