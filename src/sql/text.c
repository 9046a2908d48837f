/* Texts: interning, and writing out @set and @rows. SQLite gets a set as a list of parameters, padded to a few sizes so
 * that few texts are prepared; PostgreSQL gets it as one array, which it plans in a fraction of the time and which needs no
 * sizes. The table of interned statements is a fixed open-addressing hash of pointers; readers take no lock, writers take
 * stmt_lock and publish a finished statement with one store. */
#include "base/buf.h"
#include "sql/sql_priv.h"

#include <ctype.h>

enum { TEXT_MAX = 256 * 1024 };

size_t sql__put_i64(char *p, int64_t v)
{
	uint64_t u = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;
	char digits[20];
	size_t n = 0, at = 0;

	do
		digits[n++] = (char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		p[at++] = '-';
	while (n)
		p[at++] = digits[--n];
	return at;
}

size_t sql__set_size(const struct sql_db *db, size_t n)
{
	if (sql_is_pgsql(db))
		return n <= SQL_SET_MAX;
	for (size_t size = 20; size <= SQL_SET_MAX; size *= 2) {
		if (n <= size)
			return size;
	}
	return 0;
}

static void add_params(struct buf *b, size_t first, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_addz(b, i ? ", $" : "$");
		buf_i64(b, (int64_t)(first + i));
	}
}

struct expansion {
	struct buf out;
	uint32_t variant;
	size_t set_at, params;
	bool array;                       /* a set is one parameter */
	bool marked;                      /* @set or @rows was there */
};

/* Writes out "IN (@set)" or "NOT IN (@set)" at the head of s; returns its length. */
static size_t expand_set(struct expansion *x, struct str s)
{
	bool not = str_has_prefix(s, STR("NOT IN (@set)"));
	size_t members = x->array ? 1 : x->variant & 0xffff;

	if (!not && !str_has_prefix(s, STR("IN (@set)")))
		return 0;
	if (x->array)
		buf_addz(&x->out, not ? "<> ALL (" : "= ANY (");
	else
		buf_addz(&x->out, not ? "NOT IN (" : "IN (");
	add_params(&x->out, x->set_at, members);
	buf_addc(&x->out, ')');
	x->params = x->set_at + members - 1;
	x->marked = true;
	return not ? sizeof "NOT IN (@set)" - 1 : sizeof "IN (@set)" - 1;
}

/* Writes out the mark at the head of s; returns its length. */
static size_t expand_mark(struct expansion *x, struct str s)
{
	size_t rows = x->variant >> 8 & 0xff, columns = x->variant & 0xff;

	if (x->variant >> 16 == 1)
		return expand_set(x, s);
	if (x->variant >> 16 != 2 || !str_has_prefix(s, STR("@rows")))
		return 0;
	for (size_t i = 0; i < rows; i++) {
		buf_addz(&x->out, i ? ", (" : "(");
		add_params(&x->out, 1 + i * columns, columns);
		buf_addc(&x->out, ')');
	}
	x->params = rows * columns;
	x->marked = true;
	return sizeof "@rows" - 1;
}

/* Copies text to x->out with its mark written out; literals and quoted names pass as they are. */
static void expand(struct expansion *x, struct str text)
{
	char quote = 0;

	for (size_t i = 0; i < text.n; i++) {
		char ch = text.p[i];

		if (quote) {
			if (ch == quote)
				quote = 0;
		} else if (ch == '\'' || ch == '"') {
			quote = ch;
		} else if (ch == '@' || ch == 'I' || ch == 'N') {
			size_t n = expand_mark(x, str_from(text, i));

			if (n) {
				i += n - 1;
				continue;
			}
		} else if (ch == '$') {
			size_t v = 0;

			for (size_t j = i + 1; j < text.n && isdigit((unsigned char)text.p[j]) && v <= SQL_ARGS_MAX; j++)
				v = v * 10 + (size_t)(text.p[j] - '0');
			if (v > x->params)
				x->params = v;
		}
		buf_addc(&x->out, ch);
	}
}

static size_t slot_of(const struct sql_text *q, uint32_t variant)
{
	uint64_t h = ((uint64_t)(uintptr_t)q >> 3 ^ (uint64_t)variant << 40) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(h >> 40) % SQL_SLOTS;
}

static struct sql_stmt *find(struct sql_db *db, const struct sql_text *q, uint32_t variant, size_t *ret_slot)
{
	struct sql_stmt *s;

	for (*ret_slot = slot_of(q, variant);; *ret_slot = (*ret_slot + 1) % SQL_SLOTS) {
		s = atomic_load_explicit(&db->slots[*ret_slot], memory_order_acquire);
		if (!s || (s->q == q && s->variant == variant))
			return s;
	}
}

static const char *text_of(const struct sql_db *db, const struct sql_text *q)
{
	const char *text = sql_is_pgsql(db) ? q->pgsql : q->sqlite;

	return text ? text : "";
}

/* Under stmt_lock. NULL where the text is at fault or the table full. */
static struct sql_stmt *intern(struct sql_db *db, const struct sql_text *q, uint32_t variant, size_t set_at)
{
	struct expansion x = { .out = buf_init(db->stmt_arena, TEXT_MAX), .variant = variant, .set_at = set_at,
			       .array = sql_is_pgsql(db) };
	struct str text = str_trim(str_z(text_of(db, q)));
	struct sql_stmt *s;
	size_t slot;

	s = find(db, q, variant, &slot);
	if (s)
		return s;
	expand(&x, text);
	buf_addc(&x.out, '\0');
	if (!buf_ok(&x.out) || db->stmts == SQL_STMTS_MAX || (variant != SQL_PLAIN && text.n && !x.marked))
		return NULL;
	s = arena_new(db->stmt_arena, struct sql_stmt);
	s->q = q;
	s->variant = variant;
	s->number = db->stmts++;
	s->text = x.out.p;
	s->text_n = x.out.n - 1;
	s->params = x.params;
	s->exact = q->sqlite && q->pgsql && str_eq(str_z(q->sqlite), str_z(q->pgsql));
	s->selects = str_ihas_prefix(text, STR("SELECT"));
	atomic_store_explicit(&db->slots[slot], s, memory_order_release);
	return s;
}

struct err *sql__stmt(struct call *c, const struct sql_text *q, uint32_t variant, size_t set_at, struct sql_stmt **ret)
{
	struct sql_db *db = c->db;
	size_t slot;

	*ret = find(db, q, variant, &slot);
	if (*ret)
		return NULL;
	pthread_mutex_lock(&db->stmt_lock);
	*ret = intern(db, q, variant, set_at);
	pthread_mutex_unlock(&db->stmt_lock);
	if (!*ret)
		return FAIL(c->arena, ERR_INTERNAL, "statement '%s' does not fit: no such mark in it, too long, or one too many", q->name);
	return NULL;
}

struct err *sql__stmt_guess(struct call *c, const struct sql_text *q, struct sql_stmt **ret)
{
	struct str text = str_z(text_of(c->db, q)), head;
	struct sql_stmt *plain;
	size_t rows = str_find_str(text, STR("@rows")), columns = 1;

	if (rows < text.n) {
		/* "INSERT INTO t (a, b) VALUES @rows": as many columns as names in the last brackets before the mark. */
		head = str_upto(text, rows);
		for (size_t i = str_rfind(head, '('); i < head.n; i++)
			columns += head.p[i] == ',';
		return sql__stmt(c, q, sql__variant_rows(1, columns), 0, ret);
	}
	if (!str_contains(text, STR("@set")))
		return sql__stmt(c, q, SQL_PLAIN, 0, ret);
	TRY(sql__stmt(c, q, SQL_PLAIN, 0, &plain));
	return sql__stmt(c, q, sql__variant_set(sql__set_size(c->db, 1)), plain->params + 1, ret);
}
