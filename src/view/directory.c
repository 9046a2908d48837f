#include "view/directory.h"

#include "conf/conf.h"
#include "store/directory.h"
#include "view/account.h"
#include "view/view_priv.h"
#include "wire/acct.h"
#include "wire/text.h"
#include "wire/url.h"

enum { PEOPLE_JSON_MAX = 8 * 1024 * 1024, SUGGESTIONS_OF_ONE_SOURCE = 100 };

struct err *view_directory(struct call *c, const struct viewer *v, const struct directory_how *how, struct str *ret_json)
{
	struct directory d = { .local = how->local, .newest = how->newest, .limit = how->limit, .offset = how->offset };
	struct buf b = buf_init(c->arena, PEOPLE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct account_page accounts;
	int64_t *ids = NULL;
	size_t n = 0;

	if (!c->conf->profile_directory)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (v->kind == VIEWER_PERSON)
		d.viewer = v->account;
	if (how->offset >= 0 && how->offset <= DIRECTORY_OFFSET_MAX)
		TRY(directory_page(c, &d, &ids, &n));
	TRY(view_accounts_load(c, d.viewer, ids, n, &accounts));
	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		view_account_write(c, &accounts, ID(account_id, ids[i]), &w);
	jw_arr_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

/* Suggestions */

enum source { FEATURED, FRIENDS_OF_FRIENDS, MOST_FOLLOWED, SOURCES };
static const struct {
	const char *name, *older;     /* `older` is what the member "source" said before there were several */
} source_words[SOURCES] = {
	[FEATURED] = { "featured", "staff" },
	[FRIENDS_OF_FRIENDS] = { "friends_of_friends", "past_interactions" },
	[MOST_FOLLOWED] = { "most_followed", "global" },
};

struct suggestions {
	int64_t ids[SOURCES * SUGGESTIONS_OF_ONE_SOURCE];
	unsigned sources[SOURCES * SUGGESTIONS_OF_ONE_SOURCE];
	size_t n;
};

static void add(struct suggestions *all, enum source source, const int64_t *ids, size_t n)
{
	for (size_t i = 0; i < n && i < SUGGESTIONS_OF_ONE_SOURCE; i++) {
		size_t at = 0;

		while (at < all->n && all->ids[at] != ids[i])
			at++;
		if (at == all->n) {
			all->ids[at] = ids[i];
			all->sources[all->n++] = 0;
		}
		all->sources[at] |= 1U << source;
	}
}

/* The handles of the setting as the store compares them. */
static size_t featured_handles(struct call *c, struct str *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < c->conf->suggested_accounts.n && n < SUGGESTIONS_OF_ONE_SOURCE; i++) {
		struct acct a;

		if (!acct_parse(c->arena, c->conf->suggested_accounts.v[i], &a))
			continue;
		if (!a.domain.p || str_eq(a.domain, c->conf->domain) || str_eq(a.domain, c->conf->web_domain))
			a.domain = STR("");
		ret[n++] = arena_concat(c->arena, text_fold(c->arena, a.name), STR("@"), a.domain);
	}
	return n;
}

static struct err *gather(struct call *c, account_id me, struct suggestions *all)
{
	struct str *handles = arena_array(c->arena, struct str, SUGGESTIONS_OF_ONE_SOURCE);
	int64_t *ids = NULL;
	size_t n;

	TRY(suggested_by_handle(c, me, handles, featured_handles(c, handles), &ids, &n));
	add(all, FEATURED, ids, n);
	TRY(suggested_by_friends(c, me, SUGGESTIONS_OF_ONE_SOURCE, &ids, &n));
	add(all, FRIENDS_OF_FRIENDS, ids, n);
	TRY(suggested_by_followers(c, me, SUGGESTIONS_OF_ONE_SOURCE, &ids, &n));
	add(all, MOST_FOLLOWED, ids, n);
	return NULL;
}

static void write_suggestion(struct call *c, const struct account_page *accounts, int64_t id, unsigned sources, struct jw *w)
{
	bool first = true;

	jw_obj(w);
	for (int s = 0; s < SOURCES; s++)
		if (first && sources & (1U << s)) {
			jw_kz(w, "source", source_words[s].older);
			first = false;
		}
	jw_key(w, "sources");
	jw_arr(w);
	for (int s = 0; s < SOURCES; s++)
		if (sources & (1U << s))
			jw_str(w, str_z(source_words[s].name));
	jw_arr_end(w);
	jw_key(w, "account");
	view_account_write(c, accounts, ID(account_id, id), w);
	jw_obj_end(w);
}

struct err *view_suggestions(struct call *c, account_id me, int limit, int offset, bool plain, struct str *ret_json)
{
	struct suggestions *all = arena_new(c->arena, struct suggestions);
	struct buf b = buf_init(c->arena, PEOPLE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct account_page accounts;
	size_t from, n;

	TRY(gather(c, me, all));
	from = offset < 0 || (size_t)offset > all->n ? all->n : (size_t)offset;
	n = all->n - from < (size_t)limit ? all->n - from : (size_t)limit;
	TRY(view_accounts_load(c, me, all->ids + from, n, &accounts));
	jw_arr(&w);
	for (size_t i = from; i < from + n; i++) {
		if (!view_account_of(&accounts, ID(account_id, all->ids[i])))
			continue;
		if (plain)
			view_account_write(c, &accounts, ID(account_id, all->ids[i]), &w);
		else
			write_suggestion(c, &accounts, all->ids[i], all->sources[i], &w);
	}
	jw_arr_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_domain_preview(struct call *c, account_id me, struct str domain, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, 256);
	struct jw w = jw_init(&b);
	int64_t following, followers;
	struct str normal;

	if (!domain_normalize(c->arena, str_trim(domain), &normal))
		return FAIL_FIELD(c->arena, "domain", "ERR_INVALID", "is not a valid domain name");
	TRY(follows_of_domain(c, me, normal, &following, &followers));
	jw_obj(&w);
	jw_ki64(&w, "following_count", following);
	jw_ki64(&w, "followers_count", followers);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}
