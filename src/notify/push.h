/* notify/push.h: Web Push: messages to people's devices, through the push services that their clients named.
 * RFC 8030 (delivery), 8291 and its draft before (sealing), 8292 (who is asking). */
#pragma once
#include "model/jobs.h"
#include "net/client.h"
#include "view/push.h"

/* JOB_WEB_PUSH: ref_id is the notification, arg the subscription, host the push service's. It waits for the service without a worker:
 *
 *   2xx                       done
 *   408 429 5xx, silence      later, as often as jobs.def says; the service's Retry-After counts
 *   other 4xx                 done with, and the subscription is dropped (job PUSH_GONE)
 *   an address that may not be connected to, older than two days: done with */
job_fn notify_job_web_push;

/* The text that is sealed, as Mastodon's clients read it: access_token, preferred_locale, notification_id, notification_type, icon,
 * title, body. Fits WEBPUSH_PAYLOAD_MAX. */
struct str notify_push_payload(struct call *c, const struct push_draft *d, struct str token, notification_id about);
/* What an answer means for the job; `gone` is the subscription. */
struct job_end notify_push_judge(const struct fetched *f, push_id gone);
