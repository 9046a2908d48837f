#include "view/federation.h"

#include "store/account.h"
#include "store/audience.h"
#include "store/collection.h"
#include "store/delivery.h"
#include "store/featured_collection.h"
#include "store/host.h"
#include "store/inbound.h"
#include "store/quote.h"
#include "store/relay.h"
#include "store/status.h"
#include "store/usage.h"
#include "store/user.h"
#include "wire/text.h"
#include "wire/url.h"

enum { QUOTES_APPROVED_MAX = 20 };

/* ---- actors ---- */

static struct err *ours(struct call *c, struct account *a, struct account **ret)
{
	if (!a || a->domain.n)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (a->deleted_us)
		return FAIL_DEFAULT(c->arena, ERR_GONE);
	*ret = a;
	return NULL;
}

struct err *view_actor(struct call *c, account_id id, struct account **ret)
{
	struct account *a;

	TRY(account_find(c, id, &a));
	return ours(c, a, ret);
}

struct err *view_actor_named(struct call *c, struct str name, struct account **ret)
{
	struct account *a;

	TRY(account_find_handle(c, text_fold(c->arena, name), STR(""), &a));
	return ours(c, a, ret);
}

struct err *view_instance_actor(struct call *c, struct account **ret)
{
	account_id id;

	TRY(instance_actor_id(c, &id));
	return view_actor(c, id, ret);
}

struct err *view_account_by_id(struct call *c, account_id id, struct account **ret) { return account_find(c, id, ret); }
struct err *view_account_by_uri(struct call *c, struct str uri, struct account **ret) { return account_find_uri(c, uri, ret); }

struct err *view_account_by_handle(struct call *c, struct str name, struct str domain, struct account **ret)
{
	return account_find_handle(c, text_fold(c->arena, name), domain, ret);
}

static struct actor_key key_of(const struct account_key *k)
{
	return (struct actor_key){ k->account, k->algorithm, k->uri, k->public_pem, k->private_sealed, k->created_us };
}

struct err *view_actor_keys(struct call *c, account_id id, struct actor_key **ret, size_t *ret_n)
{
	struct account_key *keys;

	TRY(account_keys(c, id, &keys, ret_n));
	if (*ret_n == 0)
		return FAIL(c->arena, ERR_NOT_FOUND, "the account %lld has no key", (long long)id.v);
	*ret = arena_array(c->arena, struct actor_key, *ret_n);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] = key_of(&keys[i]);
	return NULL;
}

static struct err *no_key(struct call *c, account_id id)
{
	return FAIL(c->arena, ERR_NOT_FOUND, "the account %lld has no such key", (long long)id.v);
}

struct err *view_actor_key(struct call *c, account_id id, enum key_algorithm algorithm, struct actor_key *ret)
{
	struct actor_key *keys;
	size_t n;

	TRY(view_actor_keys(c, id, &keys, &n));
	while (n--) {
		*ret = keys[n];
		if (ret->algorithm == algorithm && ret->sealed.n)
			return NULL;
	}
	return no_key(c, id);
}

struct err *view_key_by_uri(struct call *c, struct str uri, struct actor_key *ret, bool *ret_found)
{
	struct account_key k;

	TRY(account_key_find_uri(c, uri, &k, ret_found));
	if (*ret_found)
		*ret = key_of(&k);
	return NULL;
}

struct err *view_key_and_owner(struct call *c, struct str uri, struct actor_key *ret, struct account **ret_owner, bool *ret_found)
{
	struct account_key k;

	TRY(account_key_find_owned(c, uri, &k, ret_owner, ret_found));
	if (*ret_found)
		*ret = key_of(&k);
	return NULL;
}

/* ---- posts ---- */

static struct err *load_parts(struct call *c, struct note *n)
{
	struct status_parts parts;
	const struct account **mentioned;
	bool *silently;
	int64_t *ids;
	struct map *people;

	TRY(status_parts(c, &n->status->id.v, 1, &parts));
	n->media = parts.media;
	n->media_n = parts.media_n;
	n->tags = parts.tags;
	n->tags_n = parts.tags_n;
	n->poll = parts.polls_n ? &parts.polls[0] : NULL;
	n->options = parts.options;
	n->options_n = parts.options_n;
	ids = arena_array(c->arena, int64_t, parts.mentions_n + 1);
	for (size_t i = 0; i < parts.mentions_n && i < 320; i++)
		ids[i] = parts.mentions[i].account.v;
	TRY(accounts_by_ids(c, ids, parts.mentions_n < 320 ? parts.mentions_n : 320, &people));
	mentioned = arena_array(c->arena, const struct account *, parts.mentions_n + 1);
	silently = arena_array(c->arena, bool, parts.mentions_n + 1);
	n->silently = silently;
	for (size_t i = 0; i < parts.mentions_n; i++) {
		const struct account *a = map_find_i64(people, parts.mentions[i].account.v);

		if (!a)
			continue;
		silently[n->mentioned_n] = parts.mentions[i].silent;
		mentioned[n->mentioned_n++] = a;
	}
	n->mentioned = mentioned;
	return NULL;
}

static struct err *load_collections(struct call *c, struct note *n)
{
	struct status_collection *links;
	struct str *uris;

	if (n->status->collections == 0)
		return NULL;
	TRY(status_collections_of(c, &n->status->id.v, 1, &links, &n->collections_n));
	uris = arena_array(c->arena, struct str, n->collections_n + 1);
	for (size_t i = 0; i < n->collections_n; i++)
		uris[i] = links[i].uri;
	n->collections = uris;
	return NULL;
}

static struct err *load_quote(struct call *c, struct note *n)
{
	struct quote *q = arena_new(c->arena, struct quote);
	bool found = false;

	if (n->status->quote.v)
		TRY(quote_find(c, n->status->quote, q, &found));
	n->quote = found ? q : NULL;
	return NULL;
}

static struct err *load_beginning(struct call *c, struct note *n)
{
	struct status *first = NULL;

	if (id_eq(n->status->thread, n->status->id)) {
		n->began_here = n->status->local && !n->reply_to_uri.n;
		return NULL;
	}
	TRY(status_find(c, n->status->thread, &first));
	n->began_here = first && first->local && !first->local_only && !first->reply_to_uri.n;
	return NULL;
}

static struct err *load_around(struct call *c, struct note *n)
{
	struct status *other;
	struct account *author;

	if (n->status->reblog_of.v) {
		TRY(status_find(c, n->status->reblog_of, &other));
		n->boosted = other;
		if (other) {
			TRY(account_find(c, other->account, &author));
			n->boosted_author = author;
		}
		return NULL;
	}
	n->reply_to_uri = n->status->reply_to_uri;
	if (n->status->reply_to.v) {
		TRY(status_find(c, n->status->reply_to, &other));
		n->reply_to_uri = other ? other->uri : STR_NONE;
	}
	TRY(load_beginning(c, n));
	TRY(load_quote(c, n));
	TRY(load_collections(c, n));
	return load_parts(c, n);
}

struct err *view_note_told(struct call *c, status_id id, struct note *ret)
{
	struct status *s;
	struct account *author;

	*ret = (struct note){ 0 };
	TRY(status_find(c, id, &s));
	if (!s)
		return NULL;
	TRY(account_find(c, s->account, &author));
	if (!author || author->deleted_us || author->suspended_us)
		return NULL;
	ret->author = author;
	ret->status = s;
	return load_around(c, ret);
}

static struct err *may_see(struct call *c, const struct viewer *v, const struct status *s, bool *ret)
{
	struct see_facts f = { .is_author = v->kind == VIEWER_PERSON && id_eq(v->account, s->account), .viewer_is_person = v->kind == VIEWER_REMOTE };
	struct audience_at at = { 0 };

	if (v->kind == VIEWER_REMOTE)
		TRY(audience_at(c, s->id, v->account, v->domain, &at));
	f.is_follower = at.follower;
	f.is_mentioned = at.mentioned;
	f.author_blocks_viewer = at.blocked;
	f.stays_home = s->local_only;         /* no document leaves the house */
	*ret = rule_may_see(s->visibility, &f);
	return NULL;
}

struct err *view_note(struct call *c, const struct viewer *v, status_id id, struct note *ret)
{
	bool seen = false;

	TRY(view_note_told(c, id, ret));
	if (ret->status)
		TRY(may_see(c, v, ret->status, &seen));
	if (seen && ret->status->reblog_of.v) {
		seen = ret->boosted != NULL;
		if (seen)
			TRY(may_see(c, v, ret->boosted, &seen));
	}
	return seen ? NULL : FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
}

struct err *view_status_by_id(struct call *c, status_id id, struct status **ret) { return status_find(c, id, ret); }

struct err *view_status_by_uri(struct call *c, struct str uri, struct status **ret, bool *ret_deleted)
{
	if (ret_deleted)
		*ret_deleted = false;
	TRY(status_find_uri(c, uri, ret));
	return *ret || !ret_deleted ? NULL : tombstone_stands(c, uri, ret_deleted);
}

/* ---- quotes ---- */

struct err *view_quote(struct call *c, quote_id id, struct quote *ret, bool *ret_found) { return quote_find(c, id, ret, ret_found); }

struct err *view_quote_of_request(struct call *c, struct str request_uri, struct quote *ret, bool *ret_found)
{
	*ret_found = false;
	return request_uri.n ? quote_find_request(c, request_uri, ret, ret_found) : NULL;
}

struct err *view_quotes_approved(struct call *c, struct str approval_uri, account_id quoted_account, struct quote **ret, size_t *ret_n)
{
	return quotes_approved_by(c, approval_uri, quoted_account, QUOTES_APPROVED_MAX, ret, ret_n);
}

struct err *view_authorization(struct call *c, quote_id id, struct quote *ret, struct authorization *ret_says, bool *ret_found)
{
	struct status *quoting, *quoted;
	struct account *author;

	TRY(quote_find(c, id, ret, ret_found));
	if (!*ret_found)
		return NULL;
	TRY(status_find(c, ret->status, &quoting));
	TRY(status_find(c, ret->quoted, &quoted));
	TRY(account_find(c, ret->quoted_account, &author));
	*ret_found = quoting && quoted && author && !author->suspended_us && !author->deleted_us;
	if (*ret_found)
		*ret_says = (struct authorization){ ret->approval_uri, author->uri, quoting->uri, quoted->uri };
	return NULL;
}

struct err *view_may_quote(struct call *c, account_id who, const struct status *s, bool *ret)
{
	struct quote_facts f = { .is_person = true, .is_author = id_eq(who, s->account) };
	const struct status_facts *facts;
	const struct see_row *see;
	struct map *by_id;

	TRY(status_see(c, who, &s->id.v, 1, &by_id));
	see = map_find_i64(by_id, s->id.v);
	*ret = see && rule_may_see(see->visibility, &see->see);
	if (!*ret)
		return NULL;
	TRY(status_facts(c, who, &s->id.v, 1, &by_id));
	facts = map_find_i64(by_id, s->id.v);
	f.follows_author = facts && facts->follows_author;
	f.followed_by_author = facts && facts->followed_by_author;
	*ret = rule_quote(s->visibility, s->quote_policy, &f) == QUOTE_RIGHT_AUTOMATIC;
	return NULL;
}

/* ---- collections ---- */

struct err *view_outbox(struct call *c, account_id of, const struct page *p, int64_t **ret_ids, size_t *ret_n)
{
	return outbox_ids(c, of, p, ret_ids, ret_n);
}

struct err *view_featured(struct call *c, account_id of, int64_t **ret_ids, size_t *ret_n)
{
	return featured_ids(c, of, 20, ret_ids, ret_n);
}

struct err *view_follow_uris(struct call *c, account_id of, bool followers, const struct page *p, struct uri_page *ret)
{
	return follow_uris(c, of, followers, p, &ret->v, &ret->n, &ret->last);
}

struct err *view_followers_at(struct call *c, account_id of, struct str prefix, int max, struct str **ret, size_t *ret_n)
{
	return follower_uris_at(c, of, prefix, max, ret, ret_n);
}

struct err *view_followers_here(struct call *c, account_id of, int max, struct str **ret, size_t *ret_n)
{
	struct local_follower *list;

	TRY(local_followers(c, of, max, &list, ret_n));
	*ret = arena_array(c->arena, struct str, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] = list[i].uri;
	return NULL;
}

struct err *view_thread_uris(struct call *c, status_id root, const struct page *p, struct uri_page *ret)
{
	return thread_uris(c, root, p, &ret->v, &ret->n, &ret->last);
}

struct err *view_reply_uris(struct call *c, status_id to, bool others, const struct page *p, struct uri_page *ret)
{
	return reply_uris(c, to, others, p, &ret->v, &ret->n, &ret->last);
}

struct err *view_usage(struct call *c, struct usage *ret)
{
	struct usage_counts now;

	TRY(usage_counts(c, &now));
	*ret = (struct usage){ .users = now.users, .active_month = now.active_month, .active_half_year = now.active_half_year, .posts = now.statuses };
	return NULL;
}

struct err *view_host_of_domain(struct call *c, struct str domain, struct str *ret)
{
	struct str uri;

	TRY(account_uri_of_domain(c, domain, &uri));
	*ret = url_domain(c->arena, uri);
	return NULL;
}

/* ---- who must be told ---- */

struct err *view_all_inboxes(struct call *c, struct str after, int max, struct str **ret, size_t *ret_n)
{
	return audience_everybody(c, after, max, ret, ret_n);
}

struct err *view_follower_inboxes(struct call *c, account_id of, struct str after, int max, struct str **ret, size_t *ret_n)
{
	return audience_followers(c, of, after, max, ret, ret_n);
}

struct err *view_recent_inboxes(struct call *c, account_id of, struct str **ret, size_t *ret_n)
{
	return audience_recent(c, of, c->now_us - 2 * US_PER_DAY, VIEW_INBOXES_MAX, ret, ret_n);
}

struct err *view_note_inboxes(struct call *c, const struct note *n, bool everybody_concerned, struct str **ret, size_t *ret_n)
{
	if (everybody_concerned)
		return audience_of_status(c, n->status->id, VIEW_INBOXES_MAX, ret, ret_n);
	return audience_mentioned(c, n->status->id, VIEW_INBOXES_MAX, ret, ret_n);
}

struct err *view_is_shunned(struct call *c, const struct status *s, const struct account *who, bool *ret)
{
	struct audience_at at;

	TRY(audience_at(c, s->id, who->id, who->domain, &at));
	*ret = at.blocked;
	return NULL;
}

struct err *view_followed_here(struct call *c, account_id id, bool *ret) { return audience_followed_here(c, id, ret); }

struct err *view_activity_seen(struct call *c, struct str key, bool *ret) { return activity_seen(c, key, ret); }

struct err *view_delivery(struct call *c, int64_t id, struct str host, struct delivery *ret, bool *ret_found)
{
	struct delivery_body b;

	TRY(delivery_body_find(c, id, host, &b, ret_found));
	if (*ret_found)
		*ret = (struct delivery){ b.body, b.account, b.to_followers, b.dialect, b.key_uri, b.key_sealed };
	return *ret_found && !b.key_sealed.n ? no_key(c, b.account) : NULL;
}

struct err *view_host_dialect(struct call *c, struct str host, enum dialect *ret) { return host_dialect(c, host, ret); }

/* ---- relays ---- */

struct err *view_relay_inboxes(struct call *c, struct str **ret, size_t *ret_n)
{
	struct relay *all;
	size_t n;

	TRY(relays_all(c, &all, &n));
	*ret = arena_array(c->arena, struct str, n + 1);
	*ret_n = 0;
	for (size_t i = 0; i < n; i++)
		if (all[i].state == RELAY_ACCEPTED)
			(*ret)[(*ret_n)++] = all[i].inbox_uri;
	return NULL;
}

struct err *view_is_relay(struct call *c, const struct account *a, bool *ret) { return relay_is(c, a->inbox_uri, a->shared_inbox_uri, ret); }
