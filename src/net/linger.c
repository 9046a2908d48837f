/* Connections that were answered before they had said all: a head too long, a body too large. Closed at once, over bytes that nobody has read or
 * that are still on their way, the kernel would reset them, and the answer may be lost with that (RFC 9112, 9.6). So their sockets are kept
 * for a moment, half closed, and what comes is thrown away. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/server_priv.h"

enum { LINGER_S = 3, THROWN_AT_ONCE = 256 * 1024 };

/* False: it has ended. */
static bool drain(int fd)
{
	char bytes[16 * 1024];
	ssize_t n = 1;

	for (size_t thrown = 0; n > 0 && thrown < THROWN_AT_ONCE; thrown += (size_t)n)
		n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* With conns_lock. */
static void drop(struct server *s, int i)
{
	close(s->lingering[i].fd);
	s->lingering[i] = s->lingering[--s->lingering_n];
}

static bool is_unread(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void net__linger(struct server *s, int fd, bool cut_short)
{
	int kept = -1, oldest = 0;

	if ((cut_short || is_unread(fd)) && !atomic_load(&s->stopping))
		kept = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (kept < 0)
		return;
	shutdown(kept, SHUT_WR);
	if (!drain(kept)) {
		close(kept);
		return;
	}
	pthread_mutex_lock(&s->conns_lock);
	for (int i = 1; i < s->lingering_n; i++)
		if (s->lingering[i].until_us < s->lingering[oldest].until_us)
			oldest = i;
	if (s->lingering_n == LINGERING_MAX)
		drop(s, oldest);
	s->lingering[s->lingering_n].fd = kept;
	s->lingering[s->lingering_n++].until_us = world_monotonic_us() + LINGER_S * US_PER_S;
	pthread_mutex_unlock(&s->conns_lock);
}

void net__linger_sweep(struct server *s, bool all)
{
	int64_t now = world_monotonic_us();

	pthread_mutex_lock(&s->conns_lock);
	for (int i = s->lingering_n - 1; i >= 0; i--)
		if (all || s->lingering[i].until_us < now || !drain(s->lingering[i].fd))
			drop(s, i);
	pthread_mutex_unlock(&s->conns_lock);
}
