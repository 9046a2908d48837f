/* What is kept only for a while. */
#include "acts/media.h"
#include "media/film.h"
#include "media/picture.h"

enum { BATCH = 100, BATCHES_MAX = 100 };

struct err *media_clean(struct call *c)
{
	for (int i = 0; i < BATCHES_MAX; i++) {
		struct media *gone;
		size_t n;

		TRY(acts_media_forget_loose(c, BATCH, &gone, &n));
		for (size_t k = 0; k < n; k++)
			film_drop_files(c, &gone[k]);
		if (n == 0)
			break;
	}
	return NULL;
}
