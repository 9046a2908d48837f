#include "wire/mp4.h"

enum { HEADER = 8, LONG_HEADER = 16, HANDLER_TYPE = 8, HANDLER_END = 12 };
#define FILE_MAX (INT64_C(1) << 50)

struct box {
	struct str type;
	int64_t size;             /* all of it, header included */
	size_t header;
};

static uint64_t number(const char *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

/* s: from the beginning of the box on. */
static bool box_read(struct str s, struct box *ret)
{
	uint64_t size;

	if (s.n < HEADER)
		return false;
	size = number(s.p, 4);
	*ret = (struct box){ .type = str_of(s.p + 4, 4), .header = size == 1 ? LONG_HEADER : HEADER };
	if (s.n < ret->header)
		return false;
	if (size == 1)
		size = number(s.p + HEADER, 8);
	ret->size = size < FILE_MAX ? (int64_t)size : 0;
	return ret->size >= (int64_t)ret->header;
}

static bool is(const struct box *b, const char *type) { return str_eqz(b->type, type); }

/* What leads to the tracks' kinds is stepped into, so that no list of what is open need be kept. */
static bool is_way(const struct box *b) { return is(b, "moov") || is(b, "trak") || is(b, "mdia"); }

static void hear(struct mp4_tracks *t, struct str body)
{
	struct str kind = str_of(body.p + HANDLER_TYPE, 4);

	t->film |= str_eqz(kind, "vide");
	t->sound |= str_eqz(kind, "soun");
}

enum mp4_said mp4_tracks_read(struct mp4_tracks *ret, struct str piece)
{
	int64_t from = ret->at, beyond = from + (int64_t)piece.n;
	struct box b;

	while (!ret->end || ret->at < ret->end) {
		struct str s = str_from(piece, (size_t)(ret->at - from));

		/* A header that may be cut off here stands whole at the beginning of the next piece. */
		if (ret->at > beyond || (ret->at > from && s.n < MP4_PIECE_MIN))
			return MP4_MORE;
		if (!box_read(s, &b) || (from == 0 && ret->at == 0 && !is(&b, "ftyp")) || ret->at > FILE_MAX)
			return MP4_BAD;
		if (is(&b, "moov"))
			ret->end = ret->at + b.size;
		if (is(&b, "hdlr") && ret->end) {
			if (b.size < (int64_t)b.header + HANDLER_END || s.n < b.header + HANDLER_END)
				return MP4_BAD;
			hear(ret, str_from(s, b.header));
		}
		ret->at += is_way(&b) ? (int64_t)b.header : b.size;
	}
	return ret->film || ret->sound ? MP4_DONE : MP4_BAD;
}
