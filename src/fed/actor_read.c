#include "fed/actor_read.h"

#include "crypt/key.h"
#include "fed/document.h"
#include "fed/fetch.h"
#include "model/quote.h"
#include "wire/acct.h"
#include "wire/date.h"
#include "wire/html.h"
#include "wire/multibase.h"
#include "wire/text.h"
#include "wire/url.h"

/* Mastodon's bounds, api of 4.6, "Size limits for federated objects". */
enum { NAME_MAX_BYTES = 2048, DISPLAY_MAX = 2048, NOTE_MAX = 20 * 1024, FIELDS_MAX = 50, FIELD_MAX = 2047, ALIASES_MAX = 256,
       ATTRIBUTION_MAX = 256, EMOJIS_MAX = 100, SHORTCODE_MAX = 2048, DESCRIPTION_MAX = 10000, JSON_TEXT_MAX = 512 * 1024, POLICY_PEOPLE_MAX = 1000 };

struct str fed_text_of(const struct json *v)
{
	return json_kind(v) == JSON_ARRAY ? json_str(json_at(v, 0)) : json_str(v);
}

struct str fed_url_of(struct call *c, const struct json *v)
{
	struct url u;

	if (json_kind(v) == JSON_ARRAY) {
		for (size_t i = 0; i < json_len(v) && i < 20; i++) {
			struct str s = json_kind(json_at(v, i)) == JSON_ARRAY ? STR_NONE : fed_url_of(c, json_at(v, i));

			if (s.n)
				return s;
		}
		return STR_NONE;
	}
	if (json_kind(v) == JSON_OBJECT) {
		struct str href = json_get_s(v, "href");

		return href.n ? fed_url_of(c, json_get(v, "href")) :
		       json_kind(json_get(v, "url")) == JSON_STRING ? fed_url_of(c, json_get(v, "url")) : STR_NONE;
	}
	return url_parse(c->arena, json_str(v), &u) ? u.text : STR_NONE;
}

struct str fed_page_of(struct call *c, const struct json *v, struct str uri)
{
	struct str url = fed_url_of(c, v), host = url_domain(c->arena, url), home = url_domain(c->arena, uri);

	return host.n && home.n && (domain_is_within(host, home) || domain_is_within(home, host)) ? url : uri;
}

/* Who could name another's inbox would have us write there in their stead. */
static struct str own_url(struct call *c, const struct json *v, struct str uri)
{
	struct str url = fed_url_of(c, v);

	return url_same_host(url, uri) ? url : STR_NONE;
}

/* What is sent there is for them alone: where they are spoken to with TLS, so is their inbox. */
static struct str own_inbox(struct call *c, const struct json *v, struct str uri)
{
	struct str url = own_url(c, v, uri);

	return str_ihas_prefix(uri, STR("https://")) && !str_has_prefix(url, STR("https://")) ? STR_NONE : url;
}

static struct str short_text(struct call *c, struct str s, size_t max)
{
	return s.p ? text_tidy(c->arena, str_utf8_upto(s, max)) : STR("");
}

static bool shortcode_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];

		if (!(ch >= 'a' && ch <= 'z') && !(ch >= 'A' && ch <= 'Z') && !(ch >= '0' && ch <= '9') && ch != '_')
			return false;
	}
	return s.n >= 1 && s.n <= SHORTCODE_MAX;
}

static void read_emoji(struct call *c, const struct json *tag, struct jw *w)
{
	struct str name = json_get_s(tag, "name"), url = fed_url_of(c, json_get(json_get(tag, "icon"), "url"));
	int64_t updated_us;

	if (!str_eqz(fed_text_of(json_get(tag, "type")), "Emoji"))
		return;
	if (name.n > 2 && name.p[0] == ':' && name.p[name.n - 1] == ':')
		name = str_of(name.p + 1, name.n - 2);
	if (!shortcode_ok(name) || !url.n)
		return;
	jw_obj(w);
	jw_kstr(w, "shortcode", name);
	jw_kstr(w, "url", url);
	if (date_parse(json_get_s(tag, "updated"), &updated_us) && updated_us > 0)
		jw_ki64(w, "updated", updated_us);
	jw_obj_end(w);
}

struct str fed_emojis_read(struct call *c, const struct json *tag)
{
	struct buf b = buf_init(c->arena, JSON_TEXT_MAX);
	struct jw w = jw_init(&b);

	jw_arr(&w);
	if (json_kind(tag) == JSON_OBJECT)
		read_emoji(c, tag, &w);
	for (size_t i = 0; json_kind(tag) == JSON_ARRAY && i < json_len(tag) && i < EMOJIS_MAX; i++)
		read_emoji(c, json_at(tag, i), &w);
	jw_arr_end(&w);
	return buf_ok(&b) ? buf_str(&b) : STR("[]");
}

static struct str read_fields(struct call *c, const struct json *list)
{
	struct buf b = buf_init(c->arena, JSON_TEXT_MAX);
	struct jw w = jw_init(&b);
	struct json_iter it = json_iter(json_kind(list) == JSON_ARRAY ? list : NULL);

	jw_arr(&w);
	for (size_t kept = 0; kept < FIELDS_MAX && json_next(&it);) {
		const struct json *f = it.value;

		if (!str_eqz(fed_text_of(json_get(f, "type")), "PropertyValue"))
			continue;
		kept++;
		jw_obj(&w);
		jw_kstr(&w, "name", text_display_name(c->arena, str_utf8_upto(json_get_s(f, "name"), FIELD_MAX)));
		jw_kstr(&w, "value", html_sanitize_plain(c->arena, str_utf8_upto(json_get_s(f, "value"), FIELD_MAX), 2 * FIELD_MAX));
		jw_knull(&w, "verified_at");
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	return buf_ok(&b) ? buf_str(&b) : STR("[]");
}

static struct str read_aliases(struct call *c, const struct json *list)
{
	struct buf b = buf_init(c->arena, JSON_TEXT_MAX);
	struct jw w = jw_init(&b);
	struct url u;

	jw_arr(&w);
	if (json_kind(list) == JSON_STRING && url_parse(c->arena, json_str(list), &u))
		jw_str(&w, json_str(list));
	for (size_t i = 0; json_kind(list) == JSON_ARRAY && i < json_len(list) && i < ALIASES_MAX; i++)
		if (url_parse(c->arena, json_str(json_at(list, i)), &u))
			jw_str(&w, json_str(json_at(list, i)));
	jw_arr_end(&w);
	return buf_ok(&b) ? buf_str(&b) : STR("[]");
}

/* The sites that may name this account as an author. */
static struct str read_attribution(struct call *c, const struct json *list)
{
	struct buf b = buf_init(c->arena, JSON_TEXT_MAX);
	struct jw w = jw_init(&b);
	struct str domain;

	jw_arr(&w);
	for (size_t i = 0; json_kind(list) == JSON_ARRAY && i < json_len(list) && i < ATTRIBUTION_MAX; i++)
		if (domain_normalize(c->arena, json_str(json_at(list, i)), &domain))
			jw_str(&w, domain);
	jw_arr_end(&w);
	return buf_ok(&b) ? buf_str(&b) : STR("[]");
}

static int64_t read_people(const struct json *list, const struct account *whose)
{
	int64_t people = 0;
	size_t n = json_kind(list) == JSON_ARRAY ? json_len(list) : json_kind(list) == JSON_NONE ? 0 : 1;

	for (size_t i = 0; i < n && i < POLICY_PEOPLE_MAX; i++) {
		struct str who = fed_id_of(json_kind(list) == JSON_ARRAY ? json_at(list, i) : list);

		if (str_eqz(who, FED_PUBLIC) || str_eqz(who, "as:Public") || str_eqz(who, "Public"))
			people |= QUOTE_PUBLIC;
		else if (whose->followers_uri.n && str_eq(who, whose->followers_uri))
			people |= QUOTE_FOLLOWERS;
		else if (whose->following_uri.n && str_eq(who, whose->following_uri))
			people |= QUOTE_FOLLOWING;
		else if (!str_eq(who, whose->uri))
			people |= QUOTE_UNSUPPORTED;
	}
	return people;
}

int64_t fed_policy_read(const struct json *doc, const char *what, const struct account *whose)
{
	const struct json *policy = json_get(json_get(doc, "interactionPolicy"), what);

	return quote_policy_bits(read_people(json_get(policy, "automaticApproval"), whose), read_people(json_get(policy, "manualApproval"), whose));
}

/* A key is believed where it is at home with its owner and is one that can be read at all. */
static void add_key(struct call *c, struct str id, struct str owner, struct str pem, struct remote_account *ret, struct remote_key *keys)
{
	const struct key_public *parsed;

	if (ret->keys_n == REMOTE_KEYS_MAX || !id.n || id.n > URL_MAX || !url_same_host(id, ret->a.uri) || (owner.n && !str_eq(owner, ret->a.uri)))
		return;
	for (size_t i = 0; i < ret->keys_n; i++)
		if (str_eq(keys[i].uri, id))
			return;
	if (key_public_parse(c->arena, pem, &parsed))
		return;
	keys[ret->keys_n++] =
		(struct remote_key){ id, pem, key_public_kind(parsed) == KEY_RSA ? KEY_ALGORITHM_RSA_SHA256 : KEY_ALGORITHM_ED25519 };
}

static void read_key(struct call *c, const struct json *k, struct remote_account *ret, struct remote_key *keys)
{
	add_key(c, json_get_s(k, "id"), json_get_s(k, "owner"), json_get_s(k, "publicKeyPem"), ret, keys);
}

/* FEP-521a. Those that are only named are not asked for. */
static void read_multikey(struct call *c, const struct json *k, struct remote_account *ret, struct remote_key *keys)
{
	struct str bytes, pem;

	if (!str_eqz(fed_text_of(json_get(k, "type")), "Multikey") || !multibase_decode(c->arena, json_get_s(k, "publicKeyMultibase"), &bytes) ||
	    key_public_from_multikey(c->arena, bytes, &pem))
		return;
	add_key(c, json_get_s(k, "id"), json_get_s(k, "controller"), pem, ret, keys);
}

static void each_key(struct call *c, const struct json *said, struct remote_account *ret, struct remote_key *keys,
		     void (*read)(struct call *, const struct json *, struct remote_account *, struct remote_key *))
{
	if (json_kind(said) == JSON_OBJECT)
		read(c, said, ret, keys);
	for (size_t i = 0; json_kind(said) == JSON_ARRAY && i < json_len(said) && i < REMOTE_KEYS_MAX; i++)
		read(c, json_at(said, i), ret, keys);
}

static void read_keys(struct call *c, const struct json *doc, struct remote_account *ret)
{
	struct remote_key *keys = arena_array(c->arena, struct remote_key, REMOTE_KEYS_MAX);

	each_key(c, json_get(doc, "publicKey"), ret, keys, read_key);
	each_key(c, json_get(doc, "assertionMethod"), ret, keys, read_multikey);
	ret->keys = keys;
}

static bool read_type(const struct json *doc, enum actor_type *ret)
{
	return actor_type_parse(fed_text_of(json_get(doc, "type")), ret);
}

bool fed_is_actor(const struct json *doc)
{
	enum actor_type type;

	return read_type(doc, &type);
}

static void read_profile(struct call *c, const struct json *doc, struct account *a)
{
	a->display_name = text_display_name(c->arena, str_utf8_upto(fed_text_of(json_get(doc, "name")), DISPLAY_MAX));
	a->note = html_sanitize(c->arena, fed_text_of(json_get(doc, "summary")), NOTE_MAX);
	a->fields = read_fields(c, json_get(doc, "attachment"));
	a->emojis = fed_emojis_read(c, json_get(doc, "tag"));
	a->avatar_remote_url = fed_url_of(c, json_get(json_get(doc, "icon"), "url"));
	if (!a->avatar_remote_url.n)
		a->avatar_remote_url = fed_url_of(c, json_get(doc, "icon"));
	a->avatar_description = short_text(c, json_get_s(json_get(doc, "icon"), "summary"), DESCRIPTION_MAX);
	a->header_remote_url = fed_url_of(c, json_get(json_get(doc, "image"), "url"));
	if (!a->header_remote_url.n)
		a->header_remote_url = fed_url_of(c, json_get(doc, "image"));
	a->header_description = short_text(c, json_get_s(json_get(doc, "image"), "summary"), DESCRIPTION_MAX);
	a->locked = json_bool(json_get(doc, "manuallyApprovesFollowers"), false);
	a->discoverable = json_bool(json_get(doc, "discoverable"), false);
	a->indexable = json_bool(json_get(doc, "indexable"), false);
	a->hide_media = !json_bool(json_get(doc, "showMedia"), true);
	a->hide_media_replies = !json_bool(json_get(doc, "showRepliesInMedia"), true);
	a->hide_featured = !json_bool(json_get(doc, "showFeatured"), true);
	a->also_known_as = read_aliases(c, json_get(doc, "alsoKnownAs"));
	a->attribution_domains = read_attribution(c, json_get(doc, "attributionDomains"));
	a->feature_policy = fed_policy_read(doc, "canFeature", a);
}

/* A handle's name; an instance actor is named as its domain. */
static bool name_ok(struct call *c, struct str name)
{
	return name.n <= NAME_MAX_BYTES &&
	       (acct_name_is_remote(name) || url_domain(c->arena, arena_concat(c->arena, STR("https://"), name)).n);
}

struct err *fed_actor_read(struct call *c, const struct json *doc, struct actor_said *ret)
{
	struct remote_account *r = &ret->account;
	struct account *a = &r->a;
	int64_t us;

	*ret = (struct actor_said){ .name = json_get_s(doc, "preferredUsername"), .webfinger = json_get_s(doc, "webfinger") };
	a->uri = json_get_s(doc, "id");
	if (!read_type(doc, &a->actor_type))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no actor", STR_ARG(str_upto(a->uri, 200)));
	if (a->uri.n > URL_MAX || !url_domain(c->arena, a->uri).n)
		return FAIL(c->arena, ERR_INVALID, "an actor without an id");
	a->inbox_uri = own_inbox(c, json_get(doc, "inbox"), a->uri);
	if (!a->inbox_uri.n)
		return FAIL(c->arena, ERR_INVALID, "the actor '" STR_FMT "' has no inbox", STR_ARG(a->uri));
	if (!name_ok(c, ret->name))
		return FAIL(c->arena, ERR_INVALID, "the actor '" STR_FMT "' has no name that can be said", STR_ARG(a->uri));
	a->username = ret->name;
	a->url = fed_page_of(c, json_get(doc, "url"), a->uri);
	a->shared_inbox_uri = own_inbox(c, json_get(json_get(doc, "endpoints"), "sharedInbox"), a->uri);
	a->outbox_uri = own_url(c, json_get(doc, "outbox"), a->uri);
	a->followers_uri = own_url(c, json_get(doc, "followers"), a->uri);
	a->following_uri = own_url(c, json_get(doc, "following"), a->uri);
	a->featured_uri = own_url(c, json_get(doc, "featured"), a->uri);
	a->collections_uri = own_url(c, json_get(doc, "featuredCollections"), a->uri);
	a->bot = a->actor_type == ACTOR_SERVICE || a->actor_type == ACTOR_APPLICATION;
	a->created_us = date_parse(json_get_s(doc, "published"), &us) && us > 0 && us < c->now_us ? us : c->now_us;
	r->featured_tags_uri = own_url(c, json_get(doc, "featuredTags"), a->uri);
	r->moved_to_uri = fed_url_of(c, json_get(doc, "movedTo"));
	if (!json_bool(json_get(doc, "suspended"), false))
		read_profile(c, doc, a);
	read_keys(c, doc, r);
	return NULL;
}
