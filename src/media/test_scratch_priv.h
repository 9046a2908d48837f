/* media/test_scratch_priv.h: a folder for one test. */
#pragma once
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

enum { SCRATCH_PATH_MAX = 64 };

static inline void scratch_make(char dir[SCRATCH_PATH_MAX])
{
	snprintf(dir, SCRATCH_PATH_MAX, "/tmp/howdah-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
}

static inline int scratch_wipe(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static inline void scratch_remove(const char *dir) { nftw(dir, scratch_wipe, 8, FTW_PHYS | FTW_DEPTH); }
