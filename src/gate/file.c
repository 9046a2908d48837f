/* Answers that are files. https://www.rfc-editor.org/rfc/rfc9110 13.1.2 (If-None-Match), 13.1.5 (If-Range) and 14 (ranges). */
#include <unistd.h>

#include "gate/gate_priv.h"

enum range { RANGE_NONE, RANGE_ONE, RANGE_BAD };

/* "etag" in a list of them, or "*"; weak ones compare alike. */
static bool etag_listed(struct str list, struct str etag)
{
	struct str one;

	while (str_next(&list, ',', &one)) {
		one = str_trim(one);
		if (str_has_prefix(one, STR("W/")))
			one = str_from(one, 2);
		if (str_eqz(one, "*") || str_eq(one, etag))
			return true;
	}
	return false;
}

/* Digits only: "+1" and " 1" are no positions. */
static bool read_position(struct str s, int64_t *ret)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return str_i64(s, ret);
}

/* "bytes=0-99", "bytes=100-", "bytes=-100". What is malformed, and more than one range, is as if there were none. */
static enum range read_range(struct str s, int64_t size, int64_t *ret_first, int64_t *ret_n)
{
	int64_t first = 0, last = size - 1;
	struct str a, b;

	if (!str_ihas_prefix(s, STR("bytes=")) || !str_cut(str_trim(str_from(s, 6)), '-', &a, &b) || (!a.n && !b.n))
		return RANGE_NONE;
	if ((a.n && !read_position(a, &first)) || (b.n && !read_position(b, &last)) || (a.n && b.n && last < first))
		return RANGE_NONE;
	if (!a.n) {
		if (last == 0)
			return RANGE_BAD;
		first = last < size ? size - last : 0;
		last = size - 1;
	}
	if (first >= size)
		return RANGE_BAD;
	*ret_first = first;
	*ret_n = (last < size ? last : size - 1) - first + 1;
	return RANGE_ONE;
}

void req_file(struct req *r, const struct req_file *f)
{
	struct str wanted = request_header(r->http, "Range"), same = request_header(r->http, "If-Range");
	enum range range = RANGE_NONE;
	int64_t first = 0, n = f->size;

	req_header(r, "ETag", f->etag);
	if (etag_listed(request_header(r->http, "If-None-Match"), f->etag)) {
		r->out->status = 304;
		close(f->fd);
		return;
	}
	req_header(r, "Accept-Ranges", STR("bytes"));
	if (wanted.n && (!same.n || str_eq(same, f->etag)) && r->http->method == METHOD_GET)
		range = read_range(wanted, f->size, &first, &n);
	if (range == RANGE_BAD) {
		r->out->status = 416;
		req_header(r, "Content-Range", arena_printf(r->http->arena, "bytes */%lld", (long long)f->size));
		close(f->fd);
		return;
	}
	if (range == RANGE_ONE)
		req_header(r, "Content-Range",
			   arena_printf(r->http->arena, "bytes %lld-%lld/%lld", (long long)first, (long long)(first + n - 1), (long long)f->size));
	r->out->status = range == RANGE_ONE ? 206 : 200;
	req_header(r, "Content-Type", str_z(f->content_type));
	r->out->fd = f->fd;
	r->out->fd_at = first;
	r->out->fd_size = n;
}
