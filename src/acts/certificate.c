#include "acts/certificate.h"

#include "acts/acts_user_priv.h"
#include "base/metrics.h"
#include "conf/conf.h"
#include "store/job.h"
#include "store/notification.h"
#include "wire/date.h"

enum { ADMINS_TOLD_MAX = 100 };
#define SOON_US (21 * US_PER_DAY)
#define ENDS_US (14 * US_PER_DAY)
#define AGAIN_US (7 * US_PER_DAY)

static int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }

enum certificate_age acts_certificate_age(const struct certificate *of, int64_t now_us)
{
	int64_t left = of->until_us - now_us, whole = of->until_us - of->from_us;

	if (!of->until_us)
		return CERTIFICATE_GOOD;
	if (left <= 0)
		return CERTIFICATE_OVER;
	/* Whoever renews does so with a third of the time left. */
	if (left < lesser(ENDS_US, whole / 6))
		return CERTIFICATE_ENDS;
	return left < lesser(SOON_US, whole / 4) ? CERTIFICATE_ENDS_SOON : CERTIFICATE_GOOD;
}

int64_t acts_certificate_days_left(const struct certificate *of, int64_t now_us)
{
	int64_t left = of->until_us - now_us;

	return left >= 0 ? left / US_PER_DAY : -1 - -left / US_PER_DAY;
}

int acts_certificate_hosts(const struct conf *conf, struct str ret[CERTIFICATE_HOSTS_MAX])
{
	int n = 0;

	if (conf_is_lab(conf))
		return 0;
	ret[n++] = conf->web_domain;
	if (!str_eq(conf->domain, conf->web_domain))
		ret[n++] = conf->domain;
	return n;
}

static struct err *ask(struct call *c, void *arg)
{
	struct str hosts[CERTIFICATE_HOSTS_MAX];
	int n = acts_certificate_hosts(c->conf, hosts);

	(void)arg;
	for (int i = 0; i < n; i++)
		TRY(job_add(c, &(struct job_new){ .kind = JOB_CERTIFICATE, .arg = hosts[i],
						  .once_key = arena_concat(c->arena, STR("certificate:"), hosts[i]) }));
	return NULL;
}

struct err *acts_certificates_ask(struct call *c) { return store_tx(c, ask, NULL); }

static void show(struct call *c, const struct certificate *of)
{
	if (of->until_us)
		metric_set(METRIC_certificate_days_left, of->host, acts_certificate_days_left(of, c->now_us));
}

static struct err *tell_admins(struct call *c, const struct certificate *of)
{
	struct str what = arena_printf(c->arena, STR_FMT ", until " STR_FMT, STR_ARG(of->host), STR_ARG(date_iso_s(c->arena, of->until_us)));
	int64_t *who;
	size_t n;

	TRY(admins_here(c, ADMINS_TOLD_MAX, &who, &n));
	for (size_t i = 0; i < n; i++)
		TRY(acts__mail(c, ID(account_id, who[i]), "certificate", what));
	return NULL;
}

static struct err *saw(struct call *c, void *arg)
{
	struct certificate *seen = arg, before;
	bool found, ends = acts_certificate_age(seen, c->now_us) >= CERTIFICATE_ENDS;

	TRY(certificate_find(c, seen->host, &before, &found));
	/* A host that was not to be had says nothing of the certificate that was seen there. */
	if (!seen->until_us && before.until_us) {
		seen->from_us = before.from_us;
		seen->until_us = before.until_us;
		seen->trusted = before.trusted;
		ends = acts_certificate_age(seen, c->now_us) >= CERTIFICATE_ENDS;
	}
	seen->looked_us = c->now_us;
	seen->told_us = ends ? before.told_us : 0;
	if (ends && c->now_us - before.told_us >= AGAIN_US) {
		seen->told_us = c->now_us;
		TRY(tell_admins(c, seen));
	}
	return certificate_put(c, seen);
}

struct err *acts_certificate_saw(struct call *c, struct certificate *seen)
{
	TRY(store_tx(c, saw, seen));
	show(c, seen);
	return NULL;
}

struct err *acts_certificates_show(struct call *c)
{
	struct certificate *v;
	size_t n;

	TRY(certificates_all(c, &v, &n));
	for (size_t i = 0; i < n; i++)
		show(c, &v[i]);
	return NULL;
}
