/* net/mail.h: one mail to an SMTP server of ours (RFC 5321). The server is named in boot settings, so the address guard does not apply. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum { MAIL_MESSAGE_MAX = 256 * 1024, MAIL_TIMEOUT_S = 30 };

struct mail {
	struct str server;        /* "smtp://user:password@host:587" (STARTTLS where the server has it) or "smtps://host:465" */
	struct str ca_file;       /* extra roots, PEM; none: the system's alone */
	struct str from, to;      /* addresses alone */
	struct str message;       /* RFC 5322, whole, lines ending in CR LF */
};
/* Waits at most MAIL_TIMEOUT_S for the server to take it. A password never goes over an open line to another machine.
 * Fails: INVALID  an address or the message is not fit to be sent, or the server refuses it for good; REMOTE  it did not take it now. */
MUST struct err *mail_send(struct arena *a, const struct mail *m);
