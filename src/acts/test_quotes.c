#include "acts/test_posts_priv.h"

#include "acts/quote.h"
#include "acts/remote_status.h"
#include "store/quote.h"

SQL(q_test_quotes,
    "SELECT (SELECT count(*) FROM quotes) * 1000"
    " + (SELECT coalesce(sum(state), 0) FROM quotes) * 100 + (SELECT sum(quotes_count) FROM status_stats)");

static struct quote quote_in(struct fixture *f, status_id id)
{
	struct quote q;
	bool there;

	ok(quote_of_status(&f->call, id, &q, &there));
	assert_true(there);
	return q;
}

static int64_t quoted(struct fixture *f, status_id id) { return found(f, id)->quotes_count; }

static struct status *theirs(struct fixture *f, const char *name, struct remote_status in)
{
	enum received how;
	status_id id;

	in.author = ID(account_id, REMOTE);
	in.uri = in.url = arena_printf(f->arena, "https://remote.example/notes/%s", name);
	in.created_us = f->call.now_us;
	if (!in.content.n)
		in.content = STR("<p>theirs</p>");
	ok(acts_status_receive(&f->call, &in, &id, &how));
	return found(f, id);
}

static void a_quote_here_is_agreed_to_and_taken_back(void **state)
{
	struct fixture *f = *state;
	struct status *first, *second;
	struct status_posted posted;
	struct quote q;

	NEED(f);
	first = post(f, BOB, SAYS("first"));
	SWEEP(f, acts_status_post(&f->call, WHO(ALICE), SAYS("see", .quoted = first->id.v), &posted));
	q = quote_in(f, posted.id);
	assert_int_equal(q.state, QUOTE_STATE_ACCEPTED);
	same(q.approval_uri,
	     arena_strz(f->arena, arena_printf(f->arena, "https://here.example/ap/users/2/quote_authorizations/%lld", (long long)q.id.v)));
	assert_int_equal(quoted(f, first->id), 1);
	assert_int_equal(account(f, ALICE)->statuses_count, 1);
	assert_int_equal(jobs(f, JOB_NOTIFY, "quote"), 1);
	assert_int_equal(jobs(f, JOB_PLAN, "QuoteRequest"), 0);
	says(acts_quote_revoke(&f->call, WHO(ALICE), first->id, posted.id), ERR_FORBIDDEN, "This action is not allowed");
	SWEEP(f, acts_quote_revoke(&f->call, WHO(BOB), first->id, posted.id));
	assert_int_equal(quote_in(f, posted.id).state, QUOTE_STATE_REVOKED);
	assert_int_equal(quoted(f, first->id), 0);
	assert_int_equal(jobs(f, JOB_PLAN, "Delete QuoteAuthorization"), 1);
	/* The quoting post goes, the quoted post goes: nothing is left that counts or points. */
	second = post(f, ALICE, SAYS("again", .quoted = first->id.v));
	assert_int_equal(quoted(f, first->id), 1);
	ok(acts_status_delete(&f->call, WHO(ALICE), second->id, false));
	assert_int_equal(quoted(f, first->id), 0);
	second = post(f, ALICE, SAYS("once more", .quoted = first->id.v));
	SWEEP(f, acts_status_delete(&f->call, WHO(BOB), first->id, false));
	assert_int_equal(quote_in(f, second->id).state, QUOTE_STATE_DELETED);
	assert_int_equal(quote_in(f, second->id).quoted.v, 0);
	assert_int_equal(quote_in(f, posted.id).state, QUOTE_STATE_REVOKED);
}

static void who_may_is_changed_in_one_piece(void **state)
{
	struct fixture *f = *state;
	struct status_posted posted;
	struct status *s;

	NEED(f);
	s = post(f, BOB, SAYS("mine"));
	SWEEP(f, acts_interaction_policy(&f->call, WHO(BOB), s->id, STR("nobody")));
	assert_int_equal(found(f, s->id)->quote_policy, 0);
	assert_int_equal(found(f, s->id)->edited_us, 0);
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("x", .quoted = s->id.v), &posted), ERR_NOT_FOUND,
	     "The post you are trying to quote does not appear to exist.");
	says(acts_interaction_policy(&f->call, WHO(ALICE), s->id, STR("public")), ERR_FORBIDDEN, "This action is not allowed");
}

static void ours_asks_and_is_answered(void **state)
{
	struct fixture *f = *state;
	struct remote_status open = { .quote_policy = quote_policy_bits(QUOTE_PUBLIC, 0) };
	struct status *s = NULL, *mine;
	struct quote q;

	NEED(f);
	s = theirs(f, "1", open);
	mine = post(f, ALICE, SAYS("see", .quoted = s->id.v));
	q = quote_in(f, mine->id);
	assert_int_equal(q.state, QUOTE_STATE_PENDING);
	assert_int_equal(jobs(f, JOB_PLAN, "QuoteRequest"), 1);
	assert_int_equal(quoted(f, s->id), 0);
	SWEEP(f, acts_quote_accepted(&f->call, q.id, STR("https://remote.example/stamps/1")));
	assert_int_equal(quote_in(f, mine->id).state, QUOTE_STATE_ACCEPTED);
	assert_int_equal(quoted(f, s->id), 1);
	ok(acts_quote_accepted(&f->call, q.id, STR("https://remote.example/stamps/2")));
	same(quote_in(f, mine->id).approval_uri, "https://remote.example/stamps/1");
	SWEEP(f, acts_quote_withdrawn(&f->call, q.id, STR("{}")));
	ok(acts_quote_withdrawn(&f->call, q.id, STR("{}")));
	assert_int_equal(jobs(f, JOB_PLAN, "Forward"), 1);
	assert_int_equal(quote_in(f, mine->id).state, QUOTE_STATE_REVOKED);
	assert_int_equal(quoted(f, s->id), 0);
	/* What was taken back is not accepted again. */
	ok(acts_quote_accepted(&f->call, q.id, STR("https://remote.example/stamps/3")));
	assert_int_equal(quote_in(f, mine->id).state, QUOTE_STATE_REVOKED);
}

static void theirs_asks_and_is_answered(void **state)
{
	struct fixture *f = *state;
	struct quote_request ask = { .uri = STRC("https://remote.example/asks/1"), .actor = { REMOTE } };
	struct status *mine, *s;

	NEED(f);
	mine = post(f, ALICE, SAYS("mine"));
	s = theirs(f, "2", (struct remote_status){ .quote_uri = mine->uri });
	assert_int_equal(quote_in(f, s->id).state, QUOTE_STATE_PENDING);
	ask.quoted = mine->id;
	ask.quoting_uri = s->uri;
	SWEEP(f, acts_quote_agree(&f->call, &ask, s->id));
	assert_int_equal(quote_in(f, s->id).state, QUOTE_STATE_ACCEPTED);
	assert_int_equal(quoted(f, mine->id), 1);
	ok(acts_quote_agree(&f->call, &ask, s->id));
	assert_int_equal(quoted(f, mine->id), 1);
	assert_int_equal(jobs(f, JOB_PLAN, "Accept QuoteRequest"), 2);
	assert_int_equal(jobs(f, JOB_NOTIFY, "quote"), 1);
	ok(acts_quote_revoke(&f->call, WHO(ALICE), mine->id, s->id));
	ok(acts_quote_agree(&f->call, &ask, s->id));
	assert_int_equal(quote_in(f, s->id).state, QUOTE_STATE_REVOKED);
	assert_int_equal(jobs(f, JOB_PLAN, "Reject QuoteRequest"), 1);
	SWEEP(f, acts_quote_refuse(&f->call, &ask));
}

static void in_whatever_order_it_comes(void **state)
{
	struct fixture *f = *state;
	struct remote_status quoting = { .quote_uri = STRC("https://remote.example/notes/late"), .is_update = true };
	struct status *s, *late;
	struct quote q;

	NEED(f);
	/* The quoted post comes later: their own needs no consent. */
	s = theirs(f, "3", quoting);
	assert_int_equal(jobs(f, JOB_VERIFY_QUOTE, "%"), 1);
	late = theirs(f, "late", (struct remote_status){ 0 });
	q = quote_in(f, s->id);
	SWEEP(f, acts_quote_link(&f->call, q.id, late->id));
	assert_int_equal(quote_in(f, s->id).state, QUOTE_STATE_ACCEPTED);
	assert_int_equal(quoted(f, late->id), 1);
	/* The same once more changes nothing; without the quote it quotes no longer. */
	theirs(f, "3", quoting);
	assert_int_equal(quoted(f, late->id), 1);
	assert_int_equal(number(f, &q_test_quotes, ARGS0), 1101);
	s = theirs(f, "3", (struct remote_status){ .is_update = true });
	assert_int_equal(s->quote.v, 0);
	assert_int_equal(number(f, &q_test_quotes, ARGS0), 0);
}

static struct err *put(struct call *c, void *arg)
{
	struct quote *q = arg;
	bool took;

	TRY(quote_put(c, q, &took));
	return took ? NULL : FAIL_DEFAULT(c->arena, ERR_CONFLICT);
}

/* Looked at, renewed by somebody else, written down: the renewal stands. */
static void who_has_read_an_older_one_does_not_write(void **state)
{
	struct fixture *f = *state;
	struct remote_status quoting = { .quote_uri = STRC("https://far.example/notes/1"), .is_update = true };
	struct quote read;
	struct status *s;

	NEED(f);
	s = theirs(f, "4", quoting);
	read = quote_in(f, s->id);
	quoting.quote_approval_uri = STR("https://far.example/stamps/1");
	theirs(f, "4", quoting);
	assert_int_equal(store_tx(&f->call, put, &read)->code, ERR_CONFLICT);
	same(quote_in(f, s->id).approval_uri, "https://far.example/stamps/1");
}

/* While its authorization was being read, an edit of the quoting post named another, or none. */
static void what_was_read_of_an_older_edit_counts_no_more(void **state)
{
	struct fixture *f = *state;
	struct remote_status quoting = { .quote_uri = STRC("https://far.example/notes/2"), .is_update = true };
	struct str old = STRC("https://far.example/stamps/1"), new = STRC("https://far.example/stamps/2");
	struct status *far, *s;
	struct quote q;

	NEED(f);
	far = post(f, BOB, SAYS("quoted"));
	s = theirs(f, "6", quoting);
	q = quote_in(f, s->id);
	q.quoted = far->id;
	q.quoted_account = far->account;
	ok(store_tx(&f->call, put, &q));
	ok(acts_quote_accepted(&f->call, q.id, old));
	assert_int_equal(quote_in(f, s->id).state, QUOTE_STATE_PENDING);
	q = quote_in(f, s->id);
	q.approval_uri = new;
	ok(store_tx(&f->call, put, &q));
	ok(acts_quote_accepted(&f->call, q.id, old));
	ok(acts_quote_unproven(&f->call, q.id, old));
	assert_int_equal(quote_in(f, s->id).state, QUOTE_STATE_PENDING);
	ok(acts_quote_accepted(&f->call, q.id, new));
	assert_int_equal(quote_in(f, s->id).state, QUOTE_STATE_ACCEPTED);
	SWEEP(f, acts_quote_unproven(&f->call, q.id, new));
	assert_int_equal(quote_in(f, s->id).state, QUOTE_STATE_REVOKED);
}

/* What stands with another server is read again after a week, and another week later; never what is ours, and nothing that was taken back. */
static void consent_given_elsewhere_is_asked_for_again(void **state)
{
	struct fixture *f = *state;
	struct status *s = NULL, *mine, *ours, *ignored;
	struct quote q;

	NEED(f);
	s = theirs(f, "7", (struct remote_status){ .quote_policy = quote_policy_bits(QUOTE_PUBLIC, 0) });
	mine = post(f, ALICE, SAYS("see", .quoted = s->id.v));
	ours = post(f, BOB, SAYS("ours"));
	ignored = post(f, ALICE, SAYS("see", .quoted = ours->id.v));
	assert_int_equal(quote_in(f, ignored->id).due_us, 0);
	q = quote_in(f, mine->id);
	assert_int_equal(q.due_us, 0);
	ok(acts_quote_accepted(&f->call, q.id, STR("https://remote.example/stamps/7")));
	assert_true(quote_in(f, mine->id).due_us >= f->call.now_us + QUOTES_AGAIN_US);
	ok(acts_quotes_again(&f->call));
	assert_int_equal(jobs(f, JOB_VERIFY_QUOTE, "%"), 0);
	f->call.now_us += QUOTES_AGAIN_US + US_PER_DAY;
	SWEEP(f, acts_quotes_again(&f->call));
	assert_int_equal(jobs(f, JOB_VERIFY_QUOTE, "%"), 1);
	assert_true(quote_in(f, mine->id).due_us >= f->call.now_us + QUOTES_AGAIN_US);
	ok(acts_quotes_again(&f->call));
	assert_int_equal(jobs(f, JOB_VERIFY_QUOTE, "%"), 1);
	ok(acts_quote_unproven(&f->call, q.id, STR("https://remote.example/stamps/7")));
	assert_int_equal(quote_in(f, mine->id).state, QUOTE_STATE_REVOKED);
	assert_int_equal(quote_in(f, mine->id).due_us, 0);
}

static void the_line_for_others_is_no_link_of_the_post(void **state)
{
	struct fixture *f = *state;
	struct remote_status in = { .content = STRC("<p class=\"quote-inline\">RE: <a href=\"https://x.example/1\">x</a></p><p>words</p>") };

	NEED(f);
	theirs(f, "4", in);
	assert_int_equal(jobs(f, JOB_CARD, "%"), 0);
	in.content = STR("<p class=\"quote-inline\">RE: <a href=\"https://x.example/1\">x</a></p><p><a href=\"https://x.example/2\">y</a></p>");
	theirs(f, "5", in);
	assert_int_equal(jobs(f, JOB_CARD, "%"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_quote_here_is_agreed_to_and_taken_back),
		BOTH(who_may_is_changed_in_one_piece),
		BOTH(ours_asks_and_is_answered),
		BOTH(theirs_asks_and_is_answered),
		BOTH(in_whatever_order_it_comes),
		BOTH(who_has_read_an_older_one_does_not_write),
		BOTH(what_was_read_of_an_older_edit_counts_no_more),
		BOTH(consent_given_elsewhere_is_asked_for_again),
		BOTH(the_line_for_others_is_no_link_of_the_post),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
