/* view/server_block.h: the servers that this one silences or suspends, as far as it tells (settings show_domain_blocks and
 * show_domain_blocks_rationale). https://docs.joinmastodon.org/methods/instance/#domain_blocks */
#pragma once
#include "base/call.h"
#include "model/enums.h"
#include "model/viewer.h"

struct server_block_told {
	struct str domain;            /* the real one */
	struct str shown;             /* it, or with stars */
	struct str digest;            /* what everybody who knows the domain can compare: its SHA-256 in hex. Whoever writes it fills this in */
	enum block_severity severity;
	struct str comment;           /* none: not told */
};
struct server_blocks_told {
	bool told;                    /* false: not to this viewer */
	struct server_block_told *v;
	size_t n;
};
/* The lighter first, then by domain. One query. */
MUST struct err *view_server_blocks(struct call *c, const struct viewer *v, struct server_blocks_told *ret);
/* An array of DomainBlock. */
struct str view_server_blocks_json(struct call *c, const struct server_blocks_told *told);
/* Is any domain of e-mail addresses blocked? */
MUST struct err *view_email_blocks_any(struct call *c, bool *ret);
/* "example.org" as "ex*****.org": as much as Mastodon leaves of it. */
struct str view_domain_obfuscated(struct arena *a, struct str domain);
