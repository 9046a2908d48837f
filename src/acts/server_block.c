#include "acts/server_block.h"

#include "acts/home.h"
#include "acts/notify.h"
#include "acts/people_priv.h"
#include "acts/remote_account.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "crypt/digest.h"
#include "store/account.h"
#include "store/audit.h"
#include "store/home.h"
#include "store/job.h"
#include "store/job_filter.h"
#include "store/proxy.h"
#include "store/remote_emoji.h"
#include "store/severance.h"
#include "wire/url.h"

enum { SAID_MAX = 1000, FOLLOWS_AT_ONCE = 100, DOMAINS_AT_ONCE = 100, PEOPLE_AT_ONCE = 100 };
/* Homes rarely reach further back; what does comes back when they are built. */
#define HOME_BOOSTS_US (30 * US_PER_DAY)

/* ---- the act ---- */

static struct err *domain_of(struct call *c, struct str text, struct str *ret)
{
	struct str shown = str_upto(text, 260);

	if (!domain_normalize(c->arena, str_trim(text), ret) || str_contains(*ret, STR("..")) || str_has_prefix(*ret, STR(".")))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no domain", STR_ARG(shown));
	if (domain_is_within(c->conf->domain, *ret) || domain_is_within(c->conf->web_domain, *ret))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is this server's own domain, or one above it", STR_ARG(shown));
	if (str_find(*ret, ':') == ret->n && domain_is_public_suffix(c->arena, *ret))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is nobody's domain: all servers below it would be blocked", STR_ARG(shown));
	return NULL;
}

struct str acts_domain_digest(struct arena *a, struct str domain) { return digest_sha256_hex(a, domain); }

struct putting {
	enum server_block_verb verb;
	const struct server_block_in *in;
	struct str domain;
};

/* Of the job that follows the act, ref_id. */
enum { JOB_LIFTS = 1 };

static void apply(struct server_block *b, const struct server_block_in *in)
{
	b->severity = in->severity ? *in->severity : b->id ? b->severity : BLOCK_SILENCE;
	b->reject_media = in->reject_media ? *in->reject_media : b->reject_media;
	b->reject_reports = in->reject_reports ? *in->reject_reports : b->reject_reports;
	b->obfuscate = in->obfuscate ? *in->obfuscate : b->obfuscate;
	b->public_comment = in->public_comment.p ? in->public_comment : b->id ? b->public_comment : STR("");
	b->private_comment = in->private_comment.p ? in->private_comment : b->id ? b->private_comment : STR("");
	b->by = in->by;
}

static struct err *note(struct call *c, const char *verb, const struct server_block *b)
{
	struct buf said = buf_init(c->arena, SAID_MAX);
	struct audit_entry entry = { .by = b->by, .n = 1 };

	buf_addf(&said, "blocks %s " STR_FMT, verb, STR_ARG(b->domain));
	if (!str_eqz(str_z(verb), "remove"))
		buf_addf(&said, " %s%s%s", block_severity_word(b->severity), b->reject_media ? ", no media" : "", b->reject_reports ? ", no reports" : "");
	entry.what = buf_str(&said);
	return audit_add(c, &entry);
}

static struct err *put(struct call *c, void *arg)
{
	struct putting *p = arg;
	struct job_new job = { .kind = JOB_SERVER_BLOCK, .arg = p->domain };
	struct server_block b;
	bool suspended;

	TRY(server_is_suspended(c, p->domain, &suspended));
	TRY(server_block_find(c, p->domain, &b));
	if (p->verb == SERVER_BLOCK_ADD && b.id)
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is blocked already", STR_ARG(p->domain));
	if (p->verb == SERVER_BLOCK_CHANGE && !b.id)
		return FAIL(c->arena, ERR_NOT_FOUND, "'" STR_FMT "' is not blocked", STR_ARG(p->domain));
	apply(&b, p->in);
	b.domain = p->domain;
	TRY(server_block_put(c, &b));
	TRY(server_limits_follow(c, p->domain));
	TRY(note(c, p->verb == SERVER_BLOCK_ADD ? "add" : "change", &b));
	job.ref_id = suspended && b.severity != BLOCK_SUSPEND ? JOB_LIFTS : 0;
	return job_add(c, &job);
}

struct err *acts_server_block_put(struct call *c, enum server_block_verb verb, const struct server_block_in *in)
{
	struct putting p = { verb, in, STR_NONE };

	TRY(domain_of(c, in->domain, &p.domain));
	if (in->public_comment.n > SERVER_BLOCK_COMMENT_MAX || in->private_comment.n > SERVER_BLOCK_COMMENT_MAX)
		return FAIL(c->arena, ERR_INVALID, "a comment is at most %d bytes", (int)SERVER_BLOCK_COMMENT_MAX);
	return store_tx(c, put, &p);
}

static struct err *lift(struct call *c, void *arg)
{
	const struct server_block *b = arg;
	struct job_new job = { .kind = JOB_SERVER_BLOCK, .arg = b->domain };
	bool was, suspended;

	TRY(server_is_suspended(c, b->domain, &suspended));
	job.ref_id = suspended ? JOB_LIFTS : 0;
	TRY(server_block_drop(c, b->domain, b->by, &was));
	if (!was)
		return FAIL(c->arena, ERR_NOT_FOUND, "'" STR_FMT "' is not blocked", STR_ARG(b->domain));
	TRY(server_limits_follow(c, b->domain));
	TRY(note(c, "remove", b));
	return job_add(c, &job);
}

struct err *acts_server_block_drop(struct call *c, struct str domain, struct str by)
{
	struct server_block b = { .by = by };

	if (!domain_normalize(c->arena, str_trim(domain), &b.domain))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no domain", STR_ARG(str_upto(domain, 260)));
	return store_tx(c, lift, &b);
}

/* ---- what follows of it ---- */

typedef struct err *page_below(struct call *c, struct str below, struct str after, int max, struct str **ret, size_t *ret_n);

/* With each server at or below a domain, of those that the pages name. */
static struct err *each_below(struct call *c, page_below *page, struct str below, struct err *(*fn)(struct call *, struct str, void *), void *arg)
{
	struct str after = STR(""), *domains;
	size_t n;

	do {
		TRY(page(c, below, after, DOMAINS_AT_ONCE, &domains, &n));
		for (size_t i = 0; i < n; i++) {
			TRY(fn(c, domains[i], arg));
			after = domains[i];
		}
	} while (n == DOMAINS_AT_ONCE);
	return NULL;
}

struct cutting {
	struct str block;             /* the domain that people are told of */
	int64_t since_us;             /* of the act: what is told of it is told once */
	const struct account *who, *whom;
	bool standing;
};

/* One pair a transaction: each counts two accounts, and whoever takes many rows that others count is in their way. */
static struct err *cut(struct call *c, void *arg)
{
	struct cutting *k = arg;
	const struct account *loser = k->who->local ? k->who : k->whom;
	struct severance lost = { .id = ID(severance_id, id_next(c)), .account = loser->id, .cause = SEVERANCE_DOMAIN_BLOCK, .target_name = k->block,
				  .followers = !k->who->local, .following = k->who->local, .created_us = c->now_us };
	bool was, first;

	TRY(relation_lock(c, k->who->id, k->whom->id));
	TRY(acts__sever(c, k->who, k->whom, 0, &was));
	if (!was || !k->standing || !loser->local)
		return NULL;
	TRY(severance_count(c, &lost, k->since_us, &first));
	return first ? acts_notify_own(c, NOTIFICATION_SEVERED, loser->id, lost.id.v) : NULL;
}

static struct err *cut_some(struct call *c, struct cutting *k, const struct follow *f, size_t n)
{
	int64_t *ids = arena_array(c->arena, int64_t, 2 * n + 1);
	struct map *people;

	for (size_t i = 0; i < n; i++) {
		ids[2 * i] = f[i].account.v;
		ids[2 * i + 1] = f[i].target.v;
	}
	TRY(accounts_by_ids(c, ids, 2 * n, &people));
	for (size_t i = 0; i < n; i++) {
		k->who = map_find_i64(people, f[i].account.v);
		k->whom = map_find_i64(people, f[i].target.v);
		if (k->who && k->whom)
			TRY(store_tx(c, cut, k));
	}
	return NULL;
}

static struct err *cut_domain(struct call *c, struct cutting *k, struct str domain)
{
	for (int way = 0; way < 4; way++) {
		struct domain_follows of = { domain, way & 1 ? FOLLOW_REQUESTED : FOLLOW_STANDING, way & 2 };
		struct follow after = { 0 }, *f;
		size_t n;

		k->standing = of.kind == FOLLOW_STANDING;
		do {
			TRY(follows_with_server(c, &of, &after, FOLLOWS_AT_ONCE, &f, &n));
			TRY(cut_some(c, k, f, n));
			after = n ? f[n - 1] : after;
		} while (n == FOLLOWS_AT_ONCE);
	}
	return NULL;
}

/* ---- homes ---- */

struct refilling {
	const int64_t *who;
	size_t n;
};

static struct err *refill_some(struct call *c, void *arg)
{
	const struct refilling *r = arg;

	for (size_t i = 0; i < r->n; i++)
		TRY(acts_home_refill(c, ID(account_id, r->who[i])));
	return NULL;
}

/* What a boost of theirs, or of one of their posts, has kept out is to be seen again at once, and not when a home is next built. */
static struct err *refill(struct call *c, enum home_concern how, struct str domain)
{
	int64_t since_us = c->now_us - HOME_BOOSTS_US, *who;
	size_t n;

	TRY(home_concerned(c, how, domain, (since_us / 1000) << 16, c->now_us - HOME_KEPT_US, &who, &n));
	for (size_t i = 0; i < n; i += FOLLOWS_AT_ONCE)
		TRY(store_tx(c, refill_some, &(struct refilling){ who + i, n - i < FOLLOWS_AT_ONCE ? n - i : FOLLOWS_AT_ONCE }));
	return NULL;
}

static struct err *come_back(struct call *c, struct str domain, void *arg)
{
	bool suspended;

	(void)arg;
	TRY(server_is_suspended(c, domain, &suspended));
	return suspended ? NULL : refill(c, HOME_OF_BOOSTS_OF_IT, domain);
}

/* ---- copies ---- */

static struct err *expire(struct call *c, void *arg)
{
	const struct str *domain = arg;

	return proxy_files_expire(c, *domain);
}

/* Nobody sees them; the next turn of the sweep takes them off the disk. */
static struct err *forget_copies(struct call *c, struct str domain, void *arg)
{
	bool none;

	(void)arg;
	TRY(server_shows_no_media(c, domain, &none));
	return none ? store_tx(c, expire, &domain) : NULL;
}

/* ---- jobs ---- */

struct dropping {
	struct job_filter f;
	int64_t n;
};

static struct err *drop_some(struct call *c, void *arg)
{
	struct dropping *d = arg;

	return jobs_drop(c, &d->f, &d->n);
}

static struct err *drop_jobs(struct call *c, struct str host, void *arg)
{
	struct dropping d = { { .lane = -1, .kind = -1, .host = host }, JOBS_AT_ONCE };
	bool suspended;

	(void)arg;
	TRY(server_is_suspended(c, host, &suspended));
	while (suspended && d.n == JOBS_AT_ONCE)
		TRY(store_tx(c, drop_some, &d));
	return NULL;
}

/* ---- all of it ---- */

static struct err *cut_server(struct call *c, struct str domain, void *arg)
{
	TRY(refill(c, HOME_OF_ITS_BOOSTS, domain));      /* who follows them is known until then */
	return cut_domain(c, arg, domain);
}

static struct err *follow_again(struct call *c, void *arg)
{
	const struct str *below = arg;

	return server_limits_follow(c, *below);
}

struct err *acts_job_server_block(struct call *c, const struct job *job, bool *ret_later)
{
	struct cutting k = { .block = job->arg, .since_us = job->created_us };
	struct str below = job->arg;

	(void)ret_later;
	/* Somebody's first account may have come while the block did, and neither saw the other. */
	TRY(store_tx(c, follow_again, &below));
	TRY(each_below(c, server_limits_below, below, cut_server, &k));
	if (job->ref_id == JOB_LIFTS)
		TRY(each_below(c, peers_below, below, come_back, NULL));
	TRY(forget_copies(c, below, NULL));      /* it may be where others keep their files, and nobody's home */
	TRY(each_below(c, peers_below, below, forget_copies, NULL));
	return each_below(c, jobs_hosts_below, below, drop_jobs, NULL);
}

/* ---- what was here of them ---- */

struct purging {
	struct audit_entry entry;
	int64_t after, *done;
	size_t n;
};

static struct err *note_purged(struct call *c, void *arg)
{
	struct purging *p = arg;
	struct audit_entry entry = p->entry;

	TRY(audit_add(c, &entry));
	p->entry.id = entry.id;
	return NULL;
}

/* A page of a server's people, in memory of its own, for there may be any number. */
static struct err *purge_some(struct call *c, struct str domain, struct purging *p)
{
	AUTO_ARENA(a);
	struct call page = *c;
	struct err *e = NULL;
	int64_t *ids;

	page.arena = a;
	p->n = 0;
	p->entry.n = 0;
	e = server_people(&page, domain, p->after, PEOPLE_AT_ONCE, &ids, &p->n);
	for (size_t i = 0; i < p->n && !e; i++) {
		e = acts_remote_account_gone(&page, ID(account_id, ids[i]));
		p->entry.n += !e;
		p->after = ids[i];
	}
	c->queries = page.queries;
	return e ? FAIL(c->arena, e->code, STR_FMT, STR_ARG(e->text)) : NULL;
}

static struct err *drop_emojis(struct call *c, void *arg)
{
	const struct str *domain = arg;

	return remote_emojis_drop(c, *domain);
}

static struct err *purge_server(struct call *c, struct str domain, void *arg)
{
	struct purging *p = arg;
	struct err *e;

	TRY(store_tx(c, drop_emojis, &domain));
	p->after = 0;
	do {
		e = purge_some(c, domain, p);
		*p->done += p->entry.n;
		TRY(store_tx(c, note_purged, p));
	} while (!e && p->n == PEOPLE_AT_ONCE);
	return e;
}

static struct err *suspended_domain(struct call *c, struct str text, struct str *ret)
{
	bool suspended = false;

	TRY(domain_of(c, text, ret));
	TRY(server_is_suspended(c, *ret, &suspended));
	return suspended ? NULL : FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is not suspended", STR_ARG(*ret));
}

struct err *acts_server_purge_count(struct call *c, struct str domain, int64_t *ret_n)
{
	TRY(suspended_domain(c, domain, &domain));
	return suspended_people_count(c, domain, ret_n);
}

struct err *acts_server_purge(struct call *c, struct str domain, struct str by, int64_t *ret_n)
{
	struct purging p = { .entry.by = by, .done = ret_n };

	*ret_n = 0;
	TRY(suspended_domain(c, domain, &domain));
	p.entry.what = arena_concat(c->arena, STR("blocks purge "), domain);
	TRY(store_tx(c, note_purged, &p));
	return each_below(c, server_limits_below, domain, purge_server, &p);
}
