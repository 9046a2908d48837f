#include "net/mail.h"

#include <curl/curl.h>

struct upload_state {
	struct str rest;
};

static size_t give(char *into, size_t size, size_t n, void *arg)
{
	struct upload_state *u = arg;
	size_t take = size * n < u->rest.n ? size * n : u->rest.n;

	memcpy(into, u->rest.p, take);
	u->rest = str_from(u->rest, take);
	return take;
}

/* Nothing that would end the command it stands in. */
static bool address_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f || s.p[i] == '<' || s.p[i] == '>')
			return false;
	return s.n > 2 && s.n <= 254 && str_find(s, '@') < s.n;
}

/* "user:password@host:587": whose password may it be that goes to another machine? */
static bool wants_tls(struct str server)
{
	struct str rest = str_from(server, str_find_str(server, STR("://")) + 3), host;
	size_t at = str_rfind(rest, '@');

	if (at == rest.n)
		return false;
	host = str_from(rest, at + 1);
	return !str_has_prefix(host, STR("localhost")) && !str_has_prefix(host, STR("127.")) && !str_has_prefix(host, STR("[::1]"));
}

static struct err *outcome(struct arena *a, CURL *curl, CURLcode code, const char *why)
{
	long answer = 0;

	if (code == CURLE_OK)
		return NULL;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
	/* Refusing a login is for the operator to mend; the mail waits. */
	if (answer >= 500 && code != CURLE_LOGIN_DENIED)
		return FAIL(a, ERR_INVALID, "the mail server refused it: %ld %s", answer, *why ? why : curl_easy_strerror(code));
	return FAIL(a, ERR_REMOTE, "the mail server did not take it: %s", *why ? why : curl_easy_strerror(code));
}

struct err *mail_send(struct arena *a, const struct mail *m)
{
	struct upload_state upload = { m->message };
	char why[CURL_ERROR_SIZE] = "";
	struct curl_slist *to = NULL;
	struct err *e;
	CURL *curl;

	if (!address_ok(m->from) || !address_ok(m->to) || m->message.n > MAIL_MESSAGE_MAX)
		return FAIL(a, ERR_INVALID, "not fit to be sent: an address, or its size");
	curl = curl_easy_init();
	to = curl_slist_append(NULL, arena_strz(a, arena_concat(a, STR("<"), m->to, STR(">"))));
	if (!curl || !to)
		e = FAIL(a, ERR_INTERNAL, "no memory for a mail");
	else {
		curl_easy_setopt(curl, CURLOPT_URL, arena_strz(a, m->server));
		curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
		curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(wants_tls(m->server) ? CURLUSESSL_ALL : CURLUSESSL_TRY));
		if (m->ca_file.n)
			curl_easy_setopt(curl, CURLOPT_CAINFO, arena_strz(a, m->ca_file));
		curl_easy_setopt(curl, CURLOPT_MAIL_FROM, arena_strz(a, arena_concat(a, STR("<"), m->from, STR(">"))));
		curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
		curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
		curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
		curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)MAIL_TIMEOUT_S);
		curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)MAIL_TIMEOUT_S / 2);
		curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
		curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
		e = outcome(a, curl, curl_easy_perform(curl), why);
	}
	curl_slist_free_all(to);
	if (curl)
		curl_easy_cleanup(curl);
	return e;
}
