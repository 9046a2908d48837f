#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "net/client_priv.h"

enum { TIMEOUT_MS = 10000, PER_HOST = 4, TOTAL = 768, TOTAL_MAX = 4096, WAITING_TIMES = 4, TICK_MS = 100, CA_MAX = 8 << 20 };

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void curl_init(void)
{
	/* Fails only where a library cannot start at all. */
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
}

static size_t host_place(const struct url *u)
{
	return str_hash(u->domain) % CLIENT_HOSTS;
}

/* Takes t in; false: full, or stopping. No host may fill the waiting room: it gets a quarter of it. */
static bool submit(struct client *cl, struct transfer *t)
{
	struct client_host *host = &cl->hosts[t->host];
	int room = cl->total * WAITING_TIMES;
	bool taken;

	pthread_mutex_lock(&cl->lock);
	taken = !cl->stopping && cl->admitted < cl->total + room && host->admitted < cl->per_host + room / 4;
	if (taken) {
		cl->admitted++;
		host->admitted++;
		t->next = NULL;
		*cl->arrived_end = t;
		cl->arrived_end = &t->next;
	}
	pthread_mutex_unlock(&cl->lock);
	if (taken)
		curl_multi_wakeup(cl->multi);
	return taken;
}

/* Hands the result over. t is gone afterwards. */
static void finish(struct client *cl, struct transfer *t)
{
	struct arena *own = t->owns_arena ? t->arena : NULL;

	t->result.took_us = world_monotonic_us() - t->began_us;
	pthread_mutex_lock(&cl->lock);
	cl->admitted--;
	cl->hosts[t->host].admitted--;
	pthread_mutex_unlock(&cl->lock);
	t->done(t->arg, &t->result);
	arena_destroy(own);
}

static void fail(struct client *cl, struct transfer *t, enum fetch_outcome outcome, const char *why)
{
	net__transfer_fail(t, outcome, why);
	finish(cl, t);
}

static void wait_first(struct client *cl, struct transfer *t)
{
	t->next = cl->waiting;
	cl->waiting = t;
	if (!t->next)
		cl->waiting_end = &t->next;
}

/* Moves what was handed over to the end of the waiting list. True: there was something. */
static bool take_arrived(struct client *cl, bool *ret_stopping)
{
	struct transfer *first;

	pthread_mutex_lock(&cl->lock);
	first = cl->arrived;
	if (first) {
		*cl->waiting_end = first;
		cl->waiting_end = cl->arrived_end;
		cl->arrived = NULL;
		cl->arrived_end = &cl->arrived;
	}
	*ret_stopping = cl->stopping;
	pthread_mutex_unlock(&cl->lock);
	return first != NULL;
}

static void start(struct client *cl, struct transfer *t, int64_t now_us)
{
	int place = 0;

	while (cl->running[place])
		place++;
	if (!net__transfer_begin(t, now_us)) {
		finish(cl, t);
		return;
	}
	if (curl_multi_add_handle(cl->multi, t->easy) != CURLM_OK) {
		net__transfer_drop(t);
		fail(cl, t, FETCH_UNREACHABLE, "no memory for another connection");
		return;
	}
	t->place = place;
	cl->running[place] = t;
	cl->running_n++;
	cl->hosts[t->host].running++;
}

/* Starts all that have a slot, in the order they came; gives up those whose time is over. */
static void start_waiting(struct client *cl)
{
	int64_t now_us = world_monotonic_us();
	struct transfer *t = cl->waiting;

	cl->waiting = NULL;
	cl->waiting_end = &cl->waiting;
	while (t) {
		struct transfer *next = t->next;

		t->next = NULL;
		if (t->unfit) {
			finish(cl, t);
		} else if (t->deadline_us <= now_us) {
			fail(cl, t, FETCH_TIMEOUT, "waited too long for a free connection");
		} else if (cl->running_n < cl->total && cl->hosts[t->host].running < cl->per_host) {
			start(cl, t, now_us);
		} else {
			*cl->waiting_end = t;
			cl->waiting_end = &t->next;
		}
		t = next;
	}
}

static void stop_running(struct client *cl, struct transfer *t)
{
	curl_multi_remove_handle(cl->multi, t->easy);
	cl->running[t->place] = NULL;
	cl->running_n--;
	cl->hosts[t->host].running--;
}

/* Counts t at the host it is redirected to. */
static void move_host(struct client *cl, struct transfer *t)
{
	size_t to = host_place(&t->url);

	pthread_mutex_lock(&cl->lock);
	cl->hosts[t->host].admitted--;
	cl->hosts[to].admitted++;
	pthread_mutex_unlock(&cl->lock);
	t->host = to;
}

/* True: something ended, so a slot is free. */
static bool collect(struct client *cl)
{
	bool any = false;
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(cl->multi, &left))) {
		struct transfer *t = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE || curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t) != CURLE_OK)
			continue;
		any = true;
		stop_running(cl, t);
		if (net__transfer_end(t, code)) {
			move_host(cl, t);
			wait_first(cl, t);
		} else {
			finish(cl, t);
		}
	}
	return any;
}

static void stop_all(struct client *cl)
{
	bool stopping;

	for (int i = 0; i < cl->total; i++) {
		struct transfer *t = cl->running[i];

		if (!t)
			continue;
		stop_running(cl, t);
		net__transfer_drop(t);
		fail(cl, t, FETCH_UNREACHABLE, "the server is stopping");
	}
	take_arrived(cl, &stopping);
	while (cl->waiting) {
		struct transfer *t = cl->waiting;

		cl->waiting = t->next;
		fail(cl, t, FETCH_UNREACHABLE, "the server is stopping");
	}
}

static void *loop(void *arg)
{
	struct client *cl = arg;
	int64_t looked_us = 0;
	bool stopping = false, look = false;
	int still;

	while (!stopping) {
		look |= take_arrived(cl, &stopping);
		if (look || (cl->waiting && world_monotonic_us() - looked_us > TICK_MS * US_PER_MS)) {
			start_waiting(cl);
			looked_us = world_monotonic_us();
		}
		curl_multi_perform(cl->multi, &still);
		look = collect(cl);
		if (!look && !stopping)
			curl_multi_poll(cl->multi, NULL, 0, cl->waiting ? TICK_MS : 1000, NULL);
	}
	stop_all(cl);
	return NULL;
}

/* A whole file of roots, appended. */
static struct err *ca_read(struct arena *a, const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char piece[16384];
	ssize_t n = -1;

	if (fd >= 0) {
		while ((n = read(fd, piece, sizeof piece)) > 0)
			buf_add(out, str_of(piece, (size_t)n));
		close(fd);
	}
	if (n < 0)
		return FAIL(a, ERR_INVALID, "the roots in '%s' cannot be read: %s", path, strerror(errno));
	if (!buf_ok(out))
		return FAIL(a, ERR_INVALID, "the roots in '%s' are too many", path);
	buf_addc(out, '\n');
	return NULL;
}

/* curl takes one file of roots, so the system's and the extra ones are put together in one that has no name. In memory
 * (CURLOPT_CAINFO_BLOB) they would be parsed anew for each connection: 30 ms of this thread; a file's are kept. */
static struct err *ca_load(struct arena *a, struct client *cl, struct str ca_file)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
	AUTO_ARENA(tmp);
	struct buf out = buf_init(tmp, CA_MAX);

	if (ca_file.n == 0)
		return NULL;
	if (info->cainfo)
		TRY(ca_read(a, info->cainfo, &out));
	TRY(ca_read(a, arena_strz(a, ca_file), &out));
	cl->ca_fd = memfd_create("roots", MFD_CLOEXEC);
	if (cl->ca_fd < 0 || write(cl->ca_fd, out.p, out.n) != (ssize_t)out.n)
		return FAIL(a, ERR_INTERNAL, "the roots cannot be put together: %s", strerror(errno));
	cl->ca_path = arena_strz(a, arena_printf(a, "/proc/self/fd/%d", cl->ca_fd));
	return NULL;
}

/* "name=127.0.0.1:8443" to curl's "name::127.0.0.1:8443"; "name:3000=..." to "name:3000:...". */
static struct err *static_host_add(struct arena *a, struct client *cl, struct str piece)
{
	struct str name, address, domain;
	struct curl_slist *longer;
	size_t colon;

	if (!str_cut(piece, '=', &name, &address) || !domain_normalize(a, name, &domain) || (colon = str_rfind(address, ':')) == address.n ||
	    colon == 0 || colon + 1 == address.n)
		return FAIL(a, ERR_INVALID, "'" STR_FMT "' is not a name and its address (name=127.0.0.1:8443)", STR_ARG(piece));
	domain = arena_concat(a, domain, str_contains(domain, STR(":")) ? STR(":") : STR("::"), address);
	longer = curl_slist_append(cl->connect_to, arena_strz(a, domain));
	if (!longer)
		return FAIL(a, ERR_INTERNAL, "no memory for the static hosts");
	cl->connect_to = longer;
	return NULL;
}

static struct err *static_hosts_load(struct arena *a, struct client *cl, struct str list)
{
	while (list.n > 0) {
		size_t n = 0;
		struct str piece;

		while (n < list.n && list.p[n] != ' ' && list.p[n] != ',' && list.p[n] != '\n' && list.p[n] != '\t')
			n++;
		piece = str_upto(list, n);
		list = str_from(list, n + 1);
		if (piece.n > 0)
			TRY(static_host_add(a, cl, piece));
	}
	return NULL;
}

/* Signals are for the main thread: a write to a closed socket must not end the process from here either. */
static int thread_start(struct client *cl)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&cl->thread, NULL, loop, cl);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed;
}

static void client_free(struct client *cl)
{
	curl_slist_free_all(cl->connect_to);
	curl_multi_cleanup(cl->multi);
	if (cl->ca_fd >= 0)
		close(cl->ca_fd);
	pthread_mutex_destroy(&cl->lock);
}

static struct err *client_load(struct arena *a, struct client *cl, const struct client_how *how)
{
	TRY(guard_parse(a, how->allow_private, &cl->guard));
	TRY(guard_parse(a, STR(""), &cl->bare_guard));
	cl->allows = str_trim(how->allow_private).n > 0;
	TRY(ca_load(a, cl, how->ca_file));
	TRY(static_hosts_load(a, cl, how->static_hosts));
	cl->multi = curl_multi_init();
	if (!cl->multi)
		return FAIL(a, ERR_INTERNAL, "the HTTP client cannot start");
	curl_multi_setopt(cl->multi, CURLMOPT_MAXCONNECTS, (long)cl->total);
	if (thread_start(cl) != 0)
		return FAIL(a, ERR_INTERNAL, "the HTTP client's thread cannot start");
	return NULL;
}

struct err *client_start(struct arena *a, const struct client_how *how, struct client **ret)
{
	struct client *cl = arena_new(a, struct client);
	struct err *e;

	pthread_once(&curl_once, curl_init);
	cl->user_agent = arena_strz(a, how->user_agent.n ? how->user_agent : STR("Howdah/" HOWDAH_VERSION));
	cl->conf = how->conf;
	cl->per_host = how->per_host > 0 ? how->per_host : PER_HOST;
	cl->total = how->total > 0 ? how->total : TOTAL;
	if (cl->total > TOTAL_MAX)
		cl->total = TOTAL_MAX;
	if (cl->per_host > cl->total)
		cl->per_host = cl->total;
	cl->hosts = arena_array(a, struct client_host, CLIENT_HOSTS);
	cl->running = arena_array(a, struct transfer *, (size_t)cl->total);
	cl->arrived_end = &cl->arrived;
	cl->waiting_end = &cl->waiting;
	cl->ca_fd = -1;
	pthread_mutex_init(&cl->lock, NULL);
	e = client_load(a, cl, how);
	if (e) {
		client_free(cl);
		return e;
	}
	*ret = cl;
	return NULL;
}

void client_stop(struct client *cl)
{
	if (!cl)
		return;
	pthread_mutex_lock(&cl->lock);
	cl->stopping = true;
	pthread_mutex_unlock(&cl->lock);
	curl_multi_wakeup(cl->multi);
	pthread_join(cl->thread, NULL);
	client_free(cl);
}

bool client_address_allowed(const struct client *cl, const char *ip, int port)
{
	return net__ip_refusal(cl->guard, ip, port) == NULL;
}

bool client_only_by_allowance(const struct client *cl, const char *host, int port)
{
	AUTO_ARENA(tmp);
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV }, *all;
	struct str name = str_z(host);
	bool inner = true, allowed = false;

	if (name.n > 2 && name.p[0] == '[')
		name = str_of(name.p + 1, name.n - 2);
	if (!cl->allows || getaddrinfo(arena_strz(tmp, name), arena_printf(tmp, "%d", port).p, &hints, &all) != 0)
		return false;
	for (const struct addrinfo *one = all; one; one = one->ai_next) {
		inner &= guard_refusal(cl->bare_guard, one->ai_addr) != NULL;
		allowed |= guard_refusal(cl->guard, one->ai_addr) == NULL;
	}
	freeaddrinfo(all);
	return inner && allowed;
}

/* A header with a line break would be two; a stranger's text may have got into one. */
static bool headers_sound(const char *const *headers)
{
	for (int i = 0; headers && headers[i]; i++) {
		if (i == TRANSFER_HEADERS_MAX || strpbrk(headers[i], "\r\n") || !strchr(headers[i], ':'))
			return false;
	}
	return true;
}

/* Checks what is asked for. False: t->result says what is wrong with it. */
static bool prepare(struct client *cl, struct transfer *t, const struct fetch *f, int64_t timeout_ms)
{
	t->cl = cl;
	t->f = f;
	t->url.text = f->url;
	t->method = f->method.n ? arena_strz(t->arena, f->method) : "GET";
	t->began_us = world_monotonic_us();
	t->deadline_us = t->began_us + timeout_ms * US_PER_MS;
	if (!url_parse(t->arena, f->url, &t->url)) {
		net__transfer_fail(t, FETCH_BAD_URL, "not an http or https address");
		return false;
	}
	if (!headers_sound(f->headers)) {
		net__transfer_fail(t, FETCH_BAD_URL, "a request header is malformed, or there are too many");
		return false;
	}
	t->host = host_place(&t->url);
	if (net__transfer_is_barred(t))
		return false;
	if (timeout_ms <= 0) {
		net__transfer_fail(t, FETCH_TIMEOUT, "no time is left for it");
		return false;
	}
	return true;
}

struct waiter {
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool done;                /* guarded by lock */
	struct fetched *ret;
};

static void on_waited(void *arg, const struct fetched *result)
{
	struct waiter *w = arg;

	pthread_mutex_lock(&w->lock);
	*w->ret = *result;
	w->done = true;
	pthread_cond_signal(&w->woken);
	pthread_mutex_unlock(&w->lock);
}

struct err *client_fetch(struct call *c, struct client *cl, const struct fetch *f, struct fetched *ret)
{
	struct transfer *t = arena_new(c->arena, struct transfer);
	struct waiter w = { .lock = PTHREAD_MUTEX_INITIALIZER, .woken = PTHREAD_COND_INITIALIZER, .ret = ret };
	int64_t timeout_ms = f->timeout_ms > 0 ? f->timeout_ms : TIMEOUT_MS;

	if (c->deadline_us) {
		int64_t left_ms = (c->deadline_us - c->world->now_us(c->world)) / US_PER_MS;

		timeout_ms = left_ms < timeout_ms ? left_ms : timeout_ms;
	}
	call_reads_end(c);
	/* The caller waits, so the transfer may use its arena and needs no copies. */
	t->arena = c->arena;
	t->done = on_waited;
	t->arg = &w;
	if (!prepare(cl, t, f, timeout_ms)) {
		*ret = t->result;
		return NULL;
	}
	if (!submit(cl, t))
		return FAIL(c->arena, ERR_BUSY, "too many requests to other servers are waiting");
	pthread_mutex_lock(&w.lock);
	while (!w.done)
		pthread_cond_wait(&w.woken, &w.lock);
	pthread_mutex_unlock(&w.lock);
	return NULL;
}

static const struct fetch *fetch_copy(struct arena *a, const struct fetch *f)
{
	struct fetch *copy = arena_new(a, struct fetch);
	const char **headers;
	size_t n = 0;

	*copy = *f;
	copy->method = arena_dup(a, f->method);
	copy->url = arena_dup(a, f->url);
	copy->body = arena_dup(a, f->body);
	copy->s3_sigv4 = arena_dup(a, f->s3_sigv4);
	copy->user = arena_dup(a, f->user);
	copy->password = arena_dup(a, f->password);
	while (f->headers && f->headers[n] && n <= TRANSFER_HEADERS_MAX)
		n++;
	headers = arena_array(a, const char *, n + 1);
	for (size_t i = 0; i < n; i++)
		headers[i] = arena_strz(a, str_z(f->headers[i]));
	copy->headers = headers;
	return copy;
}

bool client_begin(struct client *cl, const struct fetch *f, void (*done)(void *arg, const struct fetched *result), void *arg)
{
	struct arena *a = arena_create();
	struct transfer *t = arena_new(a, struct transfer);
	const struct fetch *copy = fetch_copy(a, f);

	t->arena = a;
	t->owns_arena = true;
	t->done = done;
	t->arg = arg;
	t->unfit = !prepare(cl, t, copy, f->timeout_ms > 0 ? f->timeout_ms : TIMEOUT_MS);
	if (submit(cl, t))
		return true;
	arena_destroy(a);
	return false;
}
