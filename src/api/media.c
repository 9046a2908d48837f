/* Attachments before they belong to a post. https://docs.joinmastodon.org/methods/media/ */
#include "acts/media.h"
#include "api/api_priv.h"
#include "media/film.h"
#include "media/picture.h"
#include "view/media.h"

/* The bound before the file is looked at: the largest film, and the words and the thumbnail around it. It is held in memory: all bodies
 * together are within net's BODIES_MAX. */
enum { UPLOAD_BODY_MAX = FILM_BYTES_MAX + 2 * 1024 * 1024, INLINE_S = 150, DESCRIPTION_BYTES_MAX = 200000, FOCUS_BYTES_MAX = 100 };

struct upload_in {
	const struct upload *file, *thumbnail;
	struct media_words words;
};
static const struct param upload_params[] = {
	PARAM_FILE(struct upload_in, file, "file", .required = true),
	PARAM_FILE(struct upload_in, thumbnail, "thumbnail"),
	PARAM_STR(struct upload_in, words.description, "description", .max = DESCRIPTION_BYTES_MAX),
	PARAM_STR(struct upload_in, words.focus, "focus", .max = FOCUS_BYTES_MAX),
};
struct update_in {
	const struct upload *thumbnail;
	struct media_words words;
};
static const struct param update_params[] = {
	PARAM_FILE(struct update_in, thumbnail, "thumbnail"),
	PARAM_STR(struct update_in, words.description, "description", .max = DESCRIPTION_BYTES_MAX),
	PARAM_STR(struct update_in, words.focus, "focus", .max = FOCUS_BYTES_MAX),
};

/* What the helper found out, as the row has it. */
static void take_picture(struct media *m, const struct picture *p)
{
	m->type = MEDIA_IMAGE;
	m->file = p->file;
	m->preview_file = p->second_file;
	m->mime = str_z(file_type_mime(p->about.type));
	m->blurhash = p->about.blurhash;
	m->width = p->about.width;
	m->height = p->about.height;
	m->preview_width = p->about.preview_width;
	m->preview_height = p->about.preview_height;
	m->bytes = p->about.size;
}

static struct err *upload_picture(struct call *c, struct str bytes, struct media *m)
{
	struct picture p;
	struct err *e;

	TRY(picture_check_size(c, "file", bytes));
	TRY(picture_store(c, HELPER_ATTACHMENT, bytes, &p));
	take_picture(m, &p);
	e = acts_media_add(c, bytes, m);
	if (e)
		picture_drop(c, &p);
	return e;
}

struct err *api__thumbnail_take(struct call *c, account_id who, media_id id, const struct upload *file, struct thumbnail *ret)
{
	bool found;

	*ret = (struct thumbnail){ 0 };
	if (!file || !file->data.n)
		return NULL;
	TRY(view_media_row(c, id, &ret->before, &found));
	if (!found || !id_eq(ret->before.account, who) || ret->before.type == MEDIA_IMAGE)
		return NULL;
	return picture_preview(c, file->data, &ret->made);
}

void api__thumbnail_settle(struct call *c, const struct thumbnail *t)
{
	struct media now;
	bool found = false;
	struct err *e = t->made.file.n ? view_media_row(c, t->before.id, &now, &found) : NULL;

	/* What cannot be told stays behind, which harms nobody. */
	if (t->made.file.n && !e)
		picture_drop_files(c, found && str_eq(now.preview_file, t->made.file) ? t->before.preview_file : t->made.file, STR_NONE);
}

static struct err *upload_film(struct call *c, const struct upload_in *in, int64_t due_us, struct media *m)
{
	struct media_preview preview = { 0 };
	struct err *e;

	if (in->thumbnail && in->thumbnail->data.n)
		TRY(picture_preview(c, in->thumbnail->data, &preview));
	acts_media_take_preview(&preview, m);
	e = film_take(c, in->file->data, due_us, m);
	if (e && m->preview_width)
		picture_drop_files(c, m->preview_file, STR_NONE);
	return e;
}

static struct err *not_made(struct call *c) { return FAIL(c->arena, ERR_INVALID, "Error processing thumbnail for uploaded media"); }

/* 202 with the entity, whose url is null, while a job converts it. */
static struct err *upload(struct call *c, struct req *r)
{
	const struct upload_in *in = r->in;
	struct media m = { .account = r->viewer.account };

	TRY(acts_media_describe(c, &in->words, &m));
	if (film_is(c, in->file->data)) {
		TRY(upload_film(c, in, 0, &m));
		req_status(r, 202);
	} else {
		TRY(upload_picture(c, in->file->data, &m));
	}
	req_json(r, view_media_entity(c, &m));
	return NULL;
}

/* The first version answers when all is done. What does not get done in the time of a request, the job does. */
static struct err *upload_whole(struct call *c, struct req *r)
{
	const struct upload_in *in = r->in;
	struct media m = { .account = r->viewer.account }, whole;
	struct err *e;

	TRY(acts_media_describe(c, &in->words, &m));
	if (!film_is(c, in->file->data)) {
		TRY(upload_picture(c, in->file->data, &m));
	} else {
		TRY(upload_film(c, in, c->now_us + INLINE_S * US_PER_S, &m));
		e = film_convert(c, m.id, FILM_WAITING, &whole);
		if (e && e->code != ERR_LATER)
			return e;
		if (!e && whole.state == MEDIA_STATE_FAILED)
			return not_made(c);
		m = e ? m : whole;
	}
	req_json(r, view_media_entity(c, &m));
	return NULL;
}

/* 206 while it is being converted. */
static struct err *show(struct call *c, struct req *r)
{
	enum media_state state;
	struct str json;

	TRY(view_media_json(c, &r->viewer, ID(media_id, req_id(r, "id")), &state, &json));
	if (state == MEDIA_STATE_FAILED)
		return not_made(c);
	if (state == MEDIA_STATE_WAITING)
		req_status(r, 206);
	req_json(r, json);
	return NULL;
}

static struct err *update(struct call *c, struct req *r)
{
	const struct update_in *in = r->in;
	media_id id = ID(media_id, req_id(r, "id"));
	struct thumbnail t;
	struct media m;
	struct err *e;

	TRY(api__thumbnail_take(c, r->viewer.account, id, in->thumbnail, &t));
	e = acts_media_update(c, r->viewer.account, id, &in->words, &t.made, &m);
	api__thumbnail_settle(c, &t);
	TRY(e);
	if (m.state == MEDIA_STATE_WAITING)
		req_status(r, 206);
	req_json(r, view_media_entity(c, &m));
	return NULL;
}

static struct err *drop(struct call *c, struct req *r)
{
	struct media gone;

	TRY(acts_media_delete(c, r->viewer.account, ID(media_id, req_id(r, "id")), &gone));
	film_drop_files(c, &gone);
	req_json(r, STR("{}"));
	return NULL;
}

const struct endpoint media_endpoints[] = {
	{ METHOD_POST, "/api/v2/media", auth_user, "write:media", LIMIT_MEDIA, LANE_UPLOAD, upload, PARAMS(struct upload_in, upload_params),
	  .body_max = UPLOAD_BODY_MAX },
	{ METHOD_POST, "/api/v1/media", auth_user, "write:media", LIMIT_MEDIA, LANE_UPLOAD, upload_whole, PARAMS(struct upload_in, upload_params),
	  .body_max = UPLOAD_BODY_MAX },
	{ METHOD_GET, "/api/v1/media/:id", auth_user, "write:media", LIMIT_NONE, LANE_DB, show },
	{ METHOD_PUT, "/api/v1/media/:id", auth_user, "write:media", LIMIT_NONE, LANE_UPLOAD, update, PARAMS(struct update_in, update_params),
	  .body_max = UPLOAD_BODY_MAX },
	{ METHOD_DELETE, "/api/v1/media/:id", auth_user, "write:media", LIMIT_NONE, LANE_DB, drop },
	{ 0 },
};
