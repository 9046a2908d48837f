#include "acts/test_posts_priv.h"

#include "acts/delete.h"
#include "acts/test_schema_priv.h"

/* Whoever leaves leaves nothing: this walks through the schema itself. Every column that names an account gets a row that names Alice there;
 * Alice leaves; and then no column names her any more, but those that stay for a reason. */

/* Columns that end in _id and name no account. */
static const char *const other_ids[] = {
	"status_id", "reblog_of_id", "reply_to_id", "thread_id", "poll_id", "app_id", "tag_id", "filter_id", "list_id", "conversation_id",
	"last_status_id", "last_read_id", "quote_id", "quoted_id", "card_id", "same_as_id", "ref_id", "import_id", "token_id", "extra_id", "audit_id",
	"invite_id", "scheduled_id", "media_id", "rule_id", "announcement_id", "report_id", "subject_id", "before_id", "client_id",
	"move_id", "body_id", "collection_id",
};

/* What stays, and why. */
static const struct { const char *table, *column, *why; } kept[] = {
	{ "accounts", "moved_to_id", "somebody else's profile says where they went" },
	{ "account_stats", "account_id", "a row of zeros beside the mark that keeps the name" },
	{ "account_keys", "account_id", "the last deliveries are signed with it" },
	{ "account_moves", "target_id", "it is the other one's move, and their cooldown" },
	{ "account_warnings", "account_id", "what moderators decided stays, else leaving would undo it" },
	{ "account_warnings", "by_id", "it is about somebody else, and who decided stays known" },
	{ "cards", "author_id", "a page says so; who is gone is not shown" },
	{ "conversation_posts", "account_id", "goes with its conversation" },
	{ "delivery_bodies", "account_id", "what other servers are still to be told; old ones are cleaned" },
	{ "home_entries", "author_id", "goes with the post" },
	{ "link_uses", "account_id", "counts people for some days; old ones are cleaned" },
	{ "list_accounts", "owner_id", "goes with the list" },
	{ "list_entries", "author_id", "goes with the post" },
	{ "media", "account_id", "goes with its files when what is left over is cleaned" },
	{ "mentions", "account_id", "part of what somebody else wrote" },
	{ "polls", "account_id", "goes with the post" },
	{ "quotes", "account_id", "goes with the post" },
	{ "quotes", "quoted_account_id", "part of what somebody else wrote" },
	{ "reports", "account_id", "what moderators have to judge is somebody else" },
	{ "reports", "target_id", "evidence: leaving does not undo what was reported" },
	{ "search_accounts", "account_id", "a mark that the indexer works off" },
	{ "statuses", "reply_to_account_id", "part of what somebody else wrote" },
	{ "tag_uses", "account_id", "counts people for some days; old ones are cleaned" },
	{ "trends", "account_id", "computed anew every few minutes from what is there" },
	{ "users", "account_id", "Alice has a row already, and the test looks at it by itself" },
};

static bool names_account(const struct column *k)
{
	bool account = str_eqz(k->name, "account_id") || str_has_suffix(k->name, STR("_account_id")) || str_eqz(k->name, "target_id") ||
		       str_eqz(k->name, "from_id") || str_eqz(k->name, "author_id") || str_eqz(k->name, "owner_id") || str_eqz(k->name, "by_id") ||
		       str_eqz(k->name, "moved_to_id");

	if (account || !k->number || !str_has_suffix(k->name, STR("_id")))
		return account;
	for (size_t i = 0; i < sizeof other_ids / sizeof *other_ids; i++)
		if (str_eqz(k->name, other_ids[i]))
			return false;
	fail_msg("does " STR_FMT "." STR_FMT " name an account? Say so in this test", STR_ARG(k->table), STR_ARG(k->name));
	return false;
}

static const char *why_kept(const struct column *k)
{
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (str_eqz(k->table, kept[i].table) && str_eqz(k->name, kept[i].column))
			return kept[i].why;
	return NULL;
}

struct seeding {
	struct fixture *f;
	const struct schema *s;
};

/* A row whose ids all are `id`, whose accounts are Bob but in the one column that is meant, with the rows before it that it needs. */
static void put_row(const struct seeding *x, struct str table, const struct column *meant, int64_t id)
{
	struct buf names = buf_init(x->f->arena, 4096), values = buf_init(x->f->arena, 4096);
	struct sql_text *t = arena_new(x->f->arena, struct sql_text);

	for (size_t i = 0; i < x->s->n; i++) {
		const struct column *k = &x->s->columns[i];
		bool is_meant = meant != NULL && k == meant, account;

		if (!str_eq(k->table, table) || !(k->wanted || is_meant))
			continue;
		account = names_account(k);
		if (k->parent.n)
			put_row(x, k->parent, NULL, id);
		buf_addf(&names, "%s%.*s", names.n ? ", " : "", (int)k->name.n, k->name.p);
		buf_addf(&values, "%s", values.n ? ", " : "");
		if (!k->number)
			buf_addf(&values, "'%lld'", (long long)id);
		else
			buf_addf(&values, "%lld", (long long)(is_meant ? ALICE : account ? BOB : str_has_suffix(k->name, STR("id")) ? id : 1));
	}
	*t = (struct sql_text){ .name = "q_test_put", .sqlite = arena_strz(x->f->arena, arena_printf(
		x->f->arena, "INSERT INTO " STR_FMT " (" STR_FMT ") VALUES (" STR_FMT ") ON CONFLICT DO NOTHING",
		STR_ARG(table), STR_ARG(buf_str(&names)), STR_ARG(buf_str(&values)))) };
	t->pgsql = t->sqlite;
	ok(db_exec(&x->f->call, t, ARGS0, NULL));
}

static struct err *seed(struct call *c, void *arg)
{
	const struct seeding *x = arg;

	(void)c;
	for (size_t i = 0; i < x->s->n; i++) {
		const struct column *k = &x->s->columns[i];

		if (names_account(k) && !str_eqz(k->table, "accounts") && !str_eqz(k->table, "users"))
			put_row(x, k->table, k, 100000 + (int64_t)i);
	}
	return NULL;
}

static int64_t naming_alice(struct fixture *f, const struct column *k)
{
	const char *text = arena_strz(f->arena, arena_printf(f->arena, "SELECT count(*) FROM " STR_FMT " WHERE " STR_FMT " = %d",
							      STR_ARG(k->table), STR_ARG(k->name), ALICE));

	struct sql_rows rows = ask(f, text, text);

	return row_i64(sql_row(&rows, 0), 0);
}

/* What the move of somebody who leaves was told to, goes with the move. */
SQL(q_test_ledger, "INSERT INTO move_hosts (move_id, host, followers, body_id, told_us, prompts, due_us)"
		   " SELECT id, 'told.example', 1, 1, 1, 0, 0 FROM account_moves WHERE account_id = $1");
SQL(q_test_told, "SELECT count(*) FROM move_hosts");
SQL(q_test_close, "UPDATE accounts SET suspended_us = 1 WHERE id = $1");
SQL(q_test_user, "SELECT count(*) FROM users WHERE account_id = $1");
SQL(q_test_stats, "SELECT statuses_count + followers_count + following_count + last_status_us FROM account_stats WHERE account_id = $1");

static struct err *close_account(struct call *c, void *arg)
{
	const int64_t *who = arg;

	TRY(db_exec(c, &q_test_ledger, ARGS(*who), NULL));
	return db_exec(c, &q_test_close, ARGS(*who), NULL);
}

static void no_table_forgets_who_has_left(void **state)
{
	struct fixture *f = *state;
	struct erased_files files;
	struct schema s;
	int64_t who = ALICE;
	struct status *said;
	size_t seen = 0;
	bool more = true;

	NEED(f);
	s = read_schema(f);
	said = post(f, ALICE, SAYS("goes too"));
	ok(sql_tx(&f->call, seed, &(struct seeding){ f, &s }));
	for (size_t i = 0; i < s.n; i++)
		if (names_account(&s.columns[i]) && !str_eqz(s.columns[i].table, "accounts"))
			assert_true(naming_alice(f, &s.columns[i]) > 0);
	ok(store_tx(&f->call, close_account, &who));
	assert_int_equal(number(f, &q_test_told, ARGS0), 1);
	for (int i = 0; more && i < 100; i++)
		ok(acts_account_erase(&f->call, ID(account_id, ALICE), &more, &files));
	assert_false(more);
	for (size_t i = 0; i < s.n; i++) {
		const struct column *k = &s.columns[i];

		if (!names_account(k))
			continue;
		seen++;
		if (!why_kept(k) && naming_alice(f, k))
			fail_msg(STR_FMT "." STR_FMT " still names who has left: erase it (store/erase.c), or say here why it stays", STR_ARG(k->table),
				 STR_ARG(k->name));
	}
	assert_true(seen > 60);
	assert_null(found(f, said->id));
	assert_true(account(f, ALICE)->deleted_us > 0);
	same(account(f, ALICE)->username, "alice");                   /* nobody else gets the name */
	assert_int_equal(jobs(f, JOB_PLAN, "Delete"), 0);             /* the actor's own Delete, at closing, said it all */
	assert_int_equal(number(f, &q_test_told, ARGS0), 0);
	assert_int_equal(number(f, &q_test_user, ARGS(who)), 0);
	assert_int_equal(number(f, &q_test_stats, ARGS(who)), 0);
}

/* A reason for a column that is not there would hide the next one of that name. */
static void every_reason_is_about_a_column(void **state)
{
	struct fixture *f = *state;
	struct schema s;

	NEED(f);
	s = read_schema(f);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		bool there = false;

		for (size_t k = 0; k < s.n; k++)
			there |= str_eqz(s.columns[k].table, kept[i].table) && str_eqz(s.columns[k].name, kept[i].column);
		if (!there)
			fail_msg("there is no %s.%s, %s", kept[i].table, kept[i].column, kept[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(no_table_forgets_who_has_left),
		BOTH(every_reason_is_about_a_column),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
