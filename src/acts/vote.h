/* acts/vote.h: votes in polls, and polls that end. Texts of errors are Mastodon 4.6's (PollVote). */
#pragma once
#include "base/call.h"
#include "model/jobs.h"
#include "model/status.h"
#include "model/viewer.h"

/* NOT_FOUND "Record not found": unknown or hidden; INVALID: one's own, over, no such choice, voted before. */
MUST struct err *acts_vote(struct call *c, account_id who, poll_id id, const int64_t *choices, size_t n);

/* A vote from elsewhere in a poll of ours, by its option's title. What cannot be is dropped without a word; *ret_counted. */
MUST struct err *acts_vote_receive(struct call *c, account_id actor, status_id question, struct str title, struct str uri, bool *ret_counted);

job_fn acts_job_poll_close;       /* ref_id: the poll */
