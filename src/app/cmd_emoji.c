/* The instance's own emoji. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acts/emoji.h"
#include "app/open.h"
#include "base/buf.h"
#include "media/disk.h"
#include "media/picture.h"
#include "store/instance.h"

enum { FILE_BYTES_MAX = 8 * 1024 * 1024, LIST_TEXT_MAX = 1024 * 1024 };

typedef struct err *emoji_fn(struct cli *cli, struct call *c);

/* Opens the house with what pictures need, runs fn, closes. */
static struct err *with_pictures(struct cli *cli, emoji_fn *fn)
{
	struct opened *o;
	struct call c;
	struct err *e;

	TRY(app_open(cli, STR("cli"), &o));
	c = app_call(o, cli->arena);
	o->house.helper = helper_start(o->arena, &(struct helper_how){ 0 });
	e = disk_create(&c, o->arena, o->boot->media_dir, &o->house.storage);
	if (!e)
		e = fn(cli, &c);
	helper_stop(o->house.helper);
	app_call_end(o, &c);
	app_close(o);
	return e;
}

static void close_file(void *arg) { close((int)(intptr_t)arg); }

static struct err *read_file(struct cli *cli, struct str path, struct str *ret)
{
	int fd = open(arena_strz(cli->arena, path), O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t at = 0;
	char *p;

	if (fd < 0)
		return FAIL(cli->arena, ERR_INVALID, "'" STR_FMT "' cannot be opened: %s", STR_ARG(path), strerror(errno));
	arena_defer(cli->arena, close_file, (void *)(intptr_t)fd);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0 || st.st_size > FILE_BYTES_MAX)
		return FAIL(cli->arena, ERR_INVALID, "'" STR_FMT "' is no file of 1 to %d bytes", STR_ARG(path), FILE_BYTES_MAX);
	p = arena_alloc(cli->arena, (size_t)st.st_size);
	while (at < (size_t)st.st_size) {
		ssize_t n = read(fd, p + at, (size_t)st.st_size - at);

		if (n <= 0)
			return FAIL(cli->arena, ERR_INVALID, "'" STR_FMT "' cannot be read", STR_ARG(path));
		at += (size_t)n;
	}
	*ret = str_of(p, at);
	return NULL;
}

static struct err *add(struct cli *cli, struct call *c)
{
	struct emoji_picture files, replaced;
	struct picture p;
	struct str bytes;
	struct err *e;

	TRY(acts_emoji_check(c, cli->args[0]));
	TRY(read_file(cli, cli->args[1], &bytes));
	TRY(picture_store(c, HELPER_EMOJI, bytes, &p));
	files = (struct emoji_picture){ p.file, p.second_file };
	e = acts_emoji_put(c, cli->args[0], cli_option(cli, "--category"), &files, &replaced);
	if (e)
		picture_drop(c, &p);
	else
		picture_drop_files(c, replaced.file, replaced.static_file);
	return e;
}

static struct err *list(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, LIST_TEXT_MAX);
	struct emoji_row *rows;
	size_t n;

	TRY(custom_emojis(c, &rows, &n));
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, ":" STR_FMT ": " STR_FMT " " STR_FMT "\n", STR_ARG(rows[i].shortcode), STR_ARG(rows[i].file),
			 STR_ARG(rows[i].category.n ? rows[i].category : STR("-")));
	return cli_print(cli, buf_str(&out));
}

static struct err *remove_one(struct cli *cli, struct call *c)
{
	struct emoji_picture gone;

	TRY(acts_emoji_drop(c, cli->args[0], &gone));
	picture_drop_files(c, gone.file, gone.static_file);
	return NULL;
}

struct err *cmd_emoji_add(struct cli *cli) { return with_pictures(cli, add); }
struct err *cmd_emoji_list(struct cli *cli) { return with_pictures(cli, list); }
struct err *cmd_emoji_remove(struct cli *cli) { return with_pictures(cli, remove_one); }
