/* store/conversation.h: rows of conversations: what direct posts said to one set of people in one thread, as each local person among them
 * keeps it. A post is in one conversation of a person. */
#pragma once
#include "model/status.h"
#include "store/store.h"

struct conversation {
	conversation_id id;
	account_id account;
	struct str participants;      /* ids of the others, "12,34"; empty: none */
	status_id last;
	bool unread;
};

/* In a transaction, as all that follows up to the pages. Puts a direct post, whose mentions stand, into a conversation of somebody it
 * concerns; unread unless they wrote it. *ret: the conversation; none where the post was in one. */
MUST struct err *conversation_post(struct call *c, const struct status *s, account_id of, conversation_id *ret);
/* The post is about to go: conversations that held nothing else go too. */
MUST struct err *conversations_forget(struct call *c, status_id post);
/* It stays, and goes out of all conversations; *ret: whose they were. */
MUST struct err *conversations_take_out(struct call *c, status_id post, int64_t **ret, size_t *ret_n);
/* Posts have come into this thread from others (their thread_id says so): so do their conversations. */
MUST struct err *conversations_join(struct call *c, status_id thread);
MUST struct err *conversation_mark(struct call *c, account_id of, conversation_id id, bool unread, bool *ret_was);
MUST struct err *conversation_drop(struct call *c, account_id of, conversation_id id, bool *ret_was);
/* All in which somebody takes part. */
MUST struct err *conversations_drop_with(struct call *c, account_id of, account_id whom);

/* Newest last post first; the cursors are the ids of the last posts. */
MUST struct err *conversations_page(struct call *c, account_id of, const struct page *p, struct conversation **ret, size_t *ret_n);
MUST struct err *conversation_find(struct call *c, account_id of, conversation_id id, struct conversation *ret, bool *ret_found);
