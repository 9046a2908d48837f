/* PKWARE's APPNOTE.TXT 6.3.10, as much of it as one that writes needs. Header and name of an entry are left open before its content and written
 * after it, when its sizes are known. Zip64 stands only where a number asks for it: entries behind 4 GiB, or more than 65,534 of them. */
#include "media/zip.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "media/disk.h"

enum {
	CHUNK_BYTES = 64 * 1024,
	LOCAL_BYTES = 30,
	NAMES_ARE_UTF8 = 1 << 11,
	STORED = 0,
	DEFLATED = 8,
	VERSION = 20,
	VERSION_ZIP64 = 45,
	MADE_ON_UNIX = 3 << 8,
	ZIP64_EXTRA = 1,
	MANY = 0xffff,
};
#define ELSEWHERE UINT64_C(0xffffffff)           /* a number that is too large stands in Zip64's record */
#define FILE_MODE (UINT32_C(0100644) << 16)

struct entry {
	struct entry *next;
	struct str name;
	uint64_t at, size, packed;
	uint32_t crc;
	int method;
};

struct zip {
	struct arena *arena;              /* of its entries: who adds one may have an arena of its own */
	int fd;
	uint64_t at;                      /* where the next byte goes */
	uint32_t made;                    /* a date and time of MS-DOS, UTC */
	struct entry *first, **last, *open;
	uint64_t n;
	z_stream packer;
	uint8_t *chunk;                   /* CHUNK_BYTES */
};

/* ---- numbers, little end first ---- */

struct record {
	uint8_t v[128];
	size_t n;
};

static void put(struct record *r, int bytes, uint64_t v)
{
	for (int i = 0; i < bytes; i++)
		r->v[r->n++] = (uint8_t)(v >> 8 * i);
}

static uint64_t short_of(uint64_t v) { return v < ELSEWHERE ? v : ELSEWHERE; }

static uint32_t dos_time(int64_t now_us)
{
	time_t now = (time_t)(now_us / US_PER_S);
	struct tm t;

	gmtime_r(&now, &t);
	return (uint32_t)(t.tm_year - 80) << 25 | (uint32_t)(t.tm_mon + 1) << 21 | (uint32_t)t.tm_mday << 16 | (uint32_t)t.tm_hour << 11 |
	       (uint32_t)t.tm_min << 5 | (uint32_t)t.tm_sec / 2;
}

/* ---- the file ---- */

static struct err *write_at(struct call *c, struct zip *z, uint64_t at, const void *p, size_t n)
{
	const char *from = p;

	while (n) {
		ssize_t done = pwrite(z->fd, from, n, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return FAIL(c->arena, ERR_LATER, "a ZIP file cannot be written: %s", done ? strerrordesc_np(errno) : "no room");
		from += done;
		at += (uint64_t)done;
		n -= (size_t)done;
	}
	return NULL;
}

static struct err *append(struct call *c, struct zip *z, const void *p, size_t n)
{
	TRY(write_at(c, z, z->at, p, n));
	z->at += n;
	return NULL;
}

static void end_packer(void *arg) { deflateEnd(arg); }

struct err *zip_create(struct call *c, struct zip **ret)
{
	struct zip *z = arena_new(c->arena, struct zip);

	TRY(disk_scratch(c, c->house->storage, &z->fd));
	z->arena = c->arena;
	z->made = dos_time(c->now_us);
	z->last = &z->first;
	z->chunk = arena_alloc(c->arena, CHUNK_BYTES);
	/* Without the header and sum of zlib's own format. */
	if (deflateInit2(&z->packer, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return FAIL(c->arena, ERR_LATER, "a ZIP file cannot be begun");
	arena_defer(c->arena, end_packer, &z->packer);
	*ret = z;
	return NULL;
}

/* ---- entries ---- */

static struct err *begin(struct call *c, struct zip *z, struct str name, int method)
{
	struct entry *e = arena_new(z->arena, struct entry);

	if (name.n > MANY)
		return FAIL(c->arena, ERR_INTERNAL, "a name in a ZIP file has at most 65,535 bytes");
	*e = (struct entry){ .name = arena_dup(z->arena, name), .at = z->at, .method = method, .crc = (uint32_t)crc32(0, NULL, 0) };
	z->open = e;
	z->at += LOCAL_BYTES + name.n;
	return NULL;
}

/* What local header and directory say alike. */
static void put_facts(const struct zip *z, const struct entry *e, int version, struct record *r)
{
	put(r, 2, (uint64_t)version);
	put(r, 2, NAMES_ARE_UTF8);
	put(r, 2, (uint64_t)e->method);
	put(r, 4, z->made);
	put(r, 4, e->crc);
	put(r, 4, e->packed);
	put(r, 4, e->size);
	put(r, 2, e->name.n);
}

static struct err *end(struct call *c, struct zip *z)
{
	struct entry *e = z->open;
	struct record r = { .n = 0 };

	e->packed = z->at - e->at - LOCAL_BYTES - e->name.n;
	if (e->size >= ELSEWHERE || e->packed >= ELSEWHERE)
		return FAIL(c->arena, ERR_INTERNAL, "what goes into a ZIP file has at most 4 GiB each");
	put(&r, 4, 0x04034b50);
	put_facts(z, e, VERSION, &r);
	put(&r, 2, 0);
	TRY(write_at(c, z, e->at, r.v, r.n));
	TRY(write_at(c, z, e->at + LOCAL_BYTES, e->name.p, e->name.n));
	*z->last = e;
	z->last = &e->next;
	z->open = NULL;
	z->n++;
	return NULL;
}

static void count(struct zip *z, const void *p, size_t n)
{
	z->open->crc = (uint32_t)crc32_z(z->open->crc, p, n);
	z->open->size += n;
}

static struct err *pack(struct call *c, struct zip *z, struct str piece, int flush)
{
	z->packer.next_in = (Bytef *)(uintptr_t)piece.p;
	z->packer.avail_in = (uInt)piece.n;
	do {
		z->packer.next_out = z->chunk;
		z->packer.avail_out = CHUNK_BYTES;
		if (deflate(&z->packer, flush) == Z_STREAM_ERROR)
			return FAIL(c->arena, ERR_INTERNAL, "a ZIP file cannot be written: the compressor is confused");
		TRY(append(c, z, z->chunk, CHUNK_BYTES - z->packer.avail_out));
	} while (z->packer.avail_out == 0);
	return NULL;
}

struct err *zip_text_begin(struct call *c, struct zip *z, const char *name)
{
	deflateReset(&z->packer);
	return begin(c, z, str_z(name), DEFLATED);
}

struct err *zip_text_put(struct call *c, struct zip *z, struct str text)
{
	while (text.n) {
		struct str piece = str_upto(text, CHUNK_BYTES);

		count(z, piece.p, piece.n);
		TRY(pack(c, z, piece, Z_NO_FLUSH));
		text = str_from(text, piece.n);
	}
	return NULL;
}

struct err *zip_text_end(struct call *c, struct zip *z)
{
	TRY(pack(c, z, STR(""), Z_FINISH));
	return end(c, z);
}

static struct err *copy(struct call *c, struct zip *z, int fd, int64_t size)
{
	int64_t at = 0;

	while (at < size) {
		ssize_t n = pread(fd, z->chunk, (size_t)(size - at < CHUNK_BYTES ? size - at : CHUNK_BYTES), at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return FAIL(c->arena, ERR_LATER, "a stored file cannot be read");
		count(z, z->chunk, (size_t)n);
		TRY(append(c, z, z->chunk, (size_t)n));
		at += n;
	}
	return end(c, z);
}

struct err *zip_add_stored(struct call *c, struct zip *z, struct str name, struct str key)
{
	int64_t size;
	int fd;
	struct err *e = storage_open(c, c->house->storage, key, &fd, &size);

	if (e)
		return e->code == ERR_NOT_FOUND ? NULL : e;
	e = begin(c, z, name, STORED);
	if (!e)
		e = copy(c, z, fd, size);
	close(fd);
	return e;
}

/* ---- the end ---- */

static struct err *list(struct call *c, struct zip *z, const struct entry *e)
{
	bool far = e->at >= ELSEWHERE;
	int version = far ? VERSION_ZIP64 : VERSION;
	struct record r = { .n = 0 }, extra = { .n = 0 };

	put(&r, 4, 0x02014b50);
	put(&r, 2, (uint64_t)(MADE_ON_UNIX | version));
	put_facts(z, e, version, &r);
	put(&r, 2, far ? 12 : 0);
	put(&r, 2, 0);                    /* a comment, a disk, attributes of another kind */
	put(&r, 2, 0);
	put(&r, 2, 0);
	put(&r, 4, FILE_MODE);
	put(&r, 4, short_of(e->at));
	if (far) {
		put(&extra, 2, ZIP64_EXTRA);
		put(&extra, 2, 8);
		put(&extra, 8, e->at);
	}
	TRY(append(c, z, r.v, r.n));
	TRY(append(c, z, e->name.p, e->name.n));
	return append(c, z, extra.v, extra.n);
}

/* Where the directory's own numbers are too large for the record at the end: another before it, and where that is. */
static void put_zip64_end(const struct zip *z, uint64_t directory, struct record *r)
{
	put(r, 4, 0x06064b50);
	put(r, 8, 44);
	put(r, 2, MADE_ON_UNIX | VERSION_ZIP64);
	put(r, 2, VERSION_ZIP64);
	put(r, 4, 0);
	put(r, 4, 0);
	put(r, 8, z->n);
	put(r, 8, z->n);
	put(r, 8, z->at - directory);
	put(r, 8, directory);
	put(r, 4, 0x07064b50);
	put(r, 4, 0);
	put(r, 8, z->at);
	put(r, 4, 1);
}

static struct err *write_directory(struct call *c, struct zip *z)
{
	uint64_t directory = z->at, n = z->n < MANY ? z->n : MANY;
	struct record r = { .n = 0 };

	for (const struct entry *e = z->first; e; e = e->next)
		TRY(list(c, z, e));
	if (n == MANY || z->at >= ELSEWHERE)
		put_zip64_end(z, directory, &r);
	put(&r, 4, 0x06054b50);
	put(&r, 2, 0);
	put(&r, 2, 0);
	put(&r, 2, n);
	put(&r, 2, n);
	put(&r, 4, short_of(z->at - directory));
	put(&r, 4, short_of(directory));
	put(&r, 2, 0);
	return append(c, z, r.v, r.n);
}

struct err *zip_finish(struct call *c, struct zip *z, struct str key, int64_t *ret_bytes)
{
	TRY(write_directory(c, z));
	*ret_bytes = (int64_t)z->at;
	return storage_put(c, c->house->storage, key, z->fd);
}
