/* mediad/breach.h: what an intruder would do, for tests that the walls stand. Builds with faults only. */
#pragma once

/* Does what HOWDAH_MEDIA_TEST names: socket, exec, fork, open, memory, abort, sleep, leave. Returns only where the wall answered with
 * an error, or nothing is named. */
void breach(void);
