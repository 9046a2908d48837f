#include "acts/home.h"

#include "store/job.h"
#include "store/user.h"

struct err *acts_home_stale(struct call *c, account_id who)
{
	struct job_new job = { .kind = JOB_HOME_BUILD, .ref_id = who.v, .once_key = arena_printf(c->arena, "home:%lld", (long long)who.v) };

	TRY(user_home_built(c, who, 0));
	return job_add(c, &job);
}
