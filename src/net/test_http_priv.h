/* net/test_http_priv.h: the tests' tiny HTTP client: blocking sockets, answers read whole. Only test_*.c include it. */
#pragma once
#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "net/server.h"

enum { ANSWER_MAX = 1024 * 1024 };

static inline int port_of(const struct server *s)
{
	struct str a = server_address(s);
	int64_t port = 0;

	return str_i64(str_from(a, str_rfind(a, ':') + 1), &port) ? (int)port : 0;
}

static inline int dial_from(const struct server *s, const char *from)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port_of(s)) };
	struct sockaddr_in me = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval patience = { .tv_sec = 10 };

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	inet_pton(AF_INET, from, &me.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (bind(fd, (struct sockaddr *)&me, sizeof me) < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static inline int dial(const struct server *s) { return dial_from(s, "127.0.0.1"); }

static inline bool say(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t n = send(fd, text.p, text.n, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		text = str_from(text, (size_t)n);
	}
	return true;
}

/* Reads until the text so far holds what, or the other side closes. */
static inline struct str hear_until(struct arena *a, int fd, struct str what)
{
	struct buf b = buf_init(a, ANSWER_MAX);
	char tmp[4096];
	ssize_t n;

	while (!str_contains(buf_str(&b), what) && (n = recv(fd, tmp, sizeof tmp, 0)) > 0)
		buf_add(&b, str_of(tmp, (size_t)n));
	return buf_str(&b);
}

/* Reads to the end of the connection. */
static inline struct str hear_all(struct arena *a, int fd) { return hear_until(a, fd, STR("\x01 never \x01")); }

/* One exchange on a connection of its own. */
static inline struct str ask(struct arena *a, const struct server *s, struct str request)
{
	int fd = dial(s);
	struct str answer = STR("");

	if (fd >= 0 && say(fd, request))
		answer = hear_all(a, fd);
	if (fd >= 0)
		close(fd);
	return answer;
}

static inline int status_of(struct str answer)
{
	int64_t status = 0;

	return answer.n > 12 && str_i64(str_of(answer.p + 9, 3), &status) ? (int)status : 0;
}

static inline struct str body_of(struct str answer)
{
	return str_from(answer, str_find_str(answer, STR("\r\n\r\n")) + 4);
}
