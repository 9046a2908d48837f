/* The door: the listening socket and the thread that lets connections in. libmicrohttpd could do it by itself, but a daemon of it that
 * has its own epoll threads cannot stop listening safely: MHD_quiesce_daemon() and the threads both take the socket out of the epoll
 * set, and whoever comes second aborts the process. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/server_priv.h"

enum {
	DOOR_STACK = 64 * 1024, BACKLOG = 1024,
	FULL_MS = 20,             /* how soon a full house looks again whether somebody has left */
};

struct err *net__door_open(struct arena *a, struct server *s)
{
	struct str listen_on = s->how.listen, host = str_upto(listen_on, str_rfind(listen_on, ':'));
	struct str port = str_from(listen_on, host.n < listen_on.n ? host.n + 1 : host.n), bare = host;
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in in4 = { .sin_family = AF_INET };
	struct sockaddr *sa = (struct sockaddr *)&in4;
	socklen_t n = sizeof in4;
	struct net__ip ip;
	int64_t p;
	int on = 1, off = 0;

	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		bare = str_of(host.p + 1, host.n - 2);
	if (!str_i64(port, &p) || p < 0 || p > 65535 || !net__ip_parse(bare, &ip))
		return FAIL(a, ERR_INVALID, "'" STR_FMT "' is not an address and a port to listen at", STR_ARG(listen_on));
	if (str_contains(bare, STR(":"))) {
		memcpy(&in6.sin6_addr, ip.b, sizeof ip.b);
		in6.sin6_port = htons((uint16_t)p);
		sa = (struct sockaddr *)&in6;
		n = sizeof in6;
	} else {
		memcpy(&in4.sin_addr, ip.b + 12, 4);
		in4.sin_port = htons((uint16_t)p);
	}
	s->listen_fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->listen_fd < 0)
		return FAIL(a, ERR_INTERNAL, "cannot listen: %s", strerror(errno));
	setsockopt(s->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (sa->sa_family == AF_INET6)
		setsockopt(s->listen_fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off); /* "[::]" means every address of both families */
	if (bind(s->listen_fd, sa, n) < 0 || listen(s->listen_fd, BACKLOG) < 0 || getsockname(s->listen_fd, sa, &n) < 0)
		return FAIL(a, ERR_INTERNAL, "cannot listen at '" STR_FMT "': %s", STR_ARG(listen_on), strerror(errno));
	s->address = arena_printf(a, STR_FMT ":%d", STR_ARG(host), ntohs(sa->sa_family == AF_INET6 ? in6.sin6_port : in4.sin_port));
	return NULL;
}

/* Who does not fit yet waits in the kernel's backlog. */
static bool full(const struct server *s) { return atomic_load(&s->conns_n) >= s->how.connections_max; }

static void let_in(struct server *s, bool *ret_short)
{
	struct sockaddr_storage from;
	socklen_t n;
	int fd;

	*ret_short = false;
	while (!full(s) && !atomic_load(&s->stopping)) {
		n = sizeof from;
		fd = accept4(s->listen_fd, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			*ret_short = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
			return;
		}
		atomic_fetch_add(&s->conns_n, 1);
		if (MHD_add_connection(s->mhd, fd, (struct sockaddr *)&from, n) != MHD_YES) {
			atomic_fetch_sub(&s->conns_n, 1);         /* it has closed fd */
			return;
		}
	}
}

static void *keep_door(void *arg)
{
	struct server *s = arg;
	struct pollfd p[2] = { { .fd = s->door_fd, .events = POLLIN }, { .fd = s->listen_fd, .events = POLLIN } };
	bool lacking = false;

	while (!atomic_load(&s->stopping)) {
		bool shut = lacking || full(s);

		p[1].revents = 0;
		lacking = false;
		if (poll(p, shut ? 1 : 2, shut ? FULL_MS : -1) > 0 && p[1].revents)
			let_in(s, &lacking);
	}
	return NULL;
}

struct err *net__door_start(struct arena *a, struct server *s)
{
	struct err *e;

	s->door_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->door_fd < 0)
		return FAIL(a, ERR_INTERNAL, "cannot listen: %s", strerror(errno));
	e = net__thread(a, &s->door, DOOR_STACK, keep_door, s);
	s->door_kept = !e;
	return e;
}

void net__door_close(struct server *s)
{
	uint64_t one = 1;

	if (s->door_kept) {
		while (write(s->door_fd, &one, sizeof one) < 0 && errno == EINTR)
			;
		pthread_join(s->door, NULL);
	}
	if (s->door_fd >= 0)
		close(s->door_fd);
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	s->door_fd = s->listen_fd = -1;
	s->door_kept = false;
}
