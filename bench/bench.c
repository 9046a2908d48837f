/* howdah-bench fill PUBLIC-KEY.pem HOSTS PORT | plain PORT | speed MILLISECONDS. Settings come from the environment, as for howdah. */
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include "bench.h"
#include "crypt/speed.h"

static struct err *speed(struct cli *cli)
{
	struct speed s;
	int64_t ms;

	if (!str_i64(cli->args[0], &ms) || ms < 1 || ms > 60000)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "speed takes milliseconds");
	TRY(speed_measure(cli->arena, (int)ms, &s));
	return cli_print(cli, arena_printf(cli->arena, "{\"rsa_sign\": %.0f, \"rsa_verify\": %.0f, \"ed25519_sign\": %.0f, \"ed25519_verify\": %.0f}\n",
					   s.rsa_sign_per_s, s.rsa_verify_per_s, s.ed25519_sign_per_s, s.ed25519_verify_per_s));
}

int main(int argc, char **argv)
{
	static const struct { const char *name; command_fn *run; } verbs[] = { { "fill", bench_fill }, { "plain", bench_plain }, { "speed", speed } };
	AUTO_ARENA(a);
	struct cli cli = { .arena = a, .in = stdin, .out = stdout, .err = stderr, .environ = (const char *const *)environ };
	struct err *e = FAIL(a, ERR_BAD_REQUEST, "howdah-bench fill PUBLIC-KEY.pem HOSTS PORT | plain PORT | speed MILLISECONDS");

	mallopt(M_ARENA_MAX, 2);
	signal(SIGPIPE, SIG_IGN);
	for (int i = 2; i < argc && cli.args_n < CLI_ARGS_MAX; i++)
		cli.args[cli.args_n++] = str_z(argv[i]);
	for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			e = verbs[i].run(&cli);
	if (e)
		fprintf(stderr, "howdah-bench: " STR_FMT "\n", STR_ARG(e->text));
	return e != NULL;
}
