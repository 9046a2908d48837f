/* acts/certificate.h: the certificates of this server's own names are looked at twice a day, so that one that is not renewed is noticed before
 * everybody's browser does. ops/certificate.c looks; here is what is made of it. */
#pragma once
#include "model/jobs.h"
#include "store/certificate.h"

/* By the time it is good for: one of three months has three weeks for the first and two for the second; one that is renewed each day has hours. */
enum certificate_age { CERTIFICATE_GOOD, CERTIFICATE_ENDS_SOON, CERTIFICATE_ENDS, CERTIFICATE_OVER };
enum certificate_age acts_certificate_age(const struct certificate *of, int64_t now_us);
int64_t acts_certificate_days_left(const struct certificate *of, int64_t now_us);     /* less than 0: over */

/* The names that browsers and other servers reach this one by. How many; none in a laboratory, which is without TLS. */
enum { CERTIFICATE_HOSTS_MAX = 4 };
int acts_certificate_hosts(const struct conf *conf, struct str ret[CERTIFICATE_HOSTS_MAX]);
/* Recurring: a JOB_CERTIFICATE for each. */
schedule_fn acts_certificates_ask;
/* What the job saw. Kept; the admins get a mail where it ends, once a week while it does. seen->told_us is filled in. */
MUST struct err *acts_certificate_saw(struct call *c, struct certificate *seen);
/* Says in the metrics of this process what is known. */
MUST struct err *acts_certificates_show(struct call *c);
