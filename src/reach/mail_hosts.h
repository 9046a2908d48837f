/* reach/mail_hosts.h: who takes the mail of an address, so that a blocked provider is not had under another name. It asks the name service, so
 * it is for rows of lane FETCH. */
#pragma once
#include "acts/email_block.h"

/* None where the address is none, nothing is blocked here, or the name service does not answer in time: then the address stands for itself. */
MUST struct err *reach_mail_hosts(struct call *c, struct str email, struct mail_hosts *ret);
