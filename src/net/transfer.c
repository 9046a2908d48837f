#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "conf/current.h"
#include "conf/limits.h"
#include "net/client_priv.h"
#include "wire/date.h"

void net__transfer_fail(struct transfer *t, enum fetch_outcome outcome, const char *why)
{
	t->result = (struct fetched){ .outcome = outcome, .url = t->url.text, .why = arena_dup(t->arena, str_z(why)) };
}

const char *net__ip_refusal(const struct guard *g, const char *ip, int port)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, ip, &in4.sin_addr) == 1)
		return guard_refusal(g, (const struct sockaddr *)&in4);
	if (inet_pton(AF_INET6, ip, &in6.sin6_addr) == 1)
		return guard_refusal(g, (const struct sockaddr *)&in6);
	return "no internet address";
}

static void refuse(struct transfer *t, const char *what, const char *ip)
{
	t->refusal = what;
	t->refused_ip[0] = 0;
	strncat(t->refused_ip, ip, sizeof t->refused_ip - 1);
}

/* A host that is trusted does not vouch for those it points to. */
static bool is_trusted(const struct transfer *t)
{
	return t->f->trusted_address && !t->left_host;
}

/* Every connection passes here before it is made, whatever name or redirect led to it. */
static curl_socket_t on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct transfer *t = arg;
	const char *what = is_trusted(t) ? NULL : guard_refusal(t->cl->guard, &to->addr);
	char ip[INET6_ADDRSTRLEN] = "";

	(void)purpose;
	if (what) {
		if (to->family == AF_INET)
			inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)&to->addr)->sin_addr, ip, sizeof ip);
		else if (to->family == AF_INET6)
			inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)&to->addr)->sin6_addr, ip, sizeof ip);
		refuse(t, what, ip);
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* And here before anything is sent: a connection kept alive may have been made for a trusted address. */
static int on_connected(void *arg, char *ip, char *local_ip, int port, int local_port)
{
	struct transfer *t = arg;
	const char *what = is_trusted(t) ? NULL : net__ip_refusal(t->cl->guard, ip, port);

	(void)local_ip;
	(void)local_port;
	if (!what)
		return CURL_PREREQFUNC_OK;
	refuse(t, what, ip);
	return CURL_PREREQFUNC_ABORT;
}

bool net__transfer_is_barred(struct transfer *t)
{
	const struct conf *conf;
	bool barred;

	if (!t->cl->conf || t->f->to_anybody || is_trusted(t))
		return false;
	conf = conf_take(t->cl->conf);
	barred = conf_limits_of(conf, t->url.domain).suspended;
	conf_give(t->cl->conf, conf);
	if (barred)
		net__transfer_fail(t, FETCH_REFUSED_ADDRESS, "this server suspends that one");
	return barred;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)size; /* always 1 */
	buf_add(&t->body, str_of(p, n));
	if (buf_ok(&t->body))
		return n;
	t->too_large = true;
	return 0;
}

static void header_keep(struct transfer *t, struct str name, struct str value)
{
	const struct { const char *name; struct str *to; } kept[] = {
		{ "content-type", &t->result.content_type }, { "location", &t->result.location }, { "retry-after", &t->result.retry_after },
		{ "etag", &t->result.etag }, { "last-modified", &t->result.last_modified },
		{ "content-range", &t->result.content_range },
	};

	if (str_ieq(name, STR("link"))) {
		struct str before = t->result.header_link;

		t->result.header_link = before.p ? arena_concat(t->arena, before, STR(", "), value) : arena_dup(t->arena, value);
		return;
	}
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		if (str_ieq(name, str_z(kept[i].name)))
			*kept[i].to = arena_dup(t->arena, value);
	}
}

static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	struct str name, value;

	(void)size;
	t->header_bytes += n;
	if (t->header_bytes > TRANSFER_HEADER_BYTES_MAX) {
		t->too_large = true;
		return 0;
	}
	/* A new head: what a "100 Continue" or "103 Early Hints" said is forgotten. */
	if (str_has_prefix(str_of(p, n), STR("HTTP/")))
		t->result = (struct fetched){ .outcome = FETCH_ANSWERED };
	else if (str_cut(str_of(p, n), ':', &name, &value))
		header_keep(t, str_trim(name), str_trim(value));
	return n;
}

/* Names what would let another host act in our name, or speaks of the first host only. */
static bool stays_behind(struct str line)
{
	static const char *const names[] = { "authorization", "signature", "signature-input", "cookie", "host" };
	struct str name, value;

	str_cut(line, ':', &name, &value);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (str_ieq(str_trim(name), str_z(names[i])))
			return true;
	}
	return false;
}

static bool headers_make(struct transfer *t)
{
	struct curl_slist *list = NULL, *longer;
	bool has_type = false;

	for (int i = 0; t->f->headers && t->f->headers[i]; i++) {
		struct str line = str_z(t->f->headers[i]);

		has_type = has_type || str_ihas_prefix(line, STR("content-type:"));
		if (t->left_host && stays_behind(line))
			continue;
		longer = curl_slist_append(list, t->f->headers[i]);
		if (!longer)
			goto full;
		list = longer;
	}
	/* curl's own additions are not wanted: an Expect costs a round trip, and a body's type is its sender's to say. */
	longer = curl_slist_append(list, "Expect:");
	if (!longer)
		goto full;
	list = longer;
	if (t->f->body.p && !has_type) {
		longer = curl_slist_append(list, "Content-Type:");
		if (!longer)
			goto full;
		list = longer;
	}
	t->headers = list;
	return true;
full:
	curl_slist_free_all(list);
	return false;
}

static void set_bounds(struct transfer *t, CURL *h, int64_t now_us)
{
	long left_ms = (long)((t->deadline_us - now_us) / US_PER_MS) + 1;

	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, left_ms);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, left_ms / 2 + 1);
	/* Without it, giving up on a name would wait for the resolver's thread, and this thread with it. */
	curl_easy_setopt(h, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(h, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(h, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(h, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	if (t->cl->ca_path)
		curl_easy_setopt(h, CURLOPT_CAINFO, t->cl->ca_path);
	/* One file of roots and no folder: then curl keeps the parsed roots between connections. */
	curl_easy_setopt(h, CURLOPT_CAPATH, NULL);
}

static void set_callbacks(struct transfer *t, CURL *h)
{
	curl_easy_setopt(h, CURLOPT_PRIVATE, t);
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, t->error);
	curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(h, CURLOPT_PREREQFUNCTION, on_connected);
	curl_easy_setopt(h, CURLOPT_PREREQDATA, t);
	curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(h, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, t);
}

static void set_request(struct transfer *t, CURL *h)
{
	const struct fetch *f = t->f;

	curl_easy_setopt(h, CURLOPT_URL, arena_strz(t->arena, t->url.text));
	curl_easy_setopt(h, CURLOPT_USERAGENT, t->cl->user_agent);
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, t->headers);
	if (t->cl->connect_to)
		curl_easy_setopt(h, CURLOPT_CONNECT_TO, t->cl->connect_to);
	if (f->body.p || strcmp(t->method, "POST") == 0) {
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)f->body.n);
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, f->body.p ? f->body.p : "");
	}
	if (strcmp(t->method, "HEAD") == 0)
		curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, t->method);
	if (f->s3_sigv4.p) {
		struct str how = arena_concat(t->arena, STR("aws:amz:"), f->s3_sigv4, STR(":s3"));

		curl_easy_setopt(h, CURLOPT_AWS_SIGV4, arena_strz(t->arena, how));
	} else {
		/* Every encoding curl knows; body_max counts what comes out. A stored object comes as it was stored. */
		curl_easy_setopt(h, CURLOPT_ACCEPT_ENCODING, "");
	}
	if (f->user.p && !t->left_host) {
		curl_easy_setopt(h, CURLOPT_USERNAME, arena_strz(t->arena, f->user));
		curl_easy_setopt(h, CURLOPT_PASSWORD, arena_strz(t->arena, f->password));
	}
}

/* An old or unknown one is seen, too; only its name is held to. */
static void set_certificate_only(CURL *h)
{
	curl_easy_setopt(h, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(h, CURLOPT_CERTINFO, 1L);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
}

bool net__transfer_begin(struct transfer *t, int64_t now_us)
{
	t->body = buf_init(t->arena, t->f->body_max ? t->f->body_max : 1 << 20);
	t->result = (struct fetched){ .outcome = FETCH_ANSWERED };
	t->refusal = NULL;
	t->error[0] = 0;
	t->easy = curl_easy_init();
	if (!t->easy || !headers_make(t)) {
		net__transfer_drop(t);
		net__transfer_fail(t, FETCH_UNREACHABLE, "no memory for another connection");
		return false;
	}
	set_bounds(t, t->easy, now_us);
	set_callbacks(t, t->easy);
	set_request(t, t->easy);
	if (t->f->certificate_only)
		set_certificate_only(t->easy);
	return true;
}

void net__transfer_drop(struct transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->headers);
	t->easy = NULL;
	t->headers = NULL;
}

/* Of curl's hundred ways to fail these mean something of their own to us. */
static enum fetch_outcome outcome_of(CURLcode code)
{
	static const struct {
		CURLcode code;
		enum fetch_outcome outcome;
	} known[] = {
		{ CURLE_OPERATION_TIMEDOUT, FETCH_TIMEOUT }, { CURLE_URL_MALFORMAT, FETCH_BAD_URL },
		{ CURLE_SSL_CONNECT_ERROR, FETCH_TLS },      { CURLE_PEER_FAILED_VERIFICATION, FETCH_TLS },
		{ CURLE_SSL_CIPHER, FETCH_TLS },             { CURLE_SSL_CERTPROBLEM, FETCH_TLS },
		{ CURLE_SSL_CACERT_BADFILE, FETCH_TLS },     { CURLE_SSL_ISSUER_ERROR, FETCH_TLS },
		{ CURLE_SSL_INVALIDCERTSTATUS, FETCH_TLS },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (known[i].code == code)
			return known[i].outcome;
	}
	return FETCH_UNREACHABLE;
}

static void fail_from_curl(struct transfer *t, CURLcode code)
{
	const char *why = t->error[0] ? t->error : curl_easy_strerror(code);

	if (t->too_large) {
		why = t->header_bytes > TRANSFER_HEADER_BYTES_MAX ? "its headers are too large" : "its body is too large";
		net__transfer_fail(t, FETCH_TOO_LARGE, why);
		return;
	}
	if (t->refusal && (code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK)) {
		struct str text = arena_printf(t->arena, "%s is %s", t->refused_ip, t->refusal);

		net__transfer_fail(t, FETCH_REFUSED_ADDRESS, arena_strz(t->arena, text));
		return;
	}
	net__transfer_fail(t, outcome_of(code), why);
}

/* Whether the answer is a redirect that this transfer follows. */
static bool is_redirect(const struct transfer *t, long status)
{
	bool moved = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;

	return moved && t->f->redirects_max > 0 && t->result.location.p && (strcmp(t->method, "GET") == 0 || strcmp(t->method, "HEAD") == 0);
}

/* Sets out for where the answer points to. False: not there; the result says why. */
static bool redirect(struct transfer *t)
{
	struct url to;

	if (t->redirects >= t->f->redirects_max) {
		net__transfer_fail(t, FETCH_BAD_URL, "redirected too often");
		return false;
	}
	if (!url_resolve(t->arena, &t->url, t->result.location, &to)) {
		net__transfer_fail(t, FETCH_BAD_URL, "redirected to what is no address");
		return false;
	}
	if (str_eqz(t->url.scheme, "https") && !str_eqz(to.scheme, "https")) {
		net__transfer_fail(t, FETCH_BAD_URL, "redirected from https to http");
		return false;
	}
	if (!str_eq(to.domain, t->url.domain) || !str_eq(to.scheme, t->url.scheme))
		t->left_host = true;
	t->redirects++;
	t->url = to;
	return !net__transfer_is_barred(t);
}

/* OpenSSL's "Nov  9 14:38:32 2026 GMT". */
static int64_t certificate_time(struct str text)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil when = { 0 };
	char z[32] = "", month[4] = "";
	const char *at;
	int64_t us;

	memcpy(z, text.p, text.n < sizeof z ? text.n : sizeof z - 1);
	if (sscanf(z, "%3s %d %d:%d:%d %d GMT", month, &when.day, &when.hour, &when.minute, &when.second, &when.year) != 6)
		return 0;
	at = strlen(month) == 3 ? strstr(months, month) : NULL;
	if (!at || (at - months) % 3 != 0)
		return 0;
	when.month = 1 + (int)(at - months) / 3;
	return date_from_civil(&when, &us) ? us : 0;
}

static void read_certificate(struct transfer *t)
{
	struct curl_certinfo *info = NULL;
	long verified = 1;
	struct str name, value;

	curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &verified);
	curl_easy_getinfo(t->easy, CURLINFO_CERTINFO, &info);
	t->result.certificate_trusted = verified == 0;
	for (const struct curl_slist *l = info && info->num_of_certs > 0 ? info->certinfo[0] : NULL; l; l = l->next) {
		if (!str_cut(str_z(l->data), ':', &name, &value))
			continue;
		if (str_eqz(name, "Start date"))
			t->result.certificate_from_us = certificate_time(value);
		else if (str_eqz(name, "Expire date"))
			t->result.certificate_until_us = certificate_time(value);
	}
}

bool net__transfer_end(struct transfer *t, CURLcode code)
{
	long status = 0;
	bool again = false;

	if (code == CURLE_OK || (t->f->only_status && !buf_ok(&t->body))) {
		curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
		if (is_redirect(t, status)) {
			again = redirect(t);
		} else {
			t->result.status = (int)status;
			t->result.url = t->url.text;
			t->result.body = buf_str(&t->body);
		}
	} else {
		fail_from_curl(t, code);
	}
	if (t->f->certificate_only)
		read_certificate(t);
	net__transfer_drop(t);
	return again;
}
