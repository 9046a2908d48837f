/* The instance's own emoji. */

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

static struct err *add(struct cli *cli, struct call *c)
{
	struct emoji_picture files, replaced;
	struct picture p;
	struct str bytes;
	struct err *e;

	TRY(acts_emoji_check(c, cli->args[0]));
	TRY(cli_file(cli, cli->args[1], FILE_BYTES_MAX, &bytes));
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
