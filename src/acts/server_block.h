/* acts/server_block.h: silencing and suspending other servers, with all below their domains. What people see follows from the block where it is
 * read (store/server_block.h), and goes with it. Only the follows that a suspension ends are gone for good; whoever loses some is told.
 * Each act is written into the audit log, and every process follows within a second. https://docs.joinmastodon.org/methods/admin/domain_blocks/ */
#pragma once
#include "model/jobs.h"
#include "store/server_block.h"

/* NULL and none: as it was, or, for a new one: silence, false, nothing. */
struct server_block_in {
	struct str domain;
	const enum block_severity *severity;
	const bool *reject_media, *reject_reports, *obfuscate;
	struct str public_comment, private_comment;
	struct str by;
};
enum server_block_verb { SERVER_BLOCK_ADD, SERVER_BLOCK_CHANGE };
/* Fails: INVALID    no domain, this server's own or one above it, one that is nobody's own (com), a comment over COMMENT_MAX bytes, or
 *                   ADD, and it is blocked already;   NOT_FOUND  CHANGE, and it is not. */
enum { SERVER_BLOCK_COMMENT_MAX = 2000 };
MUST struct err *acts_server_block_put(struct call *c, enum server_block_verb verb, const struct server_block_in *in);
/* NOT_FOUND: it is not blocked. */
MUST struct err *acts_server_block_drop(struct call *c, struct str domain, struct str by);

/* Takes out what is here of the people of a suspended server and of all below it: posts, follows, profiles and keys, person by person, as if each
 * had been deleted over there, and the server's emoji. It does not come back with the end of the block. The log has a line that counts the people.
 * *ret_n: how many, also where it fails midway; who does it again goes on. And how many these would be. Fail: INVALID  it is not suspended. */
MUST struct err *acts_server_purge(struct call *c, struct str domain, struct str by, int64_t *ret_n);
MUST struct err *acts_server_purge_count(struct call *c, struct str domain, int64_t *ret_n);

/* What stands for a domain whose name is not said, to those who know it: its SHA-256 in hex. */
struct str acts_domain_digest(struct arena *a, struct str domain);

/* JOB_SERVER_BLOCK. arg: the domain. Looks at what stands when it runs. */
job_fn acts_job_server_block;
