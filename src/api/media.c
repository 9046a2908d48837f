/* Attachments before they belong to a post. https://docs.joinmastodon.org/methods/media/ */
#include "acts/media.h"
#include "api/api.h"
#include "media/picture.h"
#include "view/media.h"

/* The bound before the file is looked at: what conf.image_size_max may be at most, and the words around it. */
enum { UPLOAD_BODY_MAX = 17 * 1024 * 1024, DESCRIPTION_BYTES_MAX = 200000, FOCUS_BYTES_MAX = 100 };

struct upload_in {
	const struct upload *file;
	struct media_words words;
};
static const struct param upload_params[] = {
	PARAM_FILE(struct upload_in, file, "file", .required = true),
	PARAM_STR(struct upload_in, words.description, "description", .max = DESCRIPTION_BYTES_MAX),
	PARAM_STR(struct upload_in, words.focus, "focus", .max = FOCUS_BYTES_MAX),
};
static const struct param words_params[] = {
	PARAM_STR(struct media_words, description, "description", .max = DESCRIPTION_BYTES_MAX),
	PARAM_STR(struct media_words, focus, "focus", .max = FOCUS_BYTES_MAX),
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

static struct err *upload(struct call *c, struct req *r)
{
	const struct upload_in *in = r->in;
	struct media m = { .account = r->viewer.account };
	struct picture p;
	struct err *e;

	TRY(acts_media_describe(c, &in->words, &m));
	TRY(picture_check_size(c, "file", in->file->data));
	TRY(picture_store(c, HELPER_ATTACHMENT, in->file->data, &p));
	take_picture(&m, &p);
	e = acts_media_add(c, in->file->data, &m);
	if (e) {
		picture_drop(c, &p);
		return e;
	}
	req_json(r, view_media_entity(c, &m));
	return NULL;
}

static struct err *show(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_media_json(c, &r->viewer, ID(media_id, req_id(r, "id")), &json));
	req_json(r, json);
	return NULL;
}

static struct err *update(struct call *c, struct req *r)
{
	struct media m;

	TRY(acts_media_update(c, r->viewer.account, ID(media_id, req_id(r, "id")), r->in, &m));
	req_json(r, view_media_entity(c, &m));
	return NULL;
}

static struct err *drop(struct call *c, struct req *r)
{
	struct media gone;

	TRY(acts_media_delete(c, r->viewer.account, ID(media_id, req_id(r, "id")), &gone));
	picture_drop_files(c, gone.file, gone.preview_file);
	req_json(r, STR("{}"));
	return NULL;
}

const struct endpoint media_endpoints[] = {
	{ METHOD_POST, "/api/v2/media", auth_user, "write:media", LIMIT_MEDIA, LANE_UPLOAD, upload, PARAMS(struct upload_in, upload_params),
	  .body_max = UPLOAD_BODY_MAX },
	{ METHOD_POST, "/api/v1/media", auth_user, "write:media", LIMIT_MEDIA, LANE_UPLOAD, upload, PARAMS(struct upload_in, upload_params),
	  .body_max = UPLOAD_BODY_MAX },
	{ METHOD_GET, "/api/v1/media/:id", auth_user, "write:media", LIMIT_NONE, LANE_DB, show },
	{ METHOD_PUT, "/api/v1/media/:id", auth_user, "write:media", LIMIT_NONE, LANE_DB, update, PARAMS(struct media_words, words_params) },
	{ METHOD_DELETE, "/api/v1/media/:id", auth_user, "write:media", LIMIT_NONE, LANE_DB, drop },
	{ 0 },
};
