#include "fed/archive.h"

#include "fed/document.h"
#include "fed/mime.h"
#include "fed/people_collection.h"

enum { PIECE_MAX = 64 << 20 };

struct str fed_archive_path(struct arena *a, struct str file) { return arena_concat(a, STR("media/"), file); }

struct str fed_archive_picture(struct arena *a, const char *what, struct str file)
{
	size_t dot = str_rfind(file, '.');

	return arena_concat(a, str_z(what), str_from(file, dot < file.n ? dot : file.n));
}

static void write_picture(struct call *c, const char *key, const char *what, struct str file, struct str description, struct jw *w)
{
	if (!file.n)
		return;
	jw_key(w, key);
	jw_obj(w);
	jw_kz(w, "type", "Image");
	jw_kz(w, "mediaType", fed_mime_of(file));
	jw_kstr(w, "url", fed_archive_picture(c->arena, what, file));
	if (description.n)
		jw_kstr(w, "summary", description);
	jw_obj_end(w);
}

struct err *fed_archive_actor(struct call *c, const struct account *who, struct str *ret)
{
	struct account plain = *who;
	struct actor_key *keys;
	struct fed_doc d;
	size_t n;

	/* Its pictures and its outbox are in the archive, beside it. */
	plain.avatar_file = plain.header_file = STR_NONE;
	plain.outbox_uri = STR("outbox.json");
	TRY(view_actor_keys(c, who->id, &keys, &n));
	fed_doc_begin(&d, c->arena, true);
	TRY(fed_actor_write(c, &plain, keys, n, &d.w));
	jw_kz(&d.w, "likes", "likes.json");
	jw_kz(&d.w, "bookmarks", "bookmarks.json");
	write_picture(c, "icon", "avatar", who->avatar_file, who->avatar_description, &d.w);
	write_picture(c, "image", "header", who->header_file, who->header_description, &d.w);
	return fed_doc_end(c->arena, &d, ret);
}

struct err *fed_archive_head(struct call *c, const char *name, struct str *ret)
{
	struct fed_doc d;

	fed_doc_begin(&d, c->arena, true);
	jw_kz(&d.w, "id", name);
	jw_kz(&d.w, "type", "OrderedCollection");
	TRY(fed_doc_end(c->arena, &d, ret));
	*ret = arena_concat(c->arena, str_upto(*ret, ret->n - 1), STR(",\"orderedItems\":["));
	return NULL;
}

/* The post with its files where the archive has them. */
static struct note within(struct call *c, const struct note *n)
{
	struct media *media = arena_array(c->arena, struct media, n->media_n + 1);
	struct note inside = *n;

	for (size_t i = 0; i < n->media_n; i++) {
		media[i] = n->media[i];
		if (media[i].file.n)
			media[i].remote_url = fed_archive_path(c->arena, media[i].file);
		media[i].file = media[i].preview_file = STR_NONE;
	}
	inside.media = media;
	return inside;
}

struct err *fed_archive_notes(struct call *c, const struct note *notes, size_t n, bool first, struct str *ret)
{
	struct buf b = buf_init(c->arena, PIECE_MAX);

	for (size_t i = 0; i < n; i++) {
		struct note note = within(c, &notes[i]);
		struct fed_doc d;
		struct str text;

		fed_doc_begin(&d, c->arena, false);
		fed_activity_write(c, &note, &d.w);
		TRY(fed_doc_end(c->arena, &d, &text));
		buf_addz(&b, first && i == 0 ? "\n" : ",\n");
		buf_add(&b, text);
	}
	if (!buf_ok(&b))
		return FAIL(c->arena, ERR_INTERNAL, "a page of an archive outgrew its bound");
	*ret = buf_str(&b);
	return NULL;
}

struct err *fed_archive_collections(struct call *c, const struct collection_told *told, size_t n, struct str *ret)
{
	struct buf b = buf_init(c->arena, PIECE_MAX);

	for (size_t i = 0; i < n; i++) {
		struct fed_doc d;
		struct str text;

		fed_doc_begin(&d, c->arena, false);
		fed_people_collection_write(c, &told[i], &d.w);
		TRY(fed_doc_end(c->arena, &d, &text));
		buf_addz(&b, i == 0 ? "\n" : ",\n");
		buf_add(&b, text);
	}
	*ret = buf_str(&b);
	return NULL;
}

struct str fed_archive_uris(struct call *c, const struct str *uris, size_t n, bool first)
{
	struct buf b = buf_init(c->arena, PIECE_MAX);

	for (size_t i = 0; i < n; i++) {
		struct jw w = jw_init(&b);

		buf_addz(&b, first && i == 0 ? "\n" : ",\n");
		jw_str(&w, uris[i]);
	}
	return buf_str(&b);
}

struct str fed_archive_tail(struct arena *a, int64_t total) { return arena_printf(a, "\n],\"totalItems\":%lld}\n", (long long)total); }
