/* acts/email_block.h: domains of e-mail addresses that nobody signs up with or changes to: throw-away addresses, mostly. A block stands for the
 * domain, all below it, and whatever domain has its mail taken by a host there. Each act is written into the audit log.
 * https://docs.joinmastodon.org/methods/admin/email_domain_blocks/ */
#pragma once
#include "base/call.h"

/* Who takes the mail of an address's domain (MX), as far as it was looked up: reach/mail_hosts.h. At most MAIL_HOSTS_MAX count. */
struct mail_hosts {
	const struct str *v;
	size_t n;
};
enum { MAIL_HOSTS_MAX = 10 };

/* Fail: INVALID  no domain, one of a single label, which would be half the world's, or (add) it is blocked already;
 *       NOT_FOUND  (drop) it is not blocked. */
MUST struct err *acts_email_block_add(struct call *c, struct str domain, struct str by);
MUST struct err *acts_email_block_drop(struct call *c, struct str domain, struct str by);
