/* acts/email.h: the address that somebody here can be reached at: proven by the link in a mail, changed by another such link. */
#pragma once
#include "acts/email_block.h"
#include "model/ids.h"

/* The link of a confirmation mail. Fails: NOT_FOUND  it is unknown, used up or too old. */
MUST struct err *acts_email_confirm(struct call *c, struct str token, account_id *ret);
/* Sends the confirmation mail again, to another address if one is given. Fails: FORBIDDEN  the address is confirmed already; INVALID  the
 * address; LIMITED. */
MUST struct err *acts_confirmation_resend(struct call *c, account_id who, struct str email, struct mail_hosts hosts);
/* The same for whoever says to own an address; whether it is known is not told. */
MUST struct err *acts_confirmation_resend_to(struct call *c, struct str email);

/* Wants another address: it becomes theirs once the link in the mail to it is opened, and the old one is told. Fails: INVALID  fields
 * "password" or "email"; FORBIDDEN  no mail is sent here; LIMITED. */
MUST struct err *acts_email_change(struct call *c, account_id who, struct str password, struct str email, struct mail_hosts hosts);
MUST struct err *acts_email_change_cancel(struct call *c, account_id who);
/* Fails: NOT_FOUND  the link is unknown, used up or too old, or another one is wanted since, or its domain was blocked since. */
MUST struct err *acts_email_change_confirm(struct call *c, struct str token);
