/* Another server's film that makes no sound is a gifv, as with our own: there, what was a GIF became one. A few pieces of the file say so. */
#include "acts/media.h"
#include "base/metrics.h"
#include "media/jobs.h"
#include "net/client.h"
#include "view/media.h"
#include "wire/mp4.h"

enum { PIECE_BYTES = 64 * 1024, PIECES_MAX = 4, TIMEOUT_MS = 20000, REDIRECTS_MAX = 3 };

/* *ret none: it cannot be had in pieces. */
static struct err *fetch_piece(struct call *c, struct str url, int64_t at, struct str *ret)
{
	struct str range = arena_printf(c->arena, "Range: bytes=%lld-%lld", (long long)at, (long long)at + PIECE_BYTES - 1);
	const char *const headers[] = { "Accept: video/*", arena_strz(c->arena, range), NULL };
	const struct fetch f = { .url = url, .headers = headers, .timeout_ms = TIMEOUT_MS, .body_max = PIECE_BYTES, .redirects_max = REDIRECTS_MAX };
	struct fetched got;
	bool ok;

	*ret = STR_NONE;
	TRY(client_fetch(c, c->house->client, &f, &got));
	ok = got.outcome == FETCH_ANSWERED && (got.status == 206 || (got.status == 200 && at == 0));
	metric_add(METRIC_fetches_total, ok ? STR("ok") : STR("failed"), 1);
	if (got.outcome == FETCH_TIMEOUT || got.outcome == FETCH_UNREACHABLE || (got.outcome == FETCH_ANSWERED && got.status >= 500))
		return FAIL_DEFAULT(c->arena, ERR_REMOTE);
	if (ok)
		*ret = got.body;
	return NULL;
}

/* *ret_known false: the file does not say, or says it too late. */
static struct err *look(struct call *c, struct str url, struct mp4_tracks *ret, bool *ret_known)
{
	enum mp4_said said = MP4_MORE;
	struct str piece;

	*ret = (struct mp4_tracks){ 0 };
	*ret_known = false;
	for (int i = 0; i < PIECES_MAX && said == MP4_MORE; i++) {
		TRY(fetch_piece(c, url, ret->at, &piece));
		if (!piece.n)
			return NULL;
		said = mp4_tracks_read(ret, piece);
	}
	*ret_known = said == MP4_DONE;
	return NULL;
}

struct err *media_job_film_tracks(struct call *c, const struct job *job, bool *ret_later)
{
	media_id id = ID(media_id, job->ref_id);
	struct mp4_tracks tracks;
	struct str url;
	bool known;

	(void)ret_later;
	TRY(view_film_elsewhere(c, id, &url));
	if (!url.n)
		return NULL;
	TRY(look(c, url, &tracks, &known));
	return known && tracks.film && !tracks.sound ? acts_media_silent(c, id, url) : NULL;
}
