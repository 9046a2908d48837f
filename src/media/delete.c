/* JOB_ACCOUNT_DELETE: what somebody who left for good has here, rows and files. Here, because files are this room's. */
#include "acts/delete.h"
#include "media/archive.h"
#include "media/jobs.h"
#include "media/picture.h"

struct err *media_job_account_delete(struct call *c, const struct job *job, bool *ret_later)
{
	account_id who = ID(account_id, job->ref_id);
	struct erased_files files;
	bool more;

	(void)ret_later;
	TRY(media_archive_drop(c, who));
	TRY(acts_account_erase(c, who, &more, &files));
	if (more)
		return acts_account_erase_go_on(c, who);
	picture_drop_files(c, files.avatar, files.avatar_still);
	picture_drop_files(c, files.header, files.header_still);
	return media_clean(c);
}
