#include "fed/document.h"

#include "conf/conf.h"
#include "crypt/key.h"
#include "fed/fed_priv.h"
#include "fed/mime.h"
#include "fed/people_collection.h"
#include "wire/multibase.h"
#include "wire/text.h"

enum { DOCUMENT_MAX = 4 << 20 };

/* The terms that documents of this room use, and no others. */
#define CONTEXT \
	"[\"https://www.w3.org/ns/activitystreams\",\"https://w3id.org/security/v1\",\"https://w3id.org/security/data-integrity/v1\",{" \
	"\"manuallyApprovesFollowers\":\"as:manuallyApprovesFollowers\",\"sensitive\":\"as:sensitive\",\"Hashtag\":\"as:Hashtag\"," \
	"\"movedTo\":{\"@id\":\"as:movedTo\",\"@type\":\"@id\"},\"alsoKnownAs\":{\"@id\":\"as:alsoKnownAs\",\"@type\":\"@id\"}," \
	"\"toot\":\"http://joinmastodon.org/ns#\",\"featured\":{\"@id\":\"toot:featured\",\"@type\":\"@id\"}," \
	"\"featuredTags\":{\"@id\":\"toot:featuredTags\",\"@type\":\"@id\"},\"Emoji\":\"toot:Emoji\"," \
	"\"focalPoint\":{\"@container\":\"@list\",\"@id\":\"toot:focalPoint\"},\"blurhash\":\"toot:blurhash\"," \
	"\"attributionDomains\":{\"@id\":\"toot:attributionDomains\",\"@type\":\"@id\"}," \
	"\"discoverable\":\"toot:discoverable\",\"indexable\":\"toot:indexable\",\"suspended\":\"toot:suspended\"," \
	"\"showFeatured\":\"toot:showFeatured\",\"showMedia\":\"toot:showMedia\",\"showRepliesInMedia\":\"toot:showRepliesInMedia\"," \
	"\"votersCount\":\"toot:votersCount\",\"schema\":\"http://schema.org#\",\"PropertyValue\":\"schema:PropertyValue\"," \
	"\"value\":\"schema:value\",\"ostatus\":\"http://ostatus.org#\",\"atomUri\":\"ostatus:atomUri\"," \
	"\"inReplyToAtomUri\":\"ostatus:inReplyToAtomUri\",\"conversation\":\"ostatus:conversation\"," \
	"\"webfinger\":\"https://purl.archive.org/socialweb/webfinger#webfinger\"," \
	"\"gts\":\"https://gotosocial.org/ns#\",\"interactionPolicy\":{\"@id\":\"gts:interactionPolicy\",\"@type\":\"@id\"}," \
	"\"canQuote\":{\"@id\":\"gts:canQuote\",\"@type\":\"@id\"}," \
	"\"automaticApproval\":{\"@id\":\"gts:automaticApproval\",\"@type\":\"@id\"}," \
	"\"interactingObject\":{\"@id\":\"gts:interactingObject\",\"@type\":\"@id\"}," \
	"\"interactionTarget\":{\"@id\":\"gts:interactionTarget\",\"@type\":\"@id\"}," \
	"\"quote\":{\"@id\":\"https://w3id.org/fep/044f#quote\",\"@type\":\"@id\"},\"quoteUri\":\"http://fedibird.com/ns#quoteUri\"," \
	"\"_misskey_quote\":\"https://misskey-hub.net/ns#_misskey_quote\"," \
	"\"quoteAuthorization\":{\"@id\":\"https://w3id.org/fep/044f#quoteAuthorization\",\"@type\":\"@id\"}," \
	"\"QuoteRequest\":\"https://w3id.org/fep/044f#QuoteRequest\",\"FeatureRequest\":\"https://w3id.org/fep/7aa9#FeatureRequest\"," \
	"\"FeaturedCollection\":\"https://w3id.org/fep/7aa9#FeaturedCollection\",\"FeaturedItem\":\"https://w3id.org/fep/7aa9#FeaturedItem\"," \
	"\"FeatureAuthorization\":\"https://w3id.org/fep/7aa9#FeatureAuthorization\"," \
	"\"featuredCollections\":{\"@id\":\"https://w3id.org/fep/7aa9#featuredCollections\",\"@type\":\"@id\"}," \
	"\"featuredObject\":{\"@id\":\"https://w3id.org/fep/7aa9#featuredObject\",\"@type\":\"@id\"}," \
	"\"featureAuthorization\":{\"@id\":\"https://w3id.org/fep/7aa9#featureAuthorization\",\"@type\":\"@id\"}," \
	"\"topic\":{\"@id\":\"https://w3id.org/fep/7aa9#topic\",\"@type\":\"@id\"}," \
	"\"canFeature\":{\"@id\":\"https://w3id.org/fep/7aa9#canFeature\",\"@type\":\"@id\"}," \
	"\"assertionMethod\":{\"@id\":\"https://w3id.org/security#assertionMethod\",\"@type\":\"@id\"}," \
	"\"Multikey\":\"https://w3id.org/security#Multikey\"," \
	"\"controller\":{\"@id\":\"https://w3id.org/security#controller\",\"@type\":\"@id\"}," \
	"\"publicKeyMultibase\":{\"@id\":\"https://w3id.org/security#publicKeyMultibase\",\"@type\":\"https://w3id.org/security#multibase\"}," \
	"\"QuoteAuthorization\":\"https://w3id.org/fep/044f#QuoteAuthorization\"}]"

void fed_doc_begin(struct fed_doc *d, struct arena *a, bool context)
{
	d->b = buf_init(a, DOCUMENT_MAX);
	d->w = jw_init(&d->b);
	jw_obj(&d->w);
	if (context)
		jw_kraw(&d->w, "@context", STR(CONTEXT));
}

struct err *fed_doc_end(struct arena *a, struct fed_doc *d, struct str *ret)
{
	jw_obj_end(&d->w);
	if (!buf_ok(&d->b))
		return FAIL(a, ERR_INTERNAL, "a document outgrew its bound");
	*ret = buf_str(&d->b);
	return NULL;
}

/* ---- actors ---- */

static void write_image(struct call *c, const char *key, struct str file, struct str description, struct jw *w)
{
	if (!file.n)
		return;
	jw_key(w, key);
	jw_obj(w);
	jw_kz(w, "type", "Image");
	jw_kz(w, "mediaType", fed_mime_of(file));
	jw_kstr(w, "url", arena_concat(c->arena, c->conf->base_url, STR("/media/"), file));
	if (description.n)
		jw_kstr(w, "summary", description);
	jw_obj_end(w);
}

static void write_fields(struct call *c, const struct account *a, struct jw *w)
{
	const struct json *fields = NULL;

	jw_key(w, "attachment");
	jw_arr(w);
	if (a->fields.n && !json_parse(c->arena, a->fields, &fields))
		for (struct json_iter it = json_iter(fields); json_next(&it);) {
			jw_obj(w);
			jw_kz(w, "type", "PropertyValue");
			jw_kstr(w, "name", json_get_s(it.value, "name"));
			jw_kstr(w, "value", json_get_s(it.value, "value"));
			jw_obj_end(w);
		}
	jw_arr_end(w);
}

/* Emoji tags from the JSON that account and status keep. */
static void write_emojis(struct call *c, struct str emojis, struct jw *w)
{
	const struct json *list = NULL;

	if (!emojis.n || json_parse(c->arena, emojis, &list))
		return;
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		struct str url = json_get_s(it.value, "url");

		jw_obj(w);
		jw_kstr(w, "id", url);
		jw_kz(w, "type", "Emoji");
		jw_kstr(w, "name", arena_concat(c->arena, STR(":"), json_get_s(it.value, "shortcode"), STR(":")));
		jw_key(w, "icon");
		jw_obj(w);
		jw_kz(w, "type", "Image");
		jw_kz(w, "mediaType", fed_mime_of(url));
		jw_kstr(w, "url", url);
		jw_obj_end(w);
		jw_obj_end(w);
	}
}

/* The key that requests are signed with, alone: many read a list of them as none. The newest that has its private part. */
static const struct actor_key *write_key(const struct account *a, const struct actor_key *keys, size_t n, struct jw *w)
{
	const struct actor_key *k = NULL;

	for (size_t i = 0; i < n; i++)
		if (keys[i].algorithm == KEY_ALGORITHM_RSA_SHA256 && (keys[i].sealed.n || !k))
			k = &keys[i];
	if (!k)
		return NULL;
	jw_key(w, "publicKey");
	jw_obj(w);
	jw_kstr(w, "id", k->uri);
	jw_kstr(w, "owner", a->uri);
	jw_kstr(w, "publicKeyPem", k->public_pem);
	jw_obj_end(w);
	return k;
}

/* All others, as Multikeys (FEP-521a): Ed25519, and what was rotated out and may have signed what is still on its way. */
static struct err *write_multikeys(struct call *c, const struct account *a, const struct actor_key *keys, size_t n, const struct actor_key *main,
				   struct jw *w)
{
	struct str bytes;

	jw_key(w, "assertionMethod");
	jw_arr(w);
	for (size_t i = 0; i < n; i++) {
		if (&keys[i] == main)
			continue;
		TRY(key_public_multikey(c->arena, keys[i].public_pem, &bytes));
		jw_obj(w);
		jw_kstr(w, "id", keys[i].uri);
		jw_kz(w, "type", "Multikey");
		jw_kstr(w, "controller", a->uri);
		jw_kstr(w, "publicKeyMultibase", multibase_encode(c->arena, bytes));
		jw_obj_end(w);
	}
	jw_arr_end(w);
	return NULL;
}

static void write_profile(struct call *c, const struct account *a, struct jw *w)
{
	bool gone = a->suspended_us > 0;

	jw_kstr(w, "name", gone ? STR("") : a->display_name);
	jw_kstr(w, "summary", gone ? STR("") : a->note);
	jw_kbool(w, "discoverable", !gone && a->discoverable);
	jw_kbool(w, "indexable", !gone && a->indexable);
	jw_kbool(w, "showMedia", !a->hide_media);
	jw_kbool(w, "showRepliesInMedia", !a->hide_media_replies);
	jw_kbool(w, "showFeatured", !a->hide_featured);
	if (gone)
		jw_kbool(w, "suspended", true);
	jw_key(w, "tag");
	jw_arr(w);
	if (!gone)
		write_emojis(c, a->emojis, w);
	jw_arr_end(w);
	if (gone)
		return;
	write_fields(c, a, w);
	write_image(c, "icon", a->avatar_file, a->avatar_description, w);
	write_image(c, "image", a->header_file, a->header_description, w);
	if (a->moved_to_uri.n)
		jw_kstr(w, "movedTo", a->moved_to_uri);
	if (a->also_known_as.n > 2)
		jw_kraw(w, "alsoKnownAs", a->also_known_as);
	if (a->attribution_domains.n > 2)
		jw_kraw(w, "attributionDomains", a->attribution_domains);
}

/* Whom somebody lets do this at once. */
void fed__policy_write(const char *what, int64_t policy, const struct account *whose, struct jw *w)
{
	int64_t who = quote_policy_automatic(policy);

	jw_key(w, "interactionPolicy");
	jw_obj(w);
	jw_key(w, what);
	jw_obj(w);
	jw_key(w, "automaticApproval");
	jw_arr(w);
	if (who & QUOTE_PUBLIC)
		jw_str(w, STR(FED_PUBLIC));
	if (who & QUOTE_FOLLOWERS)
		jw_str(w, whose->followers_uri);
	if (!(who & (QUOTE_PUBLIC | QUOTE_FOLLOWERS)))
		jw_str(w, whose->uri);
	jw_arr_end(w);
	jw_obj_end(w);
	jw_obj_end(w);
}

struct str fed_featured_tags_uri(struct call *c, const struct account *a)
{
	return arena_concat(c->arena, a->uri, STR("/collections/tags"));
}

void fed_tag_write(struct call *c, const struct account *a, struct str name, struct jw *w)
{
	jw_obj(w);
	jw_kz(w, "type", "Hashtag");
	jw_kstr(w, "href", arena_concat(c->arena, a->url, STR("/tagged/"), text_tag_key(c->arena, name)));
	jw_kstr(w, "name", arena_concat(c->arena, STR("#"), name));
	jw_obj_end(w);
}

struct err *fed_actor_write(struct call *c, const struct account *a, const struct actor_key *keys, size_t n, struct jw *w)
{
	bool people = a->actor_type != ACTOR_APPLICATION;

	jw_kstr(w, "id", a->uri);
	jw_kz(w, "type", a->bot && a->actor_type == ACTOR_PERSON ? "Service" : actor_type_word(a->actor_type));
	if (people) {
		jw_kstr(w, "following", a->following_uri);
		jw_kstr(w, "followers", a->followers_uri);
		jw_kstr(w, "featured", a->featured_uri);
		jw_kstr(w, "featuredTags", fed_featured_tags_uri(c, a));
		jw_kstr(w, "featuredCollections", fed_people_collections_uri(c, a));
		fed__policy_write("canFeature", a->suspended_us ? 0 : feature_policy_of(a), a, w);
	}
	jw_kstr(w, "inbox", a->inbox_uri);
	jw_kstr(w, "outbox", a->outbox_uri);
	jw_kstr(w, "preferredUsername", a->username);
	jw_kstr(w, "webfinger", arena_concat(c->arena, a->username, STR("@"), c->conf->domain));
	jw_kstr(w, "url", a->url);
	jw_kbool(w, "manuallyApprovesFollowers", a->locked);
	jw_ktime(w, "published", a->created_us - a->created_us % US_PER_DAY);
	write_profile(c, a, w);
	TRY(write_multikeys(c, a, keys, n, write_key(a, keys, n, w), w));
	jw_key(w, "endpoints");
	jw_obj(w);
	jw_kstr(w, "sharedInbox", conf_url(c->arena, c->conf, "/inbox"));
	jw_obj_end(w);
	return NULL;
}

/* ---- posts ---- */

static void write_mentioned(const struct note *n, struct jw *w)
{
	for (size_t i = 0; i < n->mentioned_n; i++)
		jw_str(w, n->mentioned[i]->uri);
}

void fed_audience_write(struct call *c, const struct note *n, struct jw *w)
{
	enum visibility v = n->status->visibility;
	struct str followers = n->author->followers_uri;

	(void)c;
	jw_key(w, "to");
	jw_arr(w);
	if (v == VISIBILITY_PUBLIC)
		jw_str(w, STR(FED_PUBLIC));
	else if (v == VISIBILITY_UNLISTED || v == VISIBILITY_PRIVATE)
		jw_str(w, followers);
	else
		write_mentioned(n, w);
	jw_arr_end(w);
	jw_key(w, "cc");
	jw_arr(w);
	if (v == VISIBILITY_PUBLIC)
		jw_str(w, followers);
	if (v == VISIBILITY_UNLISTED)
		jw_str(w, STR(FED_PUBLIC));
	if (v <= VISIBILITY_PRIVATE)
		write_mentioned(n, w);
	if (n->boosted_author)
		jw_str(w, n->boosted_author->uri);
	jw_arr_end(w);
}

static void write_icon(struct call *c, const struct media *m, struct jw *w)
{
	jw_key(w, "icon");
	jw_obj(w);
	jw_kz(w, "type", "Image");
	jw_kz(w, "mediaType", fed_mime_of(m->preview_file));
	jw_kstr(w, "url", arena_concat(c->arena, c->conf->base_url, STR("/media/"), m->preview_file));
	jw_obj_end(w);
}

static void write_media(struct call *c, const struct media *m, struct jw *w)
{
	jw_obj(w);
	jw_kz(w, "type", "Document");
	if (m->mime.n)
		jw_kstr(w, "mediaType", m->mime);
	jw_kstr(w, "url", m->file.n ? arena_concat(c->arena, c->conf->base_url, STR("/media/"), m->file) : m->remote_url);
	jw_kstr(w, "name", m->description.n ? m->description : STR_NONE);
	if (m->blurhash.n)
		jw_kstr(w, "blurhash", m->blurhash);
	if (m->has_focus) {
		jw_key(w, "focalPoint");
		jw_arr(w);
		jw_f64(w, m->focus_x);
		jw_f64(w, m->focus_y);
		jw_arr_end(w);
	}
	if (m->width > 0 && m->height > 0) {
		jw_ki64(w, "width", m->width);
		jw_ki64(w, "height", m->height);
	}
	if (m->duration_ms > 0)     /* xsd:duration, as ActivityStreams has it */
		jw_kstr(w, "duration", arena_printf(c->arena, "PT%lld.%03lldS", (long long)(m->duration_ms / 1000), (long long)(m->duration_ms % 1000)));
	if (m->type != MEDIA_IMAGE && m->preview_file.n)
		write_icon(c, m, w);
	jw_obj_end(w);
}

static void write_tags(struct call *c, const struct note *n, struct jw *w)
{
	jw_key(w, "tag");
	jw_arr(w);
	for (size_t i = 0; i < n->mentioned_n; i++) {
		const struct account *a = n->mentioned[i];

		if (n->silently[i])
			continue;
		jw_obj(w);
		jw_kz(w, "type", "Mention");
		jw_kstr(w, "href", a->uri);
		jw_kstr(w, "name", arena_concat(c->arena, STR("@"), a->username, STR("@"), a->domain.n ? a->domain : c->conf->domain));
		jw_obj_end(w);
	}
	for (size_t i = 0; i < n->tags_n; i++) {
		jw_obj(w);
		jw_kz(w, "type", "Hashtag");
		jw_kstr(w, "href", arena_concat(c->arena, c->conf->base_url, STR("/tags/"), n->tags[i].name));
		jw_kstr(w, "name", arena_concat(c->arena, STR("#"), n->tags[i].name));
		jw_obj_end(w);
	}
	for (size_t i = 0; i < n->collections_n; i++) {
		jw_obj(w);
		jw_kstr(w, "id", n->collections[i]);
		jw_kz(w, "type", "FeaturedCollection");
		jw_obj_end(w);
	}
	write_emojis(c, n->status->emojis, w);
	jw_arr_end(w);
}

static void write_poll(struct call *c, const struct note *n, struct jw *w)
{
	const struct poll *p = n->poll;

	jw_key(w, p->multiple ? "anyOf" : "oneOf");
	jw_arr(w);
	for (size_t i = 0; i < n->options_n; i++) {
		jw_obj(w);
		jw_kz(w, "type", "Note");
		jw_kstr(w, "name", n->options[i].title);
		jw_key(w, "replies");
		jw_obj(w);
		jw_kz(w, "type", "Collection");
		jw_ki64(w, "totalItems", p->hide_totals && !p->closed_us && p->expires_us > c->now_us ? 0 : n->options[i].votes_count);
		jw_obj_end(w);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	if (p->expires_us)
		jw_ktime(w, "endTime", p->expires_us);
	if (p->expires_us && p->expires_us <= c->now_us)
		jw_ktime(w, "closed", p->expires_us);
	jw_ki64(w, "votersCount", p->voters_count < 0 ? 0 : p->voters_count);
}

static void write_replies(const struct status *s, struct arena *a, struct jw *w)
{
	struct str id = arena_concat(a, s->uri, STR("/replies"));

	jw_key(w, "replies");
	jw_obj(w);
	jw_kstr(w, "id", id);
	jw_kz(w, "type", "Collection");
	jw_key(w, "first");
	jw_obj(w);
	jw_kz(w, "type", "CollectionPage");
	jw_kstr(w, "next", arena_concat(a, id, STR("?page=true")));        /* the author's own first */
	jw_kstr(w, "partOf", id);
	jw_key(w, "items");
	jw_arr(w);
	jw_arr_end(w);
	jw_obj_end(w);
	jw_obj_end(w);
}

static void write_total(const char *key, struct str id, int64_t total, struct jw *w)
{
	jw_key(w, key);
	jw_obj(w);
	jw_kstr(w, "id", id);
	jw_kz(w, "type", "Collection");
	jw_ki64(w, "totalItems", total);
	jw_obj_end(w);
}

static void write_content(const struct status *s, struct jw *w)
{
	jw_kstr(w, "content", s->content);
	if (s->language.n) {
		jw_key(w, "contentMap");
		jw_obj(w);
		jw_key_str(w, s->language);
		jw_str(w, s->content);
		jw_obj_end(w);
	}
	if (s->edited_us)
		jw_ktime(w, "updated", s->edited_us);
}

struct str fed_context_uri(struct call *c, const struct status *s)
{
	return arena_printf(c->arena, STR_FMT "/contexts/%lld", STR_ARG(c->conf->base_url), (long long)s->thread.v);
}

void fed_note_members(struct call *c, const struct note *n, struct jw *w)
{
	const struct status *s = n->status;

	jw_kstr(w, "id", s->uri);
	jw_kz(w, "type", n->poll ? "Question" : "Note");
	jw_kstr(w, "summary", s->spoiler_text.n ? s->spoiler_text : STR_NONE);
	jw_kstr(w, "inReplyTo", n->reply_to_uri.n ? n->reply_to_uri : STR_NONE);
	jw_ktime(w, "published", s->created_us);
	jw_kstr(w, "url", s->url.n ? s->url : s->uri);
	jw_kstr(w, "attributedTo", n->author->uri);
	fed_audience_write(c, n, w);
	jw_kbool(w, "sensitive", s->sensitive);
	jw_kstr(w, "atomUri", s->uri);
	jw_kstr(w, "inReplyToAtomUri", n->reply_to_uri.n ? n->reply_to_uri : STR_NONE);
	jw_kstr(w, "conversation", arena_printf(c->arena, "tag:" STR_FMT ":thread:%lld", STR_ARG(c->conf->domain), (long long)s->thread.v));
	if (n->began_here)
		jw_kstr(w, "context", fed_context_uri(c, s));
	write_content(s, w);
	jw_key(w, "attachment");
	jw_arr(w);
	for (size_t i = 0; i < n->media_n; i++)
		write_media(c, &n->media[i], w);
	jw_arr_end(w);
	write_tags(c, n, w);
	if (n->poll)
		write_poll(c, n, w);
	fed__quote_write(n, w);
	fed__policy_write("canQuote", n->status->quote_policy, n->author, w);
	write_replies(s, c->arena, w);
	write_total("likes", arena_concat(c->arena, s->uri, STR("/likes")), s->favourites_count, w);
	write_total("shares", arena_concat(c->arena, s->uri, STR("/shares")), s->reblogs_count, w);
}

void fed_note_write(struct call *c, const struct note *n, struct jw *w)
{
	jw_obj(w);
	fed_note_members(c, n, w);
	jw_obj_end(w);
}

/* ---- activities ---- */

struct str fed_activity_uri(struct call *c, const struct status *s)
{
	return str_has_suffix(s->uri, STR("/activity")) ? s->uri : arena_concat(c->arena, s->uri, STR("/activity"));
}

void fed_activity_write(struct call *c, const struct note *n, struct jw *w)
{
	jw_kstr(w, "id", fed_activity_uri(c, n->status));
	jw_kz(w, "type", n->boosted ? "Announce" : "Create");
	jw_kstr(w, "actor", n->author->uri);
	jw_ktime(w, "published", n->status->created_us);
	fed_audience_write(c, n, w);
	jw_key(w, "object");
	if (n->boosted)
		jw_str(w, n->boosted->uri);
	else
		fed_note_write(c, n, w);
}
