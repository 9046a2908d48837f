/* Flag: another server reports people here, or their posts, or whom they recommend. Not in ActivityPub but in its vocabulary; as Mastodon sends it,
 * from its own actor, about a list of accounts, posts and collections of people. */
#include "acts/report.h"
#include "conf/limits.h"
#include "fed/inbound_priv.h"
#include "view/collection_told.h"
#include "view/federation.h"
#include "wire/html.h"

enum { OBJECTS_MAX = 50, TARGETS_MAX = 10 };

struct flagged {
	account_id accounts[TARGETS_MAX];
	size_t accounts_n;
	struct status *posts[OBJECTS_MAX];
	size_t posts_n;
	int64_t collections[OBJECTS_MAX];
	size_t collections_n;
};

static void add_account(struct flagged *f, account_id id)
{
	for (size_t i = 0; i < f->accounts_n; i++)
		if (id_eq(f->accounts[i], id))
			return;
	if (f->accounts_n < TARGETS_MAX)
		f->accounts[f->accounts_n++] = id;
}

/* What it names of ours: a bounded number of look-ups by URI, each of one row. */
static struct err *add_object(struct call *c, struct flagged *f, struct str uri)
{
	struct account *account = NULL;
	struct status *post = NULL;
	struct collection k = { .local = false };
	bool is = false;

	if (!uri.n || !fed_is_ours(c, uri))
		return NULL;
	TRY(fed__ours_by_uri(c, uri, &account));
	if (!account)
		TRY(fed__known_post(c, uri, &post));
	if (!account && !post)
		TRY(view_collection_by_uri(c, uri, &k, &is));
	if (is && k.local && f->collections_n < OBJECTS_MAX) {
		f->collections[f->collections_n++] = k.id.v;
		add_account(f, k.account);
	}
	if (account && account->actor_type != ACTOR_APPLICATION)
		add_account(f, account->id);
	if (post && post->local && f->posts_n < OBJECTS_MAX) {
		f->posts[f->posts_n++] = post;
		add_account(f, post->account);
	}
	return NULL;
}

struct err *fed__act_flag(struct call *c, struct inbound *in)
{
	const struct json *all = json_get(in->activity, "object");
	bool many = json_kind(all) == JSON_ARRAY;
	size_t n = many ? json_len(all) : 1;
	struct str comment = json_get_s(in->activity, "content");
	struct flagged f = { 0 };

	if (!in->own || !in->id.n || conf_limits_of(c->conf, in->signer->domain).rejects_reports)
		return NULL;
	for (size_t i = 0; i < n && i < OBJECTS_MAX; i++)
		TRY(add_object(c, &f, fed_id_of(many ? json_at(all, i) : all)));
	comment = comment.p ? str_utf8_upto(comment, REPORT_REMOTE_CHARS_MAX) : STR("");
	for (size_t i = 0; i < f.accounts_n; i++) {
		/* Of the collections those count that are the target's. */
		struct report_received said = { .from = in->signer->id, .target = f.accounts[i], .uri = in->id, .comment = comment,
						.collections = f.collections, .collections_n = f.collections_n };
		int64_t posts[OBJECTS_MAX];

		for (size_t k = 0; k < f.posts_n; k++)
			if (id_eq(f.posts[k]->account, f.accounts[i]))
				posts[said.statuses_n++] = f.posts[k]->id.v;
		said.statuses = posts;
		TRY(acts_report_receive(c, &said));
	}
	return NULL;
}
