#include "fed/people.h"

#include "conf/conf.h"
#include "fed/actor_read.h"
#include "fed/people_collection.h"
#include "fed/posts.h"
#include "fed/resolve.h"
#include "fed/turn.h"
#include "view/federation.h"
#include "view/host.h"
#include "wire/acct.h"
#include "wire/url.h"

#define FRESH_FOR_US US_PER_DAY

/* ---- WebFinger ---- */

/* Where it has no WebFinger of its own at the usual place, its host-meta says where that is, maybe at another host: what is said there is no
 * less the domain's word than where a redirect leads. */
static struct err *by_host_meta(struct call *c, struct fed_budget *b, struct str domain, struct str resource, struct str *ret_url)
{
	struct str origin = fed_origin(c, domain), body;

	TRY(fed_fetch_text(c, b, arena_concat(c->arena, origin, STR("/.well-known/host-meta")), "application/xrd+xml, text/xml", &body));
	*ret_url = fed_host_meta_read(c, body, resource);
	if (str_has_prefix(*ret_url, fed_origin(c, url_domain(c->arena, *ret_url))))
		return NULL;
	return FAIL(c->arena, ERR_NOT_FOUND, "'" STR_FMT "' does not know '" STR_FMT "'", STR_ARG(domain), STR_ARG(resource));
}

struct err *fed_webfinger(struct call *c, struct fed_budget *b, struct str name, struct str domain, struct fed_webfinger *ret)
{
	struct str resource = arena_concat(c->arena, STR("acct:"), name, STR("@"), domain), body, url;
	struct err *e;

	url = arena_concat(c->arena, fed_origin(c, domain), STR("/.well-known/webfinger?resource="), url_encode(c->arena, resource));
	e = fed_fetch_text(c, b, url, "application/jrd+json, application/json", &body);
	if (e && e->code == ERR_NOT_FOUND) {
		TRY(by_host_meta(c, b, domain, resource, &url));
		e = fed_fetch_text(c, b, url, "application/jrd+json, application/json", &body);
	}
	TRY(e);
	return fed_jrd_read(c, body, ret);
}

/* As fed_webfinger, but where the subject names another host, that host must say the same. */
static struct err *webfinger_agreed(struct call *c, struct fed_budget *b, struct str name, struct str domain, struct fed_webfinger *ret)
{
	struct fed_webfinger first;

	TRY(fed_webfinger(c, b, name, domain, &first));
	*ret = first;
	if (str_eq(first.domain, domain))
		return NULL;
	TRY(fed_webfinger(c, b, first.name, first.domain, ret));
	if (!str_eq(ret->domain, first.domain) || !str_ieq(ret->name, first.name) || !str_eq(ret->actor_uri, first.actor_uri))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' and '" STR_FMT "' do not agree who '" STR_FMT "' is", STR_ARG(domain),
			    STR_ARG(first.domain), STR_ARG(name));
	return NULL;
}

/* ---- actors ---- */

static struct err *confirm_handle(struct call *c, struct fed_budget *b, struct actor_said *said)
{
	struct account *a = &said->account.a;
	struct str host = url_domain(c->arena, a->uri), name = said->name;
	struct fed_webfinger wf;
	struct acct claimed;

	/* An instance's own actor is named as the host it is at, which is no handle of a person's; what else it claims is not looked at. */
	if (a->actor_type == ACTOR_APPLICATION && str_ieq(name, host)) {
		a->domain = host;
		return NULL;
	}
	if (said->webfinger.n && acct_parse(c->arena, said->webfinger, &claimed) && claimed.domain.n) {
		host = claimed.domain;
		name = claimed.name;
	}
	TRY(webfinger_agreed(c, b, name, host, &wf));
	if (!str_eq(wf.actor_uri, a->uri) || !str_ieq(wf.name, name))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "@" STR_FMT "' is not '" STR_FMT "'", STR_ARG(name), STR_ARG(host), STR_ARG(a->uri));
	a->username = wf.name;
	a->domain = wf.domain;
	return NULL;
}

/* Of a server that is not taken in today nothing is asked either. (One whose handles end in another name than its addresses is told apart by
 * these here: its known people are found all the same, new ones come in tomorrow.) */
static struct err *refuse_unwelcome(struct call *c, struct str domain)
{
	bool welcome;

	TRY(view_host_welcome(c, domain, &welcome));
	return welcome ? NULL : FAIL(c->arena, ERR_INVALID, "too many servers like '" STR_FMT "' have become known today", STR_ARG(domain));
}

struct err *fed_person_from(struct call *c, struct fed_budget *b, const struct json *doc, struct account **ret)
{
	struct actor_said said;
	struct account *known;
	account_id id;

	TRY(fed_actor_read(c, doc, &said));
	if (fed_is_ours(c, said.account.a.uri))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is one of ours", STR_ARG(said.account.a.uri));
	TRY(view_account_by_uri(c, said.account.a.uri, &known));
	if (known && str_ieq(known->username, said.name))
		said.account.a.domain = known->domain;
	else
		TRY(confirm_handle(c, b, &said));
	TRY(acts_remote_account_put(c, &said.account, &id));
	return view_account_by_id(c, id, ret);
}

/* What a fetch of a known actor that failed for good says about it. */
static struct err *not_there(struct call *c, struct err *e, const struct account *known)
{
	if (e->code == ERR_GONE && known && !known->deleted_us)
		TRY(acts_remote_account_gone(c, known->id));
	return e;
}

static struct err *ask_for(struct call *c, struct fed_budget *b, struct str uri, struct account **ret)
{
	const struct json *doc;

	TRY(fed_fetch(c, b, uri, &doc));
	return fed_person_from(c, b, doc, ret);
}

static struct err *meet(struct call *c, struct fed_budget *b, struct str uri, struct account **ret)
{
	enum fed_turn turn;

	TRY(refuse_unwelcome(c, url_domain(c->arena, uri)));
	TRY(fed_turn_begin(c, b, uri, &turn));
	if (turn == FED_TURN_OVER) {
		TRY(view_account_by_uri(c, uri, ret));
		if (*ret)
			return (*ret)->deleted_us ? FAIL(c->arena, ERR_GONE, "'" STR_FMT "' is gone", STR_ARG(uri)) : NULL;
	}
	return fed_turn_end(turn, uri, ask_for(c, b, uri, ret));
}

struct err *fed_person(struct call *c, struct fed_budget *b, struct str uri, bool fresh, struct account **ret)
{
	const struct json *doc;
	struct account *known;
	struct err *e;

	TRY(view_account_by_uri(c, uri, &known));
	if (known && known->deleted_us)
		return FAIL(c->arena, ERR_GONE, "'" STR_FMT "' is gone", STR_ARG(uri));
	if (known && (known->local || !fresh || known->fetched_us > c->now_us - FRESH_FOR_US)) {
		*ret = known;
		return NULL;
	}
	if (!known)
		return meet(c, b, uri, ret);
	e = fed_fetch(c, b, uri, &doc);
	if (e && e->code != ERR_GONE) {
		*ret = known;     /* what is known will do until its server answers */
		return NULL;
	}
	if (e)
		return not_there(c, e, known);
	return fed_person_from(c, b, doc, ret);
}

/* Whose document it stood in. A key with a document of its own may go alone. */
static struct err *whose_key_is_gone(struct call *c, struct str key_uri, struct account **ret)
{
	size_t hash = str_find(key_uri, '#');

	*ret = NULL;
	return hash < key_uri.n ? view_account_by_uri(c, str_upto(key_uri, hash), ret) : NULL;
}

static struct err *ask_for_key(struct call *c, struct fed_budget *b, struct str key_uri)
{
	struct account *a, *known = NULL;
	const struct json *doc;
	struct str owner;
	struct err *e = fed_fetch(c, b, key_uri, &doc);

	if (e && e->code == ERR_GONE)
		TRY(whose_key_is_gone(c, key_uri, &known));
	if (e)
		return not_there(c, e, known);
	if (!fed_is_actor(doc)) {
		/* A key with a document of its own names its owner, whose document must name the key. */
		owner = json_get_s(doc, str_eqz(fed_text_of(json_get(doc, "type")), "Multikey") ? "controller" : "owner");
		if (!owner.n || !url_same_host(owner, key_uri))
			return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no key", STR_ARG(str_upto(key_uri, 200)));
		TRY(fed_fetch(c, b, owner, &doc));
	}
	return fed_person_from(c, b, doc, &a);
}

struct err *fed_key_fetch(struct call *c, struct fed_budget *b, struct str key_uri)
{
	enum fed_turn turn;

	TRY(refuse_unwelcome(c, url_domain(c->arena, key_uri)));
	TRY(fed_turn_begin(c, b, key_uri, &turn));
	return turn == FED_TURN_OVER ? NULL : fed_turn_end(turn, key_uri, ask_for_key(c, b, key_uri));
}

struct err *fed_person_again(struct call *c, struct fed_budget *b, account_id who)
{
	const struct json *doc;
	struct account *known, *a;
	struct err *e;

	TRY(view_account_by_id(c, who, &known));
	if (!known || known->local || known->deleted_us)
		return NULL;
	e = fed_fetch(c, b, known->uri, &doc);
	if (e)
		return not_there(c, e, known);
	return fed_person_from(c, b, doc, &a);
}

struct err *fed_refresh_actor(struct call *c, account_id who)
{
	struct fed_budget b = fed_budget(c);

	return fed_person_again(c, &b, who);
}

struct err *fed_person_named(struct call *c, struct fed_budget *b, struct str handle, account_id *ret)
{
	struct fed_webfinger wf;
	struct account *known, *a;
	struct acct who;

	if (!acct_parse(c->arena, handle, &who))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (!who.domain.n || str_eq(who.domain, c->conf->domain) || str_eq(who.domain, c->conf->web_domain)) {
		TRY(view_actor_named(c, who.name, &a));
		*ret = a->id;
		return NULL;
	}
	TRY(view_account_by_handle(c, who.name, who.domain, &known));
	if (known && !known->deleted_us && known->fetched_us > c->now_us - FRESH_FOR_US) {
		*ret = known->id;
		return NULL;
	}
	if (!known)
		TRY(refuse_unwelcome(c, who.domain));
	TRY(webfinger_agreed(c, b, who.name, who.domain, &wf));
	TRY(fed_person(c, b, wf.actor_uri, true, &a));
	*ret = a->id;
	return NULL;
}

struct err *fed_resolve_handle(struct call *c, struct str handle, account_id *ret)
{
	struct fed_budget b = fed_budget(c);

	return fed_person_named(c, &b, handle, ret);
}

/* ---- an address that somebody typed ---- */

static struct err *found_account(const struct account *a, enum fed_found *ret_kind, int64_t *ret_id)
{
	*ret_kind = FED_FOUND_ACCOUNT;
	*ret_id = a->id.v;
	return NULL;
}

static struct err *known_here(struct call *c, struct str uri, enum fed_found *ret_kind, int64_t *ret_id, bool *ret_found)
{
	struct collection k;
	struct account *a;
	struct status *s;
	bool deleted;

	*ret_found = true;
	TRY(view_account_by_uri(c, uri, &a));
	if (a && !a->deleted_us)
		return found_account(a, ret_kind, ret_id);
	TRY(view_status_by_uri(c, uri, &s, &deleted));
	*ret_kind = FED_FOUND_STATUS;
	*ret_id = s ? s->id.v : 0;
	if (s)
		return NULL;
	TRY(view_collection_by_uri(c, uri, &k, ret_found));
	if (*ret_found) {
		*ret_kind = FED_FOUND_COLLECTION;
		*ret_id = k.id.v;
	}
	return NULL;
}

/* Ours, by the address of its page: /@name, /@name/id, /users/name, /users/name/statuses/id. */
static struct err *own_page(struct call *c, const struct url *u, enum fed_found *ret_kind, int64_t *ret_id)
{
	bool spelled_out = str_has_prefix(u->path, STR("/users/"));
	struct str rest, name, id;
	struct account *a;
	struct note n;
	int64_t number;

	if (!u->path.p || (!spelled_out && !str_has_prefix(u->path, STR("/@"))))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	rest = str_from(u->path, spelled_out ? 7 : 2);
	str_cut(rest, '/', &name, &id);
	TRY(view_actor_named(c, name, &a));
	if (!id.n)
		return found_account(a, ret_kind, ret_id);
	if (str_has_prefix(id, STR("statuses/")))
		id = str_from(id, 9);
	if (!str_i64(id, &number))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(view_note_told(c, ID(status_id, number), &n));
	if (!n.status || !id_eq(n.author->id, a->id))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	*ret_kind = FED_FOUND_STATUS;
	*ret_id = number;
	return NULL;
}

static struct err *find_collection(struct call *c, struct fed_budget *b, const struct json *doc, enum fed_found *ret_kind, int64_t *ret_id)
{
	struct account *owner;
	collection_id id;

	TRY(fed_person(c, b, fed_id_of(json_get(doc, "attributedTo")), false, &owner));
	if (owner->local)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(fed_people_collection_take(c, b, doc, owner, &id));
	*ret_kind = FED_FOUND_COLLECTION;
	*ret_id = id.v;
	return id.v ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *fed_resolve_uri(struct call *c, struct str url, enum fed_found *ret_kind, int64_t *ret_id)
{
	struct fed_budget b = fed_budget(c);
	struct post_way way = { .asked_for = true };
	const struct json *doc;
	struct account *a;
	status_id id;
	struct url u;
	bool found;

	if (!url_parse(c->arena, url, &u))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(known_here(c, u.text, ret_kind, ret_id, &found));
	if (found)
		return NULL;
	if (fed_is_ours(c, u.text))
		return own_page(c, &u, ret_kind, ret_id);
	/* A page answers with its document where it is asked for one. */
	TRY(fed_fetch(c, &b, u.text, &doc));
	TRY(known_here(c, json_get_s(doc, "id"), ret_kind, ret_id, &found));
	if (found)
		return NULL;
	if (fed_is_actor(doc)) {
		TRY(fed_person_from(c, &b, doc, &a));
		return found_account(a, ret_kind, ret_id);
	}
	if (fed_is_people_collection(doc))
		return find_collection(c, &b, doc, ret_kind, ret_id);
	TRY(fed_post_fetched(c, &b, doc, &way, &id));
	if (!id.v)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	*ret_kind = FED_FOUND_STATUS;
	*ret_id = id.v;
	return NULL;
}
