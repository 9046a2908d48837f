/* How others find us: WebFinger (RFC 7033), host-meta (RFC 6415), NodeInfo 2.0 and 2.1 (FEP-f1d5). All of it is open to everybody. */
#include "conf/conf.h"
#include "fed/fed_priv.h"
#include "fed/mime.h"
#include "wire/acct.h"
#include "wire/html.h"
#include "wire/url.h"

#define ACTIVITY_PROFILE "application/activity+json"

/* ---- WebFinger ---- */

static bool is_our_domain(struct call *c, struct str domain)
{
	return str_eq(domain, c->conf->domain) || str_eq(domain, c->conf->web_domain) ||
	       str_eq(domain, url_domain(c->arena, c->conf->base_url));
}

/* By an address: the actor's, its profile page's, the old form's. */
static struct err *by_url(struct call *c, const struct url *u, struct account **ret)
{
	struct str rest;
	int64_t id;

	if (!is_our_domain(c, u->domain))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (str_eqz(u->path, "/actor") || str_eqz(u->path, "/") || str_eqz(u->path, "/about"))
		return view_instance_actor(c, ret);
	if (str_has_prefix(u->path, STR("/@")))
		return view_actor_named(c, str_from(u->path, 2), ret);
	if (str_has_prefix(u->path, STR("/users/")))
		return view_actor_named(c, str_from(u->path, 7), ret);
	rest = str_from(u->path, 10);
	if (str_has_prefix(u->path, STR("/ap/users/")) && str_i64(rest, &id))
		return view_actor(c, ID(account_id, id), ret);
	return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

static struct err *by_handle(struct call *c, struct str resource, struct account **ret)
{
	struct str text = str_has_prefix(resource, STR("acct:")) ? str_from(resource, 5) : resource, name, domain, normal;
	size_t at;

	if (text.n && text.p[0] == '@')
		text = str_from(text, 1);
	/* The instance's own name is a domain, perhaps with a port: cut at the last '@'. */
	at = str_rfind(text, '@');
	if (at == text.n)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	name = str_upto(text, at);
	domain = str_from(text, at + 1);
	if (!domain_normalize(c->arena, domain, &normal) || !is_our_domain(c, normal))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	return is_our_domain(c, arena_lower(c->arena, name)) ? view_instance_actor(c, ret) : view_actor_named(c, name, ret);
}

static void write_link(struct jw *w, const char *rel, const char *type, struct str href)
{
	jw_obj(w);
	jw_kz(w, "rel", rel);
	jw_kz(w, "type", type);
	jw_kstr(w, "href", href);
	jw_obj_end(w);
}

/* Where somebody of ours is sent by another server: FEP-3b86, and what was before it. */
static void write_template(struct call *c, struct jw *w, const char *rel, const char *path)
{
	jw_obj(w);
	jw_kz(w, "rel", rel);
	jw_kstr(w, "template", conf_url(c->arena, c->conf, path));
	jw_obj_end(w);
}

static void write_jrd(struct call *c, const struct account *a, struct jw *w)
{
	jw_kstr(w, "subject", arena_concat(c->arena, STR("acct:"), a->username, STR("@"), c->conf->domain));
	jw_key(w, "aliases");
	jw_arr(w);
	jw_str(w, a->url);
	jw_str(w, a->uri);
	jw_arr_end(w);
	jw_key(w, "links");
	jw_arr(w);
	write_link(w, "http://webfinger.net/rel/profile-page", "text/html", a->url);
	write_link(w, "self", ACTIVITY_PROFILE, a->uri);
	write_template(c, w, "http://ostatus.org/schema/1.0/subscribe", "/authorize_interaction?uri={uri}");
	write_template(c, w, "https://w3id.org/fep/3b86/Object", "/authorize_interaction?uri={object}");
	if (a->avatar_file.n && !a->suspended_us)
		write_link(w, "http://webfinger.net/rel/avatar", fed_mime_of(a->avatar_file),
			   arena_concat(c->arena, c->conf->base_url, STR("/media/"), a->avatar_file));
	jw_arr_end(w);
}

static struct err *webfinger(struct call *c, struct req *r)
{
	struct str resource = params_get(r->params, "resource"), json;
	struct account *a;
	struct fed_doc d;
	struct url u;

	if (resource.n == 0)
		return FAIL(c->arena, ERR_BAD_REQUEST, "The parameter 'resource' is missing");
	if (url_parse(c->arena, resource, &u))
		TRY(by_url(c, &u, &a));
	else
		TRY(by_handle(c, resource, &a));
	fed_doc_begin(&d, c->arena, false);
	write_jrd(c, a, &d.w);
	TRY(fed_doc_end(c->arena, &d, &json));
	reply_header(r->out, "Cache-Control", STR("public, max-age=259200"));
	req_body(r, "application/jrd+json; charset=utf-8", json);
	return NULL;
}

/* ---- host-meta ---- */

static struct err *host_meta(struct call *c, struct req *r)
{
	struct str template = html_escape(c->arena, conf_url(c->arena, c->conf, "/.well-known/webfinger?resource={uri}"));

	reply_header(r->out, "Cache-Control", STR("public, max-age=259200"));
	req_body(r, "application/xrd+xml; charset=utf-8",
		 arena_concat(c->arena, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n"
					    "  <Link rel=\"lrdd\" template=\""), template, STR("\"/>\n</XRD>\n")));
	return NULL;
}

static struct err *host_meta_json(struct call *c, struct req *r)
{
	struct fed_doc d;
	struct str json;

	fed_doc_begin(&d, c->arena, false);
	jw_key(&d.w, "links");
	jw_arr(&d.w);
	jw_obj(&d.w);
	jw_kz(&d.w, "rel", "lrdd");
	jw_kstr(&d.w, "template", conf_url(c->arena, c->conf, "/.well-known/webfinger?resource={uri}"));
	jw_obj_end(&d.w);
	jw_arr_end(&d.w);
	TRY(fed_doc_end(c->arena, &d, &json));
	reply_header(r->out, "Cache-Control", STR("public, max-age=259200"));
	req_json(r, json);
	return NULL;
}

/* ---- NodeInfo ---- */

static struct err *nodeinfo_links(struct call *c, struct req *r)
{
	static const char *const versions[] = { "2.0", "2.1" };
	struct fed_doc d;
	struct str json;

	fed_doc_begin(&d, c->arena, false);
	jw_key(&d.w, "links");
	jw_arr(&d.w);
	for (size_t i = 0; i < 2; i++) {
		jw_obj(&d.w);
		jw_kstr(&d.w, "rel", arena_printf(c->arena, "http://nodeinfo.diaspora.software/ns/schema/%s", versions[i]));
		jw_kstr(&d.w, "href", arena_printf(c->arena, STR_FMT "/nodeinfo/%s", STR_ARG(c->conf->base_url), versions[i]));
		jw_obj_end(&d.w);
	}
	jw_arr_end(&d.w);
	TRY(fed_doc_end(c->arena, &d, &json));
	reply_header(r->out, "Cache-Control", STR("public, max-age=259200"));
	req_json(r, json);
	return NULL;
}

static void write_usage(const struct usage *u, struct jw *w)
{
	jw_key(w, "usage");
	jw_obj(w);
	jw_key(w, "users");
	jw_obj(w);
	jw_ki64(w, "total", u->users);
	jw_ki64(w, "activeMonth", u->active_month);
	jw_ki64(w, "activeHalfyear", u->active_half_year);
	jw_obj_end(w);
	jw_ki64(w, "localPosts", u->posts);
	jw_obj_end(w);
}

static struct err *nodeinfo(struct call *c, struct req *r, const char *version)
{
	struct usage u;
	struct fed_doc d;
	struct str json;

	TRY(view_usage(c, &u));
	fed_doc_begin(&d, c->arena, false);
	jw_kz(&d.w, "version", version);
	jw_key(&d.w, "software");
	jw_obj(&d.w);
	jw_kz(&d.w, "name", "howdah");
	jw_kz(&d.w, "version", HOWDAH_VERSION);
	jw_obj_end(&d.w);
	jw_kraw(&d.w, "protocols", STR("[\"activitypub\"]"));
	jw_kraw(&d.w, "services", STR("{\"outbound\":[],\"inbound\":[]}"));
	write_usage(&u, &d.w);
	jw_kbool(&d.w, "openRegistrations", c->conf->registrations == REGISTRATIONS_OPEN && conf_signup_possible(c->conf));
	jw_key(&d.w, "metadata");
	jw_obj(&d.w);
	jw_kstr(&d.w, "nodeName", c->conf->title);
	jw_kstr(&d.w, "nodeDescription", c->conf->short_description);
	jw_obj_end(&d.w);
	TRY(fed_doc_end(c->arena, &d, &json));
	reply_header(r->out, "Cache-Control", STR("public, max-age=1800"));
	req_body(r,
		 version[2] == '0' ? "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.0#\"; charset=utf-8" :
				     "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.1#\"; charset=utf-8",
		 json);
	return NULL;
}

static struct err *nodeinfo_20(struct call *c, struct req *r) { return nodeinfo(c, r, "2.0"); }
static struct err *nodeinfo_21(struct call *c, struct req *r) { return nodeinfo(c, r, "2.1"); }

#define DOC(p, fn) { .method = METHOD_GET, .path = p, .auth = auth_none, .limit = LIMIT_FEDERATION, .lane = LANE_DB, .handler = fn }
const struct endpoint fed_discovery_endpoints[] = {
	DOC("/.well-known/webfinger", webfinger),
	DOC("/.well-known/host-meta", host_meta),
	DOC("/.well-known/host-meta.json", host_meta_json),
	DOC("/.well-known/nodeinfo", nodeinfo_links),
	DOC("/nodeinfo/2.0", nodeinfo_20),
	DOC("/nodeinfo/2.1", nodeinfo_21),
	{ 0 }
};
