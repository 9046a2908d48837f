/* The certificates of this server's own names, looked at from outside: one TLS handshake each, nothing is asked for. */
#include "acts/certificate.h"
#include "base/log.h"
#include "conf/conf.h"
#include "net/client.h"
#include "ops/jobs.h"

enum { HANDSHAKE_MS = 10000 };

/* Roots and names of one's own are what a laboratory has; there they are no news. */
static bool is_among_friends(const struct conf *conf) { return conf->static_hosts.n || conf->allow_private_addresses.n; }

static void tell(struct call *c, const struct certificate *seen)
{
	enum certificate_age age = acts_certificate_age(seen, c->now_us);
	int64_t days = acts_certificate_days_left(seen, c->now_us);

	if (age >= CERTIFICATE_ENDS)
		log_error("certificate.ends", KV("host", seen->host), KV("days_left", days));
	else if (age == CERTIFICATE_ENDS_SOON)
		log_warn("certificate.ends_soon", KV("host", seen->host), KV("days_left", days));
	if (seen->trouble.n && !is_among_friends(c->conf))
		log_warn("certificate.trouble", KV("host", seen->host), KV("why", seen->trouble));
}

struct err *ops_job_certificate(struct call *c, const struct job *job, bool *ret_later)
{
	struct fetch f = { .url = arena_concat(c->arena, STR("https://"), job->arg, STR("/")), .timeout_ms = HANDSHAKE_MS, .trusted_address = true,
			   .certificate_only = true };
	struct certificate seen = { .host = job->arg };
	struct fetched got;

	*ret_later = false;
	if (!c->house->client)
		return NULL;
	TRY(client_fetch(c, c->house->client, &f, &got));
	seen.from_us = got.certificate_from_us;
	seen.until_us = got.certificate_until_us;
	seen.trusted = got.certificate_trusted;
	if (got.outcome != FETCH_ANSWERED)
		seen.trouble = got.why;
	else if (!seen.trusted && acts_certificate_age(&seen, c->now_us) != CERTIFICATE_OVER)
		seen.trouble = STR("it leads to no root that is known here; does the server send the whole chain?");
	TRY(acts_certificate_saw(c, &seen));
	tell(c, &seen);
	return NULL;
}
