/* media/picture.h: a stranger's picture, made ours: looked at by the helper and kept in storage. What attachments, profile pictures,
 * custom emoji and the proxy share. */
#pragma once
#include "media/helper.h"
#include "media/storage.h"
#include "model/status.h"

struct picture {
	struct str file;
	struct str second_file;       /* attachments: the preview, if one was made; others: the still picture, or file where nothing moves */
	struct helper_result about;
};

/* uploaded: a file's bytes, of any type; what it is, the helper says. Uses c->house's helper and storage; after an error nothing is
 * left behind. Fails: as helper_image() and storage_put(). */
MUST struct err *picture_store(struct call *c, enum helper_purpose purpose, struct str uploaded, struct picture *ret);
/* A small picture of it, to stand for a film or a sound. Fails: as picture_check_size(), which names `thumbnail`, and picture_store(). */
MUST struct err *picture_preview(struct call *c, struct str uploaded, struct media_preview *ret);
/* Drops the files, for whoever could not use them. */
void picture_drop(struct call *c, const struct picture *p);
/* Drops stored files that belong to nobody; none among them is fine. What cannot be dropped stays behind, which harms nobody. */
void picture_drop_files(struct call *c, struct str file, struct str second_file);

/* Is it within conf.image_size_max? Fails: INVALID  in Mastodon's words, naming the field ("avatar", "file"). */
MUST struct err *picture_check_size(struct call *c, const char *field, struct str uploaded);

/* Recurring: drops what was uploaded a day ago and never attached, rows and files. */
MUST struct err *media_clean(struct call *c);
