#include "notify/push.h"

#include "acts/push.h"
#include "base/buf.h"
#include "base/metrics.h"
#include "conf/conf.h"
#include "crypt/seal.h"
#include "crypt/webpush.h"
#include "view/notification.h"
#include "wire/json.h"
#include "wire/url.h"

enum { PUSH_TIMEOUT_MS = 10000, ANSWER_MAX = 16 * 1024, BODY_CHARS = 140, NAME_CHARS = 80, ICON_MAX = 1000, HEADERS_MAX = 12, TTL_S = 172800 };
#define RETRY_AFTER_MAX_S INT64_C(3600)

/* ---- what is said ---- */

static bool begins_character(char ch) { return ((unsigned char)ch & 0xC0) != 0x80; }

/* On one line, at most so many characters, with a mark where some are left out. */
static struct str shortened(struct arena *a, struct str text, size_t chars)
{
	struct buf b = buf_init(a, chars * 4 + 8);
	bool blank = false;
	size_t n = 0;

	text = str_trim(text);
	for (size_t i = 0; i < text.n; i++) {
		bool is_blank = (unsigned char)text.p[i] <= ' ';

		if (begins_character(text.p[i]) && !(is_blank && blank) && ++n > chars) {
			buf_addz(&b, "…");
			break;
		}
		if (!(is_blank && blank))
			buf_addc(&b, is_blank ? ' ' : text.p[i]);
		blank = is_blank;
	}
	return buf_str(&b);
}

struct str notify_push_payload(struct call *c, const struct push_draft *d, struct str token, notification_id about)
{
	struct buf b = buf_init(c->arena, WEBPUSH_PAYLOAD_MAX);
	struct jw w = jw_init(&b);

	jw_obj(&w);
	jw_kstr(&w, "access_token", token);
	jw_kstr(&w, "preferred_locale", d->locale.n ? d->locale : STR("en"));
	jw_ki64(&w, "notification_id", about.v);
	jw_kz(&w, "notification_type", notification_type_word(d->type));
	jw_kstr(&w, "icon", d->icon.n <= ICON_MAX ? d->icon : STR(""));
	jw_kstr(&w, "title", view_notification_title(c->arena, d->type, shortened(c->arena, d->name, NAME_CHARS)));
	jw_kstr(&w, "body", shortened(c->arena, d->text, BODY_CHARS));
	jw_obj_end(&w);
	return buf_str(&b);
}

/* ---- what the service answers ---- */

struct job_end notify_push_judge(const struct fetched *f, push_id gone)
{
	struct job_end end = { .result = JOB_RETRY, .why = f->why };
	int64_t after = 0;

	if (f->outcome == FETCH_REFUSED_ADDRESS || f->outcome == FETCH_BAD_URL)
		end.result = JOB_DROP;
	if (f->outcome != FETCH_ANSWERED)
		return end;
	end.why = STR("the push service refused it");
	if (f->status >= 200 && f->status < 300)
		end.result = JOB_DONE;
	else if (f->status >= 500 || f->status == 408 || f->status == 429)
		end.retry_after_s = !str_i64(f->retry_after, &after) || after < 0 ? 0 : after < RETRY_AFTER_MAX_S ? after : RETRY_AFTER_MAX_S;
	else
		end.result = JOB_DROP;
	if (end.result == JOB_DROP && f->status >= 400)
		end.then = (struct job_then){ true, JOB_PUSH_GONE, gone.v };
	return end;
}

/* What the answer needs to find its way back; in an arena of its own, for the job's ends with its run. */
struct on_wire {
	struct arena *arena;
	struct job_desk *desk;
	job_id id;
	push_id to;
};

static void done(void *arg, const struct fetched *result)
{
	static const char *const words[] = { "sent", "retried", "dropped", "fault" };
	struct on_wire *w = arg;
	struct job_end end = notify_push_judge(result, w->to);
	struct arena *a = w->arena;

	metric_add(METRIC_pushes_total, str_z(words[end.result]), 1);
	w->desk->report(w->desk, w->id, &end);
	arena_destroy(a);
}

/* ---- sending ---- */

static const char *header(struct call *c, const char *name, struct str value)
{
	return arena_strz(c->arena, arena_concat(c->arena, str_z(name), STR(": "), value));
}

/* Sealed for the device, signed with the server's key for the service. */
static struct err *seal_message(struct call *c, const struct push_draft *d, notification_id about, struct webpush_sealed *ret,
				struct str *ret_authorization)
{
	struct webpush_claim claim = { .subject = c->conf->base_url, .expires_s = c->now_us / US_PER_S + 12 * 3600 };
	struct webpush_keys keys = { .public_key = d->vapid_public };
	struct str token;
	struct url url;

	if (!url_parse(c->arena, d->endpoint, &url))
		return FAIL(c->arena, ERR_INVALID, "the endpoint is no address");
	claim.audience = arena_concat(c->arena, url.scheme, STR("://"), url.domain);
	if (c->conf->contact_email.n)
		claim.subject = arena_concat(c->arena, STR("mailto:"), c->conf->contact_email);
	TRY(unseal(c->arena, c->house->ring, acts_push_purpose(c->arena, d->token), d->token_sealed, &token));
	TRY(unseal(c->arena, c->house->ring, STR("vapid"), d->vapid_sealed, &keys.private_key));
	TRY(webpush_seal(c->arena, &(struct webpush_to){ d->p256dh, d->auth, d->standard }, notify_push_payload(c, d, token, about), ret));
	return webpush_vapid(c->arena, &keys, &claim, ret, ret_authorization);
}

static struct err *headers_of(struct call *c, const struct webpush_sealed *sealed, struct str authorization, push_id to,
			      const char *ret[HEADERS_MAX])
{
	struct str ticket;
	size_t n = 0;

	TRY(acts_push_ticket(c, to, &ticket));
	ret[n++] = "Content-Type: application/octet-stream";
	ret[n++] = header(c, "Content-Encoding", sealed->content_encoding);
	ret[n++] = header(c, "TTL", arena_printf(c->arena, "%d", TTL_S));
	ret[n++] = "Urgency: normal";
	ret[n++] = header(c, "Authorization", authorization);
	ret[n++] = header(c, "Unsubscribe-URL", arena_concat(c->arena, c->conf->base_url, STR("/api/web/push_subscriptions/"), ticket));
	if (sealed->encryption.p)
		ret[n++] = header(c, "Encryption", sealed->encryption);
	if (sealed->crypto_key.p)
		ret[n++] = header(c, "Crypto-Key", sealed->crypto_key);
	ret[n] = NULL;
	return NULL;
}

static struct err *begin(struct call *c, const struct job *job, const struct fetch *f, push_id to)
{
	struct arena *a = arena_create();
	struct on_wire *w = arena_new(a, struct on_wire);

	*w = (struct on_wire){ a, job->desk, job->id, to };
	if (client_begin(c->house->client, f, done, w))
		return NULL;
	arena_destroy(a);
	return FAIL(c->arena, ERR_BUSY, "too much is being sent");
}

struct err *notify_job_web_push(struct call *c, const struct job *job, bool *ret_later)
{
	const char *headers[HEADERS_MAX];
	notification_id about = ID(notification_id, job->ref_id);
	struct fetch f = { .method = STR("POST"), .headers = headers, .timeout_ms = PUSH_TIMEOUT_MS, .body_max = ANSWER_MAX,
			   .to_anybody = true };
	struct webpush_sealed sealed;
	struct str authorization;
	struct push_draft d;
	push_id to;
	bool found;

	if (!str_i64(job->arg, &to.v))
		return FAIL(c->arena, ERR_INTERNAL, "a WEB_PUSH job that names no subscription");
	if (job->created_us < c->now_us - TTL_S * US_PER_S)
		return NULL;
	TRY(view_push_draft(c, to, about, &d, &found));
	if (!found)
		return NULL;
	if (!c->house->client)
		return FAIL(c->arena, ERR_BUSY, "nothing is sent from here");
	TRY(seal_message(c, &d, about, &sealed, &authorization));
	TRY(headers_of(c, &sealed, authorization, to, headers));
	f.url = d.endpoint;
	f.body = sealed.body;
	TRY(begin(c, job, &f, to));
	*ret_later = true;
	return NULL;
}
