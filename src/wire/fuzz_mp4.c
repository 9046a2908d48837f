#include <stdlib.h>

#include "wire/mp4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	/* The first byte says how the file is cut, so that what stands on an edge is read too. */
	size_t piece = MP4_PIECE_MIN + (n ? data[0] : 0);
	struct str file = str_from(str_of((const char *)data, n), 1);
	struct mp4_tracks t = { 0 };
	int64_t before = -1;

	while (t.at > before && (size_t)t.at <= file.n) {
		before = t.at;
		if (mp4_tracks_read(&t, str_upto(str_from(file, (size_t)t.at), piece)) != MP4_MORE)
			return 0;
		if (t.at <= before)
			abort();
	}
	return 0;
}
