/* An event stream stays a connection of libmicrohttpd's, suspended while there is nothing to send: HTTP offers no way to take such
 * a socket over. It pays for that with that connection's memory. */
#include <stdlib.h>

#include "net/stream_priv.h"

enum { BLOCK = 4096 };

void net__sse_unpark(struct stream *s)
{
	if (!s->parked)
		return;
	s->parked = false;
	net__resume(s->set->server, s->conn->mhd);
}

/* On an I/O thread: libmicrohttpd has sent what it had. */
static ssize_t give(void *cls, uint64_t pos, char *to, size_t max)
{
	struct stream *s = cls;
	ssize_t n = 0;

	(void)pos;
	pthread_mutex_lock(&s->lock);
	if (s->out_at < s->out_n && !s->slow) {
		n = (ssize_t)(max < s->out_n - s->out_at ? max : s->out_n - s->out_at);
		memcpy(to, s->out + s->out_at, (size_t)n);
		net__stream_sent(s, (size_t)n);
	} else if (s->slow || !s->conn) {
		n = MHD_CONTENT_READER_END_WITH_ERROR;
	} else if (s->closed) {
		n = MHD_CONTENT_READER_END_OF_STREAM;
	} else {
		s->parked = true;
		net__suspend(s->set->server, s->conn->mhd);
	}
	pthread_mutex_unlock(&s->lock);
	return n;
}

static void given(void *cls) { stream_unref(cls); }

bool net__sse_begin(struct streams *set, struct exchange *x, enum MHD_Result *ret)
{
	struct conn *c = x->conn;
	struct stream *s;
	struct MHD_Response *res;

	if (x->request.method != METHOD_GET) {
		net__reply_reset(x);
		return false;
	}
	s = net__stream_create(set, x, false);
	s->conn = c;
	net__stream_append(s, ":)\n", 3);
	res = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, give, stream_ref(s), given);
	MHD_add_response_header(res, "Content-Type", "text/event-stream");
	MHD_add_response_header(res, "Cache-Control", "no-store");
	MHD_add_response_header(res, "X-Accel-Buffering", "no");
	net__response_headers(res, &x->reply);
	x->reply.status = 200;
	x->phase = PHASE_SENT;
	c->stream = s;
	c->x = NULL;
	atomic_fetch_add(&set->server->under_way, 1);     /* until net__stream_gone(): its last bytes are waited for */
	atomic_store(&c->until_us, 0);
	*ret = MHD_queue_response(c->mhd, MHD_HTTP_OK, res);
	MHD_destroy_response(res);
	/* The stream may last for days; the request need not. */
	net__exchange_end(x, *ret == MHD_YES);
	net__stream_attend(s);
	return true;
}
