#include "media/archive.h"

#include "acts/archive.h"
#include "media/storage.h"
#include "view/archive.h"

enum { BATCH = 100, BATCHES_MAX = 100 };

struct err *media_archive_drop(struct call *c, account_id who)
{
	struct own_archive a;
	bool found;

	TRY(view_archive(c, who, &a, &found));
	return found && a.file.n ? storage_drop(c, c->house->storage, a.file) : NULL;
}

struct err *media_clean_archives(struct call *c)
{
	size_t n = BATCH;

	for (int i = 0; i < BATCHES_MAX && n == BATCH; i++) {
		struct own_archive *over;

		TRY(acts_archives_over(c, BATCH, &over, &n));
		for (size_t k = 0; k < n; k++) {
			if (over[k].file.n)
				TRY(storage_drop(c, c->house->storage, over[k].file));
			TRY(acts_archive_forget(c, &over[k]));
		}
	}
	return NULL;
}
