/* The usage text of a row is the grammar: usage_next() takes it apart, and everything else asks that. */
#include "app/cli.h"

#include <errno.h>
#include <pwd.h>
#include <unistd.h>

#include "base/buf.h"
#include "conf/load.h"

#define HELP_CHECK(help) (&(help)[0 * sizeof(char[sizeof(help) > 1 ? 1 : -1])])
static const struct command commands[] = {
#define COMMAND(words, fn, usage, help) { words, fn, usage, HELP_CHECK(help) },
#include "app/commands.def"
};
enum { COMMANDS = sizeof commands / sizeof *commands, HELP_MAX = 64 * 1024 };

/* What every command takes. */
static const char common_usage[] = "[--config FILE] [--data DIR] [--help]";

struct part {
	struct str option;            /* "--listen"; none for an argument */
	struct str value;             /* "ADDR:PORT"; none for a flag */
	bool optional;
};

/* Takes the next part off a usage text. */
static bool usage_next(struct str *rest, struct part *ret)
{
	struct str piece;

	*rest = str_trim(*rest);
	if (rest->n == 0)
		return false;
	*ret = (struct part){ .optional = rest->p[0] == '[' };
	if (ret->optional) {
		str_cut(str_from(*rest, 1), ']', &piece, rest);
	} else {
		size_t n = str_find(*rest, ' ');

		/* "--email ADDRESS": the value belongs to the option. */
		if (str_has_prefix(*rest, STR("--")) && n < rest->n && rest->p[n + 1] != '[' && rest->p[n + 1] != '-')
			n += 1 + str_find(str_from(*rest, n + 1), ' ');
		piece = str_upto(*rest, n);
		*rest = str_from(*rest, n);
	}
	if (!str_has_prefix(piece, STR("--"))) {
		ret->value = piece;
	} else if (!str_cut(piece, ' ', &ret->option, &ret->value)) {
		ret->value = STR_NONE;
	}
	return true;
}

static bool usage_find(const char *usage, struct str option, struct part *ret)
{
	struct str rest = str_z(usage);

	while (usage_next(&rest, ret))
		if (ret->option.p && str_eq(ret->option, option))
			return true;
	return false;
}

struct str cli_option(const struct cli *cli, const char *name)
{
	for (size_t i = 0; i < cli->options_n; i++)
		if (str_eqz(cli->options[i].name, name))
			return cli->options[i].value;
	return STR_NONE;
}

/* A word's command counts only as a whole: "config show" but not "config sh". */
static bool words_match(const char *words, const struct str *given, size_t given_n, size_t *ret_n)
{
	struct str rest = str_z(words), word;
	size_t n = 0;

	while (str_next(&rest, ' ', &word)) {
		if (n == given_n || !str_eq(word, given[n]))
			return false;
		n++;
	}
	*ret_n = n;
	return true;
}

static const struct command *command_find(const struct str *words, size_t n, size_t *ret_used)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (words_match(commands[i].words, words, n, ret_used))
			return &commands[i];
	return NULL;
}

static struct str joined(struct arena *a, const struct str *words, size_t n)
{
	struct buf out = buf_init(a, 1000);

	for (size_t i = 0; i < n; i++) {
		buf_addz(&out, i ? " " : "");
		buf_add(&out, words[i]);
	}
	return buf_str(&out);
}

/* The commands that begin with these words: "config" gives all of its own. */
static struct str list_commands(struct arena *a, struct str begin)
{
	struct buf out = buf_init(a, HELP_MAX);

	for (size_t i = 0; i < COMMANDS; i++) {
		const struct command *c = &commands[i];
		struct str words = str_z(c->words);

		if (!str_has_prefix(words, begin) || (begin.n && words.n > begin.n && words.p[begin.n] != ' '))
			continue;
		buf_addf(&out, "  howdah %s%s%s\n      %s\n", c->words, *c->usage ? " " : "", c->usage, c->help);
	}
	return buf_str(&out);
}

static struct err *print_help(struct cli *cli, const struct str *words, size_t n)
{
	struct buf out = buf_init(cli->arena, HELP_MAX);
	struct str begin = n ? words[0] : STR("");
	size_t used;
	const struct command *c = command_find(words, n, &used);

	if (c) {
		buf_addf(&out, "howdah %s%s%s\n\n%s.\n", c->words, *c->usage ? " " : "", c->usage, c->help);
	} else {
		struct str list = list_commands(cli->arena, begin);

		if (!list.n)
			return FAIL(cli->arena, ERR_BAD_REQUEST, "there is no command '" STR_FMT "'; 'howdah help' lists all", STR_ARG(begin));
		if (!n)
			buf_addz(&out, "howdah: a server of the fediverse in one program.\n\n");
		buf_add(&out, list);
	}
	buf_addf(&out, "\nEvery command takes %s, before or after its words.\n", common_usage);
	return cli_print(cli, buf_str(&out));
}

struct err *cmd_help(struct cli *cli)
{
	struct str words[CLI_ARGS_MAX], rest = cli->args[0];
	size_t n = 0;

	while (cli->args_n && n < CLI_ARGS_MAX && str_next(&rest, ' ', &words[n]))
		n++;
	return print_help(cli, words, n);
}

struct err *cmd_version(struct cli *cli) { return cli_print(cli, STR("howdah " HOWDAH_VERSION "\n")); }

/* The row whose words are nearest to what was typed. */
static struct err *unknown_command(struct cli *cli, const struct str *words, size_t n)
{
	struct str typed = joined(cli->arena, words, n);
	const char *near = NULL;
	int best = 4;

	if (list_commands(cli->arena, words[0]).n && n == 1)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "'" STR_FMT "' wants another word:\n" STR_FMT, STR_ARG(words[0]),
			STR_ARG(str_upto(list_commands(cli->arena, words[0]), 4000)));
	for (size_t i = 0; i < COMMANDS; i++) {
		struct str row = str_z(commands[i].words), whole = str_find(row, ' ') < row.n ? joined(cli->arena, words, n < 2 ? n : 2) : words[0];
		int d = str_distance(whole, row);

		if (d < best && d < (int)row.n)
			near = commands[i].words, best = d;
	}
	if (near)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "there is no command '" STR_FMT "'; did you mean '%s'?", STR_ARG(typed), near);
	return FAIL(cli->arena, ERR_BAD_REQUEST, "there is no command '" STR_FMT "'; 'howdah help' lists all", STR_ARG(typed));
}

/* An option means the same wherever it stands, so whether it takes a value is known before the command is. */
static bool option_known(struct str name, struct part *ret)
{
	if (usage_find(common_usage, name, ret))
		return true;
	for (size_t i = 0; i < COMMANDS; i++)
		if (usage_find(commands[i].usage, name, ret))
			return true;
	return false;
}

static void nearer(const char *usage, struct str name, struct str *near, int *best)
{
	struct str rest = str_z(usage);
	struct part part;

	while (usage_next(&rest, &part)) {
		int d = part.option.p ? str_distance(name, part.option) : *best;

		if (d < *best)
			*near = part.option, *best = d;
	}
}

static struct err *unknown_option(struct cli *cli, struct str name)
{
	struct str near = STR_NONE;
	int best = 3;

	nearer(common_usage, name, &near, &best);
	for (size_t i = 0; i < COMMANDS; i++)
		nearer(commands[i].usage, name, &near, &best);
	if (near.p)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "there is no option '" STR_FMT "'; did you mean '" STR_FMT "'?", STR_ARG(name), STR_ARG(near));
	return FAIL(cli->arena, ERR_BAD_REQUEST, "there is no option '" STR_FMT "'; 'howdah help' lists all", STR_ARG(name));
}

static struct err *take_option(struct cli *cli, struct str arg, const char *next, bool *ret_took_next)
{
	struct str name, value;
	bool with_value = str_cut(arg, '=', &name, &value);
	struct part part;

	if (!option_known(name, &part))
		return unknown_option(cli, name);
	if (cli_option(cli, arena_strz(cli->arena, name)).p)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "'" STR_FMT "' is given twice", STR_ARG(name));
	if (cli->options_n == CLI_OPTIONS_MAX)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "too many options");
	if (!part.value.p && with_value)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "'" STR_FMT "' takes no value", STR_ARG(name));
	if (part.value.p && !with_value && !next)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "'" STR_FMT "' wants a value: " STR_FMT, STR_ARG(name), STR_ARG(part.value));
	*ret_took_next = part.value.p && !with_value;
	cli->options[cli->options_n].name = name;
	cli->options[cli->options_n++].value = !part.value.p ? STR("") : with_value ? value : str_z(next);
	return NULL;
}

/* Is one in the list of words that what parts? "user|moderator" */
static bool one_of(struct str words, char between, struct str one)
{
	struct str word;

	while (str_next(&words, between, &word))
		if (str_eq(word, one))
			return true;
	return false;
}

static struct err *check_value(struct cli *cli, const struct part *part, struct str value)
{
	char between = str_find(part->value, '|') < part->value.n ? '|' : str_find(part->value, ',') < part->value.n ? ',' : 0;
	struct str rest = value, piece;

	if (!between)
		return NULL;
	while (between == ',' ? str_next(&rest, ',', &piece) : (piece = rest, rest.p != NULL)) {
		if (!one_of(part->value, between, piece))
			return FAIL(cli->arena, ERR_BAD_REQUEST, STR_FMT ": '" STR_FMT "' is none of " STR_FMT, STR_ARG(part->option),
				STR_ARG(piece), STR_ARG(part->value));
		if (between == '|')
			break;
	}
	return NULL;
}

/* Holds what was given to the row's usage. */
static struct err *check_usage(struct cli *cli)
{
	const struct command *c = cli->command;
	struct str rest = str_z(c->usage);
	struct part part;
	size_t args = 0;

	for (size_t i = 0; i < cli->options_n; i++)
		if (!usage_find(c->usage, cli->options[i].name, &part) && !usage_find(common_usage, cli->options[i].name, &part))
			return FAIL(cli->arena, ERR_BAD_REQUEST, "'%s' takes no '" STR_FMT "'", c->words, STR_ARG(cli->options[i].name));
	while (usage_next(&rest, &part)) {
		if (!part.option.p) {
			args++;
			if (args > cli->args_n && !part.optional)
				return FAIL(cli->arena, ERR_BAD_REQUEST, "'%s' wants " STR_FMT, c->words, STR_ARG(part.value));
			continue;
		}
		struct str value = cli_option(cli, arena_strz(cli->arena, part.option));

		if (!value.p && !part.optional)
			return FAIL(cli->arena, ERR_BAD_REQUEST, "'%s' wants " STR_FMT " " STR_FMT, c->words, STR_ARG(part.option),
				STR_ARG(part.value));
		if (value.p && part.value.p)
			TRY(check_value(cli, &part, value));
	}
	if (cli->args_n > args)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "'%s' does not know what to do with '" STR_FMT "'", c->words,
			STR_ARG(cli->args[args]));
	return NULL;
}

static struct err *run(struct cli *cli, int argc, const char *const *argv)
{
	struct str words[CLI_ARGS_MAX];
	size_t n = 0, used;
	bool options_over = false, took_next = false;

	for (int i = 1; i < argc; i++) {
		struct str arg = str_z(argv[i]);

		if (!options_over && str_eqz(arg, "-h"))
			arg = STR("--help");
		if (!options_over && n == 0 && str_eqz(arg, "--version"))
			arg = STR("version");
		if (!options_over && str_has_prefix(arg, STR("--"))) {
			options_over = arg.n == 2;
			if (options_over)
				continue;
			TRY(take_option(cli, arg, argv[i + 1], &took_next));
			i += took_next;
			continue;
		}
		if (n == CLI_ARGS_MAX)
			return FAIL(cli->arena, ERR_BAD_REQUEST, "too many arguments");
		words[n++] = arg;
	}
	if (cli_option(cli, "--help").p)
		return print_help(cli, words, n);
	if (n == 0)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "a command is wanted:\n" STR_FMT, STR_ARG(list_commands(cli->arena, STR(""))));
	cli->command = command_find(words, n, &used);
	if (!cli->command)
		return unknown_command(cli, words, n);
	cli->args_n = n - used;
	memcpy(cli->args, words + used, cli->args_n * sizeof *words);
	if (cli->command->run == cmd_help && cli->args_n > 1) {
		cli->args[0] = joined(cli->arena, cli->args, cli->args_n);
		cli->args_n = 1;
	}
	TRY(check_usage(cli));
	return cli->command->run(cli);
}

int cli_run(struct cli *cli, int argc, const char *const *argv)
{
	struct err *e = run(cli, argc, argv);

	if (!e)
		return 0;
	fprintf(cli->err, "howdah: " STR_FMT "\n", STR_ARG(e->text));
	if (e->code != ERR_BAD_REQUEST)
		return 1;
	if (cli->command)
		fprintf(cli->err, "usage: howdah %s%s%s\n", cli->command->words, *cli->command->usage ? " " : "", cli->command->usage);
	return 2;
}

static const char *variable(const struct cli *cli, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; cli->environ && cli->environ[i]; i++)
		if (strncmp(cli->environ[i], name, n) == 0)
			return cli->environ[i] + n;
	return NULL;
}

/* Where several share an account by sudo, sudo says who it is. */
struct str cli_who(const struct cli *cli)
{
	enum { NAME_MAX_BYTES = 4096, SUDO_NAME_MAX = 64 };
	char *names = arena_alloc(cli->arena, NAME_MAX_BYTES);
	struct passwd p, *found = NULL;
	const char *sudo = variable(cli, "SUDO_USER=");

	if (getpwuid_r(getuid(), &p, names, NAME_MAX_BYTES, &found) || !found)
		return STR("the command line");
	if (sudo && *sudo && strlen(sudo) <= SUDO_NAME_MAX && strcmp(sudo, p.pw_name) != 0)
		return arena_printf(cli->arena, "%s as %s on the command line", sudo, p.pw_name);
	return arena_printf(cli->arena, "%s on the command line", p.pw_name);
}

struct err *cli_print(struct cli *cli, struct str text)
{
	if (fwrite(text.p, 1, text.n, cli->out) != text.n || fflush(cli->out) != 0)
		return FAIL(cli->arena, ERR_INTERNAL, "standard output cannot be written to");
	return NULL;
}

static struct str environment(const struct cli *cli, struct str name)
{
	struct str key, value;

	for (const char *const *e = cli->environ; e && *e; e++)
		if (str_cut(str_z(*e), '=', &key, &value) && str_eq(key, name))
			return value;
	return STR_NONE;
}

struct err *cli_conf(struct cli *cli, struct conf **ret)
{
	struct str file = cli_option(cli, "--config"), data = cli_option(cli, "--data"), listen = cli_option(cli, "--listen");
	struct str dir = data.n ? data : environment(cli, STR("HOWDAH_DATA_DIR"));
	struct conf_pair overrides[2];
	struct conf_from from = { .file = file, .environ = cli->environ, .overrides = overrides };
	struct conf_problems problems = { 0 };
	struct err *e;

	if (data.p)
		overrides[from.overrides_n++] = (struct conf_pair){ STR("data_dir"), data };
	if (listen.p)
		overrides[from.overrides_n++] = (struct conf_pair){ STR("listen"), listen };
	if (!file.p) {
		from.file = arena_concat(cli->arena, dir.n ? dir : STR("data"), STR("/howdah.conf"));
		from.file_optional = true;
	}
	e = conf_load(cli->arena, &from, ret, &problems);
	for (size_t i = 0; i < problems.list.n; i++)
		fprintf(cli->err, STR_FMT "\n", STR_ARG(conf_problem_text(cli->arena, &problems.list.v[i])));
	TRY(e);
	if (!file.p && (*ret)->origin[SETTING_data_dir].kind == CONF_FILE)
		return FAIL(cli->arena, ERR_INVALID, STR_FMT ":%d: data_dir: this file was found in the data directory and cannot name another; "
			"use --config or --data", STR_ARG(from.file), (*ret)->origin[SETTING_data_dir].line);
	return NULL;
}

static void close_file(void *arg) { (void)fclose(arg); }

struct err *cli_file(struct cli *cli, struct str path, size_t max, struct str *ret)
{
	FILE *f = fopen(arena_strz(cli->arena, path), "re");
	char *text;
	size_t n;

	if (!f)
		return FAIL(cli->arena, ERR_INVALID, "'" STR_FMT "' cannot be opened: %s", STR_ARG(path), strerror(errno));
	arena_defer(cli->arena, close_file, f);
	text = arena_alloc(cli->arena, max + 1);
	n = fread(text, 1, max + 1, f);
	if (ferror(f))
		return FAIL(cli->arena, ERR_INVALID, "'" STR_FMT "' cannot be read", STR_ARG(path));
	if (n == 0 || n > max)
		return FAIL(cli->arena, ERR_INVALID, "'" STR_FMT "' is no file of 1 to %zu bytes", STR_ARG(path), max);
	*ret = str_of(text, n);
	return NULL;
}
