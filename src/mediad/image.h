/* mediad/image.h: one picture in, a picture and its preview out: turned upright, in sRGB, without metadata, within its budget. */
#pragma once
#include "media/protocol.h"

/* Readies libvips: only the loaders that are let in, one thread, nothing kept between jobs. Once, before the sandbox. 0: ready. */
int image_setup(void);
/* Does what ask says and fills everything of *ret but version and id. Descriptors stay open. */
void image_work(const struct protocol_ask *ask, const int fds[PROTOCOL_FDS], struct protocol_answer *ret);
/* Whether the last work ran out of memory: the process should be replaced. */
int image_short_of_memory(void);
