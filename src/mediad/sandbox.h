/* mediad/sandbox.h: the walls around a process that decodes strangers' files. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

/* Limits and the system call filter, for all threads and for good. After it the process can read, write and close what it was handed,
 * start threads, use memory up to the limit, and talk on descriptor 3; it opens nothing (EACCES), and anything else kills it.
 * false: the wall could not be built; do not work without it. */
bool sandbox_enter(void);

/* Gives the next job s seconds of CPU and of wall clock; beyond either the process is killed by its signal. 0: stops the clocks. */
void sandbox_clock(uint32_t s);

/* The resource (RLIMIT_*) ends at `most`, or where it ended already, and can't be raised again. false: it could not be set. */
bool sandbox_limit(int what, rlim_t most);
