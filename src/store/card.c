#include "store/card.h"

#define CARD_COLUMNS \
	"d.url, d.same_as_id, d.state, d.fetched_us, d.type, d.title, d.description, d.language, d.author_name, d.author_url, d.provider_name," \
	" d.provider_url, d.html, d.embed_url, d.width, d.height, d.image_url, d.image_description, d.blurhash, d.published_us, d.creator," \
	" d.author_id"

/* Columns: the id and address asked for, then those above. */
static struct card from_row(struct row r)
{
	return (struct card){
		.id = ID(card_id, row_i64(r, 0)), .original_url = row_str(r, 1), .url = row_str(r, 2), .same_as = ID(card_id, row_i64(r, 3)),
		.state = (enum card_state)row_i64(r, 4), .fetched_us = row_i64(r, 5), .type = (enum card_type)row_i64(r, 6), .title = row_str(r, 7),
		.description = row_str(r, 8), .language = row_str(r, 9), .author_name = row_str(r, 10), .author_url = row_str(r, 11),
		.provider_name = row_str(r, 12), .provider_url = row_str(r, 13), .html = row_str(r, 14), .embed_url = row_str(r, 15),
		.width = row_i64(r, 16), .height = row_i64(r, 17), .image_url = row_str(r, 18), .image_description = row_str(r, 19),
		.blurhash = row_str(r, 20), .published_us = row_i64(r, 21), .creator = row_str(r, 22), .author = ID(account_id, row_i64(r, 23)),
	};
}

SQL(q_cards_by_ids,
    "SELECT k.id, k.url, " CARD_COLUMNS ", d.id, a.attribution_domains FROM cards k JOIN cards d ON d.id = coalesce(k.same_as_id, k.id)"
    " LEFT JOIN accounts a ON a.id = d.author_id WHERE k.id IN (@set)");

struct err *cards_by_ids(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_id)
{
	struct sql_rows rows = { 0 };
	struct card *v;

	*ret_by_id = map_create(c->arena);
	if (n)
		TRY(db_rows(c, &q_cards_by_ids, ARGS(sql_ids(ids, n)), &rows));
	v = arena_array(c->arena, struct card, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		v[i] = from_row(sql_row(&rows, i));
		map_put_i64(*ret_by_id, v[i].id.v, &v[i]);
		v[i].id = ID(card_id, row_i64(sql_row(&rows, i), 24));
		v[i].author_domains = row_str(sql_row(&rows, i), 25);
	}
	return NULL;
}

SQL(q_card_by_id, "SELECT d.id, d.url, " CARD_COLUMNS " FROM cards d WHERE d.id = $1");
SQL(q_card_by_url, "SELECT d.id, d.url, " CARD_COLUMNS " FROM cards d WHERE d.url = $1");

static struct err *one(struct call *c, const struct sql_text *q, struct sql_args args, struct card **ret)
{
	struct row r;
	bool found;

	*ret = NULL;
	TRY(db_one(c, q, args, &r, &found));
	if (!found)
		return NULL;
	*ret = arena_new(c->arena, struct card);
	**ret = from_row(r);
	return NULL;
}

struct err *card_find(struct call *c, card_id id, struct card **ret) { return one(c, &q_card_by_id, ARGS(id.v), ret); }
struct err *card_find_url(struct call *c, struct str url, struct card **ret) { return one(c, &q_card_by_url, ARGS(url), ret); }

SQL(q_card_want,
    "INSERT INTO cards (id, url, state, fetched_us, type, title, description, author_name, author_url, provider_name, provider_url, html,"
    " embed_url, width, height, image_description, published_us)"
    " VALUES ($1, $2, 0, 0, 0, '', '', '', '', '', '', '', '', 0, 0, '', 0) ON CONFLICT DO NOTHING");

struct err *card_want(struct call *c, struct str url, struct card **ret)
{
	TRY(card_find_url(c, url, ret));
	if (*ret)
		return NULL;
	TRY(db_exec(c, &q_card_want, ARGS(id_next(c), url), NULL));
	TRY(card_find_url(c, url, ret));
	return *ret ? NULL : FAIL_DEFAULT(c->arena, ERR_CONFLICT);
}

SQL(q_card_asked, "UPDATE cards SET fetched_us = $2 WHERE id = $1");

struct err *card_asked(struct call *c, card_id id) { return db_exec(c, &q_card_asked, ARGS(id.v, c->now_us), NULL); }

SQL(q_card_put,
    "UPDATE cards SET same_as_id = $2, state = $3, fetched_us = $4, type = $5, title = $6, description = $7, language = $8, author_name = $9,"
    " author_url = $10, provider_name = $11, provider_url = $12, html = $13, embed_url = $14, width = $15, height = $16, image_url = $17,"
    " image_description = $18, blurhash = $19, published_us = $20, creator = $21, author_id = $22 WHERE id = $1");

static struct str or_empty(struct str s) { return s.p ? s : STR(""); }

struct err *card_put(struct call *c, const struct card *k)
{
	return db_exec(c, &q_card_put,
		       ARGS(k->id.v, sql_opt(k->same_as.v), (int64_t)k->state, k->fetched_us, (int64_t)k->type, or_empty(k->title),
			    or_empty(k->description), k->language, or_empty(k->author_name), or_empty(k->author_url), or_empty(k->provider_name),
			    or_empty(k->provider_url), or_empty(k->html), or_empty(k->embed_url), k->width, k->height, k->image_url,
			    or_empty(k->image_description), k->blurhash, k->published_us, k->creator, sql_opt(k->author.v)),
		       NULL);
}

/* A card that embeds something keeps that thing's size. */
SQL(q_card_image,
    "UPDATE cards SET blurhash = $5, width = CASE WHEN html = '' THEN $3 ELSE width END, height = CASE WHEN html = '' THEN $4 ELSE height END"
    " WHERE id = $1 AND image_url = $2");

struct err *card_image_put(struct call *c, card_id id, struct str image_url, int64_t width, int64_t height, struct str blurhash)
{
	return db_exec(c, &q_card_image, ARGS(id.v, image_url, width, height, blurhash), NULL);
}

SQL(q_card_author, "UPDATE cards SET author_id = $3 WHERE id = $1 AND creator = $2");

struct err *card_author_put(struct call *c, card_id id, struct str creator, account_id who)
{
	return db_exec(c, &q_card_author, ARGS(id.v, creator, sql_opt(who.v)), NULL);
}

SQL(q_cards_unused,
    "DELETE FROM cards WHERE id IN (SELECT k.id FROM cards k WHERE k.fetched_us >= $1 AND k.fetched_us < $2"
    " AND NOT EXISTS (SELECT 1 FROM statuses s WHERE s.card_id = k.id)"
    " AND NOT EXISTS (SELECT 1 FROM cards o WHERE o.same_as_id = k.id) ORDER BY k.fetched_us LIMIT $3)");

struct err *cards_drop_unused(struct call *c, int64_t from_us, int64_t before_us, int max, int64_t *ret_n)
{
	return db_exec(c, &q_cards_unused, ARGS(from_us, before_us, (int64_t)max), ret_n);
}
