/* mediad/cage.h: the walls around a program that is not ours. Wider than those of sandbox.h, as it must load its libraries. */
#pragma once
#include <stdint.h>

enum { CAGE_IN_FD = 3, CAGE_OUT_FD = 4, CAGE_QUICK_S = 20 };

/* Becomes `program`, of directory dir, with these words, no environment, and s seconds of CPU and of wall clock. It can use its libraries,
 * start threads, read descriptor 3 and write descriptor 4; where the kernel has Landlock, no other file opens. It makes no socket and no
 * process, becomes no other program, and ends with our server. Returns only where it could not be built or the program is not there. */
void cage_exec(const char *dir, const char *program, char **argv, uint32_t s);
