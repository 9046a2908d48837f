/* notify/mail.h: mails to people here: plain text, made when they are sent, because the links in them are stored as hashes only. */
#pragma once
#include "model/jobs.h"

/* JOB_MAIL: ref_id is the account, arg what for (acts/letter.h). Without a mail server there is nothing to do. */
job_fn notify_job_mail;

/* The whole message (RFC 5322) for a text whose lines end in "\n". A subject beyond ASCII is encoded (RFC 2047). */
struct str notify_mail_message(struct call *c, struct str to, struct str subject, struct str text);
