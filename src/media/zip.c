#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/disk.h"
#include "media/zip.h"

enum { COPY_BYTES = 256 * 1024 };

struct zip {
	struct archive *out;
	int fd;
};

static struct err *broken(struct call *c, struct zip *z)
{
	const char *why = archive_error_string(z->out);

	return FAIL(c->arena, ERR_LATER, "a ZIP file cannot be written: %s", why ? why : "no reason is known");
}

static void free_archive(void *arg) { archive_write_free(arg); }

struct err *zip_create(struct call *c, struct zip **ret)
{
	struct zip *z = arena_new(c->arena, struct zip);

	TRY(disk_scratch(c, c->house->storage, &z->fd));
	z->out = archive_write_new();
	if (!z->out)
		return FAIL(c->arena, ERR_LATER, "a ZIP file cannot be begun");
	arena_defer(c->arena, free_archive, z->out);
	/* Nothing is padded: the end of the file is the end of the archive. */
	if (archive_write_set_format_zip(z->out) != ARCHIVE_OK || archive_write_set_bytes_in_last_block(z->out, 1) != ARCHIVE_OK ||
	    archive_write_open_fd(z->out, z->fd) != ARCHIVE_OK)
		return broken(c, z);
	*ret = z;
	return NULL;
}

/* size -1: not known. */
static struct err *begin(struct call *c, struct zip *z, const char *name, int64_t size)
{
	struct archive_entry *e = archive_entry_new();
	int said;

	if (!e)
		return broken(c, z);
	archive_entry_set_pathname_utf8(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, c->now_us / US_PER_S, 0);
	if (size >= 0)
		archive_entry_set_size(e, size);
	said = size >= 0 ? archive_write_zip_set_compression_store(z->out) : archive_write_zip_set_compression_deflate(z->out);
	if (said == ARCHIVE_OK)
		said = archive_write_header(z->out, e);
	archive_entry_free(e);
	return said == ARCHIVE_OK ? NULL : broken(c, z);
}

struct err *zip_text_begin(struct call *c, struct zip *z, const char *name) { return begin(c, z, name, -1); }

struct err *zip_text_put(struct call *c, struct zip *z, struct str text)
{
	while (text.n) {
		la_ssize_t n = archive_write_data(z->out, text.p, text.n);

		if (n <= 0)
			return broken(c, z);
		text = str_from(text, (size_t)n);
	}
	return NULL;
}

struct err *zip_text_end(struct call *c, struct zip *z) { return archive_write_finish_entry(z->out) == ARCHIVE_OK ? NULL : broken(c, z); }

static struct err *copy(struct call *c, struct zip *z, int fd, int64_t size)
{
	char *piece = arena_alloc(c->arena, COPY_BYTES);
	int64_t at = 0;

	while (at < size) {
		ssize_t n = pread(fd, piece, (size_t)(size - at < COPY_BYTES ? size - at : COPY_BYTES), at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return FAIL(c->arena, ERR_LATER, "a stored file cannot be read");
		TRY(zip_text_put(c, z, str_of(piece, (size_t)n)));
		at += n;
	}
	return zip_text_end(c, z);
}

struct err *zip_add_stored(struct call *c, struct zip *z, struct str name, struct str key)
{
	int64_t size;
	int fd;
	struct err *e = storage_open(c, c->house->storage, key, &fd, &size);

	if (e)
		return e->code == ERR_NOT_FOUND ? NULL : e;
	e = begin(c, z, arena_strz(c->arena, name), size);
	if (!e)
		e = copy(c, z, fd, size);
	close(fd);
	return e;
}

struct err *zip_finish(struct call *c, struct zip *z, struct str key, int64_t *ret_bytes)
{
	struct stat st;

	if (archive_write_close(z->out) != ARCHIVE_OK)
		return broken(c, z);
	if (fstat(z->fd, &st) != 0)
		return FAIL(c->arena, ERR_LATER, "a ZIP file cannot be read: %s", strerrordesc_np(errno));
	*ret_bytes = st.st_size;
	return storage_put(c, c->house->storage, key, z->fd);
}
