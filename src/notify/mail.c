#include "notify/mail.h"

#include "acts/signup.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "net/mail.h"
#include "wire/base64.h"
#include "wire/date.h"

enum { SUBJECT_MAX = 200, ENCODED_CHUNK = 39 };

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

/* RFC 2047: words of at most 75 characters, parted by a fold; a character is never cut. */
static struct str header_text(struct call *c, struct str s)
{
	struct str rest = str_utf8_upto(s, SUBJECT_MAX), out = STR("");

	if (is_ascii(rest))
		return rest;
	while (rest.n) {
		struct str piece = str_utf8_upto(rest, ENCODED_CHUNK);

		if (!piece.n)
			break;
		out = arena_concat(c->arena, out, str_z(out.n ? "\r\n " : ""), STR("=?utf-8?B?"), base64_encode(c->arena, piece), STR("?="));
		rest = str_from(rest, piece.n);
	}
	return out;
}

struct str notify_mail_message(struct call *c, struct str to, struct str subject, struct str text)
{
	const struct conf *conf = c->conf;
	struct buf b = buf_init(c->arena, MAIL_MESSAGE_MAX);
	struct str line, date = date_http(c->arena, c->now_us);

	/* "GMT" of HTTP's dates is "+0000" here. */
	buf_addf(&b, "Date: " STR_FMT "+0000\r\n", (int)date.n - 3, date.p);
	buf_addf(&b, "From: " STR_FMT "\r\n", STR_ARG(conf->mail_from));
	buf_addf(&b, "To: " STR_FMT "\r\nSubject: " STR_FMT "\r\n", STR_ARG(to), STR_ARG(header_text(c, subject)));
	buf_addf(&b, "Message-ID: <" STR_FMT "@" STR_FMT ">\r\n", STR_ARG(call_random_hex(c, 16)),
		 STR_ARG(str_from(conf->mail_from, str_rfind(conf->mail_from, '@') + 1)));
	buf_addz(&b, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
		     "Auto-Submitted: auto-generated\r\n\r\n");
	while (str_next(&text, '\n', &line)) {
		buf_add(&b, line);
		buf_addz(&b, "\r\n");
	}
	return buf_str(&b);
}

static struct str confirm_text(struct call *c, const struct mail_draft *d)
{
	return arena_printf(c->arena,
			    "Hello " STR_FMT ",\n\n"
			    "somebody, hopefully you, has made an account on " STR_FMT " with this e-mail address.\n"
			    "To confirm it, open this link within seven days:\n\n" STR_FMT "\n\n"
			    "If it was not you, do nothing: without the link the account cannot be used.\n",
			    STR_ARG(d->username), STR_ARG(c->conf->domain), STR_ARG(d->link));
}

static struct str password_text(struct call *c, const struct mail_draft *d)
{
	return arena_printf(c->arena,
			    "Hello " STR_FMT ",\n\n"
			    "somebody, hopefully you, wants a new password for your account on " STR_FMT ".\n"
			    "To choose one, open this link within six hours:\n\n" STR_FMT "\n\n"
			    "If it was not you, do nothing: your password stays as it is.\n",
			    STR_ARG(d->username), STR_ARG(c->conf->domain), STR_ARG(d->link));
}

struct err *notify_job_mail(struct call *c, const struct job *job, bool *ret_later)
{
	bool reset = str_eqz(job->arg, "password"), wanted;
	struct mail_draft draft;
	struct str subject;

	*ret_later = false;
	if (!c->conf->smtp_url.n)
		return NULL;
	TRY(acts_mail_draft(c, ID(account_id, job->ref_id), job->arg, &draft, &wanted));
	if (!wanted)
		return NULL;
	subject = arena_concat(c->arena, c->conf->title, reset ? STR(": a new password") : STR(": confirm your address"));
	return mail_send(c->arena, &(struct mail){
		.server = c->conf->smtp_url, .ca_file = c->conf->ca_file, .from = c->conf->mail_from, .to = draft.to,
		.message = notify_mail_message(c, draft.to, subject, reset ? password_text(c, &draft) : confirm_text(c, &draft)),
	});
}
