#include "notify/mail.h"

#include "acts/letter.h"
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

/* What a mail says, by its purpose (acts/letter.h). */
static const struct {
	const char *purpose, *subject, *text;
} letters[] = {
	{ "confirm", "confirm your address",
	  "somebody, hopefully you, has made an account on {domain} with this e-mail address.\n"
	  "To confirm it, open this link within seven days:\n\n{link}\n\n"
	  "If it was not you, do nothing: without the link the account cannot be used.\n" },
	{ "password", "a new password",
	  "somebody, hopefully you, wants a new password for your account on {domain}.\n"
	  "To choose one, open this link within six hours:\n\n{link}\n\n"
	  "If it was not you, do nothing: your password stays as it is.\n" },
	{ "email", "confirm your new address",
	  "you want to use this e-mail address for your account on {domain} from now on.\n"
	  "To confirm it, open this link within seven days:\n\n{link}\n\n"
	  "If it was not you, do nothing: the account keeps the address it has.\n" },
	{ "email-changed", "your address was changed",
	  "your account on {domain} has another e-mail address now, and this one is no longer used.\n\n"
	  "If it was not you, somebody else has your password: write to the people who run {domain}.\n" },
	{ "password-changed", "your password was changed",
	  "the password of your account on {domain} was changed.\n\n"
	  "If it was not you, ask for a new one at once, and look at who is signed in:\n\n{link}\n" },
	{ "sign-in", "a new sign-in",
	  "somebody has signed in to your account on {domain} from a network that was not used before, with this browser:\n\n{about}\n\n"
	  "If it was you, there is nothing to do. If not, change your password and end that session:\n\n{link}\n" },
	{ "two-factor-on", "two-factor sign-in is on",
	  "signing in to your account on {domain} takes a code of your authenticator app from now on.\n\n"
	  "If it was not you, somebody else is signed in as you:\n\n{link}\n" },
	{ "two-factor-off", "two-factor sign-in is off",
	  "signing in to your account on {domain} takes no more than your password from now on.\n\n"
	  "If it was not you, somebody else is signed in as you:\n\n{link}\n" },
	{ "recovery-codes", "new recovery codes",
	  "new recovery codes were made for your account on {domain}; the old ones do not count any more.\n\n"
	  "If it was not you, somebody else is signed in as you:\n\n{link}\n" },
	{ "passkey-added", "a passkey was added",
	  "the passkey \"{about}\" was added to your account on {domain} and can be used to sign in.\n\n"
	  "If it was not you, remove it and change your password:\n\n{link}\n" },
	{ "passkey-removed", "a passkey was removed",
	  "the passkey \"{about}\" was removed from your account on {domain}.\n\n"
	  "If it was not you, somebody else is signed in as you:\n\n{link}\n" },
	{ "scheduled", "a post was not published",
	  "a post that you had scheduled on {domain} could not be published, and waits no more. The reason:\n\n{about}\n" },
	{ "certificate", "a certificate ends",
	  "a certificate of {domain} was not renewed, and soon browsers, apps and other servers will refuse to talk with it:\n\n{about}\n\n"
	  "Whoever runs the server renews it where TLS ends, mostly in the proxy before it, and looks why that did not happen by itself.\n" },
	{ "archive", "your archive is ready",
	  "the archive of your account on {domain} that you asked for is ready. It is kept for seven days:\n\n{link}\n\n"
	  "It holds all that you wrote, private messages too: keep it where nobody else reads it.\n" },
};

/* The text with its holes filled. What fills them is not looked at again. */
static struct str fill(struct call *c, struct str text, const struct mail_draft *d)
{
	const struct { struct str hole, value; } holes[] = {
		{ STR("{domain}"), c->conf->domain }, { STR("{link}"), d->link }, { STR("{about}"), d->about.n ? d->about : STR("not known") },
	};
	struct buf b = buf_init(c->arena, MAIL_MESSAGE_MAX);

	buf_addf(&b, "Hello " STR_FMT ",\n\n", STR_ARG(d->username));
	while (text.n) {
		size_t at = str_find(text, '{'), h = 0;

		buf_add(&b, str_upto(text, at));
		text = str_from(text, at);
		while (h < sizeof holes / sizeof *holes && !str_has_prefix(text, holes[h].hole))
			h++;
		if (text.n && h < sizeof holes / sizeof *holes) {
			buf_add(&b, holes[h].value);
			text = str_from(text, holes[h].hole.n);
		} else if (text.n) {
			buf_addc(&b, '{');
			text = str_from(text, 1);
		}
	}
	return buf_str(&b);
}

struct err *notify_job_mail(struct call *c, const struct job *job, bool *ret_later)
{
	struct mail_draft draft;
	struct str subject;
	size_t i = 0;
	bool wanted;

	*ret_later = false;
	if (!c->conf->smtp_url.n)
		return NULL;
	while (i < sizeof letters / sizeof *letters && !str_eqz(job->arg, letters[i].purpose))
		i++;
	if (i == sizeof letters / sizeof *letters)
		return FAIL(c->arena, ERR_INTERNAL, "no mail is known for '" STR_FMT "'", STR_ARG(job->arg));
	TRY(acts_mail_draft(c, job, &draft, &wanted));
	if (!wanted)
		return NULL;
	subject = arena_concat(c->arena, c->conf->title, STR(": "), str_z(letters[i].subject));
	return mail_send(c->arena, &(struct mail){
		.server = c->conf->smtp_url, .ca_file = c->conf->ca_file, .from = c->conf->mail_from, .to = draft.to,
		.message = notify_mail_message(c, draft.to, subject, fill(c, str_z(letters[i].text), &draft)),
	});
}
