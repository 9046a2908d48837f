/* fed/jobs.h: the background work of this room (model/jobs.def): what came in, what goes out, what is fetched. */
#pragma once
#include "model/jobs.h"

job_fn fed_job_inbound;       /* ref_id: the signer; arg: whose inbox, empty for the shared one; payload: the activity */
job_fn fed_job_inbound_lookup; /* the same; host: who has to be asked first */
job_fn fed_job_plan;          /* acts/outbound.h */
job_fn fed_job_deliver;       /* ref_id: the body; arg: the inbox; host: its domain */
job_fn fed_job_resolve;       /* ref_id: the post; arg: a handle that its text names */
job_fn fed_job_fetch_thread;  /* arg: the address of what a post here answers; payload: how many answers up */
job_fn fed_job_refresh_actor; /* ref_id: the account */
job_fn fed_job_import;        /* ref_id: the import; payload: where to go on with what its file does not name */
job_fn fed_job_card_author;   /* ref_id: the card; arg: the handle that its page names */
job_fn fed_job_fetch_collections; /* ref_id: the account; or arg: the address of one that somebody links to */
job_fn fed_job_verify_items; /* ref_id: the collection of people */
job_fn fed_job_fetch_featured; /* ref_id: the account; arg: the address of the tags that it features, or empty */
job_fn fed_job_fetch_replies; /* ref_id: the post to begin with */
job_fn fed_job_synchronize;    /* ref_id: whom they follow; arg: where it is said */
job_fn fed_job_host_software;  /* arg: the domain */
job_fn fed_job_verify_quote;  /* ref_id: the quote; payload: how many quotes of quotes lead to it */
