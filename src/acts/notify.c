#include "acts/notify.h"

#include "store/job.h"

/* The job's row: ref_id is who is told, arg the type's word, payload "<from> <about>" (0: no post). */
struct err *acts_notify_add(struct call *c, enum notification_type type, account_id to, account_id from, status_id about)
{
	struct job_new job = { .kind = JOB_NOTIFY, .ref_id = to.v, .arg = str_z(notification_type_word(type)),
			       .payload = arena_printf(c->arena, "%lld %lld", (long long)from.v, (long long)about.v) };

	return job_add(c, &job);
}
