/* app/cli.h: the command line. Commands are rows of commands.def; the dispatcher finds the row, holds the arguments to its usage
 * and calls its function. Exit codes: 0 done, 1 an error (told on standard error), 2 wrong usage. */
#pragma once
#include <stdio.h>

#include "base/err.h"
#include "conf/conf.h"

enum { CLI_ARGS_MAX = 8, CLI_OPTIONS_MAX = 16 };

struct cli {
	struct arena *arena;                  /* ends with the command */
	FILE *in, *out, *err;
	const char *const *environ;
	const struct command *command;
	struct str args[CLI_ARGS_MAX];        /* in the order of usage; none where left out */
	size_t args_n;
	struct { struct str name, value; } options[CLI_OPTIONS_MAX];
	size_t options_n;
};

/* A command's function. An error is printed after "howdah: "; BAD_REQUEST means wrong usage. */
typedef struct err *command_fn(struct cli *cli);

struct command {
	const char *words;
	command_fn *run;
	const char *usage, *help;
};

/* Runs what argv asks for and answers the exit code. */
int cli_run(struct cli *cli, int argc, const char *const *argv);

/* The option's value; for a flag, an empty text. None: not given. */
struct str cli_option(const struct cli *cli, const char *name);
/* The boot settings by file, environment and command line. The file is --config, or else howdah.conf in the data directory, where
 * there is one. All problems have been printed when it fails. */
MUST struct err *cli_conf(struct cli *cli, struct conf **ret);
/* What is in a file of at most max bytes, also one that is a pipe. Fails: INVALID  it cannot be read, is empty or has more. */
MUST struct err *cli_file(struct cli *cli, struct str path, size_t max, struct str *ret);
/* Who runs this, for the audit log. */
struct str cli_who(const struct cli *cli);
/* Prints to cli->out; fails where that cannot be written to. */
MUST struct err *cli_print(struct cli *cli, struct str text);

#define COMMAND(words, fn, usage, help) command_fn fn;
#include "app/commands.def"
