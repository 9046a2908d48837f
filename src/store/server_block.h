/* store/server_block.h: servers that this one has silenced or suspended, with all below their domains. The row of server_blocks with the longest
 * domain counts. server_limits follows from them for the domains that people are known of; SQL_GONE and SQL_SILENCED read it, so that nothing
 * has to be undone in the rows of people and posts when a block goes. */
#pragma once
#include "model/enums.h"
#include "store/store.h"

enum { SERVER_BLOCKS_MAX = 20000 };

struct server_block {
	int64_t id;
	struct str domain;                /* normalized */
	enum block_severity severity;
	bool reject_media, reject_reports, obfuscate;
	struct str public_comment, private_comment;
	struct str by;                    /* who made or changed it last */
	int64_t created_us, changed_us;
};
/* All, by domain. */
MUST struct err *server_blocks_all(struct call *c, struct server_block **ret, size_t *ret_n);
/* Those that everybody may know of: what silences or suspends, the lighter first. */
MUST struct err *server_blocks_public(struct call *c, struct server_block **ret, size_t *ret_n);
/* The one about just this domain; id 0: none. */
MUST struct err *server_block_find(struct call *c, struct str domain, struct server_block *ret);
/* In a transaction. The one about this domain is made or changed, and every node is told; created_us and id of an older one stay.
 * Fails: INVALID there are SERVER_BLOCKS_MAX. */
MUST struct err *server_block_put(struct call *c, const struct server_block *b);
MUST struct err *server_block_drop(struct call *c, struct str domain, struct str by, bool *ret_was);

/* In a transaction. What follows from the blocks for known domains is put right: for one of which the first account comes, and for all at
 * or below a domain. */
MUST struct err *server_limit_meet(struct call *c, struct str domain);
MUST struct err *server_limits_follow(struct call *c, struct str below);
/* Is it, by the longest block that holds it? */
MUST struct err *server_is_suspended(struct call *c, struct str domain, bool *ret);
/* Are its files shown to nobody here: is it suspended, or are its media rejected? */
MUST struct err *server_shows_no_media(struct call *c, struct str domain, bool *ret);
/* By name, after that one, at or below a domain: domains of known people; those of them that are suspended; hosts that jobs wait for. */
MUST struct err *peers_below(struct call *c, struct str below, struct str after, int max, struct str **ret, size_t *ret_n);
MUST struct err *server_limits_below(struct call *c, struct str below, struct str after, int max, struct str **ret, size_t *ret_n);
MUST struct err *jobs_hosts_below(struct call *c, struct str below, struct str after, int max, struct str **ret, size_t *ret_n);
/* Known people of suspended servers at or below a domain; of one server those after that id. Who is gone already is none. */
MUST struct err *suspended_people_count(struct call *c, struct str below, int64_t *ret);
MUST struct err *server_people(struct call *c, struct str domain, int64_t after, int max, int64_t **ret, size_t *ret_n);
