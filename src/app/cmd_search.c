/* The index of posts: asking for a new one, and how it is. */
#include "acts/search.h"
#include "app/open.h"
#include "store/search_index.h"
#include "wire/date.h"

static struct err *rebuild(struct cli *cli, struct call *c)
{
	TRY(acts_search_rebuild(c));
	return cli_print(cli, STR("all posts are taken up anew while the server runs; 'howdah search status' says how far it is\n"));
}

static struct err *status(struct cli *cli, struct call *c)
{
	struct search_state state;
	struct str rebuild_text = STR("the last rebuild is done");

	TRY(search_state(c, &state));
	if (state.rebuilding && state.rebuilt_to_id == INT64_MAX)
		rebuild_text = STR("a rebuild is about to begin");
	else if (state.rebuilding)
		rebuild_text = arena_printf(cli->arena, "a rebuild is under way, posts before " STR_FMT " are left",
					    STR_ARG(date_iso_s(cli->arena, (state.rebuilt_to_id >> 16) * US_PER_MS)));
	return cli_print(cli, arena_printf(cli->arena, "behind by %lld s; " STR_FMT "; %lld posts taken up by it\n",
					   (long long)(state.behind_us / US_PER_S), STR_ARG(rebuild_text), (long long)state.posts));
}

struct err *cmd_search_rebuild(struct cli *cli) { return app_with_call(cli, rebuild); }
struct err *cmd_search_status(struct cli *cli) { return app_with_call(cli, status); }
