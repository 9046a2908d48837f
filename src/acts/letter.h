/* acts/letter.h: what a mail to somebody here says (JOB_MAIL), made when it is sent: a link's token is stored as a hash only, so it cannot
 * wait in the queue. */
#pragma once
#include "model/jobs.h"

struct mail_draft {
	struct str to, username, locale;
	struct str link;              /* with a token where the purpose wants one, else the page to look at */
	struct str about;             /* the job's payload: the browser of a sign-in */
};
/* job->arg is the purpose: "confirm", "password", "email", or what happened. *ret_wanted false: the account is gone, or what the mail is
 * for is done or dropped meanwhile. */
MUST struct err *acts_mail_draft(struct call *c, const struct job *job, struct mail_draft *ret, bool *ret_wanted);
