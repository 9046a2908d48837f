/* A put goes to tmp/ under a random name, is synced, then renamed to its place, and the directories that changed are synced too.
 * Everything is opened beneath one directory descriptor, so that moving the directory's path later harms nothing. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/disk.h"

enum { TMP_NAME_BYTES = 16, COPY_BYTES = 65536, SWEEP_MAX = 10000 };

static const char tmp[] = "tmp";

struct disk {
	struct storage face;
	int dir;                      /* set at the start */
};

static struct err *broken(struct call *c, const char *what)
{
	return FAIL(c->arena, ERR_LATER, "media storage cannot %s: %s", what, strerrordesc_np(errno));
}

static void close_fd(void *arg) { close((int)(intptr_t)arg); }

static bool sync_dir(int at, const char *path)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Makes the directories above key, syncing the parent of each new one. */
static bool make_parents(struct call *c, int dir, struct str key)
{
	for (size_t i = 0; i < key.n; i++) {
		struct str path = str_upto(key, i);
		size_t up = str_rfind(path, '/');

		if (key.p[i] != '/')
			continue;
		if (mkdirat(dir, arena_strz(c->arena, path), 0750) == 0) {
			if (!sync_dir(dir, up < path.n ? arena_strz(c->arena, str_upto(path, up)) : "."))
				return false;
		} else if (errno != EEXIST) {
			return false;
		}
	}
	return true;
}

static bool write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t w = write(fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		p += w;
		n -= (size_t)w;
	}
	return true;
}

static bool copy(struct call *c, int from, int to)
{
	char *buf = arena_alloc(c->arena, COPY_BYTES);
	off_t at = 0;

	for (;;) {
		ssize_t n = pread(from, buf, COPY_BYTES, at);

		if (n == 0)
			return true;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || !write_all(to, buf, (size_t)n))
			return false;
		at += n;
	}
}

static struct err *disk_put(struct call *c, struct storage *s, struct str key, int from_fd)
{
	int dir = ((struct disk *)s)->dir, fd;
	const char *part = arena_strz(c->arena, arena_concat(c->arena, STR("tmp/"), call_random_hex(c, TMP_NAME_BYTES)));
	const char *name = arena_strz(c->arena, key);
	size_t slash = str_rfind(key, '/');
	const char *parent = slash < key.n ? arena_strz(c->arena, str_upto(key, slash)) : ".";
	struct err *e = NULL;

	fd = openat(dir, part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0)
		return broken(c, "make a file");
	if (!copy(c, from_fd, fd) || fsync(fd) != 0)
		e = broken(c, "write a file");
	if (close(fd) != 0 && !e)
		e = broken(c, "write a file");
	if (!e && !make_parents(c, dir, key))
		e = broken(c, "make a directory");
	if (!e && renameat(dir, part, dir, name) != 0)
		e = broken(c, "put a file in its place");
	if (e) {
		unlinkat(dir, part, 0);
		return e;
	}
	if (!sync_dir(dir, parent)) {
		e = broken(c, "make a file durable");
		unlinkat(dir, name, 0);
	}
	return e;
}

static struct err *disk_open(struct call *c, struct storage *s, struct str key, int *ret_fd, int64_t *ret_size)
{
	int fd = openat(((struct disk *)s)->dir, arena_strz(c->arena, key), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (fd < 0)
		return broken(c, "open a file");
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	}
	*ret_fd = fd;
	*ret_size = st.st_size;
	return NULL;
}

static struct err *disk_drop(struct call *c, struct storage *s, struct str key)
{
	if (unlinkat(((struct disk *)s)->dir, arena_strz(c->arena, key), 0) != 0 && errno != ENOENT && errno != ENOTDIR)
		return broken(c, "drop a file");
	return NULL;
}

/* What a crash left in tmp/ a day ago belongs to nobody. */
static void sweep(int dir, int64_t now_us)
{
	int fd = openat(dir, tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (int i = 0; i < SWEEP_MAX && (entry = readdir(d)); i++) {
		struct stat st;

		if (fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
		    (int64_t)st.st_mtime * US_PER_S < now_us - US_PER_DAY)
			unlinkat(dirfd(d), entry->d_name, 0);
	}
	closedir(d);
}

struct err *disk_create(struct call *c, struct arena *a, struct str dir, struct storage **ret)
{
	const char *path = arena_strz(c->arena, dir);
	struct disk *d = arena_new(a, struct disk);

	if (mkdir(path, 0750) != 0 && errno != EEXIST)
		return broken(c, "make its directory");
	d->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->dir < 0)
		return broken(c, "open its directory");
	arena_defer(a, close_fd, (void *)(intptr_t)d->dir);
	if (mkdirat(d->dir, tmp, 0750) != 0 && errno != EEXIST)
		return broken(c, "make its tmp directory");
	sweep(d->dir, c->now_us);
	d->face = (struct storage){ .name = "disk", .put = disk_put, .open = disk_open, .drop = disk_drop };
	*ret = &d->face;
	return NULL;
}

struct err *disk_scratch(struct call *c, struct storage *disk, int *ret_fd)
{
	int dir = ((struct disk *)disk)->dir, fd;
	const char *part = arena_strz(c->arena, arena_concat(c->arena, STR("tmp/"), call_random_hex(c, TMP_NAME_BYTES)));

	/* Never had a name, so that nobody can be killed before it is gone; some file systems cannot do that. */
	fd = openat(dir, tmp, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (fd < 0) {
		fd = openat(dir, part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd >= 0)
			unlinkat(dir, part, 0);
	}
	if (fd < 0)
		return broken(c, "make a temporary file");
	arena_defer(c->arena, close_fd, (void *)(intptr_t)fd);
	*ret_fd = fd;
	return NULL;
}
