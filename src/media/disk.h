/* media/disk.h: storage in a directory of this machine: <dir>/<key>, and <dir>/tmp/ for what is not finished. */
#pragma once
#include "media/storage.h"

/* Makes dir and dir/tmp where they are missing (0750), and clears from tmp what a crash left there more than a day ago.
 * Lives in a; its descriptor closes with a. Fails: LATER (the text says why). */
MUST struct err *disk_create(struct call *c, struct arena *a, struct str dir, struct storage **ret);

/* A nameless file in dir/tmp, for uploads and for what the helper writes: on the same disk, gone with its last descriptor.
 * Closes with c's arena. Fails: LATER. */
MUST struct err *disk_scratch(struct call *c, struct storage *disk, int *ret_fd);
