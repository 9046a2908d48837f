/* Files that never change while the program runs, and the few texts that say who we are to machines. */
#include "conf/conf.h"
#include "web/assets.h"
#include "web/web_priv.h"

static struct err *send(struct call *c, struct req *r, const char *name, const char *type)
{
	for (const struct asset *a = web_assets; a->name; a++) {
		if (strcmp(a->name, name) != 0)
			continue;
		req_header(r, "ETag", str_z(a->etag));
		/* Who names the version gets it for good. */
		req_header(r, "Cache-Control", params_has(r->params, "v") ? STR("public, max-age=31536000, immutable") : STR("public, max-age=86400"));
		if (str_eqz(req_said(r, "If-None-Match"), a->etag)) {
			req_status(r, 304);
			return NULL;
		}
		req_body(r, type, str_of((const char *)a->data, a->size));
		return NULL;
	}
	return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

static struct err *style(struct call *c, struct req *r) { return send(c, r, "style.css", "text/css; charset=utf-8"); }

static struct err *passkey_script(struct call *c, struct req *r) { return send(c, r, "passkey.js", "text/javascript; charset=utf-8"); }

static struct err *icon(struct call *c, struct req *r)
{
	/* Opened by itself, a picture of this kind is a document: it may do nothing. */
	req_header(r, "Content-Security-Policy", STR("default-src 'none'; style-src 'unsafe-inline'; sandbox"));
	return send(c, r, "favicon.svg", "image/svg+xml");
}

static struct err *icon_48(struct call *c, struct req *r) { return send(c, r, "icon-48.png", "image/png"); }
static struct err *icon_192(struct call *c, struct req *r) { return send(c, r, "icon-192.png", "image/png"); }
static struct err *icon_512(struct call *c, struct req *r) { return send(c, r, "icon-512.png", "image/png"); }

static struct err *robots(struct call *c, struct req *r)
{
	(void)c;
	req_header(r, "Cache-Control", STR("public, max-age=86400"));
	req_body(r, "text/plain; charset=utf-8", STR("User-agent: *\nDisallow: /auth/\nDisallow: /oauth/\nDisallow: /media_proxy/\n"));
	return NULL;
}

static struct err *manifest(struct call *c, struct req *r)
{
	struct buf b = buf_init(c->arena, 16 * 1024);
	struct jw w = jw_init(&b);

	jw_obj(&w);
	jw_kstr(&w, "name", c->conf->title);
	jw_kstr(&w, "short_name", c->conf->title);
	jw_kz(&w, "start_url", "/");
	jw_kz(&w, "display", "browser");
	jw_kz(&w, "background_color", "#f4f2ee");
	jw_kz(&w, "theme_color", "#8a3d12");
	jw_key(&w, "icons");
	jw_raw(&w, STR("[{\"src\":\"/favicon.svg\",\"sizes\":\"any\",\"type\":\"image/svg+xml\"}]"));
	jw_obj_end(&w);
	req_header(r, "Cache-Control", STR("public, max-age=86400"));
	req_body(r, "application/manifest+json", buf_str(&b));
	return NULL;
}

const struct endpoint static_endpoints[] = {
	{ METHOD_GET, "/assets/style.css", auth_none, NULL, LIMIT_NONE, LANE_DB, style },
	{ METHOD_GET, "/assets/icon-48.png", auth_none, NULL, LIMIT_NONE, LANE_DB, icon_48 },
	{ METHOD_GET, "/assets/icon-192.png", auth_none, NULL, LIMIT_NONE, LANE_DB, icon_192 },
	{ METHOD_GET, "/assets/icon-512.png", auth_none, NULL, LIMIT_NONE, LANE_DB, icon_512 },
	{ METHOD_GET, "/assets/passkey.js", auth_none, NULL, LIMIT_NONE, LANE_DB, passkey_script },
	{ METHOD_GET, "/favicon.svg", auth_none, NULL, LIMIT_NONE, LANE_DB, icon },
	{ METHOD_GET, "/favicon.ico", auth_none, NULL, LIMIT_NONE, LANE_DB, icon },
	{ METHOD_GET, "/robots.txt", auth_none, NULL, LIMIT_NONE, LANE_DB, robots },
	{ METHOD_GET, "/manifest.json", auth_none, NULL, LIMIT_NONE, LANE_DB, manifest },
	{ 0 },
};
