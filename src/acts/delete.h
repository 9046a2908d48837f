/* acts/delete.h: leaving for good. The account is closed at once: sessions and tokens end, its pages are gone, other servers are told. Jobs
 * then take out what it left, some at a time. Its row stays as a mark, so that nobody else gets the name. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* Fails: INVALID  field "current_password"; LIMITED; BUSY. */
MUST struct err *acts_account_delete(struct call *c, account_id who, struct str password);

/* For the job (media/delete.c): takes out some of what is left. *ret_more: there is more. Once there is not, *ret_files names the pictures
 * that belong to nobody now. Nothing where the account is not on its way out. */
struct erased_files { struct str avatar, avatar_still, header, header_still; };
MUST struct err *acts_account_erase(struct call *c, account_id who, bool *ret_more, struct erased_files *ret_files);
/* Queues the next job. */
MUST struct err *acts_account_erase_go_on(struct call *c, account_id who);
