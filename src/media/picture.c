#include <errno.h>
#include <unistd.h>

#include "conf/conf.h"
#include "media/disk.h"
#include "media/film_priv.h"
#include "media/picture.h"

struct err *media__append(struct call *c, int fd, struct str bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return FAIL(c->arena, ERR_LATER, "media storage cannot take an upload: %s", strerrordesc_np(errno));
		bytes = str_from(bytes, (size_t)n);
	}
	return NULL;
}

struct err *media__scratch_of(struct call *c, struct str bytes, int *ret_fd)
{
	TRY(disk_scratch(c, c->house->storage, ret_fd));
	return media__append(c, *ret_fd, bytes);
}

static struct err *put(struct call *c, enum file_type type, int fd, struct str *ret_key)
{
	struct str key = storage_key_make(c, type);

	TRY(storage_put(c, c->house->storage, key, fd));
	*ret_key = key;
	return NULL;
}

struct err *picture_store(struct call *c, enum helper_purpose purpose, struct str uploaded, struct picture *ret)
{
	struct helper_job job = { .purpose = purpose };
	struct picture p = { .file = STR_NONE, .second_file = STR_NONE };
	struct err *e;

	TRY(media__scratch_of(c, uploaded, &job.in_fd));
	TRY(disk_scratch(c, c->house->storage, &job.out_fd));
	TRY(disk_scratch(c, c->house->storage, &job.preview_fd));
	TRY(helper_image(c, c->house->helper, &job, &p.about));
	TRY(put(c, p.about.type, job.out_fd, &p.file));
	if (p.about.preview_width) {
		e = put(c, p.about.preview_type, job.preview_fd, &p.second_file);
		if (e) {
			picture_drop(c, &p);
			return e;
		}
	} else if (purpose != HELPER_ATTACHMENT) {
		p.second_file = p.file;
	}
	*ret = p;
	return NULL;
}

struct err *picture_preview(struct call *c, struct str uploaded, struct media_preview *ret)
{
	struct picture p;

	TRY(picture_check_size(c, "thumbnail", uploaded));
	TRY(picture_store(c, HELPER_CARD, uploaded, &p));
	if (!str_eq(p.second_file, p.file))
		picture_drop_files(c, p.file, STR_NONE);
	*ret = (struct media_preview){ p.second_file, p.about.blurhash, p.about.width, p.about.height };
	return NULL;
}

void picture_drop_files(struct call *c, struct str file, struct str second_file)
{
	struct err *e = file.n ? storage_drop(c, c->house->storage, file) : NULL;

	if (!e && second_file.n && !str_eq(second_file, file))
		e = storage_drop(c, c->house->storage, second_file);
	(void)e;
}

void picture_drop(struct call *c, const struct picture *p) { picture_drop_files(c, p->file, p->second_file); }

struct err *picture_check_size(struct call *c, const char *field, struct str uploaded)
{
	int64_t max = c->conf->image_size_max;

	if ((int64_t)uploaded.n <= max)
		return NULL;
	if (max >= 1 << 20)
		return FAIL_FIELD(c->arena, field, "ERR_TOO_LARGE", "file size must be less than %lld MB", (long long)(max >> 20));
	return FAIL_FIELD(c->arena, field, "ERR_TOO_LARGE", "file size must be less than %lld KB", (long long)(max >> 10));
}
