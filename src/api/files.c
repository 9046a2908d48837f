/* Stored files, and other servers' pictures through our proxy. Only types of media/types.def are served, under headers that keep a
 * browser from making more of them than pictures. */
#include "api/api.h"
#include "media/proxy.h"
#include "media/storage.h"

static const char for_good[] = "public, max-age=31536000, immutable", for_a_week[] = "public, max-age=604800";

static struct err *serve(struct call *c, struct req *r, struct str key, const char *keep)
{
	struct req_file f;
	enum file_type type;
	struct err *e;

	if (!storage_key_ok(key) || !file_type_by_name(key, &type))
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	e = storage_open(c, c->house->storage, key, &f.fd, &f.size);
	if (e)
		return e->code == ERR_NOT_FOUND ? FAIL(c->arena, ERR_NOT_FOUND, "Not Found") : e;
	f.content_type = file_type_mime(type);
	/* A name is random and never used again, so it says which content it is. */
	f.etag = arena_concat(c->arena, STR("\""), key, STR("\""));
	req_header(r, "Cache-Control", str_z(keep));
	req_header(r, "Content-Security-Policy", STR("sandbox; default-src 'none'"));
	req_file(r, &f);
	return NULL;
}

static struct err *show_file(struct call *c, struct req *r)
{
	return serve(c, r, r->path_arg[0], for_good);
}

/* Answered at once where we have a copy; else run again on the lane that may wait for the other server, where it counts once more. */
static struct err *show_copy(struct call *c, struct req *r, const struct proxied *what)
{
	struct str file;
	struct err *e;

	if (!what->file.n && !r->http->state) {
		r->http->state = r->http;
		r->out->again = true;
		r->out->again_on = LANE_PICTURE;
		return NULL;
	}
	e = proxy_get(c, what, &file);
	if (e && e->code == ERR_INVALID && what->kind == PROXY_PLAY) {
		req_redirect(r, 302, what->url);      /* too much for us: who wants to play it asks there */
		return NULL;
	}
	return e ? e : serve(c, r, file, for_a_week);
}

static struct err *show_proxied(struct call *c, struct req *r)
{
	static const char *const kinds[PROXY_KINDS] = {
		[PROXY_MEDIA] = "media", [PROXY_AVATAR] = "avatar", [PROXY_HEADER] = "header", [PROXY_CARD] = "card", [PROXY_FILM] = "film",
		[PROXY_STILL] = "still", [PROXY_PREVIEW] = "preview", [PROXY_FRAME] = "frame", [PROXY_PLAY] = "play",
		[PROXY_AVATAR_STILL] = "avatar_static", [PROXY_HEADER_STILL] = "header_static",
	};
	int64_t id = req_id(r, "id");
	struct proxied what;
	int kind = 0;

	while (kind < PROXY_KINDS && !(kinds[kind] && str_eqz(r->path_arg[0], kinds[kind])))
		kind++;
	if (kind == PROXY_KINDS || !id)
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	TRY(view_proxied(c, (enum proxy_kind)kind, id, r->path_arg[2], &what));
	return show_copy(c, r, &what);
}

static struct err *show_emoji(struct call *c, struct req *r)
{
	bool still = str_eqz(r->path_arg[0], "emoji_static");
	struct proxied what;

	if (!still && !str_eqz(r->path_arg[0], "emoji"))
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	TRY(view_proxied_emoji(c, still ? PROXY_EMOJI_STILL : PROXY_EMOJI, r->path_arg[1], r->path_arg[2], &what));
	return show_copy(c, r, &what);
}

const struct endpoint files_endpoints[] = {
	{ METHOD_GET, "/media/*file", auth_none, NULL, LIMIT_NONE, LANE_DB, show_file },
	{ METHOD_GET, "/media_proxy/:kind/:id/:hash", auth_none, NULL, LIMIT_PROXY, LANE_DB, show_proxied },
	{ METHOD_GET, "/media_proxy/:kind/:domain/:shortcode/:hash", auth_none, NULL, LIMIT_EMOJI, LANE_DB, show_emoji },
	{ 0 },
};
